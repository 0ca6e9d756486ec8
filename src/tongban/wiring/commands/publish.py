"""``tongban publish [FOLDER]``: publish item folders at this node.

FOLDER is one item's folder, a ``services``-like tree, or absent: then everything the city's ``city.yaml`` offers. What is
published already stays as it is; what has changed becomes a new version, and cases keep the one they began with.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from tongban.wiring import ready

NAME = "publish"
HELP = "publish service items"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``[FOLDER] [--effective DATE] [--home DIR]``."""
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    parser.add_argument("--effective", type=date.fromisoformat, metavar="DATE", help="first day (default: today)")
    ready.add_home(parser)


def run(args: argparse.Namespace) -> int:
    """Print each item with its version; 1 when one could not be read (its findings are printed)."""
    node = ready.work_as(args.home)
    from tongban.wiring.filling import items

    published = items.publish(node, folder=args.folder, effective_on=args.effective)
    for code, number in published.versions.items():
        print(f"{code} v{number}")
    for code, number in published.bundles.items():
        print(f"bundle {code} v{number}")
    for finding in published.findings:
        print(finding)
    return 1 if published.findings else 0
