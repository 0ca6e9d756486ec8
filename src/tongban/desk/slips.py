"""What a clerk prints for somebody: a booked time or a number, where, and what to bring."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from markupsafe import Markup

from tongban.base.words import Words
from tongban.journeys import visit
from tongban.ui import halls, words

HOW = [
    ("window", Words(zh="人在这里", en="They are here")),
    ("phone", Words(zh="打来电话", en="They telephone")),
]
NOBODY = Words(zh="不优先", en="Nobody")
BOOKED = Words(zh="预约单", en="Your booking")
NUMBER = Words(zh="排队号", en="Your number")


def groups() -> list[tuple[str, Words]]:
    """Who goes first, to choose from."""
    return [("none", NOBODY), *((each.key, each.title) for each in visit.rules.rules().groups)]


def booking(slip: visit.serving.Slip) -> dict[str, Any]:
    """A booked time: the letters to say at the desk, and the code to scan."""
    row, rules = slip.booking, visit.rules.rules()
    address = settings.TONGBAN_BASE_URL + reverse("portal:arrive", args=[visit.codes.of_booking(row.id)])
    says = words.t(
        f"开始前 {rules.early} 分钟到开始后 {rules.late} 分钟之间，在大厅出示本单取号。来不了请打电话取消，让给别人。",
        f"Show this at the hall from {rules.early} minutes before to {rules.late} minutes after the time begins, and take your "
        "number. If you cannot come please telephone: somebody else can have the time.",
    )
    return {
        "kind": BOOKED,
        "large": halls.when(row),
        "rows": [(words.t("预约号", "Booking"), halls.marked(row)), *_where(slip, halls.what_for(row))],
        "bring": slip.bring,
        "says": says,
        "qr": _code(address),
        "address": address,
    }


def ticket(slip: visit.serving.Slip) -> dict[str, Any]:
    """A number: when it was taken, how many are before it, and the page where it is followed."""
    found = slip.standing
    row = found.ticket
    address = settings.TONGBAN_BASE_URL + reverse("portal:ticket", args=[row.id])
    before = (
        [(words.t("前面还有", "Ahead of you"), words.t(f"{found.before} 人", str(found.before)))]
        if row.state == "waiting"
        else []
    )
    return {
        "kind": NUMBER,
        "large": row.label,
        "rows": [
            (words.t("取号", "Taken"), words.moment(row.taken_at)),
            *before,
            *_where(slip, halls.what_for(row)),
        ],
        "bring": slip.bring,
        "says": words.t(
            "请看大厅叫号屏。这个号办所有的事，只在今天有效。叫到时不在，告诉工作人员可以排回。",
            "Watch the hall's screen. The number is good for everything, today only. If you miss the call, tell the desk.",
        ),
        "qr": _code(address),
        "address": address,
    }


def _where(slip: visit.serving.Slip, what: list[Words]) -> list[tuple[str, str]]:
    hall = slip.hall
    return [
        (words.t("大厅", "Hall"), words.w(hall.name)),
        (words.t("地址", "Address"), hall.address),
        (words.t("电话", "Telephone"), hall.phone or "—"),
        (words.t("窗口", "Counter"), words.w(slip.lane.title)),
        (words.t("办什么", "For"), words.t("、", ", ").join(words.w(each) for each in what)),
    ]


def _code(address: str) -> Markup:
    drawn = segno.make(address, error="m", micro=False)
    return Markup(drawn.svg_inline(border=2, omitsize=True, dark="#14202b", svgclass=None, lineclass=None))
