"""One thing, done once: the list of bundles, a bundle in the reader's case, its beginning; and what it saved a city."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.journeys import bundles, find, saving
from tongban.portal import bundles as shown
from tongban.portal import linked
from tongban.portal.views.posting import posted
from tongban.ui import browsing
from tongban.ui.doors import Anyone, opens_for, page

FOR = (("person", Words(zh="个人", en="For people")), ("firm", Words(zh="企业", en="For firms")))
PICK = "pick."  # before the key of a question of the bundle


@require_GET
@opens_for(Anyone)
def everything(request: HttpRequest) -> HttpResponse:
    """Every bundle of the city that is looked at."""
    city = browsing.chosen(request)
    found = bundles.everything(city)
    groups = [(title, [shown.card(each, city) for each in found if each.audience == audience]) for audience, title in FOR]
    return page(request, "portal/bundles.html", city_name=find.cities()[city], groups=[g for g in groups if g[1]])


@require_GET
@opens_for(Anyone)
def bundle(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """One bundle in the reader's own case; the answers stand in the address."""
    try:
        found = bundles.together(code, request.GET, city=city, by=request.actor, now=request.now)
    except NotFound as no:
        successor = getattr(no, "successor", "")
        if not successor:
            raise
        instead = (bundles.name_of(successor, city=city), reverse("portal:bundle", args=[city, successor]))
        return page(request, "portal/gone.html", status=no.status, no=no, instead=instead)
    here = reverse("portal:bundle", args=[city, code])
    return page(
        request,
        "portal/bundle.html",
        here=here,
        city=city,
        canonical=settings.TONGBAN_BASE_URL + here,
        first=_first(request, here, found.way.answers),
        data=linked.bundle(found, settings.TONGBAN_BASE_URL + here),
        **shown.shown(found),
    )


def _first(request: HttpRequest, here: str, answers: dict[str, str]) -> str:
    """What somebody must do before they can begin: sign in, or prove who they are; they come back with their answers."""
    back = urlencode({"next": f"{here}?{urlencode(answers)}" if answers else here})
    if request.actor.kind is not Kind.PERSON:
        return f"{reverse('portal:sign-in')}?{back}"
    return "" if request.actor.level >= 1 else f"{reverse('portal:prove')}?{back}"


@posted("portal:bundle", "city", "code")
@opens_for(Kind.PERSON, level=1)
def start(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """Begin one draft of everything that the answers come to."""
    told = {name.removeprefix(PICK): str(value)[:80] for name, value in request.POST.items() if name.startswith(PICK)}
    id = bundles.begin(code, told, city=city, by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("portal:draft", args=[id]))


@require_GET
@opens_for(Anyone)
def saved(request: HttpRequest) -> HttpResponse:
    """What was saved in a city: papers, visits and days, in all, by bundle and by item. Counts alone."""
    city = browsing.chosen(request)
    found = saving.of_city(city)
    return page(
        request,
        "portal/saved.html",
        city=city,
        city_name=find.cities()[city],
        whole=found.whole,
        fell=shown.totals(found.whole),
        bundles=shown.reduced(found.bundles),
        items=shown.rows(found.items),
    )
