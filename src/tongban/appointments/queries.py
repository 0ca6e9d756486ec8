"""Reading times, bookings and queues."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q, QuerySet

from tongban.appointments import refusals
from tongban.appointments.actions import calling
from tongban.appointments.models import Booking, Post, Slot, State, Ticket

LATELY = timedelta(days=14)  # how far back what a hall has seen counts
ACTIVE = timedelta(minutes=30)  # a window that called nobody for so long serves nobody


def taken(hall: str, lane: str, *, since: datetime, until: datetime) -> dict[datetime, tuple[int, int]]:
    """Of every slot that was booked: how many seats are taken, and how many there are."""
    rows = Slot.objects.filter(hall=hall, lane=lane, starts_at__gte=since, starts_at__lt=until)
    counted = rows.annotate(taken=Count("bookings", filter=~Q(bookings__state=State.CANCELLED)))
    return {at: (n, seats) for at, n, seats in counted.values_list("starts_at", "taken", "seats")}


def _bookings() -> QuerySet[Booking]:
    return Booking.objects.select_related("slot", "account__person", "account__key", "person", "key", "ticket")


def _of(account: str, person: str) -> Q:
    """What is an account's, and what a clerk booked for its person."""
    return Q(account_id=account) | Q(person_id=person) if person else Q(account_id=account)


def booking(id: UUID | str, *, account: str = "", person: str = "") -> Booking:
    """One booking, of this account or person where one is named. Raises NoBooking."""
    try:
        found = _bookings().filter(_of(account, person) if account else Q(), pk=id).first()
    except ValidationError:
        found = None
    if found is None:
        raise refusals.NoBooking
    return found


def booking_of_code(code: str) -> Booking:
    """The booking of a code that somebody says. Raises NoBooking."""
    found = _bookings().filter(code=code).first()
    if found is None:
        raise refusals.NoBooking
    return found


def ahead_of(account: str, *, person: str = "", now: datetime) -> list[Booking]:
    """What a person has booked and that is not over, the next first."""
    rows = Booking.objects.select_related("slot", "ticket")
    rows = rows.filter(_of(account, person), state=State.BOOKED, slot__ends_at__gt=now)
    return list(rows.order_by("starts_at", "id"))


def past_of(account: str, *, person: str = "", now: datetime, most: int = 10) -> list[Booking]:
    """What is over, cancelled or used, the last first."""
    rows = _bookings().filter(_of(account, person)).exclude(state=State.BOOKED, slot__ends_at__gt=now)
    return list(rows.order_by("-starts_at", "-id")[:most])


def all_of(account: str, *, person: str = "") -> tuple[QuerySet[Booking], QuerySet[Ticket]]:
    """Everything that is kept of a person's visits."""
    return (
        Booking.objects.filter(_of(account, person)).order_by("booked_at", "id"),
        Ticket.objects.filter(account_id=account).order_by("taken_at", "id"),
    )


def expected(hall: str, *, since: datetime, until: datetime) -> list[Booking]:
    """Who is still expected in a hall."""
    rows = _bookings().filter(slot__hall=hall, state=State.BOOKED, starts_at__gte=since, starts_at__lt=until)
    return list(rows.order_by("starts_at", "id"))


def _tickets() -> QuerySet[Ticket]:
    return Ticket.objects.select_related("line", "booking")


def ticket(id: UUID | str) -> Ticket:
    """One number. Raises NoTicket."""
    try:
        found = _tickets().filter(pk=id).first()
    except ValidationError:
        found = None
    if found is None:
        raise refusals.NoTicket
    return found


def open_ticket(account: str, *, day: date, hall: str = "") -> Ticket | None:
    """The number with which a person waits or was called today."""
    rows = _tickets().filter(account_id=account, day=day, state__in=("waiting", "called"))
    return (rows.filter(hall=hall) if hall else rows).order_by("-taken_at").first()


def waiting(hall: str, *, day: date, lanes: Collection[str] = (), now: datetime, booked_ahead: int) -> list[Ticket]:
    """Who waits, in the order in which they are called."""
    rows = _tickets().filter(hall=hall, day=day, state="waiting")
    if lanes:
        rows = rows.filter(line__lane__in=list(lanes))
    return calling.in_order(list(rows), now=now, booked_ahead=booked_ahead)


def at_window(hall: str, window: str, *, day: date) -> Ticket | None:
    """Who was called to a window and is still there."""
    return _tickets().filter(hall=hall, day=day, window=window, state="called").first()


def called(hall: str, *, day: date, most: int = 12) -> list[Ticket]:
    """Who is at a window now, the last called first."""
    return list(_tickets().filter(hall=hall, day=day, state="called").order_by("-again_at", "-id")[:most])


def missed(hall: str, *, day: date, lanes: Collection[str], most: int = 20) -> list[Ticket]:
    """Who did not come when called, the last first."""
    rows = _tickets().filter(hall=hall, day=day, state="missed", line__lane__in=list(lanes))
    return list(rows.order_by("-ended_at", "-id")[:most])


def posts(hall: str, *, day: date) -> list[Post]:
    """At which windows of a hall officers sit."""
    return list(Post.objects.filter(hall=hall, day=day, left_at=None).order_by("sat_at", "id"))


def post(id: str) -> Post | None:
    """Where somebody sits or sat, by the row's id; None where there is none."""
    try:
        return Post.objects.filter(pk=id).first()
    except ValidationError:
        return None


def serving(hall: str, *, day: date) -> dict[str, tuple[str, datetime]]:
    """Of every window at which somebody is: their lane, and since when."""
    rows = Ticket.objects.filter(hall=hall, day=day, state="called")
    return {window: (lane, at) for window, lane, at in rows.values_list("window", "line__lane", "called_at")}


def lately(hall: str, *, day: date, now: datetime) -> set[str]:
    """Windows that called somebody not long ago."""
    rows = Ticket.objects.filter(hall=hall, day=day, called_at__gt=now - ACTIVE).exclude(window="")
    return set(rows.values_list("window", flat=True))


def seen(hall: str, *, now: datetime, most: int = 200) -> dict[str, list[float]]:
    """How many minutes each of the last people took at a window, by lane."""
    rows = Ticket.objects.filter(hall=hall, state="done", called_at__gt=now - LATELY).order_by("-called_at")
    found: dict[str, list[float]] = {}
    for lane, span in rows.annotate(took=F("ended_at") - F("called_at")).values_list("line__lane", "took")[:most]:
        found.setdefault(lane, []).append(span.total_seconds() / 60)
    return found


def open_days(*, before: date) -> list[tuple[str, date]]:
    """Halls and days before this one on which numbers are still open."""
    rows = Ticket.objects.filter(day__lt=before, state__in=("waiting", "called"))
    return sorted(set(rows.values_list("hall", "day")))


def halls_open_on(day: date) -> list[str]:
    """Halls in which numbers of this day are open."""
    rows = Ticket.objects.filter(day=day, state__in=("waiting", "called"))
    return sorted(set(rows.values_list("hall", flat=True)))


def to_come(*, now: datetime, most: int = 1000) -> list[Booking]:
    """All bookings whose time is not over, the next first."""
    return list(_bookings().filter(state=State.BOOKED, slot__ends_at__gt=now).order_by("starts_at", "id")[:most])
