"""Paying out to payees what the acquirer holds for a city: once for each instruction, never more than it holds."""

import sqlite3
from typing import Any

from uuid_utils.compat import uuid7

from ..common import signing
from ..common.party import stamp
from ..common.web import Answer, Problem, Request, reply, text
from . import values

SCHEMA = """
CREATE TABLE IF NOT EXISTS payouts (
  id TEXT PRIMARY KEY, party TEXT NOT NULL, digest TEXT NOT NULL, day TEXT NOT NULL, payee TEXT NOT NULL,
  name TEXT NOT NULL, bank TEXT NOT NULL, account TEXT NOT NULL, fen INTEGER NOT NULL, state TEXT NOT NULL,
  number TEXT NOT NULL, at TEXT NOT NULL);
"""
HELD = """SELECT
  (SELECT coalesce(sum(events.fen), 0) FROM events JOIN orders ON orders.id = events.order_id
    WHERE orders.party = :party AND events.kind = 'paid')
  - (SELECT coalesce(sum(events.fen), 0) FROM events JOIN orders ON orders.id = events.order_id
    WHERE orders.party = :party AND events.kind = 'refunded')
  - (SELECT coalesce(sum(fen), 0) FROM payouts WHERE party = :party AND state = 'done') AS fen"""


class Payouts:
    """The acquirer's part that pays out; ``Till`` has the rest."""

    store: Any
    outbox: Any
    purpose: str

    def payout(self, request: Request, caller: signing.Caller) -> Answer:
        """Pays one instruction out once: the same again gets the same answer, other content under its id 409."""
        body = request.json()
        payout, fen, account = text(body, "payout", most=100), values.fen(body, "fen"), _account(body)
        digest = values.digest(body)
        url = text(body, "callback_url", most=1000)
        if not caller.peer.owns(url):
            raise Problem(422, "field-invalid", "callback_url is not at the caller's own origin", field="callback_url")
        if text(body, "currency", most=3) != "CNY":
            raise Problem(422, "field-invalid", "only CNY is paid out", field="currency")
        with self.store.write() as db:
            before = db.execute("SELECT * FROM payouts WHERE id = ?", (payout,)).fetchone()
            if before is not None and (before["digest"], before["party"]) != (digest, caller.peer.id):
                raise Problem(409, "other-content", "this payout was asked for with other content")
            if before is None:
                if fen > db.execute(HELD, {"party": caller.peer.id}).fetchone()["fen"]:
                    raise Problem(409, "not-held", "more than is held for you")
                fails = self.store.setting("fail-payout", False)
                db.execute(
                    "INSERT INTO payouts VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                    (payout, caller.peer.id, digest, text(body, "day", most=10), text(body, "payee", most=100),
                     account["name"], account["bank"], account["number"], fen, "failed" if fails else "done",
                     "SBO" + values.digits(16), stamp(signing.utc_now())),
                )  # fmt: skip
                db.execute("DELETE FROM control WHERE name = 'fail-payout'")
                self._tell_of(db, payout, url)
        self.outbox.wake()
        return reply(202 if before is None else 200, {"payout": payout, "fen": fen})

    def _tell_of(self, db: sqlite3.Connection, payout: str, url: str) -> None:
        row = db.execute("SELECT * FROM payouts WHERE id = ?", (payout,)).fetchone()
        event = {"event": str(uuid7()), "payout": payout, "sequence": 1, **_happened(row)}
        self.outbox.put(
            db, id=event["event"], party=row["party"], topic=payout, number=1, url=url, purpose=self.purpose,
            case="-", body=event,
        )  # fmt: skip

    def show_payout(self, request: Request, caller: signing.Caller, payout: str) -> Answer:
        """What is true of a payout."""
        row = self.store.row("SELECT * FROM payouts WHERE id = ? AND party = ?", payout, caller.peer.id)
        if row is None:
            raise Problem(404, "payout-unknown", "no such payout of yours")
        return reply(200, {"state": row["state"], "reference": row["number"], "events": [_happened(row)]})

    def paid_out(self, party: str, day: str) -> list[dict[str, Any]]:
        """The lines of a day's statement."""
        rows = self.store.rows(
            "SELECT * FROM payouts WHERE party = ? AND state = 'done' AND substr(at, 1, 10) = ? ORDER BY id", party, day
        )
        return [{**_happened(row), "payout": row["id"]} for row in rows]

    def outs(self) -> list[dict[str, Any]]:
        """The last payouts, for the operator."""
        rows = self.store.rows("SELECT * FROM payouts ORDER BY at DESC, id DESC LIMIT 100")
        return [{**dict(row), "yuan": values.yuan(row["fen"])} for row in rows]


def _happened(row: sqlite3.Row) -> dict[str, Any]:
    failed = row["state"] == "failed"
    return {"kind": "payout_failed" if failed else "paid_out", "number": row["number"], "fen": row["fen"], "currency": "CNY",
            "at": row["at"], "why": "account-closed" if failed else ""}  # fmt: skip


def _account(body: dict[str, Any]) -> dict[str, str]:
    account = body.get("account")
    if not isinstance(account, dict):
        raise Problem(422, "field-invalid", "account says whose, where and its number", field="account")
    found = {name: text(account, name, most=120) for name in ("name", "bank", "number")}
    if not (found["number"].isascii() and found["number"].isdecimal()):
        raise Problem(422, "account-refused", "no bank has such an account", field="account")
    return found
