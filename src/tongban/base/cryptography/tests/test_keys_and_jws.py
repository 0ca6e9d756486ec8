"""Keys, JWS and canonical JSON."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.base.cryptography import canonical, jws, keys
from tongban.base.cryptography import errors as no

ED, EC = keys.new_ed25519(), keys.new_p256()
RING = {ED.id: ED.public, EC.id: EC.public}
BOTH = pytest.mark.parametrize("key", [ED, EC], ids=["ed25519", "p256"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_a_key_id_is_the_rfc_7638_thumbprint_of_rfc_8037_s_example():
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert keys.public_from_jwk(jwk).id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@BOTH
def test_a_key_comes_back_from_every_form_it_is_saved_in(key):
    again = [
        keys.private_from_pem(key.pem()),
        keys.private_from_pem(key.pem(b"pw"), b"pw"),
        keys.private_from_jwk(key.jwk()),
    ]
    assert {each.id for each in again} == {key.id}
    assert keys.public_from_pem(key.public.pem()) == keys.public_from_jwk(key.public.jwk()) == key.public
    assert "d" not in key.public.jwk()


@BOTH
def test_a_signature_fits_its_message_and_key_only(key):
    signature = key.sign(b"m")
    assert len(signature) == 64
    key.public.verify(b"m", signature)
    for message, by in ((b"n", key), (b"m", keys.new_ed25519()), (b"m", keys.new_p256())):
        with pytest.raises(no.BadSignature):
            by.public.verify(message, signature)
    with pytest.raises(no.BadSignature):
        key.public.verify(b"m", signature[:-1])


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "oct", "k": "AQAB"},
        {"kty": "EC", "crv": "P-384", "x": "AQ", "y": "AQ"},
        {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AQ"},
        {"kty": "OKP", "crv": "Ed25519"},
        {**ED.public.jwk(), "kid": EC.id},
        {**ED.public.jwk(), "alg": "HS256"},
        {**EC.public.jwk(), "alg": "Ed25519"},
        {**ED.public.jwk(), "x": ED.public.jwk()["x"] + "="},
    ],
)
def test_what_is_no_key_of_ours_is_refused(jwk):
    with pytest.raises(no.BadKey):
        keys.public_from_jwk(jwk)


def test_a_private_key_with_another_s_public_half_is_refused():
    for key, other in ((ED, keys.new_ed25519()), (EC, keys.new_p256())):
        with pytest.raises(no.BadKey):
            keys.private_from_jwk({**key.jwk(), "d": other.jwk()["d"]})
    for pem in (b"", b"nonsense", EC.public.pem()):
        with pytest.raises(no.BadKey):
            keys.private_from_pem(pem)


@BOTH
def test_a_jws_is_verified_attached_and_detached(key):
    found = jws.verify(jws.sign(key, b"content", kind="a+jws"), RING, kind="a+jws")
    assert (found.payload, found.key_id) == (b"content", key.id)
    detached = jws.sign(key, b"content", detached=True)
    assert jws.verify(detached, RING, payload=b"content").payload == b"content"
    with pytest.raises(no.BadSignature):
        jws.verify(detached, RING, payload=b"other")
    with pytest.raises(no.Malformed):
        jws.verify(detached, RING)
    with pytest.raises(no.Malformed):
        jws.verify(jws.sign(key, b"content"), RING, payload=b"content")


def test_a_jws_of_another_kind_or_by_an_unknown_key_is_refused():
    with pytest.raises(no.Malformed):
        jws.verify(jws.sign(ED, b"x", kind="receipt"), RING, kind="contract")
    with pytest.raises(no.UnknownKey):
        jws.verify(jws.sign(keys.new_ed25519(), b"x"), RING)


@pytest.mark.parametrize("alg", ["none", "HS256", "ES256", "RS256", ""])
def test_a_jws_that_names_another_algorithm_than_the_key_s_is_refused(alg):
    head = keys.b64(json.dumps({"alg": alg, "kid": ED.id}).encode())
    mac = hmac.new(ED.public.raw.public_bytes_raw(), f"{head}.eA".encode(), hashlib.sha256).digest()
    for signature in ("", keys.b64(mac)):
        with pytest.raises(no.WrongAlgorithm):
            jws.verify(f"{head}.eA.{signature}", RING)


@pytest.mark.parametrize("extra", [{"crit": ["exp"]}, {"b64": False}, {"kid": 7}])
def test_a_header_that_asks_for_what_is_not_understood_is_refused(extra):
    head = keys.b64(json.dumps({"alg": "EdDSA", "kid": ED.id, **extra}).encode())
    with pytest.raises(no.Malformed):
        jws.verify(f"{head}.eA.{keys.b64(ED.sign(f'{head}.eA'.encode()))}", RING)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_nonsense_is_a_named_error_and_never_another(text):
    for token in (text, text.replace(" ", ".") + "..", "..".join([text, text])):
        with pytest.raises(no.CryptographyError):
            jws.verify(token, RING)
    with pytest.raises(no.CryptographyError):
        jws.verify_json(text.encode(), RING, kind="x")


def test_a_document_says_which_trusted_keys_signed_it_and_a_wrong_signature_condemns_it():
    document = jws.add_signature(jws.sign_json([ED, keys.new_ed25519()], b"list", kind="t"), EC)
    assert jws.verify_json(document, RING, kind="t") == (b"list", {ED.id, EC.id})
    broken = json.loads(document)
    broken["payload"] = base64.urlsafe_b64encode(b"evil").decode().rstrip("=")
    with pytest.raises(no.BadSignature):
        jws.verify_json(json.dumps(broken).encode(), RING, kind="t")
    with pytest.raises(no.Malformed):
        jws.verify_json(document, RING, kind="other")


@given(JSON)
def test_canonical_json_has_one_spelling_that_reads_back(value):
    data = canonical.dumps(value)
    assert canonical.loads(data) == value
    assert canonical.dumps(json.loads(json.dumps(value, indent=3))) == data


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, {1, 2}, {"a": object()}, "\ud800"])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(no.NotCanonical):
        canonical.dumps(value)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b'{"a":1,"a":1}', b"NaN", b"[-Infinity]", b"[" * 65 + b"]" * 65, b"[" * 99999]
)
def test_json_that_two_readers_could_read_differently_is_refused(data):
    with pytest.raises(no.Malformed):
        canonical.loads(data)
