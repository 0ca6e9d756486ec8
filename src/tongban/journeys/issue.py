"""Making out what was granted: the registry is written, the certificate issued, the owner's copy sent (制证)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.base.actors import SYSTEM
from tongban.base.calendar import day_of
from tongban.cases import queries as stored
from tongban.certificates import actions as certificates
from tongban.certificates import queries as issued
from tongban.engine import compose, lifecycle
from tongban.engine import items as engine
from tongban.engine.plan import StepKind
from tongban.exchange import actions as exchange
from tongban.identity import queries as identity
from tongban.journeys import entering, moves, parts


def make_out(*, number: str, now: datetime) -> None:
    """Do every open ISSUE step of a case (job). Again after a crash, everything is found as it was made."""
    row = stored.by_number(number)
    for step in stored.state(row).steps:
        if step.kind is StepKind.ISSUE and step.state is lifecycle.StepState.OPEN:
            with transaction.atomic():
                _issue(row, step, now=now)


def _issue(row: Any, step: lifecycle.Step, *, now: datetime) -> None:
    content = stored.content(row, warrant=moves.SELF, now=now)
    document = content["document"]
    item = parts.item(document, step.part)
    known = parts.known(row, document, now=now)
    known |= entering.enter(item, document, known, number=row.number, now=now)
    values = compose.outcome_values(
        item, facts=known, answers=document["answers"], today=day_of(now), city=settings.TONGBAN_ADCODE
    )
    holders = _holders(item, document)
    made = certificates.issue(
        type=item.outcome.certificate or "",
        holder=_holder(values, holders, now),
        fields=values,
        issuer=issuer(step.office),
        case_ref=row.number,
        by=SYSTEM,
        now=now,
        others=_others(values, holders, now),
        part=step.part if row.codes else "",
    )
    command = lifecycle.Issue(
        by=SYSTEM,
        node=settings.TONGBAN_ADCODE,
        circle=moves.NOBODY,
        step=step.key,
        identifier=made.identifier,
        digest=made.digest,
    )
    _send(row, made, [role["key"] for role in holders], now=now)
    moves.move(number=row.number, command=command, now=now)


def _holder(values: dict[str, Any], holders: list[dict[str, Any]], now: datetime) -> certificates.Holder:
    """Whom the certificate is for: the firm that came into being, else the first of its holders."""
    if "uscc" in values:
        return certificates.Holder(name=values["name"], code_type="001", code=values["uscc"], ref=values["uscc"])
    first = holders[0]
    if first.get("entity"):
        return certificates.Holder(name=first["name"], code_type="001", code=first["entity"], ref=first["entity"])
    return _person(first, now)


def _others(
    values: dict[str, Any], holders: list[dict[str, Any]], now: datetime
) -> tuple[certificates.Holder, ...]:
    """Further people whose certificate it is too."""
    if "uscc" in values:
        return ()
    return tuple(_person(role, now) for role in holders[1:] if role.get("person"))


def _holders(item: engine.Item, document: dict[str, Any]) -> list[dict[str, Any]]:
    """The parties whose certificate it is: those that the item names (a buyer, not the seller), else all who sign. An
    agent, who only acts for a firm, holds nothing of it."""
    roles = parts.roles_of(document, item)
    named = [role for role in roles if set(role.get("duties", ())) & set(item.outcome.holders)]
    return named or [role for role in roles if role.get("signs", True)] or roles


def _person(role: dict[str, Any], now: datetime) -> certificates.Holder:
    found = moves.person_of(role["person"], now=now)
    return certificates.Holder(name=role["name"], code_type="111", code=role["person"], ref=found)


def issuer(role: str) -> certificates.Issuer:
    """The office that fills a role here, as it stands on certificates and letters."""
    office = identity.office_for_role(role)
    return certificates.Issuer(
        office=office.key,
        name=office.name["zh"],
        uscc=office.uscc,
        roles=tuple(office.roles),
        short=settings.TONGBAN_CITY.mark + office.name["zh"][-3:-1],
    )


def send_letter(row: Any, letter: Any, *, now: datetime, roles: Sequence[str] = ()) -> None:
    """Have a letter of this node reach those of these ``roles`` (all, where none is named) where the case was taken in."""
    _send(row, letter, roles, now=now)


def _send(row: Any, made: Any, roles: Sequence[str], *, now: datetime) -> None:
    """Send a paper to the node where the owner is, in the transaction that made it, and say which parties it is for."""
    if row.taken_in_by == settings.TONGBAN_ADCODE:
        return
    exchange.put_out(
        peer=row.taken_in_by,
        case_ref=row.number,
        kind="case.papers",
        now=now,
        data={"papers": [{**paper(made, now=now), "roles": list(roles)}]},
    )


def paper(made: Any, *, now: datetime) -> dict[str, Any]:
    """A certificate or letter as it is sent: names, number, data certificate, PDF, and where anybody can verify it."""
    identifier = getattr(made, "identifier", "")
    name = issued.name_of(made)
    return {
        "kind": getattr(made, "type", "") or made.kind,
        "name": {"zh": name.zh, "en": name.en},
        "number": made.number,
        "identifier": identifier,
        "token": issued.token(certificate=made, warrant=moves.SELF, now=now) if identifier else "",
        "pdf": base64.b64encode(issued.pdf_bytes(made)).decode(),
        "verify_url": f"{settings.TONGBAN_BASE_URL}/verify/{made.code}",
    }
