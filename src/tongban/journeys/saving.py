"""What was saved (四个减), shown: of one case, and of all that a city handled."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tongban.base.actors import Actor
from tongban.base.words import Words
from tongban.cases import saved
from tongban.journeys import bundles, find

ITEMS = 12  # items that the public page names
Totals = saved.Totals


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One item or bundle, by its name, with what it saved; of a bundle that is still offered also what is stated of before."""

    code: str
    title: Words
    totals: Totals
    bundle: bundles.Bundle | None = None


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What a city saved: in all, by bundle, by the items that saved most."""

    whole: Totals
    bundles: tuple[Row, ...]
    items: tuple[Row, ...]


def of_cases(numbers: Iterable[str]) -> Totals | None:
    """What these cases saved, whoever may see them; None where none was counted (it came from another city)."""
    found = saved.of_numbers(list(numbers))
    return found if found.items else None


def of_space(by: Actor) -> Totals | None:
    """What all cases saved that are in the space that ``by`` acts in; None where none was counted."""
    found = saved.of_space(by)
    return found if found.items else None


def of_city(city: str) -> Counted:
    """What was saved for people who applied here for what ``city`` decides. Sums alone: nothing of it is about anybody."""
    titles = {hit.code: hit.title for hit in find.everything(city)}
    known = {each.code: each for each in bundles.everything(city)}
    return Counted(
        whole=saved.of_city(city),
        bundles=tuple(
            Row(code=code, title=bundles.name_of(code, city=city), totals=totals, bundle=known.get(code))
            for code, totals in saved.by_bundle(city)
        ),
        items=tuple(
            Row(code=code, title=titles.get(code, Words(zh=code, en=code)), totals=totals)
            for code, totals in saved.by_item(city, at_most=ITEMS)
        ),
    )
