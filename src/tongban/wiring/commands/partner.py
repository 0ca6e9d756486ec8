"""``tongban partner key`` and ``tongban partner add NAME --key FILE``: whom this city itself trusts, its test node first.

``key`` prints the node's public key (JWK), to be given to another. ``add`` puts a partner with its key on this city's own
trust list as ``<adcode>:NAME`` and signs the list anew: compare the key's id by telephone before you do.
"""

from __future__ import annotations

import argparse
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tongban.base.errors import Refusal
from tongban.wiring import ready
from tongban.wiring.node import Node

NAME = "partner"
HELP = "print this node's key, trust a partner's"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``key``, ``add NAME --key FILE [--zh WORDS] [--en WORDS] [--url URL]``; each with ``--home DIR``."""
    actions = parser.add_subparsers(dest="action", required=True)
    ready.add_home(actions.add_parser("key", help="print this node's public key"))
    add = actions.add_parser("add", help="put a partner on this city's own trust list")
    add.add_argument("name", metavar="NAME", help="lower-case letters, digits, hyphens: test")
    add.add_argument(
        "--key", type=Path, required=True, metavar="FILE", help="its public key, as `partner key` prints it"
    )
    add.add_argument("--zh", default="", metavar="WORDS", help="what it is called in Chinese")
    add.add_argument("--en", default="", metavar="WORDS", help="what it is called in English")
    add.add_argument("--url", default="https://localhost", metavar="URL", help="its origin, where it has one")
    ready.add_home(add)


def run(args: argparse.Namespace) -> int:
    """0 done; 1 refused, and nothing has changed."""
    node = ready.work_as(args.home)
    if args.action == "key":
        print(json.dumps(node.keys.signing.public.jwk()))
        return 0
    try:
        print(_add(node, args))
    except Refusal as no:
        print(f"Refused: {no.brief.en}")
        return 1
    except (OSError, ValueError) as no:
        print(f"Refused: {args.key}: {no}")
        return 1
    return 0


def _add(node: Node, args: argparse.Namespace) -> str:
    from tongban.base.actors import SYSTEM
    from tongban.base.cryptography import keys as crypto
    from tongban.base.cryptography.errors import BadKey
    from tongban.base.words import Words
    from tongban.exchange import actions, documents

    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", args.name):
        raise ValueError(f"'{args.name}' is no name: lower-case letters, digits, hyphens")
    try:
        key = crypto.public_from_jwk(json.loads(args.key.read_text("utf-8")))
    except (BadKey, AttributeError, TypeError) as wrong:
        raise ValueError(f"no public key: {wrong}") from wrong
    now = datetime.now(UTC)
    row = documents.Listed(
        id=f"{node.adcode}:{args.name}",
        kind="partner",
        name=Words(zh=args.zh or args.name, en=args.en or args.name),
        endpoint=args.url,
        keys=(documents.KeyRow(jwk=key.jwk(), since=now - timedelta(minutes=1)),),
    )
    taken = actions.add_partner(row, by=SYSTEM, now=now)
    return f"{row.id} is trusted with key {key.id} (list no. {taken.number})"
