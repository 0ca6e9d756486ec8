"""Reading a service's guide."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.errors import NotFound
from tongban.journeys import bundles, find, guides
from tongban.journeys import draft as drafting
from tongban.portal import against, linked, presenters
from tongban.portal import bundles as joint
from tongban.portal import guides as shown
from tongban.ui.doors import Anyone, opens_for, page


@require_GET
@opens_for(Anyone)
def guide(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """One service in the reader's own case: the answers to the few questions that matter stand in the address."""
    try:
        found = find.guide(city, code, now=request.now)
    except NotFound as no:
        successor = getattr(no, "successor", "")
        if not successor:
            raise
        instead = (_title(city, successor), reverse("portal:guide", args=[city, successor]))
        return page(request, "portal/gone.html", status=no.status, no=no, instead=instead)
    case = guides.case(found, request.GET, by=request.actor, now=request.now)
    here = reverse("portal:guide", args=[city, code])
    return page(
        request,
        "portal/guide.html",
        guide=found,
        item=found.item,
        here=here,
        canonical=settings.TONGBAN_BASE_URL + here,
        sample=guides.sample(found),
        begun=drafting.unfinished(city=city, code=code, by=request.actor),
        another=against.another([found.item], here, by=request.actor),
        first=_first(request, here, case.told.answers),
        legal=shown.legal(found.item),
        laws=presenters.laws(found.item),
        conditions=presenters.conditions(found.item),
        decider=presenters.decider(found),
        ways=presenters.ways(found.item),
        qr=presenters.qr(settings.TONGBAN_BASE_URL + here),
        joint=[joint.card(each, city) for each in bundles.about([code], city=city, least=1)[:1]],
        data=linked.service(found, settings.TONGBAN_BASE_URL + here),
        **shown.of_case(found, case),
        **shown.where(found, now=request.now),
        **shown.grade(found.item),
    )


def _first(request: HttpRequest, here: str, answers: dict[str, str]) -> str:
    """What somebody must do before they can begin: the address of signing in or of proving who they are, else empty. They
    come back to the guide with what they have answered."""
    back = urlencode({"next": f"{here}?{urlencode(answers)}" if answers else here})
    if request.actor.kind is not Kind.PERSON:
        return f"{reverse('portal:sign-in')}?{back}"
    return "" if request.actor.level >= 1 else f"{reverse('portal:prove')}?{back}"


def _title(city: str, code: str) -> object:
    """A service by its title, or its code where it is not offered."""
    return next((hit.title for hit in find.everything(city) if hit.code == code), code)
