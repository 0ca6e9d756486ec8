"""An inspection on a phone: the list, photographs, where it was, who was met."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.desk import presenters
from tongban.journeys import handle
from tongban.journeys import inspect as journey
from tongban.ui import sent
from tongban.ui.doors import opens_for, page

MOST, WHOLE = 20, 60 * 1024 * 1024  # photographs that are looked at, and their bytes in all
TEXTS = ("once", "outcome", "note", "met", "lat", "lon")


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power="inspect")
def inspect(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """The form of one inspection; a POST sends its report, once however often it is pressed."""
    no = None
    if request.method == "POST":
        try:
            journey.report(number, step, said=_said(request), by=request.actor, now=request.now)
            return HttpResponseRedirect(reverse("desk:case", args=[number]))
        except handle.NotYourOffice as shut:
            return page(request, "desk/shut.html", status=shut.status, no=shut, number=number)
        except Refusal as refused:
            if refused.status == 404:
                raise
            no = refused
    try:
        sheet = journey.sheet(number, step, by=request.actor, now=request.now)
    except handle.NotYourOffice as shut:
        return page(request, "desk/shut.html", status=shut.status, no=shut, number=number)
    return page(
        request,
        "desk/inspect.html",
        status=no.status if no else 200,
        no=no,
        sheet=sheet,
        rows=presenters.answers(sheet.item, sheet.document),
        findings=[(key, words) for key, words in journey.FINDINGS.items()],
        typed=_typed(request, sheet.item),
        place=journey.point_of(sheet.document),
    )


def _said(request: HttpRequest) -> journey.Report:
    form = request.POST
    lines = {
        name.removeprefix("line-"): journey.Line(
            found=form.get(name, "")[:3], words=form.get(f"words-{name.removeprefix('line-')}", "")[:500]
        )
        for name in form
        if name.startswith("line-")
    }
    return journey.Report(
        once=form.get("once", "")[:64],
        lines=lines,
        outcome=form.get("outcome", "")[:10],
        note=form.get("note", "")[:2000],
        met=form.get("met", "")[:60],
        drawn=form.get("ink", ""),
        at=_at(form.get("lat", ""), form.get("lon", "")),
        photos=tuple(sent.read(request.FILES.getlist("photo")[:MOST], most=MOST, whole=WHOLE)),
    )


def _at(lat: str, lon: str) -> tuple[float, float] | None:
    """Latitude and longitude as the device told them; None for nothing, or for what is on no map."""
    try:
        found = float(lat), float(lon)
    except ValueError:
        return None
    return found if abs(found[0]) <= 90 and abs(found[1]) <= 180 else None


def _typed(request: HttpRequest, item: Any) -> dict[str, str]:
    form = request.POST
    found = {name: form.get(name, "") for name in TEXTS}
    for point in item.checklist:
        for name in (f"line-{point.key}", f"words-{point.key}"):
            found[name] = form.get(name, "")
    return {**found, "once": found["once"] or uuid4().hex}
