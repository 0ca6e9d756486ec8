"""``tongban catalog export|import FILE``: carry a whole catalogue between nodes, or to and from the national exchange.

FILE ends in ``.zip``: one signed pack, for the nodes of one city (a test node and the live one). It is verified
against the trust list and taken as a whole or not at all. In ``.json`` or ``.csv``: the elements of the national exchange;
a broken row is named and the rest goes in, as drafts that two clerks still have to publish.
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from tongban.base.errors import Refusal
from tongban.wiring import ready

NAME = "catalog"
HELP = "carry a whole catalogue to or from a file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``export FILE``, ``import FILE [--from PEER] [--effective DATE] [--end-missing]``; each with ``--home DIR``."""
    actions = parser.add_subparsers(dest="action", required=True)
    out = actions.add_parser("export", help="everything this city offers, into FILE (.zip, .json or .csv)")
    into = actions.add_parser("import", help="take over what is in FILE")
    for each in (out, into):
        each.add_argument("file", type=Path, metavar="FILE")
        ready.add_home(each)
    into.add_argument(
        "--from", dest="sender", default="", metavar="PEER", help="who signed it: a partner on the trust list"
    )
    into.add_argument("--effective", type=date.fromisoformat, metavar="DATE", help="first day (default: today)")
    into.add_argument("--end-missing", action="store_true", help="end what is offered here and is not in the pack")


def run(args: argparse.Namespace) -> int:
    """0 done; 1 refused, or a row was broken. What, why and what to do are printed."""
    ready.work_as(args.home)
    try:
        return {"export": _export, "import": _import}[args.action](args)
    except Refusal as no:
        print(_said(no))
    except OSError as no:
        print(f"{args.file}: {no.strerror}")
    return 1


def _export(args: argparse.Namespace) -> int:
    from tongban.journeys import interchange, moving

    now = datetime.now(UTC)
    content = moving.export(now=now) if args.file.suffix == ".zip" else interchange.export(args.file.suffix)
    args.file.write_bytes(content)
    print(f"{args.file}: {len(content):,} bytes")
    return 0


def _import(args: argparse.Namespace) -> int:
    if args.file.suffix != ".zip":
        return _elements(args)
    from tongban.base.actors import SYSTEM
    from tongban.journeys import moving

    report = moving.take(
        args.file.read_bytes(),
        sender=args.sender,
        on=args.effective,
        end_missing=args.end_missing,
        by=SYSTEM,
        now=datetime.now(UTC),
    )
    print(
        f"Signed by {report.signer}: {len(report.new)} new, {len(report.changed)} changed, {len(report.same)} the same."
    )
    if report.bundles:
        print(f"Bundles: {', '.join(report.bundles)}")
    if report.ended:
        print(f"Ended: {', '.join(report.ended)}")
    if report.kept:
        print(f"Still offered here, though the pack has them not (--end-missing ends them): {', '.join(report.kept)}")
    return 0


def _elements(args: argparse.Namespace) -> int:
    from tongban.base.actors import SYSTEM
    from tongban.journeys import interchange

    found = interchange.take(args.file.read_bytes(), kind=args.file.suffix, by=SYSTEM, now=datetime.now(UTC))
    for wrong in found.wrong:
        print(f"{args.file}:{wrong}")
    print(
        f"{len(found.drafted)} drafts to be published by two clerks, {len(found.same)} the same, {len(found.wrong)} broken"
    )
    return 1 if found.wrong else 0


def _said(no: Refusal) -> str:
    lines = [f"Refused: {no.brief.en}", no.because.en if no.because else "", no.next_step.en if no.next_step else ""]
    return "\n".join(line for line in lines if line)
