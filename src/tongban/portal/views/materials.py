"""What must be shown, and giving what is left of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import draft as drafting
from tongban.portal import presenters
from tongban.portal.views import drafts
from tongban.portal.views.posting import posted
from tongban.ui.doors import opens_for, page

LARGEST = 11 * 1024 * 1024  # bytes read of one file; the check says no to what is over its bound


@require_GET
@opens_for(Kind.PERSON, level=1)
def materials(request: HttpRequest, id: UUID) -> HttpResponse:
    """Each paper: why it is not needed, or where to give it."""
    sheet = drafting.sheet(id, by=request.actor, now=request.now)
    return drafts.over(sheet) or _shown(request, sheet)


def _shown(request: HttpRequest, sheet: drafting.Sheet, no: Refusal | None = None, at: str = "") -> HttpResponse:
    left, all_of = presenters.needed(sheet.plan.materials, sheet.later)
    return page(
        request,
        "portal/materials.html",
        status=no.status if no else 200,
        sheet=sheet,
        no=no,
        at=at,
        left=left,
        all_of=all_of,
        materials=presenters.materials(sheet.plan.materials, given=sheet.uploads, laws=sheet.item.laws, later=sheet.later),
        to_give=[m for m in sheet.plan.materials if m.verdict.value == "upload" and m.type not in sheet.later],
        go_on=drafts.go_on(sheet),
    )


@posted("portal:materials", "id")
@opens_for(Kind.PERSON, level=1)
def upload(request: HttpRequest, id: UUID, material: str) -> HttpResponse:
    """Give a file for one material."""
    try:
        file = request.FILES.get("file")
        drafting.upload(
            id,
            material=material,
            name=file.name if file else "",
            content=file.read(LARGEST) if file else b"",
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return _shown(request, drafting.sheet(id, by=request.actor, now=request.now), no, material)
    return HttpResponseRedirect(reverse("portal:materials", args=[id]))


@posted("portal:materials", "id")
@opens_for(Kind.PERSON, level=1)
def remove(request: HttpRequest, id: UUID, material: str, upload: UUID) -> HttpResponse:
    """Take a file back."""
    drafting.remove(id, upload=upload, by=request.actor, now=request.now)
    return HttpResponseRedirect(reverse("portal:materials", args=[id]))
