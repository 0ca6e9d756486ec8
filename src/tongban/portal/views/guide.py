"""Reading a service's guide."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.errors import NotFound
from tongban.engine.plan import Promise
from tongban.journeys import find
from tongban.portal import presenters
from tongban.ui.doors import Anyone, opens_for, page


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
        legal=presenters.promise(found.item.legal) if found.item.legal != Promise() else "",
        left=left,
        all_of=all_of,
        laws=presenters.laws(found.item),
        conditions=presenters.conditions(found.item),
        decider=presenters.decider(found),
        fees=found.plan.fees,
        ways=presenters.ways(found.item),
        visits=presenters.visits(found),
        qr=presenters.qr(settings.TONGBAN_BASE_URL + request.path),
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
