"""Rows of single parts, without HTTP: composing, clock, signing, pages of certificates."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from bench.lifecycle import WITHDRAWAL
from bench.node import CITY, BenchNode
from bench.rows import Row, percentile, row, timed
from tongban.base.calendar import SHANGHAI

NOW = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)


def _beside(name: str, do: Any, plain: Any, what: str, *, unit: str = "ms", seconds: float = 2.0, **more: Any) -> Row:
    """A part's median beside something plainer's; ``/s`` turns both into rates."""
    took, base = timed(do, seconds=seconds), timed(plain, seconds=seconds / 2)
    told = {"p50_ms": round(percentile(took, 50), 4), "p95_ms": round(percentile(took, 95), 4)}
    value, other = sorted(took)[len(took) // 2] * 1000, sorted(base)[len(base) // 2] * 1000
    if unit == "/s":
        value, other = 1000 / value, 1000 / other
    return row(name, value, unit, other, what, **told, more=more)


def compose(node: BenchNode) -> list[Row]:
    """The plan of one, three, ten and thirty items at once, beside as many plans of one; and of a whole bundle."""
    from tongban.catalog import folders
    from tongban.engine import bundles, items
    from tongban.engine import compose as engine
    from tongban.wiring.node import REPOSITORY

    library = items.library(folders.read_services(REPOSITORY / "services"))
    known = list(library.items.values())
    said = {"facts": {}, "answers": {}, "today": date(2026, 3, 2), "city": CITY}
    rows = []
    for size in (1, 3, 10, 30):
        some = [msgspec.structs.replace(known[n % len(known)], code=f"{known[n % len(known)].code}-{n}") for n in range(size)]
        rows.append(
            _beside(
                f"compose {size} item{'s' * (size > 1)}",
                lambda some=some: engine.compose(some, **said),
                lambda some=some: [engine.compose([one], **said) for one in some],
                f"{size} plans of one item" if size > 1 else "the same again",
            )
        )
    read = bundles.load_bundles(folders.read_bundles(REPOSITORY / "services"), library.shared.laws).bundles
    largest = max(read.values(), key=lambda each: len(each.members))
    members = [library.items[each.item] for each in largest.members]
    situation = largest.situations[1]
    rows.append(
        _beside(
            "compose a bundle",
            lambda: bundles.plan(largest, members, situation),
            lambda: [bundles.plan(largest, [one], situation) for one in members],
            f"its {len(members)} items one by one",
        )
    )
    return rows


def exchange(node: BenchNode) -> list[Row]:
    """A request signed and verified and its answer signed and verified (RFC 9421, Ed25519), beside JSON alone."""
    from tongban.base.cryptography import canonical
    from tongban.base.cryptography import keys as key_maker
    from tongban.exchange import signatures as wire

    key, other = key_maker.new_ed25519(), key_maker.new_ed25519()
    ring = {each.id: each.public for each in (key, other)}
    body = canonical.dumps({"person": "synthetic", "fields": ["name", "division"], "words": "演示" * 100})
    request = wire.Request("POST", "http://127.0.0.1/api/query/person", (("Content-Type", "application/json"),), body)

    def signed() -> None:
        now = datetime.now(UTC)
        sent = wire.sign_request(request, key, sender="310117", purpose="bench", now=now)
        wire.check_request(sent.message, ring.get, now=now)
        plain = wire.Response(200, (("Content-Type", "application/json"),), body)
        answer = wire.sign_response(plain, sent.message, other, now=now)
        wire.check_response(answer.message, sent.message, ring.get, now=now)

    def plain() -> None:
        json.loads(json.dumps(json.loads(body)))

    return [_beside("signed exchange", signed, plain, "the same body as JSON, unsigned", unit="/s", bytes=len(body))]


def pdf(node: BenchNode) -> list[Row]:
    """A certificate's page drawn and signed (PAdES B-LT), beside the page alone."""
    node.node  # noqa: B018
    from tongban.certificates import keys, pdf, queries, types
    from tongban.certificates.models import Certificate

    node.walk(node.people(1)[0], inside=True).go(WITHDRAWAL)
    held = Certificate.objects.order_by("-issued_at")[0]
    token, kind = queries.token_of(held), types.parse(bytes(held.type_version.body))
    payload = queries.payload_of(token)
    signer = keys.signer()

    class Unsigned:
        @staticmethod
        def sign_pdf(page: bytes, **_: Any) -> bytes:
            return page

    def draw(by: Any) -> bytes:
        return pdf.certificate(keys.press(), by, kind, payload, token, place=held.issuer_name)

    return [
        _beside(
            "issue pdf", lambda: draw(signer), lambda: draw(Unsigned()), "the page unsigned", bytes=len(draw(signer))
        )
    ]


def clock(node: BenchNode) -> list[Row]:
    """When 20 working days end with three stops between, beside the same days counted without holidays."""
    node.node  # noqa: B018
    from tongban.engine import clock as statutory
    from tongban.engine.plan import Promise
    from tongban.identity import timetable

    stops = tuple(
        statutory.Stop(since=NOW + timedelta(days=d), until=NOW + timedelta(days=d + 2), basis="inspection")
        for d in (2, 8, 15)
    )
    promise = Promise(working_days=20)
    case = statutory.Clock(promise=promise, legal=promise, received_at=NOW, started_at=NOW, stops=stops)
    calendar = timetable.calendar()

    def plain() -> date:
        day, left = NOW.date(), 26
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        return day

    return [_beside("clock due", lambda: statutory.due(case, calendar), plain, "weekdays counted one by one")]
