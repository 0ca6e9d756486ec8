"""One certificate in words: its data, what became of it, its copies, who verified it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tongban.base.words import Words
from tongban.journeys import wallet
from tongban.ui import words

HOW = {
    "live": Words(zh="扫了您出示的亮证码", en="scanned the live code that you showed"),
    "code": Words(zh="用证照上的核验码查验", en="checked by the code on it"),
    "copy": Words(zh="查验了您给出的副本", en="checked a copy that you gave"),
}
BY = {
    "officer": Words(zh="工作人员", en="An officer"),
    "person": Words(zh="一位已登录的人", en="Someone signed in"),
}
STRANGER = Words(zh="未登录的人", en="Someone not signed in")
STANDING = {
    "valid": (Words(zh="可用", en="Good"), "done"),
    "expired": (Words(zh="已过期", en="Over"), "plain"),
    "ended": (Words(zh="已停用", en="Ended by you"), "plain"),
}
STATUS = {
    "01": Words(zh="有效", en="In force"),
    "02": Words(zh="暂扣", en="Withheld"),
    "03": Words(zh="撤销", en="Quashed"),
    "04": Words(zh="注销", en="Cancelled"),
    "05": Words(zh="失效", en="Lapsed"),
    "06": Words(zh="转出", en="Moved"),
    "07": Words(zh="吊销", en="Revoked"),
    "99": Words(zh="其他", en="Other"),
}


def fields(held: wallet.Held) -> list[tuple[str, str]]:
    """Everything on the certificate, with its identifier."""
    told = [(words.w(title), value) for title, value in held.fields]
    return [*told, (words.t("电子证照标识", "Identifier"), held.identifier)]


def history(held: wallet.Held) -> list[dict[str, Any]]:
    """What became of it, newest first."""
    return [
        {"when": words.moment(c.at), "title": STATUS[c.after], "body": c.why, "state": "waiting"}
        for c in reversed(held.changes)
    ]


def copies(rows: list[tuple[Any, str]]) -> list[dict[str, Any]]:
    """Copies, newest first."""
    return [
        {
            "id": str(copy.id),
            "purpose": copy.purpose,
            "until": words.day(copy.until_on, year=True, weekday=False),
            "made": words.moment(copy.made_at),
            "state": STANDING[standing],
            "good": standing == "valid",
            "pdf": reverse("portal:copy", args=[copy.held, copy.id]),
            "end": reverse("portal:end-copy", args=[copy.held, copy.id]),
        }
        for copy, standing in rows
    ]


def checks(rows: list[Any]) -> list[list[Any]]:
    """Who verified it: when, who, how."""
    return [[words.moment(c.at), c.by_name or words.w(BY.get(c.by_kind, STRANGER)), words.w(HOW[c.how])] for c in rows]


def days(known: tuple[int, ...]) -> list[tuple[str, str]]:
    """How long a copy may be good."""
    return [(str(n), words.t(f"{n} 天", f"{n} days")) for n in known]
