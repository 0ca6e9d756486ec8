"""Ten thousand messages of an acquirer in random order, over HTTP and signed: doubles, second payments, refunds, false
ones among them. At the end every account of the ledger is counted to the fen."""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bench.node import CITY, BenchNode
from bench.rows import VISITORS, Row, percentile, row

TILL = f"{CITY}:acquirer"
MANY = 10_000
SHARES = {"paid": 0.50, "refunded": 0.20, "double": 0.10, "second": 0.05, "closed": 0.05, "amount": 0.05, "nobody": 0.05}
STATUS = {"amount": 422, "nobody": 404}
Message = tuple[str, dict[str, Any]]


def measure(node: BenchNode) -> list[Row]:
    """Messages a second beside the same messages told again, which move nothing."""
    node.port  # noqa: B018 - starts it
    key = _trusted()
    messages, expected = _prepared(random.Random(20261123))
    took, wrong, seconds = _told(node, key, messages)
    again = [message for message in messages if message[0] in ("paid", "refunded")][: MANY // 10]
    _, _, rest = _told(node, key, again)
    off = {account: fen for account, fen in _balances().items() if fen != expected[account]}
    off |= {account: 0 for account in expected if account not in _balances() and expected[account]}
    more = {"answers_wrong": dict(wrong), "accounts_off": off, "moved_fen": -sum(f for f in expected.values() if f < 0)}
    told = {"p50_ms": percentile(took, 50), "p95_ms": percentile(took, 95), "errors": sum(wrong.values()) + len(off)}
    what = "the same messages again, which move nothing"
    return [row("callbacks", len(messages) / seconds, "/s", len(again) / rest, what, **told, more=more)]


def _trusted() -> Any:
    """The acquirer's key, put on the node's own list of partners."""
    from tongban.base.actors import SYSTEM
    from tongban.base.cryptography import keys
    from tongban.base.words import Words
    from tongban.exchange import actions, documents
    from tongban.exchange.keys import node

    key, now = keys.new_ed25519(), datetime.now(UTC)
    row_ = documents.KeyRow(key.public.jwk(), now - timedelta(days=1))
    listed = documents.Listed(TILL, "partner", Words(zh="演示收单机构", en="Acquirer"), "http://127.0.0.1:9", (row_,))
    document = documents.make_trust_list([listed], int(now.timestamp()), now + timedelta(days=1), [node().signing], CITY)
    actions.load_trust_list(document=document, anchors=[node().signing.public], by=SYSTEM, now=now, quorum=1)
    return key


def _prepared(dice: random.Random) -> tuple[list[Message], Counter[str]]:
    """The messages, shuffled, and what each account must hold at the end."""
    from tongban.payments import ledger

    counts = {kind: int(MANY * share) for kind, share in SHARES.items()}
    expected: Counter[str] = Counter()
    messages: list[Message] = []
    waiting = [_order(dice) for _ in range(counts["paid"])]
    for order in waiting:
        messages.append(("paid", _message(order, "paid", order["fen"], f"N-{order['id']}")))
        _moved(expected, order)
    messages += [("double", message) for _, message in dice.sample(messages, counts["double"])]
    for order in dice.sample(waiting, counts["second"]):
        messages.append(("second", _message(order, "paid", order["fen"], f"M-{order['id']}")))
        expected[ledger.held_by(TILL)] += order["fen"]
        expected[ledger.RETURNING] -= order["fen"]
    for order in [_order(dice) for _ in range(counts["refunded"])]:
        messages.append(("refunded", _refunded(order, dice, expected)))
    for order in [_order(dice) for _ in range(counts["closed"])]:
        messages.append(("closed", _message(order, "closed", 0, "")))
    for order in dice.sample(waiting, counts["amount"]):
        messages.append(("amount", _message(order, "paid", order["fen"] + 1, f"X-{order['id']}")))
    for _ in range(counts["nobody"]):
        messages.append(("nobody", _message({"id": str(uuid.uuid4()), "fen": 1}, "paid", 1, "N-nobody")))
    dice.shuffle(messages)
    return messages, expected


def _order(dice: random.Random) -> dict[str, Any]:
    """An order of one to five payees that waits to be paid."""
    from tongban.base.actors import SYSTEM
    from tongban.base.words import Words
    from tongban.payments import actions

    now = datetime.now(UTC)
    parts = [
        actions.Part(item="bench", key=f"fee-{n}", payee=f"office-{dice.randrange(6)}", title=Words(zh="费", en="fee"),
                     fen=dice.randrange(1, 10_000_000))
        for n in range(dice.randrange(1, 6))
    ]  # fmt: skip
    made = actions.open_order(
        case=f"bench-{uuid.uuid4()}", quote="0" * 64, parts=parts, kept={}, acquirer=TILL, expires_at=now + timedelta(hours=9),
        by=SYSTEM, now=now,
    )  # fmt: skip
    return {"id": str(made.id), "fen": made.fen, "parts": parts}


def _moved(expected: Counter[str], order: dict[str, Any]) -> None:
    from tongban.payments import ledger

    expected[ledger.held_by(TILL)] += order["fen"]
    for part in order["parts"]:
        expected[ledger.payee(part.payee)] -= part.fen


def _refunded(order: dict[str, Any], dice: random.Random, expected: Counter[str]) -> dict[str, Any]:
    """An order that is paid, of which a part is asked back: the message that it has gone back."""
    from tongban.base.actors import SYSTEM
    from tongban.payments import actions, believing, ledger, refunds

    now = datetime.now(UTC)
    said = believing.Said(acquirer=TILL, order=order["id"], number=f"N-{order['id']}", fen=order["fen"], currency="CNY", at=now)
    payment = actions.take(said=said, by=SYSTEM, now=now)
    _moved(expected, order)
    share = dice.choice(list(payment.order.shares.all()))
    fen = dice.randrange(1, share.fen + 1)
    refund = refunds.ask_back(payment=payment, shares={str(share.id): fen}, why="bench", by=SYSTEM, now=now)
    expected[ledger.held_by(TILL)] -= fen
    expected[ledger.payee(share.payee)] += fen
    return _message(order, "refunded", fen, said.number, refund=str(refund.id))


def _message(order: dict[str, Any], kind: str, fen: int, number: str, refund: str = "") -> dict[str, Any]:
    return {
        "event": str(uuid.uuid4()), "order": order["id"], "sequence": 1, "kind": kind, "number": number, "refund": refund,
        "fen": fen, "currency": "CNY", "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip


def _told(node: BenchNode, key: Any, messages: list[Message]) -> tuple[list[float], Counter[str], float]:
    """All of them sent by a few connections at once: how long each took, which answers were not right, all in all."""
    ahead, lock = iter(messages), threading.Lock()
    took, wrong = list[float](), Counter[str]()

    def send() -> None:
        with httpx.Client(trust_env=False, timeout=30) as line:
            while True:
                with lock:
                    found = next(ahead, None)
                if found is None:
                    return
                began = time.perf_counter()
                status = _post(line, node, key, found[1])
                took.append(time.perf_counter() - began)
                if status != STATUS.get(found[0], 200):
                    wrong[f"{found[0]} {status}"] += 1

    began = time.monotonic()
    threads = [threading.Thread(target=send) for _ in range(VISITORS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return took, wrong, time.monotonic() - began


def _post(line: httpx.Client, node: BenchNode, key: Any, message: dict[str, Any]) -> int:
    from tongban.exchange import signatures as wire

    url = f"{node.node.data['base_url']}/api/payments/reports"
    plain = wire.Request("POST", url, (("Content-Type", "application/json"),), json.dumps(message).encode())
    signed = wire.sign_request(plain, key, sender=TILL, purpose="payment", now=datetime.now(UTC)).message
    return line.post(url, content=signed.body, headers=list(signed.headers)).status_code


def _balances() -> dict[str, int]:
    from tongban.payments import ledger

    return ledger.balances()
