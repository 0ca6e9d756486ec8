"""Bad ratings and their answers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import follow_up as journey
from tongban.ui.doors import opens_for, page


@require_GET
@opens_for(Kind.OFFICER)
def ratings(request: HttpRequest) -> HttpResponse:
    """Bad ratings that wait for this office's answer."""
    return page(request, "desk/ratings.html", rows=journey.waiting(by=request.actor), no=None)


@require_POST
@opens_for(Kind.OFFICER)
def close_rating(request: HttpRequest, follow_up: UUID) -> HttpResponse:
    """Close one with its class and the answer given."""
    try:
        journey.close(
            id=str(follow_up),
            classed=request.POST.get("classed", ""),
            answer=request.POST.get("answer", "")[:2000],
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return page(request, "desk/ratings.html", status=no.status, rows=journey.waiting(by=request.actor), no=no)
    return HttpResponseRedirect(reverse("desk:ratings"))
