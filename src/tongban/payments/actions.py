"""Ordering a payment, believing the acquirer, giving back: each once, whatever comes twice or at the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import connection, transaction

from tongban.base.actors import Actor
from tongban.base.words import Words
from tongban.payments import ledger, queries
from tongban.payments.models import CNY, Drift, Order, Payment, Refund, Report, Share, Statement
from tongban.payments.refusals import (
    NoOrder,
    NoRefund,
    OtherAmount,
    OtherContent,
    OtherCurrency,
    PaidAlready,
    TooEarly,
    TooMuch,
)
from tongban.trail import actions as trail


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one payee is to get: for which fee (``key``) of which item, under which articles."""

    item: str
    key: str
    payee: str
    title: Words
    fen: int
    cites: tuple[str, ...] = ()


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an acquirer says happened: ``number`` is its own of the payment; ``event`` names the message (empty where a
    statement or an answer says so), ``digest`` its content."""

    acquirer: str
    order: str
    number: str
    fen: int
    currency: str
    at: datetime
    event: str = ""
    digest: str = ""


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
) -> Order:
    """The open order of a case, made where there is none: two browsers at once get the same one. Where an older quote has
    one it is that: the caller closes it first. ``kept`` is what was paid when the quote was made; raises PaidAlready where
    more is by now."""
    _alone(case)
    live = Order.objects.filter(case=case, state=Order.OPEN).first()
    if live is not None:
        return live
    if queries.kept(case) != kept:
        raise PaidAlready
    order = Order.objects.create(
        case=case,
        quote=quote,
        fen=sum(part.fen for part in parts),
        acquirer=acquirer,
        payer=by.id,
        opened_at=now,
        expires_at=expires_at,
    )
    Share.objects.bulk_create([Share(order=order, **_row(part)) for part in parts])
    _told("payment.order", order, by, now, fen=order.fen)
    return order


def _told(verb: str, order: Order, by: Actor, now: datetime, **facts: object) -> None:
    """A row on the trail of the case."""
    facts = {"order": str(order.id), **facts}
    trail.record(by=by, verb=verb, subject_kind="case", subject=order.case, now=now, facts=facts)


def _alone(case: str) -> None:
    """One at a time for a case: a row cannot be locked that is not there yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"payments:{case}"])


def _row(part: Part) -> dict[str, object]:
    return {**msgspec.to_builtins(part), "cites": list(part.cites)}


@transaction.atomic
def placed(*, order: Order, reference: str, url: str) -> None:
    """Keep the acquirer's number and page of an order."""
    Order.objects.filter(pk=order.pk).update(reference=reference[:80], url=url[:500])


@transaction.atomic
def close(*, order: str, by: Actor, now: datetime) -> bool:
    """Nothing is to be paid on this order any more; False where it is paid."""
    row = _locked(order)
    if row.state == Order.OPEN:
        row.state, row.closed_at = Order.CLOSED, now
        row.save(update_fields=["state", "closed_at"])
        _told("payment.close", row, by, now)
    return row.state == Order.CLOSED


@transaction.atomic
def take(*, said: Said, by: Actor, now: datetime) -> Payment | None:
    """Book money that came in; None where it is booked already. What fits no open order is ``surplus``: the caller sends
    it back. Raises NoOrder, OtherAmount, OtherCurrency, OtherContent; nothing is booked then."""
    row = _locked(said.order, said.acquirer)
    if _repeated(row, said, "paid", now):
        return None
    _check(said, row.fen)
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
    ledger.post(once=once, kind=kind, order=row, moves=moves, by=by.id, now=now)
    _told(f"payment.{kind}", row, by, now, fen=said.fen)
    return payment


@transaction.atomic
def closed_there(*, said: Said, by: Actor, now: datetime) -> bool:
    """Note that the acquirer takes nothing on an order any more; False where that was known, or it is paid."""
    row = _locked(said.order, said.acquirer)
    if _repeated(row, said, "closed", now) or row.state != Order.OPEN:
        return False
    return close(order=str(row.id), by=by, now=now)


def _check(said: Said, expected: int) -> None:
    if said.currency != CNY:
        raise OtherCurrency
    if said.fen != expected:
        raise OtherAmount(said.fen, expected)


def _split(order: Order) -> dict[str, int]:
    """What each payee's account gets."""
    found: dict[str, int] = {}
    for share in order.shares.all():
        account = ledger.payee(share.payee)
        found[account] = found.get(account, 0) - share.fen
    return found


def _repeated(order: Order, said: Said, kind: str, now: datetime) -> bool:
    """Whether this message was taken before; noted where it was not. Its content is the same then, or it is refused."""
    if not said.event:
        return False
    before = Report.objects.filter(acquirer=said.acquirer, event=said.event).first()
    if before is not None:
        if before.digest != said.digest:
            raise OtherContent
        return True
    Report.objects.create(
        acquirer=said.acquirer, event=said.event, kind=kind, order=order, digest=said.digest, received_at=now
    )
    return False


@transaction.atomic
def ask_back(*, payment: Payment, shares: Mapping[str, int], why: str, by: Actor, now: datetime) -> Refund:
    """Ask for money back: of a payment that fits its order, so much of each share (by id); of a surplus one, all of it.
    Raises TooMuch."""
    order = _locked(str(payment.order_id))
    fen = payment.fen if payment.surplus else _taken_from(order, shares)
    if payment.surplus and Refund.objects.filter(payment=payment).exclude(state=Refund.FAILED).exists():
        raise TooMuch
    refund = Refund.objects.create(
        payment=payment, fen=fen, why=why, shares=dict(shares), asked_by=by.id, asked_at=now
    )
    moves = {ledger.RETURNING: -fen, **_from_payees(order, refund)}
    ledger.post(once=f"back:{refund.id}", kind="asked-back", order=order, moves=moves, by=by.id, now=now)
    _told("payment.refund", order, by, now, refund=str(refund.id), fen=fen, why=why)
    return refund


def _taken_from(order: Order, shares: Mapping[str, int]) -> int:
    rows = {str(share.id): share for share in order.shares.select_for_update()}
    for id, fen in shares.items():
        share = rows.get(id)
        if share is None or fen <= 0 or fen > share.left or order.state != Order.PAID:
            raise TooMuch
        share.refunded_fen += fen
        share.save(update_fields=["refunded_fen"])
    total = sum(shares.values())
    if not total:
        raise TooMuch
    order.refunded_fen += total
    order.save(update_fields=["refunded_fen"])
    return total


def _from_payees(order: Order, refund: Refund, sign: int = 1) -> dict[str, int]:
    """What a refund takes from each account that had got it; ``sign`` -1 gives it again."""
    if not refund.shares:
        return {ledger.SURPLUS: sign * refund.fen}
    payees = {str(share.id): share.payee for share in order.shares.all()}
    found: dict[str, int] = {}
    for id, fen in refund.shares.items():
        account = ledger.payee(payees[id])
        found[account] = found.get(account, 0) + sign * fen
    return found


@transaction.atomic
def came_back(*, refund: str, said: Said, by: Actor, now: datetime) -> Refund | None:
    """Book that a refund has reached who paid; None where it is booked already. Raises NoRefund, OtherAmount,
    OtherCurrency, OtherContent, and TooEarly while the payment itself is not known."""
    row, order = _refund(refund, said)
    if _repeated(order, said, "refunded", now):
        return None
    _check(said, row.fen)
    if row.state == Refund.DONE:
        return None
    if row.state == Refund.FAILED:
        _again(row, order, by, now)
    row.state, row.done_at = Refund.DONE, said.at
    row.save(update_fields=["state", "done_at", "failed_at"])
    moves = {ledger.RETURNING: row.fen, ledger.held_by(said.acquirer): -row.fen}
    ledger.post(once=f"returned:{row.id}", kind="returned", order=order, moves=moves, by=by.id, now=now)
    _told("payment.returned", order, by, now, refund=str(row.id), fen=row.fen)
    return row


@transaction.atomic
def did_not_come_back(*, refund: str, said: Said, by: Actor, now: datetime) -> Refund | None:
    """Book that a refund failed: the payees have the money again, and it can be asked for anew. None for a repetition."""
    row, order = _refund(refund, said)
    if _repeated(order, said, "refund-failed", now):
        return None
    _check(said, row.fen)
    if row.state != Refund.ASKED:
        return None
    row.state, row.failed_at = Refund.FAILED, now
    row.save(update_fields=["state", "failed_at"])
    _count_back(order, row, -1)
    moves = {ledger.RETURNING: row.fen, **_from_payees(order, row, -1)}
    ledger.post(once=f"failed:{row.id}", kind="refund-failed", order=order, moves=moves, by=by.id, now=now)
    _told("payment.refund-failed", order, by, now, refund=str(row.id))
    return row


def _again(row: Refund, order: Order, by: Actor, now: datetime) -> None:
    """A refund that was said to have failed has come after all: taken from the payees once more. Raises TooMuch where it was
    given back in another way meanwhile."""
    left = {str(share.id): share.left for share in order.shares.select_for_update()}
    if any(fen > left[id] for id, fen in row.shares.items()):
        raise TooMuch
    _count_back(order, row, 1)
    row.failed_at = None
    moves = {ledger.RETURNING: -row.fen, **_from_payees(order, row)}
    ledger.post(once=f"back-again:{row.id}", kind="asked-back", order=order, moves=moves, by=by.id, now=now)


def _count_back(order: Order, row: Refund, sign: int) -> None:
    for share in order.shares.select_for_update().filter(pk__in=list(row.shares)):
        share.refunded_fen += sign * row.shares[str(share.id)]
        share.save(update_fields=["refunded_fen"])
    if row.shares:
        order.refunded_fen += sign * row.fen
        order.save(update_fields=["refunded_fen"])


def _refund(refund: str, said: Said) -> tuple[Refund, Order]:
    """The refund and its order, both locked, of this acquirer and about that payment; NoRefund otherwise."""
    order = _locked(said.order, said.acquirer)
    row = Refund.objects.select_for_update(of=("self",)).filter(payment__order=order, pk=_uuid(refund)).first()
    if row is None:
        raise TooEarly if order.state == Order.OPEN else NoRefund
    return row, order


def _uuid(text: str) -> UUID | None:
    """An id of ours; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _locked(order: str, acquirer: str = "") -> Order:
    rows = Order.objects.select_for_update().filter(pk=_uuid(order))
    row = (rows.filter(acquirer=acquirer) if acquirer else rows).first()
    if row is None:
        raise NoOrder
    return row


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement says otherwise than the ledger: about which payment or refund, how much here and there."""

    kind: str
    subject: str
    ours_fen: int
    theirs_fen: int
    mended: bool = False


@transaction.atomic
def note_statement(
    *,
    acquirer: str,
    day: date,
    read: int,
    paid_fen: int,
    refunded_fen: int,
    digest: str,
    found: Sequence[Difference],
    by: Actor,
    now: datetime,
) -> Statement:
    """Keep what came of comparing a day's statement with the ledger."""
    mended = sum(each.mended for each in found)
    row = Statement.objects.create(
        acquirer=acquirer,
        day=day,
        read=read,
        paid_fen=paid_fen,
        refunded_fen=refunded_fen,
        mended=mended,
        differing=len(found) - mended,
        digest=digest,
        at=now,
    )
    Drift.objects.bulk_create([Drift(statement=row, **msgspec.to_builtins(each)) for each in found])
    facts = {"read": read, "mended": mended, "differing": row.differing}
    trail.record(by=by, verb="payment.reconcile", subject_kind="acquirer", subject=f"{acquirer} {day}", now=now, facts=facts)
    return row
