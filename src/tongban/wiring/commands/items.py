"""``tongban items check [PATH...]``: every rule on every item, and the examples, before anybody applies.
``tongban items new [--table FILE]``: a new item by five questions, or one for every row of a table.
``tongban items diff A B``: what B would change for people, in words.

Prints one line for each finding (file, line, what, fix) and the counts; exits 1 when there is an error. A PATH is an
item's folder or its code; without one all items, those of cities of their own too, and all overlays are checked. Needs no database.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.wiring import ready

NAME = "items"
HELP = "check service items (services/items)"
PERSONS = "1"
MISSING = Words(
    zh="没有读到这个名字的事项 → 见上面的问题，或者改路径",
    en="no item could be read under this name → see the findings, or mend the path",
)
REPOSITORY = Path(__file__).resolve().parents[4]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``check [PATH...] [--services DIR] [--cities DIR] [--json]``."""
    words = parser.add_subparsers(dest="items", required=True, metavar="WORD")
    check = words.add_parser("check", help="run every rule and every example")
    check.add_argument("path", nargs="*", help="an item's folder or code (default: all)")
    new = words.add_parser("new", help="write a new item's folder, by five questions")
    new.add_argument("--table", type=Path, metavar="FILE", help="one item for every row of a tab-separated table")
    diff = words.add_parser("diff", help="what a publication would change for people")
    for name in ("old", "new"):
        diff.add_argument(name, help="a folder, or CODE or CODE@N of the node")
    ready.add_home(diff)
    for each in (check, new, diff):
        each.add_argument("--services", type=Path, default=REPOSITORY / "services")
        each.add_argument("--cities", type=Path, default=REPOSITORY / "cities")
    check.add_argument("--json", action="store_true", help="one JSON object instead of lines")


def run(args: argparse.Namespace) -> int:
    """Do what the word says. 0: no error, 1: at least one."""
    return _WORDS[args.items](args)


def _new(args: argparse.Namespace) -> int:
    """Print where the folder is, or how many there are and what was wrong with the rest."""
    from tongban.wiring import making

    own = sorted(path for path in args.cities.glob("[0-9]*/items") if path.is_dir())
    shop = making.Workshop(args.services, *own)
    if args.table is None:
        row = making.asked(shop, input)
        wrong = shop.make(row)
        print("\n".join(wrong) or f"{args.services / 'items' / row.folder / row.code}: tongban items check {row.code}")
        return 1 if wrong else 0
    try:
        made = making.table(shop, args.table)
    except (OSError, ValueError) as no:
        print(no)
        return 1
    for each in made.broken:
        print(each)
    print(f"written {len(made.written)} · left out {made.skipped} · broken {len(made.broken)}")
    return 1 if made.broken else 0


def _check(args: argparse.Namespace) -> int:
    """Print what was found."""
    from tongban.catalog.folders import read_overlays, read_services
    from tongban.engine.check import check
    from tongban.wiring import spreading

    cities = sorted(path.name for path in args.cities.glob("[0-9]*") if path.is_dir())
    overlays = {} if args.path else {city: read_overlays(args.cities, city) for city in cities}
    only = frozenset(Path(path).name for path in args.path) or None
    own = [args.cities / city / "items" for city in cities]
    report = check(read_services(args.services, *own), overlays=overlays, only=only, spread=spreading.processes)
    wanted = {code: item for code, item in report.library.items.items() if only is None or code in only}
    missing = sorted((only or frozenset()) - set(report.library.items))
    named = [each for each in report.findings if only is None or _about(each, only, report)]
    errors = sum(not each.warning for each in named) + len(missing)
    counts = {
        "items": len(wanted),
        "examples": sum(len(item.examples) for item in wanted.values()),
        "errors": errors,
        "warnings": sum(each.warning for each in named),
        **_graded(report, wanted),
    }
    if args.json:
        print(json.dumps({**counts, "missing": missing, "findings": msgspec.to_builtins(named)}, ensure_ascii=False))
    else:
        for each in named:
            print(each)
        for code in missing:
            print(f"{code}: 错误 error: {MISSING.zh} · {MISSING.en}")
        print(" · ".join(f"{name} {count}" for name, count in counts.items()))
    return 1 if errors else 0


def _about(found: Any, only: frozenset[str], report: Any) -> bool:
    """Whether a finding is about one of these items: in its folder, or in the file of its kind."""
    kinds = {report.library.items[code].kind for code in only if code in report.library.items} - {""}
    return any(f"/{code}/" in found.file for code in only) or any(f"/kinds/{kind}." in found.file for kind in kinds)


def _graded(report: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    """How many items have come how far: all, those for people, and those of which nothing is left to confirm."""
    from tongban.engine.compose import LEVELS

    def counted(codes: Iterable[str]) -> dict[str, int]:
        found = Counter(report.grades[code].level for code in codes if code in report.grades)
        return {level: found[level] for level in LEVELS if found[level]}

    return {
        "grades": counted(wanted),
        "for people": counted(code for code, item in wanted.items() if PERSONS in item.audience),
        "confirmed": sum(report.grades[code].confirmed for code in wanted if code in report.grades),
    }


def _diff(args: argparse.Namespace) -> int:
    """Print what changes; 1 where one of the two cannot be read. Only a version of the node needs the node."""
    from tongban.base.errors import Refusal
    from tongban.wiring import comparing

    def version(code: str, number: int | None) -> Any:
        node = ready.work_as(args.home)
        from tongban.catalog import queries as offers

        return offers.item(offers.numbered(code, city=node.adcode, number=number))

    try:
        old, new = (comparing.read(name, args.services, version) for name in (args.old, args.new))
    except (Refusal, ValueError) as no:
        print(no if isinstance(no, ValueError) else f"{no.brief.zh} · {no.brief.en}")
        return 1
    print("\n".join(comparing.told(old, new)) or "对办事人没有变化 · nothing changes for people")
    return 0


_WORDS = {"check": _check, "new": _new, "diff": _diff}
