"""Bundles submitted by several people at once: one draft of three items each, beside the three items one after the other."""

from __future__ import annotations

from bench import rows
from bench.lifecycle import TOGETHER, Service, Walk
from bench.node import BenchNode
from bench.rows import Row

ITEMS = ("employment-registration", "flexible-employment-insurance", "flexible-work-insurance-subsidy")
SECONDS = 15.0


def measure(node: BenchNode) -> list[Row]:
    """The row ``bundle submissions``: from an empty draft to the receipt, signed. The other column counts how often the
    same three items are submitted each by itself."""
    node.port  # noqa: B018 - starts it
    walks = [node.walk(person) for person in node.people(rows.VISITORS)]
    joint = rows.again(walks, lambda walk: walk.together(TOGETHER, hard="yes"), SECONDS)
    alone = rows.again(walks, _one_by_one, SECONDS)
    more = {"virtual_users": len(walks), "first_errors": (joint.wrong + alone.wrong)[:2]}
    what = "its three items one by one"
    return [rows.row("bundle submissions", joint.rate, "/s", alone.rate, what, **joint.told(), more=more)]


def _one_by_one(walk: Walk) -> None:
    for code in ITEMS:
        walk.apply(Service(code, TOGETHER.answers))
