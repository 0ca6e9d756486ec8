"""The ``tongban`` command: every module of ``wiring/commands`` is one word of it.

A module gives ``NAME``, ``HELP``, ``add_arguments(parser)`` and ``run(args) -> int`` (the exit status). Modules import
Django inside ``run``, so that words which need no database answer at once.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType

from tongban.wiring import commands


def main(argv: Sequence[str] | None = None) -> int:
    """Run the word that ``argv`` begins with; gives its exit status (2 for a usage error, by argparse).

    Whoever reads what is printed may have enough (``| head``): that ends the command quietly, with 1.
    """
    try:
        return _run(argv)
    except BrokenPipeError:
        # What is still to be printed has nowhere to go; Python would say so once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(argv: Sequence[str] | None) -> int:
    try:
        args = _parser().parse_args(argv)
        status: int = args.run(args)
        return status
    finally:
        sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tongban", description="通办: run a node and look after it")
    words = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in _modules():
        word = words.add_parser(
            module.NAME,
            help=module.HELP,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(word)
        word.set_defaults(run=module.run)
    return parser


def _modules() -> Iterator[ModuleType]:
    """The modules of ``wiring/commands``, by name."""
    for found in sorted(pkgutil.iter_modules(commands.__path__), key=lambda info: info.name):
        yield importlib.import_module(f"{commands.__name__}.{found.name}")


if __name__ == "__main__":
    raise SystemExit(main())
