"""``tongban db start|stop|url``: the node's own PostgreSQL.

``url`` prints the connection URL of a role that reads (``auditor``) or serves (``app``). With ``DATABASE_URL`` the
database is yours: there is nothing to start or stop.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tongban.wiring import creation, postgres, ready

NAME = "db"
HELP = "start or stop the node's PostgreSQL, print its address"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``start``, ``stop``, ``url [--role auditor|app]``; each with ``--home DIR``."""
    actions = parser.add_subparsers(dest="action", required=True)
    for name, words in (("start", "start it"), ("stop", "stop it"), ("url", "print a connection URL")):
        ready.add_home(action := actions.add_parser(name, help=words))
        if name == "url":
            action.add_argument("--role", choices=("auditor", "app"), default="auditor")


def run(args: argparse.Namespace) -> int:
    """Do it. 0 done."""
    node = ready.find(args.home)
    if args.action == "stop":
        postgres.stop(Path(node.data["cluster"]))
        return 0
    creation.start_database(node)
    if args.action == "url":
        print(node.data["database" if args.role == "app" else "auditor"])
    return 0
