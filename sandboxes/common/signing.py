"""Signed messages: RFC 9421 signatures over RFC 9530 digests, as the exchange between nodes uses them."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import http_sf
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, InvalidSignature
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from .keys import Keys, Peer, Trust
from .store import Store

LABEL = TAG = "tongban"
NONE = "-"  # stands in a header that is signed and says nothing: some servers drop empty ones
LIFE = timedelta(seconds=60)
SKEW = timedelta(seconds=30)
HEADERS = ("content-digest", "content-type", "tongban-sender", "tongban-purpose", "tongban-consent", "tongban-case")
REQUEST = ("@method", "@target-uri", *HEADERS)
RESPONSE = ("@status", "content-digest", "content-type", '"@method";req', '"@target-uri";req', '"signature";req')
RESPONSE_REQUIRED = ("@status", "content-digest", '"@method";req', '"@target-uri";req', '"signature";req')
ONCE = (*HEADERS, "signature", "signature-input", "host")


class NotSigned(Exception):
    """A message whose signature does not hold: `code` for machines, the text for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Caller:
    """Who signed a request, and what the signed headers say of it."""

    peer: Peer
    purpose: str
    consent: str
    case: str


class _Signer(HTTPSignatureKeyResolver):
    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def resolve_private_key(self, key_id: str) -> Any:
        return self._keys.private


class _Trusted(HTTPSignatureKeyResolver):
    def __init__(self, trust: Trust) -> None:
        self._trust = trust

    def resolve_public_key(self, key_id: str) -> Any:
        peer = self._trust.by_key(key_id)
        return peer and peer.public


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = SKEW


def _sign(message: Any, keys: Keys, components: Iterable[str], body: bytes, *, keyid: str, created: datetime) -> None:
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_Signer(keys)).sign(
        message,
        key_id=keyid,
        created=created,
        expires=created + LIFE,
        nonce=secrets.token_urlsafe(24),
        tag=TAG,
        label=LABEL,
        covered_component_ids=tuple(components),
        body=body,
    )


def sign_request(
    keys: Keys,
    *,
    method: str,
    url: str,
    body: bytes,
    sender: str,
    purpose: str,
    consent: str = NONE,
    case: str = NONE,
    now: datetime,
    keyid: str | None = None,
) -> dict[str, str]:
    """The headers to send with the request. `keyid` differs from the key's own only when a sandbox forges."""
    headers = {
        "Content-Type": "application/json",
        "Tongban-Sender": sender,
        "Tongban-Purpose": purpose,
        "Tongban-Consent": consent or NONE,
        "Tongban-Case": case or NONE,
    }
    message = SimpleNamespace(method=method, url=url, headers=headers)
    _sign(message, keys, REQUEST, body, keyid=keyid or keys.keyid, created=now)
    return headers


def sign_response(keys: Keys, request: Any, *, status: int, content_type: str, body: bytes, now: datetime) -> dict:
    """Headers of an answer that is bound to one request. `request` has method, url and headers (a mapping)."""
    message = SimpleNamespace(status_code=status, headers={"Content-Type": content_type}, request=request)
    _sign(message, keys, RESPONSE, body, keyid=keys.keyid, created=now)
    return message.headers


def _one_signature(headers: Mapping[str, str]) -> None:
    for name in ("signature-input", "signature"):
        try:
            labels = http_sf.parse(headers[name].encode("latin-1"), tltype="dictionary")
        except (ValueError, TypeError) as fault:
            raise NotSigned("signature-malformed", f"{name} cannot be read") from fault
        if len(labels) != 1:
            raise NotSigned("signature-not-single", "exactly one signature is taken")


def _check(message: Any, trust: Trust, components: tuple[str, ...], body: bytes) -> dict[str, Any]:
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_Trusted(trust))
    try:
        (found,) = verifier.verify(message, max_age=LIFE, expect_tag=TAG, require_components=components, body=body)
    except (InvalidSignature, HTTPMessageSignaturesException, ValueError) as fault:
        raise NotSigned("signature-invalid", str(fault)) from fault
    parameters = found.parameters
    if not 0 < parameters.get("expires", 0) - parameters["created"] <= LIFE.total_seconds():
        raise NotSigned("signature-too-long", "expires must be at most 60 seconds after created")
    if not 16 <= len(parameters.get("nonce", "")) <= 64:
        raise NotSigned("nonce-missing", "a nonce of 16 to 64 characters is needed")
    return parameters


def verify_request(
    *, method: str, url: str, headers: list[tuple[str, str]], body: bytes, trust: Trust, store: Store, now: datetime
) -> Caller:
    """Who sent this, or NotSigned. `url` is the address we know ourselves by, so that a relayed request fails."""
    counts = Counter(name.lower() for name, _ in headers)
    for name in ONCE:
        if counts[name] != 1:
            raise NotSigned("header-not-single", f"{name} must be there exactly once")
    single = {name.lower(): value for name, value in headers}
    _one_signature(single)
    parameters = _check(SimpleNamespace(method=method, url=url, headers=single), trust, REQUEST, body)
    peer = trust.by_key(parameters["keyid"])
    if peer is None or single["tongban-sender"].strip() != peer.id:
        raise NotSigned("sender-not-key", "the key does not belong to the sender named")
    until = parameters["expires"] + 2 * SKEW.total_seconds()
    if not store.first_use(peer.keyid, parameters["nonce"], now=now.timestamp(), until=until):
        raise NotSigned("replay", "this very request came before")
    said = [single[f"tongban-{name}"].strip() for name in ("purpose", "consent", "case")]
    return Caller(peer, *("" if value == NONE else value for value in said))


def verify_response(*, request: Any, status: int, headers: Mapping[str, str], body: bytes, trust: Trust) -> str:
    """The id of the peer that signed this answer to that request; raises NotSigned."""
    message = SimpleNamespace(status_code=status, headers=dict(headers), request=request)
    peer = trust.by_key(_check(message, trust, RESPONSE_REQUIRED, body)["keyid"])
    if peer is None:
        raise NotSigned("signature-invalid", "the key is no longer trusted")
    return peer.id


def utc_now() -> datetime:
    return datetime.now(UTC)
