"""One case on one screen, and every command on it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from markupsafe import Markup, escape

from tongban.base.actors import Kind
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.desk import forms, presenters
from tongban.journeys import handle
from tongban.ui import shown
from tongban.ui.doors import opens_for, page


@require_http_methods(["GET", "POST"])
@opens_for(Kind.OFFICER)
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case on one screen; a POST with a reason opens a case of another office, on the record."""
    return _case(request, number, reason=request.POST.get("reason", ""))


def _case(request: HttpRequest, number: str, *, no: Refusal | None = None, reason: str = "") -> HttpResponse:
    try:
        screen = handle.screen(number, by=request.actor, now=request.now, reason=reason)
    except handle.NotYourOffice as shut:
        return page(request, "desk/shut.html", status=shut.status, no=shut, number=number)
    return page(
        request,
        "desk/case.html",
        status=no.status if no else 200,
        no=no,
        typed=forms.typed(request.POST),
        screen=screen,
        view=screen.view,
        stations=shown.stations(screen.view),
        answers=presenters.answers(screen.item, screen.document),
        checks=presenters.checks(screen.document),
        materials=shown.materials(screen.view, lambda m: _file_link(number, m)),
        laws=presenters.laws(screen.item),
        bases=presenters.basis_options(),
        status_words=shown.STATUS[screen.view.status],
        kinds=presenters.KINDS,
        opinions=presenters.opinions(screen.writings),
        signatures=presenters.signatures(screen.signatures),
        names=handle.names_of(screen),
        paper_options=presenters.paper_options(screen.item),
        default_cites="《中华人民共和国行政许可法》第三十二条第一款",
        due=presenters.due(screen.view.clock.due) if hasattr(screen.view.clock.due, "hour") else None,
    )


def _file_link(number: str, material: object) -> Markup:
    address = reverse("desk:file", args=[number, material.id])  # type: ignore[attr-defined]
    return Markup('<a href="{}">{}</a>').format(address, escape(material.blob.name))  # type: ignore[attr-defined]


@require_POST
@opens_for(Kind.OFFICER)
def command(request: HttpRequest, number: str, command: str) -> HttpResponse:
    """One command on one case; refused, the page comes back with what was typed."""
    do = forms.COMMANDS.get(command)
    if do is None:
        raise NotFound("no_command", Words(zh="没有这个操作", en="There is no such command"))
    try:
        do(number, request.POST, request.actor, request.now)
    except Refusal as no:
        return _case(request, number, no=no)
    return HttpResponseRedirect(reverse("desk:case", args=[number]))


@require_GET
@opens_for(Kind.OFFICER)
def file(request: HttpRequest, number: str, material: UUID) -> HttpResponse:
    """A file of a case, as a download that no browser runs."""
    blob, content = handle.file(number=number, material=str(material), by=request.actor, now=request.now)
    return attachment(content, blob.media_type, blob.name)


@require_GET
@opens_for(Kind.OFFICER)
def paper(request: HttpRequest, number: str, paper: UUID) -> HttpResponse:
    """A letter or certificate of a case, as signed."""
    name, content = handle.paper(number=number, paper=str(paper), by=request.actor, now=request.now)
    return attachment(content, "application/pdf", name)


def attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Bytes that the browser saves and never shows as a page of ours."""
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
