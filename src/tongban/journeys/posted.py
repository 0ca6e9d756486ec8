"""What people are told of their parcel: once for all cases in it, and always what next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.journeys import tell
from tongban.notices import actions as notices

SENT = {
    "collected": (
        Words(zh="快递已取件", en="The courier has collected your parcel"),
        Words(zh="内有：{what}。单号 {tracking}", en="Inside: {what}. Tracking number {tracking}"),
    ),
    "on-the-way": (
        Words(zh="快递在途", en="Your parcel is on the way"),
        Words(zh="内有：{what}。单号 {tracking}", en="Inside: {what}. Tracking number {tracking}"),
    ),
    "delivered": (
        Words(zh="快递已送达", en="Your parcel is delivered"),
        Words(zh="内有：{what}", en="Inside: {what}"),
    ),
    "returned": (
        Words(zh="快递没有送到，已退回", en="Your parcel came back"),
        Words(
            zh="内有：{what}。{note}请核对地址后重新寄送，不另收费；也可以到窗口领取",
            en="Inside: {what}. {note}Check the address and have it sent again, at no cost, or fetch it at the counter",
        ),
    ),
    "lost": (
        Words(zh="快递遗失了您的包裹，很抱歉", en="The courier lost your parcel; we are sorry"),
        Words(
            zh="内有：{what}。电子证照一直有效。请重新寄送或到窗口领取，都不收费；赔偿由快递公司依《快递暂行条例》第二十七条承担",
            en="Inside: {what}. The e-certificates stay valid. Have it sent again or fetch it at the counter, at no cost; "
            "the courier is liable (Express Delivery Regulations, art. 27)",
        ),
    ),
    "lost-anew": (
        Words(
            zh="快递遗失了您的包裹，已为您重新制作寄出", en="The courier lost your parcel; a new one is made and sent"
        ),
        Words(
            zh="很抱歉。内有：{what}，寄到原来的地址，不收费。电子证照一直有效",
            en="We are sorry. Inside: {what}; it goes to the same address, at no cost. The e-certificates stay valid",
        ),
    ),
    "called-off-anew": (
        Words(zh="快递一直没有来取件，已重新下单", en="The courier never collected your parcel; it is ordered again"),
        Words(
            zh="耽误了，很抱歉。内有：{what}，寄到原来的地址，不收费",
            en="We are sorry for the delay. Inside: {what}; it goes to the same address, at no cost",
        ),
    ),
    "called-off": (
        Words(zh="快递又没有来取件，很抱歉", en="The courier did not collect your parcel again; we are sorry"),
        Words(
            zh="内有：{what}，还在我们这里。请重新下单寄送，或到窗口领取，都不收费",
            en="Inside: {what}; we still have it. Order it again or fetch it at the counter, at no cost",
        ),
    ),
    "waits": (
        Words(zh="已替您向快递公司查过包裹", en="We asked the courier about your parcel"),
        Words(
            zh="内有：{what}。{note}还在投递，请再等一等；有变化会告诉您",
            en="Inside: {what}. {note}It is still on its way; please wait a little, you are told of any news",
        ),
    ),
    "redirected": (
        Words(zh="包裹已改寄新地址", en="Your parcel goes to the new address"),
        Words(zh="内有：{what}。单号 {tracking}", en="Inside: {what}. Tracking number {tracking}"),
    ),
    "not-redirected": (
        Words(zh="包裹的地址没有改成", en="The address of your parcel could not be changed"),
        Words(
            zh="内有：{what}。快递公司答复已经不能改，仍送到原来的地址；没有送到会退回，可以再寄",
            en="Inside: {what}. The courier can no longer change it: it goes to the first address. If it comes back it can be "
            "sent again",
        ),
    ),
}
FETCHED = {
    "collected": (
        Words(zh="快递已取走您的原件", en="The courier has your originals"),
        Words(zh="{what}。单号 {tracking}", en="{what}. Tracking number {tracking}"),
    ),
    "delivered": (
        Words(zh="您的原件已送到办理部门", en="Your originals have reached the office"),
        Words(zh="{what}。办结后和结果一起寄还", en="{what}. They come back with the outcome"),
    ),
    "returned": (
        Words(zh="您的原件没有送到，正退回给您", en="Your originals did not reach the office and come back to you"),
        Words(
            zh="{what}。{note}可以再约上门取件，或者带到窗口",
            en="{what}. {note}Have them fetched again, or bring them to the counter",
        ),
    ),
    "lost": (
        Words(zh="快递遗失了您的原件，很抱歉", en="The courier lost your originals; we are sorry"),
        Words(
            zh="{what}。办件不因此耽误：部门会先按登记信息核验。补办的手续和费用由我们向快递公司追偿"
            "（《快递暂行条例》第二十七条），请联系办理部门",
            en="{what}. Your case goes on: the office checks the registries instead. What replacing them costs is ours to claim "
            "from the courier (Express Delivery Regulations, art. 27); please speak to the office",
        ),
    ),
    "called-off": (
        Words(zh="快递没有来取您的原件，很抱歉", en="The courier did not come for your originals; we are sorry"),
        Words(
            zh="{what} 还在您手上，这次取件已取消。可以再约上门取件，或者带到窗口",
            en="{what}: they are still with you, and this pick-up is cancelled. Have them fetched again, or bring them to the "
            "counter",
        ),
    ),
    "waits": (
        Words(zh="已替您向快递公司查过原件", en="We asked the courier about your originals"),
        Words(zh="{what}。{note}请再等一等；有变化会告诉您", en="{what}. {note}Please wait a little; you are told of any news"),
    ),
}


def about(parcel: Any, numbers: Sequence[str], *, anew: bool = False, what: str = "", now: datetime) -> None:
    """Tell everybody whom the cases in a parcel concern, each once: where it is, or ``what`` else there is to say."""
    said = what or (f"{parcel.state}-anew" if anew else parcel.state)
    told = (SENT if parcel.kind == "outcome" else FETCHED).get(said)
    rows = [row for row in map(cases.find, numbers) if row is not None]
    if told is None or not rows:
        return
    title, body = told
    note = _note(parcel, said)
    text = body.format(what=_what(parcel), tracking=parcel.tracking or "—", note=note)
    kind = "ask" if said in ("returned", "lost", "called-off") else "case"
    for account, row in _whom(rows, now).values():
        notices.tell(
            account=account, title=title, body=text, now=now, case=row.number, link=f"/cases/{row.number}", kind=kind
        )


def _note(parcel: Any, said: str) -> Words:
    """Why it came back, or what the officer writes who looked for it."""
    if not parcel.note:
        return Words(zh="", en="")
    if said == "waits":
        return Words(zh=f"{parcel.note}。", en=f"{parcel.note}. ")
    return Words(zh=f"原因：{parcel.note}。", en=f"Reason: {parcel.note}. ")


def _what(parcel: Any) -> Words:
    return Words(**parcel.words) if parcel.words else Words(zh="证照", en="certificates")


def _whom(rows: Sequence[Any], now: datetime) -> dict[Any, tuple[Any, Any]]:
    """Accounts, each with the first of the cases that concern it."""
    found: dict[Any, tuple[Any, Any]] = {}
    for row in rows:
        for account in tell.concerned(row, now=now):
            found.setdefault(account.pk, (account, row))
    return found
