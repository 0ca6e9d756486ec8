"""What search is judged by is sound, and search over all items of the repository is as good as is told."""

from __future__ import annotations

import collections

import pytest

from bench.finding import GOALS, judged
from tongban.catalog import meaning, texts, vocabulary
from tongban.engine.tests.services import everything

KINDS = {"word", "colloquial", "pinyin", "initials", "typo", "traditional", "english", "sentence", "nonsense"}


@pytest.fixture(scope="module")
def items():
    """Every item of the repository, a city's own ones too."""
    return everything().items


@pytest.fixture(scope="module")
def index(items):
    return meaning.Index(
        meaning.wording(
            code,
            meaning.lines(item.title.zh, item.title.en, *item.says.zh, *item.says.en),
            "\n".join(texts.pinyin(each) for each in [item.title.zh, *item.says.zh]),
            (item.summary.zh, item.summary.en),
        )
        for code, item in sorted(items.items())
    )


def test_there_are_enough_queries_of_every_kind_in_both_halves_each_once():
    known = judged()
    assert len(known) >= 320 and len({each.query for each in known}) == len(known)
    assert {each.kind for each in known} == KINDS
    halves = collections.Counter(each.half for each in known)
    assert min(halves.values()) >= 0.45 * len(known)
    assert all({e.half for e in known if e.kind == kind} == {"tune", "held"} for kind in KINDS)


def test_right_answers_are_items_and_nonsense_has_none(items):
    assert [each.query for each in judged() if bool(each.right) == (each.kind == "nonsense")] == []
    assert {code for each in judged() for code in each.right} - set(items) == set()


def test_what_many_ask_for_are_items(items):
    asked = vocabulary.asked()
    assert asked.often - set(items) == set()
    assert len(asked.occasions) >= 16


def test_at_most_a_fifth_of_the_queries_repeat_what_an_item_says(items):
    says = {said for item in items.values() for said in (*item.says.zh, *item.says.en)}
    assert sum(each.query in says for each in judged()) <= len(judged()) / 5


@pytest.mark.parametrize("half", ["tune", "held"])
def test_the_goals_are_reached_on_both_halves(index, half):
    of = [each for each in judged() if each.half == half]
    for name, among in (("first", 1), ("first 3", 3)):
        good = sum(each.good([index.wordings[n].code for n, _ in index.find(each.query)], among) for each in of)
        assert 100 * good / len(of) >= GOALS[name], name
