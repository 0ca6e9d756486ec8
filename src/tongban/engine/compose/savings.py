"""The four reductions (四减): what doing several items as one thing saves, counted from the plan itself.

Nothing of it is declared. Alone, each item asks for its own papers, wants its own office and takes its own days, one after
the other; the plan of all asks for each paper once, and for none that no law wants or that somebody else has.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import msgspec

from tongban.engine.compose.graph import OFFICE_DAY
from tongban.engine.items.model import Item
from tongban.engine.plan import Plan, PlannedMaterial, Promise, Verdict

OPTIONAL = "optional"


class Papers(msgspec.Struct, frozen=True, kw_only=True):
    """``alone``: what the items ask for, each by itself. ``listed``: each paper once, without those that no law wants.
    ``brought``: those that must be uploaded; ``open`` of them may still be spared by what is not answered yet.
    ``verdicts`` counts the papers of the plan by the answer that the engine gives; ``optional`` are those that may be
    uploaded and need not."""

    alone: int
    listed: int
    brought: int
    open: int
    verdicts: dict[str, int]


class Saving(msgspec.Struct, frozen=True, kw_only=True):
    """Before and after: items, visits (an office each, at least once), papers, working days one after the other."""

    items: tuple[int, int]
    visits: tuple[int, int]
    papers: Papers
    days: tuple[int, int]


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """The part of one item in it, so that the parts of all add up to the whole: a paper counts with the first item that
    asks for it (``shared`` are those that another item asked for before), an office with its first item, and the days of
    the plan with the item that leads."""

    code: str
    asked: int
    shared: int
    verdicts: dict[str, int]
    visits: tuple[int, int]
    days: tuple[int, int]


def saving(items: Sequence[Item], plan: Plan) -> Saving:
    """What this plan of these items saves."""
    return Saving(
        items=(len(items), 1),
        visits=(len({item.office for item in items}), sum(step.visit is not None for step in plan.steps)),
        papers=_papers(plan.materials),
        days=(sum(days(item.promise) for item in items), days(plan.promise)),
    )


def _papers(planned: Sequence[PlannedMaterial]) -> Papers:
    brought = [each for each in planned if each.verdict is Verdict.UPLOAD and each.required]
    return Papers(
        alone=sum(len(each.items) for each in planned),
        listed=sum(each.verdict is not Verdict.CANCELLED for each in planned),
        brought=len(brought),
        open=sum(bool(each.awaits) for each in brought),
        verdicts=_verdicts(planned),
    )


def own(items: Sequence[Item], plan: Plan) -> tuple[Own, ...]:
    """The part of each item in it, in the order of the items: the one that leads first."""
    found: list[Own] = []
    offices: set[str] = set()
    for item in items:
        found.append(_own(item, plan, first=item.office not in offices, leads=not found))
        offices.add(item.office)
    return tuple(found)


def _own(item: Item, plan: Plan, *, first: bool, leads: bool) -> Own:
    asked = [each for each in plan.materials if item.code in each.items]
    once = [each for each in asked if each.items[0] == item.code]
    return Own(
        code=item.code,
        asked=len(asked),
        shared=len(asked) - len(once),
        verdicts=_verdicts(once),
        visits=(int(first), sum(step.visit is not None for step in plan.steps if step.part == item.code)),
        days=(days(item.promise), days(plan.promise) if leads else 0),
    )


def _verdicts(planned: Sequence[PlannedMaterial]) -> dict[str, int]:
    kinds = (OPTIONAL if each.verdict is Verdict.UPLOAD and not each.required else each.verdict.value for each in planned)
    return dict(sorted(Counter(kinds).items()))


def days(promise: Promise) -> int:
    """A promise as working days; minutes count as the days that they begin."""
    return (promise.working_days or 0) + math.ceil((promise.office_minutes or 0) / OFFICE_DAY)
