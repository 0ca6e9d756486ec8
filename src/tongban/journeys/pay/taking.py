"""What the acquirer says happened: its signed callbacks, its answers, its statements; each is believed once (支付回调)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db import transaction

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import canonical
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.journeys import moves
from tongban.payments import actions as payments
from tongban.payments import believing, port, refunds
from tongban.queue import actions as queue
from tongban.queue.names import Name


class Callback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One message of an acquirer: ``sequence`` counts from 1 for each order; ``number`` is its own of the payment."""

    event: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    order: UUID
    sequence: Annotated[int, msgspec.Meta(ge=1)]
    kind: str
    number: Annotated[str, msgspec.Meta(max_length=80)]
    refund: Annotated[str, msgspec.Meta(max_length=80)]
    fen: Annotated[int, msgspec.Meta(ge=0)]
    currency: Annotated[str, msgspec.Meta(max_length=3)]
    at: Annotated[datetime, msgspec.Meta(tz=True)]


def reported(*, body: bytes, acquirer: str, now: datetime) -> dict[str, Any]:
    """Take an acquirer's verified message; a repetition answers as the first did and moves nothing."""
    try:
        said = msgspec.json.decode(body, type=Callback)
    except msgspec.DecodeError as wrong:
        raise Refusal(
            "malformed", Words(zh="回报格式不对", en=f"The report is malformed: {wrong}"), status=400
        ) from wrong
    happening = believing.Said(
        acquirer=acquirer,
        order=str(said.order),
        number=said.number,
        fen=said.fen,
        currency=said.currency,
        at=said.at,
        event=said.event,
        digest=canonical.sha256(body),
    )
    happened(said.kind, happening, refund=said.refund, now=now)
    return {"event": said.event, "order": str(said.order), "taken": True}


def believe(order: Any, standing: port.Standing, *, now: datetime) -> int:
    """Book whatever the acquirer's signed answer says of an order and was not heard before; how much it was."""
    moved = 0
    for event in standing.events:
        happening = believing.Said(
            acquirer=order.acquirer,
            order=str(order.id),
            number=event.number,
            fen=event.fen,
            currency=event.currency,
            at=event.at,
        )
        moved += happened(event.kind, happening, refund=event.refund, now=now)
    return moved


def happened(kind: str, said: believing.Said, *, refund: str, now: datetime) -> bool:
    """Book one thing and put off what follows from it; False where it was booked before."""
    book = _BOOKS.get(kind)
    if book is None:
        raise Refusal("unknown_kind", Words(zh="不认识这种回报", en="Nobody knows this kind of message"), status=400)
    with transaction.atomic():
        return book(said, refund, now)


def _paid(said: believing.Said, refund: str, now: datetime) -> bool:
    payment = payments.take(said=said, by=SYSTEM, now=now)
    if payment is None:
        return False
    if payment.surplus:
        back = refunds.ask_back(payment=payment, shares={}, why="surplus", by=SYSTEM, now=now)
        send_back(back)
    moves.settle(payment.order.case)
    return True


def _refunded(said: believing.Said, refund: str, now: datetime) -> bool:
    row = refunds.came_back(refund=refund, said=said, by=SYSTEM, now=now)
    if row is not None:
        moves.settle(row.payment.order.case)
    return row is not None


def _refund_failed(said: believing.Said, refund: str, now: datetime) -> bool:
    row = refunds.did_not_come_back(refund=refund, said=said, by=SYSTEM, now=now)
    if row is not None:
        again = refunds.ask_anew(failed=row, by=SYSTEM, now=now)
        if again.state == again.ASKED:
            send_back(again, at=again.asked_at)
        moves.settle(row.payment.order.case)
    return row is not None


def refused_back(refund: Any, *, now: datetime) -> bool:
    """Book that the acquirer refuses to give money back; False where it was booked before."""
    payment = refund.payment
    order = payment.order
    said = believing.Said(
        acquirer=payment.acquirer,
        order=str(order.id),
        number=payment.number,
        fen=refund.fen,
        currency=order.currency,
        at=now,
    )
    return happened("refund_failed", said, refund=str(refund.id), now=now)


def _closed(said: believing.Said, refund: str, now: datetime) -> bool:
    return payments.closed_there(said=said, by=SYSTEM, now=now)


_BOOKS = {"paid": _paid, "refunded": _refunded, "refund_failed": _refund_failed, "closed": _closed}


def send_back(refund: Any, *, at: datetime | None = None) -> None:
    """Have a refund asked for, once this transaction is done (or at its time)."""
    queue.put(Name.REFUND, at=at, once=f"refund:{refund.id}", refund=str(refund.id))
