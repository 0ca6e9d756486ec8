"""Files in parts, for the page's script (docs/reference/uploads.md). Without it the plain form does."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.journeys import uploads
from tongban.ui import errors
from tongban.ui.doors import opens_for

TYPE = "application/offset+octet-stream"


@require_POST
@opens_for(Kind.PERSON, level=1)
def begin(request: HttpRequest, id: UUID, material: str) -> HttpResponse:
    """Announce a file: its name, and its size in ``Upload-Length``. 201 with where its parts go."""
    name, size = request.POST.get("name", "")[:200], _number(request, "Upload-Length")
    try:
        state = uploads.begin(id, material=material, name=name, size=size, by=request.actor, now=request.now)
    except Refusal as no:
        return errors.problem(no)
    return _said(state, 201)


@require_http_methods(["GET", "HEAD", "PATCH"])
@opens_for(Kind.PERSON, level=1)
def part(request: HttpRequest, id: UUID) -> HttpResponse:
    """HEAD: how far it has come. PATCH: the next part, from ``Upload-Offset``."""
    try:
        if request.method != "PATCH":
            return _said(uploads.look(id, by=request.actor, now=request.now), 200)
        if request.content_type != TYPE:
            raise Refusal("part_type", Words(zh="内容类型不对", en="Wrong content type"), status=415)
        offset = _number(request, "Upload-Offset")
        state = uploads.go_on(id, offset=offset, part=request.body, by=request.actor, now=request.now)
        return _said(state, 204)
    except Refusal as no:
        answer = errors.problem(no)
        if hasattr(no, "received"):
            answer.headers["Upload-Offset"] = str(no.received)
        return answer


def _number(request: HttpRequest, header: str) -> int:
    told = request.headers.get(header, "")
    if not (told.isascii() and told.isdecimal() and len(told) < 12):
        raise Refusal("part_header", Words(zh="缺少 {h}", en="{h} is missing").format(h=header), status=400)
    return int(told)


def _said(state: uploads.State, status: int) -> HttpResponse:
    answer = HttpResponse(status=status)
    answer.headers["Location"] = reverse("portal:part", args=[state.id])
    answer.headers["Upload-Offset"], answer.headers["Upload-Length"] = str(state.received), str(state.size)
    if state.taken:
        answer.headers["Upload-Complete"] = "?1"
    return answer
