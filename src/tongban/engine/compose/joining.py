"""Several items read as one: what all of them ask and rest on, each thing once, for whoever fills in, signs or examines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from tongban.engine.compose.questions import unite
from tongban.engine.items.model import Item

T = TypeVar("T")


def joined(items: Sequence[Item]) -> Item:
    """One item's own; of several, the first one with the questions, papers, conditions, steps, parties, points to look at
    and articles of all. Nothing is decided by it: a plan is composed of the items themselves."""
    first = items[0]
    if len(items) == 1:
        return first
    ordered = sorted(items, key=lambda item: item.code)
    return msgspec.structs.replace(
        first,
        form=tuple(asked.field for asked in unite(ordered)),
        materials=_once((each for item in items for each in item.materials), lambda each: each.type),
        rules=tuple(each for item in items for each in item.rules),
        steps=tuple(each for item in items for each in item.steps),
        parties=_once((each for item in items for each in item.parties), lambda each: each.key),
        checklist=_once((each for item in items for each in item.checklist), lambda each: each.key),
        cites=_once((each for item in items for each in item.cites), str),
        legal_cites=_once((each for item in items for each in item.legal_cites), str),
        laws={name: law for item in reversed(items) for name, law in item.laws.items()},
    )


def _once(found: Iterable[T], key: Callable[[T], str]) -> tuple[T, ...]:
    """The first of each key, in the order found."""
    kept: dict[str, T] = {}
    for each in found:
        kept.setdefault(key(each), each)
    return tuple(kept.values())
