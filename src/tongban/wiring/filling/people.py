"""Registries: in a demonstration a synthetic society; in production the city brings its own."""

from __future__ import annotations

import csv
from datetime import datetime

from tongban.base.actors import SYSTEM
from tongban.files import vault
from tongban.registries import actions as registries
from tongban.registries.models import LegalEntity, Person, Place
from tongban.registries.queries.people import number_place
from tongban.wiring import cities
from tongban.wiring.node import REPOSITORY, Node


def fill(node: Node, now: datetime) -> str:
    """Synthetic people, firms and places when demo (at least 10,000, 1,000 and 6,000, unless ``synthetic`` in
    ``node.json`` says other sizes) on the roads of the city's ``roads.yaml``, and the list of people that the sandbox of
    the national-ID port answers from."""
    if node.data.get("demo"):
        roads = cities.read(REPOSITORY / "cities" / node.adcode, "roads")
        sizes = node.data.get("synthetic", {})
        registries.load_synthetic(city=node.adcode, roads=roads, by=SYSTEM, now=now, **sizes)
        _list_for_the_face_port(node)
    counts = (("people", Person), ("firms", LegalEntity), ("places", Place))
    return ", ".join(f"{model.objects.count():,} {name}" for name, model in counts)


def _list_for_the_face_port(node: Node) -> None:
    path = node.home / "demo" / "people.csv"
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    with part.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("id_number", "name"))
        for row in Person.objects.filter(synthetic=True, deceased_on=None).select_related("key").iterator():
            rows.writerow((vault.unseal(row.key, row.sealed_number, number_place(row)).decode(), row.name))
    part.replace(path)
