"""Mandates: given and received; one is given one thing per page, read over, and signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tongban.base.actors import Kind
from tongban.base.calendar import day_of, read_day
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.journeys import mandates as journey
from tongban.journeys import signing
from tongban.portal import mandates as shown
from tongban.portal.rooms import room
from tongban.ui.doors import opens_for, page

KEPT = "mandate_new"
STEPS = ("giver", "receiver", "scope", "term", "review")


@require_GET
@opens_for(Kind.PERSON, level=1)
def lists(request: HttpRequest) -> HttpResponse:
    """What I gave and what I was given, with where each stands."""
    given, received = journey.lists(by=request.actor, now=request.now)
    return room(
        request,
        "portal/mandates.html",
        "acting",
        given=[shown.row(m) for m in given],
        received=[shown.row(m) for m in received],
    )


@require_GET
@opens_for(Kind.PERSON, level=1)
def one(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """One mandate, and how to end it."""
    found = journey.one(mandate, by=request.actor, now=request.now)
    return room(request, "portal/mandate.html", "acting", found=found, row=shown.row(found), rows=shown.facts(found))


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def end(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """Ask once more, then revoke or decline it."""
    if request.method == "POST":
        journey.end(mandate, by=request.actor, now=request.now)
        return HttpResponseRedirect(reverse("portal:mandate", args=[mandate]))
    found = journey.one(mandate, by=request.actor, now=request.now)
    if not found.open:
        return HttpResponseRedirect(reverse("portal:mandate", args=[mandate]))
    return page(request, "portal/mandate_end.html", found=found)


@require_GET
@opens_for(Kind.PERSON, level=1)
def begin(request: HttpRequest) -> HttpResponse:
    """A new one, from the first question: for whom, where there is a choice."""
    givers = journey.givers(by=request.actor)
    wanted = journey.Wanted(firm=givers[0][0] if len(givers) == 1 else None)
    _keep(request, wanted)
    return HttpResponseRedirect(reverse("portal:mandate-step", args=[_next(request, wanted)]))


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One question, or reading it over; answered, the next."""
    wanted = _kept(request)
    open_ = _next(request, wanted)
    if step not in STEPS:
        raise NotFound("no_question", Words(zh="这里不问这个问题", en="This question is not asked here"))
    if STEPS.index(step) > STEPS.index(open_):
        return HttpResponseRedirect(reverse("portal:mandate-step", args=[open_]))
    if request.method == "GET":
        return _ask(request, step, wanted)
    try:
        return _TAKE[step](request, wanted)
    except signing.ProofNeeded:
        return HttpResponseRedirect(f"{reverse('portal:face')}?{urlencode({'next': request.path})}")
    except Refusal as no:
        return _ask(request, step, wanted, no)


def _kept(request: HttpRequest) -> journey.Wanted:
    return msgspec.convert(request.session.get(KEPT, {}), journey.Wanted)


def _keep(request: HttpRequest, wanted: journey.Wanted) -> None:
    request.session[KEPT] = msgspec.to_builtins(wanted)


def _next(request: HttpRequest, wanted: journey.Wanted) -> str:
    """The first question that is still open."""
    answered = (wanted.firm is not None, wanted.receiver, wanted.scope, wanted.until)
    return next((name for name, done in zip(STEPS, answered, strict=False) if not done), "review")


def _go_on(request: HttpRequest, wanted: journey.Wanted) -> HttpResponse:
    _keep(request, wanted)
    return HttpResponseRedirect(reverse("portal:mandate-step", args=[_next(request, wanted)]))


def _giver(request: HttpRequest, wanted: journey.Wanted) -> HttpResponse:
    code = request.POST.get("firm", "-")[:18]
    if code not in dict(journey.givers(by=request.actor)):
        raise Refusal(
            "mandate_giver", Words(zh="请选择由谁授权", en="Choose who gives it"), field="firm"
        )
    changed = code != wanted.firm
    wanted.firm, wanted.scope = code, [] if changed else wanted.scope
    return _go_on(request, wanted)


def _receiver(request: HttpRequest, wanted: journey.Wanted) -> HttpResponse:
    name, number = request.POST.get("name", ""), request.POST.get("number", "")
    wanted.receiver, wanted.receiver_name = journey.receiver(
        name=name, number=number, by=request.actor, now=request.now
    )
    return _go_on(request, wanted)


def _scope(request: HttpRequest, wanted: journey.Wanted) -> HttpResponse:
    given = request.POST.getlist("scope")[:200]
    if request.POST.get("all") == "*":
        given = ["*"]
    wanted.scope = journey.scope(given, firm=bool(wanted.firm))
    return _go_on(request, wanted)


def _term(request: HttpRequest, wanted: journey.Wanted) -> HttpResponse:
    wanted.until = journey.term(_until(request), now=request.now)
    return _go_on(request, wanted)


def _until(request: HttpRequest) -> date | None:
    """The last day: so many days from today, or the day itself."""
    today, long = day_of(request.now), request.POST.get("long", "")
    if long in shown.TERMS:
        return today + timedelta(days=int(long) - 1)
    try:
        return read_day(request.POST.get("until", ""))
    except ValueError:
        return None


def _review(request: HttpRequest, wanted: journey.Wanted) -> HttpResponse:
    id = journey.give(wanted, by=request.actor, now=request.now)
    request.session.pop(KEPT, None)
    return HttpResponseRedirect(reverse("portal:mandate", args=[id]))


_TAKE: dict[str, Callable[[HttpRequest, journey.Wanted], HttpResponse]] = {
    "giver": _giver,
    "receiver": _receiver,
    "scope": _scope,
    "term": _term,
    "review": _review,
}


def _ask(request: HttpRequest, step: str, wanted: journey.Wanted, no: Refusal | None = None) -> HttpResponse:
    givers = journey.givers(by=request.actor)
    steps = STEPS if len(givers) > 1 else STEPS[1:]
    return page(
        request,
        "portal/mandate_step.html",
        status=no.status if no else 200,
        no=no,
        step=step,
        at=steps.index(step) + 1 if step in steps else 1,
        of=len(steps),
        wanted=wanted,
        typed=request.POST,
        **_context(request, step, wanted, givers),
    )


def _context(request: HttpRequest, step: str, wanted: journey.Wanted, givers: list[tuple[str, str]]) -> dict[str, Any]:
    """What a step's page shows besides."""
    if step == "scope":
        chosen = request.POST.getlist("scope") if request.method == "POST" else wanted.scope
        return {"themes": shown.themes(journey.themes(firm=bool(wanted.firm))), "chosen": chosen}
    if step == "giver":
        return {"givers": shown.givers(givers)}
    if step == "term":
        return {"terms": shown.terms(), "today": day_of(request.now)}
    if step == "review":
        return {"rows": shown.review(wanted, dict(givers), today=day_of(request.now))}
    return {}
