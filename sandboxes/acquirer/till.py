"""Orders taken by signed request, paid or left by a person on a page, told to the node in numbered events."""

import json
import secrets
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from uuid_utils.compat import uuid7

from ..common import pages, signing
from ..common.party import SHANGHAI, Party, Route, route, stamp
from ..common.web import Answer, Problem, Request, reply, text
from . import payouts, values

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY, token TEXT UNIQUE NOT NULL, party TEXT NOT NULL, digest TEXT NOT NULL, case_number TEXT NOT NULL,
  fen INTEGER NOT NULL, currency TEXT NOT NULL, title TEXT NOT NULL, shares TEXT NOT NULL, expires TEXT NOT NULL,
  callback_url TEXT NOT NULL, return_url TEXT NOT NULL, state TEXT NOT NULL, reference TEXT UNIQUE NOT NULL,
  ordered TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refunds (
  id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders, number TEXT NOT NULL, digest TEXT NOT NULL,
  fen INTEGER NOT NULL, state TEXT NOT NULL, asked TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (
  id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders, sequence INTEGER NOT NULL, kind TEXT NOT NULL,
  number TEXT NOT NULL, refund TEXT NOT NULL, fen INTEGER NOT NULL, at TEXT NOT NULL, UNIQUE (order_id, sequence));
"""
MISLEAD = ("other-order", "other-amount", "other-currency")
STATEMENTS = ("honest", "omit", "invent", "other-amount")
WORDS = {"open": ("待支付", "to be paid"), "paid": ("已支付", "paid"), "closed": ("已关闭", "closed")}


class Till(payouts.Payouts, Party):
    """The sandbox of an acquirer: it takes orders, shows its page, and says what happened."""

    name = "acquirer"
    title = ("收单机构（演示）", "Acquirer (sandbox)")
    purpose = "payment"
    schema = SCHEMA + payouts.SCHEMA
    here = Path(__file__).parent

    def own_routes(self) -> list[Route]:
        return [
            route("POST", "/orders", self.order, "signed"),
            route("GET", "/orders/{order}", self.show_order, "signed"),
            route("POST", "/orders/{order}/close", self.close_order, "signed"),
            route("POST", "/refunds", self.refund, "signed"),
            route("POST", "/payouts", self.payout, "signed"),
            route("GET", "/payouts/{payout}", self.show_payout, "signed"),
            route("GET", "/statements/{day}", self.statement, "signed"),
            route("GET", "/pay/{token}", self.page, "page"),
            route("POST", "/pay/{token}", self.choose, "page"),
            route("GET", "/operator", self.board, "operator"),
        ]

    # -- the node's side -----------------------------------------------------------------------------------------

    def order(self, request: Request, caller: signing.Caller) -> Answer:
        """Takes an order once: the same again gets the same answer, other content under its id gets 409."""
        body = request.json()
        order, digest = text(body, "order", most=100), values.digest(body)
        fen, shares = values.fen(body, "fen"), values.shares(body)
        callback, back = text(body, "callback_url", most=1000), text(body, "return_url", most=1000)
        for name, url in (("callback_url", callback), ("return_url", back)):
            if not caller.peer.owns(url):
                raise Problem(422, "field-invalid", f"{name} is not at the caller's own origin", field=name)
        if text(body, "currency", most=3) != "CNY":
            raise Problem(422, "field-invalid", "only CNY is taken", field="currency")
        if sum(share["fen"] for share in shares) != fen:
            raise Problem(422, "field-invalid", "the shares do not come to the amount", field="shares")
        with self.store.write() as db:
            found = self._mine(caller, order)
            if found is None:
                db.execute(
                    "INSERT INTO orders VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                    (order, secrets.token_urlsafe(32), caller.peer.id, digest, caller.case, fen, "CNY",
                     text(body, "title"), json.dumps(shares), values.moment(body, "expires_at"), callback, back, "open",
                     "SBP" + values.digits(14), stamp(signing.utc_now())),
                )  # fmt: skip
            elif found["digest"] != digest:
                raise Problem(409, "other-content", "this order was given with other content")
        return reply(200 if found else 201, self._standing(self._asked(caller, order)))

    def _mine(self, caller: signing.Caller, order: str) -> sqlite3.Row | None:
        return self.store.row("SELECT * FROM orders WHERE id = ? AND party = ?", order, caller.peer.id)

    def _asked(self, caller: signing.Caller, order: str) -> sqlite3.Row:
        row = self._mine(caller, order)
        if row is None:
            raise Problem(404, "order-unknown", "no such order of yours")
        return row

    def _standing(self, row: sqlite3.Row) -> dict[str, Any]:
        events = self.store.rows("SELECT * FROM events WHERE order_id = ? ORDER BY sequence", row["id"])
        return {
            "order": row["id"], "reference": row["reference"], "state": row["state"], "fen": row["fen"],
            "currency": row["currency"], "url": f"{self.url}/pay/{row['token']}", "ordered_at": row["ordered"],
            "events": [values.line(event) for event in events],
        }  # fmt: skip

    def show_order(self, request: Request, caller: signing.Caller, order: str) -> Answer:
        """What is true of an order, for a node that heard nothing or doubts what it heard."""
        return reply(200, self._standing(self._fresh(self._asked(caller, order))))

    def close_order(self, request: Request, caller: signing.Caller, order: str) -> Answer:
        """Nobody can pay it any more; 409 with the standing when somebody has."""
        row = self._asked(caller, order)
        with self.store.write() as db:
            closed = db.execute("UPDATE orders SET state = 'closed' WHERE id = ? AND state = 'open'", (order,)).rowcount
            if closed:
                self._tell(db, row, "closed")
        row = self._asked(caller, order)
        return reply(409 if row["state"] == "paid" else 200, self._standing(row))

    def refund(self, request: Request, caller: signing.Caller) -> Answer:
        """Gives money of one payment back, once for each refund's id; never more than that payment brought."""
        body = request.json()
        refund, number, digest = text(body, "refund", most=100), text(body, "number", most=100), values.digest(body)
        row, fen = self._asked(caller, text(body, "order", most=100)), values.fen(body, "fen")
        if text(body, "currency", most=3) != row["currency"]:
            raise Problem(422, "field-invalid", "another currency than was paid", field="currency")
        with self.store.write() as db:
            before = db.execute("SELECT * FROM refunds WHERE id = ?", (refund,)).fetchone()
            if before is not None and before["digest"] != digest:
                raise Problem(409, "other-content", "this refund was asked for with other content")
            if before is None:
                self._check_left(db, row, number, fen)
                fails = self.store.setting("fail-refund", False)
                state = "failed" if fails else "done"
                db.execute(
                    "INSERT INTO refunds VALUES (?,?,?,?,?,?,?)",
                    (refund, row["id"], number, digest, fen, state, stamp(signing.utc_now())),
                )
                db.execute("DELETE FROM control WHERE name = 'fail-refund'")
                self._tell(db, row, "refund_failed" if fails else "refunded", number=number, refund=refund, fen=fen)
        self.outbox.wake()
        return reply(202 if before is None else 200, {"refund": refund, "fen": fen})

    @staticmethod
    def _check_left(db: sqlite3.Connection, row: sqlite3.Row, number: str, fen: int) -> None:
        paid = db.execute(
            "SELECT fen FROM events WHERE order_id = ? AND kind = 'paid' AND number = ?", (row["id"], number)
        ).fetchone()
        if paid is None:
            raise Problem(404, "payment-unknown", "no such payment of this order")
        back = db.execute(
            "SELECT coalesce(sum(fen), 0) AS fen FROM refunds WHERE order_id = ? AND number = ? AND state = 'done'",
            (row["id"], number),
        ).fetchone()
        if back["fen"] + fen > paid["fen"]:
            raise Problem(409, "refund-too-much", "more than is left of this payment")

    def statement(self, request: Request, caller: signing.Caller, day: str) -> Answer:
        """Everything booked on a day for the caller; told so, with something left out, invented or changed."""
        rows = self.store.rows(
            "SELECT events.* FROM events JOIN orders ON orders.id = events.order_id WHERE orders.party = ?"
            " AND events.kind IN ('paid', 'refunded') AND substr(events.at, 1, 10) = ? ORDER BY events.id",
            caller.peer.id, day,
        )  # fmt: skip
        lines = [{**values.line(row), "order": row["order_id"]} for row in rows] + self.paid_out(caller.peer.id, day)
        lie = self.store.setting("statement", "honest")
        if lie == "omit":
            lines = lines[1:]
        if lie == "other-amount" and lines:
            lines[0]["fen"] += 1
        if lie == "invent":
            lines.append({"kind": "paid", "number": "SBN" + values.digits(16), "refund": "", "fen": 100, "currency": "CNY",
                          "at": f"{day}T12:00:00+08:00", "order": str(uuid7())})  # fmt: skip
        return reply(200, {"day": day, "lines": lines})

    # -- the payer's side ----------------------------------------------------------------------------------------

    def _paying(self, token: str) -> sqlite3.Row:
        row = self.store.row("SELECT * FROM orders WHERE token = ?", token)
        if row is None:
            raise Problem(404, "order-unknown", "no such order")
        return self._fresh(row)

    def _fresh(self, row: sqlite3.Row) -> sqlite3.Row:
        """The order as it is now: what nobody paid in time is closed."""
        if row["state"] == "open" and datetime.fromisoformat(row["expires"]) <= signing.utc_now():
            with self.store.write() as db:
                if db.execute("UPDATE orders SET state = 'closed' WHERE id = ? AND state = 'open'", (row["id"],)).rowcount:
                    self._tell(db, row, "closed")
            self.outbox.wake()
        found = self.store.row("SELECT * FROM orders WHERE id = ?", row["id"])
        assert found is not None
        return found

    def page(self, request: Request, token: str) -> Answer:
        row = self._paying(token)
        if row["state"] != "open":
            return self.html.show("over.html", status=410, back=row["return_url"], words=WORDS[row["state"]])
        shares = [{**share, "yuan": values.yuan(share["fen"])} for share in json.loads(row["shares"])]
        return self.html.show(
            "pay.html", goes_to=row["return_url"], action=f"/pay/{token}", title=row["title"], yuan=values.yuan(row["fen"]),
            shares=shares, reference=row["reference"], until=row["expires"][11:16],
        )  # fmt: skip

    def choose(self, request: Request, token: str) -> Answer:
        row, choice = self._paying(token), request.form().get("choice", "")
        if choice not in ("pay", "leave"):
            raise Problem(422, "field-invalid", "choice is pay or leave", field="choice")
        if choice == "pay":
            self.pay(row["id"])
        return pages.see_other(row["return_url"])

    def pay(self, order: str, *, again: bool = False) -> None:
        """Takes the money of an order once, however often the button is pressed; `again`: once more all the same."""
        with self.store.write() as db:
            row = db.execute("SELECT * FROM orders WHERE id = ?", (order,)).fetchone()
            if row is None:
                raise Problem(404, "order-unknown", "no such order")
            paid = db.execute("UPDATE orders SET state = 'paid' WHERE id = ? AND state = 'open'", (order,)).rowcount
            if paid or again:
                self._tell(db, row, "paid", number="SBN" + values.digits(16), fen=row["fen"])
        self.outbox.wake()

    def _tell(
        self, db: sqlite3.Connection, row: sqlite3.Row, kind: str, *, number: str = "", refund: str = "", fen: int = 0
    ) -> None:
        """Books an event and queues the message that tells of it."""
        count = db.execute("SELECT count(*) AS n FROM events WHERE order_id = ?", (row["id"],)).fetchone()["n"]
        event = {
            "event": str(uuid7()), "order": row["id"], "sequence": count + 1, "kind": kind, "number": number,
            "refund": refund, "fen": fen, "currency": row["currency"], "at": stamp(signing.utc_now()),
        }  # fmt: skip
        db.execute(
            "INSERT INTO events VALUES (?,?,?,?,?,?,?,?)",
            (event["event"], row["id"], event["sequence"], kind, number, refund, fen, event["at"]),
        )
        self.outbox.put(
            db, id=event["event"], party=row["party"], topic=row["id"], number=event["sequence"],
            url=row["callback_url"], purpose=self.purpose, case=row["case_number"], body=event,
        )  # fmt: skip

    # -- the operator's side -------------------------------------------------------------------------------------

    def board(self, request: Request) -> Answer:
        rows = self.store.rows("SELECT * FROM orders ORDER BY ordered DESC, id LIMIT 100")
        orders = [
            {
                **dict(row), "words": WORDS[row["state"]], "yuan": values.yuan(row["fen"]),
                "shares": [{**share, "yuan": values.yuan(share["fen"])} for share in json.loads(row["shares"])],
                "told": [{**dict(one), **values.told(one)} for one in self.outbox.messages(row["id"])],
            }
            for row in rows
        ]  # fmt: skip
        return self.html.show("board.html", orders=orders, outs=self.outs(), today=signing.utc_now().astimezone(SHANGHAI).date())

    def control(self, wish: dict[str, Any]) -> None:
        if "pay" in wish:
            self.pay(text(wish["pay"], "order", most=100))
        if "pay_again" in wish:
            self.pay(text(wish["pay_again"], "order", most=100), again=True)
        for name, known in (("mislead", MISLEAD), ("statement", STATEMENTS)):
            if name in wish:
                if wish[name] not in known:
                    raise Problem(422, "field-invalid", f"{name} is one of {', '.join(known)}", field=name)
                self.store.set(name, wish[name])
        if "fail_refund" in wish:
            self.store.set("fail-refund", bool(wish["fail_refund"]))
        if "fail_payout" in wish:
            self.store.set("fail-payout", bool(wish["fail_payout"]))

    def controlled(self) -> dict[str, Any]:
        orders = self.store.rows("SELECT id, party, case_number, fen, state, reference FROM orders ORDER BY ordered DESC LIMIT 100")
        refunds = self.store.rows("SELECT id, order_id, number, fen, state FROM refunds ORDER BY asked DESC LIMIT 100")
        told = {"orders": orders, "refunds": refunds, "payouts": self.outs()}
        return {name: [dict(row) for row in rows] for name, rows in told.items()}

    def mislead(self, body: dict[str, Any]) -> dict[str, Any]:
        """Another order, amount or currency under a right signature, as the operator wishes."""
        how = self.store.setting("mislead", "other-order")
        if how == "other-amount":
            return {**body, "event": str(uuid7()), "fen": body["fen"] + 100}
        if how == "other-currency":
            return {**body, "event": str(uuid7()), "currency": "USD"}
        if "payout" in body:
            return {**body, "event": str(uuid7()), "payout": str(uuid7())}
        other = self.store.row("SELECT id FROM orders WHERE id <> ? LIMIT 1", body["order"])
        return {**body, "event": str(uuid7()), "order": other["id"] if other else str(uuid7())}
