"""The canonical body of an item: RFC 8785 JSON, its digest, and the way back."""

from __future__ import annotations

import hashlib
import re
import weakref
from typing import Any

import msgspec
import rfc8785

from tongban.base.words import Words
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.model import Item
from tongban.engine.items.shared import shaped
from tongban.engine.plan import ItemRef

LIMIT = 1_048_576
AGAIN = Words(zh="请向发布方重新索取", en="ask the publishing node for it again")
_DOUBTFUL = re.compile(r'(?:":|[\[,]|\A)(?:-?\d+[.eE]|-?\d{16}|NaN|-?Infinity)|[\U00010000-\U0010ffff]')


def body(item: Item) -> bytes:
    """The item as canonical JSON (RFC 8785). Equal items give equal bytes on every machine."""
    return canonical(item)


def canonical(value: Any) -> bytes:
    """A JSON value (or struct) as RFC 8785 writes it. The encoder with sorted keys writes the same where there are no
    fractions, no integers beyond 2^53 and no characters beyond U+FFFF (whose keys sort otherwise), twenty times as fast;
    whatever looks like one of these goes the long way."""
    quick = msgspec.json.encode(value, order="sorted")
    return rfc8785.dumps(msgspec.to_builtins(value)) if _DOUBTFUL.search(quick.decode()) else quick


def sha256(content: bytes) -> str:
    """The digest of a body, in hex."""
    return hashlib.sha256(content).hexdigest()


def parse(content: bytes) -> Item:
    """The item of a body. Raises :class:`Broken` for bytes that are none."""
    try:
        if len(content) > LIMIT:
            raise msgspec.ValidationError(f"a body of {len(content)} bytes is larger than {LIMIT}")
        return msgspec.json.decode(content, type=Item)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        found = Finding(file="body", line=0, rule="body", what=shaped(str(error)), fix=AGAIN)
        raise Broken(found) from error


def ref(item: Item, city: str, digest: str | None = None) -> ItemRef:
    """Which version of which city's item this is. The digest of an item is computed once for as long as it lives."""
    return ItemRef(city=city, code=item.code, sha256=digest or _digest(item))


_digests: dict[int, tuple[weakref.ref[Item], str]] = {}


def _digest(item: Item) -> str:
    kept = _digests.get(id(item))
    if kept is not None and kept[0]() is item:
        return kept[1]
    digest = sha256(body(item))
    key = id(item)
    _digests[key] = (weakref.ref(item, lambda _: _forget(key)), digest)
    return digest


def _forget(key: int) -> None:
    _digests.pop(key, None)
