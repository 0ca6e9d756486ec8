"""Office time: promises in minutes run while the office is open, not on the wall clock.

All moments are aware; days are those of Asia/Shanghai (UTC+8 without summer time in all years the calendar knows).
Amounts are exact ``timedelta``; minutes are for reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import msgspec

from tongban.base.calendar.days import Calendar, CalendarUnknown
from tongban.base.errors import Refusal
from tongban.base.words import Words

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Opening = tuple[int, int]
"""From and to in minutes after midnight, 0 to 1440; open at the first, closed at the second."""
_MINUTE = timedelta(minutes=1)
_SPAN = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])\s*[-–]\s*([01][0-9]|2[0-4]):([0-5][0-9])", re.ASCII)


def day_of(moment: datetime) -> date:
    """The day that it is in Asia/Shanghai at an aware moment: between midnight and eight, not the day of UTC."""
    return moment.astimezone(SHANGHAI).date()


class OfficeHours(msgspec.Struct, frozen=True, kw_only=True):
    """When an office is open.

    ``weekly`` has seven days, Monday first. ``holiday`` holds on statutory holidays (none: closed; None: as the
    weekday), ``makeup`` on make-up working days (None: as on Monday). An ordinary Saturday is open if ``weekly``
    says so. ``closed`` are days, from the first to the last of each pair, on which it does not open whatever else holds.
    """

    weekly: tuple[tuple[Opening, ...], ...]
    holiday: tuple[Opening, ...] | None = ()
    makeup: tuple[Opening, ...] | None = None
    closed: tuple[tuple[date, date], ...] = ()

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise _bad("7")
        for openings in (*self.weekly, self.holiday or (), self.makeup or ()):
            _check(openings)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> OfficeHours:
        """From ``{"mon": ["09:00-12:00", "13:30-17:00"], ..., "holiday": [], "makeup": [...]}``.

        A weekday that is absent is closed; ``holiday`` absent is closed, ``makeup`` absent is Monday's; "weekday" as
        the value of ``holiday`` keeps the weekday's hours. Raises Refusal ``office_hours``.
        """
        unknown = set(data) - {*DAYS, "holiday", "makeup"}
        if unknown:
            raise _bad(", ".join(sorted(map(str, unknown))))
        holiday = data.get("holiday")
        return cls(
            weekly=tuple(_read(data.get(day)) for day in DAYS),
            holiday=None if holiday == "weekday" else _read(holiday),
            makeup=None if data.get("makeup") is None else _read(data["makeup"]),
        )

    def on(self, day: date, calendar: Calendar) -> tuple[Opening, ...]:
        """The openings of a day. Raises CalendarUnknown."""
        if any(first <= day <= last for first, last in self.closed):
            return ()
        calendar.require(day)
        if day in calendar.makeup:
            return self.weekly[0] if self.makeup is None else self.makeup
        if day in calendar.holidays and self.holiday is not None:
            return self.holiday
        return self.weekly[day.weekday()]

    def is_open(self, moment: datetime, calendar: Calendar) -> bool:
        """Whether the office is open at this moment. Raises CalendarUnknown."""
        local = _local(moment)
        return any(start <= local < end for start, end in self.spans(local.date(), calendar))

    def opens(self, moment: datetime, calendar: Calendar, *, within: int = 30) -> datetime | None:
        """When it opens next, where it is closed at ``moment``; None where it is open, or shut for ``within`` days."""
        if self.is_open(moment, calendar):
            return None
        today = _local(moment).date()
        ahead = (span for n in range(within) for span in self.spans(today + timedelta(days=n), calendar))
        return next((start for start, _ in ahead if start > moment), None)

    def spans(self, day: date, calendar: Calendar) -> tuple[tuple[datetime, datetime], ...]:
        """The openings of a day as moments. Raises CalendarUnknown."""
        midnight = datetime.combine(day, time.min, SHANGHAI)
        return tuple((midnight + a * _MINUTE, midnight + b * _MINUTE) for a, b in self.on(day, calendar))


def time_between(start: datetime, end: datetime, hours: OfficeHours, calendar: Calendar) -> timedelta:
    """Office time from ``start`` to ``end``, exact. Raises CalendarUnknown, Refusal ``clock_backwards``."""
    first, last = _local(start), _local(end)
    if last < first:
        raise Refusal("clock_backwards", Words("结束时间早于开始时间", "It ends before it begins"))
    days = (first.date() + timedelta(days=i) for i in range((last.date() - first.date()).days + 1))
    spans = (span for day in days for span in hours.spans(day, calendar))
    return sum((max(timedelta(), min(b, last) - max(a, first)) for a, b in spans), timedelta())


def minutes_between(start: datetime, end: datetime, hours: OfficeHours, calendar: Calendar) -> float:
    """``time_between`` in minutes with a fraction (90 seconds are 1.5); compare amounts with ``time_between``."""
    return time_between(start, end, hours, calendar) / _MINUTE


def add_time(start: datetime, amount: timedelta, hours: OfficeHours, calendar: Calendar) -> datetime:
    """The earliest moment by which ``amount`` of office time has passed since ``start``, in Asia/Shanghai.

    Zero gives ``start`` itself, open or not; an amount that ends with an opening gives closing time, not the next
    opening. ``time_between(start, add_time(start, x)) == x``. Raises CalendarUnknown, Refusal ``term_negative``.
    """
    if amount < timedelta():
        raise Refusal("term_negative", Words("期限不能为负", "A term is not negative"))
    moment = _local(start)
    if not amount:
        return moment
    for a, b in _spans_from(moment, hours, calendar):
        opened = max(a, moment)
        if opened + amount <= b:
            return opened + amount
        amount -= max(timedelta(), b - opened)
    raise AssertionError("openings end only by CalendarUnknown")


def add_minutes(start: datetime, n: int, hours: OfficeHours, calendar: Calendar) -> datetime:
    """``add_time`` for whole minutes."""
    return add_time(start, n * _MINUTE, hours, calendar)


def _spans_from(moment: datetime, hours: OfficeHours, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Openings that end after ``moment``, in order, until the calendar ends (CalendarUnknown)."""
    day = moment.date()
    while True:
        yield from (span for span in hours.spans(day, calendar) if span[1] > moment)
        if day == date.max:
            raise CalendarUnknown(day, calendar.known_until)
        day += timedelta(days=1)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment has a time zone")
    return moment.astimezone(SHANGHAI)


def _read(values: Any) -> tuple[Opening, ...]:
    if values is None:
        return ()
    if isinstance(values, (str, Mapping)) or not isinstance(values, Iterable):
        raise _bad(str(values)[:40])
    return tuple(map(_span, values))


def _span(text: Any) -> Opening:
    found = _SPAN.fullmatch(str(text).strip())
    if found is None:
        raise _bad(str(text)[:40])
    a, b, c, d = map(int, found.groups())
    return a * 60 + b, c * 60 + d


def _check(openings: tuple[Opening, ...]) -> None:
    """In order, apart, within the day."""
    last = 0
    for start, end in openings:
        if not last <= start < end <= 1440:
            raise _bad(f"{start}-{end}")
        last = end


def _bad(what: str) -> Refusal:
    brief = Words("办公时间数据有误", "The office hours are wrong")
    return Refusal("office_hours", brief, because=Words(what, what))
