"""Standard addresses."""

from __future__ import annotations

import pytest

from tongban.base.actors import SYSTEM
from tongban.base.errors import Refusal
from tongban.registries import actions, queries
from tongban.registries.models import Place
from tongban.registries.queries.places import OutsideCity
from tongban.registries.tests.conftest import CITY, NOW, roads


@pytest.fixture
def shop(hangzhou):
    return Place.objects.filter(use="commercial").order_by("text").first()


def test_a_place_is_found_by_parts_of_its_address_in_any_width(shop):
    for text in (shop.text, f" {shop.road}{shop.number} ", shop.text.replace("号", "号 ").replace("1", "１")):
        assert shop in queries.search_places(text, city=CITY)


@pytest.mark.parametrize(("text", "within"), [
    ("西湖区", "西湖区"), ("湖滨街道", "上城区湖滨街道"), ("西湖区灵隐街道", "西湖区灵隐街道"), ("山阴路", "萧山区北干街道山阴路"),
    ("三墩镇 振华路", "西湖区三墩镇振华路"), ("萧山区金城路", "萧山区北干街道金城路"),
])
def test_counties_streets_towns_and_roads_are_found(hangzhou, text, within):
    found = queries.search_places(text, city=CITY)
    assert found and all(p.text.startswith(f"浙江省杭州市{within}") for p in found)


def test_who_leaves_out_the_street_finds_the_house_first(hangzhou):
    """西湖区曙光路12号 is what people write; 曙光路112号 and 曙光路3号12幢 are others."""
    for house in Place.objects.filter(division="330106").exclude(street=None).select_related("division"):
        found = queries.search_places(f"{house.division.name}{house.road}{house.number}", city=CITY)
        assert house in found
        assert all(f"{house.road}{house.number}" in p.text and p.division_id == house.division_id for p in found)


def test_parts_in_another_order_are_found_too(shop):
    assert shop in queries.search_places(f"{shop.room} {shop.number} {shop.road}", city=CITY)


def test_a_slip_of_one_character_still_finds_it(shop):
    wrong = shop.text.replace(shop.road, shop.road[:-1] + "璐")
    assert shop in queries.search_places(wrong, city=CITY, limit=50)


def test_a_use_is_asked_for(shop):
    assert {p.use for p in queries.search_places("上城区", city=CITY, use="commercial")} == {"commercial"}


@pytest.mark.parametrize("text", ["上海市松江区方松街道文诚路1号", "松江区文诚路1号", "南京市鼓楼区1号"])
def test_an_address_in_another_city_is_refused_by_name(hangzhou, text):
    with pytest.raises(OutsideCity) as no:
        queries.search_places(text, city=CITY)
    assert "杭州市" in no.value.brief.zh


def test_a_district_of_the_same_name_elsewhere_is_taken_for_ours(hangzhou):
    assert queries.search_places("西湖区西溪路", city=CITY)  # of Nanchang's 西湖区 too people write the county alone


@pytest.mark.parametrize("text", ["", "   ", "'; DROP TABLE registries_place; --", "%", "<script>", "x" * 5000])
def test_hostile_text_finds_nothing_and_breaks_nothing(hangzhou, text):
    assert queries.search_places(text, city=CITY) == []


def test_a_place_of_another_city_is_found_there_refused_here_and_an_unknown_one_not_found(hangzhou):
    actions.load_divisions(city="310117", by=SYSTEM, now=NOW)
    sizes = {"people": 60, "firms": 3, "places": 40}
    actions.load_synthetic(city="310117", roads=roads("310117"), **sizes, seed=7, by=SYSTEM, now=NOW)
    found = queries.search_places("方松街道", city="310117")
    assert found and all(p.text.startswith("上海市松江区方松街道") for p in found)
    outside = found[0]
    with pytest.raises(OutsideCity):
        queries.place(outside.pk, city=CITY)
    for unknown in ("0198c0de-0000-7000-8000-000000000000", "not-an-id"):
        with pytest.raises(Refusal) as no:
            queries.place(unknown, city=CITY)
        assert no.value.status == 404


def test_facts_of_a_place(shop):
    facts = queries.place_facts(shop)
    assert facts["place.use"].value == "commercial"
    assert facts["place.address"].value == shop.text
    assert {known.source for known in facts.values()} == {"places"}
