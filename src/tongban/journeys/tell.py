"""What people are told of their case, in plain words, when it happens (通知)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from tongban.base import money
from tongban.base.actors import Actor
from tongban.base.words import Words
from tongban.engine import lifecycle
from tongban.identity import queries as identity
from tongban.journeys import acting, find, parts
from tongban.notices import actions as notices
from tongban.notices import queries as told

_TOLD_WHERE_IT_IS_DONE = ("delivery_reported", "money_given_back")  # there in more words than travel


def about(row: Any, events: Sequence[lifecycle.Event], *, now: datetime) -> None:
    """Tell those whom a case concerns, as far as they have an account at this node, what these events mean to them."""
    accounts = concerned(row, now=now)
    for event in events if accounts else ():
        if event.kind in _TOLD_WHERE_IT_IS_DONE and row.city == settings.TONGBAN_ADCODE:
            continue
        says = _SAYS.get(event.kind)
        words = says(event) if says else None
        if words is not None:
            title, body = words
            kind = "ask" if event.kind == "supplement_asked" else "case"
            _tell(accounts, row, title, body.format(**_names(row, event), number=row.number), now, kind=kind)


def _names(row: Any, event: lifecycle.Event) -> dict[str, Words]:
    """What an event is about: one part where there are several, and the part that it fell with."""
    about, root = event.facts.get("part"), event.facts.get("with")
    title = parts.of_row(row, about).title if row.codes and about else Words(**row.title)
    return {"title": title, "root": parts.of_row(row, root).title} if root else {"title": title}


def concerned(row: Any, *, now: datetime) -> list[Any]:
    """Accounts here that are told of a case: of who submitted it, while they may act; and of the person whose matter it
    is, where that is another adult. Where nobody is left of these, whoever may act for them by law."""
    handler = identity.account(row.owner) if row.owner else None
    told = [handler] if handler and acting.still(handler, row, now=now) else []
    own = identity.account_of_person(row.person) if row.person and not row.entity else None
    if own and own not in told and not acting.minor(own.person, now=now):
        told.append(own)
    return told or acting.by_law(row, now=now)


def _tell(accounts: list[Any], row: Any, title: Words, body: Words, now: datetime, *, kind: str = "case") -> None:
    for account in accounts:
        notices.tell(
            account=account, title=title, body=body, now=now, case=row.number, link=f"/cases/{row.number}", kind=kind
        )


Says = Callable[[lifecycle.Event], tuple[Words, Words] | None]


def _fixed(zh: str, en: str, body_zh: str, body_en: str) -> Says:
    words = (Words(zh=zh, en=en), Words(zh=body_zh, en=body_en))
    return lambda event: words


def _decided(event: lifecycle.Event) -> tuple[Words, Words]:
    if event.facts["granted"]:
        return (
            Words(zh="您的申请已批准", en="Your application is granted"),
            Words(zh="《{title}》已准予，证照正在生成", en="{title} is granted; your certificate is being made"),
        )
    return (
        Words(zh="您的申请未获批准", en="Your application is refused"),
        Words(
            zh="《{title}》未获批准。理由、依据和申诉途径见决定书",
            en="{title} is refused. The decision gives the reasons, the articles and how to appeal",
        ),
    )


_SAYS: dict[str, Says] = {
    "custody_taken": _fixed(
        "对方城市已接收",
        "The other city has taken your case",
        "《{title}》已由办理城市接收",
        "{title} is now with the city that decides",
    ),
    "custody_returned": _fixed(
        "对方城市退回了您的申请",
        "The other city returned your case",
        "《{title}》被退回，请查看原因",
        "{title} was returned; please see why",
    ),
    "accepted": _fixed(
        "已受理", "Accepted", "《{title}》已受理，办件编号 {number}", "{title} is accepted, case {number}"
    ),
    "not_accepted": _fixed(
        "不予受理",
        "Not accepted",
        "《{title}》不予受理，理由和申诉途径见决定书",
        "{title} is not accepted; the letter says why and how to appeal",
    ),
    "supplement_asked": _fixed(
        "请补正材料",
        "Please complete your application",
        "《{title}》需要补正，只告知这一次，请查看清单",
        "{title} lacks something; this is told once, please see the list",
    ),
    "supplement_lapsed": _fixed(
        "逾期未补正，办件已结束",
        "Closed: nothing was supplemented in time",
        "《{title}》可以重新申请",
        "You can apply for {title} again",
    ),
    "step_transferred": lambda event: _passed(event),
    "suspended": _fixed(
        "办理时限已暂停",
        "The clock has stopped",
        "《{title}》因法定程序暂停计时",
        "{title}: a statutory procedure stops the clock",
    ),
    "resumed": _fixed("恢复计时", "The clock runs again", "《{title}》继续办理", "{title} goes on"),
    "part_decided": _decided,
    "part_withdrawn": _fixed(
        "一个事项已撤回",
        "One part is withdrawn",
        "《{title}》已按您的要求撤回，其余事项继续办理",
        "{title} is withdrawn as you asked; the rest goes on",
    ),
    "part_fell": _fixed(
        "一个事项终止办理",
        "One part has ended",
        "《{title}》需要《{root}》的结果，随之终止办理；不影响您另行申请",
        "{title} needs the outcome of {root} and ends with it; you can apply for it anew",
    ),
    "part_reopened": _fixed(
        "重新办理",
        "It is decided anew",
        "《{title}》的原决定已被撤销，将重新办理，办理时限重新计算；理由见告知书",
        "The decision on {title} is set aside and it is decided anew, in a new term; the letter gives the reasons",
    ),
    "part_back": _fixed(
        "恢复办理",
        "It goes on",
        "《{root}》重新办理，《{title}》一并恢复",
        "{root} is decided anew, and {title} goes on with it",
    ),
    "reopened": _fixed(
        "重新办理",
        "It is decided anew",
        "《{title}》的原决定已被撤销，将重新办理，办理时限重新计算；理由见告知书",
        "The decision on {title} is set aside and it is decided anew, in a new term; the letter gives the reasons",
    ),
    "extended": _fixed(
        "办理时限已延长",
        "The time to decide is extended",
        "《{title}》经批准延长办理时限，理由见告知书",
        "{title}: more time was approved; the letter gives the reasons",
    ),
    "issued": _fixed(
        "电子证照已生成",
        "Your e-certificate is here",
        "《{title}》的证照已放入您的空间",
        "The certificate of {title} is in your space",
    ),
    "delivery_reported": lambda event: _delivery(event),
    "money_given_back": lambda event: _given_back(event),
    "withdrawn": _fixed("已撤回", "Withdrawn", "《{title}》已按您的要求撤回", "{title} is withdrawn as you asked"),
}


def _passed(event: lifecycle.Event) -> tuple[Words, Words]:
    name = Words(**find.office(settings.TONGBAN_ADCODE, event.facts["to"])["name"])
    return (
        Words(zh="现由 {office} 办理", en="Now with {office}").format(office=name),
        Words(zh="《{title}》的一个环节已转交，办理时限照常计算", en="A step of {title} was passed on; the clock goes on"),
    )


def _delivery(event: lifecycle.Event) -> tuple[Words, Words] | None:
    """A parcel that another city sent; of its own parcels a node tells by the parcel (``journeys.posted``)."""
    said = {
        "collected": Words(zh="快递已取件", en="The courier has collected your parcel"),
        "on-the-way": Words(zh="快递在途", en="Your parcel is on the way"),
        "delivered": Words(zh="快递已送达", en="Your parcel is delivered"),
        "failed": Words(zh="快递未能送达，可以重新寄送", en="Your parcel could not be delivered; it can be sent again"),
    }.get(event.facts["state"])
    return (said, Words(zh="《{title}》", en="{title}")) if said else None


def _given_back(event: lifecycle.Event) -> tuple[Words, Words]:
    """Money that another city gives back by hand; why, and under which article, stands there."""
    fen = money.words(event.facts["fen"])
    return Words(zh="退费已批准", en="A refund is approved"), Words(
        zh=f"《{{title}}》退回 {fen.zh}，原路返回；理由和依据见缴费页面",
        en=f"{{title}}: {fen.en} goes back the way it came; its page of payments says why, and under which article",
    )


def wish_refused(row: Any, says: Words, *, now: datetime) -> None:
    """Tell them that the deciding city said no to something they asked for."""
    title = Words(zh="办理城市没有同意您的请求", en="The deciding city did not agree to what you asked")
    _tell(concerned(row, now=now), row, title, says, now)


def new_device(account: Any, *, now: datetime) -> None:
    """Tell the owner of an account that a browser signed in that was not seen before."""
    notices.tell(
        account=account,
        title=Words(zh="新设备登录了您的账号", en="A new device signed in to your account"),
        body=Words(
            zh="如果不是您本人，请到“登录设备”结束它，并不要把验证码告诉他人",
            en="If it was not you, end it under Devices, and never give a code to anybody",
        ),
        now=now,
        link="/space/devices",
        kind="account",
    )


def outbox() -> list[dict[str, Any]]:
    """The demo's phone; Denied outside demo mode."""
    return told.outbox()


def messages(*, by: Actor) -> list[Any]:
    """A person's notices, newest first."""
    return list(told.of(by.id)[:200])


def unread(*, by: Actor) -> int:
    """How many messages this person has not opened; 100 stands for more."""
    return told.unread(by.id)
