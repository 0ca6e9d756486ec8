"""Two cities and a department's system for tests: keys, lists, contracts, and a peer that answers over a fake line."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import canonical, keys
from tongban.base.words import Words
from tongban.exchange import actions, client, documents, events
from tongban.exchange import signatures as wire
from tongban.exchange.keys import node

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HERE, THERE, TAX = "330100", "310117", "330100:tax"
ANCHORS = tuple(keys.new_ed25519() for _ in range(3))
THERE_KEY, TAX_KEY, OLD_KEY = keys.new_ed25519(), keys.new_p256(), keys.new_ed25519()
OURS = "http://testserver"
EVENTS = OURS + "/wire/v1/events"
YEAR = timedelta(days=365)


def row(key: keys.PrivateKey, **ends: datetime) -> documents.KeyRow:
    return documents.KeyRow(key.public.jwk(), NOW - YEAR, **ends)


def listed(id: str, endpoint: str, *key_rows: documents.KeyRow, kind: str = "node") -> documents.Listed:
    return documents.Listed(id, kind, Words(zh=f"演示 {id}", en=f"demo {id}"), endpoint, key_rows)


def nodes(*there: documents.KeyRow) -> list[documents.Listed]:
    return [
        listed(HERE, OURS, row(node().signing)),
        listed(THERE, "http://127.0.0.1:9", *(there or (row(THERE_KEY),))),
    ]


def trust_list(number: int = 1, *, expires: datetime = NOW + YEAR, signers: Any = ANCHORS, peers: Any = None) -> bytes:
    return documents.make_trust_list(peers or nodes(), number, expires, signers)


def anchors() -> list[keys.PublicKey]:
    return [key.public for key in ANCHORS]


def trust(document: bytes | None = None, now: datetime = NOW) -> Any:
    return actions.load_trust_list(document=document or trust_list(), anchors=anchors(), by=SYSTEM, now=now)


def trust_tax() -> Any:
    """This node's own list of its departments' systems, signed by itself."""
    tax = listed(TAX, "http://127.0.0.1:8", row(TAX_KEY), kind="agency")
    document = documents.make_trust_list([tax], 1, NOW + YEAR, [node().signing], HERE)
    return actions.load_trust_list(document=document, anchors=[node().signing.public], by=SYSTEM, now=NOW)


def grants(**changes: Any) -> list[documents.Grant]:
    both = [(HERE, THERE), (THERE, HERE)]
    given = {"resource": "hand-over", "fields": (), "purposes": ("hand-over",), **changes}
    return [documents.Grant(provider=provider, consumer=consumer, **given) for provider, consumer in both]


def contract(id: uuid.UUID | None = None, **changes: Any) -> bytes:
    document = documents.make_contract(
        id=id or uuid.uuid4(), grants=grants(**changes), since=NOW - YEAR, until=NOW + YEAR, key=node().signing
    )
    return documents.countersign(document, THERE_KEY)


def agreed() -> Any:
    """Both cities trust each other and have a contract for handing over cases."""
    trust()
    return actions.load_contract(document=contract(), by=SYSTEM, now=NOW)


def from_there(
    body: bytes = b"{}", *, key: keys.PrivateKey = THERE_KEY, url: str = EVENTS, now: datetime = NOW, **named: str
) -> wire.Request:
    named = {"sender": THERE, "purpose": "hand-over", **named}
    plain = wire.Request("POST", url, (("Content-Type", events.CONTENT_TYPE),), body)
    return wire.sign_request(plain, key, now=now, **named).message


def event(
    sequence: int, case: str = "310117-1", id: uuid.UUID | None = None, source: str = THERE, **data: Any
) -> events.Event:
    return events.Event(id or uuid.uuid4(), source, "case.handed-over", case, sequence, NOW, data or {"n": sequence})


def handed(happening: events.Event, now: datetime = NOW, **named: str) -> wire.Request:
    """The event as the other city sends it: each time with a signature of its own."""
    return from_there(events.write(happening), now=now, case=happening.case, **named)


class Line:
    """The other end of ``client.Pool``: a peer in memory that takes events as the wire's reference says."""

    def __init__(self, key: keys.PrivateKey = THERE_KEY, id: str = THERE) -> None:
        self.key, self.id, self.now = key, id, NOW
        self.seen: list[events.Event] = []
        self.last: dict[str, int] = {}
        self.receipts: dict[uuid.UUID, str] = {}
        self.before: Callable[[wire.Request], wire.Response | None] = lambda request: None
        self.after: Callable[[wire.Response], wire.Response] = lambda response: response
        self.pool = client.Pool(loopback=True, transport=httpx.MockTransport(self._answer))

    def _answer(self, http: httpx.Request) -> httpx.Response:
        headers = tuple((name.decode(), value.decode()) for name, value in http.headers.raw)
        request = wire.Request(http.method, str(http.url), headers, http.read())
        found = self.before(request) or self.sign(self._take(request), request)
        found = self.after(found)
        return httpx.Response(found.status, headers=list(found.headers), stream=httpx.ByteStream(found.body))

    def sign(self, response: wire.Response, request: wire.Request) -> wire.Response:
        return wire.sign_response(response, request, self.key, now=self.now).message

    def say(self, status: int, data: Any) -> wire.Response:
        return wire.Response(status, (("Content-Type", "application/json"),), canonical.dumps(data))

    def _take(self, request: wire.Request) -> wire.Response:
        ring = {node().signing.id: node().signing.public}
        wire.check_request(request, ring, now=self.now)
        found = events.read(request.body)
        expected = self.last.get(found.case, 0) + 1
        if found.id not in self.receipts:
            if found.sequence > expected:
                return self.say(412, {"code": "gap", "expected": expected})
            self.seen.append(found)
            self.last[found.case] = found.sequence
            digest = canonical.sha256(request.body)
            receipt = events.Receipt(found.id, found.source, self.id, found.case, found.sequence, digest, NOW)
            self.receipts[found.id] = events.sign_receipt(receipt, self.key)
        return self.say(200, {"receipt": self.receipts[found.id]})


def changed(message: Any, **values: Any) -> Any:
    return msgspec.structs.replace(message, **values)
