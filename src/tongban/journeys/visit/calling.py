"""The clerk at a window of a hall: who comes next, and what becomes of them (叫号)."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.appointments import actions as appointments
from tongban.appointments import queries as visits
from tongban.appointments import refusals
from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.engine import visiting
from tongban.identity import queries as identity
from tongban.journeys import find, nearby
from tongban.journeys.visit import codes, numbers, telling
from tongban.journeys.visit import rules as by_rules

POST = "post"  # where a session keeps which post its officer holds
_WINDOW = re.compile(r"[0-9A-Z]{1,4}")
_TOKEN = re.compile(r"([A-Za-z2-7]{45})/?$")
Session = MutableMapping[str, Any]


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A window of a hall, and the lanes that it serves."""

    row: Any
    hall: nearby.Hall
    window: str
    lanes: tuple[visiting.Lane, ...]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody came for: whose it is, which lane of the hall serves it, and whether this window does."""

    title: Words
    office: Words
    lane: visiting.Lane
    here: bool


class Console(msgspec.Struct, frozen=True, kw_only=True):
    """What the clerk sees: who is at the window, who waits in which order, who missed their call, who is expected."""

    post: Post
    current: Any | None
    waiting: list[Any]
    missed: list[Any]
    expected: list[Any]
    open: bool


class NoPost(Refusal):
    """The officer has not said at which window they sit."""

    def __init__(self) -> None:
        super().__init__(
            "no_post",
            Words(zh="请先选大厅和窗口", en="First say at which window you are"),
            next_step=Words(zh="选好后就能叫号。", en="Then you can call numbers."),
            field="window",
        )


class OtherWindow(Refusal):
    """The number is at another window."""

    def __init__(self, label: str, window: str) -> None:
        super().__init__(
            "other_window",
            Words(zh="{label} 在 {window} 号窗口", en="{label} is at window {window}").format(
                label=label, window=window
            ),
            next_step=Words(zh="请由那个窗口处理。", en="That window deals with it."),
            status=409,
        )


def halls(*, by: Actor) -> list[nearby.Hall]:
    """Halls in which this officer's office may sit, those of its own county first."""
    office = identity.office(by.office or "")
    found = [
        hall
        for hall in nearby.halls(settings.TONGBAN_ADCODE)
        if by_rules.lanes(hall) and (not hall.takes or set(hall.takes) & set(office.roles))
    ]
    county = office.uscc[2:8]
    return sorted(found, key=lambda hall: not hall.division.startswith(county))


@transaction.atomic
def sit(*, session: Session, hall: str, window: str, lanes: list[str], by: Actor, now: datetime) -> Post:
    """This officer sits at a window. Raises NoHall, Refusal, WindowTaken."""
    place = by_rules.hall(hall)
    if place not in halls(by=by):
        raise by_rules.NoHall
    window = window.strip().upper()
    if not _WINDOW.fullmatch(window):
        raise Refusal(
            "window_number",
            Words(zh="请写窗口号，例如 3", en="Give the window's number, such as 3"),
            field="window",
        )
    chosen = [lane.key for lane in by_rules.lanes(place) if not lanes or lane.key in lanes]
    day = day_of(now)
    row = appointments.sit(hall=place.key, day=day, window=window, lanes=chosen, by=by, now=now)
    session[POST] = str(row.pk)
    return _post(row)


def post(session: Session, *, now: datetime) -> Post:
    """Where this officer sits today. Raises NoPost: they have not said, yesterday's is over, or a colleague sits there now."""
    row = visits.post(str(session.get(POST, "")))
    if row is None or row.left_at is not None or row.day != day_of(now):
        raise NoPost
    return _post(row)


def _post(row: Any) -> Post:
    hall = by_rules.hall(row.hall)
    lanes = tuple(lane for lane in by_rules.lanes(hall) if lane.key in row.lanes) or by_rules.lanes(hall)
    return Post(row=row, hall=hall, window=row.window, lanes=lanes)


def rise(*, session: Session, by: Actor, now: datetime) -> None:
    """The officer leaves the window."""
    row = visits.post(str(session.pop(POST, "")))
    if row is not None and row.officer == by.id:
        appointments.rise(post=row, by=by, now=now)


def parts(row: Any, at: Post) -> list[Part]:
    """All that a number is for, each with its office: one number goes from window to window for all of it."""
    found = []
    for each in row.matters:
        role = each.get("office", "")
        office = find.office(settings.TONGBAN_ADCODE, role)["name"] if role else {"zh": "", "en": ""}
        lane = visiting.lane_for(by_rules.lanes(at.hall), (role,))
        here = any(not mine.takes or role in mine.takes for mine in at.lanes)
        found.append(Part(title=Words(**each["title"]), office=Words(**office), lane=lane, here=here))
    return found


def console(session: Session, *, now: datetime) -> Console:
    """Everything on one screen. Raises NoPost."""
    at = post(session, now=now)
    day, keys = day_of(now), [lane.key for lane in at.lanes]
    ahead = by_rules.rules().booked_ahead
    return Console(
        post=at,
        current=visits.at_window(at.hall.key, at.window, day=day),
        waiting=visits.waiting(at.hall.key, day=day, lanes=keys, now=now, booked_ahead=ahead),
        missed=visits.missed(at.hall.key, day=day, lanes=keys),
        expected=visits.expected(at.hall.key, since=now - timedelta(hours=1), until=now + timedelta(hours=2)),
        open=numbers.opening(at.hall, now=now).open,
    )


@transaction.atomic
def next_(session: Session, *, by: Actor, now: datetime) -> Any | None:
    """Whoever is at the window has been served, and the next comes; None where nobody waits."""
    at = post(session, now=now)
    current = visits.at_window(at.hall.key, at.window, day=day_of(now))
    if current is not None:
        appointments.finish(ticket=current, by=by, now=now)
    found = appointments.call_next(
        hall=at.hall.key,
        day=day_of(now),
        lanes=[lane.key for lane in at.lanes],
        window=at.window,
        booked_ahead=by_rules.rules().booked_ahead,
        by=by,
        now=now,
    )
    if found is not None:
        telling.called(found, now=now)
    return found


@transaction.atomic
def do(what: str, session: Session, *, ticket: UUID | str, to: str = "", by: Actor, now: datetime) -> Any:
    """Call this one, call once more, done, not here, waits again, passed on to the lane ``to``. Raises NoPost, NoTicket,
    NotWaiting, WindowBusy, OtherWindow."""
    at = post(session, now=now)
    row = visits.ticket(ticket)
    if row.hall != at.hall.key or what not in _DO:
        raise NotFound("no_command", Words(zh="没有这个操作", en="There is no such command"))
    if row.day != at.row.day:
        raise refusals.NotWaiting(row.label, "closed", "")
    if row.state == "called" and row.window != at.window:
        raise OtherWindow(row.label, row.window)
    done: Any = _DO[what](row, at, to, by, now)
    if what in ("call", "recall"):
        telling.called(done, now=now)
    return done


def _call(row: Any, at: Post, to: str, by: Actor, now: datetime) -> Any:
    return appointments.call(ticket=row, window=at.window, by=by, now=now)


def _pass(row: Any, at: Post, to: str, by: Actor, now: datetime) -> Any:
    if to not in [lane.key for lane in by_rules.lanes(at.hall)] or to == row.line.lane:
        raise Refusal("no_lane", Words(zh="请选要转去的窗口类别", en="Choose where to pass it on to"), field="to")
    return appointments.pass_on(ticket=row, lane=to, by=by, now=now)


def _again(row: Any, at: Post, to: str, by: Actor, now: datetime) -> Any:
    return appointments.wait_again(ticket=row, rules=by_rules.rules(), by=by, now=now)


_DO = {
    "call": _call,
    "recall": lambda row, at, to, by, now: appointments.recall(ticket=row, by=by, now=now),
    "done": lambda row, at, to, by, now: appointments.finish(ticket=row, by=by, now=now),
    "missed": lambda row, at, to, by, now: appointments.miss(ticket=row, by=by, now=now),
    "again": _again,
    "pass": _pass,
}


def take_in(session: Session, *, told: str, group: str = "", by: Actor, now: datetime) -> Any:
    """Somebody shows a booking at the desk: its code scanned (an address or a token), or its eight letters typed. Raises
    NoPost, Forged, NoBooking, and what ``numbers.arrive`` does."""
    at = post(session, now=now)
    text = told.strip()
    scanned = _TOKEN.search(text)
    typed = re.sub(r"[\s-]", "", text).upper()
    if scanned:
        row = numbers.shown(scanned[1])
    elif len(typed) > 8:
        raise codes.Forged
    else:
        row = visits.booking_of_code(typed)
    return numbers.arrive(row, at=at.hall.key, group=group, by=by, now=now)


def screen(hall: str, *, now: datetime) -> tuple[nearby.Hall, list[Any], list[numbers.Queue]]:
    """What a hall's screen says: who is called where, the last first, and how many wait."""
    place = by_rules.hall(hall)
    return place, visits.called(place.key, day=day_of(now)), numbers.queues(place, now=now)
