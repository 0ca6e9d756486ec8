"""What an acquirer says, and how it is believed: of our own order, once, with the same content, the amount and the currency."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from tongban.base.actors import Actor
from tongban.payments.models import CNY, Order, Payout, Report
from tongban.payments.refusals import NoOrder, OtherAmount, OtherContent, OtherCurrency
from tongban.trail import actions as trail


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an acquirer says happened: ``number`` is its own of the payment or payout; ``event`` names the message (empty
    where a statement or an answer says so), ``digest`` its content. ``order`` is empty where it is of a payout."""

    acquirer: str
    order: str
    number: str
    fen: int
    currency: str
    at: datetime
    event: str = ""
    digest: str = ""


def check(said: Said, expected: int) -> None:
    """Raises OtherCurrency or OtherAmount for anything else than was asked for."""
    if said.currency != CNY:
        raise OtherCurrency
    if said.fen != expected:
        raise OtherAmount(said.fen, expected)


def repeated(of: Order | Payout, said: Said, kind: str, now: datetime) -> bool:
    """Whether this message was taken before; noted where it was not. Its content is the same then, or it is refused."""
    if not said.event:
        return False
    before = Report.objects.filter(acquirer=said.acquirer, event=said.event).first()
    if before is not None:
        if before.digest != said.digest:
            raise OtherContent
        return True
    about = {"order": of} if isinstance(of, Order) else {"payout": of}
    Report.objects.create(
        acquirer=said.acquirer, event=said.event, kind=kind, digest=said.digest, received_at=now, **about
    )
    return False


def uuid(text: str) -> UUID | None:
    """An id of ours; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def locked(order: str, acquirer: str = "") -> Order:
    """An order, locked, of this acquirer where one is named. Raises NoOrder."""
    rows = Order.objects.select_for_update().filter(pk=uuid(order))
    row = (rows.filter(acquirer=acquirer) if acquirer else rows).first()
    if row is None:
        raise NoOrder
    return row


def told(verb: str, order: Order, by: Actor, now: datetime, **facts: object) -> None:
    """A row on the trail of the case."""
    facts = {"order": str(order.id), **facts}
    trail.record(by=by, verb=verb, subject_kind="case", subject=order.case, now=now, facts=facts)
