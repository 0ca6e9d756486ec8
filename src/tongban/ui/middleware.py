"""The language and the elder mode of a request, from its cookies (or Accept-Language)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation

from tongban.base import memo
from tongban.ui import words

LANGUAGE_COOKIE = "lang"
ELDER_COOKIE = "elder"


def chosen_language(request: HttpRequest) -> str:
    """The cookie's language when it names one of ours, else what the browser prefers, else Chinese."""
    cookie = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if cookie in words.LANGUAGES:
        return cookie
    return words.negotiate(request.headers.get("Accept-Language", ""))


class Sessions(SessionMiddleware):
    """Django's sessions, but what a page fetches beside itself ends none.

    A session gets a new key when somebody signs in or chooses for whom they act. What the page before had asked for (its
    worker, an icon, a part of it) may come after that with the old key; answering it by taking the cookie away, as Django
    does, would sign out who has just signed in. Where a browser tells what it fetches for (Fetch Metadata), only the
    answer to a page itself takes a cookie away.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        kept = response.cookies.get(settings.SESSION_COOKIE_NAME)
        beside = request.headers.get("Sec-Fetch-Dest", "document") != "document"
        if kept is not None and not kept.value and beside and request.method in ("GET", "HEAD"):
            del response.cookies[settings.SESSION_COOKIE_NAME]
        return response


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


class Memory:
    """While a page is looked at, what holds for the whole of it is asked once (``base.memo``). Changes are made without."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with memo.scope():
            return self.get_response(request)


class Plain:
    """Answers 400 to a NUL character in the address or a form: nobody types one, and no text in the database holds one.

    Stands after everything that the page of a 400 needs. Bodies that are no forms are their readers' to judge.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = [request.path, *_texts(request.GET)]
        if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
            told += _texts(request.POST)
        if any("\x00" in text for text in told):
            raise BadRequest("a NUL character")
        return self.get_response(request)


def _texts(form: QueryDict) -> list[str]:
    return [text for name, values in form.lists() for text in (name, *values)]
