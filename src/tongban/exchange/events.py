"""Envelopes and receipts of a hand-over: CloudEvents 1.0 in JSON, and a JWS that says they were taken in."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from tongban.base.cryptography import canonical, jws
from tongban.base.cryptography.errors import CryptographyError, Malformed, NotCanonical
from tongban.base.cryptography.keys import Keyring, PrivateKey
from tongban.exchange.refusals import WireRefusal

CONTENT_TYPE: Final = "application/cloudevents+json"
RECEIPT: Final = "tongban-receipt+jws"
LARGEST: Final = 16 * 1024 * 1024  # bytes of one message: a case with its papers
_SOURCE: Final = "urn:tongban:"
_NAME = re.compile(r"[a-z][a-z0-9.-]{0,79}")
_CASE = re.compile(r"[A-Za-z0-9._:-]{1,80}")


class Event(msgspec.Struct, frozen=True):
    """One event of a case. ``sequence`` counts from 1 for each case and pair of sender and receiver."""

    id: UUID
    source: str
    kind: str
    case: str
    sequence: int
    time: datetime
    data: dict[str, Any]


class Receipt(msgspec.Struct, frozen=True):
    """What a receiver signs: this event, of this content, was applied. ``result`` is what the effect answered."""

    event: UUID
    source: str
    to: str
    case: str
    sequence: int
    sha256: str
    at: datetime
    result: dict[str, Any] = {}


def write(event: Event) -> bytes:
    """The event as canonical CloudEvents JSON (structured mode)."""
    return canonical.dumps(
        {
            "specversion": "1.0",
            "id": str(event.id),
            "source": _SOURCE + event.source,
            "type": f"tongban.{event.kind}",
            "subject": event.case,
            "time": event.time.isoformat(),
            "datacontenttype": "application/json",
            "casesequence": event.sequence,
            "data": event.data,
        }
    )


def read(body: bytes) -> Event:
    """Read an envelope. Raises ``malformed``."""
    try:
        found = msgspec.convert(canonical.loads(body), _Envelope)
        event = Event(
            found.id,
            found.source.removeprefix(_SOURCE),
            found.type.removeprefix("tongban."),
            found.subject,
            found.casesequence,
            found.time,
            found.data,
        )
    except (Malformed, NotCanonical, msgspec.ValidationError) as wrong:
        raise WireRefusal("malformed", str(wrong)) from wrong
    named = found.source.startswith(_SOURCE) and found.type.startswith("tongban.") and _NAME.fullmatch(event.kind)
    if not named or not _CASE.fullmatch(event.case) or not 1 <= event.sequence < 2**31 or event.time.tzinfo is None:
        raise WireRefusal("malformed", "source, type, subject, casesequence or time")
    return event


def sign_receipt(receipt: Receipt, key: PrivateKey) -> str:
    """The receipt as a compact JWS of type ``tongban-receipt+jws``."""
    return jws.sign(key, canonical.dumps(msgspec.to_builtins(receipt)), kind=RECEIPT)


def check_receipt(token: str, keyring: Keyring) -> Receipt:
    """Verify and read a receipt. Raises ``bad_signature`` or ``malformed``."""
    try:
        return msgspec.json.decode(jws.verify(token, keyring, kind=RECEIPT).payload, type=Receipt)
    except CryptographyError as wrong:
        raise WireRefusal("bad_signature", f"receipt: {wrong}") from wrong
    except msgspec.DecodeError as wrong:
        raise WireRefusal("malformed", f"receipt: {wrong}") from wrong


class _Envelope(msgspec.Struct, frozen=True):
    specversion: str
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    casesequence: int
    data: dict[str, Any]
