"""Sessions: opened by a node's signed request, answered by a person on a page, fetched once as a signed result."""

import argparse
import base64
import hashlib
import json
import secrets
import sqlite3
import time
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from joserfc import jws
from joserfc.errors import SecurityWarning
from uuid_utils.compat import uuid7

from ..common import pages, signing
from ..common.keys import Keys
from ..common.party import Party, Route, route, stamp
from ..common.web import Answer, Problem, Request, reply, text
from .people import People, masked_name, masked_number, number_holds

# RFC 9864 renames the algorithm to Ed25519; verifiers know the older name of RFC 8037, so that one is written.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)

SCHEMA = """
CREATE TABLE IF NOT EXISTS people (id_number TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (
  id TEXT PRIMARY KEY, token TEXT UNIQUE NOT NULL, party TEXT NOT NULL, name TEXT NOT NULL, id_number TEXT NOT NULL,
  subject TEXT NOT NULL, purpose TEXT NOT NULL, return_url TEXT NOT NULL, state TEXT NOT NULL,
  opened REAL NOT NULL, expires REAL NOT NULL, outcome TEXT NOT NULL DEFAULT '', answered REAL, fetched REAL);
"""
CHOICES = {"match": "passed", "other": "not_same_person", "leave": "left"}
LIES = ("forged-result", "other-session", "other-subject", "expired-result")


def subject_of(name: str, id_number: str, session: str) -> str:
    """Whom a result is about, without saying it: base64url SHA-256 of number, name and session, a line each."""
    digest = hashlib.sha256(f"{id_number}\n{name}\n{session}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Face(Party):
    """The sandbox of a face and national-ID port (level 2)."""

    name = "face"
    title = ("国家身份核验（演示）", "National identity check (sandbox)")
    purpose = "identity-proof"
    schema = SCHEMA
    here = Path(__file__).parent

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__(options)
        self.people = People(options.people)

    def own_routes(self) -> list[Route]:
        return [
            route("POST", "/sessions", self.open_session, "signed"),
            route("POST", "/sessions/{session}/result", self.fetch_result, "signed"),
            route("GET", "/s/{token}", self.show_session, "page"),
            route("POST", "/s/{token}", self.choose, "page"),
        ]

    # -- the node's side -----------------------------------------------------------------------------------------

    def open_session(self, request: Request, caller: signing.Caller) -> Answer:
        body = request.json()
        name, number = text(body, "name", most=100), text(body, "id_number", most=18).upper()
        purpose, state = text(body, "purpose", most=100), text(body, "state", most=512)
        return_url = text(body, "return_url", most=1000)
        if not number_holds(number):
            raise Problem(422, "field-invalid", "id_number has a wrong check character", field="id_number")
        if not caller.peer.owns(return_url):
            raise Problem(422, "field-invalid", "return_url is not at the caller's own origin", field="return_url")
        session, token, now = str(uuid7()), secrets.token_urlsafe(32), time.time()
        expires = now + self.options.session_seconds
        subject = subject_of(name, number, session)
        with self.store.write() as db:
            db.execute(
                "INSERT INTO sessions (id, token, party, name, id_number, subject, purpose, return_url, state, opened,"
                " expires) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                (session, token, caller.peer.id, name, number, subject, purpose, return_url, state, now, expires),
            )
        until = stamp(signing.utc_now() + timedelta(seconds=self.options.session_seconds))
        return reply(201, {"session": session, "url": f"{self.url}/s/{token}", "expires_at": until})

    def fetch_result(self, request: Request, caller: signing.Caller, session: str) -> Answer:
        """The result as a JWS, once. What was asked about is erased with it; the digest of the subject stays."""
        with self.store.write() as db:
            row = db.execute("SELECT * FROM sessions WHERE id = ? AND party = ?", (session, caller.peer.id)).fetchone()
            if row is None:
                raise Problem(404, "session-unknown", "no such session of yours")
            if row["fetched"]:
                raise Problem(410, "already-fetched", "a result is given once")
            outcome = row["outcome"] or ("expired" if row["expires"] < time.time() else "")
            if not outcome:
                raise Problem(409, "pending", "the person has not answered yet")
            db.execute(
                "UPDATE sessions SET fetched = ?, outcome = ?, name = '', id_number = '' WHERE id = ?",
                (time.time(), outcome, session),
            )
        return reply(200, {"session": session, "result": self._result(row, outcome)})

    def _result(self, row: sqlite3.Row, outcome: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.us(row["party"]), "aud": row["party"], "iat": now, "exp": now + 300, "jti": str(uuid7()),
            "session": row["id"], "state": row["state"], "subject": row["subject"], "purpose": row["purpose"],
            "outcome": outcome, "level": 2 if outcome == "passed" else 0, "method": "sandbox-choice", "sandbox": True,
        }  # fmt: skip
        lie = self.store.setting("face-lie", "")
        self.store.set("face-lie", "")
        claims |= {
            "other-session": {"session": str(uuid7())},
            "other-subject": {"subject": subject_of("演示", "0", row["id"])},
            "expired-result": {"iat": now - 900, "exp": now - 600},
        }.get(lie, {})
        keys = Keys.new() if lie == "forged-result" else self.keys
        header = {"alg": "EdDSA", "kid": self.keys.keyid, "typ": "identity-proof+jwt"}
        return jws.serialize_compact(header, json.dumps(claims), keys.okp, algorithms=["EdDSA"])

    # -- the person's side ---------------------------------------------------------------------------------------

    def _session(self, token: str) -> sqlite3.Row:
        row = self.store.row("SELECT * FROM sessions WHERE token = ?", token)
        if row is None:
            raise Problem(404, "session-unknown", "no such session")
        return row

    def show_session(self, request: Request, token: str) -> Answer:
        row = self._session(token)
        if row["outcome"] or row["expires"] < time.time():
            return self.html.show("over.html", status=410, back=self._back(row), answered=bool(row["outcome"]))
        peer = self.trust.by_id(row["party"])
        return self.html.show(
            "choose.html",
            goes_to=row["return_url"],
            action=f"/s/{token}",
            name=masked_name(row["name"]),
            number=masked_number(row["id_number"]),
            asker=peer.id if peer else row["party"],
            purpose=row["purpose"],
            minutes=max(1, round((row["expires"] - time.time()) / 60)),
        )

    def choose(self, request: Request, token: str) -> Answer:
        row, choice = self._session(token), request.form().get("choice", "")
        if choice not in CHOICES:
            raise Problem(422, "field-invalid", "choice is match, other or leave", field="choice")
        outcome = self._verdict(row, CHOICES[choice])
        with self.store.write() as db:
            db.execute(
                "UPDATE sessions SET outcome = ?, answered = ? WHERE id = ? AND outcome = '' AND expires >= ?",
                (outcome, time.time(), row["id"], time.time()),
            )
        return pages.see_other(self._back(row))

    def _verdict(self, row: sqlite3.Row, chosen: str) -> str:
        """A matching face alone does not pass: number and name must be on the provider's own list."""
        if chosen == "passed" and self.store.setting("refuse", False):
            return "refused"
        listed = self._listed(row["id_number"])
        if chosen != "passed" or (listed is None and self.options.unlisted == "accept"):
            return chosen
        if listed is None:
            return "unknown_person"
        return chosen if listed == row["name"] else "name_mismatch"

    def _listed(self, number: str) -> str | None:
        own = self.store.row("SELECT name FROM people WHERE id_number = ?", number)
        return own["name"] if own else self.people.name_of(number)

    def _back(self, row: sqlite3.Row) -> str:
        """The return address with state and session; the outcome is not in it: the node fetches it."""
        parts = urlsplit(row["return_url"])
        query = [*parse_qsl(parts.query), ("state", row["state"]), ("session", row["id"])]
        return urlunsplit(parts._replace(query=urlencode(query), fragment=""))

    # -- control -------------------------------------------------------------------------------------------------

    def control(self, wish: dict[str, Any]) -> None:
        if "refuse" in wish:
            self.store.set("refuse", bool(wish["refuse"]))
        if "face_lie" in wish:
            if wish["face_lie"] not in LIES:
                raise Problem(422, "field-invalid", f"face_lie is one of {', '.join(LIES)}", field="face_lie")
            self.store.set("face-lie", wish["face_lie"])
        with self.store.write() as db:
            for person in wish.get("people", ()):
                number, name = text(person, "id_number", most=18).upper(), text(person, "name", most=100)
                db.execute("INSERT OR REPLACE INTO people VALUES (?, ?)", (number, name))
            if "expire" in wish:
                db.execute("UPDATE sessions SET expires = 0 WHERE id = ?", (str(wish["expire"]),))

    def controlled(self) -> dict[str, Any]:
        sessions = self.store.rows("SELECT id, party, outcome, fetched FROM sessions ORDER BY opened DESC LIMIT 50")
        return {
            "refuse": self.store.setting("refuse", False),
            "face_lie": self.store.setting("face-lie", ""),
            "sessions": [{**dict(row), "fetched": bool(row["fetched"])} for row in sessions],
        }
