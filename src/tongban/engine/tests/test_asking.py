"""What you need in your case: the questions that an item's own rules make worth asking, and the plan for the answers."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tongban.catalog.folders import read_services
from tongban.engine import compose
from tongban.engine import items as engine
from tongban.engine.compose import asking
from tongban.engine.plan import Known, Verdict

REPOSITORY = Path(__file__).parents[4]
TODAY, CITY = date(2026, 11, 27), "330100"
ALLOWANCE, FUND, ROAD = "old-age-allowance", "housing-fund-withdrawal", "road-occupation"


SAMPLE = 60  # items that are tried in every answer, spread over all


@cache
def items():
    """The items named here and a sample of the others: reading all takes its time."""
    files = read_services(REPOSITORY / "services")
    codes = sorted({path.split("/")[2] for path in files if path.startswith("items/")})
    wanted = {ALLOWANCE, FUND, ROAD, *codes[:: max(1, len(codes) // SAMPLE)]}
    return engine.library({p: c for p, c in files.items() if not p.startswith("items/") or p.split("/")[2] in wanted}).items


def told(code, facts=None, **answers):
    given = {key.replace("__", "-"): value for key, value in answers.items()}
    return compose.told(items()[code], given, city=CITY, today=TODAY, facts=facts)


def papers(plan):
    return {each.type for each in plan.materials if each.verdict is Verdict.UPLOAD}


def test_what_most_hangs_on_is_asked_first_and_no_more_than_three():
    found = told(FUND)
    assert found.asks[0].key == "fund_reason" and 1 < len(found.asks) <= 3
    assert [each.weight for each in found.asks] == sorted((each.weight for each in found.asks), reverse=True)


def test_an_answer_leaves_only_the_papers_of_that_case():
    assert papers(told(FUND, fund_reason="loan").plan) == {"loan-proof"}
    assert papers(told(FUND, fund_reason="rent").plan) == set()
    assert len(papers(told(FUND).plan)) > 3


def test_a_question_that_no_longer_matters_gives_way():
    keys = [each.key for each in told(FUND, fund_reason="rent").asks]
    assert keys == ["fund_reason"]
    assert "has-real-estate-certificate" in [each.key for each in told(FUND, fund_reason="buy").asks]


def test_what_is_supposed_of_somebody_unknown_is_told_by_bands_of_the_rules():
    (age, home) = told(ALLOWANCE).asks
    assert [option.value for option in age.options] == ["79", "80"] and home.key == "my-home"
    young = told(ALLOWANCE, my__age="79")
    assert [each.rule for each in young.against] == ["eighty"]
    assert told(ALLOWANCE, my__age="80", my__home="here").against == ()
    assert [each.rule for each in told(ALLOWANCE, my__home="elsewhere").against] == ["registered-here"]


def test_what_is_usual_is_proven_by_an_example_and_the_most_is_told_beside_it():
    found = told(ALLOWANCE)
    assert found.proven and papers(found.plan) == set()
    assert papers(found.most) == {"identity-card", "household-register"}


def test_what_registries_really_know_leaves_nothing_to_suppose():
    facts = {
        "person.birth": Known(value="1990-01-01", source="population"),
        "person.division": Known(value="330106", source="population"),
        "person.alive": Known(value=True, source="population"),
        "person.id_number": Known(value=None, source="population"),
    }
    found = told(ALLOWANCE, facts=facts, my__age="80")
    assert found.asks == () and found.answers == {} and not found.proven
    assert [each.rule for each in found.against] == ["eighty"]
    assert "identity-card" in papers(found.plan)


@pytest.mark.parametrize("value", ["", "nothing", "buy' || true", "x" * 10_000, "\x01", "-1"])
def test_an_answer_that_nobody_offers_changes_nothing(value):
    assert told(FUND, fund_reason=value) == told(FUND)
    assert told(ALLOWANCE, my__age=value) == told(ALLOWANCE)


def test_a_question_that_changes_nothing_is_not_asked():
    item = items()[ROAD]
    asked = {each.key for each in asking.asks(item, city=CITY, today=TODAY)}
    assert "road_traffic" in asked and "road_purpose" not in asked


def test_an_item_can_be_told_for_every_answer():
    for item in items().values():
        found = compose.told(item, {}, city=CITY, today=TODAY)
        assert len(found.asks) <= 3
        for ask in found.asks:
            for option in ask.options:
                after = compose.told(item, {ask.key: option.value}, city=CITY, today=TODAY)
                assert after.answers == {ask.key: option.value}, (item.code, ask.key, option.value)
                assert len(papers(after.plan)) <= len(papers(after.most)), item.code


@pytest.mark.parametrize("today", [date(2027, 1, 5), date(2028, 2, 29), date(2028, 3, 1)])
def test_a_supposed_age_is_that_age_on_any_day(today):
    found = compose.told(items()[ALLOWANCE], {"my-age": "80"}, city=CITY, today=today)
    assert found.against == () and found.answers == {"my-age": "80"}
    assert compose.told(items()[ALLOWANCE], {"my-age": "79"}, city=CITY, today=today).against
