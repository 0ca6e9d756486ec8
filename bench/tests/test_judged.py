"""What search is judged by is sound, and search over all items of the repository is as good as is told."""

from __future__ import annotations

import collections

import pytest

from bench.finding import ABOVE, ENGLISH, GOALS, above, judged
from tongban.catalog import meaning, texts, vocabulary
from tongban.catalog.bundles import meant
from tongban.engine import bundles as engine
from tongban.engine.tests.services import everything, files, repository

KINDS = {"word", "colloquial", "pinyin", "initials", "typo", "traditional", "english", "sentence", "nonsense"}


@pytest.fixture(scope="module")
def items():
    """Every item of the repository, a city's own ones too."""
    return everything().items


def wording(code, each, *summaries):
    """What is said of an item or a bundle, as its entry keeps it."""
    said = (each.title.zh, each.title.en, *each.says.zh, *each.says.en)
    sounds = "\n".join(texts.pinyin(text) for text in [each.title.zh, *each.says.zh])
    return meaning.wording(code, meaning.lines(*said), sounds, summaries)


@pytest.fixture(scope="module")
def index(items):
    return meaning.Index(
        wording(code, item, item.summary.zh, item.summary.en) for code, item in sorted(items.items())
    )


@pytest.fixture(scope="module")
def joint():
    """Every bundle of the repository."""
    return engine.load_bundles(files(), repository().shared.laws).bundles


@pytest.fixture(scope="module")
def stands(index, joint):
    """What stands above the services that were found: as the page asks, of everything in the repository."""
    own = meaning.Index(wording(code, bundle) for code, bundle in sorted(joint.items()))
    members = {code: [member.item for member in bundle.members] for code, bundle in joint.items()}

    def ask(query):
        said = [(own.wordings[n].code, score) for n, score in own.find(query)]
        return meant(said, [(index.wordings[n].code, score) for n, score in index.find(query)], members)[:2]

    return ask


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


def codes_of(index, query):
    return [index.wordings[n].code for n, _ in index.find(query)]


def test_everyday_english_is_judged_of_items_that_are_there_and_mostly_not_in_their_own_words(items):
    known = judged("english")
    assert len(known) >= 240 and len({each.query for each in known}) == len(known)
    assert {code for each in known for code in each.right} - set(items) == set()
    says = {said for item in items.values() for said in item.says.en}
    assert sum(each.query in says for each in known) <= 0.4 * len(known)


@pytest.mark.parametrize("half", ["tune", "held"])
def test_everyday_english_finds_what_is_meant_on_both_halves(index, half):
    of = [each for each in judged("english") if each.half == half]
    for name, among in (("first", 1), ("first 3", 3)):
        good = sum(each.good(codes_of(index, each.query), among) for each in of)
        assert 100 * good / len(of) >= ENGLISH[name], name


def test_slips_in_english_find_what_was_meant(index):
    wrong = [e.query for e in judged("english") if e.kind == "typo" and not e.good(codes_of(index, e.query), 1)]
    assert wrong == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("open a company", "company-registration"),
        ("I want to open a company", "company-registration"),
        ("driving licence", "driving-licence-renewal"),
        ("drivng licens", "driving-licence-renewal"),
        ("驾照", "driving-licence-renewal"),
    ],
)
def test_what_most_people_come_for_is_found_first(index, asked, code):
    assert codes_of(index, asked)[0] == code


def test_bundles_are_judged_by_enough_queries_in_both_languages(joint):
    known = above()
    assert len({each.query for each in known}) == len(known) >= 120
    assert min(sum(each.query.isascii() == english for each in known) for english in (True, False)) >= 40
    assert min(sum(not each.must and not each.may for each in known), sum(bool(each.must) for each in known)) >= 40
    assert {code for each in known for code in each.must | each.may} == set(joint)


@pytest.mark.parametrize("half", ["tune", "held"])
def test_a_bundle_stands_above_what_was_found_only_where_it_is_meant(stands, half):
    of = [each for each in above() if each.half == half]
    wrong = {each.query: stands(each.query) for each in of if not each.good(stands(each.query))}
    assert 100 * (len(of) - len(wrong)) / len(of) >= ABOVE, wrong


@pytest.mark.parametrize(
    "asked", ["离婚", "换驾照", "租房补贴", "我妈妈八十岁了想知道有什么钱可以领需要什么材料去哪里办", "divorce", "rent subsidy"]
)
def test_what_merely_shares_a_word_with_a_bundle_does_not_bring_it_up(stands, asked):
    assert stands(asked) == []
