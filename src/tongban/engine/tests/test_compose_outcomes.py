"""What the rules say, what comes out, and which texts are made."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.compose import decision, documents, mended_by, outcome_values, registry_entry
from tongban.engine.items import Decision, Item, Outcome, Step
from tongban.engine.plan import Failed, Option, StepKind
from tongban.engine.tests.compose_samples import COMPUTED, PAPER, asks, bare, given, plan, question, rule
from tongban.engine.tests.services import replaced, words


def test_a_condition_that_does_not_hold_is_told_with_article_remedy_and_question() -> None:
    no = rule("answers.person_a == 'y'", remedy=words("do this"), field="person_a")
    failed = Failed(
        rule="r", item="one", says=words("no"), cites=("《法》第一条",), remedy=words("do this"), question="person_a"
    )
    assert plan([asks(question("a"), rules=(no,))], answers={"person_a": "n"}).failed == (failed,)
    assert plan([asks(question("a"), rules=(no,))], answers={"person_a": "y"}).failed == ()
    waiting = plan([asks(question("a"), rules=(no,))])
    assert (waiting.failed, waiting.pending) == ((), ("one.r",))


def test_a_condition_about_what_nobody_knows_says_that_no_registry_has_it() -> None:
    (failed,) = plan([bare(rules=(rule("facts['person.age_band'] > 3"),))], {"person.age_band": None}).failed
    assert failed.says == Words(zh="no（登记库中没有相关记录）", en="no (no registry has a record of it)")


def test_a_condition_counts_only_where_it_applies_and_those_after_it_always() -> None:
    only = rule("false", when="answers.person_a == 'y'")
    one = asks(question("a"), rules=(only, replaced(only, key="always", when=None)))
    for answer, failed in (("y", ["r", "always"]), ("n", ["always"])):
        assert [each.rule for each in plan([one], answers={"person_a": answer}).failed] == failed
    waiting = plan([one])
    assert (waiting.pending, [each.rule for each in waiting.failed]) == (("one.r",), ["always"])


def test_a_condition_that_applies_by_what_nobody_knows_does_not_apply() -> None:
    one = bare(rules=(rule("false", when="facts['person.n'] > 3"),))
    assert (plan([one], {"person.n": None}).failed, plan([one], {"person.n": None}).pending) == ((), ())
    assert (plan([one]).failed, plan([one]).pending, plan([one]).needs) == ((), ("one.r",), ("person.n",))


@pytest.mark.parametrize(
    ("since", "until", "fails"),
    [
        ("2026-03-02", None, True),
        ("2026-03-03", None, False),
        (None, "2026-03-02", True),
        (None, "2026-03-01", False),
        ("2026-03-03", "2026-03-01", False),
        ("2026-03-01", "2026-03-03", True),
    ],
)
def test_a_condition_holds_from_its_day_to_its_last(since: str | None, until: str | None, fails: bool) -> None:
    assert bool(plan([bare(rules=(rule("false", since=since, until=until),))]).failed) is fails


def test_a_certificate_that_comes_out_of_the_plan_is_not_missed() -> None:
    makers = [bare(f"m-{kind}", outcome=Outcome(title=words("x"), certificate=kind)) for kind in ("first", "second")]
    reads = rule("facts['certificate:second'].n > 3 && facts['person.n'] > 3")
    user = bare("user", rules=(reads, rule("facts['person.n'] > 3")))
    found = plan([*makers, user], {"certificate:second": None, "person.n": 1})
    assert [each.says.en for each in found.failed] == ["no"] and found.pending == ()
    found = plan([makers[0], user], {"certificate:second": None, "person.n": 5})
    assert [each.says.en for each in found.failed] == ["no (no registry has a record of it)"]
    waits = replaced(user, requires=("m-second",), rules=(reads,))
    found = plan([*makers, waits], {"certificate:second": {"n": 1}, "person.n": 5})
    assert [each.says.en for each in found.failed] == ["no"]


def test_rules_read_options_by_their_names_the_day_the_city_and_what_was_looked_up() -> None:
    choice = question("a", widget="choice", options=(Option(value="y", label=Words(zh="是的", en="yes")),))
    holds = (
        "label('person_a', answers.person_a) == '是的' && label('person_a', 'x') == 'x' && label('no', 'y') == 'y'"
        " && labels('person_a', ['y', 'z'])[0] == '是的' && today == '2026-03-02' && city == '000000'"
    )
    assert plan([asks(choice, rules=(rule(holds),))], answers={"person_a": "y"}).failed == ()


@pytest.mark.parametrize(
    ("widget", "answer", "holds"),
    [
        ("person", {"name": "甲", "id": "1"}, "found.person_x.age == 20 && found.person_x.name == '甲'"),
        ("people", [{"name": "甲", "id": "1"}, {"name": "乙", "id": "2"}],
         "size(found.person_x) == 2 && found.person_x[0].age == 20 && found.person_x[1].birth == 7"),
    ],
)  # fmt: skip
def test_what_was_looked_up_for_an_answer_has_its_age_on_the_day(widget: str, answer: Any, holds: str) -> None:
    facts = {"person:1": {"name": "甲", "birth": "2006-03-02"}, "person:2": {"name": "乙", "birth": 7}}
    one = asks(question("x", widget=widget), rules=(rule(holds),))
    assert (plan([one], facts, {"person_x": answer}).failed, plan([one], facts, {"person_x": answer}).pending) == (
        (),
        (),
    )
    waiting = plan([one], {"person:2": facts["person:2"]}, {"person_x": answer})
    assert (waiting.pending, waiting.needs) == (("one.r",), ("person:1",))


def test_what_is_known_counts_as_an_answer_and_a_mended_one_instead_of_it() -> None:
    for editable, holds in ((False, "known"), (True, "mended")):
        one = asks(question("a", editable=editable), rules=(rule(f"answers.person_a == '{holds}'"),))
        assert plan([one], {"person.a": "known"}, {"person_a": "mended"}).failed == ()
    one = asks(question("a", editable=True), rules=(rule("answers.person_a == 'known'"),))
    assert plan([one], {"person.a": "known"}).failed == ()


def told(item: Item, answers: dict[str, Any] | None = None, **more: Any) -> Decision:
    return decision(plan([item], answers=answers), **more)


def test_the_rules_decide_only_what_is_computed_complete_and_allowed() -> None:
    ready = asks(question("a"), steps=COMPUTED)
    assert told(ready) is Decision.INCOMPLETE
    assert told(ready, {"person_a": "y"}) is Decision.GRANT
    assert told(asks(question("a", required=False), steps=COMPUTED)) is Decision.GRANT
    assert told(bare(steps=())) is Decision.EXAMINE
    assert (
        told(bare(steps=(*COMPUTED, Step(key="z", kind=StepKind.ASK, office="x", title=words("z")))))
        is Decision.EXAMINE
    )
    assert told(replaced(ready, rules=(rule("false"),))) is Decision.REFUSE
    assert told(replaced(ready, rules=(rule("answers.person_a == 'y'"),))) is Decision.INCOMPLETE
    assert decision(plan([asks(question("a", editable=True), steps=COMPUTED)], {"person.a": "k"})) is Decision.GRANT


def test_a_fact_or_a_condition_that_is_missing_leaves_it_incomplete() -> None:
    assert told(bare(steps=COMPUTED, rules=(rule("facts['person.a'] == 1"),))) is Decision.INCOMPLETE
    hidden = asks(question("a", required=False), steps=COMPUTED, rules=(rule("answers.person_a == 'y'"),))
    assert plan([hidden]).needs == () and told(hidden) is Decision.INCOMPLETE
    needs = asks(question("a", required=False, source="population"), steps=COMPUTED)
    assert plan([needs]).pending == () and told(needs) is Decision.INCOMPLETE


def test_papers_that_are_handed_in_optional_or_to_follow_are_not_missing() -> None:
    one = bare(steps=COMPUTED, materials=(PAPER, replaced(PAPER, type="q", required=False)))
    assert told(one) is Decision.INCOMPLETE
    assert told(one, uploaded=frozenset({"q"})) is Decision.INCOMPLETE
    assert told(one, uploaded=frozenset({"p"})) is Decision.GRANT
    assert told(bare(steps=COMPUTED, materials=(replaced(PAPER, deferrable=True),))) is Decision.GRANT
    assert told(bare(steps=COMPUTED, materials=(replaced(PAPER, generated="x"),))) is Decision.GRANT


VALUES = Outcome(
    title=words("x"),
    values={"name": "applicant.name", "shop": "answers.person_a + '店'", "day": "today + city"},
    entry={"named": "answers.person_a", "of": "firm.name + city"},
)


def test_the_data_of_an_outcome_are_computed_all_or_those_that_are_wanted() -> None:
    one = asks(question("a"), outcome=VALUES)
    known = given({"person.name": "甲", "firm.name": "乙"}, {"person_a": "甲"})
    assert outcome_values(one, **known) == {"name": "甲", "shop": "甲店", "day": "2026-03-02000000"}
    assert outcome_values(one, **known, only=frozenset({"shop", "other"})) == {"shop": "甲店"}
    assert outcome_values(one, **known, only=frozenset()) == {}
    assert registry_entry(one, **known) == {"named": "甲", "of": "乙000000"}


def test_a_value_that_cannot_be_told_is_refused_with_what_it_lacks() -> None:
    one = asks(question("a"), outcome=replaced(VALUES, values={"both": "answers.person_a + applicant.name + city"}))
    with pytest.raises(Refusal) as no:
        outcome_values(one, **given())
    assert no.value.code == "outcome_unclear"
    assert no.value.brief == Words(
        zh="结果中的“both”还缺少：answers:person_a, facts:person.name",
        en="both lacks answers:person_a, facts:person.name",
    )
    with pytest.raises(Refusal) as no:
        registry_entry(one, **given({"firm.name": None}, {"person_a": None}))
    assert no.value.brief.en == "named lacks answers:person_a"
    absent = replaced(VALUES, values={"sum": "facts['person.n'] + 1"})
    with pytest.raises(Refusal, match="sum lacks sum"):
        outcome_values(bare(outcome=absent), **given({"person.n": None}))


def made(text: str, answers: dict[str, Any] | None = None, **facts: Any) -> str:
    form = (question("a"), question("sum", widget="money"), question("list", widget="people"))
    one = asks(
        *form,
        materials=(replaced(PAPER, generated="t"), replaced(PAPER, type="q", generated="other"), PAPER),
        texts={"t": Words(zh=text, en=f"en\n{text}"), "unused": words("u")},
    )
    found = documents(one, **given(facts, answers))
    assert list(found) == ["p"] and found["p"].en == f"en\n{found['p'].zh}"
    return found["p"].zh


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain { text }", "plain { text }"),
        ("{{ answers.person_a }}！{{answers.person_a}}", "甲！甲"),
        ("{{ answers.person_sum | yuan }} 元", "1,234,567.05 元"),
        ("{{ answers.person_sum }}", "123456705"),
        ("{{ answers.person_sum | fen }}", "123456705"),
        ("{{ answers.person_a | yuan }}", "甲"),
        ("{{ answers.person_list.map(p, p.name) }}", "乙、丙"),
        ("{{ answers.person_b }}", "＿＿＿＿"),
        ("{{ facts['person.none'] }}", "＿＿＿＿"),
        ("A\n{% each person_list %}\n- {{ each.name }}（{{ each.amount | yuan }}）\n{% end %}\nZ {{ city }}",
         "A\n- 乙（1.00）\n- 丙（＿＿＿＿）\nZ 000000"),
        ("{{ city }}\n{% each person_list %}\n{{each.id}}\n{% end %}\n{% each person_list %}\n{{ each.amount }}.\n{% end %}",
         "000000\n1\n2\n100.\n＿＿＿＿.\n"),
        ("{% each person_a %}\n{{ each.name }}\n{% end %}\nend", "甲\nend"),
        ("{% each person_b %}\n{{ each.name }}\n{% end %}\nend", "end"),
    ],
)  # fmt: skip
def test_a_text_is_filled_in_from_the_answers(text: str, filled: str) -> None:
    people = [{"name": "乙", "id": "1", "amount": 100}, {"name": "丙", "id": "2"}]
    answers = {"person_a": "甲", "person_sum": 123456705, "person_list": people}
    assert made(text, answers, **{"person.none": None}) == filled


def test_what_failed_is_mended_by_the_question_that_is_named_or_read_and_only_if_it_is_asked() -> None:
    named = rule("facts['person.age_band'] > 3", field="person_a")
    read = msgspec.structs.replace(rule("answers.person_b == 'y'"), key="read")
    known = msgspec.structs.replace(rule("facts['person.age_band'] > 3"), key="known")
    item = asks(question("a"), question("b"), rules=(named, read, known))
    failed = {each.rule: each for each in plan([item], {"person.age_band": 1}, answers={"person_b": "n"}).failed}
    assert mended_by([item], failed["r"], ["person_a", "person_b"]) == "person_a"
    assert mended_by([item], failed["r"], ["person_b"]) is None
    assert mended_by([item], failed["read"], ["person_a", "person_b"]) == "person_b"
    assert mended_by([item], failed["known"], ["person_a", "person_b"]) is None
