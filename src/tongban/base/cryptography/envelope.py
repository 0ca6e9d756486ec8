"""Envelope encryption: a data key for each case or person, wrapped by the node's key-encryption key (KEK).

Data is AES-256-GCM under the data key; the data key is wrapped by AES key wrap (RFC 3394) under the KEK, which lives
outside the database. Destroying a wrapped key erases everything sealed under it; the digests kept elsewhere still hold.

Bytes on disk: sealed value ``01 | nonce (12) | ciphertext | tag (16)``; wrapped key ``01 | KEK id (8) | wrapped (40)``.
"""

from __future__ import annotations

import hashlib
import os
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from tongban.base.cryptography.errors import BadKey, CannotOpen, Malformed, WrongNodeKey

_VERSION: Final = b"\x01"
_KEY, _NONCE, _TAG, _ID, _WRAPPED = 32, 12, 16, 8, 40


class Wrapped(msgspec.Struct, frozen=True):
    """A data key in both forms: ``dek`` (32 bytes, for use now) and ``blob`` (49 bytes, for the database)."""

    dek: bytes
    blob: bytes

    def __repr__(self) -> str:
        return "Wrapped(…)"


def new_kek() -> bytes:
    """A fresh node key of 32 bytes."""
    return os.urandom(_KEY)


def new_key(kek: bytes) -> Wrapped:
    """A fresh data key, wrapped by ``kek`` (32 bytes). Raises ``BadKey``."""
    dek = os.urandom(_KEY)
    return Wrapped(dek=dek, blob=_wrap(kek, dek))


def unwrap(kek: bytes, blob: bytes) -> bytes:
    """The data key in ``blob``. Raises ``WrongNodeKey`` when another node key wrapped it, ``CannotOpen`` if altered."""
    if len(blob) != 1 + _ID + _WRAPPED or blob[:1] != _VERSION:
        raise Malformed("not a wrapped data key")
    if blob[1 : 1 + _ID] != kek_id(kek):
        raise WrongNodeKey("wrapped by another node key")
    try:
        return aes_key_unwrap(_of_size(kek), blob[1 + _ID :])
    except InvalidUnwrap as wrong:
        raise CannotOpen("the wrapped key was altered") from wrong


def rewrap(old: bytes, new: bytes, blob: bytes) -> bytes:
    """The same data key wrapped by the node key ``new``: how a node key is rotated without touching the data."""
    return _wrap(new, unwrap(old, blob))


def kek_id(kek: bytes) -> bytes:
    """8 bytes that name a node key without telling anything of it."""
    return hashlib.sha256(b"tongban kek id\x00" + _of_size(kek)).digest()[:_ID]


def seal(dek: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Encrypt under a data key. ``aad`` binds the value to its place (table, row, column): it cannot be moved."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(_of_size(dek)).encrypt(nonce, plaintext, _VERSION + aad)


def open_(dek: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Decrypt what ``seal`` made with the same ``aad``. Raises ``CannotOpen`` or ``Malformed``."""
    if len(sealed) < 1 + _NONCE + _TAG or sealed[:1] != _VERSION:
        raise Malformed("not a sealed value")
    nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return AESGCM(_of_size(dek)).decrypt(nonce, body, _VERSION + aad)
    except InvalidTag as wrong:
        raise CannotOpen("wrong key, wrong place, or altered bytes") from wrong


def _wrap(kek: bytes, dek: bytes) -> bytes:
    return _VERSION + kek_id(kek) + aes_key_wrap(_of_size(kek), dek)


def _of_size(key: bytes) -> bytes:
    if len(key) != _KEY:
        raise BadKey("a key has 32 bytes")
    return key
