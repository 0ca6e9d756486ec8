"""What the desk's pages about money show, read from the journey's values."""

from __future__ import annotations

from typing import Any

from tongban.base.words import Words
from tongban.journeys import pay
from tongban.ui import words

KINDS = {
    "missing-here": Words(zh="回报丢失，已补记", en="Its message was lost; booked now"),
    "missing-there": Words(zh="对账单没有这笔", en="Not in the statement"),
    "other-amount": Words(zh="金额不一致", en="Another amount"),
    "other-day": Words(zh="记在另一天，金额一致", en="Booked on another day, the same amount"),
    "no_order": Words(zh="没有这个缴费单", en="Of no order of ours"),
    "no_refund": Words(zh="没有这笔退款", en="Of no refund of ours"),
    "no_payout": Words(zh="没有这笔划拨", en="Of no payout of ours"),
}
OTHER = Words(zh="不能入账", en="Cannot be booked")
STATES = {
    "open": (Words(zh="等待审核", en="Awaiting review"), "waiting"),
    "allowed": (Words(zh="已同意", en="Approved"), "done"),
    "declined": (Words(zh="未同意", en="Declined"), "refused"),
    "taken-back": (Words(zh="申请人撤回", en="Taken back"), "ahead"),
}
_OUT = {
    "asked": Words(zh="已发出，等待回报", en="Sent; waits for an answer"),
    "done": Words(zh="已到账", en="Arrived"),
    "failed": Words(zh="未成功，下一日再划", en="Failed; tried again the next day"),
}
_BALANCE = {
    "held": Words(zh="收单机构代管", en="Held for us"),
    "to-pay-out": Words(zh="待划拨", en="To be paid out"),
    "owed": Words(zh="退款多于收款，从以后的收款中扣", en="Owes: more was refunded than received; offset later"),
    "under-way": Words(zh="在途", en="Under way"),
}
_SYSTEM = Words(zh="系统", en="The machine")
_AGREES = Words(zh="再次核对，两边已一致", en="Checked again: both sides agree")


def page_of(text: str) -> int:
    """Which page is asked for; the first for what is none."""
    return min(int(text), 10_000) if text.isascii() and text.isdecimal() and int(text) else 1


def balances(books: Any) -> list[tuple[Any, ...]]:
    """Each account: its name, what its balance means, how much; of what is under way only where something is."""
    shown = [b for b in books.accounts if b.fen or b.kind != "under-way"]
    return [(b.name, _BALANCE[b.kind], words.money(b.fen)) for b in shown]


def days(books: Any) -> list[tuple[Any, ...]]:
    """Each comparison of a day."""
    sums = ("paid_fen", "refunded_fen", "paid_out_fen")
    return [
        (words.day(s.day), s.read, *(words.money(getattr(s, name)) for name in sums), s.mended, s.differing) for s in books.days
    ]


def outs(books: Any) -> list[tuple[Any, ...]]:
    """Each payout: of which day, to whom, where, how much, how it stands."""
    return [
        (words.day(o.row.day), o.payee, f"{o.row.account['bank']} ····{o.row.account['number'][-4:]}", words.money(o.row.fen),
         _OUT[o.row.state])
        for o in books.outs
    ]  # fmt: skip


def stuck(books: Any) -> list[tuple[Any, ...]]:
    """Each refund that the acquirer would not make: of which case, how much, since when."""
    return [(row.payment.order.case[-11:], words.money(row.fen), words.moment(row.asked_at)) for row in books.stuck]


def past(books: Any) -> list[dict[str, Any]]:
    """Differences that were dealt with: what was done, by whom, in which words."""
    return [{"row": row, "kind": KINDS.get(row.kind, OTHER), **_done(row)} for row in books.past]


def _done(row: Any) -> dict[str, Any]:
    if row.mended:
        return {"by": _SYSTEM, "done": KINDS.get(row.kind, OTHER), "words": "", "at": row.statement.at}
    made = row.mending
    if made.done == made.AGREED:
        return {"by": _SYSTEM, "done": _AGREES, "words": "", "at": made.at}
    return {"by": made.by_name, "done": pay.DEALT.get(made.done, OTHER), "words": made.words, "at": made.at}
