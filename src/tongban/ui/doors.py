"""Who may open a page, and how a page is answered.

    @opens_for(Kind.PERSON, level=1)
    def space(request):
        return page(request, "portal/space.html", cases=presenters.cases(...))
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.backends.utils import csrf_input_lazy, csrf_token_lazy
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from tongban.base.actors import Actor, Kind
from tongban.base.errors import Denied, Refusal
from tongban.base.words import Words
from tongban.journeys import acting
from tongban.ui.furniture import furniture


class _Anyone:
    def __repr__(self) -> str:
        return "Anyone"


Anyone: Final = _Anyone()
"""The page is public: ``@opens_for(Anyone)``."""

VISITOR = Actor(kind=Kind.VISITOR, id="visitor")


class SignInNeeded(Denied):
    """The session is not signed in (or no longer)."""

    def __init__(self) -> None:
        super().__init__(
            "sign-in-needed",
            Words(zh="请先登录", en="Please sign in first"),
            because=Words(
                zh="本页只对已登录的人开放；长时间未操作会自动退出，已填内容保存在草稿里。",
                en="This page is for people who are signed in. After a while without activity you are signed out; "
                "what you filled in is kept in your draft.",
            ),
            next_step=Words(zh="登录后再试一次。", en="Sign in and try again."),
        )


class NotYours(Denied):
    """The actor is signed in, but this page is for others."""

    def __init__(self) -> None:
        super().__init__(
            "not-for-you",
            Words(zh="这个页面不对您当前的身份开放", en="This page is not open to you as you are signed in now"),
            next_step=Words(
                zh="请换用有权限的账号，或返回上一页。", en="Use an account that may open it, or go back to the page before."
            ),
        )


class LevelTooLow(Denied):
    """The person is not yet proved at the level of assurance that this page needs."""

    def __init__(self, level: int) -> None:
        super().__init__(
            "level-too-low",
            Words(zh="请先完成身份核验", en="Please prove who you are first"),
            because=Words(zh="办理此事需要第 {level} 级实名核验。", en="This needs identity assurance level {level}.").format(
                level=level
            ),
            next_step=Words(zh="在“我的空间”完成核验后再回来。", en="Prove your identity in My space, then come back."),
        )


def opens_for(
    *kinds: Kind | _Anyone, level: int | None = None, power: str | tuple[str, ...] | None = None
) -> Callable[..., Any]:
    """Marks a view with who may open it, and holds it.

    ``kinds`` are kinds of actor, or ``Anyone`` alone. ``level`` is the least level of assurance (0-2) of a person;
    ``power`` is what an officer must hold (of several, one). A visitor is sent to sign in on GET and refused otherwise; others are Denied.
    """
    if not kinds or (Anyone in kinds and (len(kinds) > 1 or level is not None or power is not None)):
        raise TypeError("name the kinds of actor, or Anyone alone")

    def mark(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if Anyone in kinds:
                return view(request, *args, **kwargs)
            return _stop(request, kinds, level, power) or view(request, *args, **kwargs)

        door.opens_for = kinds
        door.level = level
        door.power = power
        return door

    return mark


def _stop(request: HttpRequest, kinds: tuple[Any, ...], level: int | None, power: Any) -> HttpResponse | None:
    actor: Actor = getattr(request, "actor", VISITOR)
    if actor.kind not in kinds:
        if actor.kind is not Kind.VISITOR:
            raise NotYours
        return _to_sign_in(request, kinds)
    if actor.kind is Kind.PERSON and (no := acting.ended(getattr(request, "session", {}))):
        raise no
    if actor.kind is Kind.PERSON and level is not None and actor.level < level:
        return _to_step_up(request, level)
    wanted = {power} if isinstance(power, str) else set(power or ())
    if actor.kind is Kind.OFFICER and wanted and not wanted & actor.powers:
        raise NotYours
    return None


def _to_sign_in(request: HttpRequest, kinds: tuple[Any, ...]) -> HttpResponse:
    route = next((settings.TONGBAN_SIGN_IN[k] for k in kinds if k in settings.TONGBAN_SIGN_IN), None)
    if route is None or request.method not in ("GET", "HEAD"):
        raise SignInNeeded
    return _away(request, route)


def _to_step_up(request: HttpRequest, level: int) -> HttpResponse:
    route = getattr(settings, "TONGBAN_STEP_UP", None)
    if route is None or request.method not in ("GET", "HEAD"):
        raise LevelTooLow(level)
    return _away(request, route)


def _away(request: HttpRequest, route: str) -> HttpResponse:
    target = f"{reverse(route)}?{urlencode({'next': request.get_full_path()})}"
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(target)
    return HttpResponseRedirect(target)


def page(
    request: HttpRequest, template: str, status: int = 200, *, block: str | None = None, **context: Any
) -> HttpResponse:
    """The page, with the common context (``ui.furniture``).

    To htmx, when ``block`` is given, only that block of the template: one address serves the page and its part.
    """
    engine = engines["jinja2"]
    context = {"site": furniture(request), **context}
    found = engine.get_template(template)
    htmx = getattr(request, "htmx", None)
    if block and htmx and not htmx.boosted and not htmx.history_restore_request:
        return HttpResponse(_part(found.template, block, request, context), status=status)
    return waiting(HttpResponse(found.render(context, request), status=status), context.get("no"))


def waiting(response: HttpResponse, no: Refusal | None) -> HttpResponse:
    """The answer, which tells machines too how many seconds a refusal wants them to wait (RFC 9110 10.2.3)."""
    if seconds := getattr(no, "retry_after", 0):
        response.headers["Retry-After"] = str(seconds)
    return response


def _part(template: Any, block: str, request: HttpRequest, context: dict[str, Any]) -> str:
    csrf = {"csrf_input": csrf_input_lazy(request), "csrf_token": csrf_token_lazy(request)}
    known = {**context, **csrf, "request": request}
    return "".join(template.blocks[block](template.new_context(known)))
