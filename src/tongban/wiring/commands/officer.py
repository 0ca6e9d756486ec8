"""``tongban officer add|list|powers|person|reset|end``: who works at this node, in which office, with which powers.

``add`` prints the first password and the secret of the time-based codes (as ``otpauth://`` for an app, too), once: they are
kept nowhere in the clear; ``reset`` makes new ones. ``person`` reads from standard input the ID number of whom the officer is:
without it nobody knows whose case they must not handle (回避). ``powers`` gives and takes away; ``end`` closes an account, its
sessions with it, and gives back to the desk what the officer had in hand. Every change is a row on the trail with the login of
whoever ran it.

Who grants powers exercises none: nobody makes an account of their own login's name, and no power of an officer grants
powers. Prints JSON; a refusal is ``{"error": CODE, "reason": ..., "reason_zh": ...}`` with exit status 1.
"""

from __future__ import annotations

import argparse
import os
import pwd
import sys
from datetime import UTC, datetime
from getpass import getpass
from typing import Any

import msgspec

from tongban.base.errors import Refusal
from tongban.wiring import ready, said

NAME = "officer"
HELP = "officers: add, list, give and take powers, say who they are, end"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``add USERNAME --name --office --powers``, ``list``, and ``powers``, ``person``, ``reset``, ``end USERNAME``; each with
    ``--home DIR``."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="a new officer; prints the first password and the secret of the codes, once")
    add.add_argument("--name", required=True, help="as it is shown to colleagues and people")
    add.add_argument("--office", required=True, metavar="KEY", help="as in cities/ADCODE/offices.yaml")
    add.add_argument("--powers", type=_powers, default=[], metavar="A,B", help="accept,examine,... (default: none)")
    listed = actions.add_parser("list", help="who works here")
    listed.add_argument("--office", default="", metavar="KEY", help="of this office alone")
    listed.add_argument("--ended", action="store_true", help="and who did")
    powers = actions.add_parser("powers", help="give powers, take powers away")
    powers.add_argument("--grant", type=_powers, default=[], metavar="A,B")
    powers.add_argument("--revoke", type=_powers, default=[], metavar="A,B")
    person = actions.add_parser("person", help="who an officer is: their ID number, read from standard input")
    reset = actions.add_parser("reset", help="a new password and secret for an officer who lost theirs")
    end = actions.add_parser("end", help="end an account; what the officer has in hand goes back to the desk")
    for each in (add, powers, person, reset, end):
        each.add_argument("username", metavar="USERNAME", help="lower-case letters, digits, dots, hyphens")
    for each in (add, listed, powers, person, reset, end):
        ready.add_home(each)


def _powers(text: str) -> list[str]:
    return [each for each in (part.strip() for part in text.split(",")) if each]


def run(args: argparse.Namespace) -> int:
    """0 done; 1 refused, and nothing has changed."""
    ready.work_as(args.home)
    try:
        said.show(_ACTIONS[args.action](args))
    except Refusal as no:
        return said.refused(no)
    return 0


def _add(args: argparse.Namespace) -> dict[str, Any]:
    from tongban.journeys import staff

    named = {"username": args.username, "name": args.name, "office": args.office, "powers": args.powers}
    made, credentials = staff.add(**named, **_by_and_now())
    return msgspec.to_builtins(made) | msgspec.to_builtins(credentials)


def _list(args: argparse.Namespace) -> list[dict[str, Any]]:
    from tongban.journeys import staff

    return msgspec.to_builtins(staff.members(office=args.office, ended=args.ended))


def _change(args: argparse.Namespace) -> dict[str, Any]:
    from tongban.journeys import staff

    found, steps = staff.change(username=args.username, grant=args.grant, revoke=args.revoke, **_by_and_now())
    return msgspec.to_builtins(found) | msgspec.to_builtins(steps)


def _end(args: argparse.Namespace) -> dict[str, Any]:
    from tongban.journeys import staff

    found, steps = staff.end(username=args.username, **_by_and_now())
    return msgspec.to_builtins(found) | msgspec.to_builtins(steps)


def _person(args: argparse.Namespace) -> dict[str, Any]:
    """The number is no argument: arguments stand in shells' histories and in lists of processes."""
    from tongban.journeys import staff

    number = getpass("ID number: ") if sys.stdin.isatty() else sys.stdin.readline(100)
    return msgspec.to_builtins(staff.identify(username=args.username, id_number=number.strip(), **_by_and_now()))


def _reset(args: argparse.Namespace) -> dict[str, Any]:
    from tongban.journeys import staff

    found, credentials = staff.renew(username=args.username, **_by_and_now())
    return msgspec.to_builtins(found) | msgspec.to_builtins(credentials)


_ACTIONS = {"add": _add, "list": _list, "powers": _change, "person": _person, "reset": _reset, "end": _end}


def _by_and_now() -> dict[str, Any]:
    from tongban.identity import officers

    return {"by": officers.operator(_login()), "now": datetime.now(UTC)}


def _login() -> str:
    """The login of whoever runs this: under sudo, theirs and not root's. Asked of the system, not of what USER says."""
    user = os.getuid()
    if user == 0 and (behind := os.environ.get("SUDO_USER")):
        return behind
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
