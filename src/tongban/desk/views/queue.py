"""What is to do, and what this office was told of."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET
from markupsafe import Markup

from tongban.base.actors import Kind
from tongban.base.words import Words
from tongban.desk import presenters
from tongban.journeys import handle
from tongban.ui import words
from tongban.ui.doors import opens_for, page


@require_GET
@opens_for(Kind.OFFICER)
def queue(request: HttpRequest) -> HttpResponse:
    """What is mine to do, by what is due."""
    rows = handle.queue(by=request.actor, now=request.now)
    first = reverse("desk:case", args=[rows[0].number]) if rows else None
    return page(
        request,
        "desk/queue.html",
        rows=presenters.queue_rows(rows, _link),
        count=len(rows),
        first=first,
        bad=handle.follow_ups_open(by=request.actor),
    )


def _link(number: str, title: Words) -> Markup:
    return Markup('<a href="{}">{}</a>').format(reverse("desk:case", args=[number]), words.w(title))


@require_GET
@opens_for(Kind.OFFICER)
def told(request: HttpRequest) -> HttpResponse:
    """What this office was only told of."""
    return page(request, "desk/told.html", rows=presenters.queue_rows(handle.told(by=request.actor), _link))


@require_GET
@opens_for(Kind.OFFICER)
def find_case(request: HttpRequest) -> HttpResponse:
    """Open a case by its number."""
    number = request.GET.get("number", "").strip()[:80]
    if not number:
        return HttpResponseRedirect(reverse("desk:queue"))
    return HttpResponseRedirect(reverse("desk:case", args=[number.replace("/", "")]))
