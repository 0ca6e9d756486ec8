"""Search, list and guide with 10,000 items: how well people's words are understood, and how long an answer takes.

Accuracy is told of the judged queries (``bench/search``) over the city's own catalogue, both halves apart; times over ten
cities, each offering what this one does, beside a plain LIKE in the same run.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from bench import pages
from bench.lifecycle import WITHDRAWAL
from bench.node import CITY, BenchNode
from bench.rows import Row, percentile, row, timed

SEARCH = Path(__file__).parent / "search"
ITEMS, CITIES = 10_000, 10
GOALS = {"first": 85.0, "first 3": 95.0}  # percent, on the half that nothing was tuned on
ENGLISH = {"first": 88.0, "first 3": 92.0}  # the same of everyday English
ABOVE = 95.0  # percent of queries with the right bundles above what was found, or rightly none


class Judged(msgspec.Struct, frozen=True):
    """A query, the codes that answer it (none: nothing should be found), what kind it is and which half it is of."""

    query: str
    right: tuple[str, ...]
    kind: str

    @property
    def half(self) -> str:
        return _half(self.query)

    def good(self, codes: list[str], among: int) -> bool:
        """Whether one of the first so many is a right one."""
        return any(code in self.right for code in codes[:among]) if self.right else not codes


class Above(msgspec.Struct, frozen=True):
    """A query, and the bundles that may stand above what was found: ``must``, one of which has to, and ``may``."""

    query: str
    must: frozenset[str]
    may: frozenset[str]

    @property
    def half(self) -> str:
        return _half(self.query)

    def good(self, codes: list[str]) -> bool:
        """Whether what stands there may, and what has to stand there does."""
        return set(codes) <= self.must | self.may and (not self.must or not self.must.isdisjoint(codes))


def judged(name: str = "judged") -> list[Judged]:
    """All of them; ``english`` names those of everyday English."""
    return [Judged(each["query"], tuple(each["right"].split()), each["kind"]) for each in _read(name)]


def above() -> list[Above]:
    """All that is judged of bundles."""
    found = []
    for each in _read("bundles"):
        named = each["bundles"].split()
        must = frozenset(code for code in named if not code.startswith("?"))
        found.append(Above(each["query"], must, frozenset(code.lstrip("?") for code in named)))
    return found


def _read(name: str) -> list[dict[str, str]]:
    with (SEARCH / f"{name}.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _half(query: str) -> str:
    return "held" if hashlib.sha256(query.encode()).digest()[0] % 2 else "tune"


def measure(node: BenchNode) -> list[Row]:
    """Accuracy on both halves; then the times."""
    node.node  # noqa: B018 - makes it
    found = accuracy()
    many = fill(node)
    return [*found, *_times(many), *_pages(node, many)]


def accuracy() -> list[Row]:
    """The share of queries whose first hit, or one of whose first three, is right."""
    from tongban.journeys import browse

    known = judged()
    own = browse.Chosen(city=CITY)
    codes = {each.query: [r.code for r in browse.found(each.query, chosen=own, here=CITY, at_most=20)] for each in known}
    made = []
    for half in ("tune", "held"):
        of = [each for each in known if each.half == half]
        for name, among in (("first", 1), ("first 3", 3)):
            kinds = {
                kind: _share([e for e in of if e.kind == kind], codes, among) for kind in sorted({e.kind for e in of})
            }
            more = {"queries": len(of), "kinds": kinds}
            made.append(row(f"search {half} {name}", _share(of, codes, among), "%", GOALS[name], "the goal", more=more))
    return made


def _share(of: Iterable[Judged], codes: dict[str, list[str]], among: int) -> float:
    good = [each.good(codes[each.query], among) for each in of]
    return round(100 * sum(good) / len(good), 1)


_THERE = """
INSERT INTO catalog_pulled (city, name, mark, offices, pulled_at, reason)
SELECT (900000 + n)::text, jsonb_build_object('zh', '演示' || n || '市', 'en', 'City ' || n), '', '{}', now(), ''
FROM generate_series(1, %(others)s::int) n ON CONFLICT DO NOTHING
"""
_OFFERED = """
INSERT INTO catalog_entry (id, version_id, city, code, title_zh, title_en, audience, facts, text, pinyin)
SELECT uuidv7(), e.version_id, (900000 + n)::text, e.code, e.title_zh, e.title_en, e.audience, e.facts, e.text, e.pinyin
FROM catalog_entry e, generate_series(1, %(others)s::int) n WHERE e.city = %(city)s ON CONFLICT DO NOTHING
"""


def fill(node: BenchNode) -> int:
    """Nine more cities that offer what this one does; how many items that makes. A catalogue of less than a thousand is
    brought to that with copies first."""
    pages.items(node, ITEMS // CITIES)
    with node.server.connect(node.database) as connection:
        connection.execute(_THERE, {"others": CITIES - 1})
        connection.execute(_OFFERED, {"others": CITIES - 1, "city": CITY})
        connection.execute("UPDATE catalog_edition SET mark = uuidv7()")
        connection.execute("ANALYZE catalog_entry")
        return int(connection.execute("SELECT count(*) FROM catalog_entry").fetchone()[0])  # type: ignore[index]


def _times(many: int) -> list[Row]:
    """All judged queries in turn, as the page asks them and as suggestions do, beside LIKE for the same words."""
    from django.db import connection

    from tongban.catalog import texts
    from tongban.journeys import browse, find

    asked = [each.query for each in judged()]

    def plain(query: str) -> None:
        with connection.cursor() as cursor:
            said = f"%{texts.plain(query)}%"
            cursor.execute("SELECT city, code, title_zh FROM catalog_entry WHERE text LIKE %s LIMIT 20", [said])
            cursor.fetchall()

    like = _each(asked, plain)
    found = _each(asked, lambda query: find.shelf(query, here=CITY))
    near = _each(
        [query[:n] for query in asked for n in (1, 2, 4)], lambda query: browse.near(query, here=CITY, at_most=6)
    )
    return [_time(name, took, like, many) for name, took in (("search", found), ("suggestions", near))]


def _each(asked: list[str], do: Callable[[str], object]) -> list[float]:
    turn = itertools.cycle(asked)
    return timed(lambda: do(next(turn)), seconds=6)


def _time(name: str, took: list[float], like: list[float], many: int) -> Row:
    told = {"p50_ms": percentile(took, 50), "p95_ms": percentile(took, 95)}
    more = {"items": many, "goal_ms": 10.0, "like_p50_ms": percentile(like, 50)}
    return row(name, told["p95_ms"], "ms", percentile(like, 95), "LIKE '%…%', p95", **told, more=more)


def _pages(node: BenchNode, many: int) -> list[Row]:
    node.port  # noqa: B018 - starts it
    visitor = node.wire({})
    named = [
        ("search", "/search?q=%E5%85%AC%E7%A7%AF%E9%87%91"),
        ("list", "/services"),
        ("list narrowed", "/services?city=all&audience=person&grade=id-only"),
        ("guide", f"/services/{CITY}/{WITHDRAWAL.code}"),
    ]
    return [_page(node, visitor, name, path, many) for name, path in named]


def _page(node: BenchNode, visitor: Any, name: str, path: str, many: int) -> Row:
    made = pages.beside_a_file(node, visitor, name.replace(" ", "-"), path)
    return row(f"10,000 items: {name}", made.pop("value"), "ms", made.pop("baseline"), "a static file of the same size",
               p50_ms=made["p50_ms"], p95_ms=made["p95_ms"], more={"items": many, "bytes": made["bytes"]})  # fmt: skip
