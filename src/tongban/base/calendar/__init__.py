"""Working days (``days``) and office time (``hours``)."""

from tongban.base.calendar.days import Calendar, CalendarUnknown, Interval, builtin, read_day
from tongban.base.calendar.hours import (
    DAYS,
    SHANGHAI,
    OfficeHours,
    Opening,
    add_minutes,
    add_time,
    day_of,
    minutes_between,
    time_between,
)

__all__ = [
    "DAYS",
    "SHANGHAI",
    "Calendar",
    "CalendarUnknown",
    "Interval",
    "OfficeHours",
    "Opening",
    "add_minutes",
    "add_time",
    "builtin",
    "day_of",
    "minutes_between",
    "read_day",
    "time_between",
]
