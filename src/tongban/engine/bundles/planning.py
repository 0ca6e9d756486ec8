"""The plan of a bundle: for the answers to its questions, in one of its situations, or where nothing is known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from tongban.engine import compose, ways
from tongban.engine.bundles.model import Bundle, Situation
from tongban.engine.items.model import Item
from tongban.engine.plan import Known, Plan

DAY = date(2026, 3, 2)  # on which a bundle without a situation is composed


def plan(bundle: Bundle, items: Collection[Item], situation: Situation | None = None) -> Plan:
    """The plan of these items of a bundle, in a situation of it or where nothing is known."""
    facts = situation.facts if situation else {}
    return compose.compose(
        tuple(items),
        facts={key: Known(value=value, source="example") for key, value in facts.items()},
        answers={**said(bundle, situation.chosen if situation else {}, items), **(situation.answers if situation else {})},
        today=date.fromisoformat(situation.today) if situation else DAY,
        city=situation.city if situation else "000000",
    )


def chosen(bundle: Bundle, answers: Mapping[str, str]) -> ways.Way:
    """The way for these answers; each question that they leave open is answered by its first option."""
    given = {each.key: told for each in bundle.questions if (told := answers.get(each.key))}
    for _ in range(len(bundle.questions) + 1):
        way = ways.way(bundle, given)
        left = next((each for each in way.asked if each.key not in way.answers), None)
        if left is None:
            return way
        given[left.key] = left.options[0].value
    return way


def situation_for(bundle: Bundle, codes: Collection[str]) -> Situation | None:
    """The first situation that goes well and comes to exactly these members."""
    good = (each for each in bundle.situations if not each.expect.failed)
    return next((each for each in good if set(ways.way(bundle, each.chosen).sure) == set(codes)), None)


def said(bundle: Bundle, chosen: Mapping[str, str], items: Collection[Item]) -> dict[str, Any]:
    """What a bundle and the answers to its questions say to questions of these items: it is not asked again."""
    fields = {field.key: field for item in items for field in item.form}
    told = {key: value for key, value in bundle.settles.items() if key in fields}
    for key, value in chosen.items():
        field = fields.get(key)
        if field and value in [option.value for option in field.options]:
            told[key] = [value] if field.widget == "choices" else value
    return told


def counted(bundle: Bundle, items: Mapping[str, Item], answers: Mapping[str, str]) -> compose.Saving | None:
    """What a bundle saves for these answers (the others are the first), in the situation that is theirs; None where it has
    no such situation."""
    codes = chosen(bundle, answers).sure
    situation = situation_for(bundle, codes)
    if situation is None:
        return None
    of = [items[code] for code in codes]
    return compose.saving(of, plan(bundle, of, situation))
