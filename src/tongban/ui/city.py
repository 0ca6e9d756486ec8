"""The city whose pages these are, as the settings name it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings

from tongban.base.words import Words
from tongban.ui import colour


@dataclass(frozen=True, kw_only=True)
class City:
    """What page furniture shows of a node: ``adcode``, its name, the ``short`` one for narrow screens, the accent as
    ``#rrggbb``, and the ``mark``, one Chinese character that stands in the roundel (松, 杭)."""

    adcode: str
    name: Words
    short: Words | None = None
    accent: str = colour.DEFAULT_ACCENT
    mark: str = "通"
    hotline: str = "12345"

    @property
    def sheet(self) -> str:
        """The style sheet that sets this city's accent."""
        return colour.accent_css(self.accent)

    @property
    def stamp(self) -> str:
        """Changes when the accent sheet does, so that browsers may keep it for long."""
        return hashlib.sha256(self.sheet.encode()).hexdigest()[:12]


def here() -> City:
    """The node's own city: ``settings.TONGBAN_CITY``, a ``City``."""
    return settings.TONGBAN_CITY
