"""Handing a case to another node: offered, taken or returned; one custodian at every moment (federation.md)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tongban.base.actors import Kind
from tongban.engine.lifecycle import checks
from tongban.engine.lifecycle.checks import Said
from tongban.engine.lifecycle.commands import Command, Offer, Returned, Taken
from tongban.engine.lifecycle.powers import Power, check_officer
from tongban.engine.lifecycle.state import Case, Status
from tongban.engine.lifecycle.wording import refusal

_ADCODE = re.compile(r"[1-9][0-9]{5}")
_ALIVE = (Status.SUBMITTED, Status.SUPPLEMENT, Status.ACCEPTED, Status.SUSPENDED)


def check_custodian(case: Case, command: Command) -> None:
    """Refuse every change elsewhere than at the custodian, and any while an offer is out."""
    if isinstance(command, Taken | Returned):
        return
    if command.node != case.custody.held:
        raise refusal("not_custodian", held=case.custody.held)
    if case.custody.offered_to is not None:
        raise refusal("hand_over_pending", to=case.custody.offered_to)


def node_of(case: Case, command: Command) -> str:
    """Where the event happened: a peer's report counts as of the peer's node."""
    offered = case.custody.offered_to
    if isinstance(command, Taken | Returned) and offered is not None:
        return offered
    return command.node


def offer(case: Case, command: Offer, now: datetime) -> list[Said]:
    """The offering node stays custodian until the other has taken the case."""
    checks.status(case, *_ALIVE)
    if command.by.kind is not Kind.SYSTEM:
        check_officer(command.by, case, command.offices, Power.TRANSFER)
    if not _ADCODE.fullmatch(command.to) or command.to == case.custody.held:
        raise refusal("bad_node", field="to", to=command.to)
    return [("custody_offered", {"from": case.custody.held, "to": command.to})]


def _check_answers(case: Case, command: Command) -> str:
    """The node that may answer the offer: it does so itself, or as a peer at the custodian's."""
    to = case.custody.offered_to
    itself = command.node == to and command.by.kind in (Kind.SYSTEM, Kind.OFFICER)
    reported = command.node == case.custody.held and command.by.kind is Kind.PEER and command.by.id == to
    if to is None or not (itself or reported):
        raise refusal("not_offered")
    return to


def taken(case: Case, command: Taken, now: datetime) -> list[Said]:
    to = _check_answers(case, command)
    receipt = checks.digest(command.receipt, "receipt")
    return [("custody_taken", {"from": case.custody.held, "to": to, "receipt": receipt})]


def returned(case: Case, command: Returned, now: datetime) -> list[Said]:
    """Declined: custody stays. Given back by who holds it: it goes to where the case began."""
    reasons = checks.digest(command.reasons, "reasons")
    if case.custody.offered_to is not None:
        declined_by = _check_answers(case, command)
        return [("custody_returned", {"from": declined_by, "to": case.custody.held, "reasons": reasons})]
    checks.status(case, *_ALIVE)
    _check_giver(case, command)
    return [("custody_returned", {"from": case.custody.held, "to": case.origin, "reasons": reasons})]


def _check_giver(case: Case, command: Returned) -> None:
    if command.node != case.custody.held:
        raise refusal("not_custodian", held=case.custody.held)
    if case.custody.held == case.origin:
        raise refusal("nothing_to_give_back")
    if command.by.kind is not Kind.SYSTEM:
        check_officer(command.by, case, command.offices, Power.TRANSFER, Power.ACCEPT)


HANDLERS: dict[type[Command], Callable[[Case, Any, datetime], list[Said]]] = {
    Offer: offer,
    Taken: taken,
    Returned: returned,
}
