"""``make bench``: measure a node of its own, print the table, write ``var/bench.json``. ``--only NAME``: one row.

Server, worker, PostgreSQL and the virtual users share the machine's cores: read ratios before numbers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from bench import callbacks, finding, pages, parts, rows, together, visits
from bench.node import BenchNode
from bench.rows import Row

REPORT = Path(__file__).resolve().parents[1] / "var" / "bench.json"
# In this order: what needs an empty node first, what fills tables for others last.
ROWS: dict[str, Callable[[BenchNode], list[Row]]] = {
    "lifecycles": rows.lifecycles,
    "instant lifecycles": rows.instant,
    "officer list": rows.officer_list,
    "guide page": rows.guide,
    "pages": pages.measure,
    "compose 10 items": parts.compose,
    "bundle submissions": together.measure,
    "signed exchange": parts.exchange,
    "issue pdf": parts.pdf,
    "clock due": parts.clock,
    "search": finding.measure,
    "bookings": visits.measure,
    "callbacks": callbacks.measure,
}


def main() -> int:
    """``[--only NAME] [--report FILE]``; 1 when a lifecycle failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--only", choices=list(ROWS), metavar="NAME", help=", ".join(ROWS))
    parser.add_argument("--report", type=Path, default=REPORT, metavar="FILE")
    args = parser.parse_args()
    began, found = time.monotonic(), list[Row]()
    node = BenchNode()
    try:
        for name, measure in ROWS.items():
            if args.only in (None, name):
                print(f"→ {name}", flush=True)
                found += measure(node)
    finally:
        node.close()
    write(args.report, found, seconds=time.monotonic() - began)
    print(table(found))
    return 1 if any(each.errors for each in found) else 0


def write(path: Path, found: list[Row], *, seconds: float) -> None:
    """The report: rows, and the machine they were measured on."""
    load = round(os.getloadavg()[2], 1)  # of fifteen minutes: says whether others used the machine too
    machine = {
        "cores": os.cpu_count(),
        "load": load,
        "python": platform.python_version(),
        "virtual_users": rows.VISITORS,
    }
    report = {
        "at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "machine": machine,
        "rows": msgspec.to_builtins(found),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")


def table(found: list[Row]) -> str:
    """The rows for a terminal."""
    head = f"{'':22}{'value':>10} {'unit':4} {'p50 ms':>9} {'p95 ms':>9} {'errors':>6} {'baseline':>10} {'ratio':>8}  beside"
    lines = [head]
    for each in found:
        p50, p95 = (f"{p:.1f}" if p is not None else "" for p in (each.p50_ms, each.p95_ms))
        lines.append(
            f"{each.name:22}{each.value:>10.2f} {each.unit:4} {p50:>9} {p95:>9} {each.errors:>6} "
            f"{each.baseline:>10.2f} {each.ratio:>8.3f}  {each.baseline_is}"
        )
        for size, told in each.more.get("at", {}).items():
            lines.append(
                f"  at {int(size):>9,} stored {told['per_second']:>7.2f} /s   {told['p50_ms']:>9.1f} {told['p95_ms']:>9.1f} "
                f"{told['errors']:>6} {told['pgbench']:>10.1f}"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
