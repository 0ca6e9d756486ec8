"""What PostgreSQL alone could carry: the statements of one lifecycle, counted as it runs, given to pgbench.

The script reads as often, inserts and updates as many rows of the same mean size, and commits as often as one
lifecycle with its put-off work. It says how much of the machine is left to Python, HTTP and cryptography.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec

from bench.node import BenchNode
from tongban.wiring import postgres

_TABLES = """
CREATE SCHEMA IF NOT EXISTS ceiling;
DROP TABLE IF EXISTS ceiling.row, ceiling.held;
CREATE TABLE ceiling.held (id int PRIMARY KEY, sequence int NOT NULL, state text NOT NULL, at timestamptz NOT NULL);
CREATE TABLE ceiling.row (id uuid PRIMARY KEY DEFAULT uuidv7(), held int NOT NULL REFERENCES ceiling.held, kind text,
                          facts text NOT NULL, at timestamptz NOT NULL);
CREATE INDEX ON ceiling.row (held, at);
"""


class Statements(msgspec.Struct):
    """What one lifecycle says to the database: numbers of statements and commits, mean bytes of a written row."""

    selects: int = 0
    inserts: int = 0
    updates: int = 0
    others: int = 0
    commits: int = 0
    written: int = 0

    @property
    def mean(self) -> int:
        """Bytes of one written row."""
        return self.written // max(1, self.inserts + self.updates)


def count(node: BenchNode) -> Statements:
    """Run one lifecycle in this process, worker's part too, and count."""
    from django.db import connection

    from bench.lifecycle import WITHDRAWAL

    walk, found = node.walk(node.people(1)[0], inside=True), Statements()
    walk.go(WITHDRAWAL)
    commit = connection._commit

    def committed() -> Any:
        found.commits += 1
        return commit()

    def counted(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        _note(found, str(sql), params)
        return execute(sql, params, many, context)

    connection._commit = committed
    try:
        with connection.execute_wrapper(counted):
            walk.go(WITHDRAWAL)
    finally:
        del connection._commit
    return found


def _note(found: Statements, sql: str, params: Any) -> None:
    kind = re.match(r"\s*\(?(\w+)", sql)
    word = kind.group(1).upper() if kind else ""
    if word == "INSERT" or "procrastinate_defer" in sql:
        found.inserts += 1
    elif word in ("UPDATE", "DELETE"):
        found.updates += 1
    elif word == "SELECT":
        found.selects += 1
    else:
        found.others += 1
        return
    if word in ("INSERT", "UPDATE"):
        found.written += sum(len(str(getattr(p, "obj", p))) for p in params or ())


def per_second(node: BenchNode, said: Statements, *, rows: int, seconds: int, clients: int) -> float:
    """Lifecycles a second that pgbench reaches with these statements over ``rows`` held rows."""
    with node.server.connect(node.database) as connection:
        for statement in _TABLES.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        connection.execute(
            "INSERT INTO ceiling.held SELECT n, 0, repeat('x', %s::int), now() FROM generate_series(1, %s::int) n",
            [said.mean, rows],
        )
        connection.execute("VACUUM (ANALYZE) ceiling.held")
        connection.execute("CHECKPOINT")
    script = node.home / "lifecycle.pgbench"
    script.write_text(_script(said, rows))
    script.chmod(0o644)
    return _run(node, script, seconds, clients)


def _script(said: Statements, rows: int) -> str:
    """The statements, spread evenly over the commits; reads stand between the transactions as a page's do."""
    commits = max(1, said.commits)
    lines = []
    for n in range(commits):
        lines += _share(
            said.selects, n, commits,
            [f"\\set id random(1, {rows})", "SELECT id, sequence, state, at FROM ceiling.held WHERE id = :id;"],
        )  # fmt: skip
        lines += ["BEGIN;", f"\\set id random(1, {rows})"]
        lines += _share(
            said.inserts, n, commits,
            [f"INSERT INTO ceiling.row (held, kind, facts, at) VALUES (:id, 'event', repeat('y', {said.mean}), now());"],
        )  # fmt: skip
        lines += _share(
            said.updates, n, commits,
            [f"UPDATE ceiling.held SET sequence = sequence + 1, state = repeat('z', {said.mean}), at = now() WHERE id = :id;"],
        )  # fmt: skip
        lines.append("COMMIT;")
    return "\n".join(lines) + "\n"


def _share(total: int, n: int, of: int, lines: list[str]) -> list[str]:
    return lines * (total * (n + 1) // of - total * n // of)


def _run(node: BenchNode, script: Path, seconds: int, clients: int) -> float:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    command = [
        str(postgres.binaries() / "pgbench"), "-n", "-f", str(script), "-c", str(clients), "-j", "2", "-T", str(seconds),
        "-M", "prepared", "-h", "127.0.0.1", "-p", str(node.server.port), "-U", postgres.SUPERUSER, node.database,
    ]  # fmt: skip
    done = subprocess.run(
        command, env=environment | {"PGPASSWORD": node.server.password}, capture_output=True, text=True, timeout=120
    )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench: {done.stdout[-500:]}{done.stderr[-1500:]}")
    return float(found.group(1))
