"""Closed for maintenance: one file in the node's folder, read at every request, before anything needs the database.

``maintenance.json`` holds ``zh`` and ``en`` (what the operator says) and ``until`` (ISO 8601, or null). Written by
``tongban maintenance on``; the health check, the machines' look at it, and the sheets of the page itself stay open.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.ui import alone, errors, words
from tongban.ui.middleware import chosen_language

OPEN = ("/health", "/ui/", "/static/", "/worker.js", "/manifest.webmanifest")
SOON = "600"  # seconds after which a client may ask again when nobody said until when


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator wrote."""

    zh: str = ""
    en: str = ""
    until: datetime | None = None


def path() -> Path:
    """Where the operator's file is."""
    return Path(settings.TONGBAN_HOME) / "maintenance.json"


def closed() -> Closed | None:
    """What is said while the node is closed; None while it is open. A file that cannot be read closes it too."""
    try:
        text = path().read_text("utf-8")
    except FileNotFoundError:
        return None
    try:
        return msgspec.convert(json.loads(text), Closed, strict=False)
    except (ValueError, msgspec.ValidationError):
        return Closed()


class Maintenance:
    """Answers 503 with when to come back. Stands before everything that needs the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = closed()
        if now is None or request.path.startswith(OPEN):
            return self.get_response(request)
        with words.speaking(chosen_language(request)):
            no = refusal(now)
            answer = errors.problem(no) if errors.wants_json(request) else alone.page(request, no)
        answer.headers["Retry-After"] = http_date(now.until.timestamp()) if now.until else SOON
        answer.headers["Cache-Control"] = "no-store"
        return answer


def refusal(now: Closed) -> Refusal:
    """Why nothing can be done, and when it can."""
    said = Words(zh=now.zh or now.en, en=now.en or now.zh) if now.zh or now.en else None
    back = Words(zh="请稍后再来。", en="Please come back later.")
    if now.until:
        back = Words(zh="预计 {zh} 恢复。", en="It is expected back on {en}.").format(
            zh=words.moment(now.until, language="zh"), en=words.moment(now.until, language="en")
        )
    kept = Words(
        zh="您填好的内容和提交过的办件都在，时限照常计算。", en="What you filled in and submitted is kept; time limits keep running."
    )
    return Refusal(
        "maintenance",
        Words(zh="系统正在维护", en="Closed for maintenance"),
        because=said or kept,
        next_step=Words(zh="{back}{kept}", en="{back} {kept}").format(back=back, kept=kept) if said else back,
        status=503,
    )
