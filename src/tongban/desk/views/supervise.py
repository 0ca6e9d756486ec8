"""Supervision: overdue work, looks past one's own office, samples for quality; and everybody's own absences."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.desk import presenters
from tongban.desk.forms import text
from tongban.journeys import handle, supervise
from tongban.ui.doors import opens_for, page


@require_GET
@opens_for(Kind.OFFICER, power="supervise")
def overview(request: HttpRequest) -> HttpResponse:
    """What is overdue, with whom, and who has how much in hand."""
    return _overview(request)


def _overview(request: HttpRequest, *, no: Refusal | None = None) -> HttpResponse:
    found = supervise.overview(by=request.actor, now=request.now)
    return page(
        request,
        "desk/supervise.html",
        status=no.status if no else 200,
        no=no,
        found=found,
        kinds=presenters.KINDS,
        bars=presenters.bars(found),
        due=presenters.due,
        done=presenters.done(request.GET.get("done", ""), request.GET.get("of", "")),
    )


@require_POST
@opens_for(Kind.OFFICER, power="supervise")
def reassign(request: HttpRequest, number: str) -> HttpResponse:
    """Put an overdue step into another officer's hands."""
    try:
        handle.assign(
            number=number,
            step=text(request.POST, "step"),
            to=text(request.POST, "to"),
            note=text(request.POST, "note"),
            by=request.actor,
            now=request.now,
        )
    except Refusal as no:
        return _overview(request, no=no)
    return HttpResponseRedirect(f"{reverse('desk:supervise')}?done=assign&of={number[-11:]}")


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power="review")
def looks(request: HttpRequest) -> HttpResponse:
    """Looks that nobody has reviewed; a POST reviews one."""
    no = _tried(request, _review)
    if request.method == "POST" and no is None:
        return HttpResponseRedirect(reverse("desk:looks"))
    rows = supervise.looks(by=request.actor)
    doubted = supervise.questioned(by=request.actor)
    names = supervise.names({r.actor_id for r in rows} | {d.facts["looked"] for d in doubted})
    return page(
        request,
        "desk/looks.html",
        status=no.status if no else 200,
        no=no,
        rows=rows,
        doubted=doubted,
        names=names,
    )


def _review(request: HttpRequest) -> None:
    supervise.review(
        look=text(request.POST, "look"),
        verdict=text(request.POST, "verdict"),
        words=text(request.POST, "words"),
        by=request.actor,
        now=request.now,
    )


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power="supervise")
def quality(request: HttpRequest) -> HttpResponse:
    """What was drawn so far; a POST draws anew and opens what it drew."""
    no = None
    if request.method == "POST":
        try:
            said = {name: text(request.POST, name) for name in ("from_on", "until_on", "percent")}
            made = supervise.draw(**said, by=request.actor, now=request.now)
            return HttpResponseRedirect(reverse("desk:draw", args=[made.id]))
        except Refusal as refused:
            no = refused
    return page(
        request,
        "desk/quality.html",
        status=no.status if no else 200,
        no=no,
        draws=supervise.draws(by=request.actor),
        typed=request.POST,
    )


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER, power="supervise")
def draw(request: HttpRequest, draw: UUID) -> HttpResponse:
    """The cases of one draw with the checklist; a POST keeps the result of one."""
    no = _tried(request, _judge)
    if request.method == "POST" and no is None:
        return HttpResponseRedirect(reverse("desk:draw", args=[draw]))
    return page(
        request,
        "desk/draw.html",
        status=no.status if no else 200,
        no=no,
        samples=supervise.samples(draw, by=request.actor),
        checklist=supervise.CHECKLIST,
        results=presenters.RESULTS,
        at=draw,
    )


def _judge(request: HttpRequest) -> None:
    supervise.judge(
        sample=text(request.POST, "sample"),
        held=request.POST.getlist("held"),
        result=text(request.POST, "result"),
        words=text(request.POST, "words"),
        by=request.actor,
        now=request.now,
    )


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER)
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away and who stands in; a POST enters an absence or ends one."""
    no = _tried(request, _absence)
    if request.method == "POST" and no is None:
        return HttpResponseRedirect(reverse("desk:absences"))
    return page(
        request,
        "desk/absences.html",
        status=no.status if no else 200,
        no=no,
        rows=supervise.absent(by=request.actor, now=request.now),
        colleagues=handle.colleagues_of(by=request.actor, now=request.now),
        typed=request.POST,
        today=request.now,
    )


def _absence(request: HttpRequest) -> None:
    if ended := text(request.POST, "end"):
        supervise.end_absence(absence=ended, by=request.actor, now=request.now)
        return
    said = {name: text(request.POST, name) for name in ("officer", "deputy", "from_on", "until_on")}
    supervise.enter_absence(**said, by=request.actor, now=request.now)


def _tried(request: HttpRequest, do: Callable[[HttpRequest], None]) -> Refusal | None:
    """Do what was posted; its refusal, if it is refused."""
    if request.method == "POST":
        try:
            do(request)
        except Refusal as no:
            return no
    return None
