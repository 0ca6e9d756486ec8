"""The divisions of the whole country by GB/T 2260, and the city's streets and towns by GB/T 10114."""

from __future__ import annotations

from datetime import datetime

from tongban.base.actors import SYSTEM
from tongban.registries import actions as registries
from tongban.registries.models import Division
from tongban.wiring.node import Node


def fill(node: Node, now: datetime) -> str:
    """Load what is not there; a later version's changes come by ``registries.load_divisions`` again."""
    if not Division.objects.exists():
        registries.load_divisions(city=node.adcode, by=SYSTEM, now=now)
    streets = Division.objects.filter(level=Division.Level.STREET).count()
    return f"{Division.objects.count():,}, {streets:,} streets and towns among them"
