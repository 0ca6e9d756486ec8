"""``tongban exchange dead | replay ID... | contracts | revoke HASH``: what is stuck on the wire, and what was agreed.

``dead`` lists the events that a peer will not take and a person must look at: each holds back what comes after it in its
case. Once the reason is mended, ``replay`` sends them again. ``contracts`` lists what is in force; ``revoke`` ends one at
once (its hash, or as much of it as names no other). Both leave a row on the trail; sending is the worker's (`tongban work`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tongban.base.errors import Refusal
from tongban.wiring import ready

NAME = "exchange"
HELP = "look after the wire: dead letters, contracts"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``dead [--json]``, ``replay ID...``, ``contracts [--json]``, ``revoke HASH``; each with ``--home DIR``."""
    actions = parser.add_subparsers(dest="action", required=True)
    dead = actions.add_parser("dead", help="list the events that were given up")
    replay = actions.add_parser("replay", help="send events that were given up again")
    replay.add_argument("id", nargs="+", type=UUID, metavar="ID", help="as `exchange dead` lists it")
    contracts = actions.add_parser("contracts", help="list the contracts in force")
    revoke = actions.add_parser("revoke", help="end a contract at once")
    revoke.add_argument("hash", metavar="HASH", help="as `exchange contracts` lists it, or its beginning")
    for listing in (dead, contracts):
        listing.add_argument("--json", action="store_true", help="a JSON list")
    for word in (dead, replay, contracts, revoke):
        ready.add_home(word)


def run(args: argparse.Namespace) -> int:
    """0 done, also where there is nothing to list; 1 refused, and nothing of it has changed."""
    ready.work_as(args.home)
    do: dict[str, Callable[[argparse.Namespace], None]] = {
        "dead": _dead, "replay": _replay, "contracts": _contracts, "revoke": _revoke,
    }  # fmt: skip
    try:
        do[args.action](args)
    except Refusal as no:
        print(f"Refused: {no.brief.en}" + (f". {no.next_step.en}" if no.next_step else ""))
        return 1
    return 0


def _dead(args: argparse.Namespace) -> None:
    from tongban.exchange import queries

    rows: list[dict[str, Any]] = [
        {
            "id": str(row.id),
            "peer": row.peer,
            "case": row.case_ref,
            "number": row.sequence,
            "kind": row.kind,
            "trouble": row.trouble,
            "attempts": row.attempts,
            "dead_at": row.dead_at.isoformat() if row.dead_at else None,
        }
        for row in queries.dead()
    ]
    _print(rows, args.json, "{id}  {dead_at}  {peer}  {case} no. {number}  {kind}  {trouble}", "No dead letters.")


def _replay(args: argparse.Namespace) -> None:
    from django.db import transaction

    from tongban.base.actors import SYSTEM
    from tongban.exchange import actions

    with transaction.atomic():
        for id in args.id:
            actions.replay(id=id, by=SYSTEM, now=datetime.now(UTC))
    print(f"{len(args.id)} will be sent again.")


def _contracts(args: argparse.Namespace) -> None:
    from tongban.exchange import queries

    rows: list[dict[str, Any]] = [
        {
            "hash": row.hash,
            "id": str(row.contract),
            "between": row.parties,
            "until": row.valid_until.isoformat(),
            "resources": sorted({grant["resource"] for grant in row.grants}),
        }
        for row in queries.contracts(now=datetime.now(UTC))
    ]
    _print(rows, args.json, "{hash}  {between}  until {until}  {resources}", "No contracts in force.")


def _revoke(args: argparse.Namespace) -> None:
    from tongban.base.actors import SYSTEM
    from tongban.exchange import actions, queries

    now = datetime.now(UTC)
    row = queries.contract(args.hash, now=now)
    actions.revoke_contract(hash=row.hash, by=SYSTEM, now=now)
    print(f"{row.hash} between {' and '.join(row.parties)} has ended; nothing is granted by it any more.")


def _print(rows: list[dict[str, Any]], as_json: bool, line: str, none: str) -> None:
    """The rows as one JSON list, or a line each; ``none`` where there are no rows."""
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    plain = [{k: " ".join(v) if isinstance(v, list) else v for k, v in row.items()} for row in rows]
    print("\n".join(line.format(**row) for row in plain) or none)
