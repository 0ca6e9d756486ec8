"""Holding a seat, moving it, giving it back. A person's bookings are made one after another, and so are those of a slot;
that none is overbooked is PostgreSQL's word (``Booking``)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q

from tongban.appointments import refusals
from tongban.appointments.models import Booking, Slot, State
from tongban.base.actors import Actor
from tongban.base.calendar import SHANGHAI, day_of
from tongban.base.words import Words
from tongban.engine.visiting import Rules
from tongban.files import vault
from tongban.identity.models import Account
from tongban.registries.models import Person
from tongban.trail import actions as trail

ALPHABET = "23456789ABCDEFGHJKLMNPQRTUWXY"  # without what is mistaken for something else
OVER = Words(zh="这个时间已经过了。", en="That time is over.")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A time in a lane of a hall, as it is offered."""

    hall: str
    lane: str
    starts_at: datetime
    ends_at: datetime
    seats: int


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Whose time it is: an account, or a person of the registry for whom a clerk books, with the mobile they gave."""

    account: Account | None = None
    person: Person | None = None
    how: str = "page"
    contact: str = ""

    @property
    def theirs(self) -> Q:
        """Bookings that are this somebody's."""
        mine = Q(account=self.account) if self.account else Q()
        person = self.person.pk if self.person else self.account.person_id if self.account else None
        return mine | Q(person=person) | Q(account__person=person) if person else mine


@transaction.atomic
def book(
    *,
    holder: Holder,
    wanted: Wanted,
    matters: list[dict[str, Any]],
    case: str = "",
    bundle: str = "",
    rules: Rules,
    by: Actor,
    now: datetime,
) -> Booking:
    """Hold a seat. Raises NotOffered, Paused, TooMany, SameTime, Full."""
    _one_after_another(holder)
    _may(holder, rules, now)
    _nowhere_else(holder, wanted, now)
    slot = _held(wanted)
    key = vault.new_key() if holder.contact else None
    booking = Booking(
        code=_code(),
        slot=slot,
        seat=_seat(slot),
        seats=slot.seats,
        starts_at=slot.starts_at,
        account=holder.account,
        person=holder.person,
        how=holder.how,
        key=key,
        matters=matters,
        case=case,
        bundle=bundle,
        booked_at=now,
        reminded=reminders_past(wanted.starts_at, rules, now=now),
    )
    if key is not None:
        booking.contact_sealed = vault.seal(key, holder.contact.encode(), f"booking:{booking.pk}")
    booking.save(force_insert=True)
    _record("visit.book", booking, by, now, hall=wanted.hall, lane=wanted.lane, how=holder.how)
    return booking


@transaction.atomic
def move(*, booking: Booking, wanted: Wanted, rules: Rules, by: Actor, now: datetime) -> Booking:
    """Another time, the same booking and code. Raises BookingOver, NotOffered, SameTime, Full; then the old one stands."""
    _one_after_another(Holder(account=booking.account, person=booking.person))
    row = _still(booking, now)
    _nowhere_else(Holder(account=row.account, person=row.person), wanted, now, but=row)
    slot = _held(wanted)
    if slot.pk != row.slot_id:
        row.seat = _seat(slot)
    row.slot, row.seats, row.starts_at = slot, slot.seats, slot.starts_at
    row.moved, row.reminded = row.moved + 1, reminders_past(wanted.starts_at, rules, now=now)
    row.save()
    _record("visit.move", row, by, now, hall=wanted.hall, lane=wanted.lane)
    return row


@transaction.atomic
def cancel(*, booking: Booking, by: Actor, now: datetime) -> Booking:
    """Give a seat back before its time begins. Raises BookingOver."""
    row = _still(booking, now)
    row.state, row.ended_at = State.CANCELLED, now
    row.save(update_fields=["state", "ended_at"])
    _record("visit.cancel", row, by, now)
    return row


@transaction.atomic
def call_off(*, booking: Booking, why: str, by: Actor, now: datetime) -> Booking:
    """The hall cannot receive them then: the seat is nobody's, and nobody stayed away. Raises BookingOver."""
    row = Booking.objects.select_for_update(of=("self",)).select_related("slot").get(pk=booking.pk)
    if row.state != State.BOOKED:
        raise refusals.BookingOver(row.state)
    row.state, row.ended_at = State.CANCELLED, now
    row.save(update_fields=["state", "ended_at"])
    _record("visit.call-off", row, by, now, why=why)
    return row


def contact(booking: Booking) -> str:
    """The mobile that was given for it, unsealed: for texts only."""
    if booking.key is None or booking.contact_sealed is None:
        return ""
    return vault.unseal(booking.key, booking.contact_sealed, f"booking:{booking.pk}").decode()


def reminders_past(starts_at: datetime, rules: Rules, *, now: datetime) -> int:
    """How many of the reminders need not be sent: their moment lies behind."""
    return sum(starts_at - timedelta(hours=hours) <= now for hours in rules.remind_hours)


@transaction.atomic
def remind(*, rules: Rules, now: datetime, most: int = 200) -> list[Booking]:
    """Bookings whose next reminder is due now, each once, whoever asks at the same time."""
    furthest = now + timedelta(hours=max(rules.remind_hours))
    rows = Booking.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=State.BOOKED, starts_at__gt=now, starts_at__lte=furthest, reminded__lt=len(rules.remind_hours)
    )
    found = []
    for row in rows.select_related("slot", "account__key", "account__person", "key").order_by("starts_at", "id")[:most]:
        due = reminders_past(row.starts_at, rules, now=now)
        if due > row.reminded:
            row.reminded = due
            row.save(update_fields=["reminded"])
            found.append(row)
    return found


@transaction.atomic
def lapse(*, by: Actor, now: datetime, most: int = 500) -> list[Booking]:
    """Bookings whose time is over and that nobody used are missed."""
    rows = Booking.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=State.BOOKED, slot__ends_at__lt=now
    )
    found = list(rows.select_related("slot", "account__key", "key").order_by("starts_at", "id")[:most])
    for row in found:
        row.state, row.ended_at = State.MISSED, now
        row.save(update_fields=["state", "ended_at"])
        _record("visit.missed", row, by, now)
    return found


def _one_after_another(holder: Holder) -> None:
    """A person's own bookings wait for one another; others are not held up."""
    if holder.account is not None:
        Account.objects.select_for_update(no_key=True).get(pk=holder.account.pk)
    if holder.person is not None:
        Person.objects.select_for_update(no_key=True).get(pk=holder.person.pk)


def _may(holder: Holder, rules: Rules, now: datetime) -> None:
    theirs = Booking.objects.filter(holder.theirs)
    if theirs.filter(state=State.BOOKED, starts_at__gt=now).count() >= rules.most_open:
        raise refusals.TooMany(rules.most_open)
    away = rules.no_shows
    since = now - timedelta(days=away.within_days)
    rows = theirs.filter(state=State.MISSED, starts_at__gt=since).order_by("-starts_at")
    missed = list(rows.values_list("starts_at", flat=True)[: away.times])
    if len(missed) >= away.times and (until := missed[0] + timedelta(days=away.pause_days)) > now:
        raise refusals.Paused(away.times, away.within_days, day_of(until))


def _nowhere_else(holder: Holder, wanted: Wanted, now: datetime, but: Booking | None = None) -> None:
    if wanted.starts_at <= now:
        raise refusals.NotOffered(OVER)
    rows = Booking.objects.filter(holder.theirs, state=State.BOOKED).exclude(pk=but.pk if but else None)
    same = rows.filter(slot__starts_at__lt=wanted.ends_at, slot__ends_at__gt=wanted.starts_at).first()
    if same is not None:
        at = same.starts_at.astimezone(SHANGHAI)
        raise refusals.SameTime(
            Words(zh="预约号 {code}，{at} 开始。", en="Booking {code} begins at {at}.").format(
                code=same.code, at=f"{at:%m-%d %H:%M}"
            )
        )


def _held(wanted: Wanted) -> Slot:
    """The slot's row, made when it is first wanted, held until this transaction ends."""
    told = {"ends_at": wanted.ends_at, "seats": wanted.seats}
    made, _ = Slot.objects.get_or_create(hall=wanted.hall, lane=wanted.lane, starts_at=wanted.starts_at, defaults=told)
    return Slot.objects.select_for_update(no_key=True).get(pk=made.pk)


def _seat(slot: Slot) -> int:
    taken = set(Booking.objects.filter(slot=slot).exclude(state=State.CANCELLED).values_list("seat", flat=True))
    free = next((seat for seat in range(1, slot.seats + 1) if seat not in taken), None)
    if free is None:
        raise refusals.Full
    return free


def _still(booking: Booking, now: datetime) -> Booking:
    """The booking, held, if its time is still ahead."""
    rows = Booking.objects.select_for_update(of=("self",)).select_related("slot", "account", "person")
    row = rows.get(pk=booking.pk)
    if row.state != State.BOOKED:
        raise refusals.BookingOver(row.state)
    if row.starts_at <= now:
        raise refusals.BookingOver("begun")
    return row


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def _record(verb: str, booking: Booking, by: Actor, now: datetime, **facts: str) -> None:
    trail.record(by=by, verb=verb, subject_kind="booking", subject=str(booking.pk), now=now, facts=dict(facts))
