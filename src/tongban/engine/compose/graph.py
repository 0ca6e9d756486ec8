"""One graph of steps: an edge exactly where one item's outcome is another's material or condition."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.compose import parties
from tongban.engine.compose.materials import Answer
from tongban.engine.compose.world import World
from tongban.engine.items.model import Item, Step
from tongban.engine.plan import Plan, PlannedStep, Promise, StepKind, Verdict
from tongban.engine.rules import condition

OFFICE_DAY = 480
JOINT_LIMIT = 45  # 行政许可法 art. 42: handled jointly, 45 days
PERMIT = "01"
Edges = dict[str, set[str]]


def edges(world: World, found: Sequence[Answer]) -> Edges:
    """For each item's code the codes of the items whose outcome it waits for."""
    waits: Edges = {item.code: set() for item in world.items}
    for each in found:
        if each.verdict is Verdict.PRODUCED and each.source and each.source.startswith("item:"):
            waits[each.item.code].add(each.source[5:])
    for item in world.items:
        conditions = awaited(item, world)
        for other in world.items:
            if other is not item and conditions & yields(other):
                waits[item.code].add(other.code)
    return waits


def awaited(item: Item, world: World) -> set[str]:
    """What must have come out before: what the item requires, and certificates that its rules read and that are not
    on file."""
    read = {name for rule in item.rules for name in condition(rule.holds).reads}
    certificates = {name[18:] for name in read if name.startswith("facts:certificate:")}
    return set(item.requires) | {kind for kind in certificates if world.values.get(f"certificate:{kind}") is None}


def yields(item: Item) -> set[str]:
    """The names under which others may wait for this item's outcome."""
    kind = item.outcome.certificate
    return {item.code, *item.outcome.produces, *((kind,) if kind else ())}


def ordered(waits: Mapping[str, set[str]]) -> list[str]:
    """The codes so that each comes after what it waits for. Raises the refusal ``plan_cycle`` that names the loop."""
    found: list[str] = []
    trail: list[str] = []

    def visit(code: str) -> None:
        if code in found:
            return
        if code in trail:
            raise cycle([*trail[trail.index(code) :], code])
        trail.append(code)
        for other in sorted(waits[code]):
            visit(other)
        trail.pop()
        found.append(code)

    for code in sorted(waits):
        visit(code)
    return found


def cycle(loop: Sequence[str]) -> Refusal:
    """Items, or steps of one, that wait for each other."""
    text = " → ".join(loop)
    return Refusal(
        "plan_cycle",
        Words(zh=f"这些环节互相等待，无法排定先后：{text}", en=f"These wait for each other: {text}"),
        next_step=Words(
            zh="请分开办理，或联系主管部门修改事项", en="Apply for them one by one, or ask the office to mend it"
        ),
        status=409,
    )


def steps(world: World, waits: Edges) -> tuple[PlannedStep, ...]:
    """Every step of every item; roots of an item wait for the last steps of the items it waits for."""
    kept = {item.code: _kept(item, world) for item in world.items}
    last = {code: _last(each) for code, each in kept.items()}
    found: list[PlannedStep] = []
    for item in world.items:
        outside = tuple(f"{other}.{key}" for other in sorted(waits[item.code]) for key in last[other])
        for step, needs in kept[item.code]:
            found.append(_planned(item, step, needs, outside))
    return tuple(found)


def _planned(item: Item, step: Step, needs: tuple[str, ...], outside: tuple[str, ...]) -> PlannedStep:
    return PlannedStep(
        key=f"{item.code}.{step.key}",
        part=item.code,
        kind=step.kind,
        office=step.office,
        title=step.title,
        needs=tuple(f"{item.code}.{need}" for need in needs) or outside,
        separate_from=tuple(f"{item.code}.{other}" for other in step.separate_from),
        by="system" if step.kind is StepKind.PAY else step.by,  # no desk has a payment among its work
        stops_clock=step.stops_clock,
        visit=step.visit,
    )


def _kept(item: Item, world: World) -> list[tuple[Step, tuple[str, ...]]]:
    """The steps that apply, with what they need; who needs a step that does not apply needs what that one needed."""
    by_key = {step.key: step for step in item.steps}
    gone = {step.key for step in item.steps if world.tell(step.when) is False}
    if parties.free(item, world):
        gone |= {step.key for step in item.steps if step.kind is StepKind.PAY}
    _straight(item)

    def needs(step: Step) -> list[str]:
        found: list[str] = []
        for key in step.needs:
            if key in by_key:
                found += needs(by_key[key]) if key in gone else [key]
        return list(dict.fromkeys(found))

    return [(_without(step, gone), tuple(needs(step))) for step in item.steps if step.key not in gone]


def _without(step: Step, gone: set[str]) -> Step:
    if not gone.intersection(step.separate_from):
        return step
    return msgspec.structs.replace(step, separate_from=tuple(key for key in step.separate_from if key not in gone))


def _straight(item: Item) -> None:
    keys = {step.key for step in item.steps}
    ordered({step.key: set(step.needs) & keys for step in item.steps})


def _last(kept: list[tuple[Step, tuple[str, ...]]]) -> tuple[str, ...]:
    """The steps after which the outcome is there: those that issue, else those that decide, else the ends."""
    for kind in ((StepKind.ISSUE,), (StepKind.DECIDE, StepKind.COMPUTED)):
        if found := [step.key for step, _ in kept if step.kind in kind]:
            return tuple(found)
    needed = {need for _, needs in kept for need in needs}
    return tuple(step.key for step, _ in kept if step.key not in needed)


def promise(items: Sequence[Item], waits: Edges, *, legal: bool) -> Promise:
    """The longest way through the items. Days and minutes on one way: the minutes count as the days they begin.

    Several permits handled together are owed within 45 working days by law (行政许可法 art. 42), so no more is promised.
    """
    own = {item.code: item.legal if legal else item.promise for item in items}
    longest: dict[str, tuple[int, int]] = {}
    for code in ordered(waits):
        before = max((longest[other] for other in waits[code]), key=_length, default=(0, 0))
        longest[code] = (before[0] + (own[code].working_days or 0), before[1] + (own[code].office_minutes or 0))
    days, minutes = max(longest.values(), key=_length, default=(0, 0))
    if not days:
        return Promise(office_minutes=minutes) if minutes else Promise()
    days += math.ceil(minutes / OFFICE_DAY)
    if sum(item.type == PERMIT for item in items) > 1:
        days = min(days, JOINT_LIMIT)
    return Promise(working_days=days)


def waits(plan: Plan) -> Edges:
    """For each item of a plan the items whose outcome its steps wait for, read from the plan."""
    found: Edges = {each.code: set() for each in plan.items}
    part = {step.key: step.part for step in plan.steps}
    for step in plan.steps:
        found.setdefault(step.part, set()).update({part[need] for need in step.needs} - {step.part})
    return found


def _length(way: tuple[int, int]) -> int:
    return way[0] * OFFICE_DAY + way[1]
