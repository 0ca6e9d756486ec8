"""Types, values and keys: the pure parts."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from tongban.base.errors import Denied, Refusal
from tongban.base.identifiers import certificate as identifiers
from tongban.certificates import content, display, pki, seal, types
from tongban.certificates.tests import samples


@pytest.mark.parametrize("type", samples.TYPES)
def test_a_type_read_back_from_its_body_is_the_same_type(type):
    kind = samples.load(type)
    assert types.parse(types.body(kind)) == kind


@pytest.mark.parametrize("type", samples.TYPES)
def test_a_type_code_makes_a_right_identifier(type):
    made = identifiers.compose(type=samples.load(type).type_code, issuer=samples.OFFICE, serial="202600000001")
    assert identifiers.parse(made).value == made


@pytest.mark.parametrize(
    "change",
    [
        {"template": '#import "@preview/x:1.0.0"'},
        {"template": '#read("/etc/passwd")'},
        {"type_code": "12345"},
        {"code": "../x"},
        {"valid": {"until_field": "nothing"}},
        {"unknown": 1},
    ],
)
def test_a_type_of_another_node_that_reaches_out_or_is_malformed_is_refused(change):
    raw = msgspec.to_builtins(samples.load("business-licence")) | change
    with pytest.raises(ValueError):
        types.parse(msgspec.json.encode(raw))


@pytest.mark.parametrize(
    ("rule", "last"),
    [
        (types.Validity(years=1), date(2027, 11, 22)),
        (types.Validity(months=3), date(2027, 2, 22)),
        (types.Validity(days=10), date(2026, 12, 2)),
        (None, None),
    ],
)
def test_validity_counts_from_the_day_of_issue(rule, last):
    kind = msgspec.structs.replace(samples.load("business-licence"), valid=rule)
    assert types.period(kind, {}, date(2026, 11, 23)) == (date(2026, 11, 23), last)


def test_a_month_that_lacks_the_day_ends_on_its_last():
    kind = msgspec.structs.replace(samples.load("business-licence"), valid=types.Validity(months=1))
    assert types.period(kind, {}, date(2027, 1, 31))[1] == date(2027, 2, 27)


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "零元整"),
        (100, "壹元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (100_000_000, "壹佰万元整"),
        (1_000_530, "壹万零伍元叁角整"),
        (100_000_500, "壹佰万零伍元整"),
        (10_000_000_000, "壹亿元整"),
        (100_100_000_001, "壹拾亿零壹佰万元零壹分"),
        (123_456_789, "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        (2_000_050_000, "贰仟万零伍佰元整"),
    ],
)
def test_amounts_in_capitals(fen, said):
    assert display.capitals(fen) == said


@given(st.integers(0, 10**17 - 1))
def test_capitals_read_back_are_the_amount(fen):
    assert _read(display.capitals(fen)) == fen


def _read(text: str) -> int:
    digits, units = {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}, {"拾": 10, "佰": 100, "仟": 1000}
    total = group = digit = whole = 0
    for c in text.removesuffix("整"):
        if c in digits:
            digit = digits[c]
        elif c in units:
            group, digit = group + digit * units[c], 0
        elif c == "万":
            # 万亿: the ten-thousands of a hundred million come first.
            total, group, digit = total + (group + digit) * 10**4, 0, 0
        elif c == "亿":
            total, group, digit = (total + group + digit) * 10**8, 0, 0
        elif c == "元":
            whole, group, digit = (total + group + digit) * 100, 0, 0
        elif c in "角分":
            whole, digit = whole + digit * (10 if c == "角" else 1), 0
    return whole


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", None), ("name", 5), ("name", "a" * 121), ("name", "演\x00示"), ("name", "演\u202e示"),
        ("name", "a\nb"), ("capital", -1), ("capital", 10**30), ("capital", "100"), ("capital", True),
        ("established", "2026-13-01"), ("established", 5), ("surprise", "x"),
    ],
)  # fmt: skip
def test_content_that_does_not_fit_is_refused_and_the_field_is_named(field, value):
    fields = {**samples.CONTENT["business-licence"], field: value}
    kind = samples.load("business-licence")
    with pytest.raises(Refusal) as no:
        content.check(kind, (samples.holder("business-licence"),), fields, samples.issuer("business-licence"))
    assert no.value.field == field


def test_an_office_without_the_role_may_not_issue():
    office = msgspec.structs.replace(samples.issuer("business-licence"), roles=("tax",))
    kind, fields = samples.load("business-licence"), samples.CONTENT["business-licence"]
    with pytest.raises(Denied):
        content.check(kind, (samples.holder("business-licence"),), fields, office)


def test_a_demo_root_is_known_as_one_and_refused_in_production():
    for demo in (True, False):
        chain = samples.signer(demo=demo).chain
        assert all(pki.is_demo(one) is demo for one in chain)
        pki.accept(chain, demo=True)
    pki.accept(samples.signer(demo=False).chain, demo=False)
    with pytest.raises(pki.DemoRoot):
        pki.accept(samples.signer().chain, demo=False)


def test_data_certificates_verify_offline_and_only_under_their_root():
    signer = samples.signer()
    token = signer.sign_data(samples.payload("business-licence")).encode()
    assert seal.verify_data(token, signer.chain[-1:], at=samples.NOW).valid
    assert not seal.verify_data(token, samples.signer(demo=False).chain[-1:], at=samples.NOW).valid
    assert not seal.verify_data(token, signer.chain[-1:], at=samples.NOW - timedelta(days=1)).valid
    assert not seal.verify_data(token, [], at=samples.NOW).valid


def test_a_time_stamper_cannot_sign_certificates():
    made = samples.pems()
    stamper = x509.load_pem_x509_certificate(made["timestamp.chain.0.pem"])
    assert not pki.trusted([stamper], samples.signer().chain[-1:], at=samples.NOW)


@given(st.data())
def test_a_data_certificate_with_any_character_changed_is_not_valid(data):
    signer = samples.signer()
    token = _TOKEN
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda c: c != token[at]))
    changed = token[:at] + other + token[at + 1 :]
    assert not seal.verify_data(changed.encode(), signer.chain[-1:], at=samples.NOW).valid


@pytest.mark.parametrize("issued_at", ["2026-11-23T10:00:00", "yesterday", None, 5])
def test_a_strangers_own_token_with_an_odd_time_is_judged_and_not_a_crash(issued_at):
    stranger = samples.signer(demo=False)
    token = stranger.sign_data({"issued_at": issued_at}).encode()
    assert not seal.verify_data(token, samples.signer().chain[-1:], at=samples.NOW).valid


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_judged_and_not_a_crash(data):
    assert not seal.verify_data(data, samples.signer().chain[-1:], at=samples.NOW).valid


_TOKEN = samples.signer().sign_data(samples.payload("allowance-grant"))
