"""Officers sign in and out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.journeys import enter
from tongban.ui import whence
from tongban.ui.doors import Anyone, opens_for, page


@require_http_methods(["GET", "POST"])
@opens_for(Anyone)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Officers sign in with password and time-based code."""
    no = None
    if request.method == "POST":
        try:
            enter.as_officer(
                session=request.session,
                username=request.POST.get("username", "")[:64].strip(),
                password=request.POST.get("password", "")[:200],
                code=request.POST.get("code", "")[:10],
                address=whence.address(request),
                now=request.now,
            )
            return HttpResponseRedirect(_next(request))
        except Refusal as refused:
            no = refused
    status = no.status if no else 200
    return page(
        request,
        "desk/sign-in.html",
        status=status,
        no=no,
        username=request.POST.get("username", ""),
        next=_next(request),
    )


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("desk:queue")


@require_POST
@opens_for(Kind.OFFICER)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave nothing behind."""
    enter.leave(session=request.session, now=request.now)
    return HttpResponseRedirect(reverse("desk:sign-in"))
