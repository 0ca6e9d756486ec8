"""All my data, as one file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import export as journey
from tongban.journeys import signing
from tongban.portal.rooms import room
from tongban.portal.views.posting import posted
from tongban.ui.doors import opens_for


@require_GET
@opens_for(Kind.PERSON, level=1)
def export(request: HttpRequest) -> HttpResponse:
    """What an export is; how far the last one is, or the file."""
    return _export(request)


def _export(request: HttpRequest, no: Refusal | None = None) -> HttpResponse:
    face = journey.last(by=request.actor, now=request.now)
    status = no.status if no else 200
    return room(request, "portal/export.html", "export", status=status, no=no, face=face)


@posted("portal:export")
@opens_for(Kind.PERSON, level=1)
def ask(request: HttpRequest) -> HttpResponse:
    """Begin one."""
    try:
        journey.ask(by=request.actor, now=request.now)
    except Refusal as no:
        return _export(request, no)
    return HttpResponseRedirect(reverse("portal:export"))


@require_GET
@opens_for(Kind.PERSON, level=1)
def download(request: HttpRequest, id: UUID) -> HttpResponse:
    """The file, to who has just proved who they are; others are led there and come back."""
    try:
        content = journey.download(id, by=request.actor, now=request.now)
    except signing.ProofNeeded:
        return HttpResponseRedirect(f"{reverse('portal:face')}?{urlencode({'next': reverse('portal:export')})}")
    answer = HttpResponse(content, content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="tongban-export.zip"'
    return answer
