"""``tongban bundles check [CODE...]``: what is wrong with bundles (一件事), and what each saves, counted from its items.

Prints a line for each finding (file, line, what, fix), a loop of items that wait for each other by name, and of each sound
bundle the four reductions with its first answers. Exits 1 when there is an error. Needs no database.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

NAME = "bundles"
HELP = "check bundles (services/bundles)"
REPOSITORY = Path(__file__).resolve().parents[4]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``check [CODE...] [--services DIR]``."""
    words = parser.add_subparsers(dest="bundles", required=True, metavar="WORD")
    check = words.add_parser("check", help="run every rule and every example of bundles")
    check.add_argument("code", nargs="*", help="a bundle's code (default: all)")
    check.add_argument("--services", type=Path, default=REPOSITORY / "services")


def run(args: argparse.Namespace) -> int:
    """0: no error, 1: at least one, or no such bundle."""
    from tongban.catalog import folders
    from tongban.engine import bundles, items

    files = folders.read_services(args.services)
    read = bundles.load_bundles(files, items.load_shared(files).laws)
    wanted = set(args.code) or set(read.bundles)
    library = items.library(dict(_needed(files, {m.item for each in read.bundles.values() for m in each.members})))
    found = [each for each in bundles.judged(read, library.items) if not args.code or _about(each, wanted)]
    unknown = sorted(code for code in wanted - set(read.bundles) if not any(_about(each, {code}) for each in found))
    for each in (*found, *(f"{code}: 没有这件事 · there is no such bundle" for code in unknown)):
        print(each)
    broken = [each for each in found if not each.warning]
    for code in sorted(wanted & set(read.bundles)):
        if not any(_about(each, {code}) for each in broken):
            print(_said(read.bundles[code], library.items))
    print(f"bundles {len(wanted)} · errors {len(broken) + len(unknown)} · warnings {len(found) - len(broken)}")
    return 1 if broken or unknown else 0


def _needed(files: dict[str, bytes], codes: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Without the items that are in no bundle: they are many."""
    for path, content in files.items():
        if not path.startswith("items/") or path.split("/")[2] in codes:
            yield path, content


def _about(found: Any, codes: Collection[str]) -> bool:
    return any(f"/{code}/" in found.file for code in codes)


def _said(bundle: Any, items: Any) -> str:
    from tongban.engine import bundles

    saved = bundles.counted(bundle, items, {})
    if saved is None:
        return f"{bundle.code}: no example of the first answers"
    papers = saved.papers
    pairs = (("items", saved.items), ("places", saved.visits), ("papers", (papers.alone, papers.brought)), ("days", saved.days))
    return f"{bundle.code}: " + " · ".join(f"{name} {before} → {after}" for name, (before, after) in pairs)
