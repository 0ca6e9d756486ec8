"""The words of ``vocabulary.yaml``, read once."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import msgspec


class Ban(msgspec.Struct, frozen=True, kw_only=True):
    """Words of one paragraph of art. 11, and the neighbours beside which they are other words. ``unless``: phrases in
    which they name a trade."""

    item: str
    words: tuple[str, ...]
    not_before: str = ""
    not_after: str = ""
    unless: tuple[str, ...] = ()


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """See the comments of ``vocabulary.yaml``."""

    forms: dict[str, tuple[str, ...]]
    form_trades: dict[str, str]
    trades: dict[str, tuple[str, ...]]
    generic: tuple[str, ...]
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    look_alike: tuple[str, ...]
    forbidden: tuple[Ban, ...]
    restricted: tuple[str, ...]
    qualifiers: tuple[str, ...]
    restricted_not_before: str
    approved_first: tuple[str, ...]
    approved_not: tuple[str, ...]
    standard: str
    variants: tuple[str, ...]
    readings: dict[str, str]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary that comes with the program."""
    return msgspec.yaml.decode(resources.files(__package__).joinpath("vocabulary.yaml").read_bytes(), type=Vocabulary)


@lru_cache(maxsize=1)
def families() -> dict[str, str]:
    """Trade word → family."""
    return {word: family for family, words in vocabulary().trades.items() for word in words}


@lru_cache(maxsize=1)
def trade_words() -> tuple[str, ...]:
    """All words that may stand where the trade stands, longest first."""
    return tuple(sorted({*families(), *vocabulary().generic}, key=lambda word: (-len(word), word)))


@lru_cache(maxsize=1)
def forms() -> tuple[tuple[str, str], ...]:
    """(word, kind) of every form, longest first."""
    pairs = [(word, kind) for kind, words in vocabulary().forms.items() for word in words]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


@lru_cache(maxsize=1)
def shapes() -> dict[int, str]:
    """Each look-alike character → the first of its group, for ``str.translate``; groups that meet are one group."""
    table: dict[str, str] = {}
    for group in vocabulary().look_alike:
        first = next((table[c] for c in group if c in table), group[0])
        table |= dict.fromkeys(group, first)
    return {ord(c): first for c, first in table.items()}
