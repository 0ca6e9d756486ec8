"""What you need in your case: the few questions whose answers change the plan of an item most, found in its own rules.

Nothing of it is written by hand: each question of the form that a condition reads, and each supposition about somebody
unknown, is answered in every way, and the plans that come of it are compared: papers, fees, parties, steps, refusals.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.compose import supposing
from tongban.engine.compose.planning import decision, planned
from tongban.engine.items.body import ref
from tongban.engine.items.model import Decision, Example, Item
from tongban.engine.plan import Known, Option, Plan

AT_MOST = 3
OPTIONS = range(2, 13)  # so many can be chosen from by a press
SITUATIONS = 4  # examples in which a question is tried
ONE, SEVERAL = "choice", "choices"


class _One:
    """An item by its digest, so that what was computed for it can be kept."""

    def __init__(self, item: Item) -> None:
        self.item, self.digest = item, ref(item, "").sha256

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _One) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One such question. ``weight`` is how much of the plan hangs on it; ``about`` is ``answer`` (a question of the form)
    or ``person`` (what a registry would know)."""

    key: str
    ask: Words
    options: tuple[Option, ...]
    weight: int
    about: str
    why: Words | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The plan for what was answered: ``plan`` with what registries know or usually know, ``most`` without; ``against``
    are the conditions that the answers fail; ``proven`` says that an example of the item stands behind what is usual."""

    asks: tuple[Ask, ...]
    answers: dict[str, str]
    plan: Plan
    most: Plan
    against: tuple[Any, ...]
    proven: bool


def told(
    item: Item, answers: Mapping[str, str], *, city: str, today: date, facts: Mapping[str, Known] | None = None
) -> Told:
    """The plan of one item in somebody's case. ``answers`` are by the questions' keys; what nobody offers does not count.
    ``facts`` are those that registries gave of this very person: then nothing is supposed of them."""
    asks, picked = _asked(item, answers, city=city, today=today, real=facts is not None)
    try:
        return _told(item, asks, picked, city, today, facts)
    except Refusal:  # a condition cannot be computed for what is supposed: nothing is
        return _told(item, (), {}, city, today, {} if facts is None else facts)


def _told(
    item: Item,
    asks: tuple[Ask, ...],
    picked: dict[str, str],
    city: str,
    today: date,
    facts: Mapping[str, Known] | None,
) -> Told:
    given = {} if facts is None else dict(facts)
    usual = given if facts is not None else _usual(_One(item), city, today)
    before = _plan(item, usual, {}, city, today)
    supposed, said = _facts(item, picked, city, today), _answers(item, picked)
    plan = _plan(item, {**usual, **supposed}, said, city, today)
    return Told(
        asks=asks,
        answers=picked,
        plan=plan,
        most=_plan(item, {**given, **supposed}, said, city, today),
        against=tuple(each for each in plan.failed if facts is not None or each not in before.failed),
        proven=facts is None and bool(usual),
    )


def _asked(
    item: Item, answers: Mapping[str, str], *, city: str, today: date, real: bool
) -> tuple[tuple[Ask, ...], dict[str, str]]:
    """The questions to show, those that were answered among them, and the answers that count."""
    ranked = tuple(each for each in asks(item, city=city, today=today) if not (real and each.about == "person"))
    offered = {each.key: [option.value for option in each.options] for each in ranked}
    given = {key: value for key, value in answers.items() if value in offered.get(key, ())}
    return _chosen(_One(item), tuple(each.key for each in ranked), tuple(sorted(given.items())), city, today)


@lru_cache(maxsize=4_096)
def _chosen(
    one: _One, ranked: tuple[str, ...], given: tuple[tuple[str, str], ...], city: str, today: date
) -> tuple[tuple[Ask, ...], dict[str, str]]:
    item, usual = one.item, _usual(one, city, today)
    found: list[Ask] = []
    picked: dict[str, str] = {}
    for each in (each for each in _asks(one, city, today) if each.key in ranked):
        if len(found) == AT_MOST:
            break
        if _weight(item, each, usual, _answers(item, picked), {**dict(given), **picked}, city, today):
            found.append(each)
            picked |= {key: value for key, value in given if key == each.key}
    return tuple(found), picked


def asks(item: Item, *, city: str, today: date) -> tuple[Ask, ...]:
    """All questions on which something of the plan hangs, the heaviest first."""
    return _asks(_One(item), city, today)


@lru_cache(maxsize=4_096)
def _asks(one: _One, city: str, today: date) -> tuple[Ask, ...]:
    found = []
    item, situations = one.item, _situations(one, city, today)
    for each in _candidates(item):
        weight = max(_weight(item, each, facts, said, {}, city, today) for facts, said in situations)
        if weight:
            found.append(msgspec.structs.replace(each, weight=weight))
    return tuple(sorted(found, key=lambda each: (-each.weight, each.about)))


def _candidates(item: Item) -> list[Ask]:
    names = supposing.read(item)
    form = [
        Ask(key=field.key, ask=field.ask, why=field.why, options=field.options, weight=0, about="answer")
        for field in item.form
        if f"answers:{field.key}" in names and field.widget in (ONE, SEVERAL) and len(field.options) in OPTIONS
    ]
    person = [
        Ask(key=each.key, ask=each.ask, options=each.options, weight=0, about="person")
        for each in supposing.suppositions(item)
    ]
    return [*form, *person]


Situation = tuple[dict[str, Known], dict[str, Any]]


def _situations(one: _One, city: str, today: date) -> list[Situation]:
    """In which a question is tried: nothing answered yet, and the answers of the first examples."""
    usual = _usual(one, city, today)
    return [(usual, {}), *((usual, dict(example.answers)) for example in one.item.examples[:SITUATIONS])]


def _weight(
    item: Item,
    ask: Ask,
    facts: Mapping[str, Known],
    said: Mapping[str, Any],
    picked: Mapping[str, str],
    city: str,
    today: date,
) -> int:
    """How many parts of the plan differ between the answers to one question, all else as it is; none where a condition
    cannot be computed for what is supposed."""
    seen = []
    for option in ask.options:
        now = {**picked, ask.key: option.value}
        known = {**facts, **_facts(item, now, city, today)}
        try:
            seen.append(_parts(_plan(item, known, {**said, **_answers(item, now)}, city, today)))
        except Refusal:
            return 0
    return len(frozenset.union(*seen) - frozenset.intersection(*seen))


def _parts(plan: Plan) -> frozenset[str]:
    """What people feel of a plan, as names that can be compared."""
    return frozenset(
        [
            *(f"paper {each.type} {each.verdict}" for each in plan.materials),
            *(f"fee {each.title.zh} {each.fen}" for each in plan.fees),
            *(f"party {each.key}" for each in plan.roles),
            *(f"step {each.key}" for each in plan.steps),
            *(f"against {each.rule}" for each in plan.failed),
        ]
    )


def _facts(item: Item, picked: Mapping[str, str], city: str, today: date) -> dict[str, Known]:
    """What the answers stand for of facts."""
    found: dict[str, Any] = {}
    for each in supposing.suppositions(item):
        if each.key in picked:
            found |= each.facts(picked[each.key], city, today)
    return supposing.known(found)


def _answers(item: Item, picked: Mapping[str, str]) -> dict[str, Any]:
    """The answers to questions of the form, as the form stores them."""
    widgets = {field.key: field.widget for field in item.form}
    return {
        key: [value] if widgets[key] == SEVERAL else value for key, value in picked.items() if key in widgets
    }


def _plan(item: Item, facts: Mapping[str, Known], said: Mapping[str, Any], city: str, today: date) -> Plan:
    return planned([item], facts=facts, answers=said, today=today, city=city, grade="")


def _usual(one: _One, city: str, today: date) -> dict[str, Known]:
    return supposing.usual(one.item, _example(one), city=city, today=today)


@lru_cache(maxsize=4_096)
def _example(one: _One) -> Example | None:
    """The first example of an item that goes well."""
    for example in one.item.examples:
        facts, day = supposing.known(example.facts), date.fromisoformat(example.today)
        plan = _plan(one.item, facts, example.answers, example.city, day)
        papers = frozenset(each.type for each in plan.materials)
        if decision(plan, uploaded=papers) in (Decision.GRANT, Decision.EXAMINE):
            return example
    return None
