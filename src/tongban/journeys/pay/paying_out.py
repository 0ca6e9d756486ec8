"""Paying out to the payees each night what came in for them, net of what went back (划拨、结算)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db import transaction

from tongban.base.actors import SYSTEM
from tongban.base.calendar import SHANGHAI, day_of
from tongban.base.cryptography import canonical
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.journeys.pay import payees
from tongban.payments import believing, payouts, port
from tongban.payments import queries as paid
from tongban.queue import actions as queue
from tongban.queue.names import Name


def pay_out(*, now: datetime) -> int:
    """Instruct each acquirer to pay out what it took up to midnight (job); how many payouts were made. What its statements
    put in doubt stays with it until somebody has dealt with it."""
    today = day_of(now)
    accounts = {role: msgspec.to_builtins(account) for role, account in payees.accounts().items()}
    made = 0
    for acquirer in paid.acquirers():
        with transaction.atomic():
            rows = payouts.instruct(
                acquirer=acquirer,
                day=today - timedelta(days=1),
                before=datetime.combine(today, time(), SHANGHAI),
                doubted_fen=paid.doubted_fen(acquirer),
                accounts=accounts,
                by=SYSTEM,
                now=now,
            )
            for row in rows:
                queue.put(Name.PAYOUT, once=f"payout:{row.id}", payout=str(row.id))
        made += len(rows)
    return made


def send(*, payout: str, now: datetime) -> None:
    """Hand an instruction to its acquirer (job); again it is the same one. One that it refuses has failed."""
    row = paid.payout(payout)
    if row is None or row.state != row.ASKED:
        return
    try:
        port.acquirer(row.acquirer).pay_out(row, now=now)
    except port.NotPaidOut as no:
        payouts.failed(payout=payout, said=_said(row, row.fen, "CNY", now), why=no.why, by=SYSTEM, now=now)


def look(row: Any, *, now: datetime) -> int:
    """Ask how a payout stands that nothing was heard of; how much was booked. One that never arrived is sent again."""
    standing = port.acquirer(row.acquirer).look_out(row, now=now)
    if standing is None:
        send(payout=str(row.id), now=now)
        return 0
    moved = 0
    for event in standing.events:
        said = _said(row, event.fen, event.currency, event.at, number=event.number)
        moved += happened(event.kind, str(row.id), said, why=event.why, now=now)
    return moved


def _said(row: Any, fen: int, currency: str, at: datetime, number: str = "") -> believing.Said:
    return believing.Said(acquirer=row.acquirer, order="", number=number, fen=fen, currency=currency, at=at)


class Callback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One message of an acquirer about a payout: ``kind`` paid_out | payout_failed; ``number`` is its own of the transfer."""

    event: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    payout: UUID
    sequence: Annotated[int, msgspec.Meta(ge=1)]
    kind: str
    number: Annotated[str, msgspec.Meta(max_length=80)]
    fen: Annotated[int, msgspec.Meta(ge=0)]
    currency: Annotated[str, msgspec.Meta(max_length=3)]
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    why: Annotated[str, msgspec.Meta(max_length=80)] = ""


def out_reported(*, body: bytes, acquirer: str, now: datetime) -> dict[str, Any]:
    """Take an acquirer's verified message; a repetition answers as the first did and moves nothing."""
    try:
        told = msgspec.json.decode(body, type=Callback)
    except msgspec.DecodeError as wrong:
        raise Refusal(
            "malformed", Words(zh="回报格式不对", en=f"The report is malformed: {wrong}"), status=400
        ) from wrong
    said = believing.Said(
        acquirer=acquirer,
        order="",
        number=told.number,
        fen=told.fen,
        currency=told.currency,
        at=told.at,
        event=told.event,
        digest=canonical.sha256(body),
    )
    happened(told.kind, str(told.payout), said, why=told.why, now=now)
    return {"event": told.event, "payout": str(told.payout), "taken": True}


def happened(kind: str, payout: str, said: believing.Said, *, why: str, now: datetime) -> bool:
    """Book what came of a payout; False where it was booked before."""
    if kind == "paid_out":
        return payouts.went(payout=payout, said=said, by=SYSTEM, now=now) is not None
    if kind == "payout_failed":
        return payouts.failed(payout=payout, said=said, why=why, by=SYSTEM, now=now) is not None
    raise Refusal("unknown_kind", Words(zh="不认识这种回报", en="Nobody knows this kind of message"), status=400)
