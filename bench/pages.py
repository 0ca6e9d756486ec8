"""Pages for people and officers with 100,000 cases and 1,000 items stored: p95 of each beside a file of the same size.

The goal is 50 ms. Items are copies of the city's own under other codes and titles, in what search and lists read.
"""

from __future__ import annotations

from typing import Any

from bench import rows, stored
from bench.lifecycle import WITHDRAWAL
from bench.node import CITY, BenchNode
from bench.rows import Row, percentile, row, timed

CASES, ITEMS, GOAL_MS = 100_000, 1_000, 50.0

_COPY = """
WITH own AS (SELECT e.*, row_number() OVER (ORDER BY e.code) AS place, count(*) OVER () AS many
             FROM catalog_entry e WHERE e.city = %(city)s AND e.code !~ '-bench-'),
     fresh AS (SELECT own.*, n, own.code || '-bench-' || n AS other, uuidv7() AS its_version
               FROM own JOIN generate_series(1, %(wanted)s::int) n ON n %% own.many + 1 = own.place),
     versions AS (INSERT INTO catalog_itemversion
                  (id, city, code, number, sha256, body, effective_on, published_at, published_by)
                  SELECT f.its_version, v.city, f.other, 1, encode(sha256((f.other)::bytea), 'hex'), v.body,
                         v.effective_on, v.published_at, v.published_by
                  FROM fresh f JOIN catalog_itemversion v ON v.id = f.version_id RETURNING id)
INSERT INTO catalog_entry (id, version_id, city, code, title_zh, title_en, audience, facts, text, pinyin)
SELECT uuidv7(), f.its_version, f.city, f.other, f.title_zh || f.n, f.title_en || ' ' || f.n, f.audience, f.facts,
       f.text || f.n, f.pinyin FROM fresh f
"""


def items(node: BenchNode, wanted: int = ITEMS) -> int:
    """Bring the city's catalogue to ``wanted`` items; how many there are then."""
    with node.server.connect(node.database) as connection:
        count = "SELECT count(*) FROM catalog_entry WHERE city = %s"
        there = int(connection.execute(count, [CITY]).fetchone()[0])  # type: ignore[index]
        if there < wanted:
            connection.execute(_COPY, {"city": CITY, "wanted": wanted - there})
            connection.execute("UPDATE catalog_edition SET mark = uuidv7()")
            connection.execute("ANALYZE catalog_entry")
            connection.execute("ANALYZE catalog_itemversion")
        return int(connection.execute(count, [CITY]).fetchone()[0])  # type: ignore[index]


def measure(node: BenchNode) -> list[Row]:
    """One row a page."""
    node.port  # noqa: B018 - starts it
    stored.fill(node, CASES)
    more = {"cases": CASES, "items": items(node), "goal_ms": GOAL_MS}
    return [_row(node, name, wire, path, more) for name, wire, path in _pages(node)]


def _pages(node: BenchNode) -> list[tuple[str, Any, str]]:
    """Name, whose window, address."""
    visitor, person = node.wire({}), node.wire(node.people(1)[0])
    window = node.wire(node.officers["hz-window-1"])
    closed, pending = stored._templates(node)
    return [
        ("home", visitor, "/"),
        ("search", visitor, "/search?q=%E5%85%AC%E7%A7%AF%E9%87%91"),
        ("services", visitor, "/services"),
        ("guide", visitor, f"/services/{CITY}/{WITHDRAWAL.code}"),
        ("sign-in", visitor, "/sign-in"),
        ("space", person, "/space"),
        ("my cases", person, "/cases"),
        ("case", person, f"/cases/{closed}"),
        ("desk queue", window, "/desk/"),
        ("desk case", window, f"/desk/cases/{pending}"),
    ]


def _row(node: BenchNode, name: str, wire: Any, path: str, more: dict[str, Any]) -> Row:
    told = beside_a_file(node, wire, name, path)
    value, base, octets = told.pop("value"), told.pop("baseline"), told.pop("bytes")
    said = more | {"bytes": octets}
    return row(f"page: {name}", value, "ms", base, "a static file of the same size", **told, more=said)


def beside_a_file(node: BenchNode, wire: Any, name: str, path: str) -> dict[str, Any]:
    """A page's p95 (``value``) and p50, beside the p95 of a file of the same size."""
    text = wire.get(path).text
    file = f"page-{name.replace(' ', '-')}.html"
    (node.node.home / "static" / file).write_text(text, "utf-8")
    took = timed(lambda: rows._ok(wire.get(path)), seconds=3)
    plain = timed(lambda: rows._ok(wire.get(f"/static/{file}")), seconds=1)
    told = {"p50_ms": percentile(took, 50), "p95_ms": percentile(took, 95)}
    return told | {"value": told["p95_ms"], "baseline": percentile(plain, 95), "bytes": len(text.encode())}
