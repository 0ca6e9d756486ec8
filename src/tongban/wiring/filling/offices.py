"""The tree of offices from ``cities/<adcode>/offices.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.identity.models import Office
from tongban.wiring import cities
from tongban.wiring.node import REPOSITORY, Node

CONTACT = ("address", "phone", "lon", "lat")


@transaction.atomic
def fill(node: Node, now: datetime) -> str:
    """Bring the offices to what the file says, parents first; an office that the file no longer names stays, for the
    cases that refer to it."""
    data = cities.read(REPOSITORY / "cities" / node.adcode, "offices")
    rows = list(_flat(data.get("offices", []) if isinstance(data, dict) else data))
    known: dict[str, Office] = {}
    waiting = rows
    while waiting:
        ready = [row for row in waiting if not row.get("parent") or row["parent"] in known]
        if not ready:
            raise ValueError(f"offices.yaml: no such parent: {sorted({row['parent'] for row in waiting})}")
        for row in ready:
            known[row["key"]] = _office(row, known.get(row.get("parent") or ""))
        waiting = [row for row in waiting if row["key"] not in known]
    return f"{Office.objects.count()}"


def _flat(rows: list[dict[str, Any]], parent: str | None = None) -> Iterator[dict[str, Any]]:
    """Offices one after another, whether the file nests them (``children``) or names their parent."""
    for row in rows:
        yield {"parent": parent, **row}
        yield from _flat(row.get("children", []), row["key"])


def _office(row: dict[str, Any], parent: Office | None) -> Office:
    level = row.get("level")
    depth = 0 if parent is None else parent.level + 1
    office, _ = Office.objects.update_or_create(
        key=row["key"],
        defaults={
            "name": row["name"],
            "parent": parent,
            "level": level if isinstance(level, int) else depth,
            "uscc": str(row["uscc"]),
            "roles": sorted(row.get("roles", [])),
            "by": row.get("by", "desk"),
            "hours": row.get("hours", {}),
            "contact": {name: row[name] for name in CONTACT if name in row},
        },
    )
    return office
