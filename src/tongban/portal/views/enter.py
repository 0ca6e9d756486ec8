"""Signing in and proving who one is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_GET, require_http_methods

from tongban.base.actors import Channel, Kind
from tongban.base.errors import Refusal
from tongban.journeys import enter, tell
from tongban.journeys import prove as proving
from tongban.portal.views.posting import posted
from tongban.ui import whence, words
from tongban.ui.doors import Anyone, opens_for, page

DEVICE_COOKIE = f"device_{settings.TONGBAN_ADCODE}"
YEAR = 365 * 24 * 3600


def safe_next(request: HttpRequest, otherwise: str = "portal:space") -> str:
    """Where the request wants to go on, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse(otherwise)


@require_http_methods(["GET", "POST"])
@opens_for(Anyone)
def sign_in(request: HttpRequest) -> HttpResponse:
    """The mobile number, to which a code is sent."""
    no = None
    if request.method == "POST":
        try:
            mobile = enter.send_code(
                mobile=request.POST.get("mobile", "")[:40], address=whence.address(request), now=request.now
            )
            request.session["mobile"] = mobile
            return HttpResponseRedirect(f"{reverse('portal:code')}?{urlencode({'next': safe_next(request)})}")
        except Refusal as refused:
            no = refused
    return page(
        request,
        "portal/sign-in.html",
        status=no.status if no else 200,
        no=no,
        mobile=request.POST.get("mobile", ""),
        next=safe_next(request),
    )


@require_http_methods(["GET", "POST"])
@opens_for(Anyone)
def code(request: HttpRequest) -> HttpResponse:
    """The code that was sent; another one where it did not come."""
    mobile = request.session.get("mobile")
    if not mobile:
        return HttpResponseRedirect(f"{reverse('portal:sign-in')}?{urlencode({'next': safe_next(request)})}")
    if request.POST.get("do") == "resend":
        return _resend(request, mobile)
    no = None
    if request.method == "POST":
        goes_on = safe_next(request)
        try:
            actor = enter.with_code(
                session=request.session,
                mobile=mobile,
                code=request.POST.get("code", "")[:12],
                now=request.now,
                channel=_channel(request),
                agent=request.headers.get("User-Agent", ""),
                device=request.COOKIES.get(DEVICE_COOKIE, ""),
            )
            if actor.level == 0:
                goes_on = f"{reverse('portal:prove')}?{urlencode({'next': goes_on})}"
            return _known_again(request, HttpResponseRedirect(goes_on))
        except Refusal as refused:
            no = refused
    return _ask_code(request, mobile, no)


def _resend(request: HttpRequest, mobile: str) -> HttpResponse:
    try:
        enter.send_code(mobile=mobile, address=whence.address(request), now=request.now)
    except Refusal as no:
        return _ask_code(request, mobile, no)
    return HttpResponseRedirect(f"{reverse('portal:code')}?{urlencode({'next': safe_next(request), 'sent': 1})}")


def _ask_code(request: HttpRequest, mobile: str, no: Refusal | None) -> HttpResponse:
    again = enter.code_again_at(mobile=mobile, address=whence.address(request), now=request.now)
    return page(
        request,
        "portal/code.html",
        status=no.status if no else 200,
        no=no,
        masked=f"{mobile[:3]}****{mobile[-4:]}",
        next=safe_next(request),
        sent_again=request.method == "GET" and "sent" in request.GET,
        again=words.clock_time(again) if again else "",
    )


def _known_again(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The browser keeps by what it is known again, so that a sign-in from a new one is told to the account's owner."""
    answer.set_cookie(
        DEVICE_COOKIE,
        enter.device_cookie(request.session),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def _channel(request: HttpRequest) -> Channel:
    """Phone or computer, by what the browser says of itself."""
    agent = request.headers.get("User-Agent", "")
    return Channel.PHONE if "Mobile" in agent or "phone" in agent else Channel.WEB


@posted("portal:home")
@opens_for(Anyone)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave nothing behind."""
    enter.leave(session=request.session, now=request.now)
    response = HttpResponseRedirect(reverse("portal:home"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON)
def prove(request: HttpRequest) -> HttpResponse:
    """Name and ID number, matched with the population registry (level 1)."""
    if request.actor.level >= 1 and request.method == "GET":
        return HttpResponseRedirect(f"{reverse('portal:face')}?{urlencode({'next': safe_next(request)})}")
    no = None
    if request.method == "POST":
        try:
            proving.match(
                name=request.POST.get("name", "")[:100],
                id_number=request.POST.get("id_number", "")[:40],
                by=request.actor,
                now=request.now,
            )
            return HttpResponseRedirect(f"{reverse('portal:face')}?{urlencode({'next': safe_next(request)})}")
        except Refusal as refused:
            no = refused
    return page(
        request,
        "portal/prove.html",
        status=no.status if no else 200,
        no=no,
        next=safe_next(request),
        name=request.POST.get("name", ""),
        id_number=request.POST.get("id_number", ""),
    )


@require_http_methods(["GET", "POST"])
@opens_for(Kind.PERSON)
def face(request: HttpRequest) -> HttpResponse:
    """Why level 2 is asked for; a POST opens the port's session and shows the way there. Name and number come first."""
    if not proving.may(by=request.actor):
        return HttpResponseRedirect(f"{reverse('portal:prove')}?{urlencode({'next': safe_next(request)})}")
    no, url = None, None
    if request.method == "POST":
        try:
            url = proving.begin(
                purpose="sign", return_path=reverse("portal:face-done"), by=request.actor, now=request.now
            )
            request.session["after_proof"] = safe_next(request)
        except Refusal as refused:
            no = refused
    return page(request, "portal/face.html", status=no.status if no else 200, no=no, port=url, next=safe_next(request))


@require_GET
@opens_for(Kind.PERSON)
def face_done(request: HttpRequest) -> HttpResponse:
    """Back from the port: its signed result is fetched and believed or not."""
    goes_on = request.session.get("after_proof") or reverse("portal:space")
    try:
        actor = proving.finish(state=request.GET.get("state", "")[:200], by=request.actor, now=request.now)
    except Refusal as no:
        return page(request, "portal/face.html", status=no.status, no=no, port=None, next=goes_on)
    request.session.pop("after_proof", None)
    enter.go_on_as(session=request.session, actor=actor)
    return HttpResponseRedirect(goes_on)


@require_GET
@opens_for(Anyone)
def outbox(request: HttpRequest) -> HttpResponse:
    """The demonstration's phone: the texts that would have gone out."""
    return page(request, "portal/outbox.html", texts=tell.outbox())
