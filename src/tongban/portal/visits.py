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
from tongban.ui import halls, words

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
    "closed": (Words(zh="已随当天结束", en="Closed at the end of the day"), "plain"),
}


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


def queues(found: list[visit.numbers.Queue]) -> list[dict[str, Any]]:
    """Lanes with how many wait."""
    return [
        {
            "letter": each.lane.letter,
            "title": each.lane.title,
            "waiting": each.waiting,
            "minutes": halls.wait(each.minutes),
            "shared": each.minutes >= halls.SHORT,
        }
        for each in found
    ]


def hall(row: Any) -> nearby.Hall | None:
    """The hall of a booking, while there is one."""
    key = row.slot.hall
    return next((each for each in nearby.halls(settings.TONGBAN_ADCODE) if each.key == key), None)


def booking(row: Any, *, now: datetime) -> dict[str, Any]:
    """A booking as a list draws it."""
    return {
        "href": reverse("portal:booking", args=[row.id]),
        "when": halls.when(row),
        "hall": visit.telling.hall_name(row.slot.hall),
        "what": halls.what_for(row),
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
    state = "closed" if found.over and row.state in ("waiting", "called") else row.state
    return {
        "label": row.label,
        "state": QUEUED[state],
        "waits": state == "waiting",
        "called": state == "called",
        "window": row.window,
        "before": found.before,
        "wait": halls.wait(found.minutes),
        "lane": found.lane.title,
        "hall": found.hall.name,
        "what": halls.what_for(row),
        "taken": words.moment(row.taken_at),
        "due": words.clock_time(row.due) if row.due else "",
        "group": (visit.rules.rules().group(row.group) if row.group else None),
        "again": row.calls > 1,
    }


def groups() -> list[tuple[str, Words]]:
    """Who goes first, to choose from."""
    nobody = Words(zh="不属于以下情形", en="None of these")
    return [("", nobody), *((each.key, each.title) for each in visit.rules.rules().groups)]
