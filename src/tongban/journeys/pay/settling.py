"""What follows from money: steps that waited for it, receipts, and what goes back where something was refused (退费)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import canonical
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.engine.plan import StepKind
from tongban.journeys import moves
from tongban.journeys.pay import quoting, receipts, taking, telling
from tongban.payments import port, refunds
from tongban.payments import queries as paid
from tongban.payments.refusals import TooMuch


def settle(*, number: str, now: datetime) -> None:
    """Bring a case in line with its money (job). Again, everything is found as it was left."""
    row = stored.find(number)
    if row is None:
        return
    _return_fallen(row, now=now)
    _finish_paid(row, now=now)
    receipts.keep(row, now=now)
    row = stored.by_number(number)
    waits = any(s.kind is StepKind.PAY and s.state is lifecycle.StepState.OPEN for s in stored.state(row).steps)
    telling.tell_all(row, paid.of_case(number), due=quoting.quote(row, now=now), waits=waits, now=now)


def _finish_paid(row: Any, *, now: datetime) -> None:
    """Every step of payment that is open and of whose item nothing is due any more is done."""
    state = stored.state(row)
    due = {line.item for line in quoting.quote(row, now=now).lines}
    for step in state.steps:
        if step.kind is StepKind.PAY and step.state is lifecycle.StepState.OPEN and step.part not in due:
            proof = canonical.digest({"case": row.number, "step": step.key, "paid": _proof(row.number, step.part)})
            _finish(row.number, step.key, proof, now)


def _proof(number: str, part: str) -> list[list[Any]]:
    return [[str(share.order_id), share.key, share.fen] for share in paid.paid_shares(number) if share.item == part]


def _finish(number: str, step: str, proof: str, now: datetime) -> None:
    command = lifecycle.FinishStep(
        by=SYSTEM,
        node=settings.TONGBAN_ADCODE,
        circle=moves.NOBODY,
        step=step,
        outcome=lifecycle.Outcome.PASSED,
        proof=proof,
    )
    moves.move(number=number, command=command, now=now)


def _return_fallen(row: Any, *, now: datetime) -> None:
    """Fees of what is not granted any more go back, each once."""
    state = stored.state(row)
    shares = [share for share in paid.paid_shares(row.number) if not stands(state, share.item)]
    orders = {share.order_id: share.order for share in shares}
    for id, order in orders.items():
        back = {str(share.id): share.left for share in shares if share.order_id == id}
        try:
            with transaction.atomic():
                payment = paid.payment_of(order)
                refund = refunds.ask_back(payment=payment, shares=back, why="refused", by=SYSTEM, now=now)
                taking.send_back(refund)
        except TooMuch:
            continue  # somebody was faster


def stands(state: lifecycle.Case, part: str) -> bool:
    """Whether a part of a case is still to come, or granted: what was refused or taken back costs nothing."""
    found = state.part(part)
    over = state.closing in (lifecycle.Closing.RETURNED, lifecycle.Closing.VOIDED, lifecycle.Closing.NOT_SUPPLEMENTED)
    if found is None or found.gone or state.withdrawn or over:
        return False
    return found.decision is None or found.decision.granted


def give_back(*, refund: str, now: datetime) -> bool:
    """Ask the acquirer to give money back (job), once its time has come; asked again it answers the same. That it went back
    it tells later; one that it refuses has failed, and that is booked (True). Raises Unavailable."""
    row = paid.refund(refund)
    if row is None or row.state != row.ASKED or row.later(now):
        return False
    try:
        port.acquirer(row.payment.acquirer).give_back(row, now=now)
    except port.NotGivenBack:
        return taking.refused_back(row, now=now)
    return False
