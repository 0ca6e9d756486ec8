"""A request comes in: who sent it, for what; and the answer that belongs to it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.http import HttpRequest

from tongban.base.cryptography import canonical
from tongban.base.cryptography.keys import PublicKey, public_from_jwk
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.exchange import addresses, events, keys, queries
from tongban.exchange import signatures as wire
from tongban.exchange.actions import recording
from tongban.exchange.models import Evidence, Nonce, Peer
from tongban.exchange.refusals import GapExpected, WireRefusal

JSON = (("Content-Type", "application/json"),)
# Long after a signature's minute: a clock that was ahead and is set back must not make an old request new.
_KEPT = timedelta(days=1)
_SHAPES = {
    "tongban-purpose": re.compile(r"[a-z0-9][a-z0-9.-]{0,63}"),
    "tongban-consent": re.compile(r"[A-Za-z0-9._:-]{0,80}"),
    "tongban-case": re.compile(r"[A-Za-z0-9._:-]{0,80}"),
}


class Verified(msgspec.Struct, frozen=True):
    """A request that is what it says: from ``sender`` (a peer's id), for ``purpose``; consent and case may be empty."""

    sender: str
    kind: str
    name: Words
    purpose: str
    consent: str
    case: str
    evidence: UUID
    request: wire.Request


def receive(*, request: wire.Request, now: datetime) -> Verified:
    """Check a request and put it on record, committed, before anything acts on it.

    Must not run inside a transaction: a rolled-back effect must not roll back the nonce or the evidence. Raises
    ``WireRefusal`` (on record too) for all that ``signatures.check_request`` refuses, and ``wrong_target``,
    ``unknown_key``, ``key_not_valid``, ``wrong_sender``, ``untrusted``, ``replay``, ``malformed``.
    """
    try:
        with transaction.atomic(durable=True):
            return _verified(request, now)
    except WireRefusal as no:
        recording.refused_request(request, no.code, now=now)
        raise


def respond(*, verified: Verified, status: int, data: Any, now: datetime, receipt: str = "") -> wire.Response:
    """The signed answer to a verified request, on record before it is returned. ``data`` is any JSON value."""
    about = Evidence(
        id=verified.evidence, peer=verified.sender, target=recording.target(verified.request),
        purpose=verified.purpose, consent=verified.consent, case_ref=verified.case,
    )  # fmt: skip
    plain = wire.Response(status, JSON, canonical.dumps(data))
    key = keys.node().signing
    signed = wire.sign_response(plain, verified.request, key, now=now)
    with transaction.atomic(durable=True):
        row = recording.response_row(
            Evidence.Way.OUT, about, plain,
            key_id=key.id, base=signed.base, signature=signed.signature, now=now, outcome=_outcome(data), receipt=receipt,
        )  # fmt: skip
        row.save(force_insert=True)
    return signed.message


def unsigned(no: Refusal) -> wire.Response:
    """The answer to a request whose sender is not known: a refusal that nobody should believe more than TLS."""
    return wire.Response(no.status, JSON, canonical.dumps(refusal_data(no)))


def refusal_data(no: Refusal) -> dict[str, Any]:
    """A refusal as JSON: ``{"code", "brief": {"zh", "en"}}`` and, for a gap, ``expected``."""
    data: dict[str, Any] = {"code": no.code, "brief": {"zh": no.brief.zh, "en": no.brief.en}}
    if no.field is not None:
        data["field"] = no.field
    return data | ({"expected": no.expected} if isinstance(no, GapExpected) else {})


def request_of(http: HttpRequest) -> wire.Request:
    """The plain values of a Django request, as a door received it. Raises ``too_large`` beyond ``events.LARGEST``.

    It reads the body itself: Django's own bound is for people's forms.
    """
    body = http.read(events.LARGEST + 1)
    if len(body) > events.LARGEST:
        raise WireRefusal("too_large")
    return wire.Request(http.method or "", http.build_absolute_uri(), tuple(http.headers.items()), body)


def forget_nonces(*, now: datetime) -> int:
    """Remove nonces that no clock could make good again; returns how many."""
    return Nonce.objects.filter(expires_at__lt=now - _KEPT).delete()[0]


def _verified(request: wire.Request, now: datetime) -> Verified:
    if addresses.origin(request.url) != addresses.origin(keys.base_url()):
        raise WireRefusal("wrong_target", addresses.origin(request.url))
    found: list[Peer] = []
    checked = wire.check_request(request, lambda key_id: _key(key_id, now, found), now=now)
    peer, said = found[0], {name: wire.one(request.headers, name) or "" for name in wire.NAMED}
    if said["tongban-sender"] != peer.id:
        raise WireRefusal("wrong_sender", f"{peer.id} says it is {said['tongban-sender']}"[:200])
    for name, shape in _SHAPES.items():
        if not shape.fullmatch(said[name]):
            raise WireRefusal("malformed", name)
    if not _first_use(checked):
        raise WireRefusal("replay")
    row = recording.request_row(
        Evidence.Way.IN, request,
        peer=peer.id, key_id=checked.key_id, base=checked.base, signature=checked.signature, now=now,
    )  # fmt: skip
    row.save(force_insert=True)
    name = queries.name_of(peer)
    return Verified(peer.id, peer.kind, name, row.purpose, row.consent, row.case_ref, row.id, request)


def _key(key_id: str, now: datetime, found: list[Peer]) -> PublicKey | None:
    peer = queries.owner_of(key_id)
    if peer is None:
        return None
    if peer.expires_at <= now:
        raise WireRefusal("untrusted", f"the trust list with {peer.id} has expired")
    for row in queries.key_rows(peer):
        if row.jwk["kid"] == key_id and row.valid(now):
            found.append(peer)
            return public_from_jwk(row.jwk)
    raise WireRefusal("key_not_valid", key_id)


def _first_use(checked: wire.Checked) -> bool:
    """Insert or replay: the primary key decides, in one statement, for all processes."""
    table = connection.ops.quote_name(Nonce._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key_id, nonce, expires_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [checked.key_id, checked.nonce, checked.expires + wire.SKEW],
        )
        return bool(cursor.rowcount == 1)


def _outcome(data: Any) -> str:
    return str(data["code"]) if isinstance(data, dict) and "code" in data and "brief" in data else "ok"
