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
from tongban.journeys.pay import quoting, taking
from tongban.journeys.pay.refusals import NothingDue, QuoteChanged
from tongban.journeys.pay.sheets import Sheet, sheet
from tongban.payments import actions as payments
from tongban.payments import port
from tongban.payments import queries as paid
from tongban.payments.refusals import PaidAlready

LASTS = timedelta(minutes=30)  # how long an order can be paid


class Purse(msgspec.Struct, frozen=True, kw_only=True):
    """The money of a case in figures, for lists and the desk. ``elsewhere``: another city decides it and asks for money."""

    due_fen: int
    paid_fen: int
    back_fen: int
    elsewhere: bool

    @property
    def anything(self) -> bool:
        """Whether there is anything to say about money."""
        return bool(self.due_fen or self.paid_fen)


def purse(number: str, *, now: datetime) -> Purse:
    """The money of a case; the caller has looked whose case it is."""
    row = stored.by_number(number)
    orders = paid.of_case(number)
    return Purse(
        due_fen=quoting.quote(row, now=now).fen,
        paid_fen=sum(order.paid_fen for order in orders),
        back_fen=sum(order.refunded_fen for order in orders),
        elsewhere=row.city != settings.TONGBAN_ADCODE and quoting.asks(stored.state(row)),
    )


def begin(number: str, *, quote: str, by: Actor, now: datetime) -> str:
    """Order what is due, once; the acquirer's page where it is confirmed. ``quote`` is the digest of what was shown.

    Raises NothingDue, QuoteChanged, PaidAlready, ProofNeeded without a fresh level-2 proof, Unavailable; PeerUnavailable
    where the city that decides does not answer.
    """
    row = see.mine(number, by=by, now=now)
    signing.proven(by, 2, now=now)
    if row.city != settings.TONGBAN_ADCODE:
        from tongban.journeys.pay import abroad  # which orders here what another city asks for

        return abroad.begin(row, quote=quote, now=now)
    return order(row, quote=quote, by=by, now=now)


def order(row: Any, *, quote: str, by: Actor, now: datetime) -> str:
    """Order what is due of a case that this node decides."""
    due = quoting.quote(row, now=now)
    if not due.lines:
        raise NothingDue
    if due.digest != quote:
        raise QuoteChanged(due.fen)
    live = paid.open_of(row.number)
    if live is not None and (live.quote != quote or live.expires_at <= now):
        _take_back(live, now=now)
    made = payments.open_order(
        case=row.number,
        quote=quote,
        parts=[_part(line) for line in due.lines],
        kept=due.kept,
        acquirer=port.acquirer().id,
        expires_at=now + LASTS,
        by=by,
        now=now,
    )
    if made.quote != quote:
        raise QuoteChanged(due.fen)
    return made.url or _placed(made, due, row, now=now)


def _part(line: quoting.Line) -> payments.Part:
    return payments.Part(
        item=line.item, key=line.key, payee=line.payee, title=line.title, fen=line.fen, cites=line.cites
    )


def _placed(order: Any, due: quoting.Quote, row: Any, *, now: datetime) -> str:
    own = row.taken_in_by == settings.TONGBAN_ADCODE
    standing = port.acquirer(order.acquirer).place(
        order,
        title=Words(**row.title).zh,
        payees={line.payee: line.office.zh for line in due.lines},
        back=f"/cases/{order.case}/pay?back=1" if own else f"/payments/{order.id}/back",
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


def look(number: str, *, now: datetime) -> None:
    """Ask the acquirer how the open order of a case stands, rather than wait for its message. Where it cannot be reached
    it says so later."""
    order = paid.open_of(number)
    if order is None or not order.url:
        return
    try:
        taking.believe(order, port.acquirer(order.acquirer).look(order, now=now), now=now)
    except port.Unavailable:
        return


def page(number: str, *, back: bool, by: Actor, now: datetime) -> Sheet:
    """The money of somebody's case, here or as the deciding city tells it; ``back``: they come from the acquirer's page.
    Raises PeerUnavailable."""
    row = see.mine(number, by=by, now=now)
    if row.city != settings.TONGBAN_ADCODE:
        from tongban.journeys.pay import abroad

        return abroad.there(row, look=back, now=now)
    if back:
        look(number, now=now)
    return sheet(row, now=now)
