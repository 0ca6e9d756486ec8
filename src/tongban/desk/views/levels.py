"""The tree of offices, and passing a step up or down it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.desk import presenters
from tongban.journeys import handle, levels
from tongban.ui.doors import opens_for, page


@require_GET
@opens_for(Kind.OFFICER)
def offices(request: HttpRequest) -> HttpResponse:
    """City, districts, streets: who does what, when and where; how much waits at one's own and those below."""
    rows = presenters.office_rows(levels.offices(by=request.actor))
    return page(request, "desk/offices.html", offices=rows, own=request.actor.office)


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power="transfer")
def pass_on(request: HttpRequest, number: str) -> HttpResponse:
    """Which step, to whom, and why."""
    no = None
    if request.method == "POST":
        try:
            levels.pass_on(
                number=number,
                step=request.POST.get("step", "")[:160],
                to=request.POST.get("to", "")[:64],
                reasons=request.POST.get("reasons", "")[:4000],
                by=request.actor,
                now=request.now,
            )
            return HttpResponseRedirect(reverse("desk:case", args=[number]))
        except Refusal as refused:
            no = refused
    try:
        screen = handle.screen(number, by=request.actor, now=request.now)
    except handle.NotYourOffice as shut:
        return page(request, "desk/shut.html", status=shut.status, no=shut, number=number)
    return page(
        request,
        "desk/pass.html",
        status=no.status if no else 200,
        no=no,
        view=screen.view,
        passings=levels.passings(number, by=request.actor),
        typed={name: request.POST.get(name, "") for name in ("step", "to", "reasons")},
    )
