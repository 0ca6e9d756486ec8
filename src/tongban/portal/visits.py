"""Times, bookings and numbers in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from tongban.base.actors import Kind
from tongban.base.words import Words
from tongban.journeys import nearby, visit
from tongban.portal import presenters
from tongban.ui import words

BOOKED = {
    "booked": (Words(zh="已约好", en="Booked"), "done"),
    "arrived": (Words(zh="已取号", en="Number taken"), "done"),
    "cancelled": (Words(zh="已取消", en="Cancelled"), "plain"),
    "missed": (Words(zh="没有来", en="Not used"), "waiting"),
}
QUEUED = {
    "waiting": (Words(zh="等候中", en="Waiting"), "current"),
    "called": (Words(zh="请到窗口", en="Please come"), "done"),
    "done": (Words(zh="已办完", en="Served"), "done"),
    "missed": (Words(zh="已过号", en="Call missed"), "waiting"),
    "left": (Words(zh="已退号", en="Given back"), "plain"),
    "closed": (Words(zh="已随当天结束", en="Ended with the day"), "plain"),
}
NOON = 12
ALL = Words(zh="所有事项", en="Any service")


def purpose(request: HttpRequest) -> visit.rules.Purpose:
    """What somebody comes for, as the address or form says it."""
    told = request.POST if request.method == "POST" else request.GET
    by = request.actor if request.actor.kind is Kind.PERSON and request.actor.level >= 1 else None
    return visit.rules.purpose(
        items=[code[:80] for code in told.getlist("item")],
        case=told.get("case", "")[:80],
        bundle=told.get("bundle", "")[:80],
        by=by,
        now=request.now,
    )


def kept(found: visit.rules.Purpose) -> list[tuple[str, str]]:
    """A purpose as fields of an address or a form."""
    if found.case:
        return [("case", found.case)]
    fields = [("item", each["code"]) for each in found.matters]
    return [*fields, ("bundle", found.bundle)] if found.bundle else fields


def address(hall: str, fields: Sequence[tuple[str, str]] = (), **more: str) -> str:
    """The page of a hall, for this purpose."""
    said = urlencode([*fields, *((name, value) for name, value in more.items() if value)])
    return reverse("portal:visit", args=[hall]) + (f"?{said}" if said else "")


def offered(city: str, hall: nearby.Hall, fields: Sequence[tuple[str, str]] = ()) -> str | None:
    """Where a time is booked or a number taken in a hall; None where it is another city's, or nobody is received."""
    if city != settings.TONGBAN_ADCODE or not visit.rules.lanes(hall):
        return None
    return address(hall.key, fields)


def days(found: list[visit.booking.Day], chosen: visit.booking.Day, link: Any) -> list[dict[str, Any]]:
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
    """The times of a day, morning and afternoon apart."""
    parts = [
        (Words(zh="上午", en="Morning"), [t for t in day.times if _hour(t.starts_at) < NOON]),
        (Words(zh="下午", en="Afternoon"), [t for t in day.times if _hour(t.starts_at) >= NOON]),
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


def queues(found: list[visit.numbers.Queue]) -> list[dict[str, Any]]:
    """Lanes with how many wait."""
    return [
        {
            "letter": each.lane.letter,
            "title": each.lane.title,
            "waiting": each.waiting,
            "minutes": wait(each.minutes),
        }
        for each in found
    ]


def wait(minutes: int) -> str:
    """About how long: a range, for nobody knows it to the minute."""
    if minutes < 5:
        return words.t("不到 5 分钟", "under 5 min")
    low = minutes // 5 * 5
    high = low + max(5, low // 2 // 5 * 5)
    return words.t(f"约 {low} 到 {high} 分钟", f"about {low} to {high} min")


def when(row: Any) -> str:
    """A booking's time in words."""
    end = words.clock_time(row.slot.ends_at)
    return f"{words.moment(row.starts_at)}–{end}"


def code(row: Any) -> str:
    """The eight letters in two groups, as they are said."""
    return f"{row.code[:4]} {row.code[4:]}"


def what_for(row: Any) -> list[Words]:
    """What a booking or number is for."""
    return [Words(**each["title"]) for each in row.matters] or [ALL]


def hall(row: Any) -> nearby.Hall | None:
    """The hall of a booking, while there is one."""
    key = row.slot.hall
    return next((each for each in nearby.halls(settings.TONGBAN_ADCODE) if each.key == key), None)


def booking(row: Any, *, now: datetime) -> dict[str, Any]:
    """A booking as a list draws it."""
    return {
        "href": reverse("portal:booking", args=[row.id]),
        "when": when(row),
        "hall": visit.telling.hall_name(row.slot.hall),
        "what": what_for(row),
        "state": BOOKED[row.state],
        "soon": visit.numbers.soon(row, now=now),
    }


def shown_code(row: Any) -> Any:
    """The QR code that is shown at the hall."""
    token = visit.codes.of_booking(row.id)
    return presenters.qr(f"{settings.TONGBAN_BASE_URL}{reverse('portal:arrive', args=[token])}")


def entrance(hall: str, door: str) -> Any:
    """The QR code at the entrance of a hall: whoever scans it takes a number without signing in."""
    return presenters.qr(f"{settings.TONGBAN_BASE_URL}{address(hall, here=door)}")


def ticket(found: visit.numbers.Standing) -> dict[str, Any]:
    """A number as its holder sees it."""
    row = found.ticket
    return {
        "label": row.label,
        "state": QUEUED[row.state],
        "waits": row.state == "waiting",
        "called": row.state == "called",
        "window": row.window,
        "before": found.before,
        "wait": wait(found.minutes),
        "lane": found.lane.title,
        "hall": found.hall.name,
        "what": what_for(row),
        "taken": words.moment(row.taken_at),
        "due": words.clock_time(row.due) if row.due else "",
        "group": (visit.rules.rules().group(row.group) if row.group else None),
        "again": row.calls > 1,
    }


def groups() -> list[tuple[str, Words]]:
    """Who goes first, to choose from."""
    nobody = Words(zh="不属于以下情形", en="None of these")
    return [("", nobody), *((each.key, each.title) for each in visit.rules.rules().groups)]
