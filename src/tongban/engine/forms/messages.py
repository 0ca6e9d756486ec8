"""What a wrong answer is told, in both languages, for each kind of error."""

from __future__ import annotations

from typing import Any

from tongban.base.words import Words
from tongban.engine.plan import Question

TOO_LARGE = Words(zh="不能大于 {limit}", en="It must not be more than {limit}")
TOO_SMALL = Words(zh="不能小于 {limit}", en="It must not be less than {limit}")
CONTROL = Words(zh="含有看不见的控制字符，请重新输入", en="It holds an invisible control character: type it again")
MISSING = Words(zh="请填写这一项", en="Please fill this in")
SHAPE = Words(zh="这样填写系统无法识别，请核对", en="This cannot be read as an answer: please check it")
DESCRIBED = Words(zh="请按说明填写：{help}", en="Please follow the note: {help}")
CHOICE = Words(zh="请从所列选项中选择", en="Choose one of those listed")
DATE = Words(zh="请填写真实存在的日期，例如 2026-03-01", en="Give a real date, such as 2026-03-01")
NAME = Words(
    zh="姓名只能有文字、间隔号“·”和空格",
    en="A name has letters, the dot '·' and spaces only",
)
PERSON_ID = Words(zh="身份证件号码有误，请核对", en="The ID number is not right: check it")
ORGANISATION_ID = Words(zh="统一社会信用代码有误，请核对", en="The unified social credit code is not right: check it")
MONEY = Words(
    zh="请用数字填写金额，例如 1000000，最多两位小数",
    en="Give the amount in figures, such as 1000000, with two decimals at most",
)
MOBILE = Words(zh="手机号是 11 位数字，请核对", en="A mobile number has 11 digits: please check it")
ACCOUNT = Words(zh="账号是 12 到 19 位数字，请核对", en="An account number has 12 to 19 digits: please check it")
SLOT = Words(zh="请选择日期和时间", en="Choose a day and a time")
CONFIRM = Words(zh="请先阅读，再勾选确认", en="Please read it, then tick the box")

# What no answer at all is told: by the part of an answer, by the widget, then by what the question is called.
PARTS = {
    "name": Words(zh="请填写姓名", en="Please give the name"),
    "id": Words(zh="请填写身份证号码", en="Please give the ID number"),
    "bank": Words(zh="请填写开户银行", en="Please give the bank"),
    "number": Words(zh="请填写账号", en="Please give the account number"),
    "amount": Words(zh="请填写金额", en="Please give the amount"),
    "type": Words(zh="请选择是自然人还是企业", en="Choose whether it is a person or a firm"),
}
HOLDER = {
    "name": Words(zh="请填写姓名或企业名称", en="Please give the name of the person or firm"),
    "id": Words(zh="请填写身份证号码或统一社会信用代码", en="Please give the ID number or the unified social credit code"),
}
_ROWS = Words(zh="请至少填写一位", en="Please give at least one")
EMPTY = {
    "people": _ROWS,
    "holders": _ROWS,
    "place": Words(zh="请先查找地址，再从结果中选一个", en="Look for the address, then choose it among the results"),
    "choices": Words(zh="请至少选择一项", en="Choose at least one"),
    "industry": Words(zh="请搜索并至少选择一项", en="Search, and choose at least one"),
    "pick": Words(zh="请选择一位，或填写由谁担任", en="Choose one of them, or say who else"),
    "certificate": Words(zh="请选择一张证照，或填写它的编号", en="Choose a certificate, or give its number"),
    "confirm": CONFIRM,
    "slot": SLOT,
}
LABELLED = {
    "choice": Words(zh="请选择“{label}”", en="Please choose an answer for “{label}”"),
    "money": Words(zh="请用数字填写“{label}”，例如 1000000", en="Give “{label}” in figures, such as 1000000"),
    "number": Words(zh="请用整数填写“{label}”，例如 3", en="Give “{label}” as a whole number, such as 3"),
    "area": Words(zh="请用整数填写“{label}”，例如 80", en="Give “{label}” as a whole number, such as 80"),
    "date": Words(zh="请填写“{label}”，例如 2026-03-01", en="Give “{label}”, such as 2026-03-01"),
    "mobile": Words(zh="请填写 11 位手机号码", en="Please give a mobile number of 11 digits"),
}
_LABEL = Words(zh="请填写“{label}”", en="Please fill in “{label}”")
# What an answer that cannot be read is told.
_SHAPES = {
    "money": MONEY,
    "number": Words(zh="请填写整数，例如 3，不带小数和单位", en="Give a whole number, such as 3, without decimals or a unit"),
    "area": Words(zh="请填写整数，例如 80，不带小数和单位", en="Give a whole number, such as 80, without decimals or a unit"),
    "mobile": MOBILE,
    "date": DATE,
    "slot": SLOT,
    "confirm": CONFIRM,
    "choice": CHOICE,
    "choices": CHOICE,
    "industry": CHOICE,
    "division": Words(zh="行政区划代码是 6 位数字，请核对", en="A division code has six digits: please check it"),
    "place": EMPTY["place"],
}
FORMATS = {"date": DATE, "slot": SLOT, "name": NAME, "person-id": PERSON_ID, "organisation-id": ORGANISATION_ID}

_KINDS = {
    "Enum": CHOICE,
    "Constant": CONFIRM,
    "MinLength": Words(zh="至少 {limit} 个字", en="At least {limit} characters"),
    "MaxLength": Words(zh="最多 {limit} 个字", en="At most {limit} characters"),
    "MinItems": Words(zh="至少 {limit} 项", en="At least {limit} of them"),
    "MaxItems": Words(zh="最多 {limit} 项", en="At most {limit} of them"),
    "UniqueItems": Words(zh="有重复的项", en="One of them is there twice"),
    "Minimum": TOO_SMALL,
    "Maximum": TOO_LARGE,
    "AdditionalProperties": Words(zh="有多余的内容", en="There is something here that was not asked"),
}


def message(kind: str, limit: Any, *, asked: Question, path: str = "") -> Words:
    """The words for a JSON-schema error of ``kind`` in the part ``path`` of an answer. Money limits are told in yuan."""
    if kind == "Required" or (kind == "MinLength" and limit == 1):
        return missing(asked, path)
    if kind in ("Type", "Pattern") or kind not in _KINDS:
        return shape(asked, path)
    if kind in ("Minimum", "Maximum") and asked.widget in ("money", "holders"):
        limit = f"¥{limit // 100:,}.{limit % 100:02d}"
    return _KINDS[kind].format(limit=limit)


def missing(asked: Question, path: str = "") -> Words:
    """What nothing is told, where an answer or a part of it is wanted."""
    part = _part(path)
    if part in PARTS:
        return HOLDER.get(part, PARTS[part]) if asked.widget in ("people", "holders") else PARTS[part]
    if asked.widget in EMPTY:
        return EMPTY[asked.widget]
    if asked.title is None and "{label}" in LABELLED.get(asked.widget, _LABEL).zh:
        return MISSING
    return LABELLED.get(asked.widget, _LABEL).format(label=asked.title)


def shape(asked: Question, path: str = "") -> Words:
    """What something is told that cannot be read as an answer, or as a part of it."""
    if (part := _part(path)) in PARTS:
        return {"amount": MONEY, "number": ACCOUNT}.get(part, SHAPE)
    if asked.widget in _SHAPES:
        return _SHAPES[asked.widget]
    return DESCRIBED.format(help=asked.help) if asked.help else SHAPE


def _part(path: str) -> str:
    """The last name of a path: ``0.id`` is about an ``id``."""
    return path.rpartition(".")[2]
