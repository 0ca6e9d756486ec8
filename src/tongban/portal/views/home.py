"""The first page: search first, what people do most, occasions of a life, what is mine and under way."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.calendar import day_of
from tongban.journeys import browse, bundles, draft, find, lives, occasions, recommend, see, signing
from tongban.portal import bundles as joint
from tongban.portal import lists
from tongban.ui import browsing
from tongban.ui.doors import Anyone, opens_for, page

OFTEN = 6  # services that the first page names
JOINT = 3  # and bundles


@require_GET
@opens_for(Anyone)
def home(request: HttpRequest) -> HttpResponse:
    """Everything that people come for, of the city they look at."""
    city = browsing.chosen(request)
    hits = find.shelf(here=city, city=city)
    return page(
        request,
        "portal/home.html",
        city_name=find.cities()[city],
        others=[name for code, name in find.cities().items() if code != city],
        often=[lists.service(hit) for hit in browse.often(hits, city=city, at_most=OFTEN)],
        total=len(hits),
        joint=[joint.card(each, city) for each in bundles.everything(city)[:JOINT]],
        lives=lists.lives(lives.counted(city)),
        subjects=lists.by_audience(hits),
        notices=occasions.notices(city, today=day_of(request.now)),
        mine=_mine(request),
        suggested=lists.suggested(recommend.today(session=request.session, by=request.actor, now=request.now)),
    )


def _mine(request: HttpRequest) -> list[dict[str, Any]]:
    """What is under way for whoever is signed in, what waits for them first."""
    by = request.actor
    if by.kind is not Kind.PERSON:
        return []
    waiting = signing.waiting(by=by, now=request.now) if by.level >= 1 else []
    return lists.under_way(waiting, see.own(by=by), draft.mine(by=by))[:6]


@require_GET
@opens_for(Anyone)
def about(request: HttpRequest) -> HttpResponse:
    """What this is, in a minute."""
    return page(request, "portal/about.html", cities=find.cities())
