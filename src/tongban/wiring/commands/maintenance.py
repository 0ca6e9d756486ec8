"""``tongban maintenance on [WORDS] [--en WORDS] [--until WHEN]``, ``off``, ``status``: close the node's pages for a while.

Everybody is told what you write and when to come back (503, Retry-After); the health check stays open. Needs no
database, and works while there is none. WHEN is a moment as 2026-11-28T06:00, in Shanghai time where it names no other.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from datetime import datetime
from pathlib import Path

from tongban.base.calendar import SHANGHAI
from tongban.wiring import ready

NAME = "maintenance"
HELP = "close the pages for maintenance, and open them again"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``on [WORDS] [--en WORDS] [--until WHEN] | off | status [--home DIR]``."""
    words = parser.add_subparsers(dest="action", required=True)
    on = words.add_parser("on", help="close, and say why")
    on.add_argument("zh", nargs="?", default="", metavar="WORDS", help="what people are told, in Chinese")
    on.add_argument("--en", default="", metavar="WORDS", help="the same in English")
    on.add_argument("--until", type=_moment, metavar="WHEN", help="when it will be open again")
    for word, says in (("off", "open again"), ("status", "say whether it is closed")):
        ready.add_home(words.add_parser(word, help=says))
    ready.add_home(on)


def _moment(text: str) -> datetime:
    """A moment as people write it; argparse says what is wrong with any other."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def run(args: argparse.Namespace) -> int:
    """0 done; ``status``: 0 open, 1 closed."""
    path = ready.find(args.home).home / "maintenance.json"
    if args.action == "on":
        _write(path, {"zh": args.zh, "en": args.en, "until": args.until.isoformat() if args.until else None})
        print(f"Closed{f' until {args.until}' if args.until else ''}. `tongban maintenance off` opens it.")
        return 0
    if args.action == "off":
        path.unlink(missing_ok=True)
        print("Open.")
        return 0
    print(path.read_text("utf-8").strip() if path.exists() else "Open.")
    return 1 if path.exists() else 0


def _write(path: Path, told: dict[str, object]) -> None:
    """In one move: nobody reads half of it."""
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix="maintenance.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(json.dumps(told, ensure_ascii=False))
    Path(part).chmod(0o644)
    Path(part).replace(path)
