"""Every way to mistype one character."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def singles(value: str, alphabet: str = ALPHABET) -> Iterator[str]:
    """``value`` with one character replaced by another of the alphabet, all of them."""
    for i, character in enumerate(value):
        for other in alphabet:
            if other != character:
                yield value[:i] + other + value[i + 1 :]


def garbage() -> st.SearchStrategy[str]:
    """Text of any kind, with a bias to what looks like an identifier."""
    return st.text(max_size=60) | st.text(alphabet=ALPHABET + ". x０Ａ", max_size=80) | st.from_regex(r"\d{12,19}")
