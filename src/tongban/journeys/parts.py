"""The parts of a case: which service each is, and what the parts before it have brought forth (分办件)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tongban.base.actors import SYSTEM, Warrant
from tongban.base.calendar import day_of
from tongban.cases import queries as stored
from tongban.certificates import queries as certificates
from tongban.engine import items as engine
from tongban.engine import lifecycle
from tongban.engine.plan import ItemRef, Known
from tongban.journeys import find
from tongban.registries import queries as registries

SELF = Warrant(actor=SYSTEM, purpose="handle")


def refs(document: dict[str, Any]) -> tuple[ItemRef, ...]:
    """The versions that a signed document is for, the one that leads first."""
    return msgspec.convert(document.get("items") or [document["item"]], tuple[ItemRef, ...])


def read_as_one(document: dict[str, Any], only: Collection[str] = ()) -> engine.Item:
    """All services of a document (or ``only`` some, if there are any of these) read as one: every question, paper and
    article."""
    every = refs(document)
    return find.joined(tuple(ref for ref in every if ref.code in only) or every)


def item(document: dict[str, Any], part: str) -> engine.Item:
    """The service of one part; the one that leads for a step of none."""
    every = refs(document)
    return find.item_of(next((ref for ref in every if ref.code == part), every[0]))


def roles_of(document: dict[str, Any], item: engine.Item) -> list[dict[str, Any]]:
    """The parties of a document who take part in one service; all where that names none of them."""
    own = [role for role in document["roles"] if item.code in role.get("items", ())]
    return own or list(document["roles"])


def version(row: Any, part: str = "") -> ItemRef:
    """The version that one part of a case began with; of the one that leads where none is named."""
    found = stored.state(row).part(part) if part else None
    return found.item if found else ItemRef(city=row.city, code=row.item, sha256=row.sha256)


def whole(row: Any) -> engine.Item:
    """All services of a case read as one."""
    return find.joined(tuple(part.item for part in stored.state(row).parts))


def of_row(row: Any, part: str = "") -> engine.Item:
    """The service of one part of a case."""
    return find.item_of(version(row, part))


def terms(items: Sequence[engine.Item]) -> dict[str, lifecycle.Terms]:
    """What each of several services is called, and promises by itself; nothing for one alone."""
    if len(items) == 1:
        return {}
    return {item.code: lifecycle.Terms(title=item.title, promise=item.promise, legal=item.legal) for item in items}


def known(row: Any, document: dict[str, Any], *, now: datetime) -> dict[str, Known]:
    """The facts that were signed, and what came of the parts that are done: their certificates, and the firm that one of
    them brought into being."""
    day = day_of(now).isoformat()
    facts = msgspec.convert(document["facts"], dict[str, Known])
    if not row.codes:
        return facts
    for made in certificates.of_case(row.number):
        until = made.valid_to.isoformat() if made.valid_to else None
        value = {"identifier": made.identifier, "number": made.number, "valid_to": until}
        facts[f"certificate:{made.type}"] = Known(value=value, source=f"certificate:{made.identifier}", as_of=day)
    firm = registries.entity_of_case(row.number)
    if firm is not None:
        facts |= registries.facts_of_entity(firm, warrant=SELF, now=now)
    return facts
