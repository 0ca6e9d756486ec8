"""Bundles submitted by several people at once: one draft of two items each, beside the two items one after the other."""

from __future__ import annotations

from bench import rows
from bench.lifecycle import TOGETHER, Service, Walk
from bench.node import BenchNode
from bench.rows import Row

# Each item by itself, with the question that it begins with. (The third of this bundle would want papers of these two.)
ITEMS = {"employment-registration": "job_kind", "flexible-employment-insurance": "flex_elsewhere"}
SECONDS = 15.0


def measure(node: BenchNode) -> list[Row]:
    """The row ``bundle submissions``: from an empty draft to the receipt, signed. The other column counts how often the
    same two items are submitted each by itself."""
    node.port  # noqa: B018 - starts it
    walks = [node.walk(person) for person in node.people(rows.VISITORS)]
    joint = rows.again(walks, lambda walk: walk.together(TOGETHER, hard="no"), SECONDS)
    alone = rows.again(walks, _one_by_one, SECONDS)
    more = {"virtual_users": len(walks), "first_errors": (joint.wrong + alone.wrong)[:2]}
    what = "its two items one by one"
    return [rows.row("bundle submissions", joint.rate, "/s", alone.rate, what, **joint.told(), more=more)]


def _one_by_one(walk: Walk) -> None:
    for code, first in ITEMS.items():
        walk.apply(Service(code, {first: TOGETHER.answers[first], **TOGETHER.answers}))
