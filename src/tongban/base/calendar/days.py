"""Which days are working days, and how much office time lies between two moments.

Days: weekends are off, statutory holidays are off, make-up days (调休) are worked, as the State Council announces them
year by year. The day from which a term runs is not counted (民法典 art. 201); terms of licences count working days
without holidays (行政许可法 art. 82). Beyond the announced years nothing is guessed: ``CalendarUnknown``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from chinese_calendar import constants

from tongban.base.errors import Refusal
from tongban.base.words import Words

Interval = tuple[date, date]
"""Two dates, both of them in it."""
_DAY = timedelta(days=1)
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_RANGE = 60  # days; a longer holiday in a file is a slip of the pen


class CalendarUnknown(Refusal):
    """The working days of a year are not announced, or not loaded."""

    def __init__(self, day: date, known_until: date | None) -> None:
        until = known_until.isoformat() if known_until else "-"
        super().__init__(
            "calendar_unknown",
            Words(f"尚无{day.year}年的工作日历", f"The working days of {day.year} are not known yet"),
            because=Words(f"日历数据截至{until}", f"The calendar ends on {until}"),
            next_step=Words("请在节假日安排公布后更新日历文件", "Extend the calendar file once holidays are announced"),
        )
        self.day = day
        self.known_until = known_until


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """Statutory holidays, make-up working days, and the years for which both are known."""

    holidays: frozenset[date]
    makeup: frozenset[date]
    years: frozenset[int]

    @classmethod
    def from_data(cls, years: Mapping[Any, Mapping[str, Iterable[Any]]], *, base: Calendar | None = None) -> Calendar:
        """``base`` (default: ``builtin()``) with an operator's years added.

        ``{2027: {"holidays": ["2027-01-01", "2027-02-05/2027-02-11"], "workdays": ["2027-02-14"]}}``: dates, ISO
        strings or inclusive ranges, within the year (make-up days also in the December before). For a year that
        ``base`` knows they are changes on top of it; a new year becomes known. Raises Refusal ``calendar_data``.
        """
        calendar = builtin() if base is None else base
        for year, data in years.items():
            calendar = _with_year(calendar, _year(year), data)
        return calendar

    @property
    def known_until(self) -> date | None:
        """The last day of the unbroken run of known years that begins with the first; None without any."""
        year = min(self.years, default=None)
        while year is not None and year + 1 in self.years:
            year += 1
        return None if year is None else date(year, 12, 31)

    def knows(self, day: date) -> bool:
        """Whether the day's year is known."""
        return day.year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this day. Raises CalendarUnknown."""
        self.require(day)
        return day in self.makeup or (day.weekday() < 5 and day not in self.holidays)

    def add_workdays(self, start: date, n: int, *, suspended: Iterable[Interval] = ()) -> date:
        """The ``n``-th working day after ``start``, which is not counted itself (民法典 art. 201); 0 gives ``start``.

        Days within ``suspended`` intervals do not count (行政许可法 art. 45): both ends are in, that is, the day on
        which the clock stopped to the day before it goes on. Overlapping intervals count once. Raises CalendarUnknown,
        Refusal ``term_negative`` or ``interval_backwards``.
        """
        if n < 0:
            raise Refusal("term_negative", Words("期限天数不能为负", "A term is not negative"))
        stops = _intervals(suspended)
        day = start
        while n:
            day = self._next(day)
            n -= self.is_workday(day) and not _covered(day, stops)
        return day

    def workdays_between(self, start: date, end: date, *, suspended: Iterable[Interval] = ()) -> int:
        """Working days after ``start`` up to and with ``end``, without suspended ones; the inverse of ``add_workdays``.

        0 when ``end`` is ``start``. Raises CalendarUnknown, Refusal ``interval_backwards`` when it is before.
        """
        _intervals([(start, end)])
        stops = _intervals(suspended)
        days = (start + timedelta(days=i) for i in range(1, (end - start).days + 1))
        return sum(self.is_workday(day) and not _covered(day, stops) for day in days)

    def require(self, day: date) -> None:
        """Raise CalendarUnknown unless the day's year is known."""
        if not self.knows(day):
            raise CalendarUnknown(day, self.known_until)

    def _next(self, day: date) -> date:
        if day == date.max:
            raise CalendarUnknown(day, self.known_until)
        return day + _DAY


@lru_cache(maxsize=1)
def builtin() -> Calendar:
    """The years that the ``chinesecalendar`` package knows: 2004 to 2026 in its release of early 2026."""
    holidays, makeup = frozenset(constants.holidays), frozenset(constants.workdays)
    # The package's last year counts as known because a year's schedule is announced as a whole, the year before.
    years = frozenset(range(min(holidays).year, max(holidays).year + 1))
    return Calendar(holidays=holidays, makeup=makeup, years=years)


def _with_year(calendar: Calendar, year: int, data: Mapping[str, Iterable[Any]]) -> Calendar:
    if not isinstance(data, Mapping) or set(data) - {"holidays", "workdays"}:
        raise _bad(f"{year}: holidays, workdays")
    off, on = _days(data.get("holidays")), _days(data.get("workdays"))
    december_before = {day for day in on if (day.year, day.month) == (year - 1, 12)}
    stray = {day for day in off | on if day.year != year} - december_before
    if stray or off & on:
        raise _bad(f"{year}: {', '.join(sorted(day.isoformat() for day in stray | off & on))}")
    return Calendar(
        holidays=(calendar.holidays - on) | off,
        makeup=(calendar.makeup - off) | on,
        years=calendar.years | {year},
    )


def _year(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) == 4) or text < "1949":
        raise _bad(text[:20])
    return int(text)


def _days(values: Any) -> frozenset[date]:
    if values is None:
        return frozenset()
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise _bad(str(values)[:40])
    return frozenset(day for value in values for day in _range(value))


def _range(value: Any) -> list[date]:
    if isinstance(value, date) and not isinstance(value, datetime):  # a moment is no day, and would equal none
        return [value]
    try:
        first, _, last = str(value).partition("/")
        start = read_day(first)
        length = (read_day(last) - start).days if last else 0
    except ValueError:
        raise _bad(str(value)[:40]) from None
    if not 0 <= length <= _LONGEST_RANGE:
        raise _bad(str(value)[:40])
    return [start + timedelta(days=i) for i in range(length + 1)]


def read_day(text: str) -> date:
    """A day written YYYY-MM-DD. Raises ValueError, also for ISO 8601's other ways (2026-W01-1, 20260101): as text they sort
    elsewhere, so that a rule that compares days would let them through."""
    if not _WRITTEN.fullmatch(text):
        raise ValueError(text[:40])
    return date.fromisoformat(text)


def _bad(what: str) -> Refusal:
    return Refusal(
        "calendar_data",
        Words("日历数据有误", "The calendar data is wrong"),
        because=Words(what, what),
    )


def _intervals(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    checked = tuple(intervals)
    for start, end in checked:
        if end < start:
            raise Refusal("interval_backwards", Words("结束日期早于开始日期", "It ends before it begins"))
    return checked


def _covered(day: date, intervals: tuple[Interval, ...]) -> bool:
    return any(start <= day <= end for start, end in intervals)
