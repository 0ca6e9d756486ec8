"""A clerk books a time, or takes a number, for somebody who stands there or telephones, and hands them a slip (代约、代取).

The registry says who they are, by name and ID number; no phone of their own is needed, and no account is made for a voice on
the telephone. Who has an account finds the booking there.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from tongban.appointments import actions as appointments
from tongban.appointments import queries as visits
from tongban.appointments import refusals
from tongban.base.actors import Actor, Warrant
from tongban.base.errors import Refusal
from tongban.base.identifiers import mobile as mobiles
from tongban.base.words import Words
from tongban.engine.plan import Verdict
from tongban.identity import limits
from tongban.identity import queries as identity
from tongban.journeys import counter, find
from tongban.journeys.visit import booking, calling, numbers, telling
from tongban.journeys.visit import rules as by_rules
from tongban.registries import queries as registries

PURPOSE = "visit"
FOR = "visit-for"  # where a session keeps for whom its officer books
WHILE = timedelta(minutes=15)
HOW = ("window", "phone")
Session = MutableMapping[str, Any]


class For(msgspec.Struct, frozen=True, kw_only=True):
    """For whom a clerk books: the person of the registry, how they came, and a mobile for texts if they gave one."""

    person: str
    name: str
    how: str
    contact: str = ""


class NobodyTold(Refusal):
    """The officer has not said for whom, or too long ago."""

    def __init__(self) -> None:
        super().__init__(
            "nobody_told",
            Words(zh="请先写是为谁预约", en="First say for whom it is"),
            next_step=Words(
                zh="按身份证写姓名和号码；来电的，请对方念。", en="Name and ID number, as they show or tell them."
            ),
            field="name",
        )


class NobodyOfThatName(Refusal):
    """No living person of this city's registry has this name and number."""

    def __init__(self) -> None:
        super().__init__(
            "not_in_registry",
            Words(
                zh="本市人口库里没有姓名和号码都相符的人",
                en="Nobody in this city's registry has both this name and this number",
            ),
            because=Words(
                zh="请再核对一遍。外地户籍的，可以不预约，直接取现场号。",
                en="Compare them once more. Who is registered elsewhere takes a number on the spot.",
            ),
            field="id_number",
        )


def tell(*, session: Session, name: str, id_number: str, how: str, contact: str, by: Actor, now: datetime) -> For:
    """Say for whom it is, by name and ID number. Raises TooOften, NobodyOfThatName, OwnCase, and what is wrong with the
    mobile."""
    limits.count(door="counter", who=by.id, now=now)
    warrant = Warrant(actor=by, purpose=PURPOSE)
    person = registries.match(name=name.strip(), id_number=id_number, warrant=warrant, now=now)
    if person is None:
        raise NobodyOfThatName
    counter.keep_apart(person, warrant, by=by, now=now)
    told = mobiles.parse(contact, field="contact").value if contact.strip() else ""
    found = For(person=str(person.id), name=person.name, how=how if how in HOW else HOW[0], contact=told)
    session[FOR] = {**msgspec.to_builtins(found), "at": now.timestamp()}
    return found


def whom(session: Session, *, by: Actor, now: datetime) -> For:
    """For whom this officer books now: who they said, else who is served at their window. Raises NobodyTold."""
    kept = session.get(FOR)
    if kept and now.timestamp() - kept["at"] <= WHILE.total_seconds():
        if "person" not in kept:
            raise NobodyTold  # somebody else than who is served at the window
        return For(**{name: value for name, value in kept.items() if name != "at"})
    guest = counter.serves(session, by=by, now=now)
    if guest is None or guest.person is None:
        raise NobodyTold
    return For(person=guest.person, name=guest.name, how=HOW[0])


def done(*, session: Session, now: datetime) -> None:
    """It is for somebody else now, and not for who is served at the window."""
    session[FOR] = {"at": now.timestamp()}


@transaction.atomic
def book(session: Session, *, hall: str, at: str, items: Sequence[str], by: Actor, now: datetime) -> Any:
    """Hold a seat for them. Raises NobodyTold, NoHall, NotOffered, Paused, TooMany, SameTime, Full."""
    told, place = whom(session, by=by, now=now), by_rules.hall(hall)
    purpose = by_rules.purpose(items=items, now=now)
    lane = by_rules.lane_for(place, purpose)
    row = appointments.book(
        holder=holder(told, by=by, now=now),
        wanted=booking.wanted(place, lane, at, now=now),
        matters=list(purpose.matters),
        rules=by_rules.rules(),
        by=by,
        now=now,
    )
    telling.booked(row, now=now)
    return row


def holder(told: For, *, by: Actor, now: datetime) -> appointments.Holder:
    """Whose time it is."""
    person = registries.person(told.person, warrant=Warrant(actor=by, purpose=PURPOSE), now=now)
    account = identity.account_of_person(person.id)
    return appointments.Holder(account=account, person=person, how=told.how, contact="" if account else told.contact)


def number(session: Session, *, items: Sequence[str], group: str, by: Actor, now: datetime) -> Any:
    """A number for them, in the hall of this officer's window: they stand here. Raises NoPost, NobodyTold, NotThere,
    HallClosed, NotServed, AlreadyQueued."""
    at, told = calling.post(session, now=now), whom(session, by=by, now=now)
    if told.how != HOW[0]:
        raise NotThere
    purpose = by_rules.purpose(items=items, now=now)
    return numbers.hand_out(at.hall.key, lane="", group=group, purpose=purpose, person=told.person, by=by, now=now)


class NotThere(Refusal):
    """A number is for who is in the hall."""

    def __init__(self) -> None:
        super().__init__(
            "not_there",
            Words(zh="来电的人不在大厅，不能取号", en="Who telephones is not in the hall and takes no number"),
            next_step=Words(zh="请替对方约一个时间。", en="Book a time for them."),
        )


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed for them: a booking or a number, the hall, and what to bring."""

    hall: Any
    lane: Any
    booking: Any = None
    standing: Any = None
    bring: tuple[Words, ...] = ()


def slip_of_booking(id: UUID | str, *, now: datetime) -> Slip:
    """The slip of a booking that a clerk made. Raises NoBooking for any other: people have those themselves."""
    row = visits.booking(id)
    if row.how not in HOW:
        raise refusals.NoBooking
    place = by_rules.hall(row.slot.hall)
    return Slip(hall=place, lane=by_rules.lane(place, row.slot.lane), booking=row, bring=bring(row.matters, now=now))


def slip_of_ticket(id: UUID | str, *, session: Session, now: datetime) -> Slip:
    """The slip of a number of the hall in which this officer sits. Raises NoPost, NoTicket."""
    at, found = calling.post(session, now=now), numbers.standing(id, now=now)
    if found.hall.key != at.hall.key:
        raise refusals.NoTicket
    return Slip(hall=found.hall, lane=found.lane, standing=found, bring=bring(found.ticket.matters, now=now))


def bring(matters: Sequence[dict[str, Any]], *, now: datetime) -> tuple[Words, ...]:
    """What somebody of whom nothing is known has to bring for all of it, each once."""
    always = by_rules.rules().bring
    found: dict[str, Words] = {"": always.title}
    for each in matters:
        for material in find.papers_of(each["city"], each["code"], now=now):
            if material.verdict is Verdict.UPLOAD and material.required and material.type not in always.covers:
                found.setdefault(material.type, material.title)
    return tuple(found.values())
