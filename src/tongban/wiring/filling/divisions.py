"""The divisions of the whole country, by GB/T 2260."""

from __future__ import annotations

from datetime import datetime

from tongban.base.actors import SYSTEM
from tongban.registries import actions as registries
from tongban.registries.models import Division
from tongban.wiring.node import Node


def fill(node: Node, now: datetime) -> str:
    """Load what is not there; a later version's changes come by ``registries.load_divisions`` again."""
    count = Division.objects.count() or registries.load_divisions(by=SYSTEM, now=now)
    return f"{count:,}"
