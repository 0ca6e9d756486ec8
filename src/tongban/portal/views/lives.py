"""An occasion of a life: a few questions, and what is to be done in which order."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.journeys import bundles, find, lives
from tongban.portal import bundles as joint
from tongban.portal import lists, ways
from tongban.ui import browsing
from tongban.ui.doors import Anyone, opens_for, page

JOINT = 2  # bundles that an occasion names


@require_GET
@opens_for(Anyone)
def occasion(request: HttpRequest, key: str) -> HttpResponse:
    """The services of one occasion in the city that is looked at; the answers stand in the address."""
    found = lives.occasion(key)
    city = browsing.chosen(request)
    route = lives.follow(found, request.GET, city=city, now=request.now)
    return page(
        request,
        "portal/occasion.html",
        block="part",
        occasion=found,
        here=reverse("portal:occasion", args=[key]),
        questions=ways.questions(route.way.asked),
        answers=route.way.answers,
        stops=[ways.stop(each, city) for each in route.stops],
        sums=ways.sums(route),
        joint=[joint.card(each, city) for each in bundles.about([lead.item for lead in route.way.leads], city=city)[:JOINT]],
        themes=lists.themes(found, find.shelf(here=city, city=city)),
    )
