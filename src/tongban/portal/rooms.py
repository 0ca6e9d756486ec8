"""The rooms of my space: the list that stands beside each of its pages, always the same."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tongban.base.words import Words
from tongban.ui.doors import page

# name of the route, words, least level of assurance, whether it is the person's own even while they act for somebody
ROOMS = (
    ("space", Words(zh="总览", en="Overview"), 0, False),
    ("cases", Words(zh="办件", en="Cases"), 1, False),
    ("certificates", Words(zh="证照", en="Certificates"), 1, False),
    ("visits", Words(zh="预约与取号", en="Visits"), 1, True),
    ("messages", Words(zh="消息", en="Messages"), 0, True),
    ("access", Words(zh="谁看过我的数据", en="Who read my data"), 1, True),
    ("devices", Words(zh="登录与设备", en="Sign-ins and devices"), 0, True),
    ("export", Words(zh="我的全部数据", en="All my data"), 1, True),
    ("acting", Words(zh="为谁办事", en="Acting for others"), 1, True),
)


def room(request: HttpRequest, template: str, here: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page of my space: the list of rooms is beside it, ``here`` is marked."""
    return page(request, template, status=status, rooms=_rooms(request, here), acting=request.actor.principal, **context)


def _rooms(request: HttpRequest, here: str) -> list[tuple[Words, str, bool, str]]:
    return [
        (words, reverse(f"portal:{name}"), name == here, name)
        for name, words, level, _ in ROOMS
        if request.actor.level >= level
    ]
