"""Finding a service and reading its guide."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.journeys import draft, find, see
from tongban.portal import presenters
from tongban.ui import shown
from tongban.ui.doors import Anyone, opens_for, page

ALL = Words(zh="全部城市", en="All cities")


@require_GET
@opens_for(Anyone)
def home(request: HttpRequest) -> HttpResponse:
    """Search first; what people do most; what I have in progress."""
    mine = request.actor.kind is Kind.PERSON
    return page(
        request,
        "portal/home.html",
        offered=find.offered()[:12],
        cities=find.cities(),
        drafts=draft.mine(by=request.actor)[:3] if mine else [],
        cases=see.own(by=request.actor)[:3] if mine else [],
        status_words=shown.STATUS,
    )


@require_GET
@opens_for(Anyone)
def about(request: HttpRequest) -> HttpResponse:
    """What this is, in a minute."""
    return page(request, "portal/about.html", cities=find.cities())


@require_GET
@opens_for(Anyone)
def search(request: HttpRequest) -> HttpResponse:
    """Services that fit a person's own words."""
    asked = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    city = request.GET.get("city", "")[:6]
    city = city if city in find.cities() else ""
    hits = find.search(asked, city=city or None) if asked else []
    return page(request, "portal/search.html", block="results", asked=asked, hits=hits, city=city, cities=find.cities())


@require_GET
@opens_for(Anyone)
def services(request: HttpRequest) -> HttpResponse:
    """All services, of one city or of all."""
    city = request.GET.get("city", "")[:6]
    city = city if city in find.cities() else ""
    hits = find.offered(city or None)
    return page(request, "portal/services.html", hits=hits, tabs=_tabs(city))


def _tabs(city: str) -> list[tuple[object, str, bool, None]]:
    """All cities, then each one."""
    here = reverse("portal:services")
    named = [(name, f"{here}?city={code}", code == city, None) for code, name in find.cities().items()]
    return [(ALL, here, not city, None), *named]


@require_GET
@opens_for(Anyone)
def guide(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """One service: what will happen, what is needed, how long, under which articles."""
    try:
        found = find.guide(city, code, now=request.now)
    except NotFound as no:
        successor = getattr(no, "successor", "")
        if not successor:
            raise
        return page(request, "portal/gone.html", status=no.status, no=no, city=city, successor=_title(city, successor))
    left, all_of = presenters.needed(found.plan.materials)
    return page(
        request,
        "portal/guide.html",
        guide=found,
        item=found.item,
        plan=found.plan,
        stations=presenters.stations(found.plan, found),
        materials=presenters.materials(found.plan.materials, laws=found.item.laws),
        promise=presenters.promise(found.item.promise),
        legal=presenters.promise(found.item.legal),
        left=left,
        all_of=all_of,
        laws=presenters.laws(found.item),
        conditions=presenters.conditions(found.item),
        decider=presenters.decider(found),
        fees=found.plan.fees,
        first=_first(request, city, code),
    )


def _first(request: HttpRequest, city: str, code: str) -> str:
    """What somebody must do before they can begin: the address of signing in or of proving who they are, else empty."""
    back = urlencode({"next": reverse("portal:guide", args=[city, code])})
    if request.actor.kind is not Kind.PERSON:
        return f"{reverse('portal:sign-in')}?{back}"
    return "" if request.actor.level >= 1 else f"{reverse('portal:prove')}?{back}"


def _title(city: str, code: str) -> tuple[str, object]:
    """A service by its code and title, or its code alone where it is not offered."""
    return code, next((hit.title for hit in find.offered(city) if hit.code == code), code)
