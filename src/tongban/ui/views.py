"""The switches in the header, the city's accent, and the style guide."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.ui import alone, browsing, city, install, styleguide, words
from tongban.ui.doors import Anyone, opens_for, page
from tongban.ui.middleware import ELDER_COOKIE, LANGUAGE_COOKIE

YEAR = 365 * 24 * 3600
KEEP = {"Cache-Control": "public, max-age=86400"}


def safe_next(request: HttpRequest, given: str | None, otherwise: str = "/") -> str:
    """``given`` when it is a path of this very host, else ``otherwise``: an open redirect is refused quietly."""
    secure = request.is_secure()
    if given and url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()}, require_https=secure):
        return given
    return otherwise


@opens_for(Anyone)
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """POST ``lang`` (zh | en), ``elder`` (1 | 0) or ``city`` (whose services to look at), and ``next``: sets the cookie
    and returns to the same page."""
    response = HttpResponseRedirect(safe_next(request, request.POST.get("next")))
    return dressed(request, response, **{name: request.POST.get(name, "") for name in ("lang", "elder", "city")})


def dressed(request: HttpRequest, response: HttpResponse, *, lang: str = "", elder: str = "", city: str = "") -> HttpResponse:
    """The answer, with the cookies of what was switched to; what nobody offers is left as it is."""
    common: dict[str, Any] = {"max_age": YEAR, "httponly": True, "samesite": "Lax", "secure": request.is_secure()}
    if lang in words.LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, lang, **common)
    if elder in ("0", "1"):
        response.set_cookie(ELDER_COOKIE, elder, **common)
    if city and city in browsing.cities():
        response.set_cookie(browsing.COOKIE, city, **common)
    return response


@opens_for(Anyone)
@require_GET
def city_css(request: HttpRequest) -> HttpResponse:
    """The accent of this node's city. Its address carries a stamp, so it may be kept for a year."""
    response = HttpResponse(city.here().sheet, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


@opens_for(Anyone)
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone reads before it installs the portal."""
    response = JsonResponse(install.manifest(), content_type="application/manifest+json")
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response


@opens_for(Anyone)
@require_GET
def icon_svg(request: HttpRequest) -> HttpResponse:
    """The city's mark as a drawing."""
    return HttpResponse(install.icon_svg(), content_type="image/svg+xml", headers=KEEP)


@opens_for(Anyone)
@require_GET
def icon(request: HttpRequest, name: str) -> HttpResponse:
    """The city's mark in pixels."""
    if name not in install.SIZES:
        raise NotFound("not-found", Words(zh="没有找到这个页面", en="We could not find this page"))
    drawn = install.icon(name, city.here().mark, install.accent())
    return HttpResponse(drawn, content_type="image/png", headers=KEEP)


@opens_for(Anyone)
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; asked for anew at every visit, so that a new one is taken at once."""
    source = install.worker(city.here().sheet)
    return HttpResponse(source, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


OFFLINE = Refusal(
    "offline",
    Words(zh="现在没有网络", en="There is no connection"),
    because=Words(
        zh="填好并保存过的内容都在服务器上，不会丢；连上网后从“我的空间”接着办。",
        en="What you filled in and saved is safe with us; continue from My space once you are connected.",
    ),
    status=200,
)


@opens_for(Anyone)
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What the worker shows while there is no connection."""
    return alone.page(request, OFFLINE, "ui/offline.html")


@opens_for(Anyone)
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """Every component in all its states. Only in demo mode: production has no such page."""
    if not getattr(settings, "TONGBAN_DEMO", False):
        raise NotFound("not-found", Words(zh="没有找到这个页面", en="We could not find this page"))
    return page(request, "ui/styleguide.html", **styleguide.sample())
