"""JSON Web Signatures (RFC 7515) by joserfc, with the algorithm taken from the key and never from the message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey

from tongban.base.cryptography import canonical
from tongban.base.cryptography.errors import BadKey, BadSignature, Malformed, UnknownKey, WrongAlgorithm
from tongban.base.cryptography.keys import Algorithm, Keyring, PrivateKey, PublicKey, b64, find, unb64

_MOST = 16  # signatures on one document; a quorum is a handful of nodes


class Signed(msgspec.Struct, frozen=True):
    """A payload whose signature was verified, by which key, and the protected header."""

    payload: bytes
    key_id: str
    header: dict[str, Any]


def sign(key: PrivateKey, payload: bytes, *, kind: str | None = None, detached: bool = False, **header: Any) -> str:
    """A compact JWS. ``kind`` becomes ``typ``; with ``detached`` the payload part is empty (RFC 7515 appendix F)."""
    protected = {**header, "alg": key.algorithm.value, "kid": key.id, **({"typ": kind} if kind else {})}
    token = jws.serialize_compact(protected, payload, _jose(key), registry=_Pinned(key))
    if not detached:
        return token
    head, _, signature = token.split(".")
    return f"{head}..{signature}"


def verify(token: str, keyring: Keyring, *, kind: str | None = None, payload: bytes | None = None) -> Signed:
    """The verified content of a compact JWS.

    ``payload`` is required for a detached one and must be absent otherwise. ``kind`` is the ``typ`` that must stand in
    the header. Raises ``Malformed``, ``UnknownKey``, ``WrongAlgorithm`` or ``BadSignature``.
    """
    header, key = _header_and_key(token, keyring)
    head, middle, signature = token.split(".")
    if (payload is None) == (middle == ""):
        raise Malformed("payload given twice or not at all")
    if kind is not None and header.get("typ") != kind:
        raise Malformed(f"typ is not {kind}")
    whole = token if payload is None else f"{head}.{b64(payload)}.{signature}"
    try:
        found = jws.deserialize_compact(whole, _jose(key), registry=_Pinned(key))
    except (JoseError, ValueError) as wrong:
        raise BadSignature("signature does not fit the message") from wrong
    return Signed(payload=found.payload, key_id=key.id, header=header)


def sign_json(signers: Iterable[PrivateKey], payload: bytes, *, kind: str) -> bytes:
    """A JWS in general JSON serialization with one signature for each signer, as canonical JSON bytes."""
    rows = []
    for key in signers:
        head, _, signature = sign(key, payload, kind=kind).split(".")
        rows.append({"protected": head, "signature": signature})
    return canonical.dumps({"payload": b64(payload), "signatures": rows})


def add_signature(document: bytes, key: PrivateKey) -> bytes:
    """The same document with one more signature over the same payload and ``typ``. Raises ``Malformed``."""
    payload, rows = _read_general(document)
    kind = _read_header(rows[0]["protected"]).get("typ")
    head, _, signature = sign(key, unb64(payload), kind=kind).split(".")
    more = [*rows, {"protected": head, "signature": signature}]
    return canonical.dumps({"payload": payload, "signatures": more})


def verify_json(document: bytes, keyring: Keyring, *, kind: str) -> tuple[bytes, frozenset[str]]:
    """The payload and the ids of the trusted keys that signed it.

    A signature by an unknown key does not count (a list may be signed by more nodes than this one knows); a *wrong*
    signature by a known key condemns the document. The set may be empty: the caller holds the quorum.
    Raises ``Malformed``, ``WrongAlgorithm`` or ``BadSignature``.
    """
    payload, rows = _read_general(document)
    signed_by: set[str] = set()
    for row in rows:
        try:
            found = verify(f"{row['protected']}.{payload}.{row['signature']}", keyring, kind=kind)
        except UnknownKey:
            continue
        signed_by.add(found.key_id)
    try:
        return unb64(payload), frozenset(signed_by)
    except BadKey as wrong:
        raise Malformed("payload is not base64url") from wrong


def signers(document: bytes) -> tuple[str, ...]:
    """The key ids that a JWS in general JSON serialization claims, unverified: only to say whose it may be."""
    _, rows = _read_general(document)
    found = (_read_header(row["protected"]).get("kid") for row in rows)
    return tuple(str(each) for each in found if each)


def _header_and_key(token: str, keyring: Keyring) -> tuple[dict[str, Any], PublicKey]:
    if token.count(".") != 2:
        raise Malformed("a compact JWS has three parts")
    header = _read_header(token.split(".")[0])
    if "crit" in header or "b64" in header or not isinstance(header.get("kid"), str):
        raise Malformed("kid is missing, or the header asks for what is not understood")
    key = find(keyring, header["kid"])
    if key is None:
        raise UnknownKey("no trusted key of this id")
    if header.get("alg") != key.algorithm.value:
        raise WrongAlgorithm("the key is pinned to another algorithm")
    return header, key


def _read_header(part: str) -> dict[str, Any]:
    try:
        header = canonical.loads(unb64(part), depth=8)
    except BadKey as wrong:
        raise Malformed("the header is not base64url") from wrong
    if not isinstance(header, dict):
        raise Malformed("the header is not an object")
    return header


def _read_general(document: bytes) -> tuple[str, list[dict[str, str]]]:
    found = canonical.loads(document, depth=8)
    try:
        read = msgspec.convert(found, _General)
    except msgspec.ValidationError as wrong:
        raise Malformed("not a JWS in general JSON serialization") from wrong
    if not 1 <= len(read.signatures) <= _MOST:
        raise Malformed(f"1 to {_MOST} signatures")
    return read.payload, [{"protected": row.protected, "signature": row.signature} for row in read.signatures]


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    protected: str
    signature: str


class _General(msgspec.Struct, forbid_unknown_fields=True):
    payload: str
    signatures: list[_Row]


class _Pinned(jws.JWSRegistry):
    """Knows one algorithm, the key's. Trap: joserfc's own bounds (128 kB) are small for a catalogue's snapshot."""

    max_header_length = 4096
    max_payload_length = 16 * 1024 * 1024

    def __init__(self, key: PrivateKey | PublicKey) -> None:
        super().__init__(strict_check_header=False)
        self.name = key.algorithm.value

    def get_alg(self, name: str) -> Any:
        if name != self.name:
            raise WrongAlgorithm("the key is pinned to another algorithm")
        return self.algorithms[name]


def _jose(key: PrivateKey | PublicKey) -> Key:
    make = OKPKey if key.algorithm is Algorithm.EDDSA else ECKey
    return make.import_key(_plain(key.jwk()))


def _plain(jwk: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in jwk.items() if name not in {"use", "alg", "kid"}}
