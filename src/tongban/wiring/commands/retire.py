"""``tongban retire CODE [--bundle] [--successor CODE] [--on DATE]``: end a service or a bundle, now or on a coming day.

Its page and the API answer 410 with the successor; cases and drafts that began with it go on.
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime

from tongban.base.errors import Refusal
from tongban.wiring import ready

NAME = "retire"
HELP = "end a service or a bundle, and say what takes its place"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``CODE [--bundle] [--successor CODE] [--on DATE] [--home DIR]``."""
    parser.add_argument("code", metavar="CODE")
    parser.add_argument("--bundle", action="store_true", help="CODE is a bundle's (一件事)")
    parser.add_argument("--successor", default="", metavar="CODE", help="what to use instead")
    parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="first day without it (default: today)")
    ready.add_home(parser)


def run(args: argparse.Namespace) -> int:
    """0 ended; 1 when there is no such item or bundle, or no such successor."""
    node = ready.work_as(args.home)
    from tongban.base.actors import SYSTEM
    from tongban.catalog import stock, stocking

    of = stock.BUNDLES if args.bundle else stock.ITEMS
    try:
        for code in filter(None, (args.code, args.successor)):
            stock.in_force(of, code, city=node.adcode)
    except Refusal as no:
        print(f"Refused: {code}: {no.brief.en}")
        return 1
    now = datetime.now(UTC)
    stocking.retire(of, city=node.adcode, code=args.code, successor=args.successor, by=SYSTEM, now=now, on=args.on)
    print(f"{args.code} ends {args.on or 'now'}" + (f"; instead: {args.successor}" if args.successor else ""))
    return 0
