"""Paying: the amounts by payee, one order at the acquirer, one confirmation on its page (一键缴费)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import SYSTEM, Actor
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.journeys import see, signing
from tongban.journeys.pay import quoting, receipts, taking
from tongban.journeys.pay.refusals import NothingDue, QuoteChanged
from tongban.payments import actions as payments
from tongban.payments import port
from tongban.payments import queries as paid
from tongban.payments.refusals import PaidAlready

LASTS = timedelta(minutes=30)  # how long an order can be paid


class Purse(msgspec.Struct, frozen=True, kw_only=True):
    """The money of a case as its page shows it: what is due, what waits to be confirmed, what was paid and went back."""

    number: str
    due: quoting.Quote
    waiting: Any
    orders: tuple[Any, ...]
    receipts: tuple[Any, ...]
    paid_fen: int
    back_fen: int

    @property
    def anything(self) -> bool:
        """Whether there is anything to say about money."""
        return bool(self.due.lines or self.orders)


def purse(number: str, *, now: datetime) -> Purse:
    """The money of a case; the caller has looked whose case it is."""
    row = stored.by_number(number)
    orders = paid.of_case(number)
    live = next((order for order in orders if order.state == order.OPEN and order.url), None)
    return Purse(
        number=number,
        due=quoting.quote(row, now=now),
        waiting=live,
        orders=tuple(order for order in orders if order.state == order.PAID),
        receipts=tuple(receipts.of_orders(orders)),
        paid_fen=sum(order.paid_fen for order in orders),
        back_fen=sum(order.refunded_fen for order in orders),
    )


def begin(number: str, *, quote: str, by: Actor, now: datetime) -> str:
    """Order what is due, once; the acquirer's page where it is confirmed. ``quote`` is the digest of what was shown.

    Raises NothingDue, QuoteChanged, PaidAlready, ProofNeeded without a fresh level-2 proof, Unavailable.
    """
    row = see.mine(number, by=by, now=now)
    signing.proven(by, 2, now=now)
    due = quoting.quote(row, now=now)
    if not due.lines:
        raise NothingDue
    if due.digest != quote:
        raise QuoteChanged(due.fen)
    live = paid.open_of(number)
    if live is not None and (live.quote != quote or live.expires_at <= now):
        _take_back(live, now=now)
    order = payments.open_order(
        case=number,
        quote=quote,
        parts=[_part(line) for line in due.lines],
        kept=due.kept,
        acquirer=port.acquirer().id,
        expires_at=now + LASTS,
        by=by,
        now=now,
    )
    if order.quote != quote:
        raise QuoteChanged(due.fen)
    return order.url or _placed(order, due, Words(**row.title), now=now)


def _part(line: quoting.Line) -> payments.Part:
    return payments.Part(
        item=line.item, key=line.key, payee=line.payee, title=line.title, fen=line.fen, cites=line.cites
    )


def _placed(order: Any, due: quoting.Quote, title: Words, *, now: datetime) -> str:
    standing = port.acquirer(order.acquirer).place(
        order,
        title=title.zh,
        payees={line.payee: line.office.zh for line in due.lines},
        back=f"/cases/{order.case}/pay?back=1",
        now=now,
    )
    payments.placed(order=order, reference=standing.reference, url=standing.url)
    return standing.url


def _take_back(order: Any, *, now: datetime) -> None:
    """An older order cannot be paid any more, or it is paid: the acquirer says which."""
    standing = port.acquirer(order.acquirer).close(order, now=now)
    taking.believe(order, standing, now=now)
    if standing.state == "paid":
        raise PaidAlready
    payments.close(order=str(order.id), by=SYSTEM, now=now)


def look_again(number: str, *, by: Actor, now: datetime) -> None:
    """Back from the acquirer's page: ask how the order stands rather than wait for its message. Who cannot be reached says
    so later."""
    see.mine(number, by=by, now=now)
    order = paid.open_of(number)
    if order is None or not order.url:
        return
    try:
        taking.believe(order, port.acquirer(order.acquirer).look(order, now=now), now=now)
    except port.Unavailable:
        return


def origin() -> str:
    """Where the acquirer's page is: the one other address to which a form of ours may lead."""
    return str(settings.TONGBAN_PORTS.get("acquirer", {}).get("url", ""))
