from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.base.errors import Refusal
from tongban.base.identifiers import certificate, item, organisation
from tongban.base.tests.corrupt import garbage, singles

OFFICE = "91350100M000100Y43"
BASIC = "000120055000"
IMPLEMENTATION = OFFICE + "4" + BASIC


def refused(parse, value: str) -> str:
    with pytest.raises(Refusal) as no:
        parse(value)
    return no.value.code


def test_a_basic_code_is_read():
    read = item.parse(BASIC)
    assert (read.kind, read.division_name, read.type_name.zh) == ("basic", "国家", "行政许可")
    assert (read.authority, read.main, read.sub) == ("20", "055", "000")


def test_an_implementation_code_tells_office_level_and_basic_code():
    read = item.parse(IMPLEMENTATION.lower())
    assert (read.kind, read.level, read.basic) == ("implementation", "4", BASIC)
    assert read.office and read.office.value == OFFICE


def test_a_business_item_code_has_two_digits_more():
    read = item.parse(item.issue(office=OFFICE, level="4", basic=BASIC, business="07"))
    assert (read.kind, read.business, len(read.value)) == ("business", "07", 33)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "item_code_format"),
        ("0001200550", "item_code_format"),
        ("00012005500X", "item_code_format"),
        ("991120055000", "item_code_division"),
        ("001120055000", "item_code_type"),
        ("91350100M000100Y44" + "4" + BASIC, "item_code_office"),
        (OFFICE + "8" + BASIC, "item_code_level"),
        (IMPLEMENTATION + "0X", "item_code_format"),
    ],
)
def test_a_wrong_item_code_is_refused_with_its_reason(typed, code):
    assert refused(item.parse, typed) == code


def test_a_wrong_office_says_why():
    with pytest.raises(Refusal) as no:
        item.parse("91350100M000100Y44" + "4" + BASIC)
    assert no.value.because and "check" in no.value.because.en


def test_a_basic_code_is_issued_from_its_parts():
    assert item.issue_basic(division="33", type="20", authority="07", main="001", sub="002") == "332007001002"


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 999_999))
def test_case_numbers_read_back_and_fit_fifty_characters(day, sequence):
    number = item.compose_case(item=IMPLEMENTATION, opened=day, sequence=sequence)
    read = item.parse_case(number)
    assert (read.opened, read.sequence, read.item.value) == (day, sequence, IMPLEMENTATION)
    assert len(number) == 45 <= item.LONGEST_CASE


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"item": BASIC, "sequence": 1}, "case_number_item"),
        ({"item": IMPLEMENTATION, "sequence": 0}, "case_number_sequence"),
        ({"item": IMPLEMENTATION, "sequence": 1_000_000}, "case_number_sequence"),
        ({"item": IMPLEMENTATION, "sequence": 1, "width": 12}, "case_number_sequence"),
    ],
)
def test_a_case_number_is_not_composed_from_wrong_parts(parts, code):
    with pytest.raises(Refusal, match=code):
        item.compose_case(opened=date(2026, 1, 1), **parts)


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        ("20260230000001", "case_number_date"),
        ("20260101", "case_number_format"),
        ("2026010100000x", "case_number_format"),
        ("20260101" + "1" * 12, "case_number_format"),
    ],
)
def test_a_wrong_case_number_is_refused_with_its_reason(tail, code):
    assert refused(item.parse_case, IMPLEMENTATION + tail) == code


@pytest.mark.parametrize("text", ["A12425GABC1234002M", "B159D8FA01240000K", "188166C7342000003"])
def test_published_examples_of_mod_37_36_agree(text):
    assert certificate.check_character(text[:-1]) == text[-1]


def test_a_certificate_identifier_is_composed_and_read():
    value = certificate.compose(type="11100000000013338W001", issuer=OFFICE, serial="20260001", version=2)
    read = certificate.parse(value)
    assert value == f"1.2.156.3005.2.11100000000013338W001.{OFFICE}.20260001.002.{read.check}"
    assert (read.issuer.value, read.definer.value, read.serial, read.version) == (
        OFFICE,
        "11100000000013338W",
        "20260001",
        "002",
    )


@given(st.text(alphabet="0123456789ABCXYZ", min_size=1, max_size=20), st.integers(1, 999))
def test_certificate_identifiers_read_back(serial, version):
    value = certificate.compose(type=OFFICE + "001", issuer=OFFICE, serial=serial, version=version)
    assert (certificate.parse(value).serial, int(certificate.parse(value).version)) == (serial, version)


def test_one_wrong_character_never_passes_in_a_certificate_identifier():
    value = certificate.compose(type="11100000000013338W001", issuer=OFFICE, serial="2026Z1", version=1)
    for wrong in singles(value, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ."):
        with pytest.raises(Refusal):
            certificate.parse(wrong)


@pytest.mark.parametrize(
    ("typed", "code"), [("", "certificate_id_format"), ("1.2.156.3005.2", "certificate_id_format")]
)
def test_what_is_no_certificate_identifier_is_refused(typed, code):
    assert refused(certificate.parse, typed) == code


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"type": "91350100M000100Y44001", "issuer": OFFICE}, "certificate_id_type"),
        ({"type": OFFICE + "001", "issuer": "91350100M000100Y44"}, "certificate_id_issuer"),
        ({"type": OFFICE + "001", "issuer": OFFICE, "version": 0}, "certificate_id_version"),
        ({"type": OFFICE + "001", "issuer": OFFICE, "serial": "证-1"}, "certificate_id_format"),
    ],
)
def test_a_certificate_identifier_is_not_composed_from_wrong_parts(parts, code):
    with pytest.raises(Refusal) as no:
        certificate.compose(**{"serial": "1", **parts})
    assert no.value.code == code


@given(garbage())
def test_anything_else_is_refused_and_never_crashes(text):
    for parse in (item.parse, item.parse_case, certificate.parse):
        try:
            parse(text)
        except Refusal as no:
            assert no.brief.zh


def test_the_inner_check_is_that_of_gb_11714():
    assert organisation.inner_check("D2143569") == "X"
