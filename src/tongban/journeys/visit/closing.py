"""What the clock does: reminders, bookings that nobody used, and numbers that the end of a day finds open."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.appointments import actions as appointments
from tongban.appointments import queries as visits
from tongban.base.actors import SYSTEM
from tongban.base.calendar import SHANGHAI, CalendarUnknown, day_of
from tongban.journeys import nearby
from tongban.journeys.visit import rules as by_rules
from tongban.journeys.visit import telling

AFTER = timedelta(minutes=30)  # so long after closing time the last are still served


@transaction.atomic
def remind(*, now: datetime) -> int:
    """Tell those whose time comes; how many."""
    rows = appointments.remind(rules=by_rules.rules(), now=now)
    telling.remind(rows, now=now)
    return len(rows)


def call_off(*, now: datetime) -> int:
    """Bookings of times at which their hall does not open any more are called off, and their people told; how many. A time
    that only is cut otherwise now stands: the hall is open, and they are received."""
    gone = [row for row in visits.to_come(now=now) if not _receives(row)]
    for row in gone:
        with transaction.atomic():
            appointments.call_off(booking=row, why="hall-closed", by=SYSTEM, now=now)
            telling.called_off([row], now=now)
    return len(gone)


def _receives(row: Any) -> bool:
    """Whether the hall of a booking is open for all of its time; so it is while nobody knows about the holiday."""
    hall = next((each for each in nearby.halls(settings.TONGBAN_ADCODE) if each.key == row.slot.hall), None)
    if hall is None or not by_rules.lanes(hall):
        return False
    begins, ends = row.starts_at.astimezone(SHANGHAI), row.slot.ends_at
    try:
        spans = nearby.spans(settings.TONGBAN_ADCODE, hall, begins.date())
    except CalendarUnknown:
        return True
    return any(start <= begins and ends <= end for start, end in spans)


@transaction.atomic
def lapse(*, now: datetime) -> int:
    """Bookings that nobody used are over, and their people are told; how many."""
    rows = appointments.lapse(by=SYSTEM, now=now)
    telling.missed(rows, now=now)
    return len(rows)


def close(*, now: datetime) -> int:
    """End the day of every hall that has closed; how many numbers were still open."""
    today = day_of(now)
    over = visits.open_days(before=today)
    over += [(hall, today) for hall in visits.halls_open_on(today) if _has_closed(hall, today, now)]
    return sum(_close(hall, day, now) for hall, day in over)


@transaction.atomic
def _close(hall: str, day: date, now: datetime) -> int:
    rows = appointments.close_day(hall=hall, day=day, by=SYSTEM, now=now)
    telling.closed([row for row in rows if not row.window], now=now)
    return len(rows)


def _has_closed(key: str, day: date, now: datetime) -> bool:
    """Whether the last opening of this day is over for some time; a hall that is gone has closed."""
    hall = next((each for each in nearby.halls(settings.TONGBAN_ADCODE) if each.key == key), None)
    if hall is None:
        return True
    try:
        spans = nearby.spans(settings.TONGBAN_ADCODE, hall, day)
    except CalendarUnknown:
        return False  # the next day closes it
    return all(end + AFTER < now for _, end in spans)
