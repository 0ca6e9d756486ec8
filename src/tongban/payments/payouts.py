"""Paying out to the payees what the acquirer holds for them: net of what went back, once a day, never more than is there.

The day's instructions are made in one transaction that nobody else makes at the same time; a constraint trigger counts
again that what is left to be paid out is not less than nothing (migration 0004).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tongban.base.actors import Actor
from tongban.payments import ledger
from tongban.payments.believing import Said, check, repeated, uuid
from tongban.payments.models import Payout
from tongban.payments.refusals import NoPayout
from tongban.trail import actions as trail


@transaction.atomic
def instruct(
    *,
    acquirer: str,
    day: date,
    before: datetime,
    doubted_fen: int,
    accounts: Mapping[str, dict[str, Any]],
    by: Actor,
    now: datetime,
) -> list[Payout]:
    """Make the day's payouts: to each payee that has an account what it is to get of all that came in ``before``, and all
    of them together no more than is there and not doubted. A payee that owes (money went back after it was paid out) gets
    nothing until that is made up for. A day that was instructed already makes none."""
    ledger.hold(acquirer, alone=True)
    owed = ledger.owed(acquirer, before=before)
    there = sum(owed.values()) - doubted_fen
    had = set(Payout.objects.filter(acquirer=acquirer, day=day).values_list("payee", flat=True))
    made = []
    for payee in sorted(owed.keys() & accounts.keys() - had):
        fen = min(owed[payee], there)
        if fen > 0:
            made.append(_instructed(acquirer, payee, day, fen, accounts[payee], by, now))
            there -= fen
    return made


def _instructed(
    acquirer: str, payee: str, day: date, fen: int, account: dict[str, Any], by: Actor, now: datetime
) -> Payout:
    row = Payout.objects.create(acquirer=acquirer, payee=payee, day=day, fen=fen, account=account, asked_at=now)
    _post(row, "payout", {ledger.payee(payee): fen, ledger.PAYING_OUT: -fen}, by, now)
    return row


@transaction.atomic
def went(*, payout: str, said: Said, by: Actor, now: datetime) -> Payout | None:
    """Book that a payout has reached its payee; None where it is booked already. Raises NoPayout, OtherAmount,
    OtherCurrency, OtherContent."""
    row = _locked(payout, said.acquirer)
    if repeated(row, said, "paid-out", now):
        return None
    check(said, row.fen)
    if row.state == Payout.DONE:
        return None
    if row.state == Payout.FAILED:  # said to have failed, and yet it has come
        _post(row, "payout-again", {ledger.payee(row.payee): row.fen, ledger.PAYING_OUT: -row.fen}, by, now)
    row.state, row.number, row.why, row.done_at, row.failed_at = Payout.DONE, said.number, "", said.at, None
    row.save()
    _post(row, "paid-out", {ledger.PAYING_OUT: row.fen, ledger.held_by(said.acquirer): -row.fen}, by, now)
    return row


@transaction.atomic
def failed(*, payout: str, said: Said, why: str, by: Actor, now: datetime) -> Payout | None:
    """Book that a payout did not reach its payee: it is to be paid out again, with the following day's. None for a
    repetition, and for one that is known to have come."""
    row = _locked(payout, said.acquirer)
    if repeated(row, said, "payout-failed", now):
        return None
    check(said, row.fen)
    if row.state != Payout.ASKED:
        return None
    row.state, row.why, row.failed_at = Payout.FAILED, why[:40], now
    row.save()
    _post(row, "payout-failed", {ledger.PAYING_OUT: row.fen, ledger.payee(row.payee): -row.fen}, by, now)
    return row


def _post(row: Payout, kind: str, moves: Mapping[str, int], by: Actor, now: datetime) -> None:
    ledger.post(once=f"{kind}:{row.id}", kind=kind, of=row, moves=moves, by=by.id, now=now)
    facts = {"payout": str(row.id), "day": row.day.isoformat(), "fen": row.fen}
    trail.record(by=by, verb=f"payment.{kind}", subject_kind="payee", subject=row.payee, now=now, facts=facts)


def _locked(payout: str, acquirer: str) -> Payout:
    row = Payout.objects.select_for_update().filter(pk=uuid(payout), acquirer=acquirer).first()
    if row is None:
        raise NoPayout
    return row
