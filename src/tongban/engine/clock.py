"""The statutory clock (行政许可法 arts. 42, 45, 82; 民法典 art. 201): due, used and left, never backwards.

Working days: holidays do not count, nor does the day on which the clock starts or starts again. Office minutes: only
the opening hours of the office count. Both stand still while a stop is open. The day on which the clock stops does not
count, the day on which it goes on does; so only days that are over count as used, and nothing is ever given back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec

from tongban.base.calendar import (
    Calendar,
    CalendarUnknown,
    Interval,
    OfficeHours,
    add_time,
    day_of,
    time_between,
)
from tongban.engine.plan import Promise

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
Span = tuple[datetime, datetime]


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


def stopped(clock: Clock) -> bool:
    """Whether the clock stands still."""
    return any(stop.until is None for stop in clock.stops)


def due(
    clock: Clock, calendar: Calendar, hours: OfficeHours | None = None, *, legal: bool = False
) -> date | datetime | None:
    """The last day of a term in working days, or the moment at which office minutes run out.

    None while pending: not started, stopped, or the calendar ends before (``standards.md``). ``legal`` asks for the
    statutory term instead of the promise. ``hours`` are those of the deciding office; only minutes need them.
    """
    if stopped(clock):
        return None
    try:
        return _due(clock, calendar, hours, _term(clock, legal))
    except CalendarUnknown:
        return None


def used(
    clock: Clock, now: datetime, calendar: Calendar, hours: OfficeHours | None = None, *, legal: bool = False
) -> int | None:
    """What has run off: working days that are over (with the last one, once ended), or whole office minutes.

    0 before the start; None where the calendar ends, or the office's hours are not known.
    """
    try:
        return _used(clock, now, calendar, hours, _term(clock, legal))
    except CalendarUnknown:
        return None


def left(
    clock: Clock, now: datetime, calendar: Calendar, hours: OfficeHours | None = None, *, legal: bool = False
) -> int | None:
    """What remains, in the unit of the term, today included; 0 or less: the time is up. None as in ``used``."""
    spent = used(clock, now, calendar, hours, legal=legal)
    total = allowed(clock, legal=legal)
    return None if spent is None or total is None else total - spent


def allowed(clock: Clock, *, legal: bool = False) -> int | None:
    """The whole term in its unit, with what it was extended by (working days only); None if there is no term."""
    term = _term(clock, legal)
    if term.office_minutes is not None:
        return term.office_minutes
    return None if term.working_days is None else term.working_days + clock.extended


def overdue(
    clock: Clock, now: datetime, calendar: Calendar, hours: OfficeHours | None = None, *, legal: bool = False
) -> bool:
    """Whether the term ended before the clock did, or before it stopped; False while pending."""
    opened = [stop.since for stop in clock.stops if stop.until is None]
    ran = msgspec.structs.replace(clock, stops=tuple(s for s in clock.stops if s.until is not None))
    last = due(ran, calendar, hours, legal=legal)
    moment = min([now, *opened, *([clock.ended_at] if clock.ended_at else [])])
    if last is None:
        return False
    return moment > last if isinstance(last, datetime) else day_of(moment) > last


def _term(clock: Clock, legal: bool) -> Promise:
    return clock.legal if legal else clock.promise


def _due(clock: Clock, calendar: Calendar, hours: OfficeHours | None, term: Promise) -> date | datetime | None:
    if clock.started_at is None:
        return None
    if term.office_minutes is not None:
        return None if hours is None else _due_minutes(clock, clock.started_at, calendar, hours, term.office_minutes)
    if term.working_days is None:
        return None
    days = term.working_days + clock.extended
    return calendar.add_workdays(day_of(clock.started_at), days, suspended=_still_days(clock))


def _due_minutes(
    clock: Clock, start: datetime, calendar: Calendar, hours: OfficeHours, minutes: int
) -> datetime:
    amount = minutes * _MINUTE
    for a, b in _running(clock, start, _last_moment(clock, start)):
        ran = time_between(a, b, hours, calendar)
        if ran >= amount:
            return add_time(a, amount, hours, calendar)
        amount -= ran
    return add_time(_last_moment(clock, start), amount, hours, calendar)


def _last_moment(clock: Clock, start: datetime) -> datetime:
    """From here on nothing stops the clock."""
    return max([start, *(stop.until for stop in clock.stops if stop.until is not None)])


def _used(
    clock: Clock, now: datetime, calendar: Calendar, hours: OfficeHours | None, term: Promise
) -> int | None:
    if clock.started_at is None:
        return 0
    until = now if clock.ended_at is None else min(now, clock.ended_at)
    if term.office_minutes is None:
        return _used_days(clock, clock.started_at, until, calendar)
    if hours is None:
        return None
    spans = _running(clock, clock.started_at, until)
    return sum((time_between(a, b, hours, calendar) for a, b in spans), timedelta()) // _MINUTE


def _used_days(clock: Clock, started_at: datetime, until: datetime, calendar: Calendar) -> int:
    """Days that are over; the day on which the clock ended is over too."""
    start, last = day_of(started_at), day_of(until)
    if until != clock.ended_at:
        last -= _DAY
    return calendar.workdays_between(start, max(start, last), suspended=_still_days(clock))


def _still_days(clock: Clock) -> list[Interval]:
    """From the day of the stop to the day before the clock goes on; a stop within one day stops no day."""
    days = [(day_of(s.since), date.max if s.until is None else day_of(s.until) - _DAY) for s in clock.stops]
    return [(a, b) for a, b in days if a <= b]


def _running(clock: Clock, start: datetime, until: datetime) -> Iterator[Span]:
    """The spans from ``start`` to ``until`` in which no stop was open, in order."""
    cursor = start
    for stop in sorted(clock.stops, key=lambda s: s.since):
        end = min(stop.since, until)
        if cursor < end:
            yield cursor, end
        cursor = max(cursor, until if stop.until is None else stop.until)
    if cursor < until:
        yield cursor, until
