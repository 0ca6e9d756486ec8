"""The kinds of input: for each the JSON schema of its answer, how raw input becomes it, and what is looked up for it.

A widget is generic; which one an answer uses is said by its data element, never by an item's code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

NAME = {"type": "string", "minLength": 1, "maxLength": 50, "format": "name"}
PERSON_ID = {"type": "string", "minLength": 1, "maxLength": 18, "format": "person-id"}
ORGANISATION_ID = {"type": "string", "minLength": 1, "maxLength": 18, "format": "organisation-id"}
DATE = {"type": "string", "format": "date"}
FEN_LIMIT = 10**15
_YUAN = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,10})?", re.ASCII)


def _record(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required or list(properties),
        "additionalProperties": False,
    }


PERSON = _record(name=NAME, id=PERSON_ID)
FEN = {"type": "integer", "minimum": 0, "maximum": FEN_LIMIT}
HOLDER = {
    "type": "object",
    "properties": {
        "type": {"enum": ["person", "firm"]},
        "name": {"type": "string", "minLength": 1, "maxLength": 100},
        "id": {"type": "string", "minLength": 1, "maxLength": 18},
        "amount": {**FEN, "minimum": 1},
    },
    "required": ["type", "name", "id", "amount"],
    "additionalProperties": False,
    "if": {"properties": {"type": {"const": "firm"}}},
    "then": {"properties": {"id": ORGANISATION_ID}},
    "else": {"properties": {"id": PERSON_ID, "name": NAME}},
}

SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 200},
    "long-text": {"type": "string", "minLength": 1, "maxLength": 4000},
    "name": NAME,
    "number": {"type": "integer", "minimum": 0, "maximum": 10**12},
    "money": FEN,
    "date": DATE,
    "choice": {"type": "string"},
    "choices": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 50, "uniqueItems": True},
    "industry": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 20, "uniqueItems": True},
    "person": PERSON,
    "pick": PERSON,
    "people": {"type": "array", "items": PERSON, "minItems": 1, "maxItems": 50},
    "holders": {"type": "array", "items": HOLDER, "minItems": 1, "maxItems": 50},
    "division": {"type": "string", "pattern": "^[0-9]{6}$"},
    "person-id": PERSON_ID,
    "organisation-id": ORGANISATION_ID,
    "firm-name": {"type": "string", "minLength": 4, "maxLength": 60},
    "place": _record(
        ["code"],
        code={"type": "string", "minLength": 1, "maxLength": 40},
        text={"type": "string", "minLength": 1, "maxLength": 200},
    ),
    "bank-account": _record(
        bank={"type": "string", "minLength": 2, "maxLength": 60},
        number={"type": "string", "pattern": "^[0-9]{12,19}$"},
    ),
    "mobile": {"type": "string", "pattern": "^1[3-9][0-9]{9}$"},
    "slot": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$", "format": "slot"},
    "area": {"type": "integer", "minimum": 1, "maximum": 10_000_000},
    "confirm": {"const": True},
    "certificate": {"type": "string", "minLength": 2, "maxLength": 80},
}
WIDGETS = frozenset(SCHEMAS)


def schema(widget: str, narrowed: dict[str, Any], options: tuple[str, ...]) -> dict[str, Any]:
    """The JSON schema of one question: the widget's own, narrowed by its element and its options."""
    found = {**SCHEMAS[widget], **narrowed}
    if options and found.get("type") == "array":
        return {**found, "items": {"enum": list(options)}}
    return {**found, "enum": list(options)} if options else found


def lookups(widget: str, value: Any) -> tuple[str, ...]:
    """The facts that an answer calls for: ``name-check:<name>``, ``place:<code>``, ``person:<id>``,
    ``firm:<uscc>``, ``licence:<number>``."""
    return tuple(_lookups(widget, value))


def _lookups(widget: str, value: Any) -> Iterator[str]:
    for kind, key in identities(widget, value):
        yield f"{kind}:{key}"
    if widget == "firm-name" and isinstance(value, str):
        yield f"name-check:{value}"
    elif widget == "certificate" and isinstance(value, str):
        yield f"licence:{value}"
    elif widget == "place" and isinstance(value, dict) and value.get("code"):
        yield f"place:{value['code']}"


def identities(widget: str, value: Any) -> tuple[tuple[str, str], ...]:
    """The people and firms that an answer names, in order: ``("person", id)`` or ``("firm", uscc)``."""
    return tuple((kind, each["id"]) for kind, each in members(widget, value))


def members(widget: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each person or firm of an answer with its kind."""
    if widget in ("person", "pick", "people", "holders"):
        for each in value if isinstance(value, list | tuple) else (value,):
            if isinstance(each, dict) and isinstance(each.get("id"), str):
                yield ("firm" if each.get("type") == "firm" else "person"), each


def clean(value: Any, *, lines: bool = False) -> Any:
    """Text as people meant it: NFC, without blanks around it. Nothing inside is taken away."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value).strip()
        return text.replace("\r\n", "\n") if lines else text
    if isinstance(value, dict):
        return {str(key): clean(each, lines=lines) for key, each in value.items()}
    return [clean(each, lines=lines) for each in value] if isinstance(value, list | tuple) else value


def _whole(value: Any) -> Any:
    text = value.replace(",", "").replace("，", "") if isinstance(value, str) else ""
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,40}", text, re.ASCII) else value


def fen(value: Any) -> Any:
    """Yuan as people write them ("100,000.50") in fen; an integer is fen already; anything else stays as it is.

    No exponents: "1e999999" would be a number of a million digits.
    """
    text = re.sub("[,， ]", "", value) if isinstance(value, str) and len(value) <= 60 else ""
    if not _YUAN.fullmatch(text):
        return value
    amount = Decimal(text) * 100
    return int(amount) if amount == amount.to_integral_value() else value


def _identity(value: Any) -> Any:
    """Identifiers in capitals and half width; a middle dot of another kind in a name becomes ``·``."""
    if isinstance(value, list):
        return [_identity(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: each for key, each in value.items() if each != "" or key in ("name", "id")}
    if isinstance(found.get("id"), str):
        found["id"] = identifier(found["id"])
    if isinstance(found.get("name"), str):
        found["name"] = person_name(found["name"])
    if "amount" in found:
        found["amount"] = fen(found["amount"])
    return found


def identifier(value: Any) -> Any:
    """An ID number or USCC as it is compared: half width, capitals, no blanks."""
    return unicodedata.normalize("NFKC", value).upper().replace(" ", "") if isinstance(value, str) else value


def person_name(value: Any) -> Any:
    """A name with the middle dots that keyboards give (•, ・, ‧) as the ``·`` of GB/T 36104 and ID cards."""
    return re.sub("[•・‧∙]", "·", value) if isinstance(value, str) else value


def _many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _account(value: Any) -> Any:
    if isinstance(value, dict) and isinstance(value.get("number"), str):
        return {**value, "number": re.sub(r"[\s-]", "", value["number"])}
    return value


def _yes(value: Any) -> Any:
    return True if value in ("true", "on", "1", "yes", True) else value


READERS: dict[str, Callable[[Any], Any]] = {
    "number": _whole,
    "area": _whole,
    "money": fen,
    "person": _identity,
    "pick": _identity,
    "people": _identity,
    "holders": _identity,
    "name": person_name,
    "person-id": identifier,
    "organisation-id": identifier,
    "choices": _many,
    "industry": _many,
    "bank-account": _account,
    "confirm": _yes,
    "mobile": lambda value: re.sub(r"[\s-]", "", value) if isinstance(value, str) else value,
}
