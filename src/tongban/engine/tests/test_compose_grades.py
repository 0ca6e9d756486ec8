"""How far an item has come, and the example that proves it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tongban.base.words import Words
from tongban.engine.compose import Grade, compose, grade, grades, situation
from tongban.engine.items import Example, Expect, Item, Outcome, Step
from tongban.engine.plan import Known, Plan, StepKind
from tongban.engine.tests.compose_samples import COMPUTED, PAPER, asks, bare, plan, question, rule
from tongban.engine.tests.services import replaced, words


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """No grade is remembered from another test."""
    monkeypatch.setattr(grades, "_cache", {})


def example(name: str = "e", **changes: Any) -> Example:
    return Example(title=Words(zh=f"例{name}", en=f"Example {name}"), today="2026-03-02", expect=Expect(), **changes)


NO_VISIT = (
    Words(zh="网上可办：1 个问题、1 份材料、3 个环节", en="Online: 1 questions, 1 materials, 3 steps"),
    Words(zh="没有一个环节需要到场", en="No step needs anybody to come"),
)
FREE = Words(zh="示例“例good”中没有一份材料要交", en="In the example 'Example good' no paper is handed in")
READY = asks(
    question("a"),
    materials=(replaced(PAPER, certificates=("card",)),),
    steps=COMPUTED,
    rules=(rule("answers.person_a == 'y'"),),
    examples=(
        example("bad", answers={"person_a": "n"}, facts={"certificate:card": {}}),
        example("paper", answers={"person_a": "y"}, facts={"certificate:card": None}),
        example("good", answers={"person_a": "y"}, facts={"certificate:card": {}}),
    ),
)


def test_an_item_that_an_example_decides_by_rules_alone_is_instant_with_all_its_proofs() -> None:
    proof = Words(zh="示例“例good”由规则直接办结", en="The rules alone decide the example 'Example good'")
    assert grade(READY) == Grade(level="instant", proof=(*NO_VISIT, FREE, proof))


@pytest.mark.parametrize(
    ("level", "changes", "lacks"),
    [
        ("listed", {"channels": ("1",)}, Words(zh="没有网上办理渠道", en="No online channel is offered")),
        ("listed", {"steps": ()}, Words(zh="没有办理环节", en="It has no steps")),
        ("listed", {"materials": (), "form": (question("a", widget="long-text"),)},
         Words(zh="没有可填写的内容", en="It asks for nothing but free text")),
        ("applicable", {"steps": (replaced(COMPUTED[0], visit=words("come")),)}, words("come")),
        ("applicable", {"materials": (replaced(PAPER, original=True),)},
         Words(zh="须交验原件：Paper", en="The original is shown: Paper")),
        ("applicable", {"outcome": Outcome(title=words("x"), delivery=("window",))},
         Words(zh="结果只能到现场领取", en="The outcome is only handed out in person")),
        ("no-visit", {"examples": READY.examples[:2]},
         Words(zh="没有示例证明可以不交材料", en="No example proves that no paper is needed")),
        ("id-only", {"steps": (*COMPUTED, Step(key="z", kind=StepKind.EXAMINE, office="x", title=words("z")))},
         Words(zh="需要工作人员审查", en="An officer examines it")),
    ],
)  # fmt: skip
def test_a_grade_says_what_the_next_one_lacks(level: str, changes: dict[str, Any], lacks: Words) -> None:
    found = grade(replaced(READY, **changes))
    assert (found.level, found.lacks) == (level, lacks)
    assert len(found.proof) == grades.LEVELS.index(level)


def test_an_item_may_be_applied_for_with_questions_or_papers_alone_on_either_channel() -> None:
    field, written = question("a"), question("b", widget="long-text")
    for channels in (("2",), ("1", "3")):
        for one in (asks(field), asks(field, written), bare(materials=(PAPER,)), asks(written, materials=(PAPER,))):
            assert grade(replaced(one, channels=channels)).level == "no-visit"
    for delivery in (("courier",), ("window", "electronic")):
        assert grade(asks(field, outcome=Outcome(title=words("x"), delivery=delivery))).level == "no-visit"


def test_an_example_that_an_officer_still_examines_proves_that_no_paper_is_needed_but_not_more() -> None:
    optional = replaced(PAPER, required=False)
    one = replaced(READY, materials=(optional,), steps=(Step(key="z", kind=StepKind.DECIDE, office="x", title=words("z")),),
                   examples=(example("good", answers={"person_a": "y"}),))  # fmt: skip
    assert grade(one).proof[-1] == FREE and grade(one).level == "id-only"


def test_rules_that_no_example_lets_decide_are_not_instant() -> None:
    none = replaced(READY, steps=(replaced(COMPUTED[0], when="answers.person_a == 'n'"),))
    found = grade(none)
    assert (found.level, found.lacks) == (
        "id-only",
        Words(zh="没有示例由规则直接办结", en="No example is decided by the rules alone"),
    )


def test_a_plan_is_of_the_grade_of_its_least_item() -> None:
    low, high = bare("low", channels=("1",)), asks(question("a"), code="high")
    middle = bare("middle", materials=(replaced(PAPER, original=True),))
    for items, level in (
        ([high], "no-visit"),
        ([low], "listed"),
        ([high, low], "listed"),
        ([middle, high], "applicable"),
        ([low, middle], "listed"),
        ([READY, high], "no-visit"),
    ):
        assert plan(items).grade == level


def test_a_grade_is_computed_once_for_each_body(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Item] = []
    monkeypatch.setattr(grades, "_grade", lambda item: counted.append(item) or Grade(level="listed"))
    for each in (bare("x"), bare("x"), bare("y")):
        assert grade(each) == Grade(level="listed")
    assert [each.code for each in counted] == ["x", "y"]


def test_the_grades_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {str(number): Grade(level="listed") for number in range(20_000)}
    monkeypatch.setattr(grades, "_cache", kept)
    grade(bare("x"))
    assert len(kept) == 20_001
    grade(bare("y"))
    assert len(kept) == 1


def test_the_plan_of_an_example_is_that_of_its_facts_answers_day_and_city() -> None:
    shown = example(answers={"person_a": "n"}, facts={"person.name": "甲"}, city="330100")
    facts = {"person.name": Known(value="甲", source="example")}
    found = situation(READY, shown)
    expected: Plan = compose([READY], facts=facts, answers={"person_a": "n"}, today=date(2026, 3, 2), city="330100")
    played = tuple(replaced(each, sha256=grades.PLAYED) for each in expected.items)
    assert found == replaced(expected, grade="", items=played) and expected.grade == "instant"
    known = situation(asks(question("a", editable=True)), example(facts={"person.a": "k"})).known
    assert known == {"person_a": Known(value="k", source="example")}
