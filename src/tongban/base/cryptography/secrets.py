"""One-time codes (动态验证码) and bearer tokens: made here, stored only as hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from tongban.base.cryptography.errors import BadKey

_SALT, _PEPPER = 16, 32


def new_code(digits: int = 6) -> str:
    """A random decimal code with leading zeros kept."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def new_token(size: int = 32) -> str:
    """A random base64url text of ``size`` bytes, for links and sessions."""
    return secrets.token_urlsafe(size)


def hash_code(code: str, *, subject: str, pepper: bytes) -> bytes:
    """48 bytes to store: salt (16) and HMAC-SHA256 under the node's pepper (32 bytes), bound to ``subject``.

    ``subject`` is whom and what the code is for (``login:<mobile>``), so a code cannot be used for another. A short
    code has no strength of its own: the pepper is outside the database, and tries must be limited by the caller.
    """
    salt = secrets.token_bytes(_SALT)
    return salt + _mac(salt, code, subject, pepper)


def code_matches(code: str, stored: bytes, *, subject: str, pepper: bytes) -> bool:
    """Whether ``stored`` was made of this code and subject; in constant time."""
    return hmac.compare_digest(stored[_SALT:], _mac(stored[:_SALT], code, subject, pepper))


def _mac(salt: bytes, code: str, subject: str, pepper: bytes) -> bytes:
    if len(pepper) < _PEPPER:
        raise BadKey("a pepper has at least 32 bytes")
    return hmac.new(pepper, b"\x00".join((salt, subject.encode(), code.encode())), hashlib.sha256).digest()
