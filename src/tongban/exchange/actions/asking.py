"""Calling a peer: signed, on record on both sides, two seconds at most, believed only when its answer is signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from tongban.base.cryptography import canonical
from tongban.base.cryptography.errors import Malformed
from tongban.exchange import client, keys, paths, queries
from tongban.exchange import signatures as wire
from tongban.exchange.actions import recording
from tongban.exchange.models import Evidence, Peer
from tongban.exchange.refusals import PeerRefused, PeerUnavailable, WireRefusal


class Answer(msgspec.Struct, frozen=True):
    """A verified answer: HTTP status, body, and the evidence rows of question and answer."""

    status: int
    body: bytes
    asked: UUID
    answered: UUID

    def json(self) -> Any:
        """The body read strictly. Raises ``Malformed``."""
        return canonical.loads(self.body)


def call(
    *,
    peer: str,
    method: str,
    path: str,
    body: bytes = b"",
    content_type: str = "application/json",
    purpose: str,
    consent: str = "-",
    case: str = "-",
    limit: float = client.LIMIT,
    now: datetime,
    pool: client.Pool | None = None,
) -> Answer:
    """One signed call of any peer (node, agency, courier) below its endpoint; ``path`` begins with a slash.

    ``limit`` is the seconds it may take in all; more than the default only where no page waits.

    Must not run inside a transaction: it waits for the network, and its evidence is committed by itself. Raises
    ``untrusted``, or ``PeerUnavailable`` when there is no answer or none that its signature binds to this request.
    """
    row = queries.peer(peer, now=now)
    plain = wire.Request(method, row.endpoint + path, (("Content-Type", content_type),), body)
    key = keys.node().signing
    signed = wire.sign_request(plain, key, sender=keys.here(), purpose=purpose, consent=consent, case=case, now=now)
    asked = recording.request_row(
        Evidence.Way.OUT, signed.message,
        peer=peer, key_id=key.id, base=signed.base, signature=signed.signature, now=now,
    )  # fmt: skip
    with transaction.atomic(durable=True):
        asked.save(force_insert=True)
    return _exchange(row, signed.message, asked, limit, now, pool or client.pool())


def ask(
    *,
    peer: str,
    resource: str,
    query: dict[str, Any],
    purpose: str,
    consent: str = "-",
    case: str = "-",
    now: datetime,
    pool: client.Pool | None = None,
) -> Any:
    """Ask another node for a resource; returns its JSON. Raises ``PeerUnavailable`` or ``PeerRefused``."""
    path, body = paths.query(resource), canonical.dumps(query)
    answer = call(
        peer=peer, method="POST", path=path, body=body, purpose=purpose, consent=consent, case=case, now=now, pool=pool
    )
    who = queries.name_of(queries.peer(peer, now=now))
    try:
        data = answer.json()
    except Malformed as wrong:
        raise PeerUnavailable(peer, who, "the answer is not JSON") from wrong
    if answer.status >= 500:
        raise PeerUnavailable(peer, who, f"status {answer.status}")
    if answer.status >= 300:
        code = data.get("code") if isinstance(data, dict) else None
        raise PeerRefused(peer, who, str(code or "refused"), answer.status, data)
    return data


def _exchange(
    peer: Peer, request: wire.Request, asked: Evidence, limit: float, now: datetime, pool: client.Pool
) -> Answer:
    who = queries.name_of(peer)
    try:
        response = pool.send(peer.id, request, limit=limit, now=now)
    except client.Unreachable as wrong:
        recording.no_answer(asked, "unreachable", now=now)
        raise PeerUnavailable(peer.id, who, str(wrong)) from wrong
    try:
        checked = wire.check_response(response, request, queries.keyring(peer, at=now), now=now)
    except WireRefusal as no:
        recording.no_answer(asked, no.code, now=now, status=response.status)
        raise PeerUnavailable(peer.id, who, f"the answer cannot be believed: {no.code}") from no
    answered = recording.response_row(
        Evidence.Way.IN, asked, response,
        key_id=checked.key_id, base=checked.base, signature=checked.signature, now=now,
    )  # fmt: skip
    with transaction.atomic(durable=True):
        answered.save(force_insert=True)
    return Answer(response.status, response.body, asked.id, answered.id)
