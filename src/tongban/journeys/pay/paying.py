"""Paying: the amounts by payee, one order at the acquirer, one confirmation on its page (一键缴费)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import SYSTEM, Actor
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.cases import spaces
from tongban.journeys import see, signing
from tongban.journeys.pay import payers, quoting, sheets, taking
from tongban.journeys.pay.refusals import NothingDue, QuoteChanged
from tongban.journeys.pay.sheets import Sheet
from tongban.payments import actions as payments
from tongban.payments import port
from tongban.payments import queries as paid
from tongban.payments.refusals import PaidAlready

LASTS = timedelta(minutes=30)  # how long an order can be paid


class Purse(msgspec.Struct, frozen=True, kw_only=True):
    """The money of a case in figures: of one party's part, for them, or of all. ``others_fen`` is what other parties still
    owe, ``elsewhere``: another city decides it and asks for money."""

    due_fen: int
    paid_fen: int
    back_fen: int
    elsewhere: bool
    others_fen: int = 0

    @property
    def anything(self) -> bool:
        """Whether there is anything to say about money."""
        return bool(self.due_fen or self.paid_fen)


def purse(number: str, *, by: Actor | None = None, now: datetime) -> Purse:
    """The money of a case, or (``by``) what of it is theirs to pay; the caller has looked whose case it is."""
    row = stored.by_number(number)
    orders, due = paid.of_case(number), quoting.quote(row, now=now)
    shares = [share for order in orders if order.state == order.PAID for share in order.shares.all()]
    elsewhere = row.city != settings.TONGBAN_ADCODE and quoting.asks(stored.state(row))
    mine, others = due, 0
    if by is not None and (due.lines or shares) and _apart(row, due, shares, by):
        eyes = payers.eyes(row, by=by, now=now)
        mine = quoting.share(due, shares, eyes)
        others = due.fen - mine.fen if eyes.whole else 0
        shares = [each for each in shares if eyes.whole or eyes.roles & set(each.owes)]
    return Purse(
        due_fen=mine.fen,
        paid_fen=sum(each.fen for each in shares),
        back_fen=sum(each.refunded_fen for each in shares),
        elsewhere=elsewhere,
        others_fen=others,
    )


def _apart(row: Any, due: quoting.Quote, shares: Sequence[Any], by: Actor) -> bool:
    """Whether it matters who looks: several parties owe, or somebody looks at a case that is not in their space."""
    return payers.split([*(line.owes for line in due.lines), *(s.owes for s in shares)]) or not spaces.holds(row, by)


def begin(number: str, *, quote: str, by: Actor, now: datetime) -> str:
    """Order what is due, once; the acquirer's page where it is confirmed. ``quote`` is the digest of what was shown: their
    own part, or all of it.

    Raises NothingDue, QuoteChanged, PaidAlready, BeingPaid, ProofNeeded without a fresh level-2 proof, Unavailable;
    PeerUnavailable where the city that decides does not answer.
    """
    row = see.mine(number, by=by, now=now)
    signing.proven(by, 2, now=now)
    eyes = payers.eyes(row, by=by, now=now)
    if row.city != settings.TONGBAN_ADCODE:
        from tongban.journeys.pay import abroad  # which orders here what another city asks for

        return abroad.begin(row, eyes=eyes, quote=quote, now=now)
    return order(row, eyes=eyes, quote=quote, by=by, now=now)


def order(row: Any, *, eyes: payers.Eyes, quote: str, by: Actor, now: datetime) -> str:
    """Order what is due of a case that this node decides, as far as it is theirs to pay."""
    party, due = _chosen(row, eyes, quote, now)
    for live in paid.open_ones(row.number):
        stands = live.party == party and live.quote == quote and live.expires_at > now
        if not stands and (live.party == party or _same_lines(live, due)):
            _take_back(live, now=now)
    made = payments.open_order(
        case=row.number,
        party=party,
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


def _chosen(row: Any, eyes: payers.Eyes, quote: str, now: datetime) -> tuple[str, quoting.Quote]:
    """Which party's part somebody confirmed (nobody's: all of it), and what that is. Raises NothingDue, QuoteChanged."""
    due = quoting.quote(row, now=now)
    mine = quoting.share(due, paid.paid_shares(row.number), eyes)
    if eyes.whole and due.lines and due.digest == quote:
        return "", due
    if not mine.lines:
        raise NothingDue
    if mine.digest != quote:
        raise QuoteChanged(mine.fen)
    owing = {role for line in mine.lines for role in line.owes} & eyes.roles
    return "+".join(sorted(owing))[:80], mine


def _same_lines(order: Any, due: quoting.Quote) -> bool:
    wanted = {(line.item, line.key) for line in due.lines}
    return any((share.item, share.key) in wanted for share in order.shares.all())


def _part(line: quoting.Line) -> payments.Part:
    return payments.Part(
        item=line.item, key=line.key, payee=line.payee, title=line.title, fen=line.fen, cites=line.cites, owes=line.owes
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
    """Ask the acquirer how the open orders of a case stand, rather than wait for its messages. Where it cannot be reached
    it says so later."""
    try:
        for order in paid.open_ones(number):
            if order.url:
                taking.believe(order, port.acquirer(order.acquirer).look(order, now=now), now=now)
    except port.Unavailable:
        return


def page(number: str, *, back: bool, by: Actor, now: datetime) -> Sheet:
    """The money of somebody's case, here or as the deciding city tells it; ``back``: they come from the acquirer's page.
    Raises PeerUnavailable."""
    row = see.mine(number, by=by, now=now)
    eyes = payers.eyes(row, by=by, now=now)
    if row.city != settings.TONGBAN_ADCODE:
        from tongban.journeys.pay import abroad

        return abroad.there(row, eyes=eyes, look=back, now=now)
    if back:
        look(number, now=now)
    return sheets.sheet(row, eyes=eyes, now=now)
