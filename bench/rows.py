"""Rows of the table, and how they are measured. A row is a function that takes the node and yields rows."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from bench import ceiling, stored
from bench.lifecycle import ALLOWANCE, WITHDRAWAL, Service
from bench.node import BenchNode

VISITORS = 4  # virtual users at a time, on the cores that the server has too
SECONDS = 20.0  # of load for each number of stored cases


class Row(msgspec.Struct, kw_only=True):
    """One line. ``ratio`` is value / baseline; ``better`` says which way is good."""

    name: str
    value: float
    unit: str
    baseline: float
    ratio: float
    baseline_is: str
    better: str
    p50_ms: float | None = None
    p95_ms: float | None = None
    errors: int = 0
    more: dict[str, Any] = {}


def row(name: str, value: float, unit: str, baseline: float, baseline_is: str, **more: Any) -> Row:
    """A row with its ratio."""
    ratio = value / baseline if baseline else 0.0
    return Row(
        name=name,
        value=round(value, 3),
        unit=unit,
        baseline=round(baseline, 3),
        ratio=round(ratio, 4),
        baseline_is=baseline_is,
        better="more" if unit in ("/s", "%") else "less",
        **more,
    )


class Load(msgspec.Struct):
    """What came of some seconds of load: durations of whole lifecycles in seconds, and what went wrong."""

    took: list[float]
    wrong: list[str]
    seconds: float
    requests: int

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    def told(self) -> dict[str, Any]:
        """p50, p95, errors."""
        return {"p50_ms": percentile(self.took, 50), "p95_ms": percentile(self.took, 95), "errors": len(self.wrong)}


def percentile(seconds: list[float], which: int) -> float:
    """A percentile in milliseconds."""
    if len(seconds) < 2:
        return round(seconds[0] * 1000, 1) if seconds else 0.0
    return round(statistics.quantiles(seconds, n=100, method="inclusive")[which - 1] * 1000, 1)


def load(
    node: BenchNode, service: Service, *, seconds: float = SECONDS, browse: bool = False, elders: bool = False
) -> Load:
    """Virtual users that take one case after another through its whole life, for some seconds."""
    walks = [node.walk(person, browse=browse) for person in node.people(VISITORS, elders=elders)]
    found = again(walks, lambda walk: walk.go(service), seconds)
    found.requests = sum(w.person.requests + sum(d.requests for d in w.desks.values()) for w in walks)
    return found


def again(walks: list[Any], do: Callable[[Any], object], seconds: float) -> Load:
    """Each of several people does it again and again, for some seconds; one of them once before that, to warm up."""
    found = Load([], [], seconds, 0)
    do(walks[0])
    start = time.monotonic()

    def visit(walk: Any) -> None:
        while time.monotonic() < start + seconds and len(found.wrong) <= 20:
            began = time.monotonic()
            try:
                do(walk)
                found.took.append(time.monotonic() - began)
            except Exception as wrong:  # any failure is an error of the run, counted and shown
                found.wrong.append(f"{type(wrong).__name__}: {wrong}"[:300])

    threads = [threading.Thread(target=visit, args=(walk,)) for walk in walks]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    found.seconds = time.monotonic() - start
    return found


def lifecycles(node: BenchNode) -> list[Row]:
    """Apply, accept, examine, decide, certificate, rate: at 10,000 and at 100,000 stored cases beside pgbench."""
    said = ceiling.count(node)
    node.port  # noqa: B018 - starts it
    at: dict[str, Any] = {}
    done, top = Load([], [], 1.0, 0), 0.0
    for size in (10_000, 100_000):
        began = time.monotonic()
        stored.fill(node, size)
        filled = time.monotonic() - began
        done = load(node, WITHDRAWAL)
        top = ceiling.per_second(node, said, rows=size, seconds=6, clients=VISITORS)
        at[str(size)] = {
            "per_second": round(done.rate, 2),
            **done.told(),
            "pgbench": round(top, 1),
            "fill_s": round(filled, 1),
            "first_errors": done.wrong[:2],
        }
    browsed = load(node, WITHDRAWAL, seconds=SECONDS / 2, browse=True)
    more = {"at": at, "statements": msgspec.to_builtins(said), "virtual_users": VISITORS}
    what = "pgbench: the same numbers of statements and commits"
    return [
        row("lifecycles", done.rate, "/s", top, what, **done.told(), more=more),
        row("lifecycles browsed", browsed.rate, "/s", done.rate, "forms only", **browsed.told()),
    ]


def instant(node: BenchNode) -> list[Row]:
    """The same for an item that the rules decide: no officer's command between submitting and certificate."""
    node.port  # noqa: B018
    done = load(node, ALLOWANCE, seconds=SECONDS / 2, elders=True)
    plain = load(node, WITHDRAWAL, seconds=SECONDS / 2)
    return [row("instant lifecycles", done.rate, "/s", plain.rate, "lifecycles with officers", **done.told())]


def officer_list(node: BenchNode) -> list[Row]:
    """The window's queue at 100,000 stored cases (a tenth of them lie there)."""
    node.port  # noqa: B018
    stored.fill(node, 100_000)
    desk = node.wire(node.officers["hz-window-1"])
    return [_page(node, "officer list", desk, "/desk/", more={"stored": 100_000})]


def guide(node: BenchNode) -> list[Row]:
    """A guide for somebody who is not signed in."""
    path = f"/services/330100/{WITHDRAWAL.code}"
    node.port  # noqa: B018
    return [_page(node, "guide page", node.wire({}), path)]


def _page(node: BenchNode, name: str, wire: Any, path: str, **more: Any) -> Row:
    """A page beside a file of the same size from the same server."""
    text = wire.get(path).text
    same = f"same-size-{len(text)}.html"
    (node.node.home / "static" / same).write_text(text, "utf-8")
    took = timed(lambda: _ok(wire.get(path)), seconds=4)
    plain = timed(lambda: _ok(wire.get(f"/static/{same}")), seconds=1)
    told = {"p50_ms": percentile(took, 50), "p95_ms": percentile(took, 95)}
    more["more"] = more.get("more", {}) | {"bytes": len(text.encode())}
    return row(name, told["p50_ms"], "ms", percentile(plain, 50), "a static file of the same size", **told, **more)


def _ok(reply: Any) -> None:
    if reply.status != 200:
        raise RuntimeError(f"answers {reply.status}")


def timed(do: Callable[[], Any], *, seconds: float) -> list[float]:
    """Durations of one thing done again and again, after three to warm up; at most 2,000."""
    for _ in range(3):
        do()
    took: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until and len(took) < 2000:
        began = time.perf_counter()
        do()
        took.append(time.perf_counter() - began)
    return took
