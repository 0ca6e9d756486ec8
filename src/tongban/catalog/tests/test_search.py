"""Search by words, by sound, by initials, with slips; nothing for nonsense; at once what changed, and bounded whatever is asked."""

import time
from datetime import date

import pytest
from django.conf import settings
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.catalog import actions, finding, queries

pytestmark = pytest.mark.django_db
CITY, OTHER = settings.TONGBAN_ADCODE, "999999"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("开公司", "company-registration"),
        ("我想注册公司", "company-registration"),
        ("企業設立", "company-registration"),
        ("kaigongsi", "company-registration"),
        ("kai gong si", "company-registration"),
        ("kgs", "company-registration"),
        ("开共司", "company-registration"),
        ("gaoling", "old-age-allowance"),
        ("gaolin jintie", "old-age-allowance"),
        ("fangchan guohu", "house-transfer"),
        ("fangchanguohu", "house-transfer"),
        ("fangwu guohu", "house-transfer"),
        ("laoren butie", "old-age-allowance"),
        ("start a company", "company-registration"),
        ("registering my compny", "company-registration"),
        ("rigestiring a cumpany", "company-registration"),
        ("open a company", "company-registration"),
        ("高龄津帖", "old-age-allowance"),
        ("公积金取钱", "housing-fund-withdrawal"),
        ("公机金怎么取出来", "housing-fund-withdrawal"),
        ("gongjijn", "housing-fund-withdrawal"),
        ("withdraw my provident fund", "housing-fund-withdrawal"),
        ("我和女朋友下个月想去领结婚证", "marriage-registration-booking"),
        ("我爸今年八十了有没有什么补贴可以领", "old-age-allowance"),
    ],
)
def test_what_people_type_finds_the_service_first(society, asked, code):
    assert finding.search(asked)[0].code == code


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "   ",
        "%%%%",
        "____",
        "\x00\x01",
        "龘靐齉",
        "qqzzxxvv",
        "🤡🤡",
        "& | ! <-> :* ( )",
        "红烧肉怎么做",
        "98765432109876",
        "怎么办",
    ],
)
def test_nonsense_finds_nothing(society, asked):
    assert finding.search(asked) == []


@pytest.mark.parametrize(
    "asked",
    [
        "'; DROP TABLE catalog_entry; --x" * 50,
        "公司" * 5000,
        "%公%司%" * 1000,
        "a" * 100_000,
        "gongsi" * 5000,
        "\x00公\x01司\x7f\u202e\ud7ff",
        "公司 & ! (企业 | <-> :*",
        "ﷺ" * 5000,
        "开" * 100,
        "compny compnys compny regstering regsterings",
    ],
)
def test_whatever_is_asked_is_answered_in_bounded_time(society, asked):
    finding.search("公司")
    began = time.perf_counter()
    assert isinstance(finding.search(asked), list)
    assert time.perf_counter() - began < 0.5


def test_only_the_city_that_is_asked_for_and_no_unknown_one(society):
    assert {each.city for each in finding.search("公司", city=CITY)} == {CITY}
    assert finding.search("公司", city="000000") == []


def _also_there() -> None:
    bodies = queries.own_bodies(CITY)
    actions.take_over(
        city=OTHER,
        name={"zh": "演示市", "en": "Demo"},
        bodies=bodies,
        mark="m",
        offices={},
        by=SYSTEM,
        now=timezone.now(),
    )


def test_the_city_one_looks_at_comes_first_of_those_that_say_the_same(society):
    _also_there()
    first = [finding.search("开公司", here=here)[0] for here in (CITY, OTHER)]
    assert [each.city for each in first] == [CITY, OTHER]
    assert first[0].score == first[1].score


def test_what_is_published_and_retired_is_found_and_gone_at_once(society):
    now = timezone.now()
    code = finding.search("公积金取钱")[0].code
    actions.retire(city=CITY, code=code, successor="", by=SYSTEM, now=now)
    assert code not in {each.code for each in finding.search("公积金取钱")}
    body = bytes(queries.history(code, city=CITY)[0].body)
    actions.publish(city=CITY, body=body, effective_on=date(2020, 1, 1), by=SYSTEM, now=now)
    assert finding.search("公积金取钱")[0].code == code


def test_an_occasion_of_life_leads_to_its_services_in_their_order(society):
    found = [each.code for each in finding.search("我刚生了孩子要办什么")]
    assert found[:2] == ["birth-certificate", "birth-registration"]
    assert found.index("birth-registration") < found.index("minors-medical-insurance")


def test_words_that_were_looked_for_are_those_that_mean_something():
    assert queries.terms("我想开公司")[0] == "我想开公司"
    assert "公司" in queries.terms("我想开公司")
    assert "我" not in queries.terms("我想开公司")
