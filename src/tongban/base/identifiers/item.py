"""Codes of service items (GB/T 39554) and case numbers (practice beside GB/T 39046).

基本编码 (12) = division 2 (00 national) + type 2 + authority 2 + main item 3 + sub-item 3; 实施编码 (31) = USCC 18 +
level 1 + 基本编码; 业务办理项编码 (33) = 实施编码 + 2.
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from tongban.base import divisions
from tongban.base.errors import Refusal
from tongban.base.identifiers import organisation
from tongban.base.identifiers.text import normalise, real_date, refuse
from tongban.base.words import Words

__all__ = ["CaseNumber", "ItemCode", "compose_case", "issue", "issue_basic", "normalise", "parse", "parse_case"]

# GB/T 39046-2020, code lists of 事项类型 and 行使层级.
TYPES: dict[str, Words] = {
    "01": Words("行政许可", "Administrative licence"),
    "02": Words("行政处罚", "Administrative penalty"),
    "03": Words("行政强制", "Administrative coercion"),
    "04": Words("行政征收", "Administrative levy"),
    "05": Words("行政给付", "Administrative payment"),
    "06": Words("行政检查", "Administrative inspection"),
    "07": Words("行政确认", "Administrative confirmation"),
    "08": Words("行政奖励", "Administrative award"),
    "09": Words("行政裁决", "Administrative ruling"),
    "10": Words("其他行政权力", "Other administrative power"),
    "20": Words("公共服务", "Public service"),
}
LEVELS: dict[str, Words] = {
    "1": Words("国家级", "National"),
    "2": Words("省级", "Provincial"),
    "3": Words("市级", "Municipal"),
    "4": Words("县级", "County"),
    "5": Words("镇街级", "Town or sub-district"),
    "6": Words("村社区级", "Village or community"),
    "7": Words("分级管理", "Managed at several levels"),
}
LONGEST_CASE = 50  # characters, GB/T 39046
_IMPLEMENTATION = 31


class ItemCode(msgspec.Struct, frozen=True, kw_only=True):
    """What an item code says. ``kind`` is ``basic`` (12), ``implementation`` (31) or ``business`` (33)."""

    kind: str
    value: str
    basic: str
    division: str
    division_name: str
    type: str
    type_name: Words
    authority: str
    main: str
    sub: str
    office: organisation.OrganisationId | None = None
    level: str | None = None
    level_name: Words | None = None
    business: str | None = None


class CaseNumber(msgspec.Struct, frozen=True, kw_only=True):
    """What a case number (办件编号) says: the item's 实施编码, the day it was opened, the sequence on that day."""

    kind: str
    value: str
    item: ItemCode
    opened: date
    sequence: int


def parse(value: str, *, field: str | None = None) -> ItemCode:
    """Read an item code of 12, 31 or 33 characters.

    Raises Refusal ``item_code_format``, ``item_code_office`` (the USCC inside is wrong), ``item_code_level``,
    ``item_code_division``, ``item_code_type``.
    """
    text = normalise(value)
    if len(text) == 12:
        return _basic(text, field)
    if len(text) not in (31, 33):
        raise refuse(
            "item_code_format", "事项编码应为12位（基本编码）、31位（实施编码）或33位（业务办理项编码）",
            "An item code has 12 (basic), 31 (implementation) or 33 (business item) characters", field=field,
        )
    return _long(text, field)


def issue_basic(*, division: str, type: str, authority: str, main: str, sub: str) -> str:
    """基本编码 from its parts (2, 2, 2, 3, 3 digits). Raises Refusal as ``parse``."""
    return _basic(division + type + authority + main + sub, None).value


def issue(*, office: str, level: str, basic: str, business: str = "") -> str:
    """实施编码 (or 业务办理项编码 when ``business`` gives two digits) from its parts. Raises Refusal as ``parse``."""
    if (len(office), len(level), len(basic)) != (18, 1, 12) or len(business) not in (0, 2):
        raise refuse("item_code_format", "事项编码的组成部分长度不对", "A part of the item code has the wrong length")
    return parse(office + level + basic + business).value


def compose_case(*, item: str, opened: date, sequence: int, width: int = 6) -> str:
    """A case number: 实施编码 + YYYYMMDD + the day's sequence from 1, zero-filled to ``width`` (1 to 11 digits).

    Raises Refusal ``case_number_item`` where ``item`` is no 实施编码, ``case_number_sequence`` where it does not fit.
    """
    if parse(item).kind != "implementation":
        raise refuse("case_number_item", "办件编号以31位实施编码开头",
                     "A case number begins with an implementation code")
    if not (1 <= width <= LONGEST_CASE - _IMPLEMENTATION - 8 and 1 <= sequence < 10**width):
        raise refuse("case_number_sequence", "流水号超出范围", "The sequence does not fit")
    return f"{normalise(item)}{opened:%Y%m%d}{sequence:0{width}d}"


def parse_case(value: str, *, field: str | None = None) -> CaseNumber:
    """Read a case number of our own layout; other cities' may be any 50 characters and then raise here.

    Raises Refusal ``case_number_format``, ``case_number_date`` or those of ``parse``.
    """
    text = normalise(value)
    tail = text[_IMPLEMENTATION:]
    if len(text) > LONGEST_CASE or not re.fullmatch(r"[0-9]{9,19}", tail, re.ASCII):
        raise refuse("case_number_format", "办件编号应为实施编码、8位日期和流水号",
                     "A case number is an implementation code, a date of 8 digits and a sequence", field=field)
    opened = real_date(tail[:8])
    if opened is None:
        raise refuse("case_number_date", "办件编号中的日期不存在",
                     "The date in the case number does not exist", field=field)
    item = parse(text[:_IMPLEMENTATION], field=field)
    return CaseNumber(kind="case", value=text, item=item, opened=opened, sequence=int(tail[8:]))


def _basic(text: str, field: str | None) -> ItemCode:
    if not re.fullmatch(r"[0-9]{12}", text, re.ASCII):
        raise refuse("item_code_format", "基本编码应为12位数字", "A basic code has 12 digits", field=field)
    division, kind = text[:2], text[2:4]
    if division != "00" and not divisions.has_province(division):
        raise refuse("item_code_division", "基本编码前两位应为00（国家）或省级区划代码",
                     "A basic code begins with 00 (national) or a province", field=field)
    if kind not in TYPES:
        raise refuse("item_code_type", "基本编码第3、4位不是事项类型代码",
                     "The 3rd and 4th digits name no type of item", field=field)
    return ItemCode(
        kind="basic", value=text, basic=text, division=division,
        division_name="国家" if division == "00" else divisions.full_name(division + "0000"),
        type=kind, type_name=TYPES[kind], authority=text[4:6], main=text[6:9], sub=text[9:],
    )


def _long(text: str, field: str | None) -> ItemCode:
    office, level = _office(text[:18], field), text[18]
    if level not in LEVELS:
        raise refuse("item_code_level", "第19位不是行使层级代码（1至7）",
                     "The 19th character names no level (1 to 7)", field=field)
    business = text[31:] or None
    if business and not re.fullmatch(r"[0-9]{2}", business, re.ASCII):
        raise refuse("item_code_format", "最后两位应为数字", "The last two characters are digits", field=field)
    return msgspec.structs.replace(
        _basic(text[19:31], field), kind="business" if business else "implementation", value=text,
        office=office, level=level, level_name=LEVELS[level], business=business,
    )


def _office(text: str, field: str | None) -> organisation.OrganisationId:
    try:
        return organisation.parse(text)
    except Refusal as no:
        brief = Words("前18位不是有效的统一社会信用代码", "The first 18 characters are no valid social credit code")
        raise Refusal("item_code_office", brief, because=no.brief, field=field) from no
