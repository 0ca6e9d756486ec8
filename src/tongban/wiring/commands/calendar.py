"""``tongban calendar load FILE``: give the node further years of working days.

The file is as ``docs/reference`` says: ``years: {2027: {holidays: [...], workdays: [...]}}``. It is checked, kept as
``calendar.yaml`` in the node's folder, and the promised days of pending cases are counted again.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import yaml

from tongban.base.calendar import Calendar
from tongban.base.errors import Refusal
from tongban.wiring import ready

NAME = "calendar"
HELP = "load further years of working days"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``load FILE [--home DIR]``."""
    actions = parser.add_subparsers(dest="action", required=True)
    load = actions.add_parser("load", help="check the file, keep it, count pending terms again")
    load.add_argument("file", type=Path, metavar="FILE")
    ready.add_home(load)


def run(args: argparse.Namespace) -> int:
    """0 loaded; 1 refused, and nothing has changed."""
    try:
        text = args.file.read_text("utf-8")
        data = yaml.safe_load(text)
        years = data["years"] if isinstance(data, dict) and "years" in data else data
        if not isinstance(years, dict) or not years:
            raise ValueError("it is a mapping of years")
        known = Calendar.from_data(years).known_until
    except (OSError, ValueError, yaml.YAMLError, Refusal) as no:
        print(f"Not loaded: {args.file}: {_why(no)}")
        return 1
    node = ready.work_as(args.home)
    part = node.home / "calendar.yaml.part"
    part.write_text(yaml.safe_dump({"years": years}, allow_unicode=True), "utf-8")
    part.replace(node.home / "calendar.yaml")
    from tongban.cases import actions as cases

    changed = cases.redate(now=datetime.now(UTC))
    print(f"Known until {known}; {changed} pending cases have a new date.")
    return 0


def _why(no: Exception) -> str:
    return (f"{no.brief.en}" + (f": {no.because.en}" if no.because else "")) if isinstance(no, Refusal) else str(no)
