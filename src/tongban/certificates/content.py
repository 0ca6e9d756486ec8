"""What goes into a certificate: its values, the people and offices around them, and the checks on both. Pure."""

from __future__ import annotations

import unicodedata
from typing import Any, NoReturn

import msgspec

from tongban.base.calendar import read_day
from tongban.base.errors import Denied, Refusal
from tongban.base.words import Words
from tongban.certificates.types import CertificateType, Field

ANY = "any"
_MOST_FEN = 10**17


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds it. ``code_type``: 111 resident ID, 001 USCC. ``ref``: registry id of the person, or the USCC."""

    name: str
    code_type: str
    code: str
    ref: str = ""


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """The office that issues: its key in the city's tree, name, USCC, the roles it fills, and its 发文代字 (``short``)."""

    office: str
    name: str
    uscc: str
    roles: tuple[str, ...]
    short: str = ""


def check(type: CertificateType, holders: tuple[Holder, ...], fields: dict[str, Any], issuer: Issuer) -> None:
    """Raise Refusal naming the field, or Denied where the office may not issue this type."""
    if ANY not in type.issued_by and not set(issuer.roles) & set(type.issued_by):
        raise Denied(
            "not_the_issuer",
            Words(zh=f"{issuer.name}无权签发{type.name.zh}", en=f"{issuer.name} may not issue: {type.name.en}"),
            cites=type.cites,
        )
    for holder in holders:
        if type.holder not in (ANY, holder.code_type):
            _refuse("holder", "持证主体类型不对", "The holder is of the wrong kind")
        _text("holder", holder.name, 120)
    if unknown := sorted(fields.keys() - {field.key for field in type.fields}):
        _refuse(unknown[0], "证照没有这一项", "The certificate has no such field")
    for field in type.fields:
        _value(field, fields.get(field.key))


def _value(field: Field, value: Any) -> None:
    if value is None or value == "" or value == []:
        if field.required:
            _refuse(field.key, f"缺少{field.title.zh}", f"{field.title.en} is missing")
        return
    if field.kind in ("money", "amount", "number"):
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST_FEN:
            _refuse(field.key, f"{field.title.zh}不是有效数额", f"{field.title.en} is not an amount")
    elif field.kind in ("date", "month"):
        _date(field, f"{value}-01" if field.kind == "month" else value)
    elif field.kind == "list":
        for one in value if isinstance(value, list) else [None]:
            _text(field.key, one, field.longest)
    else:
        _text(field.key, value, field.longest, lines=field.kind == "paragraph")


def _date(field: Field, value: Any) -> None:
    try:
        read_day(value)
    except (TypeError, ValueError):
        _refuse(field.key, f"{field.title.zh}不是日期", f"{field.title.en} is not a date")


def _text(key: str, value: Any, longest: int, *, lines: bool = False) -> None:
    """Any writing, but nothing that cannot be seen: control, direction and private-use characters make look-alikes."""
    if not isinstance(value, str) or len(value) > longest:
        _refuse(key, f"不是文字，或者超过{longest}字", f"Not a text, or longer than {longest} characters")
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn") and not (lines and character == "\n"):
            _refuse(key, f"含有不可见字符 U+{ord(character):04X}", f"Holds the unseen character U+{ord(character):04X}")


def _refuse(field: str, zh: str, en: str) -> NoReturn:
    raise Refusal("certificate_content", Words(zh=f"{zh}（{field}）", en=f"{en} ({field})"), field=field)
