"""Finding a person or firm by an identifier that is not stored: HMAC-SHA256 under the node's look-up key.

The key is needed because identity numbers and mobiles are few enough to hash them all; it lives outside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from tongban.base.cryptography.errors import BadKey

_KEY = 32
_COUNTRY = ("+86", "0086")


def token(key: bytes, kind: str, value: str) -> bytes:
    """32 bytes for an identifier of a ``kind`` (``id-number``, ``mobile``, ``uscc``, …), alike for every spelling.

    Tokens of different kinds never meet, even for the same digits. ``key`` has 32 bytes, else ``BadKey``.
    """
    if len(key) != _KEY:
        raise BadKey("a look-up key has 32 bytes")
    message = kind.encode() + b"\x00" + normalise(kind, value).encode()
    return hmac.new(key, message, hashlib.sha256).digest()


def normalise(kind: str, value: str) -> str:
    """One spelling: NFKC (full-width digits), no spaces, hyphens or controls, upper case; a mobile without +86."""
    text = unicodedata.normalize("NFKC", value)
    text = "".join(c for c in text if c != "-" and unicodedata.category(c)[0] not in "ZC").upper()
    if kind == "mobile":
        for prefix in _COUNTRY:
            text = text.removeprefix(prefix)
    return text
