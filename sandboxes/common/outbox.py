"""What a party tells a node: in order per topic, again and again until the node answers 2xx; or, told so, a lie."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx

from .keys import Keys, Trust
from .signing import NotSigned, sign_request, utc_now, verify_response
from .store import Store
from .web import dump

LIES = {
    "forged-signature": "signed with a key that is not ours, under our key's id",
    "tampered": "body changed after signing",
    "stale": "signed ten minutes ago",
    "replay": "sent rightly, then the very same request once more",
    "double": "sent rightly twice, each signed anew",
    "reorder": "the later message before the earlier one",
    "delay": "held back for `seconds`",
    "lose": "never sent",
    "wrong-subject": "about another parcel or case, rightly signed",
}


@dataclass(frozen=True)
class Manner:
    """How to send: our name to a peer (`sender(peer id)`), seconds until the second try, most seconds between tries."""

    sender: Callable[[str], str]
    retry_first: float
    retry_most: float


class Outbox:
    def __init__(self, store: Store, keys: Keys, trust: Trust, manner: Manner, mislead: Any) -> None:
        """`mislead(body)` returns the body of a message about a wrong subject."""
        self._store, self._keys, self._trust, self._manner, self._mislead = store, keys, trust, manner, mislead
        self._wakes = threading.Condition()
        self._woken, self._stopping = False, False
        self._busy: set[str] = set()
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="outbox")
        self._client = httpx.Client(timeout=5, follow_redirects=False, trust_env=False)
        self._thread = threading.Thread(target=self._run, name="outbox")

    def put(
        self, db: sqlite3.Connection, *, id: str, party: str, topic: str, number: int, url: str, purpose: str,
        case: str, body: dict[str, Any],
    ) -> None:  # fmt: skip
        """Adds a message in the caller's own transaction; call `wake()` after it."""
        db.execute(
            "INSERT INTO outbox (id, party, topic, number, url, purpose, case_number, body, due)"
            " VALUES (?,?,?,?,?,?,?,?,?)",
            (id, party, topic, number, url, purpose, case, json.dumps(body, ensure_ascii=False), time.time()),
        )

    def messages(self, topic: str) -> list[sqlite3.Row]:
        return self._store.rows("SELECT * FROM outbox WHERE topic = ? ORDER BY number", topic)

    def again(self, topic: str, since: int, *, before: int = 2**31) -> int:
        """Sends the messages of a topic again from a number on (and below another); returns how many."""
        with self._store.write() as db:
            again = db.execute(
                "UPDATE outbox SET state = 'pending', due = 0, attempts = 0 WHERE topic = ? AND number >= ?"
                " AND number < ?",
                (topic, since, before),
            ).rowcount
        self.wake()
        return again

    def lie(self, kind: str, *, topic: str, seconds: float, times: int) -> None:
        with self._store.write() as db:
            db.execute("INSERT INTO lies (kind, topic, seconds, times) VALUES (?,?,?,?)", (kind, topic, seconds, times))
        self.wake()

    def honest(self) -> None:
        with self._store.write() as db:
            db.execute("DELETE FROM lies")
        self.wake()

    # -- the loop ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        with self._wakes:
            self._woken = True
            self._wakes.notify_all()

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(cancel_futures=True)
        self._client.close()

    def _run(self) -> None:
        while not self._stopping:
            ready, rest = self._ready(time.time())
            for row in ready:
                self._busy.add(row["topic"])
                self._pool.submit(self._deliver, row)
            with self._wakes:
                if not self._woken:
                    self._wakes.wait(rest)
                self._woken = False

    def _ready(self, now: float) -> tuple[list[sqlite3.Row], float | None]:
        """The first message of each topic if it is due, and the seconds until the next one is."""
        topics: dict[str, list[sqlite3.Row]] = {}
        for row in self._store.rows("SELECT * FROM outbox WHERE state = 'pending' ORDER BY topic, number"):
            if row["topic"] not in self._busy:
                topics.setdefault(row["topic"], []).append(row)
        heads = [head for rows in topics.values() if (head := self._head(rows, now)) is not None]
        waits = [head["due"] - now for head in heads if head["due"] > now]
        return [head for head in heads if head["due"] <= now], min(waits, default=None)

    def _head(self, rows: list[sqlite3.Row], now: float) -> sqlite3.Row | None:
        """The message whose turn it is: the earliest, unless a reorder lie waits for two and takes the second."""
        if self._next_lie(rows[0]["topic"], reorder=True) is None:
            return rows[0]
        if len(rows) < 2:
            return None
        self._take_lie(rows[0]["topic"], reorder=True)
        self._told("reorder", rows[1], "sent before its elder")
        with self._store.write() as db:
            db.execute("UPDATE outbox SET due = ? WHERE seq = ?", (now + 0.2, rows[0]["seq"]))
        return rows[1]

    def _next_lie(self, topic: str, *, reorder: bool) -> sqlite3.Row | None:
        sql = "SELECT * FROM lies WHERE topic IN ('', ?) AND (kind = 'reorder') = ? ORDER BY seq LIMIT 1"
        return self._store.row(sql, topic, int(reorder))

    def _take_lie(self, topic: str, *, reorder: bool) -> sqlite3.Row | None:
        lie = self._next_lie(topic, reorder=reorder)
        if lie is not None:
            with self._store.write() as db:
                db.execute("UPDATE lies SET times = times - 1 WHERE seq = ?", (lie["seq"],))
                db.execute("DELETE FROM lies WHERE times <= 0")
        return lie

    def _told(self, kind: str, row: sqlite3.Row, answer: str) -> None:
        with self._store.write() as db:
            db.execute(
                "INSERT INTO told (kind, topic, number, answer, at) VALUES (?,?,?,?,?)",
                (kind, row["topic"], row["number"], answer, utc_now().isoformat(timespec="seconds")),
            )

    # -- one message ---------------------------------------------------------------------------------------------

    def _deliver(self, row: sqlite3.Row) -> None:
        try:
            lie = self._take_lie(row["topic"], reorder=False)
            if lie is None:
                self._settle(row, *self._post(row))
            else:
                self._deceive(row, lie)
        except Exception as fault:
            # Whatever went wrong with one message must neither end the loop nor be kept quiet.
            print(f"outbox: {row['topic']} #{row['number']}: {fault!r}", flush=True)
            self._later(row, repr(fault))
        finally:
            self._busy.discard(row["topic"])
            self.wake()

    def _deceive(self, row: sqlite3.Row, lie: sqlite3.Row) -> None:
        kind = lie["kind"]
        if kind == "lose":
            self._state(row, "lost", "told to lose it")
            self._told(kind, row, "never sent")
        elif kind == "delay":
            self._state(row, "pending", "told to hold it back", due=time.time() + lie["seconds"])
            self._told(kind, row, f"{lie['seconds']} s")
        elif kind in {"replay", "double"}:
            headers = self._headers(row)
            self._settle(row, *self._post(row, headers=headers))
            self._told(kind, row, str(self._post(row, headers=headers if kind == "replay" else None)[0]))
        else:
            self._told(kind, row, str(self._false(row, kind)))
            self._state(row, "pending", f"lied: {kind}", due=time.time() + self._manner.retry_first)

    def _false(self, row: sqlite3.Row, kind: str) -> int:
        """Sends a message that must be refused; the status that came back (0: none)."""
        if kind == "forged-signature":
            return self._post(row, headers=self._headers(row, keys=Keys.new()))[0]
        if kind == "stale":
            return self._post(row, headers=self._headers(row, ago=timedelta(minutes=10)))[0]
        misled = dump(self._mislead(json.loads(row["body"])))
        if kind == "tampered":
            return self._post(row, headers=self._headers(row), body=misled)[0]
        return self._post(row, headers=self._headers(row, body=misled), body=misled)[0]

    def _headers(
        self, row: sqlite3.Row, *, keys: Keys | None = None, ago: timedelta = timedelta(0), body: bytes | None = None
    ) -> dict[str, str]:
        return sign_request(
            keys or self._keys,
            method="POST",
            url=row["url"],
            body=row["body"].encode() if body is None else body,
            sender=self._manner.sender(row["party"]),
            purpose=row["purpose"],
            case=row["case_number"],
            now=utc_now() - ago,
            keyid=self._keys.keyid,
        )

    def _post(
        self, row: sqlite3.Row, *, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, bytes, str]:
        """Status (0 when nobody answered), body, and a word on whether the answer was signed."""
        headers = headers or self._headers(row)
        content = row["body"].encode() if body is None else body
        try:
            answer = self._client.post(row["url"], content=content, headers=headers)
        except httpx.HTTPError as fault:
            return 0, b"", type(fault).__name__
        request = SimpleNamespace(method="POST", url=row["url"], headers=headers)
        try:
            signer = verify_response(
                request=request, status=answer.status_code, headers=answer.headers, body=answer.content,
                trust=self._trust,
            )  # fmt: skip
            return answer.status_code, answer.content, f"signed by {signer}"
        except NotSigned as unsigned:
            return answer.status_code, answer.content, f"not signed ({unsigned.code})"

    def _settle(self, row: sqlite3.Row, status: int, body: bytes, word: str) -> None:
        if 200 <= status < 300:
            self._state(row, "sent", f"{status} {word}")
            return
        self._later(row, f"{status or 'no answer'} {word}")
        expected = _expected(status, body)
        if expected is not None:
            # The elder ones only: this one keeps its pause, so that a node that never agrees is not run down.
            self.again(row["topic"], expected, before=row["number"])

    def _later(self, row: sqlite3.Row, answer: str) -> None:
        pause = min(self._manner.retry_first * 2 ** min(row["attempts"], 16), self._manner.retry_most)
        self._state(row, "pending", answer, due=time.time() + pause)

    def _state(self, row: sqlite3.Row, state: str, answer: str, *, due: float = 0) -> None:
        with self._store.write() as db:
            db.execute(
                "UPDATE outbox SET state = ?, answer = ?, attempts = attempts + 1, due = ? WHERE seq = ?",
                (state, answer, due, row["seq"]),
            )


def _expected(status: int, body: bytes) -> int | None:
    """The number a node waits for, where it answers 409 with {"expected": n}: what was lost goes again from there."""
    if status != 409:
        return None
    try:
        value = json.loads(body).get("expected")
    except (ValueError, AttributeError):
        return None
    return value if isinstance(value, int) and value >= 1 else None
