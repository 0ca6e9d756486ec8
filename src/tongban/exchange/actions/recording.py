"""Evidence and alarms. Each is a committed row of its own: no answer leaves before what it answers is on record."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.base.actors import Actor, Channel, Kind
from tongban.base.cryptography import canonical
from tongban.exchange import signatures as wire
from tongban.exchange.models import Evidence
from tongban.trail import actions as trail

_log = logging.getLogger(__name__)


def target(request: wire.Request) -> str:
    """Method and address, as evidence keeps them."""
    return f"{request.method} {request.url}"[:2000]


def request_row(
    way: str, request: wire.Request, *, peer: str, key_id: str, base: str, signature: bytes, now: datetime
) -> Evidence:
    """The evidence of a request whose signature holds."""
    purpose, consent, case = (_said(request, name) for name in wire.NAMED[1:])
    return Evidence(
        way=way,
        part=Evidence.Part.REQUEST,
        at=now,
        peer=peer,
        key_id=key_id,
        target=target(request),
        outcome="ok",
        purpose=purpose,
        consent=consent,
        case_ref=case,
        base=base,
        signature=signature,
        sha256=canonical.sha256(request.body),
    )


def response_row(
    way: str,
    about: Evidence,
    response: wire.Response,
    *,
    key_id: str,
    base: str,
    signature: bytes,
    now: datetime,
    outcome: str = "ok",
    receipt: str = "",
) -> Evidence:
    """The evidence of an answer to the request ``about``."""
    return Evidence(
        way=way,
        part=Evidence.Part.RESPONSE,
        about=about.id,
        at=now,
        peer=about.peer,
        key_id=key_id,
        target=about.target,
        status=response.status,
        outcome=outcome[:32],
        purpose=about.purpose,
        consent=about.consent,
        case_ref=about.case_ref,
        base=base,
        signature=signature,
        sha256=canonical.sha256(response.body),
        receipt=receipt,
    )


def refused_request(request: wire.Request, code: str, *, now: datetime) -> None:
    """A request that was refused: nothing it says of itself is believed, so only what we saw is kept."""
    with transaction.atomic(durable=True):
        Evidence.objects.create(
            way=Evidence.Way.IN,
            part=Evidence.Part.REQUEST,
            at=now,
            target=target(request),
            outcome=code,
            sha256=canonical.sha256(request.body),
        )


def no_answer(about: Evidence, code: str, *, now: datetime, status: int | None = None) -> None:
    """A request of ours that got no answer, or none that can be believed."""
    with transaction.atomic(durable=True):
        Evidence.objects.create(
            way=Evidence.Way.IN,
            part=Evidence.Part.RESPONSE,
            about=about.id,
            at=now,
            peer=about.peer,
            target=about.target,
            status=status,
            outcome=code,
            case_ref=about.case_ref,
            sha256="",
        )


def alarm(code: str, *, peer: str, event: UUID, now: datetime, detail: str = "") -> None:
    """Something that a person must look at: on the trail and in the log."""
    _log.error("exchange alarm %s: peer %s, event %s %s", code, peer, event, detail)
    by = Actor(kind=Kind.PEER, id=peer, channel=Channel.API)
    with transaction.atomic(durable=True):
        trail.record(by=by, verb="exchange.alarm", subject_kind="event", subject=str(event), now=now, refused=code)


def _said(request: wire.Request, name: str) -> str:
    value = wire.one(request.headers, name) or ""
    return "" if value == "-" else value
