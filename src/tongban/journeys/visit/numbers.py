"""Taking a number: at home on the day, with the code at the entrance, with a booking, or at the desk (取号)."""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.appointments import actions as appointments
from tongban.appointments import queries as visits
from tongban.appointments import refusals
from tongban.base.actors import Actor, Kind
from tongban.base.calendar import day_of
from tongban.base.errors import Conflict, Denied, Refusal
from tongban.base.words import Words
from tongban.engine import visiting
from tongban.identity import limits, timetable
from tongban.identity import queries as identity
from tongban.journeys import nearby
from tongban.journeys.visit import codes, outlook, telling
from tongban.journeys.visit import rules as by_rules


class HallClosed(Conflict):
    """Nobody is received in the hall now."""

    def __init__(self, hall: nearby.Hall, next_at: datetime | None) -> None:
        again = Words(zh="{at} 开门后可以取号，也可以先约时间。", en="Take a number from {at} on, or book a time.")
        super().__init__(
            "hall_closed",
            Words(zh="大厅现在不开放", en="The hall is closed now"),
            because=hall.name,
            next_step=again.format(at=telling.said(next_at)) if next_at else None,
        )


class NotHere(Denied):
    """A number for today is given to who is known, or who stands at the entrance."""

    def __init__(self) -> None:
        super().__init__(
            "not_at_the_hall",
            Words(zh="请先登录，或扫大厅门口的二维码", en="Sign in, or scan the code at the entrance of the hall"),
            because=Words(
                zh="不知道是谁、也不在现场的，先不给号，免得有人占号。",
                en="A number is not given to somebody who is neither known nor there, so that nobody takes many.",
            ),
            next_step=Words(
                zh="门口的二维码每天更换，昨天的不能用。", en="That code is new every day; yesterday's is no good."
            ),
        )


class NotNow(Refusal):
    """The booking is good, but not here and now."""

    def __init__(self, code: str, brief: Words, next_step: Words) -> None:
        super().__init__(f"booking_{code}", brief, next_step=next_step)


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """One lane of a hall now: how many wait, and how many minutes somebody who comes now would."""

    lane: visiting.Lane
    waiting: int
    minutes: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A number as its holder sees it: how many are called before, in how many minutes it is about their turn, and whether
    its day is ``over``."""

    ticket: Any
    hall: nearby.Hall
    lane: visiting.Lane
    before: int
    minutes: int
    over: bool = False


def opening(hall: nearby.Hall, *, now: datetime) -> nearby.Opening:
    """Whether a hall of this city is open."""
    return nearby.opening(nearby.hours_of(settings.TONGBAN_ADCODE, hall), now=now, calendar=timetable.calendar())


def queues(hall: nearby.Hall, *, now: datetime) -> list[Queue]:
    """The hall's lanes now."""
    found = outlook.of(hall, now=now)
    waits = Counter(each.line.lane for each in found.waiting)
    return [
        Queue(lane=lane, waiting=waits[lane.key], minutes=math.ceil(found.newcomer(lane.key)))
        for lane in by_rules.lanes(hall)
    ]


@transaction.atomic
def take(
    hall: str,
    *,
    purpose: by_rules.Purpose,
    group: str = "",
    here: str = "",
    address: str = "",
    by: Actor,
    now: datetime,
) -> Any:
    """A number for today. Whoever has today's code of the entrance need not say who they are; those are limited by
    ``address``, from which a whole hall may come. Raises NoHall, HallClosed, NotHere, AlreadyQueued, TooOften."""
    place = by_rules.hall(hall)
    at_door = codes.at_hall(here, place.key, day_of(now))
    known = by.kind is Kind.PERSON and by.level >= 1
    if not at_door and not known:
        raise NotHere
    if not known:
        limits.count(door="number", who=address, now=now)
    how = "qr" if at_door else "page"
    return _give(place, purpose, group, how, account=by.id if known else "", by=by, now=now)


def hand_out(
    hall: str, *, lane: str, group: str, purpose: by_rules.Purpose | None = None, person: str = "", by: Actor, now: datetime
) -> Any:
    """The officer at the desk gives somebody a number: for a lane, or for what they come for; a ``person`` who has an
    account finds it there too. Raises HallClosed, NotServed, AlreadyQueued."""
    place, told = by_rules.hall(hall), purpose or by_rules.Purpose()
    _open(place, now)
    rules = by_rules.rules()
    return appointments.take(
        hall=place.key,
        lane=by_rules.lane_for(place, told) if purpose else by_rules.lane(place, lane),
        day=day_of(now),
        coming=appointments.Coming(how="window", matters=told.matters, case=told.case, bundle=told.bundle),
        group=rules.group(group),
        account=identity.account_of_person(person) if person else None,
        rules=rules,
        by=by,
        now=now,
    )


def _give(
    place: nearby.Hall, purpose: by_rules.Purpose, group: str, how: str, *, account: str, by: Actor, now: datetime
) -> Any:
    _open(place, now)
    rules = by_rules.rules()
    return appointments.take(
        hall=place.key,
        lane=by_rules.lane_for(place, purpose),
        day=day_of(now),
        coming=appointments.Coming(how=how, matters=purpose.matters, case=purpose.case, bundle=purpose.bundle),
        group=rules.group(group),
        account=identity.account(account) if account else None,
        rules=rules,
        by=by,
        now=now,
    )


def _open(place: nearby.Hall, now: datetime) -> None:
    found = opening(place, now=now)
    if not found.open:
        raise HallClosed(place, found.next)


def shown(token: str) -> Any:
    """The booking of a code that somebody shows. Raises Forged, NoBooking."""
    return visits.booking(codes.booking(token))


@transaction.atomic
def arrive(row: Any, *, at: str = "", group: str = "", by: Actor, now: datetime) -> Any:
    """Who booked is here (``at`` is the hall of the desk that sees them) and gets their number. Raises BookingOver,
    NotNow, HallClosed, AlreadyQueued."""
    rules = by_rules.rules()
    place = by_rules.hall(row.slot.hall)
    if row.state != "booked":
        raise refusals.BookingOver(row.state)
    _here_and_now(row, at, rules, now)
    _open(place, now)
    return appointments.take(
        hall=place.key,
        lane=by_rules.lane(place, row.slot.lane),
        day=day_of(now),
        coming=appointments.Coming(how="booking", matters=tuple(row.matters), case=row.case, bundle=row.bundle),
        group=rules.group(group),
        account=row.account,
        booking=row,
        rules=rules,
        by=by,
        now=now,
    )


def _here_and_now(row: Any, at: str, rules: visiting.Rules, now: datetime) -> None:
    if at and at != row.slot.hall:
        raise NotNow(
            "elsewhere",
            Words(zh="预约的是别的大厅", en="The booking is for another hall"),
            Words(zh="请到 {hall}，或在这里取现场号。", en="Go to {hall}, or take a number here.").format(
                hall=telling.hall_name(row.slot.hall)
            ),
        )
    first = row.starts_at - timedelta(minutes=rules.early)
    if now < first:
        raise NotNow(
            "too_early",
            Words(zh="还没到取号时间", en="It is too early for a number"),
            Words(zh="{at} 起可以取号。", en="You can take it from {at} on.").format(at=telling.said(first)),
        )
    if now > row.slot.ends_at:
        raise refusals.BookingOver("missed")


def soon(row: Any, *, now: datetime) -> bool:
    """Whether a number can be taken with a booking now."""
    early = timedelta(minutes=by_rules.rules().early)
    return row.state == "booked" and row.starts_at - early <= now <= row.slot.ends_at


def standing(id: UUID | str, *, now: datetime) -> Standing:
    """A number, how many are before it, and how long it takes. Raises NoTicket."""
    row = visits.ticket(id)
    place = next((each for each in nearby.halls(settings.TONGBAN_ADCODE) if each.key == row.hall), None)
    if place is None:
        raise by_rules.NoHall
    lane = by_rules.lane(place, row.line.lane)
    if row.state != "waiting" or row.day != day_of(now):
        return Standing(ticket=row, hall=place, lane=lane, before=0, minutes=0, over=row.day != day_of(now))
    found = outlook.of(place, now=now)
    return Standing(ticket=row, hall=place, lane=lane, before=found.before(row), minutes=math.ceil(found.until(row)))


def leave(id: UUID | str, *, by: Actor, now: datetime) -> Any:
    """They do not wait any longer. Raises NoTicket, NotWaiting."""
    return appointments.leave(ticket=visits.ticket(id), by=by, now=now)


def open_now(*, by: Actor, now: datetime) -> Any | None:
    """The number with which this person waits today."""
    return visits.open_ticket(by.id, day=day_of(now))
