"""What the home page knows beside the catalogue, all of it data: subjects, and the city's notices."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import yaml
from django.conf import settings

from tongban.base.words import Words


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """What a city tells everybody, from day ``since`` until day ``until``, both included."""

    key: str
    since: date
    title: Words
    until: date | None = None
    body: Words | None = None
    link: str | None = None


@lru_cache(maxsize=1)
def subjects() -> dict[str, Words]:
    """Subjects by ``p`` or ``f`` and their code, in the order of the standard."""
    told = yaml.safe_load((settings.TONGBAN_REPOSITORY / "services" / "subjects.yaml").read_text("utf-8"))
    marks = (("p", "persons"), ("f", "firms"))
    return {f"{mark}{code}": Words(**title) for mark, kind in marks for code, title in told[kind].items()}


def notices(city: str, *, today: date) -> list[Notice]:
    """What a city tells today, newest first: its own folder's, and for this node also what its operator wrote."""
    files = [settings.TONGBAN_REPOSITORY / "cities" / city / "notices.yaml"]
    if city == settings.TONGBAN_ADCODE:
        files.append(Path(settings.TONGBAN_HOME) / "notices.yaml")
    told = [each for path in files for each in _notices(path, _changed(path))]
    now = [each for each in told if each.since <= today and (each.until is None or today <= each.until)]
    return sorted(now, key=lambda each: (each.since, each.key), reverse=True)


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


@lru_cache(maxsize=64)
def _notices(path: Path, changed: int) -> tuple[Notice, ...]:
    told: list[Any] = yaml.safe_load(path.read_text("utf-8")) or [] if changed else []
    return msgspec.convert(told, tuple[Notice, ...])
