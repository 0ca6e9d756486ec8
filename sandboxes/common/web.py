"""Requests in, answers out, over the standard library's threading server: enough for one provider's sandbox."""

import json
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BODY_LIMIT = 1024 * 1024
JSON, PROBLEM, HTML = "application/json", "application/problem+json", "text/html; charset=utf-8"


class Problem(Exception):
    """An answer that refuses (RFC 9457): status, a code for machines, a sentence for people."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.more = status, code, detail, more

    def answer(self) -> "Answer":
        body = {"type": "about:blank", "title": self.code, "status": self.status, "code": self.code,
                "detail": self.detail, **self.more}  # fmt: skip
        return Answer(self.status, dump(body), PROBLEM)


@dataclass
class Answer:
    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """`target` is the raw path with its query; `url` the address by which this process knows it."""

    method: str
    target: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    def form(self) -> dict[str, str]:
        try:
            pairs = parse_qs(self.body.decode(), keep_blank_values=True, max_num_fields=50)
        except ValueError as fault:
            raise Problem(400, "form-malformed", "the form cannot be read") from fault
        return {name: values[-1] for name, values in pairs.items()}

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; any other body is a Problem 400."""
        try:
            value = json.loads(self.body, parse_constant=_no_constant, object_pairs_hook=_no_doubles)
        except (ValueError, RecursionError) as fault:
            raise Problem(400, "json-malformed", "the body is not JSON that can be taken") from fault
        if not isinstance(value, dict):
            raise Problem(400, "json-not-object", "the body must be a JSON object")
        return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name appears twice")
    return found


def dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def reply(status: int, value: Any) -> Answer:
    return Answer(status, dump(value))


def text(body: dict[str, Any], name: str, *, most: int = 200, least: int = 1) -> str:
    """A string of the body, stripped; Problem 422 naming the field where it is absent, too long or has controls."""
    value = body.get(name, "")
    if not isinstance(value, str) or not least <= len(value.strip()) <= most or re.search(r"[\x00-\x1f\x7f]", value):
        raise Problem(422, "field-invalid", f"{name} must be text of {least} to {most} characters", field=name)
    return value.strip()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "sandbox", ""
    timeout = 30
    disable_nagle_algorithm = True
    handle_request: Callable[[Request], Answer | None]
    base_url: str

    def _read(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding") or len(self.headers.get_all("Content-Length", ())) > 1:
            raise Problem(411, "length-required", "one Content-Length, no transfer coding")
        if not re.fullmatch(r"\d{1,12}", length):
            raise Problem(400, "length-invalid", "Content-Length is not a number")
        if int(length) > BODY_LIMIT:
            raise Problem(413, "too-large", "at most 1 MB")
        return self.rfile.read(int(length))

    def _serve(self) -> None:
        try:
            if not self.path.startswith("/"):
                raise Problem(400, "target-invalid", "the target must be a path")
            body = self._read()
            request = Request(self.command, self.path, self.base_url + self.path, self.headers.items(), body)
            answer = type(self).handle_request(request)
        except Problem as refusal:
            self.close_connection = True
            answer = refusal.answer()
        if answer is None:
            self._hang_up()
        else:
            self._send(answer)

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _serve

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {"Content-Type": answer.content_type, "X-Content-Type-Options": "nosniff",
                   "Cache-Control": "no-store", **answer.headers}  # fmt: skip
        if self.close_connection:
            headers["Connection"] = "close"
        for name, value in (headers | {"Content-Length": str(len(answer.body))}).items():
            self.send_header(name, value)
        self._headers_buffer.append(b"\r\n" + (b"" if self.command == "HEAD" else answer.body))
        self.flush_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: a log line would carry addresses and session ids."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is not worth a traceback; the handler answers its own faults."""


def serve(host: str, port: int, handle: Callable[[Request], Answer | None]) -> Server:
    """A bound server; its `base_url` attribute can be replaced before it starts (behind a proxy)."""
    kind = type("Handler", (_Handler,), {"handle_request": staticmethod(handle), "base_url": ""})
    server = Server((host, port), kind)
    kind.base_url = f"http://{host}:{server.server_address[1]}"
    return server


def pause(seconds: float) -> None:
    time.sleep(min(max(seconds, 0), 120))
