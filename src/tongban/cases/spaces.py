"""Whose a draft or case is: the firm's or the person's whose matter it is, never the account's that typed it.

An account sees what lies in the space that it acts in now. What ended (a mandate, a guardianship, an office) is gone at
the next request, and what a colleague or the other parent began is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from tongban.base.actors import Actor
from tongban.identity.refusals import OutsideMandate
from tongban.trail import actions as trail


def of(by: Actor) -> Q:
    """Everything in the space that ``by`` acts in: the firm's, else the person's."""
    return Q(entity=by.entity) if by.entity else Q(entity="", person=by.subject or "-")


def within(by: Actor) -> Q:
    """The same as far as their power reaches: for lists."""
    if by.reach is None:
        return of(by)
    items: dict[str, list[str]] = {}
    for each in by.reach.items:
        city, _, code = each.partition("/")
        items.setdefault(city, []).append(code)
    reached = Q(pk=None)
    for city, codes in items.items():
        reached |= Q(city=city, item__in=codes, codes__contained_by=codes)
    return of(by) & reached


def holds(row: Any, by: Actor) -> bool:
    """Whether a draft or case lies in the space that ``by`` acts in."""
    if by.entity:
        return bool(row.entity == by.entity)
    return bool(by.subject) and (row.entity, row.person) == ("", by.subject)


def items(row: Any) -> tuple[str, ...]:
    """The codes of what a draft or case is for."""
    return tuple(row.codes) or (row.item,)


def reaches(by: Actor, row: Any) -> bool:
    """Whether everything that a draft or case is for lies within what ``by`` may do."""
    return all(by.reaches(row.city, code) for code in items(row))


def check(
    *, by: Actor, city: str, items: Iterable[str], now: datetime, subject: tuple[str, str] | None = None
) -> None:
    """The one place that says no beyond a mandate's reach. Leaves a row on the trail; raises OutsideMandate."""
    item = next((code for code in items if not by.reaches(city, code)), None)
    if item is None:
        return
    kind, name = subject or ("item", f"{city}/{item}")
    trail.record(
        by=by,
        verb="acting.outside",
        subject_kind=kind,
        subject=name,
        now=now,
        refused="outside_mandate",
        facts={"item": f"{city}/{item}", "mandate": by.mandate or ""},
    )
    raise OutsideMandate(by)
