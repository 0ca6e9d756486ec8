"""Occasions of a life: what answers lead to, and what is found wrong with a file before anybody reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.catalog.folders import read_services
from tongban.engine import occasions
from tongban.engine.tests.services import CHINESE

REPOSITORY = Path(__file__).parents[4]

FILE = """
order: 1
audience: person
title: {zh: 出生, en: Birth}
says: {zh: 上户口, en: The register}
questions:
  - key: child
    ask: {zh: 怎么来的, en: How}
    options: [{value: born, label: {zh: 出生, en: Born}}, {value: adopted, label: {zh: 收养, en: Adopted}}]
  - key: pay
    ask: {zh: 有生育保险吗, en: Insured}
    when: answers.child == "born"
    options: [{value: "yes", label: {zh: 有, en: "Yes"}}, {value: "no", label: {zh: 没有, en: "No"}}]
leads:
  - {item: certificate, why: {zh: 证明, en: Proof}, when: answers.child == "born"}
  - {item: register, why: {zh: 落户, en: The register}}
  - {item: benefit, why: {zh: 津贴, en: Pay}, when: answers.pay == "yes"}
"""
CODES = {"certificate", "register", "benefit"}


def read(text=FILE, codes=CODES):
    return occasions.load_occasions({"life-events/birth.yaml": text.encode()}, codes)


def walked(**answers):
    (found,), findings = read()
    assert findings == ()
    return occasions.way(found, answers)


def codes(way):
    return [lead.item for lead in way.leads]


def test_before_an_answer_everything_may_apply_and_only_the_first_question_is_asked():
    way = walked()
    assert codes(way) == ["certificate", "register", "benefit"]
    assert way.open == {"certificate", "benefit"}
    assert [each.key for each in way.asked] == ["child"]


def test_answers_rule_services_out_in_the_order_of_doing():
    assert codes(walked(child="adopted")) == ["register"]
    way = walked(child="born", pay="no")
    assert codes(way) == ["certificate", "register"] and way.open == frozenset()


def test_an_answer_to_a_question_that_is_no_longer_asked_does_not_count():
    way = walked(child="adopted", pay="yes")
    assert codes(way) == ["register"] and way.answers == {"child": "adopted"}


@pytest.mark.parametrize("told", ["", "BORN", "born' || true", "x" * 10_000, "\u202e"])
def test_an_answer_that_nobody_offers_is_none(told):
    assert walked(child=told).answers == {}


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("item: benefit", "item: nothing"), 17, "there is no item 'nothing'"),
        (('answers.pay == "yes"', 'answers.pay == "maybe"'), 17, "no answers lead to 'benefit'"),
        (('answers.pay == "yes"', "answers.other == 1"), 17, "it reads answers:other, which is not asked here"),
        (('answers.pay == "yes"', "applicant.age > 3"), 17, "it reads facts:person.birth"),
        (('answers.pay == "yes"', "answers.pay =="), 17, "it is not CEL"),
        (('answers.pay == "yes"', "answers.pay + 1"), 17, "cannot be computed"),
        (('when: answers.child == "born"\n    options', "when: answers.child\n    options"), 6, "cannot be computed"),
        (("item: benefit", "item: register"), 17, "it leads to 'register' twice"),
        (("audience: person", "audience: cat"), 3, "no audience 'cat'"),
        (("order: 1", "order: [1"), 3, "did not find"),
        (("title: {zh: 出生, en: Birth}", "title: {zh: 出生}"), 4, "missing required field `en`"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(change, line, says):
    _, findings = read(FILE.replace(*change))
    assert [(each.file, each.line) for each in findings] == [("services/life-events/birth.yaml", line)], findings
    assert says in findings[0].what.en and CHINESE.search(findings[0].what.zh + findings[0].fix.zh)


def test_a_broken_occasion_is_left_out_and_the_others_are_read():
    files = {"life-events/a.yaml": b"order: [", "life-events/b.yaml": FILE.encode()}
    found, findings = occasions.load_occasions(files)
    assert [each.key for each in found] == ["b"] and len(findings) == 1


def test_the_occasions_of_the_repository_are_sound_and_reach_from_birth_to_death():
    found, findings = occasions.load_occasions(read_services(REPOSITORY / "services"))
    assert findings == ()
    persons = [each.key for each in found if each.audience == "person"]
    assert persons[0] == "birth" and persons[-1] == "farewell" and len(found) >= 16
    assert all(each.leads for each in found)
