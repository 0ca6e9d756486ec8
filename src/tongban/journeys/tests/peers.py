"""The other city for journeys' tests, on the tests' own clock: agreed with, asking, handing over, answering."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import canonical, jws
from tongban.exchange import actions, documents
from tongban.exchange import signatures as wire
from tongban.exchange.keys import node
from tongban.exchange.tests import parties
from tongban.exchange.tests.parties import HERE, OURS, TAX, TAX_KEY, THERE, THERE_KEY
from tongban.journeys import signing

YEAR = timedelta(days=365)
COURIER = "330100:courier"
QUERIES = ("catalogue", "name-check", "name-reserve", "place", "places", "person", "firm")
FIELDS = ("ok", "code", "says", "cites", "suggestions", "remedy", "places", "name", "id", "birth", "alive", "text")


def agree(now: datetime, *, purposes: tuple[str, ...] = ("apply",), there: str = "http://127.0.0.1:9") -> None:
    """Both cities trust each other, may hand over cases, and may ask each other's registries for ``purposes``.
    ``there`` is where the other city answers."""
    listed = [
        parties.listed(HERE, OURS, parties.row(node().signing)),
        parties.listed(THERE, there, parties.row(THERE_KEY)),
    ]
    parties.trust(documents.make_trust_list(listed, 1, now + YEAR, parties.ANCHORS), now)
    both = [(HERE, THERE), (THERE, HERE)]
    grants = [
        documents.Grant(provider=p, consumer=c, resource=r, fields=f, purposes=for_)
        for p, c in both
        for r, f, for_ in [("hand-over", (), ("hand-over",)), *((q, FIELDS, purposes) for q in QUERIES)]
    ]
    document = documents.make_contract(
        id=uuid.uuid4(), grants=grants, since=now - YEAR, until=now + YEAR, key=node().signing
    )
    actions.load_contract(document=documents.countersign(document, THERE_KEY), by=SYSTEM, now=now)


def trust_partners(now: datetime) -> None:
    """This node's own list: the tax system and the courier, each with its own key."""
    listed = [
        parties.listed(TAX, "http://127.0.0.1:8", parties.row(TAX_KEY), kind="agency"),
        parties.listed(COURIER, "http://127.0.0.1:8", parties.row(parties.OLD_KEY), kind="courier"),
    ]
    document = documents.make_trust_list(listed, 1, now + YEAR, [node().signing], HERE)
    actions.load_trust_list(document=document, anchors=[node().signing.public], by=SYSTEM, now=now)


def asked(path: str, body: Any, *, now: datetime, key: Any = THERE_KEY, **named: str) -> dict[str, Any]:
    """A signed POST as Django's test client takes it (keywords for ``client.post``)."""
    plain = body if isinstance(body, bytes) else canonical.dumps(body)
    request = parties.from_there(plain, key=key, url=OURS + path, now=now, **named)
    headers = dict(request.headers)
    kind = headers.pop("Content-Type")
    return {"path": path, "data": plain, "content_type": kind, "headers": headers}


def signed_by_there(
    document: dict[str, Any], *, level: int = 2, key: Any = THERE_KEY, at: datetime | None = None
) -> list[dict[str, Any]]:
    """Every signing party's signature as the other city would vouch for it, made ``at``."""
    digest = canonical.digest(document)
    found = []
    for role in document["roles"]:
        if role["signs"]:
            said = {"digest": digest, "role": role["key"], "level": level, **({"at": at.isoformat()} if at else {})}
            token = jws.sign(key, canonical.dumps(said), kind=signing.KIND)
            found.append({"role": role["key"], "title": role["title"], "name": role["name"], "signature": token})
    return found


class Far:
    """The other city as a real server on loopback: it answers as ``tell`` says, or is slow, down, or talks nonsense."""

    def __init__(self, clock: Any) -> None:
        self.clock, self.asked, self.mood = clock, list[str](), "well"
        self.facts: dict[str, Any] = {}
        far = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = far.answer(self.path, tuple(self.headers.items()), body)
                self.send_response(answer.status)
                for name, value in (*answer.headers, ("Content-Length", str(len(answer.body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str, headers: tuple[tuple[str, str], ...], body: bytes) -> wire.Response:
        self.asked.append(path)
        kind = (("Content-Type", "application/json"),)
        if self.mood == "slow":
            time.sleep(3)
        if self.mood == "html":
            return wire.Response(200, (("Content-Type", "text/html"),), b"<html>gateway</html>")
        request = wire.Request("POST", self.url + path, headers, body)
        status, data = {"ill": (503, {}), "no": (403, {"code": "no_contract"})}.get(
            self.mood, (200, self.facts.get(path.rpartition("/")[2], {}))
        )
        plain = wire.Response(status, kind, b"\xff{" if self.mood == "bytes" else canonical.dumps(data))
        if self.mood == "unsigned":
            return plain
        key = parties.OLD_KEY if self.mood == "forged" else THERE_KEY
        return wire.sign_response(plain, request, key, now=self.clock.now).message

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
