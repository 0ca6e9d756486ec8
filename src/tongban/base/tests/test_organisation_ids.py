import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.base.divisions import Status
from tongban.base.errors import Refusal
from tongban.base.identifiers import mobile, organisation
from tongban.base.tests.corrupt import garbage, singles

BODY = st.text(alphabet=organisation.ALPHABET, min_size=8, max_size=8)
PREFIX = st.sampled_from(["11", "12", "51", "52", "53", "91", "92", "93"])


def refused(value: str) -> str:
    with pytest.raises(Refusal) as no:
        organisation.parse(value)
    return no.value.code


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",  # the example of GB 32100
        "91110000600037341L",
        "91330100799655058B",
        "91440300708461136T",
        "11100000000013338W",
    ],
)
def test_published_codes_are_valid_inside_and_outside(code):
    read = organisation.parse(code)
    assert (read.value, read.inner_check_ok, read.type_known) == (code, True, True)


def test_a_code_tells_type_division_and_organisation():
    read = organisation.parse("91350100m000100y43")
    assert (read.prefix, read.type.zh, read.division_name) == ("91", "企业", "福建省福州市")
    assert (read.organisation, read.division_status) == ("M000100Y4", Status.CURRENT)


def test_the_outer_check_decides_and_a_wrong_inner_check_is_flagged():
    first = "91350100" + "M000100Y" + "5"
    read = organisation.parse(first + organisation.check_digit(first))
    assert read.inner_check_ok is False


def test_an_unknown_prefix_and_an_abolished_division_are_flagged():
    read = organisation.parse(organisation.compose("Y1", "310103", "MA000001"))
    assert (read.type_known, read.division_status) == (False, Status.ABOLISHED)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "org_id_format"),
        ("91350100M000100Y44", "org_id_check"),
        ("91350100M000100O43", "org_id_characters"),
        ("9135O100M000100Y43", "org_id_characters"),
        ("9135010AM000100Y43", "org_id_format"),
        ("310117600012345", "org_id_format"),
    ],
)
def test_a_wrong_code_is_refused_with_its_reason(typed, code):
    assert refused(typed) == code


def sealed(prefix: str, division: str) -> str:
    """A code of any prefix and division with both checks right."""
    return organisation.compose(prefix, division, "MA000001")


@pytest.mark.parametrize("prefix", ["00", "01", "10", "B1", "9A", "W2", "NN"])
def test_what_no_department_registers_is_refused(prefix):
    assert refused(sealed(prefix, "310117")) == "org_id_prefix"
    assert refused("0" * 18) == "org_id_prefix"


@pytest.mark.parametrize("prefix", ["11", "21", "35", "41", "59", "69", "72", "81", "93", "A1", "N2", "Y1"])
def test_what_a_department_of_the_standard_registers_is_read(prefix):
    assert organisation.parse(sealed(prefix, "310117")).prefix == prefix


@pytest.mark.parametrize("division", ["000000", "990101", "020000", "100001", "830000"])
def test_an_impossible_division_is_refused(division):
    assert refused(sealed("91", division)) == "org_id_division"


def test_an_unknown_division_of_a_province_is_only_flagged():
    read = organisation.parse(sealed("91", "319900"))
    assert (read.division_status, read.division_name) == (Status.UNKNOWN, "上海市")


def test_what_is_registered_with_the_state_has_the_states_division():
    read = organisation.parse("11100000000013338W")
    assert (read.division, read.division_status, read.division_name) == ("100000", Status.CURRENT, "国家")


@pytest.mark.parametrize(("division", "name"), [("810000", "香港特别行政区"), ("820000", "澳门特别行政区"), ("710000", "台湾省")])
def test_the_special_regions_and_taiwan_have_their_names(division, name):
    read = organisation.parse(sealed("91", division))
    assert (read.division_status, read.division_name) == (Status.CURRENT, name)


@given(PREFIX, st.sampled_from(["310117", "330106", "100000"]), BODY)
def test_what_is_composed_reads_back_with_both_checks_right(prefix, division, body):
    read = organisation.parse(organisation.compose(prefix, division, body))
    assert (read.prefix, read.division, read.organisation[:8]) == (prefix, division, body)
    assert read.inner_check_ok


@given(BODY)
def test_one_wrong_character_never_passes(body):
    for wrong in singles(organisation.compose("91", "330106", body)):
        with pytest.raises(Refusal):
            organisation.parse(wrong)


@given(st.sets(st.integers(0, 31**6 - 1), min_size=2, max_size=20))
def test_different_serials_give_different_codes(serials):
    codes = {organisation.issue(prefix="91", division="330106", serial=serial) for serial in serials}
    assert len(codes) == len(serials)
    assert all(organisation.parse(code).inner_check_ok for code in codes)


@pytest.mark.parametrize(
    "parts", [("9", "1330106", "MA000001"), ("91", "33010", "MA0000012"), ("91", "330106", "MAO00001")]
)
def test_parts_of_the_wrong_shape_are_not_composed(parts):
    with pytest.raises(ValueError):
        organisation.compose(*parts)


@given(garbage())
def test_anything_else_is_refused_and_never_crashes(text):
    try:
        assert len(organisation.parse(text).value) == 18
    except Refusal as no:
        assert no.code.startswith("org_id_")


@pytest.mark.parametrize("typed", ["13812345678", "+86 138-1234-5678", "１３８１２３４５６７８", "008613812345678"])
def test_a_mobile_number_is_read_as_people_write_it(typed):
    assert mobile.parse(typed).value == "13812345678"
    assert mobile.parse(typed).masked == "138****5678"


@pytest.mark.parametrize(
    "typed", ["", "12812345678", "1381234567", "138123456789", "02187654321", "1381234567８９", "13a12345678"]
)
def test_what_is_no_mobile_number_is_refused(typed):
    with pytest.raises(Refusal, match="mobile_format"):
        mobile.parse(typed)
