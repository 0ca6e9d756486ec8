"""JSON with one spelling (RFC 8785), and its digests."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import rfc8785

from tongban.base.cryptography.errors import Malformed, NotCanonical


def dumps(value: Any) -> bytes:
    """The RFC 8785 bytes of a JSON value. Raises ``NotCanonical`` (NaN, |int| > 2^53 - 1, not JSON)."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as wrong:
        raise NotCanonical(str(wrong)) from wrong


def loads(data: bytes, *, depth: int = 64) -> Any:
    """Read JSON strictly: UTF-8, no doubled member names, no NaN or Infinity, at most ``depth`` levels.

    Raises ``Malformed``. A doubled name is refused because two readers could each take another of the two.
    """
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as wrong:
        raise Malformed(f"not JSON: {type(wrong).__name__}") from wrong
    _bound(value, depth)
    return value


def sha256(data: bytes) -> str:
    """The SHA-256 of bytes in lower-case hex (64 characters)."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """The SHA-256, in lower-case hex, of a JSON value's RFC 8785 bytes."""
    return sha256(dumps(value))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a member name appears twice")
    return found


def _refuse(name: str) -> Any:
    raise Malformed(f"{name} is not JSON")


def _bound(value: Any, depth: int) -> None:
    level = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise Malformed(f"deeper than {depth} levels")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
