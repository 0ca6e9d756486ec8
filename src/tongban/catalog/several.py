"""Reading many items of one catalogue at once."""

from __future__ import annotations

from collections.abc import Collection

from tongban.catalog import queries
from tongban.catalog.models import Entry
from tongban.engine import items as engine


def in_force(codes: Collection[str], *, city: str) -> dict[str, tuple[str, engine.Item]]:
    """Of these codes what ``city`` offers now: code → digest of its version, and the item."""
    rows = Entry.objects.filter(city=city, code__in=list(codes)).select_related("version")
    return {row.code: (row.version.sha256, queries.item(row.version)) for row in rows}


def offered(*, city: str) -> frozenset[str]:
    """The codes of all that a city offers."""
    return frozenset(Entry.objects.filter(city=city).values_list("code", flat=True))
