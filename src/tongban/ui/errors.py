"""A refusal, and every other "no", as a page that says what, why, under which article, and what to do next.

Machines that ask for JSON get problem details (RFC 9457). In the settings: ``ui.errors.Refusals`` as the last
middleware, ``CSRF_FAILURE_VIEW = "tongban.ui.errors.csrf_failed"``; in the root urls
``handler400 … handler500 = "tongban.ui.errors.…"``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tongban.base.actors import Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.journeys import browse
from tongban.ui import alone, city, words
from tongban.ui.doors import page, waiting

log = logging.getLogger(__name__)
LIKELY, ALIKE = 0.8, 0.85  # how well a service answers a mistyped address, and a word of it the address

KNOWN = {
    400: Refusal(
        "bad-request",
        Words(zh="这个请求无法理解", en="This request could not be understood"),
        because=Words(
            zh="可能是链接不完整，或填写的内容在途中损坏。",
            en="The link may be incomplete, or what you sent was damaged on the way.",
        ),
        next_step=Words(zh="请返回上一页再试一次。", en="Go back to the page before and try again."),
        status=400,
    ),
    403: Refusal(
        "denied",
        Words(zh="这个页面不对您开放", en="This page is not open to you"),
        because=Words(
            zh="它可能属于另一位办事人，或需要另一种身份。", en="It may belong to someone else, or need another role."
        ),
        next_step=Words(zh="请确认登录的账号，或回到首页。", en="Check how you are signed in, or go to the home page."),
        status=403,
    ),
    404: Refusal(
        "not-found",
        Words(zh="没有找到这个页面", en="We could not find this page"),
        because=Words(
            zh="地址可能有误，页面可能已经移走，或者它只对别人开放。",
            en="The address may be mistyped, the page may have moved, or it is open only to others.",
        ),
        next_step=Words(
            zh="可以搜索要办的事，或拨打政务服务热线。", en="Search for your service, or call the service line."
        ),
        status=404,
    ),
    405: Refusal(
        "method-not-allowed",
        Words(zh="这个地址不能这样打开", en="This address cannot be opened this way"),
        because=Words(
            zh="它只用于提交表单，不能直接访问。", en="It only takes forms; it is not a page of its own."
        ),
        next_step=Words(zh="请从首页重新进入。", en="Start again from the home page."),
        status=405,
    ),
    413: Refusal(
        "too-large",
        Words(zh="提交的内容太长了", en="What you sent is too long"),
        because=Words(
            zh="一张表单最多 2 MB 文字、500 项；文件另外上传，每个 10 MB 以内。",
            en="A form takes 2 MB of text and 500 fields; files are uploaded beside it, 10 MB each.",
        ),
        next_step=Words(zh="请返回上一页，写短一些再提交。", en="Go back, shorten it and send it again."),
        status=413,
    ),
    429: Refusal(
        "too-many",
        Words(zh="操作太频繁了", en="Too many tries"),
        because=Words(
            zh="为防止他人冒用，短时间内的次数有限制。", en="To keep others from guessing, the number of tries is limited."
        ),
        next_step=Words(zh="请过几分钟再试，已填内容不会丢失。", en="Wait a few minutes; what you filled in is kept."),
        status=429,
    ),
    500: Refusal(
        "fault",
        Words(zh="系统出了问题，不是您的问题", en="Something went wrong on our side"),
        because=Words(
            zh="这次操作可能没有完成。值班人员已收到记录。",
            en="What you did may not have been completed. The staff on duty have been told.",
        ),
        next_step=Words(
            zh="请几分钟后再试；提交过的办件可在“我的空间”查看，不会重复受理。",
            en="Try again in a few minutes. What was submitted shows in My space and is never taken twice.",
        ),
        status=500,
    ),
}
class FormExpired(Refusal):
    """A form that does not belong to the session it came in. Nothing of it is kept: nobody can tell who wrote it. ``back`` is
    the page that it was on, ``sign_in`` where one signs in first, to come back there."""

    status = 403

    def __init__(self, back: str, *, sign_in: str) -> None:
        super().__init__(
            "form-expired",
            Words(zh="这张表单已经过期", en="This form has expired"),
            because=Words(
                zh="页面打开得太久，或登录状态已变化。为了安全，刚才这一页填的内容没有提交，也没有保存。",
                en="The page was open for a long time, or you have signed in again since. To be safe, what you typed on this page was "
                "neither sent nor kept.",
            ),
            next_step=BACK_BY_SIGNING_IN if sign_in else BACK_TO_FORM,
        )
        self.leads = (sign_in, Words(zh="登录", en="Sign in")) if sign_in else (back, Words(zh="回到这张表单", en="Back to the form"))


BACK_TO_FORM = Words(
    zh="请回到这一页，再填一次刚才的内容。之前各页已保存的都还在。",
    en="Go back to it and type your last answer again. What you saved on earlier pages is still there.",
)
BACK_BY_SIGNING_IN = Words(
    zh="登录后会回到这一页，请再填一次刚才的内容。之前各页已保存的都还在。",
    en="Signing in leads back to it; type your last answer again. What you saved on earlier pages is still there.",
)


def wants_json(request: HttpRequest) -> bool:
    """The client prefers JSON to a page (Accept names JSON and not HTML)."""
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def problem(no: Refusal) -> JsonResponse:
    """Problem details (RFC 9457) of a refusal, in the request's language; ``code`` is the stable name."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": words.w(no.brief),
        "status": no.status,
        "detail": words.w(no.because),
        "code": no.code,
        "cites": list(no.cites),
        "next_step": words.w(no.next_step),
    }
    if no.field:
        body["field"] = no.field
    if successor := getattr(no, "successor", ""):
        body["successor"] = successor
    return waiting(JsonResponse(body, status=no.status, content_type="application/problem+json"), no)


def refused(request: HttpRequest, no: Refusal) -> HttpResponse:
    """The answer to a refusal: a page for people, problem details for machines. Same status."""
    if wants_json(request):
        return problem(no)
    if no.status == 404:
        return page(request, "ui/lost.html", status=404, no=no, likely=_likely(request))
    return page(request, "ui/refusal.html", status=no.status, no=no)


class Refusals:
    """Answers a ``Refusal`` that a view let through, and gives the bare 405 and 429 of Django a proper page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in (405, 429) and not response.streaming and not response.content:
            full = refused(request, KNOWN[response.status_code])
            for name in ("Allow", "Retry-After"):
                if name in response.headers:
                    full.headers[name] = response.headers[name]
            return full
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only refusals: any other exception is a fault, and Django's to report."""
        return refused(request, exception) if isinstance(exception, Refusal) else None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400"""
    return refused(request, KNOWN[400])


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403"""
    return refused(request, KNOWN[403])


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404: where a person mistyped an address, what may have been meant."""
    return refused(request, KNOWN[404])


def _likely(request: HttpRequest) -> list[dict[str, Any]]:
    """Services whose name is like the last part of the address; none while the database cannot be asked."""
    word = request.path.rstrip("/").rpartition("/")[2].rpartition(".")[0] or request.path.rstrip("/").rpartition("/")[2]
    if not 2 <= len(word) <= 60 or not getattr(settings, "TONGBAN_GUIDE", ""):
        return []
    try:
        rows = browse.near(word.replace("-", " "), here=city.here().adcode, at_most=4)
    except DatabaseError:
        return []
    return [
        {"title": words.w(r.hit.title), "city": r.hit.city_name, "href": reverse(settings.TONGBAN_GUIDE, args=[r.hit.city, r.code])}
        for r in rows
        if r.hit.score >= LIKELY and _named(word, r.code)
    ]


def _named(word: str, code: str) -> bool:
    """Whether an address names an item, but for a slip: a word of it stands in the item's code. Chinese has no place there."""
    parts = [part for part in word.lower().split("-") if len(part) > 3]
    return not word.isascii() or any(get_close_matches(part, code.split("-"), 1, ALIKE) for part in parts)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. The request may be half made (its middleware is what failed): the page must do with little."""
    with words.speaking(getattr(request, "lang", words.language())):
        try:
            return refused(request, KNOWN[500])
        except Exception:
            log.exception("the page that reports a fault failed itself")
            return alone.page(request, KNOWN[500])


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW"""
    log.warning("form refused: %s", reason)
    back = _page_of(request)
    return refused(request, FormExpired(back, sign_in=_sign_in(request, back)))


def _page_of(request: HttpRequest) -> str:
    """The page that a form was on, as the browser says, if it is one of ours; else the address that the form was sent to,
    which shows the page too."""
    told = request.headers.get("Referer", "")
    host, secure = {request.get_host()}, request.is_secure()
    if told and url_has_allowed_host_and_scheme(told, allowed_hosts=host, require_https=secure):
        parts = urlsplit(told)
        told = f"{parts.path}?{parts.query}" if parts.query else parts.path
    else:
        told = request.path
    return told if url_has_allowed_host_and_scheme(told, allowed_hosts=None) else "/"


def _sign_in(request: HttpRequest, back: str) -> str:
    """Where somebody signs in to come back to a page; empty for who is signed in, and for the forms of signing in."""
    actor = getattr(request, "actor", None)
    if actor is not None and actor.kind is not Kind.VISITOR:
        return ""
    doors = [reverse(route) for route in getattr(settings, "TONGBAN_SIGN_IN", {}).values()]
    door = max((each for each in doors if back.startswith(f"{each.rpartition('/')[0]}/")), key=len, default="")
    return f"{door}?{urlencode({'next': back})}" if door and not back.startswith(door) else ""
