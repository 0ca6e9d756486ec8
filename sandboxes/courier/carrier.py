"""Orders taken by signed request, parcels moved by the operator, each move told to the node in numbered events."""

import hashlib
import json
import secrets
import sqlite3
from pathlib import Path
from typing import Any

from uuid_utils.compat import uuid7

from ..common import pages, signing
from ..common.party import Party, Route, route, stamp
from ..common.web import Answer, Problem, Request, reply, text

SCHEMA = """
CREATE TABLE IF NOT EXISTS parcels (
  tracking TEXT PRIMARY KEY, party TEXT NOT NULL, parcel TEXT NOT NULL, digest TEXT NOT NULL,
  case_number TEXT NOT NULL, callback_url TEXT NOT NULL, recipient TEXT NOT NULL, contents TEXT NOT NULL,
  status TEXT NOT NULL, ordered TEXT NOT NULL,
  UNIQUE (party, parcel));
CREATE TABLE IF NOT EXISTS events (
  id TEXT PRIMARY KEY, tracking TEXT NOT NULL REFERENCES parcels, number INTEGER NOT NULL, status TEXT NOT NULL,
  note TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (tracking, number));
"""
NEXT = {
    "ordered": ("collected",),
    "collected": ("on_the_way", "returned", "lost"),
    "on_the_way": ("delivered", "returned", "lost"),
    "delivered": (),
    "returned": (),
    "lost": (),
}
WORDS = {
    "ordered": ("已下单", "ordered"),
    "collected": ("已揽收", "collected"),
    "on_the_way": ("运输中", "on the way"),
    "delivered": ("已签收", "delivered"),
    "returned": ("已退回", "returned"),
    "lost": ("已遗失", "lost"),
}
TRACES = {
    "honest": lambda told: told,
    "forget": lambda told: told,  # answered 404 before it comes to this
    "nonsense": lambda told: {"status": told["status"]},
    "fewer": lambda told: {**told, "events": told["events"][:-1]},
    "other-note": lambda told: {**told, "events": [{**event, "note": "changed"} for event in told["events"]]},
    "other-parcel": lambda told: {**told, "parcel": str(uuid7())},
    "delivered": lambda told: {**told, "status": "delivered", "events": [*told["events"], _invented(told)]},
}
"""How the courier answers who asks about a parcel: the truth, or a lie that is rightly signed."""


def _invented(told: dict[str, Any]) -> dict[str, Any]:
    number = len(told["events"]) + 1
    return {"id": str(uuid7()), "number": number, "status": "delivered", "note": "", "at": stamp(signing.utc_now())}


class Courier(Party):
    """The sandbox of a courier port."""

    name = "courier"
    title = ("快递公司（演示）", "Courier (sandbox)")
    purpose = "delivery"
    schema = SCHEMA
    here = Path(__file__).parent

    def own_routes(self) -> list[Route]:
        return [
            route("POST", "/orders", self.order, "signed"),
            route("GET", "/orders/{parcel}", self.show_order, "signed"),
            route("POST", "/orders/{parcel}/recipient", self.redirect, "signed"),
            route("GET", "/operator", self.board, "operator"),
            route("POST", "/operator/advance", self.advance_form, "operator"),
        ]

    # -- the node's side -----------------------------------------------------------------------------------------

    def order(self, request: Request, caller: signing.Caller) -> Answer:
        """Takes a parcel once: the same order again gets the same answer, other content under its id gets 409."""
        body = request.json()
        parcel, callback = text(body, "parcel", most=100), text(body, "callback_url", most=1000)
        contents, recipient = text(body, "contents", most=500), _end(body, "recipient")
        if "sender" in body:  # fetched from somebody's door
            recipient["from"] = _end(body, "sender")
        if not caller.peer.owns(callback):
            raise Problem(422, "field-invalid", "callback_url is not at the caller's own origin", field="callback_url")
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        with self.store.write() as db:
            found = self._find(caller, parcel)
            if found is None:
                db.execute(
                    "INSERT INTO parcels VALUES (?,?,?,?,?,?,?,?,?,?)",
                    (_tracking(), caller.peer.id, parcel, digest, caller.case, callback, json.dumps(recipient),
                     contents, "ordered", stamp(signing.utc_now())),
                )  # fmt: skip
            elif found["digest"] != digest:
                raise Problem(409, "other-content", "this parcel was ordered with other content")
            row = self._find(caller, parcel)
        receipt = {"parcel": parcel, "tracking": row["tracking"], "status": "ordered", "ordered_at": row["ordered"]}
        return reply(200 if found else 201, receipt)

    def _find(self, caller: signing.Caller, parcel: str) -> sqlite3.Row | None:
        return self.store.row("SELECT * FROM parcels WHERE party = ? AND parcel = ?", caller.peer.id, parcel)

    def show_order(self, request: Request, caller: signing.Caller, parcel: str) -> Answer:
        """What is true of a parcel, for a node that reconciles after lost or doubtful callbacks."""
        trace = self.store.setting("trace", "honest")
        row = None if trace == "forget" else self._find(caller, parcel)
        if row is None:
            raise Problem(404, "parcel-unknown", "no such parcel of yours")
        events = self.store.rows(
            "SELECT id, number, status, note, at FROM events WHERE tracking = ? ORDER BY number", row["tracking"]
        )
        told = {
            "parcel": parcel, "tracking": row["tracking"], "status": row["status"], "ordered_at": row["ordered"],
            "events": [dict(event) for event in events],
        }  # fmt: skip
        return reply(200, TRACES[trace](told))

    def redirect(self, request: Request, caller: signing.Caller, parcel: str) -> Answer:
        """Another recipient while the parcel is on its way; afterwards 409."""
        recipient = _end(request.json(), "recipient")
        row = self._find(caller, parcel)
        if row is None:
            raise Problem(404, "parcel-unknown", "no such parcel of yours")
        if not NEXT[row["status"]]:
            raise Problem(409, "too-late", f"a parcel that is {row['status']} goes nowhere else")
        kept = json.loads(row["recipient"])
        recipient |= {"from": kept["from"]} if "from" in kept else {}
        with self.store.write() as db:
            db.execute("UPDATE parcels SET recipient = ? WHERE tracking = ?", (json.dumps(recipient), row["tracking"]))
        return reply(200, {"parcel": parcel, "tracking": row["tracking"], "status": row["status"]})

    # -- the operator's side -------------------------------------------------------------------------------------

    def advance(self, which: str, to: str, note: str = "") -> None:
        """Moves a parcel (by tracking number or parcel id) one step and queues the event that tells of it."""
        with self.store.write() as db:
            row = self.store.row("SELECT * FROM parcels WHERE tracking = ? OR parcel = ?", which, which)
            if row is None:
                raise Problem(404, "parcel-unknown", "no such parcel")
            if to not in NEXT[row["status"]]:
                raise Problem(409, "move-impossible", f"a parcel that is {row['status']} cannot become {to}")
            count = self.store.row("SELECT count(*) AS n FROM events WHERE tracking = ?", row["tracking"])
            event = {
                "event": str(uuid7()), "parcel": row["parcel"], "tracking": row["tracking"], "number": count["n"] + 1,
                "status": to, "note": note, "at": stamp(signing.utc_now()),
            }  # fmt: skip
            self._record(db, row, event)
        self.outbox.wake()

    def _record(self, db: sqlite3.Connection, row: sqlite3.Row, event: dict[str, Any]) -> None:
        db.execute("UPDATE parcels SET status = ? WHERE tracking = ?", (event["status"], row["tracking"]))
        db.execute(
            "INSERT INTO events VALUES (?,?,?,?,?,?)",
            (event["event"], row["tracking"], event["number"], event["status"], event["note"], event["at"]),
        )
        self.outbox.put(
            db, id=event["event"], party=row["party"], topic=row["tracking"], number=event["number"],
            url=row["callback_url"], purpose=self.purpose, case=row["case_number"], body=event,
        )  # fmt: skip

    def board(self, request: Request) -> Answer:
        rows = self.store.rows("SELECT * FROM parcels ORDER BY ordered DESC, tracking LIMIT 100")
        parcels = [
            {
                **dict(row),
                "recipient": json.loads(row["recipient"]),
                "words": WORDS[row["status"]],
                "moves": [(to, *WORDS[to]) for to in NEXT[row["status"]]],
                "told": [dict(message) for message in self.outbox.messages(row["tracking"])],
            }
            for row in rows
        ]
        return self.html.show("board.html", parcels=parcels, key=pages.form_key(self), words=WORDS)

    def advance_form(self, request: Request) -> Answer:
        form = request.form()
        self.advance(form.get("tracking", ""), form.get("to", ""), form.get("note", "")[:200])
        return pages.see_other("/operator")

    def control(self, wish: dict[str, Any]) -> None:
        if "advance" in wish:
            move = wish["advance"]
            note = text(move, "note", most=200, least=0)
            self.advance(text(move, "parcel", most=100), text(move, "to", most=20), note)
        if "trace" in wish:
            if wish["trace"] not in TRACES:
                raise Problem(422, "field-invalid", f"trace is one of {', '.join(TRACES)}", field="trace")
            self.store.set("trace", wish["trace"])

    def controlled(self) -> dict[str, Any]:
        parcels = self.store.rows("SELECT tracking, party, parcel, status FROM parcels ORDER BY ordered DESC LIMIT 100")
        return {"parcels": [dict(row) for row in parcels]}

    def mislead(self, body: dict[str, Any]) -> dict[str, Any]:
        """Another parcel's id where there is one, else one that nobody ordered."""
        other = self.store.row("SELECT parcel, tracking FROM parcels WHERE parcel <> ? LIMIT 1", body["parcel"])
        return {**body, **(dict(other) if other else {"parcel": str(uuid7()), "tracking": _tracking()})}


def _tracking() -> str:
    return "SBX" + "".join(secrets.choice("0123456789") for _ in range(12))


def _end(body: dict[str, Any], name: str) -> dict[str, Any]:
    end = body.get(name)
    if not isinstance(end, dict):
        raise Problem(422, "field-invalid", f"{name} must be an object", field=name)
    limits = {"name": 100, "mobile": 20, "address": 300}
    return {field: text(end, field, most=most) for field, most in limits.items()}
