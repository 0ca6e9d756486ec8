"""A hall: a time to book, a number for today; one's bookings; one's number (预约、取号)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.appointments.refusals import AlreadyQueued
from tongban.base.actors import Kind
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.journeys import visit as journey
from tongban.portal import calendars, counters, visits
from tongban.portal.rooms import room
from tongban.portal.views.posting import posted
from tongban.ui import halls, whence
from tongban.ui.doors import Anyone, opens_for, page

TICKETS = "tickets"  # in a session: the numbers that were taken in it, by hall


@require_GET
@opens_for(Anyone)
def hall(request: HttpRequest, hall: str) -> HttpResponse:
    """What a hall offers now and on the days ahead; with ``move`` for a booking that is to be moved."""
    return _hall(request, hall)


def _hall(request: HttpRequest, key: str, no: Refusal | None = None) -> HttpResponse:
    told = request.POST if request.method == "POST" else request.GET
    place, purpose = journey.rules.hall(key), visits.purpose(request)
    moving = _moving(request, told.get("move", ""))
    lane = journey.booking.lane_of(place, moving) if moving else journey.rules.lane_for(place, purpose)
    days = journey.booking.days(place, lane, now=request.now)
    chosen = _chosen(days, told.get("at", "")[:10] or told.get("day", ""))
    fields, here = visits.kept(purpose), told.get("here", "")[:40]
    return page(
        request,
        "portal/visit.html",
        status=no.status if no else 200,
        no=no,
        hall=place,
        lane=lane,
        title=purpose.title,
        fields=[*fields, *([("move", str(moving.id))] if moving else [])],
        moving=moving,
        when=halls.when(moving) if moving else "",
        opening=counters.opens(journey.numbers.opening(place, now=request.now), now=request.now),
        open=journey.numbers.opening(place, now=request.now).open,
        queues=visits.queues(_lanes(place, purpose, lane, request)),
        groups=visits.groups(),
        group=told.get("group", ""),
        here=here if journey.codes.at_hall(here, place.key, day_of(request.now)) else "",
        days=halls.days(days, chosen, lambda d: visits.address(
            key, fields, day=d.day.isoformat(), move=str(moving.id) if moving else "", here=here)) if days else [],
        parts=halls.times(chosen),
        chosen=chosen,
        at=told.get("at", ""),
    )  # fmt: skip


def _lanes(place: Any, purpose: Any, lane: Any, request: HttpRequest) -> list[Any]:
    """The queue that serves what somebody comes for; all of them while they have not said."""
    found = journey.numbers.queues(place, now=request.now)
    return [each for each in found if not purpose.matters or each.lane.key == lane.key]


def _moving(request: HttpRequest, id: str) -> Any:
    """The booking of this person's that is being moved; none where there is none."""
    if not id or request.actor.kind is not Kind.PERSON:
        return None
    return journey.booking.one(id, by=request.actor)


def _chosen(days: list[journey.booking.Day], told: str) -> journey.booking.Day:
    """The day that was asked for, else the first that has a seat, else the first."""
    try:
        asked = date.fromisoformat(told)
    except ValueError:
        asked = None
    found = next((each for each in days if each.day == asked), None)
    return found or next((each for each in days if each.left), days[0])


@posted("portal:visit", "hall")
@opens_for(Kind.PERSON, level=1)
def book(request: HttpRequest, hall: str) -> HttpResponse:
    """Hold a seat, or move one that is held."""
    at, by, now = request.POST.get("at", "")[:20], request.actor, request.now
    moving = request.POST.get("move", "")[:40]
    try:
        if moving:
            row = journey.booking.move(moving, hall=hall, at=at, by=by, now=now)
        else:
            row = journey.booking.book(hall, at=at, purpose=visits.purpose(request), by=by, now=now)
    except Refusal as no:
        return _hall(request, hall, no)
    return HttpResponseRedirect(reverse("portal:booking", args=[row.id]))


@posted("portal:visit", "hall")
@opens_for(Anyone)
def number(request: HttpRequest, hall: str) -> HttpResponse:
    """A number for today: who is signed in, or stands at the entrance."""
    if (mine := _taken(request, hall)) is not None:
        return HttpResponseRedirect(reverse("portal:ticket", args=[mine]))
    try:
        row = journey.numbers.take(
            hall,
            purpose=visits.purpose(request),
            group=request.POST.get("group", "")[:32],
            here=request.POST.get("here", "")[:40],
            address=whence.address(request),
            by=request.actor,
            now=request.now,
        )
    except AlreadyQueued as there:
        return HttpResponseRedirect(reverse("portal:ticket", args=[there.ticket]))
    except Refusal as no:
        return _hall(request, hall, no)
    request.session[TICKETS] = {**request.session.get(TICKETS, {}), hall: str(row.id)}
    return HttpResponseRedirect(reverse("portal:ticket", args=[row.id]))


def _taken(request: HttpRequest, hall: str) -> str | None:
    """The number that this browser has in this hall, while it is good."""
    id = request.session.get(TICKETS, {}).get(hall)
    try:
        row = journey.numbers.standing(id, now=request.now).ticket if id else None
    except Refusal:
        return None
    return id if row is not None and row.state in ("waiting", "called") else None


@require_GET
@opens_for(Anyone)
def ticket(request: HttpRequest, id: UUID) -> HttpResponse:
    """A number: how many are before it; its block renews itself."""
    found = journey.numbers.standing(id, now=request.now)
    return page(request, "portal/ticket.html", block="now", id=id, ticket=visits.ticket(found), hall=found.hall)


@require_http_methods(["GET", "POST"])
@opens_for(Anyone)
def leave(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask once more, then wait no longer."""
    no = None
    if request.method == "POST":
        try:
            journey.numbers.leave(id, by=request.actor, now=request.now)
            return HttpResponseRedirect(reverse("portal:ticket", args=[id]))
        except Refusal as refused:
            no = refused
    found = journey.numbers.standing(id, now=request.now)
    status = no.status if no else 200
    return page(request, "portal/ticket-leave.html", status=status, no=no, id=id, ticket=visits.ticket(found))


@require_http_methods(["GET", "POST"])
@opens_for(Anyone)
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    """What a booking's code leads to: at the hall, its number."""
    row, no = journey.numbers.shown(token), None
    if request.method == "POST":
        try:
            made = journey.numbers.arrive(
                row, group=request.POST.get("group", "")[:32], by=request.actor, now=request.now
            )
            return HttpResponseRedirect(reverse("portal:ticket", args=[made.id]))
        except AlreadyQueued as there:
            return HttpResponseRedirect(reverse("portal:ticket", args=[there.ticket]))
        except Refusal as refused:
            no = refused
    return page(
        request,
        "portal/arrive.html",
        status=no.status if no else 200,
        no=no,
        token=token,
        row=visits.booking(row, now=request.now),
        ticket=row.ticket.id if row.state == "arrived" else None,
        groups=visits.groups(),
    )


@require_GET
@opens_for(Kind.PERSON, level=1)
def mine(request: HttpRequest) -> HttpResponse:
    """My bookings, and the number with which I wait."""
    ahead, past = journey.booking.mine(by=request.actor, now=request.now)
    waits = journey.numbers.open_now(by=request.actor, now=request.now)
    return room(
        request,
        "portal/visits.html",
        "visits",
        ahead=[visits.booking(row, now=request.now) for row in ahead],
        past=[visits.booking(row, now=request.now) for row in past],
        ticket=visits.ticket(journey.numbers.standing(waits.id, now=request.now)) if waits else None,
        ticket_id=waits.id if waits else None,
    )


@require_GET
@opens_for(Kind.PERSON, level=1)
def booking(request: HttpRequest, id: UUID) -> HttpResponse:
    """One booking: when, where, what for, and the code that is shown there."""
    row = journey.booking.one(id, by=request.actor)
    return room(
        request,
        "portal/booking.html",
        "visits",
        id=row.id,
        row=visits.booking(row, now=request.now),
        code=halls.marked(row),
        qr=visits.shown_code(row),
        token=journey.codes.of_booking(row.id),
        hall=visits.hall(row),
        lane=journey.booking.lane_of(visits.hall(row), row) if visits.hall(row) else None,
        case=row.case,
        open=row.state == "booked" and row.starts_at > request.now,
        ticket=row.ticket.id if row.state == "arrived" else None,
        move=visits.address(row.slot.hall, move=str(row.id)),
        rules=journey.rules.rules(),
    )


@require_GET
@opens_for(Kind.PERSON, level=1)
def calendar(request: HttpRequest, id: UUID) -> HttpResponse:
    """The booking as a file for one's calendar."""
    row = journey.booking.one(id, by=request.actor)
    answer = HttpResponse(calendars.of(row, now=request.now), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="visit-{row.code}.ics"'
    return answer


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def cancel(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask once more, then give the seat back."""
    row, no = journey.booking.one(id, by=request.actor), None
    if request.method == "POST":
        try:
            journey.booking.cancel(id, by=request.actor, now=request.now)
            return HttpResponseRedirect(reverse("portal:booking", args=[id]))
        except Refusal as refused:
            no = refused
    return page(
        request,
        "portal/visit-cancel.html",
        status=no.status if no else 200,
        no=no,
        id=id,
        row=visits.booking(row, now=request.now),
    )


@require_GET
@opens_for(Anyone)
def screen(request: HttpRequest, hall: str) -> HttpResponse:
    """The screen of a hall: who is called where, and how many wait; its block renews itself."""
    place, called, queues = journey.calling.screen(hall, now=request.now)
    door = journey.codes.of_hall(hall, day_of(request.now))
    return page(
        request,
        "portal/hall-screen.html",
        block="board",
        hall=place,
        called=[(each.label, each.window, each.again_at, each.calls) for each in called],
        queues=visits.queues(queues),
        qr=visits.entrance(hall, door),
        now=request.now,
    )
