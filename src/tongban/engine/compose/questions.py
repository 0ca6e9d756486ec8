"""One form from several: fields united by element, each asked once, in an order that all of them can live with."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine import forms
from tongban.engine.compose.world import Asked, World
from tongban.engine.items.model import Field, Item
from tongban.engine.plan import Option, Question


def unite(items: Sequence[Item]) -> list[Asked]:
    """The questions of all items, the same key once, in order. Raises the refusal ``items_contradict`` where two items
    ask different elements, or with different widgets, under one key."""
    found: dict[str, Asked] = {}
    for item in items:
        for field in item.form:
            asked = found.setdefault(field.key, Asked(key=field.key, uses=[]))
            asked.uses.append((item, field))
            first = asked.uses[0][1]
            if (first.element, first.widget) != (field.element, field.widget):
                raise contradiction(asked.uses[0][0], item, field.key)
    return [found[key] for key in merge([[field.key for field in item.form] for item in items])]


def contradiction(one: Item, other: Item, key: str) -> Refusal:
    """Two items that cannot be asked together."""
    pair = sorted((one.code, other.code))
    names = {"one": pair[0], "other": pair[1], "key": key}
    says = Words(
        zh="事项 {one} 与 {other} 对“{key}”的要求互相矛盾", en="{one} and {other} contradict each other on {key}"
    )
    return Refusal("items_contradict", says.format(**names), field=key)


def merge(orders: Iterable[Sequence[str]]) -> list[str]:
    """One order from several: each is kept where they do not contradict; ties go to who comes first in the list.

    Equal sets of orders, given in the same order, give the same answer; a contradiction is cut where it is smallest.
    """
    rank: dict[str, tuple[int, int]] = {}
    after: dict[str, set[str]] = {}
    before: dict[str, int] = {}
    for number, order in enumerate(orders):
        for place, key in enumerate(order):
            rank.setdefault(key, (number, place))
            after.setdefault(key, set())
            before.setdefault(key, 0)
        for one, other in pairwise(order):
            if other not in after[one]:
                after[one].add(other)
                before[other] += 1
    return _drain(rank, after, before)


def _drain(rank: dict[str, tuple[int, int]], after: dict[str, set[str]], before: dict[str, int]) -> list[str]:
    ready = [(rank[key], key) for key, count in before.items() if count == 0]
    heapq.heapify(ready)
    found: list[str] = []
    left = set(rank)
    while left:
        key = heapq.heappop(ready)[1] if ready else min(left, key=lambda each: (rank[each], each))
        if key not in left:
            continue
        left.discard(key)
        found.append(key)
        for each in after[key]:
            before[each] -= 1
            if before[each] == 0 and each in left:
                heapq.heappush(ready, (rank[each], each))
    return found


def questions(world: World) -> tuple[Question, ...]:
    """Every question that applies and that nothing known answers; what may be mended is asked with what is known."""
    return tuple(
        _question(asked, world)
        for asked in world.asked
        if asked.applies is True and (world.known(asked) is None or any(field.editable for _, field in asked.uses))
    )


def _question(asked: Asked, world: World) -> Question:
    field, fields = asked.field, [each for _, each in asked.uses]
    known = world.known(asked)
    answered = asked.key in world.answers
    if answered and known is not None:
        answered = world.answers[asked.key] != world.values[field.element]
    return Question(
        key=asked.key,
        element=field.element,
        widget=field.widget,
        title=field.title,
        ask=field.ask,
        why=next((each.why for each in fields if each.why), None),
        help=next((each.help for each in fields if each.help), None),
        amount=next((each.amount for each in fields if each.amount), None),
        schema=_schema(fields),
        required=any(each.required for each in fields),
        options=_options(fields),
        known=known,
        editable=known is None or any(each.editable for each in fields),
        items=tuple(item.code for item, _ in asked.uses),
        answered=answered,
        personal=any(each.personal for each in fields),
        source=field.source,
        choose_from=field.choose_from,
    )


def _options(fields: list[Field]) -> tuple[Option, ...]:
    first, *others = fields
    allowed = [{option.value for option in each.options} for each in others if each.options != first.options]
    if not allowed:
        return first.options
    return tuple(option for option in first.options if all(option.value in each for each in allowed))


def _schema(fields: list[Field]) -> dict[str, Any]:
    schemas: list[dict[str, Any]] = []
    for field in fields:
        values = tuple(option.value for option in field.options)
        each = schema(field.widget, msgspec.json.encode(field.schema), values)
        if each not in schemas:
            schemas.append(each)
    return schemas[0] if len(schemas) == 1 else {"allOf": schemas}


@lru_cache(maxsize=4_096)
def schema(widget: str, narrowed: bytes, options: tuple[str, ...]) -> dict[str, Any]:
    """The schema of a question, made once."""
    return forms.schema(widget, msgspec.json.decode(narrowed), options)
