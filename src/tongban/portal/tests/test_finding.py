"""Home, search, services: each service once, honest counts, the city one looks at, nothing personal for strangers."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from tongban.journeys import browse, find, lives, nearby, occasions
from tongban.portal import lists
from tongban.portal.tests.conftest import ALLOWANCE, ALLOWANCE_ANSWERS, CITY, FIRM, begin, fill, sign_all

pytestmark = pytest.mark.django_db
OTHER = "999999"


@pytest.fixture
def other_city(society, db):
    """Another city that offers the same services."""
    from django.utils import timezone

    from tongban.base.actors import SYSTEM
    from tongban.catalog import actions, queries

    actions.take_over(
        city=OTHER,
        name={"zh": "演示市", "en": "Demo City"},
        bodies=queries.own_bodies(CITY),
        mark="m",
        offices={},
        by=SYSTEM,
        now=timezone.now(),
    )
    return OTHER


def guides(text: str) -> list[str]:
    return re.findall(r'href="/services/(\d{6}/[\w-]+)"', text)


def test_home_names_each_service_once_and_only_of_the_city_one_looks_at(visitor, other_city):
    found = guides(visitor.open("/"))
    assert found and len(found) == len(set(found))
    assert {each.split("/")[0] for each in found} == {CITY}


def test_the_city_is_switched_for_looking_around_and_one_still_applies_here(visitor, other_city):
    text = visitor.send("/lang", {"city": OTHER, "next": "/"})
    assert {each.split("/")[0] for each in guides(text)} == {OTHER}
    assert "您仍在这里申请" in text
    assert visitor.cookies["city"].value == OTHER


@pytest.mark.parametrize("city", ["000000", "'; --", "../etc", ""])
def test_a_city_that_is_not_offered_is_not_kept(visitor, other_city, city):
    text = visitor.send("/lang", {"city": city, "next": "/"})
    assert "city" not in visitor.cookies
    assert {each.split("/")[0] for each in guides(text)} == {CITY}


def test_a_cookie_with_nonsense_shows_this_city(visitor, other_city):
    visitor.cookies["city"] = "31x'--"
    assert {each.split("/")[0] for each in guides(visitor.open("/"))} == {CITY}


def test_what_people_do_most_comes_first(enter, work, visitor):
    before = guides(visitor.open("/"))[0]
    elder = enter("elder")
    draft = begin(elder, ALLOWANCE)
    fill(elder, draft, ALLOWANCE_ANSWERS)
    elder.send(f"{draft}/lock")
    sign_all(elder)
    elder.send(f"{draft}/submit")
    assert before != f"{CITY}/{ALLOWANCE}"
    assert guides(visitor.open("/"))[0] == f"{CITY}/{ALLOWANCE}"


def test_what_is_under_way_shows_with_its_next_step_and_to_its_owner_only(enter, visitor):
    elder = enter("elder")
    begin(elder, ALLOWANCE)
    assert "接着填" in elder.open("/")
    assert "接着填" not in visitor.open("/")
    assert "接着填" not in enter("founder").open("/")


def test_search_gives_each_service_once_with_the_other_city_beside_it(visitor, other_city):
    text = visitor.open("/search?q=开公司")
    assert guides(text)[:2] == [f"{CITY}/{FIRM}", f"{OTHER}/{FIRM}"]
    assert len(guides(text)) == len(set(guides(text)))
    assert f"找到 {len(guides(text)) // 2} 项" in text


def test_a_facet_narrows_and_a_chip_widens_again(visitor, other_city):
    text = visitor.open(f"/search?q=登记&city={OTHER}")
    assert {each.split("/")[0] for each in guides(text)} == {OTHER}
    assert 'href="/search?q=%E7%99%BB%E8%AE%B0"' in text


def test_counts_say_what_a_choice_leaves(other_city):
    hits = browse.shelf(chosen=browse.Chosen(), here=CITY)
    for name in browse.NAMES:
        for value, count in hits.counts[name].items():
            assert browse.shelf(chosen=browse.Chosen(**{name: value}), here=CITY).total == count, (name, value)


def test_a_list_is_narrowed_to_a_district_where_a_counter_serves_it(visitor, other_city):
    text = visitor.open("/services")
    (link,) = re.findall(r'href="(/services\?[^"]*district=330106[^"]*)"', text)
    assert "西湖区" in text
    narrowed = browse.shelf(chosen=browse.Chosen(city=CITY, district="330106"), here=CITY)
    assert 0 < narrowed.total < browse.shelf(chosen=browse.Chosen(city=CITY), here=CITY).total
    assert all("1" in row.hit.facts["channels"] for row in narrowed.rows)
    assert f"{narrowed.total} 项" in visitor.open(link.replace("&amp;", "&"))


@pytest.mark.parametrize("district", ["310117001", "999999", "3301", "x", "330106001", "%"])
def test_a_district_of_nowhere_leaves_nothing(district, society):
    assert browse.shelf(chosen=browse.Chosen(city=CITY, district=district), here=CITY).total == 0


def test_in_a_countys_own_node_the_streets_are_chosen_from(settings, society):
    served = nearby.districts("310117")
    assert "310117001" in served["civil-affairs"] and served.get("tobacco", served[""]) == frozenset()
    assert nearby.district("310117001") == "岳阳街道" and nearby.district("000000000") == "000000000"


def test_a_better_grade_holds_the_lesser_ones():
    instant = find.Hit(
        city=CITY, city_name=occasions.Words(zh="", en=""), code="x", title=occasions.Words(zh="", en=""),
        summary=occasions.Words(zh="", en=""), facts={"grade": "instant"},
    )  # fmt: skip
    assert browse.FACETS["grade"](instant) == {"applicable", "no-visit", "id-only", "instant"}


@pytest.mark.parametrize(
    "query", ["q=zzqqxx", "q=公司&grade=instant&audience=firm", "q=公司&city=000000", "q=公司&subject=p999&letter=%00"]
)
def test_nothing_found_is_said_with_ways_on(visitor, query):
    text = visitor.open(f"/search?{query}")
    assert visitor.last.status_code in (200, 400)
    if "没有找到" in text:
        assert "12345" in text and "/services" in text


def test_pages_of_a_list_are_bounded(visitor):
    for page in ("0", "-1", "999999999", "x", "１"):
        assert visitor.open(f"/services?page={page}") and visitor.last.status_code == 200


@pytest.mark.parametrize(
    "asked", ["%" * 5000, "_" * 60, "公司" * 4000, "\x01\x02公司\x7f", "'; DROP TABLE x; --", "公司 & ! | <-> :*", "<script>"]
)
def test_whatever_is_searched_for_is_answered_with_a_page_and_suggestions(visitor, asked):
    for path in ("/search", "/search/suggest"):
        reply = visitor.get(path, {"q": asked, "city": "000000", "page": "9"}, headers={"HX-Request": "true"})
        assert reply.status_code == 200 and b"<script>" not in reply.content


def test_words_that_were_looked_for_are_marked_and_nothing_of_them_runs():
    assert str(lists.marked("企业设立登记", ["设立"])) == "企业<mark>设立</mark>登记"
    assert "<script>" not in str(lists.marked("<script>登记", ["登记", "<script>"]))


def test_suggestions_come_as_a_part_and_without_htmx_lead_to_the_search(visitor):
    part = visitor.open("/search/suggest?q=开公司", headers={"HX-Request": "true"})
    assert "<html" not in part and f"/services/{CITY}/{FIRM}" in part
    visitor.open("/search/suggest?q=开公司")
    assert visitor.at == "/search"


def test_an_occasion_leads_to_its_services_in_order_and_another_is_not_found(visitor):
    assert f"{CITY}/{ALLOWANCE}" in guides(visitor.open("/life/old-age"))
    visitor.open("/life/nothing")
    assert visitor.last.status_code == 404


def test_answers_in_the_address_narrow_an_occasion_and_nothing_is_kept(visitor):
    assert "看情况" in visitor.open("/life/old-age")
    assert f"{CITY}/{ALLOWANCE}" not in guides(visitor.open("/life/old-age?age=60"))
    text = visitor.open("/life/old-age?age=80&care=no&poor=no&other=x")
    assert f"{CITY}/{ALLOWANCE}" in guides(text)
    assert re.search(r'name="age" value="80" checked', text) and "sessionid" not in visitor.cookies
    assert not set(visitor.cookies) - {"csrf_330100"}


@pytest.mark.parametrize("told", ["age=" + "9" * 5000, "age=80&age=60", "age=%00", "age=\u202e", "=&&", "age=' OR 1=1"])
def test_an_occasion_takes_any_address(visitor, told):
    visitor.open(f"/life/old-age?{told}")
    assert visitor.last.status_code == (400 if "%00" in told else 200)


def test_only_the_part_is_sent_to_a_page_that_asks_for_it(visitor):
    text = visitor.open("/life/old-age?age=60", headers={"HX-Request": "true"})
    assert "<html" not in text and 'id="way"' in text


def test_occasions_and_subjects_are_the_standards(society):
    from tongban.engine.check import codes

    persons = {code[1:] for code in occasions.subjects() if code[0] == "p"}
    firms = {code[1:] for code in occasions.subjects() if code[0] == "f"}
    assert persons <= codes.SUBJECTS_OF_PERSONS and firms <= codes.SUBJECTS_OF_FIRMS
    for each in lives.everything():
        assert set(each.subjects) <= (persons if each.audience == "person" else firms), each.key


def test_a_notice_shows_from_its_first_day_to_its_last(tmp_path, monkeypatch):
    from datetime import date

    (tmp_path / "notices.yaml").write_text(
        "- {key: a, from: 2026-03-02, until: 2026-03-04, title: {zh: 停电, en: Power cut}}\n"
    )
    monkeypatch.setattr(settings, "TONGBAN_HOME", tmp_path)

    def told(day: int) -> list[str]:
        return [n.key for n in occasions.notices(settings.TONGBAN_ADCODE, today=date(2026, 3, day))]

    assert ["a" in told(day) for day in (1, 2, 4, 5)] == [False, True, True, False]
