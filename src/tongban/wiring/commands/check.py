"""``tongban check KIND VALUE``: is this identifier valid, and what does it say?

Prints one JSON object: ``{"valid": true, "read": {...}}`` and exits 0, or ``{"valid": false, "code", "reason",
"reason_zh"}`` and exits 1. Needs no database.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.base.identifiers import certificate, item, organisation, person
from tongban.wiring import said

NAME = "check"
HELP = "read an identifier and check its digits"


def _person(value: str) -> msgspec.Struct:
    return person.parse(value, today=datetime.now(SHANGHAI).date())


_KINDS: dict[str, Callable[[str], msgspec.Struct]] = {
    "person-id": _person,
    "org-id": organisation.parse,
    "item-code": item.parse,
    "certificate-id": certificate.parse,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``person-id|org-id|item-code|certificate-id VALUE``."""
    parser.add_argument("kind", choices=sorted(_KINDS))
    parser.add_argument("value")


def run(args: argparse.Namespace) -> int:
    """Print what was read, or why not. 0 valid, 1 not."""
    try:
        read = _KINDS[args.kind](args.value)
    except Refusal as no:
        said.show(_refused(no))
        return 1
    said.show({"valid": True, "read": msgspec.to_builtins(read)})
    return 0


def _refused(no: Refusal) -> dict[str, Any]:
    because = no.because
    return {
        "valid": False,
        "code": no.code,
        "reason": no.brief.en + (f": {because.en}" if because else ""),
        "reason_zh": no.brief.zh + (f"：{because.zh}" if because else ""),
    }
