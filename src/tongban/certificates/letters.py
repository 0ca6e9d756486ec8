"""Letters: what an office says in writing (受理, 补正, 不予受理, 准予, 不予许可), from data files. Pure."""

from __future__ import annotations

from pathlib import Path
from string import Formatter
from typing import Any

import msgspec
import yaml

from tongban.base.errors import Refusal
from tongban.base.words import Words

SHARED = ("appeal", "needs")  # files that every kind reads beside its own


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paragraph in both languages, or the entries of a ``list``, or the paragraph on ``appeal``."""

    zh: str = ""
    en: str = ""
    list: str = ""
    appeal: bool = False


class LetterKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of letter. ``needs`` are the values without which it is not written; a paragraph that speaks of a value
    that is neither given nor in ``defaults`` is left out. ``asks`` says in words what each of ``needs`` is. ``number`` is a
    pattern over short, year and serial."""

    kind: str
    name: Words
    number: str
    needs: tuple[str, ...]
    asks: dict[str, Words]
    parts: tuple[Part, ...]
    cites: tuple[str, ...] = ()
    defaults: dict[str, Words] = {}
    appeal: Words
    template: str


class Entry(msgspec.Struct, frozen=True):
    """A piece of a written letter: a paragraph, or a list of entries."""

    text: Words | None = None
    entries: tuple[Words, ...] = ()


def load(folder: Path, kind: str) -> LetterKind:
    """Read ``<kind>.yaml``, what all share (``SHARED``), ``letter.typ`` and ``../common.typ``. Raises ``ValueError``."""
    path = folder / f"{kind}.yaml"
    try:
        template = (folder.parent / "common.typ").read_text("utf-8") + (folder / "letter.typ").read_text("utf-8")
        appeal, asks = (yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in SHARED)
        raw = yaml.safe_load(path.read_text("utf-8"))
        needed = {name: asks[name] for name in raw["needs"]}
        return msgspec.convert({**raw, "kind": kind, "asks": needed, "appeal": appeal, "template": template}, LetterKind)
    except (OSError, yaml.YAMLError, msgspec.ValidationError, TypeError, KeyError) as wrong:
        raise ValueError(f"{path}: {wrong}") from wrong


def kinds(folder: Path) -> tuple[str, ...]:
    """The kinds of letters there are."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml") if path.stem not in SHARED))


def write(kind: LetterKind, values: dict[str, Any]) -> tuple[Entry, ...]:
    """The letter's text in both languages. A value is a text, ``Words`` or, for lists, a list of either.

    Raises Refusal ``letter_lacks`` where something that the law wants in the letter is missing (e.g. the reasons).
    """
    lacks = [name for name in kind.needs if not values.get(name)]
    if lacks:
        raise Refusal(
            "letter_lacks",
            Words(zh="；".join(kind.asks[name].zh for name in lacks), en="; ".join(kind.asks[name].en for name in lacks)),
            cites=kind.cites,
            field=lacks[0],
        )
    have = {**kind.defaults, **{name: value for name, value in values.items() if value}}
    written = (_part(kind, part, have) for part in kind.parts)
    return tuple(entry for entry in written if entry is not None)


def _part(kind: LetterKind, part: Part, have: dict[str, Any]) -> Entry | None:
    if part.list:
        return Entry(entries=tuple(_words(one) for one in have[part.list])) if have.get(part.list) else None
    text = kind.appeal if part.appeal else Words(zh=part.zh, en=part.en)
    asked = {name for said in (text.zh, text.en) for _, name, _, _ in Formatter().parse(said) if name}
    if not asked <= have.keys():
        return None
    # Only these names: a value is filled in once and never read as a pattern.
    return Entry(text=text.format(**{name: have[name] for name in asked}))


def _words(value: Words | str) -> Words:
    return value if isinstance(value, Words) else Words(zh=str(value), en=str(value))
