"""``tongban pull``: take over other cities' catalogues now, instead of at the next turn of the worker."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime

from tongban.wiring import ready

NAME = "pull"
HELP = "take over other cities' catalogues now"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--wait SECONDS] [--home DIR]``."""
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="go on trying for so long")
    ready.add_home(parser)


def run(args: argparse.Namespace) -> int:
    """Print what is known of each city; 1 when one could not be asked (what was known of it stays)."""
    node = ready.work_as(args.home)
    from tongban.exchange import queries as peers

    others = [peer.id for peer in peers.peers(kind="node", now=datetime.now(UTC)) if peer.id != node.adcode]
    until = time.monotonic() + args.wait
    failed = {city: _pull(city) for city in others}
    while any(failed.values()) and time.monotonic() < until:
        time.sleep(0.5)
        failed |= {city: _pull(city) for city, why in failed.items() if why}
    for city, why in failed.items():
        print(f"{city}: {why or f'{_count(city)} items'}")
    return 1 if any(failed.values()) else 0


def _pull(city: str) -> str:
    """Ask one city; why it failed, or nothing."""
    from tongban.catalog.models import Pulled
    from tongban.journeys import answer

    began = datetime.now(UTC)
    answer.pull(city=city, now=began)
    row = Pulled.objects.filter(city=city).first()
    return row.reason if row and row.failed_at and row.failed_at >= began else ""


def _count(city: str) -> int:
    from tongban.catalog.models import Entry

    return Entry.objects.filter(city=city).count()
