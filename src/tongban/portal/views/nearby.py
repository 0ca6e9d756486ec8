"""The nearest counter, for whoever must come or wants to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.base.errors import NotFound
from tongban.journeys import find, nearby
from tongban.journeys import visit as journey
from tongban.portal import counters, visits
from tongban.ui import browsing
from tongban.ui.doors import Anyone, opens_for, page

SHOWN, ON_MAP = 12, 6


@require_GET
@opens_for(Anyone)
def near(request: HttpRequest) -> HttpResponse:
    """Places where people are served, those nearest to a chosen street first; ``item`` narrows them to who serves it."""
    city = browsing.chosen(request)
    city, item, title, office, visit = _item(request, city)
    at = request.GET.get("at", "")[:9]
    found = nearby.near(city, at=at, office=office, visit=visit, now=request.now)
    several = _several(request)
    found = [each for each in found if all(each.hall.serves(role, visit=visit) for role in several.offices)]
    fields = visits.kept(several) or ([("item", item)] if item else [])
    shown = found if request.GET.get("all") else found[:SHOWN]
    return page(
        request,
        "portal/near.html",
        city=city,
        city_name=find.cities()[city],
        item="" if several.matters else item,
        title=several.title or title,
        fields=fields,
        query=urlencode(fields),
        at=at if found and found[0].km is not None else "",
        quarters=counters.quarters(city),
        rows=[
            counters.row(each, now=request.now, visit=visits.offered(city, each.hall, fields)) for each in shown
        ],
        more=len(found) - len(shown),
        areas=counters.areas(city, at),
        pins=counters.pins(shown[:ON_MAP], now=request.now),
        note=counters.NOTE,
    )


def _several(request: HttpRequest) -> journey.rules.Purpose:
    """A case of theirs, a bundle, or several items: what they come for where it is not one item."""
    told = request.GET
    if told.get("case") or told.get("bundle") or len(told.getlist("item")) > 1:
        return visits.purpose(request)
    return journey.rules.Purpose()


def _item(request: HttpRequest, city: str) -> tuple[str, str, object, str, bool]:
    """City, code, title, office of the item asked for, and whether somebody must be seen for it; nothing where there is
    none such."""
    told = request.GET.get("item", "")[:80]
    wanted = request.GET.get("city", "")[:6]
    city = wanted if wanted in find.cities() else city
    try:
        guide = find.guide(city, told, now=request.now) if told else None
    except NotFound:
        guide = None
    if guide is None:
        return city, "", "", "", False
    return city, told, guide.item.title, guide.item.office, any(step.visit for step in guide.item.steps)
