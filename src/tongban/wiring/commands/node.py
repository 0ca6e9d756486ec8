"""``tongban node create|fill|status``: make a node, fill it with what it needs, say how it is.

``create`` may be said again: it brings an existing node to this version and adds only what is missing.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tongban.wiring import creation, ready

NAME = "node"
HELP = "create a node, fill it, say how it is"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``create --city ADCODE --home DIR [--demo] [--port N] [--cluster DIR]``, ``fill``, ``status [--json]``."""
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="keys, database, tables, registries, offices, items")
    create.add_argument("--city", required=True, metavar="ADCODE", help="6 digits; the city's folder is cities/ADCODE")
    create.add_argument("--home", required=True, type=Path, metavar="DIR")
    create.add_argument(
        "--demo", action="store_true", help="synthetic registries, demo accounts and keys; loopback only"
    )
    create.add_argument("--port", type=int, metavar="N", help="port on loopback (default: a free one)")
    create.add_argument("--cluster", type=Path, metavar="DIR", help="data folder of a PostgreSQL shared by nodes")
    fill = actions.add_parser("fill", help="add what the node lacks: registries (demo), offices, items")
    ready.add_home(fill)
    status = actions.add_parser("status", help="what the node has and whether its parts run")
    status.add_argument("--json", action="store_true")
    ready.add_home(status)


def run(args: argparse.Namespace) -> int:
    """Do it. 0 done, 1 not (the reason is printed)."""
    return {"create": _create, "fill": _fill, "status": _status}[args.action](args)


def _create(args: argparse.Namespace) -> int:
    try:
        creation.create(args.home, adcode=args.city, demo=args.demo, port=args.port, cluster=args.cluster)
    except creation.NotMigrated as first:
        print(first)
        return 1
    return creation.in_node(creation.Node(args.home.resolve()), "node", "fill")


def _fill(args: argparse.Namespace) -> int:
    node = ready.work_as(args.home)
    from tongban.wiring import filling

    filling.fill(node)
    return 0


def _status(args: argparse.Namespace) -> int:
    node = ready.work_as(args.home)
    from tongban.wiring import status

    facts = status.of(node)
    print(json.dumps(facts, ensure_ascii=False) if args.json else "\n".join(f"{k}: {v}" for k, v in facts.items()))
    return 0
