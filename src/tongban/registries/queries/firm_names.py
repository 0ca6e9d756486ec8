"""Whether a firm's name may be had here, now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache

from django.db.models import Q

from tongban.base.errors import Refusal
from tongban.registries import names
from tongban.registries.models import FirmName


def check_name(
    *, name: str, city: str, now: datetime, reserved_for: str = "", related: Collection[str] = ()
) -> names.NameVerdict:
    """Judge ``name`` for registration in ``city`` (adcode) against every name taken or reserved there.

    ``reserved_for``: the draft or case that asks; what it reserved itself does not stand in its way. ``related``:
    names of firms it has a tie of investment with (art. 17).
    """
    places = places_of(city)
    return names.judge(name, places, candidates(name, city=city, now=now, reserved_for=reserved_for), related=related)


def name_reserved_for(reserved_for: str, *, city: str, now: datetime) -> FirmName | None:
    """The name that this draft or case has reserved and not lost, or None."""
    rows = FirmName.objects.filter(division_id=city, reserved_for=reserved_for, state=FirmName.State.RESERVED)
    return rows.filter(until__gt=now).order_by("id").last()


def candidates(name: str, *, city: str, now: datetime, reserved_for: str = "") -> list[names.Existing]:
    """Every name that shares a key with ``name`` or a variant of it: one look at the index, whatever the registry's
    size. Empty where the name cannot be taken apart."""
    places = places_of(city)
    try:
        parsed = names.parse(name, places)
    except Refusal:
        return []
    keys = {*names.keys(parsed.core)}
    for variant in names.variants(parsed):
        keys.update(names.keys(variant.removeprefix(parsed.division).removesuffix(parsed.form).removesuffix(parsed.trade)))
    rows = FirmName.objects.filter(keys__overlap=stored_keys(city, sorted(keys)))
    rows = rows.filter(Q(state=FirmName.State.TAKEN) | Q(until__gt=now))
    if reserved_for:
        rows = rows.exclude(state=FirmName.State.RESERVED, reserved_for=reserved_for)
    return [_existing(row) for row in rows.order_by("id")]


def stored_keys(city: str, keys: Iterable[str]) -> list[str]:
    """Keys as they are stored: with the city before them, so that the one index answers alone, however many names a
    city has (beside a condition on the city, PostgreSQL may prefer to read all of the city's names)."""
    return [f"{city} {key}" for key in keys]


@lru_cache(maxsize=64)
def places_of(city: str) -> names.Places:
    """How a city may be written in a name."""
    return names.Places.of(city)


def _existing(row: FirmName) -> names.Existing:
    return names.Existing(
        name=row.name,
        core=row.core,
        trade=row.trade,
        families=frozenset(row.families),
        reserved=row.state == FirmName.State.RESERVED,
    )
