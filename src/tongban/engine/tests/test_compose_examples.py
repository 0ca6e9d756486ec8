"""What a plan says of small items: circles, waiting, days, conditions, roles, fees, decisions."""

from __future__ import annotations

from datetime import date

import pytest

from tongban.base.errors import Refusal
from tongban.engine.compose import compose, decision
from tongban.engine.items import Decision, Item, Material, Outcome, Party, Rule, Tariff
from tongban.engine.items import Step as ItemStep
from tongban.engine.plan import Promise, StepKind, Verdict
from tongban.engine.tests.compose_samples import plan
from tongban.engine.tests.services import item, text_field, words


def test_a_circle_is_named_with_its_loop() -> None:
    def pair(code: str, produces: str, needs: str) -> Item:
        paper = Material(type=needs, title=words(needs), cites=("x",))
        return item(code, materials=(paper,), outcome=Outcome(title=words(code), produces=(produces,)))

    with pytest.raises(Refusal) as no:
        plan([pair("one", "a", "b"), pair("two", "b", "a")])
    assert no.value.code == "plan_cycle"
    assert "one → two → one" in no.value.brief.en


def test_steps_that_wait_for_each_other_are_named_too() -> None:
    steps = tuple(
        ItemStep(key=key, kind=StepKind.EXAMINE, office="x", title=words(key), needs=(need,))
        for key, need in (("a", "b"), ("b", "a"))
    )
    with pytest.raises(Refusal, match="plan_cycle"):
        plan([item("one", steps=steps)])


def test_items_that_ask_different_things_under_one_key_contradict_each_other() -> None:
    one = item("one", form=(text_field("person.e1"),))
    two = item("two", form=(text_field("person.e1", widget="money"),))
    with pytest.raises(Refusal, match="items_contradict"):
        plan([one, two])


def test_items_that_cannot_both_hold_are_not_applied_for_together_whichever_says_so() -> None:
    found, closing, other = item("founding"), item("closing", excludes=("founding", "absent")), item("other")
    for pair in ([found, closing], [closing, found], [other, closing, found]):
        with pytest.raises(Refusal, match="items_exclude") as no:
            plan(pair)
        assert no.value.brief.zh == "“closing”和“founding”不能一并申请"
        assert no.value.brief.en == "closing and founding cannot be applied for together"
        assert "不能同时成立" in no.value.because.zh and "cannot both hold" in no.value.because.en
        assert "只选其中一个" in no.value.next_step.zh and "Choose one" in no.value.next_step.en
    assert len(plan([closing, other]).items) == len(plan([found, other]).items) == 2


def test_an_item_that_requires_another_one_waits_for_it_and_days_add_up() -> None:
    licence = item("licence", outcome=Outcome(title=words("x"), certificate="licence"), promise=Promise(working_days=2))
    permit = item("permit", requires=("licence",), promise=Promise(working_days=5))
    sign = item("sign", promise=Promise(office_minutes=30))
    found = plan([sign, permit, licence])
    first = next(step for step in found.steps if step.key == "permit.accept")
    assert first.needs == ("licence.issue",)
    assert next(step for step in found.steps if step.key == "sign.accept").needs == ()
    assert found.promise == Promise(working_days=7)


def test_minutes_alone_stay_minutes_and_with_days_count_as_the_day_they_begin() -> None:
    one = item("one", promise=Promise(office_minutes=20), outcome=Outcome(title=words("x"), produces=("p",)))
    two = item("two", promise=Promise(working_days=1), materials=(Material(type="p", title=words("p"), cites=("x",)),))
    assert plan([one]).promise == Promise(office_minutes=20)
    assert plan([one, two]).promise == Promise(working_days=2)


def test_permits_handled_together_are_owed_within_45_days() -> None:
    one = item("one", type="01", legal=Promise(working_days=40), outcome=Outcome(title=words("x"), produces=("p",)))
    paper = Material(type="p", title=words("p"), cites=("x",))
    two = item("two", type="01", legal=Promise(working_days=20), materials=(paper,))
    assert plan([one, two]).legal == Promise(working_days=45)


def test_a_step_that_does_not_apply_hands_its_needs_on() -> None:
    steps = (
        ItemStep(key="a", kind=StepKind.ACCEPT, office="x", title=words("a")),
        ItemStep(
            key="b", kind=StepKind.ASK, office="x", title=words("b"), needs=("a",), when="answers.person_e1 == 'y'"
        ),
        ItemStep(key="c", kind=StepKind.DECIDE, office="x", title=words("c"), needs=("b",), separate_from=("b",)),
    )
    one = item("one", steps=steps, form=(text_field("person.e1"),))
    without = plan([one], answers={"person_e1": "n"}).steps
    assert [step.key for step in without] == ["one.a", "one.c"]
    assert without[1].needs == ("one.a",) and without[1].separate_from == ()
    assert len(plan([one]).steps) == 3  # not told yet: it is kept


def test_answers_to_questions_that_no_longer_apply_do_not_count() -> None:
    form = (text_field("person.e1"), text_field("person.e2", when="answers.person_e1 == 'y'"))
    rule = Rule(key="r", holds="!has(answers.person_e2)", says=words("stale"), cites=("x",))
    one = item("one", form=form, rules=(rule,))
    assert plan([one], answers={"person_e1": "y", "person_e2": "z"}).failed
    hidden = plan([one], answers={"person_e1": "n", "person_e2": "z"})
    assert not hidden.failed and [each.key for each in hidden.questions] == ["person_e1"]


def test_an_answer_never_overrules_a_registry_that_may_not_be_mended() -> None:
    rule = Rule(key="r", holds="answers.person_e1 == 'known'", says=words("no"), cites=("x",))
    one = item("one", form=(text_field("person.e1"),), rules=(rule,))
    assert not plan([one], {"person.e1": "known"}, {"person_e1": "forged"}).failed


def test_a_rule_that_lacks_a_fact_asks_for_it_and_one_that_nobody_knows_fails() -> None:
    rule = Rule(key="old", holds="applicant.age >= 80", says=words("young"), cites=("x",))
    one = item("one", rules=(rule,))
    unclear = plan([one])
    assert unclear.needs == ("person.birth", "person.id_number", "person.name") and unclear.pending == ("one.old",)
    unknown = plan([one], {"person.birth": None, "person.id_number": None, "person.name": None})
    assert [each.rule for each in unknown.failed] == ["old"] and not unknown.pending


def test_rules_apply_from_their_day_to_their_last() -> None:
    rule = Rule(key="r", holds="false", says=words("no"), cites=("x",), since="2026-03-02", until="2026-03-31")
    one = item("one", rules=(rule,), parties=())
    fails = {
        day: bool(compose([one], facts={}, answers={}, today=date.fromisoformat(day), city="000000").failed)
        for day in ("2026-03-01", "2026-03-02", "2026-03-31", "2026-04-01")
    }
    assert list(fails.values()) == [False, True, True, False]


def test_who_is_needed_twice_is_one_role_that_signs_if_either_does() -> None:
    form = (text_field("firm.holders", widget="holders"), text_field("firm.boss", widget="pick"))
    parties = (
        Party(key="applicant", title=words("Applicant"), signs=False, level=1),
        Party(key="holder", title=words("Holder"), each="firm_holders"),
        Party(key="boss", title=words("Boss"), each="firm_boss", mandate=False),
    )
    me, firm = {"name": "甲", "id": "1"}, {"type": "firm", "name": "乙", "id": "2", "amount": 1}
    answers = {"firm_holders": [{**me, "type": "person", "amount": 1}, firm], "firm_boss": me}
    found = plan([item("one", form=form, parties=parties)], {"person.id_number": "1", "person.name": "甲"}, answers)
    assert [(role.key, role.person, role.entity, role.signs, role.level) for role in found.roles] == [
        ("applicant", "1", None, True, 2),
        ("holder-2", None, "2", True, 2),
    ]
    assert found.roles[0].duties == ("applicant", "holder", "boss") and not found.roles[0].mandate


def test_an_expired_certificate_proves_nothing() -> None:
    one = item("one", materials=(Material(type="p", title=words("p"), cites=("x",), certificates=("card",)),))
    for until, verdict in (
        ("2026-03-01", Verdict.UPLOAD),
        ("2026-03-02", Verdict.CERTIFICATE),
        (None, Verdict.CERTIFICATE),
    ):
        assert plan([one], {"certificate:card": {"valid_to": until}}).materials[0].verdict is verdict


def test_a_fee_is_computed_in_whole_fen() -> None:
    tariff = Tariff(key="t", title=words("t"), payee="p", amount="answers.person_e1 * 3 / 2", cites=("x",))
    one = item("one", form=(text_field("person.e1", widget="number"),), fees=(tariff,))
    assert plan([one], answers={"person_e1": 3}).fees[0].fen == 4
    assert plan([one]).fees == ()


def test_the_rules_alone_grant_only_what_is_computed_and_known() -> None:
    steps = (ItemStep(key="d", kind=StepKind.COMPUTED, office="x", title=words("d")),)
    one = item("one", steps=steps, form=(text_field("person.e1"),), parties=())
    assert decision(plan([one])) is Decision.INCOMPLETE
    assert decision(plan([one], answers={"person_e1": "y"})) is Decision.GRANT
    assert decision(plan([item("two", parties=())])) is Decision.EXAMINE
