"""The switches in the header, the city's accent, and the style guide."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.ui import browsing, city, styleguide, words
from tongban.ui.doors import Anyone, opens_for, page
from tongban.ui.middleware import ELDER_COOKIE, LANGUAGE_COOKIE

YEAR = 365 * 24 * 3600


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
    common = {"max_age": YEAR, "httponly": True, "samesite": "Lax", "secure": request.is_secure()}
    if request.POST.get("lang") in words.LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, request.POST["lang"], **common)
    if request.POST.get("elder") in ("0", "1"):
        response.set_cookie(ELDER_COOKIE, request.POST["elder"], **common)
    if "city" in request.POST and request.POST["city"] in browsing.cities():
        response.set_cookie(browsing.COOKIE, request.POST["city"], **common)
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
def guide(request: HttpRequest) -> HttpResponse:
    """Every component in all its states. Only in demo mode: production has no such page."""
    if not getattr(settings, "TONGBAN_DEMO", False):
        raise NotFound("not-found", Words(zh="没有找到这个页面", en="We could not find this page"))
    return page(request, "ui/styleguide.html", **styleguide.sample())
