"""The shapes of what another city tells when it is asked. What has none of them is no answer: it reaches no rule."""

from __future__ import annotations

import zlib
from datetime import date
from typing import Annotated, Any

import msgspec

from tongban.base.words import Words

Text = str | None
PAGE = 100  # bodies of a catalogue in one answer
MOST = 20_000  # items of one city's catalogue
LIMIT = 1_048_576  # bytes of an item's body
Plain = str | int | bool | None


class NameCheck(msgspec.Struct, frozen=True):
    """Whether a firm's name can be had there."""

    ok: bool
    code: Text = ""
    says: Words | None = None
    cites: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    remedy: Words | None = None


class Place(msgspec.Struct, frozen=True):
    """What is known of a place there, or why it is none."""

    ok: bool
    code: Text = None
    text: Text = None
    says: Words | None = None
    use: Text = None
    owner: Text = None
    division: Text = None


class Person(msgspec.Struct, frozen=True):
    """What a party's ID number answers with there."""

    name: str
    id: Text = None
    birth: date | None = None
    sex: Plain = None
    alive: bool | None = None


class Firm(msgspec.Struct, frozen=True):
    """What a USCC answers with there."""

    name: str
    id: Text = None
    status: Text = None
    kind: Text = None
    representative: Text = None


class Suggestion(msgspec.Struct, frozen=True):
    """One place that could be meant."""

    code: str
    text: str


class Places(msgspec.Struct, frozen=True):
    """Places that fit a text."""

    places: tuple[Suggestion, ...]


class Catalogue(msgspec.Struct, frozen=True):
    """What a city offers: the digests of all its items and bundles, and who fills which office role."""

    mark: str
    name: dict[str, str]
    offices: dict[str, dict[str, Any]]
    digests: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST)]
    bundles: Annotated[tuple[str, ...], msgspec.Meta(max_length=MOST)] = ()


class Bodies(msgspec.Struct, frozen=True):
    """One page of a city's bodies by digest, compressed (base64 on the wire)."""

    bodies: dict[str, bytes]

    def opened(self) -> dict[str, bytes]:
        """The bodies, none larger than an item may be. Raises ``msgspec.ValidationError`` for what is none."""
        return {digest: _opened(body) for digest, body in self.bodies.items()}


def _opened(content: bytes) -> bytes:
    try:
        made = zlib.decompressobj()
        body = made.decompress(content, LIMIT)
    except zlib.error as wrong:
        raise msgspec.ValidationError(f"a body cannot be opened: {wrong}") from wrong
    if not made.eof:
        raise msgspec.ValidationError("a body is cut off, or larger than an item may be")
    return body


SHAPES = {"name-check": NameCheck, "place": Place, "places": Places, "person": Person, "firm": Firm}


def fits(resource: str, value: Any) -> bool:
    """Whether an answer has the shape of its resource (resources without one are their caller's to judge)."""
    shape = SHAPES.get(resource)
    try:
        return shape is None or msgspec.convert(value, shape) is not None
    except msgspec.ValidationError:
        return False
