"""What a command leads to: events, or a refusal. Pure: nothing is read, nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tongban.base.actors import Actor
from tongban.engine.lifecycle import custody, intake, outcome, timing, work
from tongban.engine.lifecycle.checks import Said
from tongban.engine.lifecycle.commands import Command, GiveBack, Reopen, ReportDelivery, Submit
from tongban.engine.lifecycle.events import Event, who
from tongban.engine.lifecycle.powers import check_conflict
from tongban.engine.lifecycle.state import Case, Status
from tongban.engine.lifecycle.wording import refusal

Handler = Callable[[Case, Any, datetime], list[Said]]
HANDLERS: dict[type[Command], Handler] = {
    **intake.HANDLERS,
    **work.HANDLERS,
    **timing.HANDLERS,
    **custody.HANDLERS,
    **outcome.HANDLERS,
}
_AFTER_CLOSING = (Reopen, ReportDelivery, GiveBack)


def decide(case: Case | None, command: Command, now: datetime) -> tuple[Event, ...]:
    """The events that follow from ``command``; raises Refusal and leaves no trace where it may not be.

    ``case`` is None for ``Submit`` only. ``now`` is aware; events never lie before the case's last one, whatever the
    clock of this node says. Two commands decided on the same state give events of the same ``sequence``: whoever
    stores (case, sequence) first wins, the other decides again and gets a clear refusal.
    """
    check_conflict(command.by, command.circle)
    if isinstance(command, Submit):
        if case is not None:
            raise refusal("already_submitted")
        return _events(command.case, 0, command.node, command.by, now, intake.submit(command, now))
    if case is None:
        raise refusal("no_such_case")
    return _decide(case, command, now)


def _decide(case: Case, command: Command, now: datetime) -> tuple[Event, ...]:
    custody.check_custodian(case, command)
    if case.status is Status.CLOSED and not isinstance(command, _AFTER_CLOSING):
        raise refusal("already_closed")
    said = HANDLERS[type(command)](case, command, now)
    node = custody.node_of(case, command)
    return _events(case.id, case.version, node, command.by, max(now, case.updated_at), said)


def _events(case: str, version: int, node: str, by: Actor, at: datetime, said: list[Said]) -> tuple[Event, ...]:
    return tuple(
        Event(kind=kind, case=case, sequence=version + n, at=at, node=node, actor=who(by), facts=facts)
        for n, (kind, facts) in enumerate(said, start=1)
    )
