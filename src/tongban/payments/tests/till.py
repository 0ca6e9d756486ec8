"""An acquirer in memory: the fake of the payment port, and the messages that it would send."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime
from typing import Any

from tongban.base.calendar import SHANGHAI
from tongban.payments import port


class Till:
    """Does what the port promises. ``told`` are messages (bytes) that nobody has heard yet; ``down``: it does not answer,
    ``unlike``: of these refunds not as agreed; ``fails_back``: refunds fail, ``refuses_back``: it will not make them."""

    def __init__(self, id: str = "330100:acquirer") -> None:
        self.id, self.down = id, False
        self.orders: dict[str, dict[str, Any]] = {}
        self.events: dict[str, list[port.Event]] = {}
        self.told: list[bytes] = []
        self.asked: list[str] = []
        self.left_out: set[str] = set()
        self.outs: dict[str, port.Event] = {}
        self.refuses, self.fails = "", ""
        self.refuses_back, self.fails_back = "", False
        self.unlike: set[str] = set()

    def place(self, order: Any, *, title: str, payees: dict[str, str], back: str, now: datetime) -> port.Standing:
        self._answers("place")
        assert order.fen == sum(share.fen for share in order.shares.all())
        assert payees.keys() == {share.payee for share in order.shares.all()}
        self.orders.setdefault(str(order.id), {"fen": order.fen, "state": "open", "title": title, "back": back})
        self.events.setdefault(str(order.id), [])
        return self._standing(str(order.id))

    def look(self, order: Any, *, now: datetime) -> port.Standing:
        self._answers("look")
        return self._standing(str(order.id))

    def close(self, order: Any, *, now: datetime) -> port.Standing:
        self._answers("close")
        found = self.orders.setdefault(str(order.id), {"fen": order.fen, "state": "open"})
        found["state"] = "closed" if found["state"] == "open" else found["state"]
        return self._standing(str(order.id))

    def give_back(self, refund: Any, *, now: datetime) -> None:
        self._answers("give-back")
        order, number, events = (
            str(refund.payment.order_id),
            refund.payment.number,
            self.events[str(refund.payment.order_id)],
        )
        if str(refund.id) in self.unlike:
            raise port.NotAsAgreed("404")
        if str(refund.id) in {event.refund for event in events}:
            return
        came = sum(event.fen for event in events if (event.kind, event.number) == ("paid", number))
        went = sum(event.fen for event in events if (event.kind, event.number) == ("refunded", number))
        if self.refuses_back or went + refund.fen > came:
            raise port.NotGivenBack(self.refuses_back or "refund-too-much")
        self._tell(
            order, "refund_failed" if self.fails_back else "refunded", number, refund.fen, now, refund=str(refund.id)
        )

    def pay_out(self, payout: Any, *, now: datetime) -> None:
        self._answers("pay-out")
        if self.refuses:
            raise port.NotPaidOut(self.refuses)
        if str(payout.id) not in self.outs:
            kind, why, number = ("payout_failed", self.fails, "") if self.fails else ("paid_out", "", f"O-{payout.id}")
            said = port.Event(kind, number, payout.fen, "CNY", now, payout=str(payout.id), why=why)
            self.outs[str(payout.id)] = said
            body = {
                "event": str(uuid.uuid4()), "payout": str(payout.id), "sequence": 1, "kind": kind, "number": number,
                "fen": payout.fen, "currency": "CNY", "at": now.isoformat(), "why": why,
            }  # fmt: skip
            self.told.append(json.dumps(body).encode())

    def look_out(self, payout: Any, *, now: datetime) -> port.Standing | None:
        self._answers("look-out")
        said = self.outs.get(str(payout.id))
        return port.Standing("done", "", (said,)) if said else None

    def statement(self, day: date, *, now: datetime) -> port.Statement:
        self._answers("statement")
        lines = [
            port.Event(e.kind, e.number, e.fen, e.currency, e.at, e.refund, order)
            for order, events in self.events.items()
            for e in events
            if e.kind in ("paid", "refunded") and e.at.astimezone(SHANGHAI).date() == day
            if (e.refund or e.number) not in self.left_out
        ]
        lines += [
            e
            for e in self.outs.values()
            if e.kind == "paid_out" and e.at.astimezone(SHANGHAI).date() == day and e.payout not in self.left_out
        ]
        return port.Statement(day=day, lines=tuple(lines), digest="0" * 64)

    def pay(self, order: Any, now: datetime, number: str = "") -> None:
        """Somebody confirms on its page."""
        found = self.orders[str(order.id)]
        if found["state"] == "open" or number:
            found["state"] = "paid"
            self._tell(str(order.id), "paid", number or f"N-{order.id}", found["fen"], now)

    def hear(self) -> list[bytes]:
        """All that it has to tell, once."""
        told, self.told = self.told, []
        return told

    def _answers(self, what: str) -> None:
        self.asked.append(what)
        if self.down:
            raise port.Unavailable("peer_unavailable")

    def _standing(self, order: str) -> port.Standing:
        events = tuple(self.events.get(order, ()))
        return port.Standing(self.orders[order]["state"], f"R-{order[:8]}", events, f"http://till.invalid/pay/{order}")

    def _tell(self, order: str, kind: str, number: str, fen: int, now: datetime, refund: str = "") -> None:
        events = self.events[order]
        events.append(port.Event(kind, number, fen, "CNY", now, refund, order))
        body = {
            "event": str(uuid.uuid4()), "order": order, "sequence": len(events), "kind": kind, "number": number,
            "refund": refund, "fen": fen, "currency": "CNY", "at": now.isoformat(),
        }  # fmt: skip
        self.told.append(json.dumps(body).encode())
