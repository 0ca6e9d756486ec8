"""An order for a flat, an acquirer's words about it, and a posting to look at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.base.words import Words
from tongban.payments import actions, believing, queries, refunds
from tongban.payments.models import Order, Payment

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
BUYER = Actor(kind=Kind.PERSON, id="buyer", person="p-1", level=2)
TILL = "330100:acquirer"
CASE = "330100-demo-1"


def part(key: str = "deed-tax", fen: int = 3_000_000, **changes: Any) -> actions.Part:
    plain = {"item": "tax", "payee": "tax", "title": Words(zh="契税", en="Deed tax"), "cites": ("《契税法》第三条",)}
    return actions.Part(key=key, fen=fen, **{**plain, **changes})


PARTS = (part(), part("registration", 8_000, item="transfer", payee="land"), part("map", 500, item="transfer", payee="land"))


def order(case: str = CASE, *, quote: str = "1" * 64, parts: Any = PARTS, kept: Any = None, now: datetime = NOW) -> Order:
    return actions.open_order(
        case=case, quote=quote, parts=parts, kept=queries.kept(case) if kept is None else kept, acquirer=TILL,
        expires_at=now + timedelta(minutes=30), by=BUYER, now=now,
    )  # fmt: skip


def said(of: Order, **changes: Any) -> believing.Said:
    plain = {
        "acquirer": of.acquirer, "order": str(of.id), "number": f"N-{of.id}", "fen": of.fen, "currency": "CNY",
        "at": NOW, "event": "", "digest": "",
    }  # fmt: skip
    return believing.Said(**{**plain, **changes})


def take(of: Order, **changes: Any) -> Payment | None:
    return actions.take(said=said(of, **changes), by=SYSTEM, now=NOW)


def paid(case: str = CASE) -> Payment:
    found = take(order(case))
    assert found is not None
    return found


def back(payment: Payment, **fens: int) -> Any:
    """Give back so much of each share, by its key."""
    ids = {share.key: str(share.id) for share in payment.order.shares.all()}
    return refunds.ask_back(
        payment=payment, shares={ids[key.replace("_", "-")]: fen for key, fen in fens.items()}, why="refused", by=SYSTEM, now=NOW
    )


def arrived(refund: Any, **changes: Any) -> Any:
    what = said(refund.payment.order, number=refund.payment.number, **{"fen": refund.fen, **changes})
    return refunds.came_back(refund=str(refund.id), said=what, by=SYSTEM, now=NOW)


def failed(refund: Any, **changes: Any) -> Any:
    what = said(refund.payment.order, number=refund.payment.number, **{"fen": refund.fen, **changes})
    return refunds.did_not_come_back(refund=str(refund.id), said=what, by=SYSTEM, now=NOW)
