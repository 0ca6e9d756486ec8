"""Getting a process ready for work as one node: its database running, Django set up."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from tongban.wiring import creation
from tongban.wiring.node import REPOSITORY, Node


class NoNode(SystemExit):
    """There is no node to work with: one line for the operator, exit status 1."""

    def __init__(self, home: Path | None) -> None:
        where = f"in {home}" if home else "here"
        super().__init__(f"There is no node {where}: make one with `tongban node create`, or set TONGBAN_HOME.")


def add_home(parser: argparse.ArgumentParser) -> None:
    """``--home DIR``: which node. Without it ``TONGBAN_HOME``, else the first node that `make run` made."""
    parser.add_argument("--home", type=Path, metavar="DIR", help="the node's folder (default: TONGBAN_HOME)")


def find(home: Path | None = None) -> Node:
    """The node that is meant; its database is not touched. Raises NoNode."""
    wanted = home or (Path(os.environ["TONGBAN_HOME"]) if "TONGBAN_HOME" in os.environ else None)
    wanted = wanted or min((f.parent for f in (REPOSITORY / "var" / "nodes").glob("*/node.json")), default=None)
    node = Node(wanted.resolve()) if wanted else None
    if node is None or not node.exists:
        raise NoNode(wanted)
    return node


def work_as(home: Path | None = None) -> Node:
    """Make this process the node's: start its database where it is not running, then set Django up. Raises NoNode."""
    import django

    node = find(home)
    creation.start_database(node)
    os.environ["TONGBAN_HOME"] = str(node.home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.wiring.settings"
    django.setup()
    return node
