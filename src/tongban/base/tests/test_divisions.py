import pytest

from tongban.base import divisions
from tongban.base.divisions import Level, Status
from tongban.base.errors import NotFound


def test_a_county_lies_in_a_city_in_a_province():
    assert [name.zh for name in divisions.path("330106")] == ["浙江省", "杭州市", "西湖区"]
    assert divisions.name("330106").en == "Xihu District"
    assert divisions.parent("330106") == divisions.get("330100")
    assert (divisions.level("330106"), divisions.level("330100")) == (Level.COUNTY, Level.PREFECTURE)


def test_a_district_of_a_municipality_lies_in_the_municipality():
    assert divisions.full_name("310117") == "上海市松江区"
    assert divisions.parent("310117") == divisions.get("310000")
    assert divisions.parent("310000") is None


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("441900", "广东省东莞市"),
        ("419001", "河南省济源市"),
        ("659001", "新疆维吾尔自治区石河子市"),
        ("440305", "广东省深圳市南山区"),
    ],
)
def test_cities_without_counties_and_counties_without_cities_are_known(code, name):
    assert divisions.is_known(code)
    assert divisions.full_name(code) == name


@pytest.mark.parametrize("code", ["110103", "310103", "330103", "330283", "440524"])
def test_a_code_no_longer_in_force_is_abolished(code):
    assert divisions.status(code) is divisions.Status.ABOLISHED
    assert divisions.province(code).code == code[:2] + "0000"


@pytest.mark.parametrize("code", ["", "11", "990101", "119900", "110100", "11010", "11010A", "１１０１０３", "000000"])
def test_a_code_of_no_shape_is_unknown(code):
    assert divisions.status(code) is Status.UNKNOWN


def test_every_division_but_a_province_lies_in_one_that_is_known():
    everything = [d for p in divisions.provinces() for d in (p, *divisions.children(p.code))]
    everything += [d for c in list(everything) if c.level is Level.PREFECTURE for d in divisions.children(c.code)]
    assert len(everything) == len({d.code for d in everything}) > 3200
    assert len(divisions.provinces()) == 34
    assert all(d.parent is None or divisions.is_known(d.parent) for d in everything)


def test_an_unknown_code_has_no_name():
    with pytest.raises(NotFound):
        divisions.name("999999")


def test_countries_are_found_by_both_codes():
    assert divisions.country("124") == divisions.country("CAN")
    assert divisions.country("ZZZ") is None
