"""The language and the elder mode of a request, from its cookies (or Accept-Language)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation

from tongban.base import memo
from tongban.ui import errors, words

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
    """Answers 400 to a NUL character in the address or a form (nobody types one, and no text in the database holds one)
    and to a form that was no UTF-8 (it would be kept with holes), 413 to a form beyond the bounds of the settings. Neither is
    written into the log: anybody can send them.

    Stands after everything that the page of a refusal needs. Bodies that are no forms are their readers' to judge.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            told, form = [request.path, *_texts(request.GET)], []
            if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
                form = _texts(request.POST)
        except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
            return errors.refused(request, errors.KNOWN[413])
        if any("\x00" in text for text in (*told, *form)) or any("\ufffd" in text for text in form):
            return errors.refused(request, errors.KNOWN[400])
        return self.get_response(request)


class Heads:
    """Answers a HEAD as the GET of the same address without its body (RFC 9110, 9.3.2), so that no door must name it: what
    watches a node, and what previews a link, ask so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        if response.streaming:
            response.streaming_content = ()
        else:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response


def _texts(form: QueryDict) -> list[str]:
    return [text for name, values in form.lists() for text in (name, *values)]
