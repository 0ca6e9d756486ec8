"""Stored cases in bulk: copies of two real ones (one closed, one at a desk), so that each is as full as cases are."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from bench.node import BenchNode

OPEN_SHARE = 10  # one in so many lies at a desk
PEOPLE = 20_000  # whose cases they are

_COPY = """
CREATE TEMP TABLE fresh AS
SELECT n, uuidv7() AS id, uuidv7() AS key_id,
       left(%(number)s, 38) || lpad(n::text, 12, '0') AS number,
       %(received)s::timestamptz - (n %% 700) * interval '1 hour' AS received_at
FROM generate_series(%(first)s::int, %(last)s::int) AS n WHERE (n %% {share} = 0) = %(open)s
"""


def fill(node: BenchNode, wanted: int) -> int:
    """Bring the node to ``wanted`` stored cases; how many rows were written. Foreign keys are not checked on the way:
    every copied row refers to what is copied with it."""
    with node.server.connect(node.database) as connection:
        there = int(connection.execute("SELECT count(*) FROM cases_case").fetchone()[0])  # type: ignore[index]
        if there >= wanted:
            return 0
        closed, pending = _templates(node)
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        rows = 0
        for number, is_open in ((closed, False), (pending, True)):
            rows += _copies(connection, number, there + 1, wanted, is_open)
        for table in ("cases_case", "cases_event", "cases_step", "cases_material", "files_key"):
            connection.execute(f"VACUUM (ANALYZE) {table}")
        connection.execute("CHECKPOINT")
    return rows


def _templates(node: BenchNode) -> tuple[str, str]:
    """The numbers of a closed case and of one that waits at the window, both of the service that is measured."""
    from bench.lifecycle import WITHDRAWAL

    if not hasattr(node, "_templates"):
        walk = node.walk(node.people(1)[0])
        node._templates = (walk.go(WITHDRAWAL), walk.apply(WITHDRAWAL))  # type: ignore[attr-defined]
    return node._templates  # type: ignore[attr-defined,no-any-return]


def _copies(connection: psycopg.Connection, number: str, first: int, last: int, is_open: bool) -> int:
    row = connection.execute("SELECT id, state, received_at FROM cases_case WHERE number = %s", [number]).fetchone()
    assert row is not None
    id, state, received = row
    connection.execute("DROP TABLE IF EXISTS fresh")
    said = {"number": number, "received": received, "first": first, "last": last, "open": is_open}
    made = connection.execute(_COPY.format(share=OPEN_SHARE), said).rowcount
    hole = str(id)
    assert hole in json.dumps(state), "the case's state names the case"
    connection.execute(
        "INSERT INTO files_key (id, wrapped, created_at, erased_at) "
        "SELECT f.key_id, k.wrapped, f.received_at, NULL FROM fresh f, files_key k "
        "JOIN cases_case c ON c.key_id = k.id WHERE c.id = %s",
        [id],
    )
    own = {
        "id": "f.id", "number": "f.number", "key_id": "f.key_id", "draft_id": "NULL", "received_at": "f.received_at",
        "state": "jsonb_set(t.state, '{id}', to_jsonb(f.id::text))", "owner": "'stored'",
        "person": f"md5(mod(f.n, {PEOPLE})::text)::uuid::text",
    }  # fmt: skip
    made += _insert(connection, "cases_case", "t.id", id, own)
    shown = {"number": "f.number", "received_at": "f.received_at"}
    for table in ("cases_event", "cases_step", "cases_material"):
        made += _insert(connection, table, "t.case_id", id, {"id": "uuidv7()", "case_id": "f.id", **shown})
    return made


def _insert(connection: psycopg.Connection, table: str, by: str, id: Any, own: dict[str, str]) -> int:
    """Copy a template's rows once for every fresh case, with its own values where it needs them."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [table],
        )
    ]
    values = ", ".join(own.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return connection.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM fresh f CROSS JOIN {table} t WHERE {by} = %s", [id]
    ).rowcount
