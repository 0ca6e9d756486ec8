"""Signing keys. A key *is* one algorithm: Ed25519 signs EdDSA and nothing else, P-256 signs ES256 and nothing else.

Key ids are RFC 7638 thumbprints (SHA-256, base64url without padding), so an id can never be claimed for another key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from tongban.base.cryptography.errors import BadKey, BadSignature

_P256_BYTES = 32
_ECDSA = ec.ECDSA(hashes.SHA256())


class Algorithm(StrEnum):
    """The signature algorithms by their JWS names (RFC 7518, RFC 8037)."""

    EDDSA = "EdDSA"
    ES256 = "ES256"


class PublicKey:
    """A verification key, its one ``algorithm`` and its ``id``."""

    def __init__(self, raw: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey) -> None:
        self.raw = raw
        self.algorithm = _algorithm_of(raw)
        self.id = _thumbprint(_members(raw))

    def jwk(self) -> dict[str, str]:
        """The key as a public JWK (RFC 7517) with ``kid`` and ``alg``."""
        return {**_members(self.raw), "kid": self.id, "alg": self.algorithm.value, "use": "sig"}

    def pem(self) -> bytes:
        """The key as SubjectPublicKeyInfo in PEM."""
        return self.raw.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raise ``BadSignature`` unless ``signature`` (64 bytes; for ES256 r‖s as in RFC 7518) fits ``message``."""
        try:
            if isinstance(self.raw, ed25519.Ed25519PublicKey):
                self.raw.verify(signature, message)
            else:
                self.raw.verify(_to_der(signature), message, _ECDSA)
        except InvalidSignature as wrong:
            raise BadSignature("signature does not fit the message") from wrong

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"PublicKey({self.algorithm.value}, {self.id})"


class PrivateKey:
    """A signing key with its public half."""

    def __init__(self, raw: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> None:
        self.raw = raw
        self.public = PublicKey(raw.public_key())

    @property
    def id(self) -> str:
        return self.public.id

    @property
    def algorithm(self) -> Algorithm:
        return self.public.algorithm

    def sign(self, message: bytes) -> bytes:
        """64 bytes: Ed25519, or for ES256 r‖s."""
        if isinstance(self.raw, ed25519.Ed25519PrivateKey):
            return self.raw.sign(message)
        r, s = utils.decode_dss_signature(self.raw.sign(message, _ECDSA))
        return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")

    def pem(self, password: bytes | None = None) -> bytes:
        """PKCS #8 in PEM, encrypted when ``password`` is given."""
        lock: serialization.KeySerializationEncryption = (
            serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        )
        return self.raw.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)

    def jwk(self) -> dict[str, str]:
        """The *private* JWK: the public one with ``d``."""
        if isinstance(self.raw, ed25519.Ed25519PrivateKey):
            secret = self.raw.private_bytes_raw()
        else:
            secret = self.raw.private_numbers().private_value.to_bytes(_P256_BYTES, "big")
        return {**self.public.jwk(), "d": b64(secret)}

    def __repr__(self) -> str:
        return f"PrivateKey({self.algorithm.value}, {self.id})"


# A verifier's view of whom it trusts: a mapping from key id, or a function that answers None for an unknown id.
Keyring = Mapping[str, PublicKey] | Callable[[str], PublicKey | None]


def new_ed25519() -> PrivateKey:
    """A fresh Ed25519 key: what nodes sign messages with."""
    return PrivateKey(ed25519.Ed25519PrivateKey.generate())


def new_p256() -> PrivateKey:
    """A fresh ECDSA P-256 key: what certificates and PDFs are signed with."""
    return PrivateKey(ec.generate_private_key(ec.SECP256R1()))


def private_from_pem(data: bytes, password: bytes | None = None) -> PrivateKey:
    """Read PKCS #8 PEM. Raises ``BadKey`` for anything but an Ed25519 or P-256 private key."""
    try:
        raw = serialization.load_pem_private_key(data, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise BadKey("not a private key in PEM, or a wrong password") from wrong
    if isinstance(raw, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
        return PrivateKey(raw)
    raise BadKey("only Ed25519 and P-256 keys sign here")


def public_from_pem(data: bytes) -> PublicKey:
    """Read SubjectPublicKeyInfo PEM. Raises ``BadKey``."""
    try:
        raw = serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise BadKey("not a public key in PEM") from wrong
    if isinstance(raw, ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey):
        return PublicKey(raw)
    raise BadKey("only Ed25519 and P-256 keys sign here")


def public_from_jwk(jwk: Mapping[str, Any]) -> PublicKey:
    """Read a public JWK. A ``kid`` or ``alg`` in it must be the key's own, else ``BadKey``; ``d`` is never read.

    RFC 9864 calls EdDSA on this curve ``Ed25519``: both names are read, the older one is written.
    """
    key = PublicKey(_raw_from_jwk(jwk))
    alg = jwk.get("alg", key.algorithm.value)
    renamed = key.algorithm is Algorithm.EDDSA and alg == "Ed25519"
    if jwk.get("kid", key.id) != key.id or not (alg == key.algorithm.value or renamed):
        raise BadKey("kid or alg of the JWK is not the key's own")
    return key


def private_from_jwk(jwk: Mapping[str, Any]) -> PrivateKey:
    """Read a private JWK. Raises ``BadKey`` also when ``d`` does not belong to the public half."""
    public, secret = public_from_jwk(jwk), unb64(jwk.get("d"))
    try:
        key = PrivateKey(
            ed25519.Ed25519PrivateKey.from_private_bytes(secret)
            if public.algorithm is Algorithm.EDDSA
            else ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
        )
    except ValueError as wrong:
        raise BadKey("d is no private key of this curve") from wrong
    if key.id != public.id:
        raise BadKey("private and public half do not belong together")
    return key


def find(keyring: Keyring, key_id: str) -> PublicKey | None:
    """The key named ``key_id`` in a mapping or function, or None."""
    return keyring(key_id) if callable(keyring) else keyring.get(key_id)


def b64(data: bytes) -> str:
    """base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: object) -> bytes:
    """Undo ``b64``. Raises ``BadKey`` for anything that ``b64`` does not write."""
    if not isinstance(text, str):
        raise BadKey("a base64url text is missing")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise BadKey("not base64url") from wrong
    if b64(data) != text:
        raise BadKey("not the one base64url spelling")
    return data


def _raw_from_jwk(jwk: Mapping[str, Any]) -> ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey:
    try:
        if (jwk.get("kty"), jwk.get("crv")) == ("OKP", "Ed25519"):
            return ed25519.Ed25519PublicKey.from_public_bytes(unb64(jwk.get("x")))
        if (jwk.get("kty"), jwk.get("crv")) == ("EC", "P-256"):
            x, y = unb64(jwk.get("x")), unb64(jwk.get("y"))
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError as wrong:
        raise BadKey("coordinates are not on the curve") from wrong
    raise BadKey("only Ed25519 and P-256 keys sign here")


def _algorithm_of(raw: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey) -> Algorithm:
    if isinstance(raw, ed25519.Ed25519PublicKey):
        return Algorithm.EDDSA
    if isinstance(raw.curve, ec.SECP256R1):
        return Algorithm.ES256
    raise BadKey("only Ed25519 and P-256 keys sign here")


def _members(raw: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The members that RFC 7638 hashes."""
    if isinstance(raw, ed25519.Ed25519PublicKey):
        return {"crv": "Ed25519", "kty": "OKP", "x": b64(raw.public_bytes_raw())}
    point = raw.public_numbers()
    x, y = (b64(part.to_bytes(_P256_BYTES, "big")) for part in (point.x, point.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def _thumbprint(members: dict[str, str]) -> str:
    return b64(hashlib.sha256(rfc8785.dumps(dict(members))).digest())


def _to_der(signature: bytes) -> bytes:
    if len(signature) != 2 * _P256_BYTES:
        raise BadSignature("an ES256 signature has 64 bytes")
    r, s = (int.from_bytes(half, "big") for half in (signature[:_P256_BYTES], signature[_P256_BYTES:]))
    return utils.encode_dss_signature(r, s)
