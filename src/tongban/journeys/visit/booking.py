"""Booking a time in a hall, moving it, giving it back (预约)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.appointments import actions as appointments
from tongban.appointments import queries as visits
from tongban.appointments import refusals
from tongban.base.actors import Actor
from tongban.base.calendar import SHANGHAI, CalendarUnknown, day_of
from tongban.base.words import Words
from tongban.engine import visiting
from tongban.identity import queries as identity
from tongban.journeys import nearby
from tongban.journeys.visit import rules as by_rules
from tongban.journeys.visit import telling

CLOSED = Words(zh="大厅那时不开放。", en="The hall is closed then.")
UNKNOWN = Words(zh="那天的节假日安排还没有公布。", en="Nobody knows yet whether that day is a holiday.")
TOO_FAR = Words(zh="只能约 {days} 天以内的时间。", en="Times are offered for {days} days ahead.")
TOO_LATE = Words(zh="最迟要在开始前 {minutes} 分钟约。", en="Book at least {minutes} minutes before it begins.")
NO_TIME = Words(zh="没有这个时段。", en="There is no such time.")


class Time(msgspec.Struct, frozen=True, kw_only=True):
    """One time and how many seats are left in it."""

    starts_at: datetime
    ends_at: datetime
    left: int


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day and its times that can still be booked; ``known`` False while nobody knows whether it is a holiday; ``says``
    why the hall is closed where that is an exception."""

    day: date
    times: tuple[Time, ...]
    known: bool = True
    says: Words | None = None

    @property
    def left(self) -> int:
        """Seats left in all its times."""
        return sum(each.left for each in self.times)


def days(hall: nearby.Hall, lane: visiting.Lane, *, now: datetime) -> list[Day]:
    """Today and the days ahead with what is left. A closed day has no times."""
    rules = by_rules.rules()
    today = day_of(now)
    all_days = [today + timedelta(days=n) for n in range(rules.ahead_days + 1)]
    since, until = _midnight(today), _midnight(all_days[-1] + timedelta(days=1))
    taken = visits.taken(hall.key, lane.key, since=since, until=until)
    return [_day(hall, lane, day, taken, rules, now) for day in all_days]


def _day(
    hall: nearby.Hall,
    lane: visiting.Lane,
    day: date,
    taken: dict[datetime, tuple[int, int]],
    rules: visiting.Rules,
    now: datetime,
) -> Day:
    try:
        cut = _slots(hall, day, rules)
    except CalendarUnknown:
        return Day(day=day, times=(), known=False)
    first = now + timedelta(minutes=rules.closes)
    times = [
        Time(starts_at=start, ends_at=end, left=max(0, of - n))
        for start, end in cut
        if start >= first
        for n, of in [taken.get(start, (0, lane.seats))]
    ]
    shut = hall.closed_on(day)
    return Day(day=day, times=tuple(times), says=shut.says if shut else None)


def _slots(hall: nearby.Hall, day: date, rules: visiting.Rules) -> list[visiting.Span]:
    return visiting.slots(nearby.spans(settings.TONGBAN_ADCODE, hall, day), rules.slot)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def wanted(hall: nearby.Hall, lane: visiting.Lane, at: str, *, now: datetime) -> appointments.Wanted:
    """The time that a form names (``2026-11-30T09:00``), if it is offered. Raises NotOffered with the reason."""
    rules = by_rules.rules()
    try:
        start = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise refusals.NotOffered(NO_TIME) from None
    if start < now + timedelta(minutes=rules.closes):
        raise refusals.NotOffered(TOO_LATE.format(minutes=rules.closes))
    if start.date() > day_of(now) + timedelta(days=rules.ahead_days):
        raise refusals.NotOffered(TOO_FAR.format(days=rules.ahead_days))
    try:
        span = next((each for each in _slots(hall, start.date(), rules) if each[0] == start), None)
    except CalendarUnknown as unknown:
        raise refusals.NotOffered(UNKNOWN) from unknown
    if span is None:
        shut = hall.closed_on(start.date())
        raise refusals.NotOffered(shut.says if shut else CLOSED)
    return appointments.Wanted(hall=hall.key, lane=lane.key, starts_at=span[0], ends_at=span[1], seats=lane.seats)


@transaction.atomic
def book(hall: str, *, at: str, purpose: by_rules.Purpose, by: Actor, now: datetime) -> Any:
    """Hold a seat for what they come for, and tell them. Raises NoHall, NotOffered, Paused, TooMany, SameTime, Full."""
    place = by_rules.hall(hall)
    lane = by_rules.lane_for(place, purpose)
    row = appointments.book(
        holder=appointments.Holder(account=identity.account(by.id)),
        wanted=wanted(place, lane, at, now=now),
        matters=list(purpose.matters),
        case=purpose.case,
        bundle=purpose.bundle,
        rules=by_rules.rules(),
        by=by,
        now=now,
    )
    telling.booked(row, now=now)
    return row


@transaction.atomic
def move(id: UUID | str, *, hall: str, at: str, by: Actor, now: datetime) -> Any:
    """Another time, in the same hall or another. Raises what ``book`` does, and BookingOver; then the old one stands."""
    row = one(id, by=by)
    place = by_rules.hall(hall)
    lane = lane_of(place, row)
    moved = appointments.move(
        booking=row, wanted=wanted(place, lane, at, now=now), rules=by_rules.rules(), by=by, now=now
    )
    telling.moved(moved, now=now)
    return moved


def lane_of(hall: nearby.Hall, row: Any) -> visiting.Lane:
    """The lane of a hall that serves what a booking is for: the same, where it is the same hall."""
    if hall.key == row.slot.hall:
        return by_rules.lane(hall, row.slot.lane)
    return by_rules.lane_for(hall, by_rules.Purpose())


@transaction.atomic
def cancel(id: UUID | str, *, by: Actor, now: datetime) -> Any:
    """Give the seat back. Raises NoBooking, BookingOver."""
    row = appointments.cancel(booking=one(id, by=by), by=by, now=now)
    telling.cancelled(row, now=now)
    return row


def one(id: UUID | str, *, by: Actor) -> Any:
    """A booking of this person's, made by themself or for them by a clerk. Raises NoBooking."""
    return visits.booking(id, account=by.id, person=_proven(by))


def _proven(by: Actor) -> str:
    """Who they are beyond doubt; what a clerk booked for somebody is shown to nobody who only gives a name and number."""
    return by.person or "" if by.level >= 2 else ""


def mine(*, by: Actor, now: datetime) -> tuple[list[Any], list[Any]]:
    """What a person has booked, and what is over."""
    person = _proven(by)
    return visits.ahead_of(by.id, person=person, now=now), visits.past_of(by.id, person=person, now=now)


def soon(*, by: Actor, now: datetime) -> list[Any]:
    """Of what a person has booked, what begins within a day."""
    rows = visits.ahead_of(by.id, person=_proven(by), now=now)
    return [row for row in rows if row.starts_at < now + timedelta(days=1)]
