from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.base import divisions
from tongban.base.divisions import Status
from tongban.base.errors import Refusal
from tongban.base.identifiers import person
from tongban.base.tests.corrupt import garbage, singles

AREAS = sorted(code for code in ("310117", "330106", "110105", "441900", "659001", "110103", "320586"))
BIRTHS = st.dates(date(1900, 1, 1), date(2026, 1, 1))


def refused(value: str, **more: object) -> str:
    with pytest.raises(Refusal) as no:
        person.parse(value, **more)  # type: ignore[arg-type]
    assert no.value.brief.zh and no.value.brief.en
    return no.value.code


def test_the_example_of_the_standard_is_read():
    read = person.parse("11010519491231002X")
    assert (read.kind, read.area, read.area_name) == (person.Kind.RESIDENT, "110105", "北京市朝阳区")
    assert (read.birth, read.sex, read.area_status) == (date(1949, 12, 31), person.Sex.FEMALE, Status.CURRENT)


def test_the_second_example_of_the_standard_has_an_area_that_was_abolished():
    read = person.parse("440524188001010014")
    assert (read.area_status, read.sex, read.area_name) == (Status.ABOLISHED, person.Sex.MALE, "广东省汕头市")


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X\u3000",
        "\ufeff11010519491231002X\n",
    ],
)
def test_what_a_person_types_is_cleaned_first(typed):
    assert person.parse(typed).value == "11010519491231002X"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "person_id_format"),
        ("110105194912310022", "person_id_check"),
        ("110105491231002", "person_id_old_form"),
        ("1101051949123100२X", "person_id_format"),
        ("11010519491231002X" + " " * 190 + "1", "person_id_format"),
        ("11010519491231002X<script>", "person_id_format"),
        ("X" * 1_000_000, "person_id_format"),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(typed, code):
    assert refused(typed) == code


def test_a_date_that_does_not_exist_is_refused():
    body = "11010520230229001"
    assert refused(body + person.check_digit(body)) == "person_id_birth"


def test_a_birth_after_today_is_refused_only_when_today_is_told():
    number = person.issue(area="310117", birth=date(2030, 1, 1), sequence=1)
    assert person.parse(number).birth == date(2030, 1, 1)
    assert refused(number, today=date(2029, 12, 31)) == "person_id_birth"


def test_an_impossible_province_is_refused_and_an_unknown_area_only_flagged():
    assert refused(person.issue(area="990101", birth=date(1990, 1, 1), sequence=1)) == "person_id_area"
    assert refused(person.issue(area="090101", birth=date(1990, 1, 1), sequence=1)) == "person_id_area"
    read = person.parse(person.issue(area="318800", birth=date(1990, 1, 1), sequence=1))
    assert read.area_status is Status.UNKNOWN


def test_the_field_of_the_form_is_passed_on():
    with pytest.raises(Refusal) as no:
        person.parse("1", field="applicant.id")
    assert no.value.field == "applicant.id"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("810000199408230021", person.Kind.HONG_KONG),
        ("830000199201300022", person.Kind.TAIWAN),
    ],
)
def test_residence_permits_are_told_apart(number, kind):
    assert (person.parse(number).kind, person.parse(number).area_status) == (kind, Status.CURRENT)


def test_the_new_card_of_foreign_permanent_residents_is_read():
    read = person.parse("911124198108030024")
    assert (read.kind, read.area, read.nationality) == (person.Kind.FOREIGN, "110000", "124")
    assert (read.birth, read.nationality_known) == (date(1981, 8, 3), True)
    assert person.issue_foreign(province="11", nationality="124", birth=date(1981, 8, 3), sequence=2) == read.value


def test_the_old_card_of_foreign_permanent_residents_is_read_without_a_verified_check():
    read = person.parse("can110081080310")
    assert (read.kind, read.nationality, read.check_verified) == (person.Kind.FOREIGN_OLD, "CAN", False)


def test_the_old_card_of_an_impossible_province_is_refused():
    for typed in ("USA990000000000", "can000081080310", "CAN830081080310"):
        assert refused(typed) == "person_id_area"
    with pytest.raises(Refusal) as no:
        person.parse("USA990000000000", field="applicant.id")
    assert no.value.field == "applicant.id"
    assert refused(person.issue_foreign(province="99", nationality="840", birth=date(1990, 1, 1), sequence=1)) == "person_id_area"


@pytest.mark.parametrize(("area", "name"), [("810000", "香港特别行政区"), ("820000", "澳门特别行政区"), ("830000", "台湾省")])
def test_the_area_of_a_residence_permit_has_a_name(area, name):
    read = person.parse(person.issue(area=area, birth=date(1990, 1, 1), sequence=1))
    assert (read.area, read.area_name, read.area_status) == (area, name, Status.CURRENT)


@given(st.sampled_from(AREAS), BIRTHS, st.integers(0, 999))
def test_what_is_issued_reads_back(area, birth, sequence):
    read = person.parse(person.issue(area=area, birth=birth, sequence=sequence), today=date(2026, 6, 1))
    assert (read.area, read.birth) == (area, birth)
    assert read.sex is (person.Sex.MALE if sequence % 2 else person.Sex.FEMALE)


@given(st.sampled_from(["31", "33"]), st.sampled_from(["124", "840", "392"]), BIRTHS, st.integers(0, 999))
def test_what_is_issued_to_foreigners_reads_back(province, nationality, birth, sequence):
    number = person.issue_foreign(province=province, nationality=nationality, birth=birth, sequence=sequence)
    read = person.parse(number)
    assert (read.kind, read.area[:2], read.nationality, read.birth) == (
        person.Kind.FOREIGN,
        province,
        nationality,
        birth,
    )


@given(st.sampled_from(AREAS), BIRTHS, st.integers(0, 999))
def test_one_wrong_character_never_passes(area, birth, sequence):
    for wrong in singles(person.issue(area=area, birth=birth, sequence=sequence), "0123456789X"):
        with pytest.raises(Refusal):
            person.parse(wrong)


@given(garbage())
def test_anything_else_is_refused_and_never_crashes(text):
    try:
        assert len(person.parse(text).value) in (15, 18)
    except Refusal as no:
        assert no.code.startswith("person_id_")


def test_age_is_counted_in_full_years():
    read = person.parse(person.issue(area="310117", birth=date(2008, 2, 29), sequence=1))
    assert [read.age(day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [17, 18]


def test_a_mask_shows_no_birth_date():
    assert person.parse("11010519491231002X").masked == "110***********002X"
    assert [person.mask(text) for text in ("13812345678", "1234567", "ab", "")] == ["138****5678", "1*****7", "**", ""]


@given(st.text(max_size=40))
def test_a_mask_keeps_the_length_and_at_most_seven_characters(text):
    hidden = person.mask(text)
    assert len(hidden) == len(text)
    assert sum(a == b != "*" for a, b in zip(text, hidden, strict=True)) <= 7


def test_every_division_in_force_gives_a_number_that_is_current():
    for province in divisions.provinces():
        for below in divisions.children(province.code):
            number = person.issue(area=below.code, birth=date(1990, 5, 5), sequence=7)
            assert person.parse(number).area_status is Status.CURRENT


@pytest.mark.parametrize(
    "parts", [{"area": "310117", "sequence": 1000}, {"area": "31011", "sequence": 1}, {"area": "31011X", "sequence": 1}]
)
def test_nothing_is_issued_for_parts_of_the_wrong_shape(parts):
    with pytest.raises(ValueError):
        person.issue(birth=date(1990, 1, 1), **parts)
