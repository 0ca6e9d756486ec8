"""Certificates and letters: the owner downloads them, anybody verifies them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tongban.base.actors import Kind
from tongban.journeys import hold, wallet
from tongban.ui import files_host, words
from tongban.ui.doors import Anyone, opens_for, page


@require_GET
@opens_for(Kind.PERSON, level=1)
def pdf(request: HttpRequest, id: UUID) -> HttpResponse:
    """A certificate or letter of mine, as signed."""
    name, content = hold.pdf(id=str(id), by=request.actor, now=request.now)
    return files_host.attachment(content, "application/pdf", name)


@require_GET
@opens_for(Anyone)
def live(request: HttpRequest, token: str) -> HttpResponse:
    """What a live code says to whoever scans it."""
    shown = wallet.presented(token[:80], by=request.actor, now=request.now)
    answer = page(
        request,
        "portal/verified-live.html",
        found=shown.found,
        elsewhere=shown.elsewhere,
        at=request.now,
        public=[(words.w(title), value) for title, value in shown.found.fields],
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@opens_for(Anyone)
def verify(request: HttpRequest) -> HttpResponse:
    """By the code on the page, or by the file itself."""
    code = request.GET.get("code", "").strip()[:160]
    if code:
        return HttpResponseRedirect(reverse("portal:verified", args=[code.replace("/", "")]))
    judged = None
    if request.method == "POST" and request.FILES.get("file"):
        judged = hold.judge(request.FILES["file"].read(11 * 1024 * 1024), now=request.now)
    return page(request, "portal/verify.html", judged=judged)


@require_GET
@opens_for(Anyone)
def verified(request: HttpRequest, code: str) -> HttpResponse:
    """What anybody may know of a certificate or a copy by its code."""
    found = wallet.verify(code, by=request.actor, now=request.now)
    if isinstance(found, wallet.CopyFace):
        return page(request, "portal/verified-copy.html", copy=found)
    return page(
        request,
        "portal/verified.html",
        status=404 if found.verdict == "unknown" else 200,
        found=found,
        code=code,
        public=[(words.w(title), value) for title, value in found.fields],
    )
