"""One certificate of mine: read it, show it live, give a marked copy, see who verified it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET
from markupsafe import Markup

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import wallet as journey
from tongban.portal import presenters, shelf
from tongban.portal.rooms import room
from tongban.portal.views.posting import posted
from tongban.ui.doors import opens_for, page


@require_GET
@opens_for(Kind.PERSON, level=1)
def certificate(request: HttpRequest, id: UUID) -> HttpResponse:
    """The card, its data, its copies, and who verified it."""
    return _certificate(request, id)


def _certificate(request: HttpRequest, id: UUID, no: Refusal | None = None) -> HttpResponse:
    by, now = request.actor, request.now
    held = journey.one(id, by=by, now=now)
    return room(
        request,
        "portal/certificate.html",
        "certificates",
        status=no.status if no else 200,
        no=no,
        typed=request.POST,
        held=held,
        card=presenters.certificates([held.card])[0],
        fields=shelf.fields(held),
        history=shelf.history(held),
        copies=shelf.copies(journey.copies(id, by=by, now=now)),
        checks=shelf.checks(journey.checks(id, by=by, now=now)),
        days=shelf.days(journey.DAYS),
    )


@require_GET
@opens_for(Kind.PERSON, level=2)
def show(request: HttpRequest, id: UUID) -> HttpResponse:
    """The live code, large; to htmx the code alone, which it asks for again before the minute is over."""
    held = journey.one(id, by=request.actor, now=request.now)
    shown = journey.show(id, by=request.actor, now=request.now)
    return page(
        request,
        "portal/show.html",
        block="code",
        held=held,
        card=presenters.certificates([held.card])[0],
        shown=shown,
        svg=Markup(shown.svg),
    )


@posted("portal:certificate", "id")
@opens_for(Kind.PERSON, level=2)
def make_copy(request: HttpRequest, id: UUID) -> HttpResponse:
    """A copy for one purpose."""
    days = request.POST.get("days", "")
    try:
        journey.make_copy(
            id=id,
            purpose=request.POST.get("purpose", "")[:200],
            days=int(days) if days in map(str, journey.DAYS) else -1,
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return _certificate(request, id, no)
    return HttpResponseRedirect(f"{reverse('portal:certificate', args=[id])}#copies")


@posted("portal:certificate", "id")
@opens_for(Kind.PERSON, level=1)
def end_copy(request: HttpRequest, id: UUID, copy: UUID) -> HttpResponse:
    """A copy is good no more."""
    try:
        journey.end_copy(copy=copy, by=request.actor, now=request.now)
    except Refusal as no:
        return _certificate(request, id, no)
    return HttpResponseRedirect(f"{reverse('portal:certificate', args=[id])}#copies")


@require_GET
@opens_for(Kind.PERSON, level=1)
def copy_pdf(request: HttpRequest, id: UUID, copy: UUID) -> HttpResponse:
    """The signed PDF of a copy."""
    name, content = journey.copy_pdf(copy, by=request.actor)
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
