"""From items and facts to a plan: what is left to ask, to show, to do, by when, and why all else is not needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongban.engine.compose.asking import Ask, Told, told
from tongban.engine.compose.grades import LEVELS, Grade, grade, situation
from tongban.engine.compose.graph import waits
from tongban.engine.compose.joining import joined
from tongban.engine.compose.materials import checked_later
from tongban.engine.compose.planning import (
    charges,
    decision,
    documents,
    mended_by,
    outcome_values,
    planned,
    registry_entry,
)
from tongban.engine.compose.savings import Own, Saving, days, own, saving
from tongban.engine.items.model import Item
from tongban.engine.plan import Known, Plan

__all__ = [
    "LEVELS",
    "Ask",
    "Grade",
    "Own",
    "Saving",
    "Told",
    "charges",
    "checked_later",
    "compose",
    "days",
    "decision",
    "documents",
    "grade",
    "joined",
    "mended_by",
    "outcome_values",
    "own",
    "registry_entry",
    "saving",
    "situation",
    "told",
    "waits",
]


def compose(
    items: Sequence[Item], *, facts: Mapping[str, Known], answers: Mapping[str, Any], today: date, city: str
) -> Plan:
    """The plan of these items for what is known and answered on ``today`` in ``city`` (adcode).

    ``facts`` maps fact keys to what is known; a key that is there with the value None was looked for in vain, one that
    is not there and matters comes back in ``needs``. ``answers`` maps question keys to validated values. The order of
    the items makes no difference. Raises the refusals ``no_items``, ``items_contradict``, ``items_exclude``, ``plan_cycle`` and those of
    :mod:`tongban.engine.rules`.
    """
    level = min((grade(item).level for item in items), key=LEVELS.index, default=LEVELS[0])
    return planned(items, facts=facts, answers=answers, today=today, city=city, grade=level)
