"""The node's working-day calendar and its offices' hours (工作日历与办公时间)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from tongban.base.calendar import Calendar, OfficeHours, builtin
from tongban.identity.models import Office

# Offices that say nothing of their hours: the usual ones.
USUAL = {day: ["09:00-12:00", "13:30-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def calendar() -> Calendar:
    """The built-in years and what the operator added: the city's `calendar.yaml`, then `<home>/calendar.yaml`."""
    files = (
        Path(settings.TONGBAN_REPOSITORY) / "cities" / settings.TONGBAN_ADCODE / "calendar.yaml",
        Path(settings.TONGBAN_HOME) / "calendar.yaml",
    )
    return _read(tuple((str(f), f.stat().st_mtime_ns) for f in files if f.exists()))


@lru_cache(maxsize=8)
def _read(files: tuple[tuple[str, int], ...]) -> Calendar:
    days = builtin()
    for path, _ in files:
        years = (yaml.safe_load(Path(path).read_text()) or {}).get("years", {})
        days = Calendar.from_data(years, base=days)
    return days


def hours(office: str) -> OfficeHours:
    """When an office works; the usual hours for one that is not known here."""
    data = Office.objects.filter(key=office).values_list("hours", flat=True).first()
    return OfficeHours.from_data(data or USUAL)


def hours_of(office: dict[str, Any]) -> OfficeHours:
    """The hours that an office's own description gives (of this city or another), else the usual ones."""
    return OfficeHours.from_data(office.get("hours") or USUAL)
