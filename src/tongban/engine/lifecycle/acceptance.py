"""When silence counts as acceptance (行政许可法 art. 32)."""

from __future__ import annotations

from datetime import date, datetime

from tongban.base.calendar import Calendar, CalendarUnknown, day_of
from tongban.engine.lifecycle.state import Case, Status

DAYS_TO_ANSWER = 5


def answer_by(case: Case, calendar: Calendar) -> date | None:
    """The last day on which the office may accept, refuse or ask for supplements: the fifth working day after the day
    on which the application (or its supplement) was received. None where the calendar ends before."""
    try:
        return calendar.add_workdays(day_of(case.clock.received_at), DAYS_TO_ANSWER)
    except CalendarUnknown:
        return None


def deemed_accepted(case: Case, now: datetime, calendar: Calendar) -> bool:
    """Whether the case counts as accepted, from the day it was received, because nobody answered in time."""
    if case.status is not Status.SUBMITTED:
        return False
    last = answer_by(case, calendar)
    return last is not None and day_of(now) > last
