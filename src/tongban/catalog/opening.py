"""The open catalogue: what anybody's programs are told of all that is offered, and of every version there was."""

from __future__ import annotations

from datetime import datetime

from tongban.catalog.models import Entry, ItemVersion


def dated(city: str = "") -> list[tuple[str, str, datetime]]:
    """City and code of everything offered (of one city, or of all), with when its version was published; by city and code."""
    found = Entry.objects.filter(city=city) if city else Entry.objects.all()
    return list(found.order_by("city", "code").values_list("city", "code", "version__published_at"))


def versions(code: str, *, city: str) -> list[ItemVersion]:
    """Every version of an item, the newest first, without the bodies."""
    return list(ItemVersion.objects.filter(city=city, code=code).defer("body").order_by("-number"))
