"""Bundles as data: what answers select, what comes out by example, and what is found wrong before anybody begins."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tongban.engine import bundles, compose, ways
from tongban.engine.bundles import plain
from tongban.engine.items import Broken, Decision, Field, Item, Material, Outcome
from tongban.engine.items.plain import Unfit
from tongban.engine.plan import Option, Verdict
from tongban.engine.tests.compose_samples import asks, bare
from tongban.engine.tests.services import files, item, replaced, repository, text_field, words

TWELVE = {
    "after-a-death", "company-closing", "company-details-change", "company-founding", "disability-services", "flexible-work",
    "getting-married", "newborn", "restaurant-opening", "retirement", "school-entry", "second-hand-home",
}  # fmt: skip
HOME = ("house-sale-contract-filing", "deed-tax", "house-transfer")
FILE = """
title: {zh: 一件事, en: One thing}
summary: {zh: 演示, en: A demonstration}
audience: person
office: window
questions:
  - key: both
    ask: {zh: 两件都办吗, en: Both}
    options: [{value: "yes", label: {zh: 是, en: "Yes"}}, {value: "no", label: {zh: 否, en: "No"}}]
members:
  - {item: one, why: {zh: 先办, en: First}}
  - {item: two, why: {zh: 后办, en: Then}, when: answers.both == "yes"}
baseline: {items: 2, visits: 1, papers: 1, days: 6}
"""
STATED = "stated: [{what: papers, count: 3, unit: {zh: 份, en: papers}, source: {zh: 演示, en: somebody}}]\n"
EXAMPLES = """
- title: {zh: 都办, en: Both}
  today: "2026-03-02"
  chosen: {both: "yes"}
  expect: {items: [one, two], waits: {two: [one]}, papers: {alone: 1, listed: 1, brought: 0}}
"""


def paper(kind: str, **changes: Any) -> Material:
    return Material(type=kind, title=words(kind), **{"cites": ("《法》第一条",), **changes})


def pair(**changes: Any) -> dict[str, Item]:
    """Two items of which the second asks for what the first yields."""
    one = bare("one", outcome=Outcome(title=words("one"), produces=("p",)))
    return {"one": one, "two": bare("two", materials=(paper("p"),)), **changes}


def found(text: str = FILE, examples: str = EXAMPLES, items: dict[str, Item] | None = None) -> list[str]:
    """Findings of one bundle as ``file:line what``."""
    given = {"bundles/thing/bundle.yaml": text.lstrip().encode(), "bundles/thing/examples.yaml": examples.lstrip().encode()}
    read = bundles.load_bundles(given, {})
    return [f"{each.file.rpartition('/')[2]}:{each.line} {each.what.en}" for each in bundles.judged(read, items or pair())]


def test_the_twelve_of_the_repository_come_out_as_they_say():
    read = bundles.load_bundles(files(), repository().shared.laws)
    assert set(read.bundles) == TWELVE
    assert bundles.judged(read, repository().items) == []
    for bundle in read.bundles.values():
        assert any(each.expect.failed for each in bundle.situations), f"{bundle.code}: nothing fails"
        assert any(each.expect.waits for each in bundle.situations), f"{bundle.code}: nothing waits"


def home(**facts: Any) -> tuple[list[Item], bundles.Bundle, bundles.Situation]:
    """The second-hand home in its first situation, with other facts."""
    bundle = bundles.load_bundles(files(), repository().shared.laws).bundles["second-hand-home"]
    first = bundle.situations[0]
    changed = {key: value for key, value in {**first.facts, **facts}.items() if value is not ...}
    return [repository().items[code] for code in HOME], bundle, msgspec.structs.replace(first, facts=changed)


def test_nineteen_papers_of_a_second_hand_home_are_nine_on_one_list_and_none_to_bring():
    items, bundle, situation = home()
    plan = bundles.plan(bundle, items, situation)
    saved = compose.saving(items, plan)
    assert [len(bundles.plan(bundle, [each], situation).materials) for each in items] == [5, 6, 8]
    assert (saved.papers.alone, saved.papers.listed, saved.papers.brought) == (19, 9, 0)
    assert (saved.items, saved.visits, saved.days) == ((3, 1), (3, 0), (5, 5))


def test_six_offices_look_at_a_second_hand_home_side_by_side():
    items, bundle, situation = home()
    steps = {step.key: step for step in bundles.plan(bundle, items, situation).steps}
    asked = [step for step in steps.values() if step.needs == ("house-transfer.accept",)]
    offices = {"tax", "housing", "public-security", "civil-affairs", "finance"}
    assert {step.office for step in asked} == offices
    assert set(steps["house-transfer.examine"].needs) == {step.key for step in asked}
    assert steps["house-transfer.examine"].office == "natural-resources"


@pytest.mark.parametrize(
    ("gone", "brought"),
    [
        ({"place:p1": {"ok": True, "code": "p1", "text": "演示", "use": "residential", "owner": "", "division": "330106"}},
         {"original-title"}),
        ({"person.married": None}, {"household-register"}),
    ],
)  # fmt: skip
def test_without_a_registry_more_papers_are_brought_and_none_is_lost(gone: dict[str, Any], brought: set[str]):
    items, bundle, situation = home()
    before = bundles.plan(bundle, items, situation)
    items, bundle, situation = home(**gone)
    after = bundles.plan(bundle, items, situation)
    uploads = {each.type for each in after.materials if each.verdict is Verdict.UPLOAD}
    assert uploads == brought
    assert compose.saving(items, after).papers.brought == len(brought)
    assert {each.type for each in after.materials} == {each.type for each in before.materials}
    assert compose.decision(after) is Decision.INCOMPLETE
    assert compose.decision(after, uploaded=frozenset(brought)) is Decision.EXAMINE


def test_what_the_bundle_says_is_not_asked_again():
    items, bundle, _ = home()
    assert bundles.said(bundle, {"utilities": "none", "loan": "no"}, items) == {"deed_reason": "buy"}
    options = (Option(value="a", label=words("a")), Option(value="b", label=words("b")))
    one = asks(text_field("x.pick", widget="choice", options=options), text_field("x.some", widget="choices", options=options))
    assert bundles.said(bundle, {"x_pick": "a", "x_some": "b", "other": "c"}, [one]) == {"x_pick": "a", "x_some": ["b"]}
    assert bundles.said(bundle, {"x_pick": "never offered"}, [one]) == {}


def test_a_sound_bundle_has_no_finding_and_its_body_reads_back():
    assert found() == []
    read = bundles.load_bundles({"bundles/thing/bundle.yaml": FILE.lstrip().encode()}, {})
    bundle = read.bundles["thing"]
    assert bundles.parse(bundles.body(bundle)) == bundle
    assert bundles.sha256(bundles.body(bundle)) == bundles.sha256(bundles.body(bundles.parse(bundles.body(bundle))))
    with pytest.raises(Broken):
        bundles.parse(b'{"code": "thing"}')


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (FILE.replace("item: two", "item: nowhere"), "bundle.yaml:11 there is no item 'nowhere'"),
        (FILE.replace("item: two", "item: one"), "bundle.yaml:11 it leads to 'one' twice"),
        (FILE.replace("audience: person", "audience: cat"), "bundle.yaml:3 no audience 'cat'"),
        (FILE.replace('answers.both == "yes"', "answers.other == 'yes'"), "bundle.yaml:11 it reads answers:other, which is not asked here"),
        (FILE.replace('answers.both == "yes"', 'answers.both == "perhaps"'), "bundle.yaml:11 no answers lead to 'two'"),
        (FILE.replace("en: First}}", 'en: First}, when: answers.both == "yes"}'),
         "bundle.yaml:9 {'both': 'no'} leads to no item"),
        (FILE + "settles: {colour: red}\n", "bundle.yaml:13 no member asks 'colour'"),
        (FILE + STATED.replace("papers", "joy"), "bundle.yaml:13 nobody counts 'joy'"),
        (FILE + STATED.replace("3", "-3"), "bundle.yaml:13 it is less than nothing"),
        (FILE + "cites: [nowhere-law#1]\n", "bundle.yaml:13 the law 'nowhere-law' is not listed"),
        (FILE + "colour: red\n", "bundle.yaml:1 Object contains unknown field `colour`"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_bundle_is_named_with_its_line(text: str, what: str):
    assert what in found(text)


def test_a_condition_that_would_never_end_is_refused_before_it_runs():
    walk = "answers.both.all(a, answers.both.all(b, a == b))"
    assert any("a macro stands inside another macro" in each for each in found(FILE.replace('answers.both == "yes"', f"'{walk}'")))
    long = " || ".join(['answers.both == "yes"'] * 60)
    assert any("longer than" in each for each in found(FILE.replace('when: answers.both == "yes"', f"when: '{long}'")))


def test_members_that_wait_for_each_other_are_named_with_the_loop():
    circle = pair(one=bare("one", outcome=Outcome(title=words("x"), produces=("p",)), requires=("two",)))
    assert any("one, two: These wait for each other: one → two → one" in each for each in found(items=circle))


def test_members_that_contradict_each_other_are_named():
    one, two = text_field("person.e1"), Field(key="person_e1", element="person.other", title=words("x"), ask=words("x"), widget="date")
    items = pair(one=bare("one", form=(one,)), two=bare("two", form=(two,)))
    assert any("one and two contradict each other on person_e1" in each for each in found(items=items))


def test_a_situation_that_comes_out_otherwise_and_a_member_in_none_are_named():
    assert any("papers should be alone 2, but is 1" in each for each in found(examples=EXAMPLES.replace("alone: 1", "alone: 2")))
    assert any("items should be" in each for each in found(examples=EXAMPLES.replace("[one, two]", "[one]")))
    alone = EXAMPLES.replace('both: "yes"', 'both: "no"').replace("[one, two]", "[one]").replace(", waits: {two: [one]}", "")
    alone = alone.replace(", papers: {alone: 1, listed: 1, brought: 0}", "")
    assert found(examples=alone) == [
        "examples.yaml:1 no situation is that of the first answers", "bundle.yaml:11 no situation comes to 'two'",
    ]  # fmt: skip


def test_a_folder_without_its_file_is_named_and_the_others_are_read():
    read = bundles.load_bundles({"bundles/a/examples.yaml": b"[]", "bundles/thing/bundle.yaml": FILE.lstrip().encode()}, {})
    assert set(read.bundles) == {"thing"}
    assert [each.what.en for each in read.findings] == ["there is no bundle.yaml"]


def test_what_is_said_of_before_is_counted_again():
    assert found(FILE.replace("papers: 1, days", "papers: 7, days"))[0].startswith("bundle.yaml:12 one by one it comes to items: 2")
    assert any("one by one it comes to" in each for each in found(FILE.partition("baseline")[0]))
    claimed = FILE + STATED.replace("count: 3", 'count: 3, after: 1, counted: {both: "yes"}')
    assert found(claimed) == ["bundle.yaml:13 the items come to (1, 1)"]
    assert found(claimed.replace("count: 3", "count: 1")) == []
    nobody = FILE + STATED.replace("count: 3", 'count: 1, after: 1, counted: {both: "no"}')
    assert found(nobody) == ["bundle.yaml:13 the items come to None"], "no situation is of these answers"


def test_before_and_after_of_each_of_the_twelve_are_counted_from_its_items():
    for code, bundle in bundles.load_bundles(files(), repository().shared.laws).bundles.items():
        codes = bundles.chosen(bundle, {}).sure
        items = [repository().items[each] for each in codes]
        situation = bundles.situation_for(bundle, codes)
        alone = [bundles.plan(bundle, [each], situation) for each in items]
        told, whole = bundle.baseline, bundles.counted(bundle, repository().items, {})
        assert told.items == len(items) > 1 and told.visits == len({each.office for each in items}), code
        assert told.papers == sum(len(each.materials) for each in alone), code
        assert told.days == sum(compose.days(each.promise) for each in items), code
        after = whole.items[1], whole.visits[1], whole.papers.brought, whole.days[1]
        before = told.items, told.visits, told.papers, told.days
        assert all(now <= was for now, was in zip(after, before, strict=True)), code
        assert after[0] == 1 and after[2] <= 3 < before[2], f"{code}: {before} → {after}"


def test_a_newer_version_says_what_it_changes_for_people():
    text = FILE.replace("是, en", "要, en").replace("title: {zh: 一件事, en: One thing}", "title: {zh: 两件事, en: Two things}")
    old, new = (bundles.load_bundles({"bundles/thing/bundle.yaml": each.lstrip().encode()}, {}).bundles["thing"] for each in (FILE, text))
    told = [each.says.en for each in bundles.changes(old, new)]
    assert told == ["A question is changed: Both", "Its name: One thing → Two things"]
    assert bundles.changes(old, old) == ()
    fewer = msgspec.structs.replace(old, members=old.members[:1], questions=())
    assert [each.says.en for each in bundles.changes(old, fewer)] == ["No longer with it: two (Then)", "No longer asked: Both"]
    turned = msgspec.structs.replace(old, members=old.members[::-1])
    assert [each.says.en for each in bundles.changes(old, turned)] == ["The order of the services is changed"]


def test_a_clerk_changes_its_texts_in_a_plain_form_and_nothing_else():
    old = bundles.load_bundles(files(), repository().shared.laws).bundles["newborn"]
    form = plain.fields(old)
    assert plain.filled(old, form) == old
    typed = {"title.zh": "新生儿", "members.birth-registration.why.en": "It comes first", "questions.card.yes.en": "Now, please"}
    new = plain.filled(old, form | typed)
    assert (new.title.zh, new.members[1].why.en, new.questions[1].options[0].label.en) == ("新生儿", "It comes first", "Now, please")
    assert [each.when for each in new.members] == [each.when for each in old.members]
    with pytest.raises(Unfit) as no:
        plain.filled(old, form | {"title.en": "", "questions.card.ask.zh": "\x01"})
    assert set(no.value.wrong) == {"title.en", "questions.card.ask.zh"}


def test_an_item_that_the_answers_leave_out_is_not_in_the_plan():
    bundle = bundles.load_bundles({"bundles/thing/bundle.yaml": FILE.lstrip().encode()}, {}).bundles["thing"]
    assert ways.way(bundle, {"both": "no"}).sure == ("one",)
    assert ways.way(bundle, {}).sure == ("one",) and ways.way(bundle, {}).open == {"two"}


def test_an_optional_paper_is_neither_brought_nor_lost_and_days_beside_each_other_count_once():
    one = item("one", materials=(paper("p", required=False), paper("q")), parties=())
    two = replaced(item("two", parties=()), materials=(paper("q"), paper("r", cites=())))
    saved = compose.saving([one, two], compose.compose([one, two], facts={}, answers={}, today=ways.NO_DAY, city="000000"))
    assert saved.papers.verdicts == {"cancelled": 1, "optional": 1, "upload": 1}
    assert (saved.papers.alone, saved.papers.listed, saved.papers.brought, saved.days) == (4, 2, 1, (6, 3))
