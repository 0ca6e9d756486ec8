"""Sealing small values: ID numbers, mobiles, answers. One data key a person or case, wrapped by the node's key."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.conf import settings

from tongban.base.cryptography import envelope
from tongban.base.cryptography import lookup as hmac_lookup
from tongban.base.cryptography.errors import CryptographyError
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.files.models import Key


class Erased(NotFound):
    """The key was destroyed; what it sealed can never be read again."""

    def __init__(self) -> None:
        super().__init__("erased", Words(zh="这份内容已依法删除", en="This content was erased as the law requires"))


def new_key() -> Key:
    """A fresh data key, wrapped and saved."""
    return Key.objects.create(wrapped=envelope.new_key(settings.TONGBAN_KEYS.kek).blob)


def unsaved_key() -> Key:
    """A fresh data key for bulk loading; the caller saves it."""
    return Key(wrapped=envelope.new_key(settings.TONGBAN_KEYS.kek).blob)


def seal(key: Key, plaintext: bytes, about: str) -> bytes:
    """Encrypt; ``about`` is bound to the ciphertext, so that it cannot be moved to another place."""
    return envelope.seal(_data_key(key), plaintext, about.encode())


def unseal(key: Key, sealed: bytes, about: str) -> bytes:
    """Decrypt what was sealed with the same ``about``; raises Erased when the key is gone."""
    return envelope.open_(_data_key(key), bytes(sealed), about.encode())


def put_aside(plaintext: bytes, about: str) -> tuple[str, bytes]:
    """Encrypt under a key of its own, for a while: the key's id, and what was sealed. ``take_back`` ends it."""
    key = new_key()
    return str(key.pk), seal(key, plaintext, about)


def take_back(id: str, sealed: bytes, about: str, *, now: datetime) -> bytes | None:
    """What was put aside, once: its key is destroyed. None when it is gone, or was about something else."""
    key = Key.objects.filter(pk=id, erased_at=None).first()
    if key is None:
        return None
    try:
        return unseal(key, sealed, about)
    except CryptographyError:
        return None
    finally:
        erase(key, now=now)


def lookup(kind: str, value: str) -> str:
    """The hex HMAC by which a normalised identifier is found without being stored."""
    return hmac_lookup.token(settings.TONGBAN_KEYS.lookup, kind, value).hex()


def erase(*keys: Key, now: datetime) -> None:
    """Destroy keys: what they sealed is gone, digests stay."""
    Key.objects.filter(pk__in=[key.pk for key in keys], erased_at=None).update(wrapped=None, erased_at=now)


def _data_key(key: Key) -> bytes:
    if key.wrapped is None:
        raise Erased
    return _unwrap(bytes(key.wrapped))


@lru_cache(maxsize=4096)
def _unwrap(wrapped: bytes) -> bytes:
    return envelope.unwrap(settings.TONGBAN_KEYS.kek, wrapped)
