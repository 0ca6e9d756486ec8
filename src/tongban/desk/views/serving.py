"""A clerk books a time, or takes a number, for somebody who stands there or telephones; the slip that they take home."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.desk import slips
from tongban.journeys import browse, find, visit
from tongban.ui import halls
from tongban.ui.doors import opens_for, page

COUNTER = "counter"
MOST = 9  # services that a search offers


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power=COUNTER)
def whom(request: HttpRequest) -> HttpResponse:
    """For whom; then for what, and when. A POST says who, or (``do``) that it is somebody else now."""
    if request.method == "GET":
        return _choose(request)
    if request.POST.get("do") == "other":
        visit.serving.done(session=request.session, now=request.now)
        return HttpResponseRedirect(reverse("desk:hall-for"))
    try:
        visit.serving.tell(session=request.session, by=request.actor, now=request.now, **_typed(request))
    except Refusal as no:
        return _ask(request, no)
    return HttpResponseRedirect(reverse("desk:hall-for"))


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "")[:100] for name in ("name", "id_number", "how", "contact")}


def _ask(request: HttpRequest, no: Refusal | None = None) -> HttpResponse:
    return page(
        request, "desk/hall-for.html", status=no.status if no else 200, no=no, typed=_typed(request), how=slips.HOW
    )


def _choose(request: HttpRequest, no: Refusal | None = None) -> HttpResponse:
    try:
        told = visit.serving.whom(request.session, by=request.actor, now=request.now)
    except visit.serving.NobodyTold:
        return _ask(request, no)
    asked = request.POST if request.method == "POST" else request.GET
    found = visit.calling.halls(by=request.actor)
    place = _hall(request, asked.get("hall", "")[:64], found)
    items, words = _items(asked.getlist("item")), asked.get("q", "").replace("\x00", "")[:100].strip()
    purpose = visit.rules.purpose(items=items, now=request.now)
    context = _times(request, place, purpose, asked.get("at", "")[:10] or asked.get("day", "")) if place else {}
    return page(
        request,
        "desk/hall-when.html",
        status=no.status if no else 200,
        no=no,
        told=told,
        halls=found,
        hall=place,
        items=[(each["code"], Words(**each["title"])) for each in purpose.matters],
        q=words,
        hits=_hits(words, {each["code"] for each in purpose.matters}),
        at=asked.get("at", "")[:20],
        here=told.how == "window",
        groups=slips.groups(),
        **context,
    )


def _items(told: list[str]) -> list[str]:
    return [code[:80] for code in told[: visit.rules.MOST]]


def _hall(request: HttpRequest, key: str, found: list[Any]) -> Any:
    """The hall that was chosen, else the one in which this officer sits, else the first."""
    try:
        mine = visit.calling.post(request.session, now=request.now).hall.key
    except Refusal:
        mine = ""
    wanted = key or mine
    return next((each for each in found if each.key == wanted), found[0] if found else None)


def _hits(words: str, chosen: set[str]) -> list[tuple[str, Any]]:
    """Services of this city that fit the words; what people do most while nothing is asked."""
    here = settings.TONGBAN_ADCODE
    found = find.search(words, city=here) if words else browse.often(find.everything(here), city=here, at_most=MOST)
    return [(hit.code, hit.title) for hit in found if hit.code not in chosen and hit.city == here][:MOST]


def _times(request: HttpRequest, place: Any, purpose: Any, day: str) -> dict[str, Any]:
    """Days and times of the hall for what they come for."""
    try:
        lane = visit.rules.lane_for(place, purpose)
    except Refusal as no:
        return {"lane": None, "not_served": no, "days": [], "parts": []}
    days = visit.booking.days(place, lane, now=request.now)
    chosen = _chosen(days, day)
    items = [("item", each["code"]) for each in purpose.matters]

    def link(each: visit.booking.Day) -> str:
        return "?" + urlencode([("hall", place.key), *items, ("day", each.day.isoformat())])

    return {"lane": lane, "days": halls.days(days, chosen, link), "parts": halls.times(chosen), "chosen": chosen}


def _chosen(days: list[visit.booking.Day], told: str) -> visit.booking.Day:
    try:
        asked = date.fromisoformat(told)
    except ValueError:
        asked = None
    found = next((each for each in days if each.day == asked), None)
    return found or next((each for each in days if each.left), days[0])


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
def book(request: HttpRequest) -> HttpResponse:
    """Hold a seat for them."""
    try:
        row = visit.serving.book(
            request.session,
            hall=request.POST.get("hall", "")[:64],
            at=request.POST.get("at", "")[:20],
            items=_items(request.POST.getlist("item")),
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return _choose(request, no)
    return HttpResponseRedirect(reverse("desk:hall-booking-slip", args=[row.id]))


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
def number(request: HttpRequest) -> HttpResponse:
    """A number for them, who stand here."""
    try:
        row = visit.serving.number(
            request.session,
            items=_items(request.POST.getlist("item")),
            group=request.POST.get("group", "")[:32],
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return _choose(request, no)
    return HttpResponseRedirect(reverse("desk:hall-ticket-slip", args=[row.id]))


@require_GET
@opens_for(Kind.OFFICER, power=COUNTER)
def booking_slip(request: HttpRequest, id: UUID) -> HttpResponse:
    """What is printed for somebody for whom a time was booked."""
    return page(request, "desk/hall-slip.html", slip=slips.booking(visit.serving.slip_of_booking(id, now=request.now)))


@require_GET
@opens_for(Kind.OFFICER, power=COUNTER)
def ticket_slip(request: HttpRequest, id: UUID) -> HttpResponse:
    """What is printed for somebody who got a number."""
    found = visit.serving.slip_of_ticket(id, session=request.session, now=request.now)
    return page(request, "desk/hall-slip.html", slip=slips.ticket(found))
