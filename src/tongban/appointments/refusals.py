"""What cannot be booked, taken or called, and what to do instead."""

from __future__ import annotations

from datetime import date

from tongban.base.errors import Conflict, NotFound, Refusal
from tongban.base.words import Words


class Full(Conflict):
    """Every seat of the slot is taken."""

    def __init__(self) -> None:
        super().__init__(
            "slot_full",
            Words(zh="这个时段刚刚约满了", en="This time has just been taken"),
            next_step=Words(
                zh="请另选一个时段，或者当天到大厅取号。", en="Choose another, or take a number at the hall that day."
            ),
            field="at",
        )


class NotOffered(Refusal):
    """No such time is offered: it is over, too far ahead, or the hall is closed then."""

    def __init__(self, why: Words) -> None:
        super().__init__(
            "not_offered",
            Words(zh="这个时段不能预约", en="This time cannot be booked"),
            because=why,
            next_step=Words(zh="请在列出的时段里选一个。", en="Choose one of the times that are listed."),
            field="at",
        )


class SameTime(Conflict):
    """The person is somewhere else at that time."""

    def __init__(self, says: Words) -> None:
        super().__init__(
            "same_time",
            Words(zh="您在这个时间已有预约", en="You hold a booking at that time already"),
            because=says,
            next_step=Words(zh="可以把原来的改期，或者取消后再约。", en="Move that one, or cancel it and book again."),
            field="at",
        )


class TooMany(Conflict):
    """The person holds as many bookings as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "too_many_bookings",
            Words(zh="同时最多约 {n} 个时段", en="You can hold {n} times at once").format(n=most),
            next_step=Words(zh="请先取消不用的预约，让给别人。", en="Give back one that you do not need."),
        )


class Paused(Refusal):
    """The person did not come too often."""

    def __init__(self, times: int, days: int, until: date) -> None:
        super().__init__(
            "booking_paused",
            Words(zh="暂时不能网上预约", en="You cannot book for a while"),
            because=Words(
                zh="近 {days} 天里有 {times} 次预约了没有来，{until} 起可以再约。",
                en="In the last {days} days you did not come {times} times; you can book again from {until}.",
            ).format(days=days, times=times, until=until.isoformat()),
            next_step=Words(
                zh="可以直接到大厅取号，照常办理；来不了时请提前取消。",
                en="Take a number at the hall as always; when you cannot come, please cancel beforehand.",
            ),
        )


class NoBooking(NotFound):
    """There is no such booking, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__(
            "no_booking",
            Words(zh="没有这个预约", en="There is no such booking"),
            next_step=Words(zh="请在“预约与取号”里查看您的预约。", en="See yours under Visits."),
        )


class BookingOver(Conflict):
    """The booking was used, cancelled or missed: it can do nothing more."""

    def __init__(self, state: str) -> None:
        brief = {
            "arrived": Words(zh="这个预约已经取过号了", en="A number was taken with this booking already"),
            "cancelled": Words(zh="这个预约已经取消了", en="This booking was cancelled"),
            "missed": Words(zh="这个预约的时间已经过了", en="The time of this booking is over"),
            "begun": Words(zh="预约的时间已经开始", en="Its time has begun"),
        }[state]
        super().__init__(
            f"booking_{state}",
            brief,
            next_step=Words(
                zh="可以直接取一个现场号，或者另约时间。", en="Take a number on the spot, or book another time."
            ),
        )
        self.state = state


class NoTicket(NotFound):
    """There is no such number."""

    def __init__(self) -> None:
        super().__init__(
            "no_ticket",
            Words(zh="没有这个号", en="There is no such number"),
            next_step=Words(
                zh="号只在当天有效，请重新取号。", en="A number is good for its day; please take a new one."
            ),
        )


class AlreadyQueued(Conflict):
    """One number is enough: the person has one in this hall."""

    def __init__(self, label: str, ticket: str) -> None:
        super().__init__(
            "already_queued",
            Words(zh="您已经取了 {label} 号", en="You have number {label} already").format(label=label),
            because=Words(zh="一个号办所有的事，不用再取。", en="One number is enough for all that you came for."),
        )
        self.label, self.ticket = label, ticket


class NotWaiting(Conflict):
    """The number does not wait any more: another window called it, or it is over."""

    def __init__(self, label: str, state: str, window: str) -> None:
        said = {
            "called": Words(zh="{label} 已被 {window} 号窗口叫到", en="{label} was called to window {window}"),
            "done": Words(zh="{label} 已经办完", en="{label} has been served"),
            "missed": Words(zh="{label} 已经过号", en="{label} missed its call"),
            "left": Words(zh="{label} 的人已经离开", en="{label} has left"),
            "closed": Words(zh="{label} 已随当天结束", en="{label} ended with its day"),
            "waiting": Words(zh="{label} 还没有叫到", en="{label} has not been called"),
        }[state]
        super().__init__(
            "not_waiting",
            said.format(label=label, window=window or "—"),
            next_step=Words(zh="请叫下一位。", en="Call the next."),
        )
        self.state = state


class WindowTaken(Conflict):
    """Another officer sits at the window and serves somebody."""

    def __init__(self, window: str, label: str) -> None:
        why = Words(zh="同事正在办 {label}。", en="A colleague serves {label}.").format(label=label) if label else None
        super().__init__(
            "window_taken",
            Words(zh="{window} 号窗口有人坐", en="Somebody sits at window {window}").format(window=window),
            because=why,
            next_step=Words(
                zh="请另选窗口，或者请同事先办完。", en="Choose another window, or let them finish first."
            ),
            field="window",
        )


class WindowBusy(Conflict):
    """Somebody stands at this window."""

    def __init__(self, label: str, window: str) -> None:
        super().__init__(
            "window_busy",
            Words(zh="{window} 号窗口还在办 {label}", en="Window {window} still serves {label}").format(
                window=window, label=label
            ),
            next_step=Words(zh="请先办完、转走或过号。", en="First finish, pass on, or mark as not here."),
        )
