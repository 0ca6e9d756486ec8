"""What a wrong answer is told, in both languages, for each kind of error."""

from __future__ import annotations

from typing import Any

from tongban.base.words import Words

TOO_LARGE = Words(zh="不能大于 {limit}", en="It must not be more than {limit}")
TOO_SMALL = Words(zh="不能小于 {limit}", en="It must not be less than {limit}")
CONTROL = Words(zh="含有看不见的控制字符，请重新输入", en="It holds an invisible control character: type it again")
MISSING = Words(zh="请填写", en="Fill this in")
SHAPE = Words(zh="格式不对", en="This is not in the right form")
CHOICE = Words(zh="请从所列选项中选择", en="Choose one of those listed")
DATE = Words(zh="请填写真实存在的日期，例如 2026-03-01", en="Give a real date, such as 2026-03-01")
NAME = Words(
    zh="姓名只能有文字、间隔号“·”和空格",
    en="A name has letters, the dot '·' and spaces only",
)
PERSON_ID = Words(zh="身份证件号码有误，请核对", en="The ID number is not right: check it")
ORGANISATION_ID = Words(zh="统一社会信用代码有误，请核对", en="The unified social credit code is not right: check it")
FORMATS = {"date": DATE, "slot": DATE, "name": NAME, "person-id": PERSON_ID, "organisation-id": ORGANISATION_ID}

_KINDS = {
    "Required": MISSING,
    "Enum": CHOICE,
    "Constant": Words(zh="请确认", en="Please confirm this"),
    "MinLength": Words(zh="至少 {limit} 个字", en="At least {limit} characters"),
    "MaxLength": Words(zh="最多 {limit} 个字", en="At most {limit} characters"),
    "MinItems": Words(zh="至少 {limit} 项", en="At least {limit} of them"),
    "MaxItems": Words(zh="最多 {limit} 项", en="At most {limit} of them"),
    "UniqueItems": Words(zh="有重复的项", en="One of them is there twice"),
    "Minimum": TOO_SMALL,
    "Maximum": TOO_LARGE,
    "AdditionalProperties": Words(zh="有多余的内容", en="There is something here that was not asked"),
}


def message(kind: str, limit: Any, *, money: bool = False) -> Words:
    """The words for a JSON-schema error of ``kind``. Money limits are told in yuan."""
    if kind == "Type" or kind not in _KINDS:
        return SHAPE
    if kind == "MinLength" and limit == 1:
        return MISSING
    if money and kind in ("Minimum", "Maximum"):
        limit = f"¥{limit // 100:,}.{limit % 100:02d}"
    return _KINDS[kind].format(limit=limit)
