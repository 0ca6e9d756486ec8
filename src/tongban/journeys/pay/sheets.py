"""The money of a case as its page shows it, the same here and in the city that took the case in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.certificates import queries as issued
from tongban.journeys import find
from tongban.journeys.pay import quoting, receipts
from tongban.payments import queries as payments


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One fee: ``of`` is the item where there are several; ``back`` went back, or is on its way."""

    title: Words
    fen: int
    of: Words | None = None
    cites: tuple[str, ...] = ()
    back: int = 0


class Payee(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets what."""

    office: Words
    fen: int
    lines: tuple[BillLine, ...]


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """Money that goes back, or has (``done``): when, how much, why, and under which article where an officer allowed it."""

    at: datetime
    fen: int
    done: bool
    why: Words
    cites: tuple[str, ...] = ()


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """One payment that was made."""

    at: datetime
    fen: int
    back: int
    reference: str
    payees: tuple[Payee, ...]
    returns: tuple[Return, ...] = ()


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt that stands; ``id`` is that of its paper where it was issued."""

    id: str
    name: Words
    number: str
    issuer: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. ``digest`` stands for what is due; ``waiting`` is the acquirer's page of an order that nobody has paid yet,
    ``till`` where its pages are."""

    title: Words
    fen: int
    digest: str
    due: tuple[Payee, ...] = ()
    paid: tuple[Paid, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    waiting: str = ""
    till: str = ""


def sheet(row: Any, *, now: datetime) -> Sheet:
    """The money of a case that this node decides."""
    row = stored.by_number(row.number)
    due, orders = quoting.quote(row, now=now), payments.of_case(row.number)
    live = next((order for order in orders if order.state == order.OPEN and order.quote == due.digest), None)
    return Sheet(
        title=Words(**row.title),
        fen=due.fen,
        digest=due.digest,
        due=tuple(_due(due)),
        paid=tuple(_paid(order) for order in orders if order.state == order.PAID),
        receipts=tuple(_receipt(made) for made in receipts.of_orders(orders)),
        waiting=live.url if live else "",
        till=origin(),
    )


def origin() -> str:
    """Where the acquirer's pages are: the one other address to which a form of ours may lead."""
    return str(settings.TONGBAN_PORTS.get("acquirer", {}).get("url", ""))


def _due(quote: quoting.Quote) -> Iterator[Payee]:
    several = len({line.item for line in quote.lines}) > 1
    for office, fen, lines in quote.payees:
        told = (BillLine(title=x.title, fen=x.fen, of=x.of if several else None, cites=x.cites) for x in lines)
        yield Payee(office=office, fen=fen, lines=tuple(told))


def _paid(order: Any) -> Paid:
    return Paid(
        at=order.paid_at,
        fen=order.paid_fen,
        back=order.refunded_fen,
        reference=order.reference,
        payees=tuple(_payees(order.shares.all())),
        returns=tuple(_returns(order)),
    )


_WHY = {
    "refused": Words(zh="未获准予、已撤回或者终止，费用退回", en="Not granted, taken back or ended"),
    "surplus": Words(zh="重复支付或者超时支付，全额退回", en="Paid twice or too late: all of it"),
}


def _returns(order: Any) -> Iterator[Return]:
    """What of a payment goes back, the oldest first; what failed is asked for anew or not at all."""
    for payment in order.payments.all():
        for refund in payment.refunds.all():
            if refund.state != refund.FAILED:
                yield _return(refund)


def _return(refund: Any) -> Return:
    hand = getattr(refund, "proposal", None)
    why = Words(zh=hand.reason, en=hand.reason) if hand else _WHY.get(refund.why, Words(zh="退款", en="Given back"))
    cites = (hand.cites,) if hand else ()
    done = refund.state == refund.DONE
    return Return(at=refund.done_at if done else refund.asked_at, fen=refund.fen, done=done, why=why, cites=cites)


def _payees(shares: Iterable[Any]) -> Iterator[Payee]:
    found: dict[str, list[Any]] = {}
    for share in shares:
        found.setdefault(share.payee, []).append(share)
    for role, own in found.items():
        lines = tuple(BillLine(title=Words(**share.title), fen=share.fen, back=share.refunded_fen) for share in own)
        name = find.office(settings.TONGBAN_ADCODE, role)["name"]
        yield Payee(office=Words(**name), fen=sum(share.fen for share in own), lines=lines)


def _receipt(made: Any) -> Receipt:
    return Receipt(id=str(made.id), name=issued.name_of(made), number=made.number, issuer=made.issuer_name)
