"""HTTP message signatures (RFC 9421) over content digests (RFC 9530), on plain values: for doors, clients, callbacks.

A request's signature covers method, target URI, digest, content type and the four headers that say who asks, for which
purpose, with which consent, in which case; it lives at most 60 s and carries a nonce. An answer's covers its status and
digest and the request's method, target URI and signature, so it belongs to that request only. Exactly one signature.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import http_sf
import msgspec
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519
from http_message_signatures.digests import ContentDigest
from http_message_signatures.exceptions import HTTPMessageSignaturesException
from http_message_signatures.resolvers import HTTPSignatureKeyResolver

from tongban.base.cryptography.keys import Algorithm, Keyring, PrivateKey, PublicKey, find
from tongban.exchange.refusals import WireRefusal

Headers = tuple[tuple[str, str], ...]

LABEL: Final = "tongban"
TAG: Final = "tongban"
NAMED: Final = ("tongban-sender", "tongban-purpose", "tongban-consent", "tongban-case")
LIFE: Final = timedelta(seconds=60)
SKEW: Final = timedelta(seconds=30)
REQUEST_COVERS: Final = ("@method", "@target-uri", "content-digest", "content-type", *NAMED)
RESPONSE_COVERS: Final = ("@status", "content-digest", '"@method";req', '"@target-uri";req', '"signature";req')
_ONCE: Final = frozenset({"signature", "signature-input", "content-digest", "content-type", *NAMED})
_ALGORITHMS: Final = {Algorithm.EDDSA: ED25519, Algorithm.ES256: ECDSA_P256_SHA256}
_PARAMETERS: Final = {"created": int, "expires": int, "keyid": str, "tag": str}
_LONGEST: Final = 4096  # of one security header


class Request(msgspec.Struct, frozen=True):
    """A request as it goes over the wire. ``url`` is absolute; ``headers`` are field lines, repeated ones repeated."""

    method: str
    url: str
    headers: Headers
    body: bytes


class Response(msgspec.Struct, frozen=True):
    """An answer as it goes over the wire."""

    status: int
    headers: Headers
    body: bytes


class Checked(msgspec.Struct, frozen=True):
    """A signature that holds: by which key, until when, over which base."""

    key_id: str
    nonce: str
    created: datetime
    expires: datetime
    base: str
    signature: bytes


class Signed(msgspec.Struct, frozen=True):
    """A message with its signature headers added, and what was signed."""

    message: Any
    base: str
    signature: bytes


def sign_request(
    request: Request, key: PrivateKey, *, sender: str, purpose: str, consent: str = "-", case: str = "-", now: datetime
) -> Signed:
    """The request with the four named headers, Content-Digest and its signature. ``-`` means none."""
    named = tuple(zip(NAMED, (sender, purpose, consent, case), strict=True))
    return _sign(Request(request.method, request.url, (*request.headers, *named), request.body), key, now=now)


def sign_response(response: Response, request: Request, key: PrivateKey, *, now: datetime) -> Signed:
    """The answer bound to ``request``, whose one ``Signature`` header must be in its headers."""
    return _sign(response, key, now=now, request=request)


def check_request(request: Request, keyring: Keyring, *, now: datetime) -> Checked:
    """Verify a request's signature. The nonce is the caller's to keep. Raises ``WireRefusal``."""
    return _check(request, keyring, now=now, covers=REQUEST_COVERS)


def check_response(response: Response, request: Request, keyring: Keyring, *, now: datetime) -> Checked:
    """Verify that ``response`` answers ``request`` (as it was sent). Raises ``WireRefusal``."""
    return _check(response, keyring, now=now, covers=RESPONSE_COVERS, request=request)


def one(headers: Headers, name: str) -> str | None:
    """The value of a header that may stand once; None when absent. Raises ``duplicate_header``."""
    found = [value for key, value in headers if key.lower() == name]
    if len(found) > 1:
        raise WireRefusal("duplicate_header", name)
    return found[0].strip(" \t") if found else None


def _sign(message: Request | Response, key: PrivateKey, *, now: datetime, request: Request | None = None) -> Signed:
    view = _View(message, request)
    signer = HTTPMessageSigner(signature_algorithm=_ALGORITHMS[key.algorithm])
    prepared = signer.prepare(
        view,
        key_id=key.id,
        created=now,
        expires=now + LIFE,
        nonce=secrets.token_urlsafe(16),
        label=LABEL,
        tag=TAG,
        covered_component_ids=RESPONSE_COVERS if request else REQUEST_COVERS,
        body=message.body,
    )
    signature = key.sign(prepared.signature_base)
    view.headers["Signature-Input"] = f"{LABEL}={prepared.signature_params}"
    view.headers["Signature"] = f"{LABEL}=:{base64.b64encode(signature).decode()}:"
    whole = msgspec.structs.replace(message, headers=tuple(view.headers.items()))
    return Signed(whole, prepared.signature_base.decode(), signature)


def _check(
    message: Request | Response,
    keyring: Keyring,
    *,
    now: datetime,
    covers: tuple[str, ...],
    request: Request | None = None,
) -> Checked:
    _each_once(message.headers)
    components, parameters, signature = _the_one_signature(message.headers)
    _whole(components, parameters, covers=covers)
    created, expires = _in_time(parameters, now)
    key = find(keyring, parameters["keyid"])
    if key is None:
        raise WireRefusal("unknown_key", parameters["keyid"])
    if parameters.get("alg", _ALGORITHMS[key.algorithm].algorithm_id) != _ALGORITHMS[key.algorithm].algorithm_id:
        raise WireRefusal("algorithm", "the key is pinned to another")
    _digest(message)
    base = _verified_base(_View(message, request), key, wrong="response_mismatch" if request else "bad_signature")
    return Checked(key.id, parameters["nonce"], created, expires, base, signature)


def _each_once(headers: Headers) -> None:
    seen: set[str] = set()
    for name, value in headers:
        lower = name.lower()
        if lower not in _ONCE:
            continue
        if lower in seen:
            raise WireRefusal("duplicate_header", lower)
        # A server in front may have folded two lines into one: none of these has a comma of its own.
        if "," in value and lower in (*NAMED, "content-type"):
            raise WireRefusal("duplicate_header", lower)
        if len(value) > _LONGEST:
            raise WireRefusal("malformed", f"{lower} is too long")
        seen.add(lower)


def _the_one_signature(headers: Headers) -> tuple[list[Any], dict[str, Any], bytes]:
    given, signed = one(headers, "signature-input"), one(headers, "signature")
    if not given or not signed:
        raise WireRefusal("no_signature")
    inputs, signatures = _dictionary(given), _dictionary(signed)
    if len(inputs) != 1 or inputs.keys() != signatures.keys():
        raise WireRefusal("duplicate_header", "exactly one signature")
    (components, parameters), (signature, _) = *inputs.values(), *signatures.values()
    if not isinstance(components, list) or not isinstance(signature, bytes):
        raise WireRefusal("malformed", "signature headers")
    return components, dict(parameters), signature


def _dictionary(value: str) -> dict[str, Any]:
    def twice(name: str, context: str) -> None:
        raise WireRefusal("duplicate_header", f"{name} twice in a {context}")

    try:
        found = http_sf.parse(value.encode("ascii"), tltype="dictionary", on_duplicate_key=twice)
    except ValueError as wrong:
        raise WireRefusal("malformed", "not a structured field") from wrong
    if not isinstance(found, dict):
        raise WireRefusal("malformed", "not a dictionary")
    return found


def _whole(components: list[Any], parameters: dict[str, Any], *, covers: tuple[str, ...]) -> None:
    covered = {_spelled(name, flags) for name, flags in components}
    missing = [part for part in covers if (part if part.startswith('"') else f'"{part}"') not in covered]
    if missing:
        raise WireRefusal("coverage", ", ".join(missing))
    for name, kind in (*_PARAMETERS.items(), ("nonce", str)):
        if type(parameters.get(name)) is not kind:
            raise WireRefusal("coverage", name)
    if parameters["tag"] != TAG or not 16 <= len(parameters["nonce"]) <= 64:
        raise WireRefusal("coverage", "tag or nonce")


def _spelled(name: Any, flags: dict[str, Any]) -> str:
    return f'"{name}"' + "".join(f";{flag}" if value is True else f";{flag}={value!r}" for flag, value in flags.items())


def _in_time(parameters: dict[str, Any], now: datetime) -> tuple[datetime, datetime]:
    """Clocks may differ by ``SKEW``; a longer life than ``LIFE`` would outlast the store of nonces."""
    try:
        created, expires = (datetime.fromtimestamp(parameters[name], tz=UTC) for name in ("created", "expires"))
    except (OverflowError, ValueError, OSError) as wrong:
        raise WireRefusal("malformed", "created or expires") from wrong
    if not timedelta(0) < expires - created <= LIFE:
        raise WireRefusal("too_long")
    if created > now + SKEW:
        raise WireRefusal("not_yet_valid", f"created {created.isoformat()}, here it is {now.isoformat()}")
    if expires < now - SKEW:
        raise WireRefusal("expired", f"expired {expires.isoformat()}, here it is {now.isoformat()}")
    return created, expires


def _digest(message: Request | Response) -> None:
    given = one(message.headers, "content-digest")
    if given is None:
        raise WireRefusal("coverage", "content-digest")
    try:
        ContentDigest.verify(given, message.body)
    except HTTPMessageSignaturesException as wrong:
        raise WireRefusal("digest", str(wrong)) from wrong


def _verified_base(view: _View, key: PublicKey, *, wrong: str) -> str:
    verifier = _Verifier(signature_algorithm=_ALGORITHMS[key.algorithm], key_resolver=_OneKey(key))
    try:
        (found,) = verifier.verify(view, max_age=None)
    except HTTPMessageSignaturesException as no:
        raise WireRefusal(wrong, str(no)) from no
    return "\n".join(f"{name}: {value}" for name, value in found.covered_components.items())


class _Verifier(HTTPMessageVerifier):
    """The library's verifier without its own clock: ``_in_time`` judged by the caller's ``now``."""

    require_created = True

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        return None


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: PublicKey) -> None:
        self.key = key

    def resolve_public_key(self, key_id: str) -> Any:
        return self.key.raw if key_id == self.key.id else None


class _View:
    """What the library reads of a message; only an answer has ``status_code``."""

    def __init__(self, message: Request | Response, request: Request | None) -> None:
        self.headers = _Fields(message.headers)
        if isinstance(message, Request):
            self.method, self.url = message.method, message.url
        else:
            self.status_code = message.status
            self.request = _View(request, None) if request else None


class _Fields:
    """Header field lines in order, as the library wants them."""

    def __init__(self, lines: Headers) -> None:
        self.lines = list(lines)

    def items(self) -> list[tuple[str, str]]:
        return self.lines

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self.lines))

    def __contains__(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _ in self.lines)

    def __setitem__(self, name: str, value: str) -> None:
        self.lines.append((name, value))
