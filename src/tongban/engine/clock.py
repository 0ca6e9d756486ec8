"""The statutory clock (行政许可法 arts. 42, 45, 82; 民法典 art. 201): due, used and left, never backwards.

Working days: holidays do not count, nor does the day on which the clock starts or starts again. Office minutes: only
the opening hours of the office count. Both stand still while a stop is open.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from tongban.engine.plan import Promise


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """The clock stood still from ``since`` until ``until`` (None: it still does), on a ``basis`` of art. 45. ``step``
    is the key of the step that stopped it, None where an officer suspended the case."""

    since: datetime
    until: datetime | None = None
    basis: str
    step: str | None = None


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """``received_at``: what was asked for came in complete as far as the applicant knew. ``started_at``: accepted.
    ``ended_at``: decided, or closed without a decision. ``extended`` is in working days (art. 42)."""

    promise: Promise
    legal: Promise
    received_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    stops: tuple[Stop, ...] = ()
    extended: int = 0
