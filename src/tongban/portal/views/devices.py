"""Where I am signed in, and every try to sign in to my account."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import devices as journey
from tongban.portal import agents
from tongban.portal.rooms import room
from tongban.portal.views.posting import posted
from tongban.ui.doors import opens_for


@require_GET
@opens_for(Kind.PERSON)
def devices(request: HttpRequest) -> HttpResponse:
    """Sessions that are open, this one marked, and the history."""
    return _devices(request)


def _devices(request: HttpRequest, no: Refusal | None = None) -> HttpResponse:
    by, now = request.actor, request.now
    return room(
        request,
        "portal/devices.html",
        "devices",
        status=no.status if no else 200,
        no=no,
        sessions=journey.signed_in(session=request.session, by=by, now=now),
        device=agents.device,
        tries=agents.tries(journey.history(by=by)),
    )


@posted("portal:devices")
@opens_for(Kind.PERSON)
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    """End one session: its browser is out at its next press."""
    try:
        journey.end(sign_in=str(id), by=request.actor, now=request.now)
    except Refusal as no:
        return _devices(request, no)
    return HttpResponseRedirect(reverse("portal:devices"))


@posted("portal:devices")
@opens_for(Kind.PERSON)
def end_others(request: HttpRequest) -> HttpResponse:
    """End all sessions but this one."""
    journey.end_others(session=request.session, by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("portal:devices"))


@posted("portal:devices")
@opens_for(Kind.PERSON)
def own(request: HttpRequest) -> HttpResponse:
    """This is my device, or it is not."""
    try:
        journey.own(session=request.session, own=request.POST.get("own") == "1", by=request.actor, now=request.now)
    except Refusal as no:
        return _devices(request, no)
    return HttpResponseRedirect(reverse("portal:devices"))
