"""Who looked at a person's data, in words the person can read."""

from __future__ import annotations

from typing import Any

from tongban.base.words import Words
from tongban.ui import words

PURPOSES = {
    "own-data": Words(zh="本人查看", en="you looked yourself"),
    "prove": Words(zh="核对身份", en="to compare your identity"),
    "identity-proof": Words(zh="核验本人", en="to prove that it is you"),
    "apply": Words(zh="填写申请", en="to fill in an application"),
    "counter": Words(zh="窗口核对本人", en="to compare you and your card at a counter"),
    "take-in": Words(zh="接收移交的办件", en="to take over a case"),
    "sign": Words(zh="签名", en="for a signature"),
    "handle": Words(zh="办理", en="to handle a case"),
    "examine": Words(zh="审查", en="to examine a case"),
    "tax": Words(zh="税务登记", en="for tax registration"),
    "agency-step": Words(zh="部门办理步骤", en="for an office's step"),
    "conflict-of-interest": Words(zh="回避检查", en="to keep relatives of officers out"),
    "issue": Words(zh="制作证照", en="to make a certificate"),
    "delivery": Words(zh="寄送", en="for delivery"),
    "demo-setup": Words(zh="准备演示", en="to set up the demonstration"),
}
KINDS = {
    "system": Words(zh="系统", en="the system"),
    "peer": Words(zh="另一个城市", en="another city"),
    "agency": Words(zh="部门系统", en="an office's system"),
    "officer": Words(zh="工作人员", en="an officer"),
}
FIELDS = {
    "name": Words(zh="姓名", en="name"),
    "id_number": Words(zh="身份证号码", en="ID number"),
    "birth": Words(zh="出生日期", en="date of birth"),
    "sex": Words(zh="性别", en="sex"),
    "mobile": Words(zh="手机号码", en="mobile"),
    "address": Words(zh="住址", en="address"),
    "division": Words(zh="户籍地", en="registered residence"),
    "alive": Words(zh="在世状态", en="whether alive"),
    "relatives": Words(zh="亲属关系", en="relatives"),
    "represents": Words(zh="所代表的单位", en="firms represented"),
    "list": Words(zh="证照清单", en="list of certificates"),
    "content": Words(zh="内容", en="content"),
    "pdf": Words(zh="证照文件", en="certificate file"),
}


def rows(reads: list[Any]) -> list[list[str]]:
    """Each look: when, by whom, at what, why, in which case (the end of its number). What has no words stays as it is
    written on the trail."""
    return [
        [words.moment(r.at), _who(r), _what(r), _said(PURPOSES, r.purpose), r.case[-11:] if r.case else ""]
        for r in reads
    ]


def _who(read: Any) -> str:
    if read.actor_kind in ("officer", "person"):
        return read.actor_name or _said(KINDS, read.actor_kind)
    return _said(KINDS, read.actor_kind)


def _what(read: Any) -> str:
    said = [_said(FIELDS, field.removeprefix("person.")) for field in read.fields]
    return words.t("、", ", ").join(dict.fromkeys(said))


def _said(known: dict[str, Words], code: str) -> str:
    return words.w(known[code]) if code in known else code
