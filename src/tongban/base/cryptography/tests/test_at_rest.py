"""Envelopes, look-ups and one-time codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.base.cryptography import envelope, lookup, secrets
from tongban.base.cryptography import errors as no

KEK, OTHER = envelope.new_kek(), envelope.new_kek()
WRAPPED = envelope.new_key(KEK)


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_what_was_sealed_opens_with_its_key_in_its_place(plaintext, aad):
    sealed = envelope.seal(WRAPPED.dek, plaintext, aad)
    assert envelope.open_(envelope.unwrap(KEK, WRAPPED.blob), sealed, aad) == plaintext
    assert envelope.seal(WRAPPED.dek, plaintext, aad) != sealed


@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_altered_byte_is_noticed(plaintext, data):
    sealed = bytearray(envelope.seal(WRAPPED.dek, plaintext, b"a"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(no.CryptographyError):
        envelope.open_(WRAPPED.dek, bytes(sealed), b"a")


def test_a_value_moved_to_another_place_or_key_does_not_open():
    sealed = envelope.seal(WRAPPED.dek, b"x", b"person:1:mobile")
    with pytest.raises(no.CannotOpen):
        envelope.open_(WRAPPED.dek, sealed, b"person:2:mobile")
    with pytest.raises(no.CannotOpen):
        envelope.open_(envelope.new_key(KEK).dek, sealed, b"person:1:mobile")


def test_a_data_key_opens_under_its_node_key_only_and_rotation_keeps_it():
    with pytest.raises(no.WrongNodeKey):
        envelope.unwrap(OTHER, WRAPPED.blob)
    moved = envelope.rewrap(KEK, OTHER, WRAPPED.blob)
    assert envelope.unwrap(OTHER, moved) == WRAPPED.dek
    with pytest.raises(no.CannotOpen):
        envelope.unwrap(KEK, WRAPPED.blob[:-1] + bytes([WRAPPED.blob[-1] ^ 1]))
    for blob in (b"", WRAPPED.blob[:-1], b"\x02" + WRAPPED.blob[1:]):
        with pytest.raises(no.Malformed):
            envelope.unwrap(KEK, blob)


def test_keys_of_another_size_are_refused_and_a_key_does_not_show_itself():
    for size in (0, 16, 31, 33):
        with pytest.raises(no.BadKey):
            envelope.new_key(b"k" * size)
        with pytest.raises(no.BadKey):
            lookup.token(b"k" * size, "mobile", "1")
    assert repr(WRAPPED) == "Wrapped(…)"


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("id-number", "33010619900101123x", " ３３０１０６ 19900101-123X "),
        ("mobile", "13800000000", "+86 138-0000-0000"),
        ("mobile", "13800000000", "008613800000000"),
        ("uscc", "91330100ma2abcde0x", "91330100MA2ABCDE0X"),
    ],
)
def test_every_spelling_of_an_identifier_is_found(kind, one, other):
    assert lookup.token(KEK, kind, one) == lookup.token(KEK, kind, other)


def test_kinds_nodes_and_values_never_meet():
    tokens = {lookup.token(key, kind, value) for key in (KEK, OTHER) for kind in ("a", "b") for value in ("1", "2")}
    assert len(tokens) == 8
    assert lookup.normalise("uscc", "+86123") == "+86123"


def test_a_code_matches_for_its_own_subject_only():
    pepper, code = b"p" * 32, secrets.new_code()
    stored = secrets.hash_code(code, subject="login:1", pepper=pepper)
    assert len(code) == 6
    assert code.isdecimal()
    assert secrets.code_matches(code, stored, subject="login:1", pepper=pepper)
    assert not secrets.code_matches(code, stored, subject="login:2", pepper=pepper)
    assert not secrets.code_matches(code, stored, subject="login:1", pepper=b"q" * 32)
    assert not secrets.code_matches(code + "0", stored, subject="login:1", pepper=pepper)
    assert not secrets.code_matches(code, b"", subject="login:1", pepper=pepper)
    assert stored != secrets.hash_code(code, subject="login:1", pepper=pepper)
    with pytest.raises(no.BadKey):
        secrets.hash_code(code, subject="login:1", pepper=b"short")
