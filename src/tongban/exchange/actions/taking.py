"""Taking in what another hands over: once, in order, with a receipt; all in one transaction with its effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.base.cryptography import canonical
from tongban.base.errors import Conflict, Refusal
from tongban.base.words import Words
from tongban.exchange import events, keys, queries
from tongban.exchange import signatures as wire
from tongban.exchange.actions import receiving, recording
from tongban.exchange.actions.receiving import Verified
from tongban.exchange.actions.streams import locked
from tongban.exchange.models import Evidence, Inbox, Peer
from tongban.exchange.refusals import GapExpected, WireRefusal

# Applies an event in the transaction it is called in. What it returns stands in the signed receipt.
Apply = Callable[[events.Event, Verified], dict[str, Any] | None]


class OtherContent(Conflict):
    """The same event id, or the same number of a case, came before with other content: 409, and an alarm."""

    def __init__(self, code: str) -> None:
        super().__init__(code, Words(zh="同一编号的事件内容不同", en="This event came before with other content"))


def take_in(*, verified: Verified, apply: Apply, now: datetime) -> str:
    """Apply the event in a verified request and return its signed receipt (a compact JWS).

    One transaction: lock of the case's stream, duplicate and order check, effect, inbox row with the receipt. A
    duplicate gets the identical receipt and no second effect. Raises ``GapExpected`` (412), ``OtherContent`` (409,
    after an alarm), ``Denied`` without a contract, ``WireRefusal``, or what ``apply`` refuses.
    """
    event = events.read(verified.request.body)
    if event.source != verified.sender or event.case != verified.case:
        raise WireRefusal("malformed", "source or subject is not what was signed in the headers")
    try:
        with transaction.atomic(durable=True):
            return _taken(event, verified, apply, now)
    except OtherContent as no:
        recording.alarm(no.code, peer=verified.sender, event=event.id, now=now)
        raise
    except IntegrityError as clash:
        # The same id at the same instant in another case's stream: the primary key held.
        if not Inbox.objects.filter(source=event.source, event=event.id).exclude(case_ref=event.case).exists():
            raise
        recording.alarm("content_conflict", peer=verified.sender, event=event.id, now=now)
        raise OtherContent("content_conflict") from clash


def answer_event(*, request: wire.Request, apply: Apply, now: datetime) -> wire.Response:
    """All a door needs for ``POST /wire/v1/events``: receive, take in, answer; refusals are signed where possible."""
    try:
        verified = receiving.receive(request=request, now=now)
    except WireRefusal as no:
        return receiving.unsigned(no)
    try:
        receipt = take_in(verified=verified, apply=apply, now=now)
    except Refusal as no:
        return receiving.respond(verified=verified, status=no.status, data=receiving.refusal_data(no), now=now)
    return receiving.respond(verified=verified, status=200, data={"receipt": receipt}, now=now, receipt=receipt)


def _taken(event: events.Event, verified: Verified, apply: Apply, now: datetime) -> str:
    if verified.kind == Peer.Kind.NODE:
        queries.grant(
            provider=keys.here(),
            consumer=event.source,
            resource=queries.HANDOVER,
            purpose=verified.purpose,
            now=now,
        )
    stream = locked(Evidence.Way.IN, event.source, event.case)
    sha256 = canonical.sha256(verified.request.body)
    before = Inbox.objects.filter(source=event.source, event=event.id).first()
    if before is not None:
        if before.sha256 != sha256:
            raise OtherContent("content_conflict")
        return before.receipt
    if event.sequence > stream.last + 1:
        raise GapExpected(stream.last + 1)
    if event.sequence <= stream.last:
        raise OtherContent("sequence_conflict")
    result = apply(event, verified) or {}
    receipt = _receipt(event, sha256, result, now)
    Inbox.objects.create(
        source=event.source,
        event=event.id,
        case_ref=event.case,
        sequence=event.sequence,
        kind=event.kind,
        sha256=sha256,
        receipt=receipt,
        received_at=now,
    )
    stream.move(event.sequence)
    return receipt


def _receipt(event: events.Event, sha256: str, result: dict[str, Any], now: datetime) -> str:
    key, here = keys.node().signing, keys.here()
    receipt = events.Receipt(event.id, event.source, here, event.case, event.sequence, sha256, now, result)
    return events.sign_receipt(receipt, key)
