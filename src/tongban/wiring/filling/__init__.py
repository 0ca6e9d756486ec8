"""Filling a node, in the node's own process as the app's role: divisions, registries, offices, items, demo accounts.

Every stage adds only what is missing, so the whole may run at every start. A stage is a module here with
``fill(node, now) -> str``: what there is afterwards, in a few words.
"""

from __future__ import annotations

import time
from datetime import datetime

from django.utils import timezone

from tongban.wiring.filling import accounts, divisions, items, offices, people, trust
from tongban.wiring.node import Node

STAGES = (divisions, people, offices, items, trust)
DEMO_STAGES = (accounts,)


def fill(node: Node, now: datetime | None = None) -> None:
    """Run every stage, with a line of what came of it and the seconds it took."""
    now = now or timezone.now()
    stages = STAGES + (DEMO_STAGES if node.data.get("demo") else ())
    for stage in stages:
        began = time.monotonic()
        found = stage.fill(node, now)
        name = stage.__name__.rpartition(".")[2]
        print(f"{name}: {found} ({time.monotonic() - began:.1f} s)", flush=True)
