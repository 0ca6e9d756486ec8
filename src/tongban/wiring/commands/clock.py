"""``tongban clock due``: when does a term of working days end?

Working days of the announced calendar; the start day is not counted (民法典 art. 201); days within a ``--suspended``
interval, both ends included, do not count (行政许可法 art. 45), overlapping intervals once. Prints one JSON object:
``{"due": "2026-03-02", ...}`` and exits 0; ``{"error": "calendar_unknown", ...}`` and exits 1; bad input exits 2.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from tongban.base.calendar import Calendar, CalendarUnknown, Interval, builtin, read_day
from tongban.base.errors import Refusal
from tongban.base.words import Words

NAME = "clock"
HELP = "count a term in working days"
_LONGEST = 100_000  # days; no calendar reaches further


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``due --from DATE --days N [--suspended DATE/DATE]... [--calendar FILE]``; values are checked in ``run``."""
    actions = parser.add_subparsers(dest="action", required=True)
    due = actions.add_parser("due", help="the day on which a term ends")
    due.add_argument("--from", dest="start", required=True, metavar="DATE", help="the day it runs from, not counted")
    due.add_argument("--days", required=True, metavar="N", help="working days, 0 or more")
    due.add_argument(
        "--suspended",
        action="append",
        default=[],
        metavar="DATE/DATE",
        help="an interval that does not count, both ends included; may be given again",
    )
    due.add_argument(
        "--calendar", metavar="FILE", help="a YAML file of further years: {2027: {holidays: [...], workdays: [...]}}"
    )


def run(args: argparse.Namespace) -> int:
    """Print the answer. 0 due, 1 calendar unknown, 2 bad input."""
    try:
        print(json.dumps(_due(args)))
    except CalendarUnknown as no:
        known = no.known_until.isoformat() if no.known_until else None
        return _error(no, 1, known_until=known)
    except Refusal as no:
        return _error(no, 2)
    return 0


def _due(args: argparse.Namespace) -> dict[str, Any]:
    start, days = _date(args.start), _days(args.days)
    suspended = [_interval(text) for text in args.suspended]
    calendar = _calendar(args.calendar)
    calendar.require(start)  # an unknown start year is said even for a term of no days
    due = calendar.add_workdays(start, days, suspended=suspended)
    return {
        "due": due.isoformat(),
        "from": start.isoformat(),
        "days": days,
        "suspended": [f"{a.isoformat()}/{b.isoformat()}" for a, b in suspended],
        "known_until": calendar.known_until.isoformat() if calendar.known_until else None,
    }


def _date(text: str) -> date:
    try:
        return read_day(text)
    except ValueError:
        raise _bad("bad_date", "日期应为 YYYY-MM-DD", f"Not a date (YYYY-MM-DD): {text[:40]!r}") from None


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= _LONGEST):
        raise _bad("bad_days", "天数应为非负整数", f"Not a number of days from 0 to {_LONGEST}: {text[:40]!r}")
    return int(text)


def _interval(text: str) -> Interval:
    first, slash, last = text.partition("/")
    if not slash:
        raise _bad("bad_interval", "中止期间应为 日期/日期", f"Not an interval DATE/DATE: {text[:40]!r}")
    start, end = _date(first), _date(last)
    if end < start:
        raise _bad("interval_backwards", "中止期间的结束早于开始", f"The interval ends before it begins: {text!r}")
    return start, end


def _calendar(path: str | None) -> Calendar:
    if path is None:
        return builtin()
    import yaml

    try:
        data = yaml.safe_load(Path(path).read_text("utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):  # ValueError: a path or text that is none, 30 February
        raise _bad("calendar_data", "无法读取日历文件", "The calendar file cannot be read as YAML") from None
    years = data.get("years", data) if isinstance(data, Mapping) else None
    if not isinstance(years, Mapping):
        raise _bad("calendar_data", "日历文件格式不对", "The calendar file is a mapping of years")
    return Calendar.from_data(cast("Mapping[Any, Any]", years))


def _bad(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code, Words(zh, en))


def _error(no: Refusal, status: int, **more: Any) -> int:
    because = f": {no.because.en}" if no.because else ""
    print(json.dumps({"error": no.code, "reason": no.brief.en + because, **more}), file=sys.stdout)
    return status
