"""What the clock does: reminders, bookings that nobody used, and numbers that the end of a day finds open."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from tongban.appointments import actions as appointments
from tongban.appointments import queries as visits
from tongban.base.actors import SYSTEM
from tongban.base.calendar import CalendarUnknown
from tongban.identity import timetable
from tongban.journeys import nearby
from tongban.journeys.visit import numbers, telling
from tongban.journeys.visit import rules as by_rules

AFTER = timedelta(minutes=30)  # so long after closing time the last are still served


@transaction.atomic
def remind(*, now: datetime) -> int:
    """Tell those whose time comes; how many."""
    rows = appointments.remind(rules=by_rules.rules(), now=now)
    telling.remind(rows, now=now)
    return len(rows)


@transaction.atomic
def lapse(*, now: datetime) -> int:
    """Bookings that nobody used are over, and their people are told; how many."""
    rows = appointments.lapse(by=SYSTEM, now=now)
    telling.missed(rows, now=now)
    return len(rows)


def close(*, now: datetime) -> int:
    """End the day of every hall that has closed; how many numbers were still open."""
    today = numbers.today(now)
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
        spans = nearby.hours_of(settings.TONGBAN_ADCODE, hall).spans(day, timetable.calendar())
    except CalendarUnknown:
        return False  # the next day closes it
    return all(end + AFTER < now for _, end in spans)
