"""For whom I act: myself, my child, my firm, whoever gave me a mandate."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_http_methods

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.identity.refusals import OtherSpace
from tongban.journeys import acting as journey
from tongban.journeys import draft, see
from tongban.portal import presenters
from tongban.portal.rooms import room
from tongban.portal.views.enter import safe_next
from tongban.ui import words
from tongban.ui.doors import opens_for


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON, level=1)
def acting(request: HttpRequest) -> HttpResponse:
    """The one switch."""
    no = None
    if request.method == "POST":
        try:
            to = request.POST.get("mandate", "")[:64]
            journey.switch(session=request.session, by=request.actor, to=to, now=request.now)
            return HttpResponseRedirect(safe_next(request))
        except Refusal as refused:
            no = refused
    choices = journey.choices(by=request.actor, now=request.now)
    return room(
        request,
        "portal/acting.html",
        "acting",
        status=no.status if no else 200,
        no=no,
        choices=[("", words.t("我自己", "Myself"), request.actor.name), *map(presenters.choice, choices)],
        chosen=_wanted(request),
        goes_on=safe_next(request, otherwise="portal:space"),
    )


def _wanted(request: HttpRequest) -> str:
    """Whom to choose: in whose name the page is that it goes on to, else for whom one acts now."""
    asked = {"case": see.mine, "draft": draft.sheet}
    try:
        goes_on = resolve(urlsplit(safe_next(request)).path)
        if goes_on.url_name in asked:
            asked[goes_on.url_name](*goes_on.kwargs.values(), by=request.actor, now=request.now)
    except OtherSpace as no:
        return no.to
    except (Refusal, Resolver404):
        pass
    return str(request.session.get(journey.CHOSEN, ""))
