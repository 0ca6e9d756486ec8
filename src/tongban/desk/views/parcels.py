"""Parcels that nobody knows of, for an officer to look for (快递查件)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.desk import parcels as said
from tongban.journeys import tracing
from tongban.ui.doors import opens_for, page

COUNTER = "counter"


@require_GET
@opens_for(Kind.OFFICER, power=COUNTER)
def parcels(request: HttpRequest) -> HttpResponse:
    """What is to be looked for, the longest first."""
    return _parcels(request)


def _parcels(request: HttpRequest, no: Refusal | None = None, at: UUID | None = None) -> HttpResponse:
    return page(
        request,
        "desk/parcels.html",
        status=no.status if no else 200,
        no=no,
        at=str(at) if at else "",
        typed=request.POST,
        rows=said.rows(tracing.doubted()),
        done=said.FOUND if request.GET.get("done") == "found" else None,
    )


@require_POST
@opens_for(Kind.OFFICER, power=COUNTER)
def found(request: HttpRequest, parcel: UUID) -> HttpResponse:
    """What became of one."""
    try:
        tracing.found(
            parcel=parcel,
            finding=request.POST.get(f"finding-{parcel}", "")[:16],
            words=request.POST.get(f"words-{parcel}", "")[:200],
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return _parcels(request, no, parcel)
    return HttpResponseRedirect(reverse("desk:parcels") + "?done=found")
