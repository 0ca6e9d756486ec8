"""How a node is: what it holds and what waits."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tongban.cases.models import Case
from tongban.catalog.models import Entry
from tongban.exchange.models import Outbox, Peer
from tongban.identity.models import Office
from tongban.registries.models import LegalEntity, Person, Place
from tongban.wiring.node import Node


def of(node: Node) -> dict[str, Any]:
    """Counts and addresses of a node, for an operator. Nothing personal."""
    own = Entry.objects.filter(city=node.adcode)
    return {
        "city": node.adcode,
        "home": str(node.home),
        "address": node.data.get("base_url"),
        "mode": "demo" if node.data.get("demo") else "production",
        "database": _version(),
        "people": Person.objects.count(),
        "firms": LegalEntity.objects.count(),
        "places": Place.objects.count(),
        "offices": Office.objects.count(),
        "items": own.count(),
        "items_of_other_cities": Entry.objects.count() - own.count(),
        "peers": list(Peer.objects.filter(listed=True).order_by("id").values_list("id", flat=True)),
        "cases": Case.objects.count(),
        "to_be_sent": Outbox.objects.filter(delivered_at=None, dead_at=None).count(),
        "dead_letters": Outbox.objects.filter(dead_at__isnull=False).count(),
        "jobs": _jobs(),
    }


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def _jobs() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1")
        return dict(cursor.fetchall())
