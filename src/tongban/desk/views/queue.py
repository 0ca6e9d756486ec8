"""What is to do, and what this office was told of."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.desk import presenters
from tongban.journeys import handle
from tongban.ui.doors import opens_for, page

WHOLE = re.compile(r"[0-9A-Z]{30,80}")
WHOSE = ("do", "mine", "free", "all")
DUE = ("late", "today")


@require_GET
@opens_for(Kind.OFFICER)
def queue(request: HttpRequest) -> HttpResponse:
    """What is mine to do, by what is due; narrowed by whose, kind, due and words, all in the address."""
    return _queue(request)


def _queue(request: HttpRequest, *, no: Refusal | None = None) -> HttpResponse:
    wanted = _wanted(request)
    found = handle.look(by=request.actor, wanted=wanted, now=request.now)
    first = reverse("desk:case", args=[found.rows[0].number]) if found.rows else None
    return page(
        request,
        "desk/queue.html",
        status=no.status if no else 200,
        no=no,
        rows=presenters.queue_rows(found.rows),
        found=found,
        wanted=wanted,
        facets=presenters.facets(found, wanted, _address),
        whose=presenters.whose(found, wanted, _address),
        colleagues=handle.colleagues_of(by=request.actor, now=request.now),
        pages=_address(wanted, page="{page}"),
        first=first,
        bad=handle.follow_ups_open(by=request.actor),
        opinions=handle.advice.to_answer(by=request.actor),
        early=handle.before_acceptance(by=request.actor),
        answered=handle.advice.told_back(by=request.actor),
        done=presenters.done(request.GET.get("done", ""), request.GET.get("of", "")),
        address=_address(wanted),
    )


def _wanted(request: HttpRequest) -> handle.Wanted:
    said = request.GET
    number = said.get("page", "1")
    return handle.Wanted(
        whose=said.get("whose", "") if said.get("whose") in WHOSE else "do",
        kind=said.get("kind", "")[:16],
        due=said.get("due", "") if said.get("due") in DUE else "",
        text=said.get("q", "").strip()[:60].replace("\0", ""),
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1,
    )


def _address(wanted: handle.Wanted, **change: str) -> str:
    """The queue's address with this narrowing, changed in some; what is usual is left out."""
    said = {"whose": wanted.whose, "kind": wanted.kind, "due": wanted.due, "q": wanted.text, **change}
    page = said.pop("page", "")
    usual = {"whose": "do"}
    words = urlencode({name: value for name, value in said.items() if value and usual.get(name) != value})
    words += f"{'&' if words else ''}page={page}" if page else ""
    return reverse("desk:queue") + (f"?{words}" if words else "")


@require_POST
@opens_for(Kind.OFFICER)
def bulk(request: HttpRequest) -> HttpResponse:
    """One command on several cases: a list says what was done and what was refused, and why."""
    try:
        outcomes = handle.bulk.do(
            request.POST.get("do", ""),
            picked=request.POST.getlist("pick"),
            to=request.POST.get("to", ""),
            note=request.POST.get("note", "")[:400],
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return _queue(request, no=no)
    return page(request, "desk/bulk.html", **presenters.outcomes(outcomes, request.POST.get("do", "")))


@require_GET
@opens_for(Kind.OFFICER)
def told(request: HttpRequest) -> HttpResponse:
    """What this office was only told of."""
    return page(request, "desk/told.html", rows=presenters.queue_rows(handle.told(by=request.actor)))


@require_GET
@opens_for(Kind.OFFICER)
def find_case(request: HttpRequest) -> HttpResponse:
    """Open a case by its number; a part of one is looked for among all that wait."""
    number = request.GET.get("number", "").strip()[:80]
    if not number:
        return HttpResponseRedirect(reverse("desk:queue"))
    if not WHOLE.fullmatch(number):
        return HttpResponseRedirect(_address(handle.Wanted(whose="all", text=number[:60])))
    return HttpResponseRedirect(reverse("desk:case", args=[number]))
