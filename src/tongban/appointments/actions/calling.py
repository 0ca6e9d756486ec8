"""Calling people to windows: one caller after another looks at a queue, so that nobody is called twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from tongban.appointments import refusals
from tongban.appointments.actions import numbers
from tongban.appointments.models import Line, Ticket
from tongban.base.actors import Actor
from tongban.engine import visiting


@transaction.atomic
def call_next(
    *, hall: str, day: date, lanes: Collection[str], window: str, booked_ahead: int, by: Actor, now: datetime
) -> Ticket | None:
    """Whoever is first in these lanes comes to this window; None where nobody waits. Raises WindowBusy."""
    lines = list(
        Line.objects.select_for_update(no_key=True).filter(hall=hall, day=day, lane__in=list(lanes)).order_by("pk")
    )
    waiting = Ticket.objects.filter(line__in=lines, state="waiting")
    first = next(iter(in_order(waiting, now=now, booked_ahead=booked_ahead)), None)
    return _to_window(first, window, by, now) if first else None


def in_order(waiting: Collection[Ticket], *, now: datetime, booked_ahead: int) -> list[Ticket]:
    """Tickets as they will be called."""
    known = {str(each.pk): each for each in waiting}
    rows = [visiting.Waiting(key=key, since=t.since, ahead=t.ahead, due=t.due) for key, t in known.items()]
    return [known[each.key] for each in visiting.order(rows, now=now, booked_ahead=booked_ahead)]


@transaction.atomic
def call(*, ticket: Ticket, window: str, by: Actor, now: datetime) -> Ticket:
    """This one comes to this window. Raises NotWaiting where another was faster, WindowBusy."""
    Line.objects.select_for_update(no_key=True).get(pk=ticket.line_id)
    return _to_window(numbers.one(ticket, "waiting"), window, by, now)


def _to_window(ticket: Ticket, window: str, by: Actor, now: datetime) -> Ticket:
    ticket.state, ticket.window, ticket.officer = "called", window, by.id
    ticket.called_at, ticket.again_at, ticket.calls = now, now, ticket.calls + 1
    try:
        with transaction.atomic():
            ticket.save(update_fields=["state", "window", "officer", "called_at", "again_at", "calls"])
    except IntegrityError as busy:
        at = Ticket.objects.filter(hall=ticket.hall, day=ticket.day, window=window, state="called").first()
        raise refusals.WindowBusy(at.label if at else "—", window) from busy
    numbers.record("visit.call", ticket, by=by, now=now, window=window)
    return ticket


@transaction.atomic
def recall(*, ticket: Ticket, by: Actor, now: datetime) -> Ticket:
    """Call once more. Raises NotWaiting."""
    row = numbers.one(ticket, "called")
    row.again_at, row.calls = now, row.calls + 1
    row.save(update_fields=["again_at", "calls"])
    numbers.record("visit.recall", row, by=by, now=now, window=row.window)
    return row


@transaction.atomic
def finish(*, ticket: Ticket, by: Actor, now: datetime) -> Ticket:
    """They have been served. Raises NotWaiting."""
    return _over(numbers.one(ticket, "called"), "done", "visit.done", by, now)


@transaction.atomic
def miss(*, ticket: Ticket, by: Actor, now: datetime) -> Ticket:
    """They did not come to the window. Raises NotWaiting."""
    return _over(numbers.one(ticket, "called"), "missed", "visit.missed-call", by, now)


def _over(row: Ticket, state: str, verb: str, by: Actor, now: datetime) -> Ticket:
    row.state, row.ended_at = state, now
    row.save(update_fields=["state", "ended_at"])
    numbers.record(verb, row, by=by, now=now, window=row.window)
    return row


@transaction.atomic
def wait_again(*, ticket: Ticket, rules: visiting.Rules, by: Actor, now: datetime) -> Ticket:
    """Who missed their call and is here stands behind the first few. Raises NotWaiting, AlreadyQueued."""
    Line.objects.select_for_update(no_key=True).get(pk=ticket.line_id)
    row = numbers.one(ticket, "missed")
    waiting = list(Ticket.objects.filter(line=row.line, state="waiting"))
    behind = in_order(waiting, now=now, booked_ahead=rules.booked_ahead)[: rules.back]
    row.since = _after(behind, rules, now)
    row.ahead, row.due, row.state, row.window, row.ended_at = 0, None, "waiting", "", None
    try:
        with transaction.atomic():
            row.save(update_fields=["since", "ahead", "due", "state", "window", "ended_at"])
    except IntegrityError as twice:
        raise refusals.AlreadyQueued(row.label, str(row.pk)) from twice
    numbers.record("visit.wait-again", row, by=by, now=now)
    return row


def _after(before: list[Ticket], rules: visiting.Rules, now: datetime) -> datetime:
    """From when somebody stands who comes right after these people; from now where there are fewer than a few."""
    if len(before) < rules.back:
        return now
    last = before[-1]
    told = visiting.Waiting(key=str(last.pk), since=last.since, ahead=last.ahead, due=last.due)
    return visiting.stands(told, now=now, booked_ahead=rules.booked_ahead) + timedelta(microseconds=1)


@transaction.atomic
def pass_on(*, ticket: Ticket, lane: str, by: Actor, now: datetime) -> Ticket:
    """Another queue of the hall serves them; they keep their number, and stand there by when they came. Raises
    NotWaiting."""
    line = numbers.held(ticket.hall, lane, ticket.day)
    row = numbers.one(ticket, "called", "waiting")
    if row.window:
        row.stops = [*row.stops, {"lane": row.line.lane, "window": row.window, "at": now.isoformat()}]
    row.line, row.state, row.window, row.called_at = line, "waiting", "", None
    row.save(update_fields=["line", "state", "window", "called_at", "stops"])
    numbers.record("visit.pass-on", row, by=by, now=now, lane=lane)
    return row


@transaction.atomic
def close_day(*, hall: str, day: date, by: Actor, now: datetime) -> list[Ticket]:
    """The day is over: what is open ends with it."""
    rows = list(Ticket.objects.select_for_update(of=("self",)).filter(hall=hall, day=day, state__in=numbers.OPEN))
    for row in rows:
        row.state, row.ended_at = "closed", now
        row.save(update_fields=["state", "ended_at"])
        numbers.record("visit.closed", row, by=by, now=now)
    return rows
