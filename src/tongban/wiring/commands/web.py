"""``tongban web``: serve the node's pages and API (granian, WSGI).

Production refuses demonstration keys, accounts and ports, and any address but loopback without TLS.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tongban.wiring import modes, ready

NAME = "web"
HELP = "serve pages and API"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--host H] [--port N] [--workers N] [--certificate PEM --key PEM] [--home DIR]``."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, metavar="N", help="default: the node's own")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--certificate", type=Path, metavar="PEM", help="TLS certificate chain")
    parser.add_argument("--key", type=Path, metavar="PEM", help="its private key")
    ready.add_home(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM. Refuses (exit 1) what the mode does not allow, and a port where somebody listens."""
    node = ready.work_as(args.home)
    port = args.port or int(node.data["port"])
    modes.require(node, host=args.host, tls=bool(args.certificate and args.key))
    modes.require_port(args.host, port)
    from django.core.management import call_command
    from django.db import connections
    from granian import Granian

    call_command("collectstatic", verbosity=0, interactive=False)
    # Workers are processes of their own and open their own connections.
    connections.close_all()
    Granian(
        "tongban.wiring.wsgi:application",
        address=args.host,
        port=port,
        interface="wsgi",
        workers=args.workers,
        blocking_threads=1,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        websockets=False,
        ssl_cert=args.certificate,
        ssl_key=args.key,
        log_access=False,
    ).serve()
    return 0
