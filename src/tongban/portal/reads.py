"""Who looked at a person's data, in words the person can read."""

from __future__ import annotations

from typing import Any

from tongban.base.words import Words
from tongban.journeys import looks
from tongban.ui import words

PURPOSES = {
    "own-data": Words(zh="本人查看", en="you looked yourself"),
    "guide": Words(zh="看办事指南", en="to tell you in a guide what you need"),
    "recommend": Words(zh="为您推荐服务", en="to suggest services to you"),
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
    "share": Words(zh="制作副本", en="to make a copy"),
    "export": Words(zh="导出全部数据", en="to export all your data"),
    "delivery": Words(zh="寄送", en="for delivery"),
    "demo-setup": Words(zh="准备演示", en="to set up the demonstration"),
}
KINDS = {
    "system": Words(zh="系统", en="The system"),
    "peer": Words(zh="另一个城市", en="Another city"),
    "agency": Words(zh="部门系统", en="An office's system"),
    "officer": Words(zh="工作人员", en="An officer"),
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
    "proves": Words(zh="证照是否有效", en="whether a certificate is in force"),
    "letter": Words(zh="文书", en="letter"),
    "guardians": Words(zh="监护人", en="guardians"),
    "age": Words(zh="年龄", en="age"),
    "division_name": Words(zh="户籍地", en="registered residence"),
    "place": Words(zh="住址", en="address"),
    "married": Words(zh="婚姻状况", en="whether married"),
    "spouse": Words(zh="配偶", en="spouse"),
}


WHO = {
    "others": Words(zh="别人", en="Others"),
    "officers": Words(zh="工作人员", en="Officers"),
    "systems": Words(zh="系统自动", en="By itself"),
    "outside": Words(zh="别的城市和部门", en="Other cities and offices"),
    "me": Words(zh="我自己", en="Myself"),
}
FINDINGS = looks.FINDINGS


def rows(found: looks.Page, *, me: str) -> list[dict[str, Any]]:
    """Each look: who, at what, why, in which case, when, and what was asked about it. What has no words stays as it is
    written on the trail."""
    return [
        {
            "id": str(r.id),
            "when": words.moment(r.at),
            "who": who(r, found.offices.get(r.office)),
            "what": what(r),
            "why": said(PURPOSES, r.purpose),
            "case": r.case,
            "mine": r.actor_id == me,
            "asked": _asked(r),
        }
        for r in found.rows
    ]


def who(read: Any, office: Words | None) -> str:
    """The office and the officer; or what kind of asker it was."""
    if read.actor_kind not in ("officer", "person"):
        return words.w(KINDS[read.actor_kind]) if read.actor_kind in KINDS else read.actor_kind
    name = read.actor_name or said(KINDS, read.actor_kind)
    return f"{words.w(office)} · {name}" if office else name


def what(read: Any) -> str:
    """The fields that were looked at."""
    fields = [said(FIELDS, field.removeprefix("person.").partition(":")[0]) for field in read.fields]
    return words.t("、", ", ").join(dict.fromkeys(fields))


def said(known: dict[str, Words], code: str) -> str:
    """A code in words, or as it is written."""
    return words.w(known[code]) if code in known else code


def _asked(read: Any) -> dict[str, Any] | None:
    question = getattr(read, "question", None)
    if question is None:
        return None
    if question.answered_at is None:
        return {"state": "waiting", "says": words.t("已询问，等监督员答复", "asked; waiting for a supervisor's answer"), "answer": ""}
    state = "done" if question.finding == "proper" else "refused"
    return {"state": state, "says": words.w(FINDINGS[question.finding]), "answer": question.answer}
