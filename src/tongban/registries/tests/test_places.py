"""Standard addresses."""

from __future__ import annotations

import pytest

from tongban.base.actors import SYSTEM
from tongban.base.errors import Refusal
from tongban.registries import actions, queries
from tongban.registries.models import Place
from tongban.registries.queries.places import OutsideCity
from tongban.registries.tests.conftest import CITY, NOW


@pytest.fixture
def shop(hangzhou):
    return Place.objects.filter(use="commercial").order_by("text").first()


def test_a_place_is_found_by_parts_of_its_address_in_any_width(shop):
    for text in (shop.text, f" {shop.road}{shop.number} ", shop.text.replace("号", "号 ").replace("1", "１")):
        assert shop in queries.search_places(text, city=CITY)


def test_a_slip_of_one_character_still_finds_it(shop):
    wrong = shop.text.replace("演示", "演试")
    assert shop in queries.search_places(wrong, city=CITY, limit=50)


def test_a_use_is_asked_for(shop):
    assert {p.use for p in queries.search_places("演示", city=CITY, use="commercial")} == {"commercial"}


@pytest.mark.parametrize("text", ["上海市松江区演示云杉路1号", "松江区演示云杉路1号", "南京市鼓楼区1号"])
def test_an_address_in_another_city_is_refused_by_name(hangzhou, text):
    with pytest.raises(OutsideCity) as no:
        queries.search_places(text, city=CITY)
    assert "杭州市" in no.value.brief.zh


def test_a_district_of_the_same_name_elsewhere_is_taken_for_ours(hangzhou):
    assert isinstance(queries.search_places("西湖区演示", city=CITY), list)


@pytest.mark.parametrize("text", ["", "   ", "'; DROP TABLE registries_place; --", "%", "<script>", "x" * 5000])
def test_hostile_text_finds_nothing_and_breaks_nothing(hangzhou, text):
    assert queries.search_places(text, city=CITY) == []


def test_a_place_of_another_city_is_refused_and_an_unknown_one_not_found(hangzhou):
    actions.load_synthetic(city="310117", people=60, firms=3, places=40, seed=7, by=SYSTEM, now=NOW)
    outside = Place.objects.filter(division_id="310117").first()
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
