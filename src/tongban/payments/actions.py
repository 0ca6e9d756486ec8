"""Ordering a payment and believing what came in: each once, whatever comes twice or at the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import connection, transaction

from tongban.base.actors import Actor
from tongban.base.words import Words
from tongban.payments import ledger, queries
from tongban.payments.believing import Said, check, locked, repeated, told
from tongban.payments.models import Order, Payment, Share
from tongban.payments.refusals import BeingPaid, OtherContent, PaidAlready


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one payee is to get: for which fee (``key``) of which item, under which articles, and which roles owe it."""

    item: str
    key: str
    payee: str
    title: Words
    fen: int
    cites: tuple[str, ...] = ()
    owes: tuple[str, ...] = ()


@transaction.atomic
def open_order(
    *,
    case: str,
    quote: str,
    parts: Sequence[Part],
    kept: Mapping[tuple[str, str], int],
    acquirer: str,
    expires_at: datetime,
    by: Actor,
    now: datetime,
    party: str = "",
) -> Order:
    """The open order of a party of a case (of nobody's: for all), made where there is none: two browsers at once get the
    same one. Where an older quote has one it is that: the caller closes it first. ``kept`` is what was paid when the quote
    was made; raises PaidAlready where more is by now, BeingPaid where another's open order has a line of it."""
    _alone(case)
    live = Order.objects.filter(case=case, party=party, state=Order.OPEN).first()
    if live is not None:
        return live
    wanted, paid = {(part.item, part.key) for part in parts}, queries.kept(case)
    if any(paid.get(line, 0) != kept.get(line, 0) for line in wanted):
        raise PaidAlready
    if wanted & queries.being_paid(case):
        raise BeingPaid
    order = Order.objects.create(
        case=case,
        party=party,
        quote=quote,
        fen=sum(part.fen for part in parts),
        acquirer=acquirer,
        payer=by.id,
        opened_at=now,
        expires_at=expires_at,
    )
    Share.objects.bulk_create([Share(order=order, **_row(part)) for part in parts])
    told("payment.order", order, by, now, fen=order.fen)
    return order


def _alone(case: str) -> None:
    """One at a time for a case: a row cannot be locked that is not there yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"payments:{case}"])


def _row(part: Part) -> dict[str, object]:
    return {**msgspec.to_builtins(part), "cites": list(part.cites), "owes": list(part.owes)}


@transaction.atomic
def placed(*, order: Order, reference: str, url: str) -> None:
    """Keep the acquirer's number and page of an order."""
    Order.objects.filter(pk=order.pk).update(reference=reference[:80], url=url[:500])


@transaction.atomic
def close(*, order: str, by: Actor, now: datetime) -> bool:
    """Nothing is to be paid on this order any more; False where it is paid."""
    row = locked(order)
    if row.state == Order.OPEN:
        row.state, row.closed_at = Order.CLOSED, now
        row.save(update_fields=["state", "closed_at"])
        told("payment.close", row, by, now)
    return row.state == Order.CLOSED


@transaction.atomic
def take(*, said: Said, by: Actor, now: datetime) -> Payment | None:
    """Book money that came in; None where it is booked already. What fits no open order is ``surplus``: the caller sends
    it back. Raises NoOrder, OtherAmount, OtherCurrency, OtherContent; nothing is booked then."""
    row = locked(said.order, said.acquirer)
    if repeated(row, said, "paid", now):
        return None
    check(said, row.fen)
    known = Payment.objects.filter(acquirer=said.acquirer, number=said.number).first()
    if known is not None:
        if known.order_id != row.pk:
            raise OtherContent
        return None
    fits = row.state == Order.OPEN
    payment = Payment.objects.create(
        acquirer=said.acquirer, number=said.number, order=row, fen=said.fen, surplus=not fits, at=said.at, noted_at=now
    )
    if fits:
        row.state, row.paid_fen, row.paid_at = Order.PAID, said.fen, said.at
        row.save(update_fields=["state", "paid_fen", "paid_at"])
    moves = {ledger.held_by(said.acquirer): said.fen, **(_split(row) if fits else {ledger.SURPLUS: -said.fen})}
    once, kind = f"paid:{said.acquirer}:{said.number}", "paid" if fits else "surplus"
    ledger.post(once=once, kind=kind, of=row, moves=moves, by=by.id, now=now)
    told(f"payment.{kind}", row, by, now, fen=said.fen)
    return payment


@transaction.atomic
def closed_there(*, said: Said, by: Actor, now: datetime) -> bool:
    """Note that the acquirer takes nothing on an order any more; False where that was known, or it is paid."""
    row = locked(said.order, said.acquirer)
    if repeated(row, said, "closed", now) or row.state != Order.OPEN:
        return False
    return close(order=str(row.id), by=by, now=now)


def _split(order: Order) -> dict[str, int]:
    """What each payee's account gets."""
    found: dict[str, int] = {}
    for share in order.shares.all():
        account = ledger.payee(share.payee)
        found[account] = found.get(account, 0) - share.fen
    return found
