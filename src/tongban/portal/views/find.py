"""Finding a service: in one's own words, narrowed by facets, or along the shelves."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.base.words import Words
from tongban.journeys import browse, bundles, find
from tongban.portal import bundles as joint
from tongban.portal import lists
from tongban.ui import browsing
from tongban.ui.doors import Anyone, opens_for, page

JOINT = 2  # bundles that stand above what was found
ALL = Words(zh="全部城市", en="All cities")


def _asked(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "")[:100].strip()


def _page(request: HttpRequest) -> int:
    told = request.GET.get("page", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 6 else 1


@require_GET
@opens_for(Anyone)
def search(request: HttpRequest) -> HttpResponse:
    """Services that fit a person's own words, each once; other cities' beside it."""
    asked, here = _asked(request), browsing.chosen(request)
    narrowed = lists.chosen(request.GET)
    shelf = browse.shelf(asked, chosen=narrowed, here=here, page=_page(request)) if asked else None
    terms = find.terms(asked)
    return page(
        request,
        "portal/search.html",
        block="results",
        asked=asked,
        shelf=shelf,
        joint=_joint(asked, narrowed, shelf, here),
        rows=[lists.row(each, terms) for each in shelf.rows] if shelf else [],
        facets=lists.facets("portal:search", shelf, narrowed, here=here, q=asked) if shelf else [],
        chips=lists.chips("portal:search", narrowed, here=here, q=asked),
        clear=lists.address("portal:search", browse.Chosen(), q=asked),
        wider=_wider(asked, narrowed, shelf, here),
        turn=lists.address("portal:search", narrowed, q=asked) + "&page={page}",
    )


def _joint(asked: str, narrowed: browse.Chosen, shelf: browse.Shelf | None, here: str) -> list[dict[str, Any]]:
    """Bundles that the words mean, above the first page of what was not narrowed."""
    if shelf is None or shelf.page > 1 or narrowed != browse.Chosen():
        return []
    return [joint.card(each, here) for each in bundles.search(asked, city=here, at_most=JOINT)]


def _wider(asked: str, narrowed: browse.Chosen, shelf: browse.Shelf | None, here: str) -> int:
    """How many there would be without what is chosen, where nothing is left."""
    if shelf is None or shelf.total or narrowed == browse.Chosen():
        return 0
    return browse.shelf(asked, chosen=browse.Chosen(), here=here).total


@require_GET
@opens_for(Anyone)
def suggest(request: HttpRequest) -> HttpResponse:
    """What may be meant, while somebody types; without htmx, the search itself."""
    asked = _asked(request)
    if not getattr(request, "htmx", None):
        return HttpResponseRedirect(f"{reverse('portal:search')}?{urlencode({'q': asked})}")
    rows = browse.near(asked, here=browsing.chosen(request), at_most=6) if asked else []
    terms = find.terms(asked)
    return page(request, "portal/_suggest.html", asked=asked, rows=[lists.service(r.hit, terms) for r in rows])


@require_GET
@opens_for(Anyone)
def services(request: HttpRequest) -> HttpResponse:
    """All services of the city that is looked at, by letter and by subject; ``city`` names another, ``all`` all."""
    here = browsing.chosen(request)
    narrowed = lists.chosen(request.GET)
    if not narrowed.city and request.GET.get("city") != "all":
        narrowed = msgspec.structs.replace(narrowed, city=here)
    shelf = browse.shelf(chosen=narrowed, here=narrowed.city or here, page=_page(request))
    more = {"city": narrowed.city or "all"}
    return page(
        request,
        "portal/services.html",
        rows=[lists.row(each) for each in shelf.rows],
        shelf=shelf,
        tabs=_tabs(narrowed),
        letters=_letters(shelf, narrowed, more),
        facets=lists.facets("portal:services", shelf, narrowed, here=narrowed.city or here, leave=("city",), **more),
        chips=lists.chips("portal:services", narrowed.without("city"), here=here, **more),
        clear=lists.address("portal:services", browse.Chosen(), **more),
        turn=lists.address("portal:services", narrowed, **more) + "&page={page}",
    )


def _tabs(narrowed: browse.Chosen) -> list[tuple[object, str, bool, None]]:
    """Each city that is offered here, then all of them."""
    wider = narrowed.without("city")
    named = [(code, name) for code, name in find.cities().items()]
    return [
        (name, lists.address("portal:services", wider, city=code), code == (narrowed.city or "all"), None)
        for code, name in [*named, ("all", ALL)]
    ]


def _letters(shelf: browse.Shelf, narrowed: browse.Chosen, more: dict[str, str]) -> list[tuple[str, str, bool, int]]:
    """The letters that titles begin with."""
    found = []
    for letter in sorted(shelf.counts["letter"]):
        now = letter == narrowed.letter
        href = lists.address("portal:services", msgspec.structs.replace(narrowed, letter="" if now else letter), **more)
        found.append((letter, href, now, shelf.counts["letter"][letter]))
    return found
