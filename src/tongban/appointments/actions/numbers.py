"""Taking a number: one for all that somebody came for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from tongban.appointments import refusals
from tongban.appointments.models import Booking, Line, State, Ticket
from tongban.base.actors import Actor
from tongban.engine.visiting import Group, Lane, Rules
from tongban.identity.models import Account
from tongban.trail import actions as trail

OPEN = ("waiting", "called")


class Coming(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody came for, and how they took their number: page, qr, window, booking."""

    how: str
    matters: tuple[dict[str, Any], ...] = ()
    case: str = ""
    bundle: str = ""


@transaction.atomic
def take(
    *,
    hall: str,
    lane: Lane,
    day: date,
    coming: Coming,
    group: Group | None = None,
    account: Account | None = None,
    booking: Booking | None = None,
    rules: Rules,
    by: Actor,
    now: datetime,
) -> Ticket:
    """The next number of a lane. With a booking its time counts, unless they come too late for it. Raises AlreadyQueued,
    BookingOver."""
    due = _used(booking, rules, now) if booking else None
    line = held(hall, lane.key, day)
    if account is not None:
        _none_yet(hall, day, account)
    line.last += 1
    line.save(update_fields=["last"])
    ticket = Ticket.objects.create(
        hall=hall,
        day=day,
        label=f"{lane.letter}{line.last:03d}",
        line=line,
        group=group.key if group else "",
        ahead=group.ahead if group else 0,
        booking=booking,
        account=account,
        matters=list(coming.matters),
        case=coming.case,
        bundle=coming.bundle,
        how=coming.how,
        taken_at=now,
        since=now,
        due=due,
    )
    record("visit.number", ticket, by=by, now=now, how=coming.how)
    return ticket


def _used(booking: Booking, rules: Rules, now: datetime) -> datetime | None:
    """Use a booking once; from when it counts, None where they come too late for it."""
    row = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    if row.state != State.BOOKED:
        raise refusals.BookingOver(row.state)
    row.state, row.ended_at = State.ARRIVED, now
    row.save(update_fields=["state", "ended_at"])
    return row.starts_at if now <= row.starts_at + timedelta(minutes=rules.late) else None


def _none_yet(hall: str, day: date, account: Account) -> None:
    open_ = Ticket.objects.filter(hall=hall, day=day, account=account, state__in=OPEN).first()
    if open_ is not None:
        raise refusals.AlreadyQueued(open_.label, str(open_.pk))


def held(hall: str, lane: str, day: date) -> Line:
    """The queue's row, made when it is first needed, held until this transaction ends."""
    made, _ = Line.objects.get_or_create(hall=hall, lane=lane, day=day)
    return Line.objects.select_for_update(no_key=True).get(pk=made.pk)


@transaction.atomic
def leave(*, ticket: Ticket, by: Actor, now: datetime) -> Ticket:
    """They give up waiting. Raises NotWaiting."""
    row = one(ticket, "waiting")
    row.state, row.ended_at = "left", now
    row.save(update_fields=["state", "ended_at"])
    record("visit.leave", row, by=by, now=now)
    return row


def one(ticket: Ticket, *states: str) -> Ticket:
    """The ticket, held, if it is in one of these states. Raises NotWaiting."""
    row = Ticket.objects.select_for_update(of=("self",)).select_related("line").get(pk=ticket.pk)
    if row.state not in states:
        raise refusals.NotWaiting(row.label, row.state, row.window)
    return row


def record(verb: str, ticket: Ticket, *, by: Actor, now: datetime, **facts: str) -> None:
    """On the trail, by the ticket."""
    trail.record(by=by, verb=verb, subject_kind="ticket", subject=str(ticket.pk), now=now, facts=dict(facts))
