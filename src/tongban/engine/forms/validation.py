"""From raw input to a value that may be stored: every error at once, in both languages, with the path of the field."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

import jsonschema_rs
import msgspec

from tongban.base.calendar import read_day
from tongban.base.errors import Refusal
from tongban.base.identifiers import organisation, person
from tongban.base.words import Words
from tongban.engine.forms import messages, widgets
from tongban.engine.plan import Question

_BIDI = frozenset("\u200b\u200e\u200f\u2028\u2029\ufeff") | {
    chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_PARSERS: dict[str, Any] = {"person-id": person.parse, "organisation-id": organisation.parse}
INTEGER_LIMIT = 2**62
_MEMBERS = 500
_DEPTH = 8


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """One error: ``path`` inside the answer (dotted, ``0.id``; empty: the answer itself) and what to tell."""

    path: str
    says: Words


class Invalid(Refusal):
    """An answer that cannot be taken: ``field`` is ``<question key>[.<path>]`` of the first of ``errors``."""

    def __init__(self, question: str, errors: tuple[Wrong, ...]) -> None:
        first = errors[0]
        field = f"{question}.{first.path}" if first.path else question
        super().__init__("answer_invalid", first.says, field=field)
        self.errors = errors


def validate(question: Question, raw: Any) -> Any:
    """The value of ``raw`` (a string, list or dict, as a form or an API gives it) as an answer to ``question``.

    Markup is data and stays; nothing is cut. Money given as text is yuan, as an integer fen; either comes out as
    integer fen. Raises :class:`Invalid` with every error.
    """
    if wrong := _hostile(raw, lines=question.widget == "long-text"):
        raise Invalid(question.key, (wrong,))
    value = widgets.clean(raw, lines=question.widget == "long-text")
    if value in ("", None) and not question.required:
        return None
    read = widgets.READERS.get(question.widget)
    value = read(value) if read else value
    if errors := (*_by_schema(question, value),):
        raise Invalid(question.key, errors)
    return value


def _by_schema(question: Question, value: Any) -> Iterator[Wrong]:
    if value in ("", None, [], {}) or (question.widget == "pick" and value == {"name": "", "id": ""}):
        yield Wrong(path="", says=messages.missing(question))
        return
    seen: set[str] = set()
    for error in _validator(msgspec.json.encode(question.schema)).iter_errors(_small(value)):
        parts = [str(part) for part in error.instance_path]
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
            parts.append(error.kind.property)
        if (path := ".".join(parts)) not in seen:
            seen.add(path)
            yield Wrong(path=path, says=_says(error, question, path))


def _small(value: Any) -> Any:
    """Numbers that no validator or rule can hold are clipped to the largest it can: still far beyond every limit."""
    if isinstance(value, dict):
        return {key: _small(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_small(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-INTEGER_LIMIT, min(INTEGER_LIMIT, value))
    return value


def _says(error: Any, asked: Question, path: str) -> Words:
    kind = type(error.kind).__name__
    if error.instance == "" and kind in ("Format", "Pattern", "MinLength"):
        return messages.missing(asked, path)
    if kind != "Format":
        return messages.message(kind, getattr(error.kind, "limit", None), asked=asked, path=path)
    read = _PARSERS.get(error.kind.format)
    if read is not None:
        try:
            read(error.instance)
        except Refusal as no:
            return no.brief
    return messages.FORMATS.get(error.kind.format) or messages.shape(asked, path)


@lru_cache(maxsize=4_096)
def _validator(schema: bytes) -> Any:
    return jsonschema_rs.validator_for(
        msgspec.json.decode(schema),
        validate_formats=True,
        formats={
            "name": is_name,
            "date": is_date,
            "slot": is_slot,
            "person-id": lambda text: _parses("person-id", text),
            "organisation-id": lambda text: _parses("organisation-id", text),
        },
    )


def is_name(text: str) -> bool:
    """Letters of any script (rare characters too), their marks, ``·``, blanks, and the ``'``, ``-`` and ``.`` of
    foreign names."""
    return all(
        c in "·' -.’" or unicodedata.category(c)[0] in "LM" or unicodedata.category(c) in ("Cn", "Co") for c in text
    )


def is_date(text: str) -> bool:
    """A day that exists, as YYYY-MM-DD."""
    try:
        return read_day(text) is not None
    except ValueError:
        return False


def is_slot(text: str) -> bool:
    """A minute of a day that exists, as YYYY-MM-DDTHH:MM."""
    try:
        return text.isascii() and len(text) == 16 and datetime.strptime(text, "%Y-%m-%dT%H:%M") is not None  # noqa: DTZ007
    except ValueError:
        return False


def _parses(kind: str, text: str) -> bool:
    try:
        _PARSERS[kind](text)
    except (Refusal, ValueError):
        return False
    return True


def _hostile(raw: Any, *, lines: bool, path: str = "", depth: int = 0) -> Wrong | None:
    """The first thing in ``raw`` that no person types: control characters, lone surrogates, endless structures."""
    if depth > _DEPTH or (isinstance(raw, dict | list | tuple) and len(raw) > _MEMBERS):
        return Wrong(path=path, says=messages.SHAPE)
    if isinstance(raw, str):
        allowed = "\n\r\t" if lines else ""
        if any((unicodedata.category(c) in ("Cc", "Cs") and c not in allowed) or c in _BIDI for c in raw):
            return Wrong(path=path, says=messages.CONTROL)
        return None
    if isinstance(raw, float) and raw != raw:
        return Wrong(path=path, says=messages.SHAPE)
    pairs = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list | tuple) else ()
    for key, each in pairs:
        if wrong := _hostile(each, lines=lines, path=f"{path}.{key}".lstrip("."), depth=depth + 1):
            return wrong
    return None
