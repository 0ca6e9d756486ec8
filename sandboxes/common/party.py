"""What every sandbox process does alike: routes, who may call, weather, control, start and end."""

import argparse
import hmac
import re
import secrets
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from . import outbox, pages, signing, web
from .keys import Keys, Trust, token_in_home
from .store import Store
from .web import Answer, Problem, Request

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEATHER = ("fine", "slow", "down", "busy", "nonsense", "unsigned", "other-request")


@dataclass(frozen=True)
class Route:
    method: str
    path: re.Pattern[str]
    handle: Callable[..., Answer]
    guard: str


class Party:
    """One external party. A subclass names itself, its schema and its routes."""

    name = ""
    title = ("", "")
    purpose = ""
    schema = ""
    here = Path()

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.home = options, options.home
        self.keys, self.token = Keys.in_home(self.home), token_in_home(self.home)
        self.trust = Trust(options.trust)
        self.store = Store(self.home / f"{self.name}.sqlite3", self.schema)
        self.html = pages.Pages(self.here / "templates", title=self.title)
        manner = outbox.Manner(self.us, options.retry_first, options.retry_most)
        self.outbox = outbox.Outbox(self.store, self.keys, self.trust, manner, self.mislead)
        self.url = ""
        self.routes = [*_common_routes(self), *self.own_routes()]

    def us(self, peer: str) -> str:
        """The name a peer knows us by: as its trust entry says, or --id, or `<its id>:<our name>`."""
        known = self.trust.by_id(peer)
        return (known and known.us) or self.options.id or f"{peer}:{self.name}"

    def own_routes(self) -> list[Route]:
        return []

    def control(self, wish: dict[str, Any]) -> None:
        """Takes what is this party's own of a control wish."""

    def controlled(self) -> dict[str, Any]:
        """This party's own part of the control state."""
        return {}

    def mislead(self, body: dict[str, Any]) -> dict[str, Any]:
        """The same message about a wrong subject."""
        return body

    # -- a request -----------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Answer | None:
        try:
            route, found = self._route(request)
            if route.guard in {"signed", "page"} and (weather := self._weather()) is not None:
                return None if weather == "down" else _storm(weather)
            return self._guarded(route, request, found)
        except Problem as refusal:
            return pages.refusal_page(self.html, refusal) if pages.wants_page(request) else refusal.answer()
        except Exception:
            # The caller gets no inside; the operator gets all of it on standard output.
            print(traceback.format_exc(), flush=True)
            return Problem(500, "fault", "the sandbox failed; see its output").answer()

    def _route(self, request: Request) -> tuple[Route, dict[str, str]]:
        there = [(route, found) for route in self.routes if (found := route.path.fullmatch(request.path))]
        if not there:
            raise Problem(404, "not-found", "nothing is at this address")
        for route, found in there:
            if route.method == request.method:
                return route, found.groupdict()
        raise Problem(405, "method-not-allowed", "this address takes another method")

    def _guarded(self, route: Route, request: Request, found: dict[str, str]) -> Answer:
        if route.guard == "signed":
            return self._signed(route, request, found)
        if route.guard == "control" and not self._holds_token(request):
            raise Problem(401, "control-token", "Authorization: Bearer with the token of control.token is needed")
        if route.guard == "operator":
            pages.check_operator(self, request)
        return route.handle(request, **found)

    def _holds_token(self, request: Request) -> bool:
        return hmac.compare_digest(request.header("authorization").encode(), f"Bearer {self.token}".encode())

    def _signed(self, route: Route, request: Request, found: dict[str, str]) -> Answer:
        try:
            answer = route.handle(request, self._caller(request), **found)
        except Problem as refusal:
            answer = refusal.answer()
        except Exception:
            print(traceback.format_exc(), flush=True)
            answer = Problem(500, "fault", "the sandbox failed; see its output").answer()
        return self._sealed(request, answer)

    def _caller(self, request: Request) -> signing.Caller:
        """The trusted peer that signed, for the purpose this party serves; JSON only."""
        try:
            caller = signing.verify_request(
                method=request.method, url=request.url, headers=request.headers, body=request.body,
                trust=self.trust, store=self.store, now=signing.utc_now(),
            )  # fmt: skip
        except signing.NotSigned as unsigned:
            raise Problem(401, unsigned.code, str(unsigned)) from unsigned
        if caller.purpose != self.purpose:
            raise Problem(403, "purpose", f"this party serves the purpose {self.purpose} only")
        if request.header("content-type").split(";")[0].strip() != web.JSON:
            raise Problem(415, "content-type", "application/json is needed")
        return caller

    def _sealed(self, request: Request, answer: Answer) -> Answer:
        """Signs the answer for exactly this request, where the request has a signature to bind to."""
        weather = self.store.setting("weather", "fine")
        signatures = [value for name, value in request.headers if name.lower() == "signature"]
        if weather == "unsigned" or len(signatures) != 1 or not signatures[0].isascii():
            return answer
        headers = {"signature": signatures[0]}
        if weather == "other-request":
            headers["signature"] = "tongban=:" + secrets.token_hex(32) + "AA==:"
        bound = SimpleNamespace(method=request.method, url=request.url, headers=headers)
        answer.headers |= signing.sign_response(
            self.keys, bound, status=answer.status, content_type=answer.content_type, body=answer.body,
            now=signing.utc_now(),
        )  # fmt: skip
        return answer

    def _weather(self) -> str | None:
        weather = self.store.setting("weather", "fine")
        if weather == "slow":
            web.pause(self.store.setting("seconds", 5))
        return weather if weather in {"down", "busy", "nonsense"} else None

    # -- control -------------------------------------------------------------------------------------------------

    def take_control(self, request: Request) -> Answer:
        wish = request.json()
        if "weather" in wish:
            if wish["weather"] not in WEATHER:
                raise Problem(422, "field-invalid", f"weather is one of {', '.join(WEATHER)}", field="weather")
            self.store.set("weather", wish["weather"])
        if "seconds" in wish:
            self.store.set("seconds", number(wish["seconds"], "seconds"))
        if "lie" in wish:
            self._lie(wish["lie"])
        if wish.get("honest"):
            self.outbox.honest()
        if "resend" in wish:
            self.outbox.again(str(wish["resend"].get("topic", "")), int(wish["resend"].get("from", 1)))
        self.control(wish)
        return self.show_control(request)

    def _lie(self, lie: Any) -> None:
        lie = {"kind": lie} if isinstance(lie, str) else lie
        if not isinstance(lie, dict) or lie.get("kind") not in outbox.LIES:
            raise Problem(422, "field-invalid", f"a lie is one of {', '.join(outbox.LIES)}", field="lie")
        times = int(number(lie.get("times", 1), "times"))
        seconds = number(lie.get("seconds", 5), "seconds")
        self.outbox.lie(lie["kind"], topic=str(lie.get("topic", "")), seconds=seconds, times=times)

    def show_control(self, request: Request) -> Answer:
        rows = self.store.rows
        return web.reply(200, {
            "weather": self.store.setting("weather", "fine"),
            "seconds": self.store.setting("seconds", 5),
            "lies": [dict(row) for row in rows("SELECT kind, topic, seconds, times FROM lies ORDER BY seq")],
            "told": [dict(row) for row in rows("SELECT kind, topic, number, answer, at FROM told ORDER BY seq")],
            "messages": [dict(row) for row in rows(
                "SELECT id, topic, number, state, attempts, answer FROM outbox ORDER BY seq DESC LIMIT 200")],
            **self.controlled(),
        })  # fmt: skip


def number(value: Any, field: str) -> float:
    """A number from 0 to 100,000; else Problem 422."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100_000:
        raise Problem(422, "field-invalid", f"{field} must be a number from 0 to 100000", field=field)
    return value


def route(method: str, path: str, handle: Callable[..., Answer], guard: str) -> Route:
    """`{name}` in a path takes one segment. Guards: signed, page, operator, control, open."""
    return Route(method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), handle, guard)


def _common_routes(party: Party) -> list[Route]:
    health = web.dump({"ok": True, "name": party.name, "sandbox": True, "keyid": party.keys.keyid})
    return [
        route("GET", "/health", lambda request: Answer(200, health), "open"),
        route("GET", "/public.jwk", lambda request: web.reply(200, party.keys.public_jwk), "open"),
        route("GET", "/style.css", pages.style, "open"),
        route("GET", "/control", party.show_control, "control"),
        route("POST", "/control", party.take_control, "control"),
        route("GET", "/operator/enter", lambda request: pages.enter_page(party), "open"),
        route("POST", "/operator/enter", lambda request: pages.enter(party, request), "open"),
    ]


def _storm(weather: str) -> Answer:
    if weather == "busy":
        return Problem(503, "busy", "try again later").answer()
    return Answer(200, "<p>这不是您要的答复 · not the answer you asked for".encode(), web.HTML)


def stamp(now: datetime) -> str:
    """ISO 8601 with the offset of Shanghai, to the second."""
    return now.astimezone(SHANGHAI).isoformat(timespec="seconds")


# -- the process -----------------------------------------------------------------------------------------------------


def arguments(party: type[Party]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m sandboxes.{party.name}", description=party.__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder for keys, token and store")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--url", default="", help="address that others know it by, if not http://HOST:PORT")
    parser.add_argument("--id", default="", help="its name on the wire (default <node>:<name>)")
    parser.add_argument("--trust", type=Path, default=Path("trust.json"), help="JSON list of the nodes it trusts")
    parser.add_argument("--init", action="store_true", help="make the keys, print the public JWK, end")
    parser.add_argument("--retry-first", type=float, default=0.5, help="seconds before the second try of a message")
    parser.add_argument("--retry-most", type=float, default=30.0, help="most seconds between two tries")
    return parser


def main(kind: type[Party], parser: argparse.ArgumentParser) -> None:
    """Runs one party until SIGTERM or SIGINT."""
    options = parser.parse_args()
    options.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if options.init:
        token_in_home(options.home)
        print(web.dump(Keys.in_home(options.home).public_jwk).decode(), flush=True)
        return
    done = threading.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: done.set())
    party = kind(options)
    server = web.serve(options.host, options.port, party.handle)
    if options.url:
        server.RequestHandlerClass.base_url = options.url.rstrip("/")
    party.url = server.RequestHandlerClass.base_url
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True).start()
    party.outbox.start()
    print(f"{party.name} (sandbox) {party.url}", flush=True)
    done.wait()
    server.shutdown()
    server.server_close()
    party.outbox.stop()
    party.store.close()
