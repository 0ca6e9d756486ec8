"""Parcels that somebody must look for, in words."""

from __future__ import annotations

from typing import Any

from tongban.base.words import Words
from tongban.ui import shown, words

WHY = {
    "unknown": Words(zh="快递公司查无此件", en="The courier knows of no such parcel"),
    "contradicts": Words(zh="快递公司前后说法不一", en="The courier contradicts itself"),
    "silent": Words(zh="超过 7 天没有消息", en="No news for more than 7 days"),
    "not-collected": Words(zh="下单 3 天没有来取件", en="Not collected for 3 days"),
    "not-ordered": Words(zh="快递公司没有接单", en="The courier has not taken the order"),
}
FINDINGS = {
    "waits": (
        Words(zh="还在投递，继续等", en="It is on its way: keep waiting"),
        Words(zh="告诉本人再等一等", en="They are told to wait a little longer"),
    ),
    "lost": (
        Words(zh="确认遗失", en="It is lost"),
        Words(
            zh="证照重新制作寄出；原件另行处理并致歉",
            en="Papers are made and sent again; for originals they are told what happens next",
        ),
    ),
    "delivered": (
        Words(zh="已经送到", en="It has arrived"),
        Words(zh="向收件人核实过再选", en="Ask whoever it was sent to first"),
    ),
    "called-off": (
        Words(zh="没有来取件，取消这一单", en="It was never collected: cancel it"),
        Words(zh="证照重新下单；原件由本人再约", en="Papers are ordered again; for originals the person asks again"),
    ),
}
KIND = {
    "outcome": Words(zh="寄给申请人的", en="Sent to the applicant"),
    "originals": Words(zh="从申请人那里取走的原件", en="Originals fetched from the applicant"),
}
FOUND = Words(zh="已记下查找结果，并告诉了本人", en="The finding is kept, and they are told")


def rows(found: list[Any]) -> list[dict[str, Any]]:
    """Each parcel: what is inside, why it is doubted, what the courier last said, and what may have been found."""
    told = shown.parcels(tuple(each.parcel for each in found))
    return [
        {
            **line,
            "kind": KIND[each.parcel.kind],
            "id": each.parcel.id,
            "why": WHY[each.parcel.doubt],
            "since": words.moment(each.parcel.doubted_at),
            "ordered": words.moment(each.parcel.ordered_at),
            "numbers": each.numbers,
            "said": [f"{words.moment(at)} {words.w(shown.PARCEL[kind][0])}" for at, kind in sorted(each.parcel.said)],
            "findings": [(key, *FINDINGS[key]) for key in each.findings],
        }
        for each, line in zip(found, told, strict=True)
    ]
