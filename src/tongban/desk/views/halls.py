"""A clerk at a window of a hall: who comes next, and what becomes of them (叫号)."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.desk import halls
from tongban.journeys import visit
from tongban.ui.doors import opens_for, page

COUNTER = "counter"
NOBODY = Words(zh="不优先", en="Nobody")
_LABEL = re.compile(r"[A-Z][0-9]{3,5}")


@require_GET
@opens_for(Kind.OFFICER, power=COUNTER)
def hall(request: HttpRequest) -> HttpResponse:
    """The window with its queue; first, which window."""
    return _console(request)


def _console(request: HttpRequest, no: Refusal | None = None) -> HttpResponse:
    try:
        found = visit.calling.console(request.session, now=request.now)
    except Refusal:  # no window yet, or one of yesterday's
        return _choose(request, no)
    return page(
        request,
        "desk/hall.html",
        status=no.status if no else 200,
        no=no,
        block="queue",
        post=found.post,
        current=halls.current(found.current, found.post, now=request.now) if found.current else None,
        rows=[halls.ticket(row, now=request.now) for row in found.waiting],
        missed=[halls.ticket(row, now=request.now) for row in found.missed],
        expected=[halls.booking(row) for row in found.expected],
        open=found.open,
        lanes=visit.rules.lanes(found.post.hall),
        groups=[("none", NOBODY), *((each.key, each.title) for each in visit.rules.rules().groups)],
        told=request.POST.get("told", "")[:300],
        done=_done(request),
        handed=_handed(request),
    )


def _done(request: HttpRequest) -> object:
    label = request.GET.get("of", "")
    if label and not _LABEL.fullmatch(label):
        return None
    return halls.done(request.GET.get("done", ""), label, request.GET.get("at", "")[:4])


def _handed(request: HttpRequest) -> str:
    """The number that was just given, for its slip."""
    try:
        return str(UUID(request.GET.get("slip", "")))
    except ValueError:
        return ""


def _choose(request: HttpRequest, no: Refusal | None = None) -> HttpResponse:
    found = visit.calling.halls(by=request.actor)
    wanted = (request.POST if request.method == "POST" else request.GET).get("hall", "")[:64]
    chosen = next((each for each in found if each.key == wanted), found[0] if found else None)
    return page(
        request,
        "desk/hall-choose.html",
        status=no.status if no else 200,
        no=no,
        halls=found,
        chosen=chosen,
        lanes=visit.rules.lanes(chosen) if chosen else (),
        window=request.POST.get("window", "")[:8],
        ticked=request.POST.getlist("lane"),
    )


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
def sit(request: HttpRequest) -> HttpResponse:
    """Sit at a window, or leave it."""
    if request.POST.get("do") == "rise":
        visit.calling.rise(session=request.session, by=request.actor, now=request.now)
        return HttpResponseRedirect(reverse("desk:hall"))
    try:
        visit.calling.sit(
            session=request.session,
            hall=request.POST.get("hall", "")[:64],
            window=request.POST.get("window", "")[:8],
            lanes=request.POST.getlist("lane"),
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return _choose(request, no)
    return _back()


def _back(done: str = "", label: str = "", window: str = "", slip: str = "") -> HttpResponse:
    told = {"done": done, "of": label, "at": window, "slip": slip}
    said = urlencode({name: value for name, value in told.items() if value})
    return HttpResponseRedirect(reverse("desk:hall") + (f"?{said}" if said else ""))


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
def next_(request: HttpRequest) -> HttpResponse:
    """Whoever is at the window is done, the next comes."""
    try:
        row = visit.calling.next_(request.session, by=request.actor, now=request.now)
    except Refusal as no:
        return _console(request, no)
    return _back("called", row.label, row.window) if row else _back("nobody")


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
def do(request: HttpRequest, ticket: UUID, what: str) -> HttpResponse:
    """One thing with one number."""
    try:
        row = visit.calling.do(
            what,
            request.session,
            ticket=ticket,
            to=request.POST.get("to", "")[:32],
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        if no.status == 404:
            raise
        return _console(request, no)
    return _back(what, row.label, row.window)


@require_http_methods(["POST"])
@opens_for(Kind.OFFICER, power=COUNTER)
def hand_out(request: HttpRequest) -> HttpResponse:
    """Give somebody a number: on the spot, or for the booking whose code they show."""
    told, group = request.POST.get("told", "")[:300].strip(), request.POST.get("group", "")[:32]
    try:
        if told:
            row = visit.calling.take_in(request.session, told=told, group=group, by=request.actor, now=request.now)
        else:
            at = visit.calling.post(request.session, now=request.now)
            lane = request.POST.get("lane", "")[:32]
            row = visit.numbers.hand_out(at.hall.key, lane=lane, group=group, by=request.actor, now=request.now)
    except Refusal as no:
        return _console(request, no)
    return _back("handed", row.label, slip=str(row.id))
