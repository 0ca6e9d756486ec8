"""How values are shown: dates and amounts as official documents write them, and what a stranger may see of a holder."""

from __future__ import annotations

from datetime import date
from typing import Any

from tongban.certificates.types import CertificateType, Field

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")


def shown(type: CertificateType, fields: dict[str, Any]) -> list[dict[str, str]]:
    """The fields that have a value, in the type's order, each with key, title and text as a document shows it."""
    return [
        {"key": field.key, "title": field.title.zh, "text": text(field, fields[field.key])}
        for field in type.fields
        if fields.get(field.key) not in (None, "", [])
    ]


def text(field: Field, value: Any) -> str:
    """One value as a document shows it."""
    if field.kind == "date":
        return day(date.fromisoformat(value))
    if field.kind == "month":
        return f"{int(value[:4])}年{int(value[5:])}月"
    if field.kind == "money":
        return capitals(value)
    if field.kind == "amount":
        return f"{value // 100:,}.{value % 100:02d} 元（{capitals(value)}）"
    if field.kind == "list":
        return "、".join(str(one) for one in value)
    return str(value)


def day(on: date) -> str:
    """2026年11月23日."""
    return f"{on.year}年{on.month}月{on.day}日"


def capitals(fen: int) -> str:
    """An amount of fen in Chinese capitals (正确填写票据和结算凭证的基本规定): 壹佰万元整, 壹仟零伍元叁角整."""
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    whole = f"{_whole(yuan)}元" if yuan or not (jiao or rest) else ""
    if not jiao and not rest:
        return f"{whole}整"
    tens = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return whole + tens + (f"{_DIGITS[rest]}分" if rest else "整")


def _whole(number: int) -> str:
    """Nested by 亿 and 万; a 零 stands where the next group does not fill its first place."""
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            low = number % size
            rest = ("零" if low < size // 10 else "") + _whole(low) if low else ""
            return _whole(number // size) + unit + rest
    return _group(number) or "零"


def _group(number: int) -> str:
    text, gap = "", False
    for index in range(3, -1, -1):
        digit = number // 10**index % 10
        if digit == 0:
            gap = bool(text)
            continue
        text, gap = text + ("零" if gap else "") + _DIGITS[digit] + _UNITS[index], False
    return text


def masked_name(name: str) -> str:
    """A person's name for strangers: the first character, a star for each other one."""
    return name[:1] + "*" * max(1, len(name) - 1)


def masked_code(code: str) -> str:
    """A resident ID number for strangers: the first and the last four characters."""
    return code[:4] + "*" * max(4, len(code) - 8) + code[-4:]
