"""Parcels in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.base.actors import Actor
from tongban.base.words import Words
from tongban.journeys import deliver, recipient, see
from tongban.ui import shown, words

NEXT = {
    ("outcome", "returned"): Words(
        zh="没有送到，已退回。请核对地址重新寄送，或到窗口领取，都不收费。",
        en="It came back. Check the address and have it sent again, or fetch it at the counter: both are free.",
    ),
    ("outcome", "lost"): Words(
        zh="快递遗失，很抱歉。电子证照一直有效；纸质件不收费重新制作。",
        en="The courier lost it; we are sorry. The e-certificate stays valid; the paper is made anew at no cost.",
    ),
    ("originals", "returned"): Words(
        zh="没有送到，正退回给您。可以再约取件，或者带到窗口。",
        en="They come back to you. Have them fetched again, or bring them to the counter.",
    ),
    ("originals", "lost"): Words(
        zh="快递遗失，很抱歉。办件不因此耽误；补办请联系办理部门，费用由我们追偿。",
        en="The courier lost them; we are sorry. Your case goes on; speak to the office about replacing them, at our cost.",
    ),
    ("outcome", "called-off"): Words(
        zh="快递没有来取件，这一单已取消，不收费重新寄。",
        en="The courier never collected it: this order is called off, and it is sent again at no cost.",
    ),
    ("originals", "called-off"): Words(
        zh="快递没有来取，这次取件已取消，原件还在您手上。可以再约，或者带到窗口。",
        en="The courier did not come, and this pick-up is called off. Have them fetched again, or bring them to the counter.",
    ),
}
DOUBTED = Words(
    zh="快递很久没有准信，工作人员正在查找，有结果会告诉您。",
    en="There has been no reliable news of it for a while. An officer is looking into it and will tell you what they find.",
)
WANTED = Words(zh="正在请快递公司改地址。", en="The courier is being asked to change the address.")


def rows(parcels: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Parcels as ``ui.parcel`` draws them, the last first."""
    return [
        {
            **told,
            "key": each.state,
            "note": each.note,
            "next": _next(each),
            "again": each.again_id is not None,
            "reports": _reports(each),
        }
        for each, told in zip(parcels, shown.parcels(parcels), strict=True)
    ]


def _next(parcel: Any) -> Words | None:
    """What the person should know of it now."""
    if getattr(parcel, "doubt", ""):
        return DOUBTED
    if getattr(parcel, "wanted_sealed", None):
        return WANTED
    return NEXT.get((parcel.kind, parcel.state))


def _reports(parcel: Any) -> list[dict[str, Any]]:
    """What the courier said, the last first, down to the order."""
    ordered = [(parcel.ordered_at, "ordered")]
    return [
        {"when": words.moment(at), "title": shown.PARCEL[kind][0], "by": None, "state": shown.PARCEL[kind][1]}
        for at, kind in sorted([*ordered, *parcel.said], reverse=True)
    ]


def known(view: see.View, *, asked: bool, by: Actor, now: datetime) -> dict[str, tuple[str, str]]:
    """What is filled in where something is sent or fetched, each with its source; the address once it is ``asked`` for."""
    if not view.can & {"order", "fetch", "redirect"}:
        return {}
    found = recipient.contact(by=by) | (recipient.registered_address(by=by, now=now) if asked else {})
    return {key: (str(each.value), shown.source(each.source)) for key, each in found.items()}


def beside(view: see.View, *, by: Actor, now: datetime) -> list[tuple[str, str]]:
    """Other cases whose papers could go into the same parcel: number and title."""
    if "order" not in view.can:
        return []
    row = see.mine(view.number, by=by, now=now)
    return [(each.number, f"{words.w(Words(**each.title))} …{each.number[-6:]}") for each in deliver.beside(row, by=by)]
