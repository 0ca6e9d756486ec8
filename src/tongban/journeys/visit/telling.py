"""What people are told of their visit: by message, and by text where they want it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings

from tongban.appointments import actions as appointments
from tongban.base.calendar import SHANGHAI
from tongban.base.words import Words
from tongban.journeys import nearby
from tongban.notices import actions as notices

_WEEKDAYS = "一二三四五六日"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def booked(row: Any, *, now: datetime) -> None:
    """The time is theirs."""
    _tell(
        row,
        Words(zh="已为您约好时间", en="Your time is booked"),
        Words(
            zh="{at}，{hall}。到了以后用预约码取号，来不了请提前取消",
            en="{at}, {hall}. Take your number there with the code; please cancel if you cannot come",
        ),
        now,
    )


def moved(row: Any, *, now: datetime) -> None:
    """It is another one now."""
    _tell(
        row,
        Words(zh="预约已改期", en="Your time was moved"),
        Words(zh="改为 {at}，{hall}，预约码不变", en="It is now {at}, {hall}; the code stays the same"),
        now,
    )


def cancelled(row: Any, *, now: datetime) -> None:
    """They gave it back."""
    _tell(
        row,
        Words(zh="预约已取消", en="Your booking is cancelled"),
        Words(zh="{at}，{hall}", en="{at}, {hall}"),
        now,
    )


def remind(rows: Iterable[Any], *, now: datetime) -> None:
    """Their time comes."""
    for row in rows:
        _tell(
            row,
            Words(zh="别忘了您的预约", en="Your visit is coming up"),
            Words(
                zh="{at}，{hall}。请带身份证；来不了请取消，让给别人",
                en="{at}, {hall}. Bring your ID card; if you cannot come, please give the time back",
            ),
            now,
            kind="ask",
        )


def called_off(rows: Iterable[Any], *, now: datetime) -> None:
    """The hall does not open then after all."""
    for row in rows:
        _tell(
            row,
            Words(zh="您约的时间大厅不开放，预约已取消", en="The hall is closed at your time; your booking is cancelled"),
            Words(
                zh="很抱歉，{at}，{hall} 不开放。请另约时间，不算您没有来",
                en="We are sorry: {hall} is closed at {at}. Please book another time; it does not count as a visit missed",
            ),
            now,
            kind="ask",
        )


def missed(rows: Iterable[Any], *, now: datetime) -> None:
    """They did not come."""
    for row in rows:
        _tell(
            row,
            Words(zh="您没有来办理", en="You did not come"),
            Words(
                zh="{at} 的预约已过。需要时可以另约，或者直接到大厅取号",
                en="Your booking of {at} is over. Book again, or take a number at the hall",
            ),
            now,
        )


def called(ticket: Any, *, now: datetime) -> None:
    """It is their turn."""
    _tell_ticket(
        ticket,
        Words(zh="请到 {window} 号窗口", en="Please come to window {window}"),
        Words(zh="{label} 号，{hall}", en="Number {label}, {hall}"),
        now,
    )


def closed(tickets: Iterable[Any], *, now: datetime) -> None:
    """The day ended before it was their turn."""
    for ticket in tickets:
        _tell_ticket(
            ticket,
            Words(zh="今天没有轮到您，抱歉", en="It was not your turn today; we are sorry"),
            Words(
                zh="{label} 号已随大厅下班结束。请约一个时间，到点优先办理",
                en="Number {label} ended when the hall closed. Book a time: then you go first",
            ),
            now,
            link=f"/visit/{ticket.hall}",
        )


def _tell(row: Any, title: Words, body: Words, now: datetime, *, kind: str = "case") -> None:
    body = body.format(at=said(row.starts_at), hall=hall_name(row.slot.hall))
    if row.account is None:
        if contact := appointments.contact(row):
            notices.text(mobile=contact, words=f"【通办】{title.zh}。{body.zh}", now=now)
        return
    notices.tell(
        account=row.account, title=title, body=body, now=now, case=row.case, link=f"/visit/bookings/{row.id}", kind=kind
    )


def _tell_ticket(ticket: Any, title: Words, body: Words, now: datetime, *, link: str = "") -> None:
    if ticket.account is None:
        return
    told = {"window": ticket.window, "label": ticket.label, "hall": hall_name(ticket.hall)}
    notices.tell(
        account=ticket.account,
        title=title.format(**told),
        body=body.format(**told),
        now=now,
        case=ticket.case,
        link=link or f"/tickets/{ticket.id}",
        kind="ask",
    )


def hall_name(key: str) -> Words:
    """A hall's name; its key where it is gone."""
    found = next((hall.name for hall in nearby.halls(settings.TONGBAN_ADCODE) if hall.key == key), None)
    return found or Words(zh=key, en=key)


def said(at: datetime) -> Words:
    """A moment in both languages: 11月30日 周一 09:00."""
    at = at.astimezone(SHANGHAI)
    day = at.weekday()
    return Words(
        zh=f"{at.month}月{at.day}日 周{_WEEKDAYS[day]} {at:%H:%M}",
        en=f"{_DAYS[day]} {at.day} {_MONTHS[at.month - 1]} {at:%H:%M}",
    )
