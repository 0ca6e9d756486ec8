"""The language and the elder mode of a request, from its cookies (or Accept-Language)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from tongban.ui import words

LANGUAGE_COOKIE = "lang"
ELDER_COOKIE = "elder"


def chosen_language(request: HttpRequest) -> str:
    """The cookie's language when it names one of ours, else what the browser prefers, else Chinese."""
    cookie = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if cookie in words.LANGUAGES:
        return cookie
    return words.negotiate(request.headers.get("Accept-Language", ""))


class Language:
    """Sets ``request.lang`` ("zh" | "en") and ``request.elder`` (bool), and speaks that language while the page is made.

    Stands after the session and before everything that makes pages (``ui.errors.Refusals`` too).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.lang = chosen_language(request)
        request.elder = request.COOKIES.get(ELDER_COOKIE) == "1"
        with words.speaking(request.lang), translation.override("en" if request.lang == "en" else "zh-hans"):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", "en" if request.lang == "en" else "zh-Hans")
        return response
