"""Whether a firm's name may be had here, now."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache

from tongban.registries import names
from tongban.registries.models import FirmName

# One look at the index for each key. Written as ``keys && [all]`` the planner adds up the keys' guessed frequencies and
# reads the whole table instead: 170 ms among 100,000 names against 2 ms.
_ALIKE = """
    SELECT DISTINCT ON (f.id) f.*
    FROM unnest(%(keys)s::varchar[]) AS wanted (key) JOIN registries_firmname f ON f.keys @> ARRAY[wanted.key]
    WHERE f.state = 'taken' OR (f.until > %(now)s AND f.reserved_for <> %(asking)s)
    ORDER BY f.id
"""


def check_name(
    *, name: str, city: str, now: datetime, reserved_for: str = "", related: Collection[str] = ()
) -> names.NameVerdict:
    """Judge ``name`` for registration in ``city`` (adcode) against every name taken or reserved there.

    ``reserved_for``: the draft or case that asks; what it reserved itself does not stand in its way. ``related``:
    names of firms it has a tie of investment with (art. 17).
    """
    places, asking = places_of(city), {"city": city, "now": now, "reserved_for": reserved_for}
    verdict = names.judge(name, places, candidates(name, **asking), related=related, suggest=0)
    if verdict.ok or verdict.parsed is None:
        return verdict
    return names.judge(name, places, candidates(name, *names.variants(verdict.parsed), **asking), related=related)


def name_reserved_for(reserved_for: str, *, city: str, now: datetime) -> FirmName | None:
    """The name that this draft or case has reserved and not lost, or None."""
    rows = FirmName.objects.filter(division_id=city, reserved_for=reserved_for, state=FirmName.State.RESERVED)
    return rows.filter(until__gt=now).order_by("id").last()


def candidates(*wanted: str, city: str, now: datetime, reserved_for: str = "") -> list[names.Existing]:
    """Every name that shares a key with one of the ``wanted``: one look at the index, whatever the registry's size.
    One that cannot be taken apart has none."""
    keys = sorted({key for name in wanted for key in keys_of(name, city)})
    rows = FirmName.objects.raw(_ALIKE, {"keys": stored_keys(city, keys), "now": now, "asking": reserved_for})
    return [_existing(row) for row in rows]


def keys_of(name: str, city: str) -> tuple[str, ...]:
    """The keys by which ``name`` is like others; none where it cannot be taken apart."""
    try:
        return names.keys(names.parse(name, places_of(city)).core)
    except names.Malformed:
        return ()


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
