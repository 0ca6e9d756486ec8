"""How far an item has come, computed from its files and proven by its examples: never declared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.compose.planning import COMPUTED, decision, planned
from tongban.engine.items.body import ref
from tongban.engine.items.model import Decision, Example, Item
from tongban.engine.plan import Known, Plan, Verdict

# What plays in examples is no version of anything: a plan of theirs needs no digest.
PLAYED = "0" * 64
LEVELS = ("listed", "applicable", "no-visit", "id-only", "instant")
ONLINE = {"2", "3"}


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """The ``level`` reached, the proof of each level up to it, and what the next one lacks. ``confirmed`` says that
    nothing is left for the city to confirm."""

    level: str
    confirmed: bool = True
    proof: tuple[Words, ...] = ()
    lacks: Words | None = None


_cache: dict[str, Grade] = {}


def grade(item: Item) -> Grade:
    """The item's grade with its proof: listed → applicable → no-visit → id-only → instant."""
    digest = ref(item, "").sha256
    if digest not in _cache:
        if len(_cache) > 20_000:
            _cache.clear()
        _cache[digest] = _grade(item)
    return _cache[digest]


def _grade(item: Item) -> Grade:
    proof: list[Words] = []
    level = LEVELS[0]
    confirmed = not item.to_confirm
    for name, judge in (
        ("applicable", _applicable),
        ("no-visit", _no_visit),
        ("id-only", _id_only),
        ("instant", _instant),
    ):
        holds, says = judge(item)
        if not holds:
            return Grade(level=level, confirmed=confirmed, proof=tuple(proof), lacks=says)
        proof.append(says)
        level = name
    return Grade(level=level, confirmed=confirmed, proof=tuple(proof))


def _applicable(item: Item) -> tuple[bool, Words]:
    if not ONLINE & set(item.channels):
        return False, Words(zh="没有网上办理渠道", en="No online channel is offered")
    if not item.steps:
        return False, Words(zh="没有办理环节", en="It has no steps")
    if not any(field.widget != "long-text" for field in item.form) and not item.materials:
        return False, Words(zh="没有可填写的内容", en="It asks for nothing but free text")
    return True, Words(
        zh=f"网上可办：{len(item.form)} 个问题、{len(item.materials)} 份材料、{len(item.steps)} 个环节",
        en=f"Online: {len(item.form)} questions, {len(item.materials)} materials, {len(item.steps)} steps",
    )


def _no_visit(item: Item) -> tuple[bool, Words]:
    for step in item.steps:
        if step.visit:
            return False, step.visit
    for material in item.materials:
        if material.original:
            return False, Words(zh=f"须交验原件：{material.title.zh}", en=f"The original is shown: {material.title.en}")
    if not {"electronic", "courier"} & set(item.outcome.delivery):
        return False, Words(zh="结果只能到现场领取", en="The outcome is only handed out in person")
    return True, Words(zh="没有一个环节需要到场", en="No step needs anybody to come")


_last: list[tuple[Item, Example, Plan]] = []


def situation(item: Item, example: Example) -> Plan:
    """The plan of one example. Those of the item that was looked at last are kept: its rules and its grade ask for them
    one after the other."""
    for of, played, plan in _last:
        if of is item and played is example:
            return plan
    if _last and _last[0][0] is not item:
        _last.clear()
    plan = planned([item], **given(example), grade="", digest=PLAYED)
    _last.append((item, example, plan))
    return plan


def given(example: Example) -> dict[str, Any]:
    """An example's facts, answers, day and city, as :func:`tongban.engine.compose.compose` takes them."""
    return {
        "facts": {key: Known(value=value, source="example") for key, value in example.facts.items()},
        "answers": example.answers,
        "today": date.fromisoformat(example.today),
        "city": example.city,
    }


def _granted(item: Item) -> Iterator[tuple[Example, Plan, Decision]]:
    """The examples that are granted, or go to an officer, one after the other. One that expects a refusal proves nothing,
    and is left to the check of the examples."""
    for example in item.examples:
        if example.expect.decision is Decision.REFUSE:
            continue
        plan = situation(item, example)
        if (found := decision(plan)) in (Decision.GRANT, Decision.EXAMINE):
            yield example, plan, found


def _id_only(item: Item) -> tuple[bool, Words]:
    free = next((example for example, plan, _ in _granted(item) if not _uploads(plan)), None)
    if free is None:
        return False, Words(zh="没有示例证明可以不交材料", en="No example proves that no paper is needed")
    return True, Words(
        zh=f"示例“{free.title.zh}”中没有一份材料要交",
        en=f"In the example '{free.title.en}' no paper is handed in",
    )


def _uploads(plan: Plan) -> bool:
    return any(paper.verdict is Verdict.UPLOAD and paper.required for paper in plan.materials)


def _instant(item: Item) -> tuple[bool, Words]:
    if not all(step.kind in COMPUTED for step in item.steps):
        return False, Words(zh="需要工作人员审查", en="An officer examines it")
    for example, _, outcome in _granted(item):
        if outcome is Decision.GRANT:
            return True, Words(
                zh=f"示例“{example.title.zh}”由规则直接办结",
                en=f"The rules alone decide the example '{example.title.en}'",
            )
    return False, Words(zh="没有示例由规则直接办结", en="No example is decided by the rules alone")
