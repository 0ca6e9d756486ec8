"""Recommendations: which rules hold for whom, and what is found wrong with a rule."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tongban.engine import recommending
from tongban.engine.tests.services import CHINESE

REPOSITORY = Path(__file__).parents[4]
TODAY = date(2026, 11, 27)
NOBODY = {"children": [], "firms": [], "certificates": []}
RULES, FINDINGS = recommending.load_recommendations(
    {recommending.FILE: (REPOSITORY / "services" / recommending.FILE).read_bytes()}
)


def keys(**facts):
    known = {**NOBODY, **{key.replace("person_", "person."): value for key, value in facts.items()}}
    return [each.key for each in recommending.fitting(RULES, known, today=TODAY, city="330100")]


def test_the_rules_of_the_repository_are_sound():
    assert FINDINGS == () and len(RULES) > 10


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"person_birth": "2000-01-01", "person_sex": "male"}, []),
        ({"person_birth": "1946-11-28", "person_sex": "female"}, {"elder-card", "allowance-from-65", "care"}),
        ({"person_birth": "1946-11-27", "person_sex": "female"}, {"elder-card", "allowance-from-65", "care", "allowance-from-80"}),
        ({"children": [0, 6]}, {"enrol-a-newborn", "vaccinations", "school"}),
        ({"children": [7]}, []),
        ({"firms": [{"kind": "limited", "days": 10}]}, {"young-firm-invoices", "young-firm-staff", "firm-changes"}),
        ({"certificates": [{"type": "food-business-permit", "days": 90}]}, {"food-permit-ends"}),
        ({"certificates": [{"type": "food-business-permit", "days": 91}]}, []),
        ({"person_birth": "1967-06-01", "person_sex": "male"}, {"insured-years", "pension-soon"}),
    ],
)
def test_what_is_known_of_somebody_makes_services_worth_a_look(facts, expected):
    assert set(keys(**facts)) == set(expected)


def test_an_item_is_named_once_for_its_first_reason():
    assert keys(children=[6, 12]) == ["school"]


def test_what_is_not_known_or_of_another_shape_recommends_nothing():
    assert keys(person_birth=None) == [] and keys(children=[None], firms=[{}], certificates=[{"days": 1}]) == ["firm-changes"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("- {key: a, item: nothing, when: applicant.age > 3, why: {zh: 甲, en: A}}", 1, "there is no item 'nothing'"),
        ("- {key: a, item: one, when: applicant.income > 3, why: {zh: 甲, en: A}}", 1, "facts:person.income"),
        ("- {key: a, item: one, when: 'true', why: {zh: 甲, en: A}}", 1, "it reads nothing of the person"),
        ("- {key: a, item: one, when: applicant.age >, why: {zh: 甲, en: A}}", 1, "it is not CEL"),
        ("- {key: a, item: one, when: applicant.age > 3, why: {zh: 甲}}", 1, "missing required field `en`"),
        ("- {key: a, item: one, when: applicant.age > 3, why: {zh: 甲, en: A}}\n" * 2, 2, "'a' is there twice"),
    ],
)
def test_what_is_wrong_with_a_rule_is_named_with_file_and_line(text, line, says):
    _rules, findings = recommending.load_recommendations({recommending.FILE: text.encode()}, {"one"})
    assert [(each.file, each.line) for each in findings] == [("services/recommendations.yaml", line)]
    assert says in findings[0].what.en and CHINESE.search(findings[0].what.zh + findings[0].fix.zh)
