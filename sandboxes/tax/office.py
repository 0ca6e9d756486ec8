"""Tasks taken by signed push, registered or refused by this office, answered by signed API, open to reconciliation."""

import argparse
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from uuid_utils.compat import uuid7

from ..common import pages, signing
from ..common.party import SHANGHAI, Party, Route, route, stamp
from ..common.web import Answer, Problem, Request, reply, text
from . import checks

SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (
  id TEXT PRIMARY KEY, party TEXT NOT NULL, case_number TEXT NOT NULL, step TEXT NOT NULL, digest TEXT NOT NULL,
  callback_url TEXT NOT NULL, firm TEXT NOT NULL, name TEXT NOT NULL, findings TEXT NOT NULL, status TEXT NOT NULL,
  received TEXT NOT NULL, changed INTEGER NOT NULL, reference TEXT NOT NULL DEFAULT '',
  answer TEXT NOT NULL DEFAULT '', UNIQUE (party, case_number, step));
CREATE INDEX IF NOT EXISTS tasks_by_name ON tasks (name, status);
CREATE INDEX IF NOT EXISTS tasks_by_change ON tasks (party, changed);
CREATE TABLE IF NOT EXISTS abnormal (id_number TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
PAGE = 200


class Tax(Party):
    """The sandbox of a tax office's own system."""

    name = "tax"
    title = ("税务系统（演示）", "Tax office system (sandbox)")
    purpose = "agency-step"
    schema = SCHEMA
    here = Path(__file__).parent

    def __init__(self, options: argparse.Namespace) -> None:
        contract = options.contract or self.here / "contract.json"
        self.contract: checks.Contract = json.loads(contract.read_text())
        super().__init__(options)

    def own_routes(self) -> list[Route]:
        return [
            route("POST", "/tasks", self.take, "signed"),
            route("GET", "/tasks", self.changes, "signed"),
            route("POST", "/cases", self.look, "signed"),
            route("GET", "/operator", self.board, "operator"),
            route("POST", "/operator/tasks/{task}", self.decide_form, "operator"),
        ]

    # -- the node's side -----------------------------------------------------------------------------------------

    def take(self, request: Request, caller: signing.Caller) -> Answer:
        """Takes a step once: the same again gets the same receipt, other content 409, facts that are no firm 422."""
        body = request.json()
        step, case = text(body, "step", most=100), text(body, "case", most=64)
        callback = self._callback(body, caller, case, step)
        facts = body.get("facts")
        if caller.case != case:
            raise Problem(403, "case", "the signed header names another case")
        if not isinstance(facts, dict):
            raise Problem(422, "field-invalid", "facts must be an object", field="facts")
        try:
            firm = checks.read(facts, self.contract)
        except checks.Malformed as fault:
            raise Problem(422, "facts-malformed", str(fault), faults=fault.faults) from fault
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        row, new = self._keep(caller.peer.id, case, step, digest, callback, firm)
        if new:
            self.outbox.wake()
        return reply(202 if new else 200, _receipt(row))

    def look(self, request: Request, caller: signing.Caller) -> Answer:
        """Looks at a case that nobody has accepted yet; what is wrong is said at once, so that the node can tell it once."""
        body = request.json()
        step, case = text(body, "step", most=100), text(body, "case", most=64)
        callback = self._callback(body, caller, case, step, name="missing_url", where="missing")
        facts = body.get("facts")
        if caller.case != case:
            raise Problem(403, "case", "the signed header names another case")
        if not isinstance(facts, dict):
            raise Problem(422, "field-invalid", "facts must be an object", field="facts")
        if wrong := self._wrong(facts):
            said = {"case": case, "step": step, "lines": ["form"], "note": "；".join(wrong), "reference": ""}
            with self.store.write() as db:
                topic = f"missing:{caller.peer.id}:{case}:{step}"
                if not db.execute("SELECT 1 FROM outbox WHERE topic = ?", (topic,)).fetchone():
                    self.outbox.put(
                        db, id=str(uuid7()), party=caller.peer.id, topic=topic, number=1, url=callback,
                        purpose=self.purpose, case=case, body=said,
                    )  # fmt: skip
            self.outbox.wake()
        return reply(202, {"case": case, "step": step})

    def _wrong(self, facts: dict[str, Any]) -> list[str]:
        try:
            firm = checks.read(facts, self.contract)
        except checks.Malformed as fault:
            return [f"{each['field']}：{each['detail']}" for each in fault.faults]
        return [found.zh for found in self._examine(firm, "") if not found.ok]

    def _callback(
        self, body: dict[str, Any], caller: signing.Caller, case: str, step: str, *, name: str = "callback_url",
        where: str = "steps",
    ) -> str:  # fmt: skip
        """Only the caller's own origin, and only the address of this very step."""
        callback = text(body, name, most=1000)
        path = f"/api/agency/{where}/{case}/{step}"
        if not caller.peer.owns(callback) or unquote(urlsplit(callback).path) not in {path, f"{path}/"}:
            raise Problem(
                422, "field-invalid", f"{name} must be {quote(path)} at the caller's origin", field=name
            )
        return callback

    def _keep(
        self, party: str, case: str, step: str, digest: str, callback: str, firm: checks.Firm
    ) -> tuple[sqlite3.Row, bool]:
        with self.store.write() as db:
            mine = "SELECT * FROM tasks WHERE party = ? AND case_number = ? AND step = ?"
            row = db.execute(mine, (party, case, step)).fetchone()
            if row is not None:
                if row["digest"] != digest:
                    raise Problem(409, "other-content", "this step was given with other content")
                return row, False
            task = str(uuid7())
            findings = [vars(found) for found in self._examine(firm, task)]
            db.execute(
                "INSERT INTO tasks (id, party, case_number, step, digest, callback_url, firm, name, findings, status,"
                " received, changed) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (task, party, case, step, digest, callback, json.dumps(firm.kept(), ensure_ascii=False), firm.name,
                 json.dumps(findings, ensure_ascii=False), "open", stamp(signing.utc_now()), self._count(db, "change")),
            )  # fmt: skip
            row = db.execute(mine, (party, case, step)).fetchone()
            if self.options.auto and all(found["ok"] for found in findings):
                self._register(db, row)
            return row, True

    def _examine(self, firm: checks.Firm, task: str) -> list[checks.Finding]:
        same = self.store.row(
            "SELECT reference FROM tasks WHERE name = ? AND status = 'answered' AND id <> ?", firm.name, task
        )
        abnormal = self.store.row("SELECT 1 FROM abnormal WHERE id_number = ?", firm.representative)
        return checks.examine(
            firm,
            district=self.options.district,
            same_name=same["reference"] if same else None,
            abnormal=abnormal is not None,
        )

    def changes(self, request: Request, caller: signing.Caller) -> Answer:
        """The caller's tasks that changed after `since` (a number, 0 at first), oldest change first, 200 at most."""
        since = request.query.get("since", "0")
        if not since.isdecimal() or len(since) > 15:
            raise Problem(422, "field-invalid", "since must be the `next` of the last answer, or 0", field="since")
        rows = self.store.rows(
            "SELECT * FROM tasks WHERE party = ? AND changed > ? ORDER BY changed LIMIT ?",
            caller.peer.id, int(since), PAGE,
        )  # fmt: skip
        tasks = [
            {**_receipt(row), "status": row["status"], "changed": row["changed"],
             "answer": json.loads(row["answer"]) if row["answer"] else None}
            for row in rows
        ]  # fmt: skip
        return reply(200, {"tasks": tasks, "next": rows[-1]["changed"] if rows else int(since),
                           "more": len(rows) == PAGE})  # fmt: skip

    # -- the office's own decision -------------------------------------------------------------------------------

    def _register(self, db: sqlite3.Connection, row: sqlite3.Row, officer: str = "") -> None:
        kept = json.loads(row["firm"])
        result = checks.assign(checks.Firm(**{**kept, "industries": tuple(kept["industries"])}))
        note = f"已登记，主管税务机关{result['authority']['name']}，{result['taxpayer_kind_name']}"
        self._answer(db, row, "answered", officer or note, result)

    def _answer(self, db: sqlite3.Connection, row: sqlite3.Row, outcome: str, note: str, result: Any) -> None:
        now = signing.utc_now().astimezone(SHANGHAI)
        reference = f"{self.options.district}-{now:%Y}-{self._count(db, 'reference'):06d}"
        answer = {
            "answer": str(uuid7()), "task": row["id"], "case": row["case_number"], "step": row["step"],
            "outcome": outcome, "note": note, "reference": reference, "answered_at": stamp(now), "result": result,
        }  # fmt: skip
        db.execute(
            "UPDATE tasks SET status = ?, reference = ?, answer = ?, changed = ? WHERE id = ?",
            (outcome, reference, json.dumps(answer, ensure_ascii=False), self._count(db, "change"), row["id"]),
        )
        self.outbox.put(
            db, id=answer["answer"], party=row["party"], topic=row["id"], number=1, url=row["callback_url"],
            purpose=self.purpose, case=row["case_number"], body=answer,
        )  # fmt: skip

    def decide(self, task: str, *, decision: str, note: str) -> None:
        """An officer's decision on an open task; registering needs every check to hold now, refusing needs a reason."""
        with self.store.write() as db:
            row = db.execute("SELECT * FROM tasks WHERE id = ?", (task,)).fetchone()
            if row is None or row["status"] != "open":
                raise Problem(409, "not-open", "this task is unknown or has been answered")
            if decision == "refuse":
                if not note.strip():
                    raise Problem(422, "field-invalid", "a refusal needs its reason", field="note")
                self._answer(db, row, "refused", note.strip(), None)
            elif decision == "register":
                self._must_hold(db, row)
                self._register(db, row, note.strip())
            else:
                raise Problem(422, "field-invalid", "decision is register or refuse", field="decision")
        self.outbox.wake()

    def _must_hold(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        kept = json.loads(row["firm"])
        firm = checks.Firm(**{**kept, "industries": tuple(kept["industries"])})
        failed = [found.zh for found in self._examine(firm, row["id"]) if not found.ok]
        if failed:
            raise Problem(409, "checks-failed", "；".join(failed))

    def _count(self, db: sqlite3.Connection, name: str) -> int:
        db.execute("INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1", (name,))
        return db.execute("SELECT value FROM counter WHERE name = ?", (name,)).fetchone()["value"]

    # -- the officer's page and control --------------------------------------------------------------------------

    def board(self, request: Request, *, refused: str = "") -> Answer:
        rows = self.store.rows("SELECT * FROM tasks ORDER BY status <> 'open', changed DESC LIMIT 100")
        tasks = [
            {**dict(row), "firm": json.loads(row["firm"]), "findings": json.loads(row["findings"]),
             "answer": json.loads(row["answer"] or "null"), "told": self.outbox.messages(row["id"])}
            for row in rows
        ]  # fmt: skip
        return self.html.show(
            "board.html", status=422 if refused else 200, tasks=tasks, key=pages.form_key(self), refused=refused,
            auto=self.options.auto, district=self.options.district,
        )  # fmt: skip

    def decide_form(self, request: Request, task: str) -> Answer:
        form = request.form()
        try:
            self.decide(task, decision=form.get("decision", ""), note=form.get("note", "")[:500])
        except Problem as refusal:
            return self.board(request, refused=refusal.detail)
        return pages.see_other("/operator")

    def control(self, wish: dict[str, Any]) -> None:
        if "decide" in wish:
            one = wish["decide"]
            decision, note = text(one, "decision", most=20), text(one, "note", most=500, least=0)
            self.decide(text(one, "task", most=100), decision=decision, note=note)
        with self.store.write() as db:
            for number in wish.get("abnormal", ()):
                db.execute("INSERT OR IGNORE INTO abnormal VALUES (?)", (str(number),))

    def controlled(self) -> dict[str, Any]:
        rows = self.store.rows(
            "SELECT id AS task, party, case_number AS 'case', step, status, reference FROM tasks"
            " ORDER BY changed DESC LIMIT 100"
        )
        return {"auto": self.options.auto, "district": self.options.district, "tasks": [dict(row) for row in rows]}

    def mislead(self, body: dict[str, Any]) -> dict[str, Any]:
        """Another case's number where there is one, else one that does not exist; the address stays."""
        other = self.store.row("SELECT case_number FROM tasks WHERE case_number <> ? LIMIT 1", body["case"])
        return {**body, "case": other["case_number"] if other else "0" * 20}


def _receipt(row: sqlite3.Row) -> dict[str, Any]:
    return {"task": row["id"], "case": row["case_number"], "step": row["step"], "received_at": row["received"]}
