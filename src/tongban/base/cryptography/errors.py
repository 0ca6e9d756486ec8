"""What can go wrong, each by name. None of them carries key material or plaintext."""

from __future__ import annotations


class CryptographyError(Exception):
    """Any failure in this package."""


class BadKey(CryptographyError):
    """The bytes are no key of a kind that this package uses, or a key of the wrong size."""


class BadSignature(CryptographyError):
    """The signature does not fit the message under this key."""


class UnknownKey(CryptographyError):
    """The key id named by the signature is none that the verifier trusts."""


class WrongAlgorithm(CryptographyError):
    """The message names another algorithm than the one its key is pinned to (``none``, an HMAC, a downgrade)."""


class Malformed(CryptographyError):
    """The bytes are not of the format that they claim (JWS, envelope, JSON)."""


class CannotOpen(CryptographyError):
    """Authentication of a sealed value failed: wrong key, wrong associated data, or altered bytes."""


class WrongNodeKey(CannotOpen):
    """The data key was wrapped by another node key than the one given."""


class NotCanonical(CryptographyError):
    """The value has no RFC 8785 form (NaN, an integer beyond 2^53 - 1, a lone surrogate, not JSON)."""
