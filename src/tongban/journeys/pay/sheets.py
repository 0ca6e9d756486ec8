"""The money of a case as its page shows it, the same here and in the city that took the case in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.certificates import queries as issued
from tongban.journeys import find, moves
from tongban.journeys.pay import payers, quoting, receipts
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
    """Money that goes back, or has (``done``): when, how much, why, and under which article where an officer allowed it.
    ``trouble``: it failed before and is tried ``again``, or is ``stuck`` and an officer sees to it."""

    at: datetime
    fen: int
    done: bool
    why: Words
    cites: tuple[str, ...] = ()
    trouble: str = ""


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


class Debtor(msgspec.Struct, frozen=True, kw_only=True):
    """What other parties still owe: as what they take part, and how much."""

    who: Words
    fen: int


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. ``fen`` and ``digest`` stand for what is due from who looks; ``others`` what other parties owe, and
    ``all_fen`` and ``all_digest`` for all of that together, where they may pay for all. ``waiting`` is the acquirer's page of
    an order that nobody has paid yet, ``till`` where its pages are."""

    title: Words
    fen: int
    digest: str
    due: tuple[Payee, ...] = ()
    paid: tuple[Paid, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    waiting: str = ""
    till: str = ""
    others: tuple[Debtor, ...] = ()
    all_fen: int = 0
    all_digest: str = ""


def sheet(row: Any, *, eyes: payers.Eyes, now: datetime) -> Sheet:
    """The money of a case that this node decides, as far as these eyes see it."""
    row = stored.by_number(row.number)
    due, orders = quoting.quote(row, now=now), payments.of_case(row.number)
    shares = [share for order in orders if order.state == order.PAID for share in order.shares.all()]
    mine = quoting.share(due, shares, eyes)
    rest = due.without(mine) if eyes.whole else mine.without(mine)
    live = next((o for o in orders if o.state == o.OPEN and o.quote in (mine.digest, due.digest if rest.lines else "")), None)
    return Sheet(
        title=Words(**row.title),
        fen=mine.fen,
        digest=mine.digest,
        due=tuple(_due(mine)),
        paid=tuple(found for order in orders if order.state == order.PAID if (found := _paid(order, eyes))),
        receipts=tuple(_receipt(made) for made in receipts.of_orders(orders, eyes)),
        waiting=live.url if live else "",
        till=origin(),
        others=tuple(_others(row, rest, now)),
        all_fen=due.fen if rest.lines else 0,
        all_digest=due.digest if rest.lines else "",
    )


def _others(row: Any, rest: quoting.Quote, now: datetime) -> Iterator[Debtor]:
    """What is owed by others, by who they are."""
    owed: dict[tuple[str, ...], int] = {}
    for line in rest.lines:
        owed[line.owes] = owed.get(line.owes, 0) + line.fen
    document = stored.content(row, warrant=moves.SELF, now=now)["document"] if owed else {"roles": []}
    titles = {role["key"]: Words(**role["title"]) for role in document["roles"]}
    for keys, fen in owed.items():
        who = [titles[key] for key in keys]
        yield Debtor(who=Words(zh="、".join(w.zh for w in who), en=", ".join(w.en for w in who)), fen=fen)


def origin() -> str:
    """Where the acquirer's pages are: the one other address to which a form of ours may lead."""
    return str(settings.TONGBAN_PORTS.get("acquirer", {}).get("url", ""))


def _due(quote: quoting.Quote) -> Iterator[Payee]:
    several = len({line.item for line in quote.lines}) > 1
    for office, fen, lines in quote.payees:
        told = (BillLine(title=x.title, fen=x.fen, of=x.of if several else None, cites=x.cites) for x in lines)
        yield Payee(office=office, fen=fen, lines=tuple(told))


def _paid(order: Any, eyes: payers.Eyes) -> Paid | None:
    """A payment as far as these eyes see it; None where they see nothing of it."""
    seen = [share for share in order.shares.all() if eyes.whole or eyes.roles & set(share.owes)]
    if not seen:
        return None
    return Paid(
        at=order.paid_at,
        fen=sum(share.fen for share in seen),
        back=sum(share.refunded_fen for share in seen),
        reference=order.reference,
        payees=tuple(_payees(seen)),
        returns=tuple(_returns(order, {str(share.id) for share in seen}, eyes)),
    )


_WHY = {
    "refused": Words(zh="未获准予、已撤回或者终止，费用退回", en="Not granted, taken back or ended"),
    "surplus": Words(zh="重复支付或者超时支付，全额退回", en="Paid twice or too late: all of it"),
}


def _returns(order: Any, seen: Collection[str], eyes: payers.Eyes) -> Iterator[Return]:
    """What of a payment goes back, the oldest first; what failed is asked for anew or not at all."""
    for payment in order.payments.all():
        for refund in payment.refunds.all():
            fen = refund.fen if eyes.whole else sum(fen for share, fen in refund.shares.items() if share in seen)
            if refund.state != refund.FAILED and fen:
                yield _return(refund, fen)


def _return(refund: Any, fen: int) -> Return:
    hand = getattr(refund, "proposal", None)
    why = Words(zh=hand.reason, en=hand.reason) if hand else _WHY.get(refund.why, Words(zh="退款", en="Given back"))
    cites = (hand.cites,) if hand else ()
    done = refund.state == refund.DONE
    at = refund.done_at if done else refund.asked_at
    return Return(at=at, fen=fen, done=done, why=why, cites=cites, trouble=refund.trouble)


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
