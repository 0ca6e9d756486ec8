"""Two ways to the same pages: HTTP on a kept connection (what is timed), or Django's test client (what is profiled)."""

from __future__ import annotations

import http.client
import secrets
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec


class Unexpected(Exception):
    """A page answered something else than a person would have got; the message says what."""


class Reply(msgspec.Struct, frozen=True):
    """One answer. ``location`` is the path of a redirect, else empty."""

    status: int
    location: str
    text: str


class Wire(Protocol):
    """Somebody's way to the node: signed in, with a CSRF token."""

    def get(self, path: str) -> Reply: ...

    def post(self, path: str, **fields: str) -> Reply: ...


class Http:
    """One browser's kept connection. Cookies are given once: nothing that is timed changes a session."""

    def __init__(self, port: int, cookies: dict[str, str], *, csrf: str) -> None:
        self._token = secrets.token_hex(16)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        jar = "; ".join(f"{name}={value}" for name, value in {**cookies, csrf: self._token}.items())
        self._headers = {"Cookie": jar, "Accept-Language": "zh-CN", "Accept": "text/html"}
        self.requests = 0

    def get(self, path: str) -> Reply:
        """GET, without following."""
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> Reply:
        """POST a form, without following."""
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": self._token}))

    def _ask(self, method: str, path: str, body: str | None) -> Reply:
        headers = self._headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {})
        self.requests += 1
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        return Reply(answer.status, answer.headers.get("Location", ""), content.decode("utf-8", "replace"))


class Inside:
    """The same without a server: Django's test client in this process."""

    def __init__(self, cookies: dict[str, str]) -> None:
        from django.test import Client

        self._client = Client()
        for name, value in cookies.items():
            self._client.cookies[name] = value

    def get(self, path: str) -> Reply:
        """GET, without following."""
        return self._reply(self._client.get(path))

    def post(self, path: str, **fields: str) -> Reply:
        """POST a form, without following."""
        return self._reply(self._client.post(path, fields))

    @staticmethod
    def _reply(answer: Any) -> Reply:
        return Reply(answer.status_code, answer.headers.get("Location", ""), answer.content.decode("utf-8", "replace"))
