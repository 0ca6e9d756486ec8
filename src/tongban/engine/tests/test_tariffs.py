"""Every tariff of the repository, at every boundary where a fen is rounded or a rate changes: exact, whole, never a float."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.engine.compose import charges, documents
from tongban.engine.items import Item
from tongban.engine.plan import Known
from tongban.engine.tests.services import repository

COSTLY = sorted(code for code, item in repository().items.items() if any(fee.fen > 0 or fee.amount for fee in item.fees))
TODAY, CITY = date(2026, 3, 2), "330100"


def charge(code: str, answers: dict[str, Any], use: str = "residential") -> dict[str, int | None]:
    known = {"place:p1": Known(value={"ok": True, "code": "p1", "use": use}, source="places")}
    return charges(repository().items[code], facts=known, answers=answers, today=TODAY, city=CITY)


def half_up(fen: int, permille: int) -> int:
    """The nearest fen, told in fractions."""
    exact = Fraction(fen * permille, 1000)
    return int(exact + Fraction(1, 2))


# Area in square metres, homes that the family owns → permille of the price (deed-tax-law art. 3, the notice of 2024).
RATES = [("140", 0, 10), ("140.01", 0, 15), ("89.5", 0, 10), ("140", 1, 10), ("140.01", 1, 20), ("1", 2, 30), ("500", 9, 30)]
EDGES = [0, 1, 33, 34, 49, 50, 51, 99, 100, 149, 150, 333_33, 499_999, 500_000, 100_000_049, 100_000_050, 10**13 + 50]


def deed(price: int, area: str = "140", owned: int = 0) -> dict[str, Any]:
    return {"house_place": {"code": "p1"}, "deed_reason": "buy", "house_area": area, "house_price": price, "house_owned": owned}


def test_every_tariff_that_is_computed_has_its_boundaries_here() -> None:
    computed = {f"{code}/{fee.key}" for code in COSTLY for fee in repository().items[code].fees if fee.amount}
    assert computed == {"deed-tax/deed-tax", "house-transfer/income-tax"}, "write its boundaries below"
    for code in COSTLY:
        for fee in repository().items[code].fees:
            assert "/" not in (fee.amount or ""), "money is divided by portion and tiers alone"


@pytest.mark.parametrize(("area", "owned", "permille"), RATES)
def test_the_deed_tax_is_the_nearest_fen_at_every_rate(area: str, owned: int, permille: int) -> None:
    for price in EDGES:
        assert charge("deed-tax", deed(price, area, owned))["deed-tax"] == half_up(price, permille), price
    assert charge("deed-tax", deed(100_050, area, owned), use="commercial")["deed-tax"] == half_up(100_050, 30)


@given(st.integers(0, 10**13), st.sampled_from(RATES))
def test_a_fen_more_of_price_never_lowers_the_tax(price: int, rate: tuple[str, int, int]) -> None:
    area, owned, permille = rate
    less, more = (charge("deed-tax", deed(p, area, owned))["deed-tax"] for p in (price, price + 1))
    assert (less, more) == (half_up(price, permille), half_up(price + 1, permille))


@pytest.mark.parametrize("reason", ["spouse", "inherit"])
def test_who_does_not_buy_pays_no_deed_tax(reason: str) -> None:
    answers = {"house_place": {"code": "p1"}, "deed_reason": reason, "house_area": "90"}
    assert charge("deed-tax", answers) == {"deed-tax": 0}


@pytest.mark.parametrize("code", ["house-transfer", "mortgage-registration"])
def test_a_registration_costs_eighty_for_a_home_and_five_hundred_and_fifty_else(code: str) -> None:
    answers = {"house_place": {"code": "p1"}, "house_seller_tax": "exempt", "house_price": 300_000_000}
    assert sum(charge(code, answers).values()) == 8_000
    assert sum(charge(code, answers, use="commercial").values()) == 55_000


def test_the_sellers_income_tax_is_the_nearest_fen_and_none_where_they_are_exempt() -> None:
    for price in EDGES:
        answers = {"house_place": {"code": "p1"}, "house_seller_tax": "taxed", "house_price": price}
        assert charge("house-transfer", answers)["income-tax"] == half_up(price, 10), price
        assert charge("house-transfer", {**answers, "house_seller_tax": "exempt"})["income-tax"] == 0


def test_the_declaration_names_the_fen_that_is_charged() -> None:
    known = {"place:p1": Known(value={"ok": True, "code": "p1", "use": "residential", "text": "演示路1号"}, source="places")}
    item = repository().items["deed-tax"]
    for price in EDGES[1:]:
        answers = {**deed(price), "deed_reason": "buy"}
        fen = charge("deed-tax", answers)["deed-tax"]
        assert fen is not None
        made = documents(item, facts=known, answers=answers, today=TODAY, city=CITY)
        yuan = f"{fen // 100:,}.{fen % 100:02d}"
        assert any(yuan in text.zh and yuan in text.en for text in made.values()), price


@pytest.mark.parametrize(
    ("reason", "fen"), [("expired", 2_000), ("changed", 2_000), ("lost", 4_000), ("damaged", 4_000), ("wrong", 0)]
)
def test_a_card_costs_what_the_law_says(reason: str, fen: int) -> None:
    assert sum(charge("identity-card-renewal", {"identity_card_reason": reason}).values()) == fen


@pytest.mark.parametrize("code", COSTLY)
def test_while_it_cannot_be_told_nothing_is_made_up(code: str) -> None:
    found = charges(repository().items[code], facts={}, answers={}, today=TODAY, city=CITY)
    item: Item = repository().items[code]
    for fee in item.fees:
        assert found[fee.key] is None or (fee.when is None and found[fee.key] == fee.fen), (code, fee.key)
