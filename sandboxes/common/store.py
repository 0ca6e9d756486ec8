"""A party's own memory: one SQLite file in its home, one writer at a time."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS nonces (keyid TEXT, nonce TEXT, until REAL, PRIMARY KEY (keyid, nonce)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS control (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
  seq INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, party TEXT NOT NULL, topic TEXT NOT NULL, number INTEGER NOT NULL,
  url TEXT NOT NULL, purpose TEXT NOT NULL, case_number TEXT NOT NULL, body TEXT NOT NULL, due REAL NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'pending', answer TEXT NOT NULL DEFAULT '',
  UNIQUE (topic, number));
CREATE TABLE IF NOT EXISTS lies (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, topic TEXT NOT NULL, seconds REAL NOT NULL, times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS told (
  seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, topic TEXT NOT NULL, number INTEGER NOT NULL, answer TEXT NOT NULL,
  at TEXT NOT NULL);
"""


class Store:
    """Rows by name; `write()` is a transaction that one thread holds at a time."""

    def __init__(self, path: Path, schema: str) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        # A journal that is cut and pages that are overwritten: what is erased is not left lying in the folder.
        self._db.execute("PRAGMA journal_mode=TRUNCATE")
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.executescript(SCHEMA + schema)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, *args: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, args).fetchall()

    def row(self, sql: str, *args: Any) -> sqlite3.Row | None:
        with self._lock:
            return self._db.execute(sql, args).fetchone()

    def setting(self, name: str, default: Any) -> Any:
        row = self.row("SELECT value FROM control WHERE name = ?", name)
        return default if row is None else json.loads(row["value"])

    def set(self, name: str, value: Any) -> None:
        with self.write() as db:
            db.execute("INSERT OR REPLACE INTO control VALUES (?, ?)", (name, json.dumps(value)))

    def first_use(self, keyid: str, nonce: str, *, now: float, until: float) -> bool:
        """True once per nonce, also after a restart; forgets those that have long expired (seconds since the epoch)."""
        with self.write() as db:
            db.execute("DELETE FROM nonces WHERE until < ?", (now,))
            return db.execute("INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)", (keyid, nonce, until)).rowcount == 1

    def close(self) -> None:
        with self._lock:
            self._db.close()
