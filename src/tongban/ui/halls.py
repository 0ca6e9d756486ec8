"""Days, times and waits of halls in words, for the portal and the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from markupsafe import Markup

from tongban.base.words import Words
from tongban.journeys import visit
from tongban.ui import words

NOON, EVENING = 12, 18
SHORT = 5  # minutes below which nobody counts them
ALL = Words(zh="所有事项", en="Any service")


def days(
    found: list[visit.booking.Day], chosen: visit.booking.Day, link: Callable[[visit.booking.Day], str]
) -> list[dict[str, Any]]:
    """Days to choose from, as ``ui.days`` draws them."""
    return [
        {
            "day": words.day(each.day, weekday=False),
            "weekday": words.weekday_of(each.day),
            "href": link(each),
            "here": each.day == chosen.day,
            "left": each.left,
            "says": _left(each),
        }
        for each in found
    ]


def _left(day: visit.booking.Day) -> str:
    if not day.known:
        return words.t("待公布", "not known")
    if not day.times:
        return words.t("不开放", "closed")
    return words.t(f"余 {day.left}", f"{day.left} left") if day.left else words.t("约满", "full")


def times(day: visit.booking.Day) -> list[dict[str, Any]]:
    """The times of a day: morning, afternoon and evening apart."""
    parts = [
        (Words(zh="上午", en="Morning"), [t for t in day.times if _hour(t.starts_at) < NOON]),
        (Words(zh="下午", en="Afternoon"), [t for t in day.times if NOON <= _hour(t.starts_at) < EVENING]),
        (Words(zh="晚上", en="Evening"), [t for t in day.times if _hour(t.starts_at) >= EVENING]),
    ]
    return [{"title": title, "times": [_time(t) for t in found]} for title, found in parts if found]


def _hour(at: datetime) -> int:
    return at.astimezone(words.SHANGHAI).hour


def _time(each: visit.booking.Time) -> dict[str, Any]:
    start = each.starts_at.astimezone(words.SHANGHAI)
    return {
        "value": start.strftime("%Y-%m-%dT%H:%M"),
        "text": f"{words.clock_time(each.starts_at)}–{words.clock_time(each.ends_at)}",
        "left": each.left,
        "says": words.t(f"余 {each.left}", f"{each.left} left") if each.left else words.t("约满", "full"),
    }


def wait(minutes: int) -> str:
    """About how long: a range, for nobody knows it to the minute."""
    if minutes < SHORT:
        return words.t("不到 5 分钟", "under 5 min")
    low = minutes // 5 * 5
    high = low + max(5, low // 2 // 5 * 5)
    return words.t(f"约 {low} 到 {high} 分钟", f"about {low} to {high} min")


def when(row: Any) -> str:
    """A booking's time in words."""
    return f"{words.moment(row.starts_at)}–{words.clock_time(row.slot.ends_at)}"


def code(row: Any) -> str:
    """The eight letters in two groups, as they are said."""
    return f"{row.code[:4]} {row.code[4:]}"


def marked(row: Any) -> Markup:
    """``code`` on a page: marked as a code, for it is no word of any language."""
    return Markup("<code>{}</code>").format(code(row))


def what_for(row: Any) -> list[Words]:
    """What a booking or number is for."""
    return [Words(**each["title"]) for each in row.matters] or [ALL]
