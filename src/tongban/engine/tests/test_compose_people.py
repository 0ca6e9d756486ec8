"""Who takes part, what is charged, what was looked up, and which answers a registry says no to."""

from __future__ import annotations

from typing import Any

import pytest

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.items import Item, Party, Tariff
from tongban.engine.plan import Failed, Fee, Role
from tongban.engine.tests.compose_samples import asks, bare, plan, question
from tongban.engine.tests.services import item, replaced, words

ME = {"person.id_number": "1", "person.name": "甲"}
CHECK_IT = Words(
    zh="请核对有没有填错；确认无误的，可到窗口核实", en="Check it; if it is right, a window can confirm it"
)


def party(key: str, each: str = "applicant", **changes: Any) -> Party:
    return Party(key=key, title=Words(zh=f"方{key}", en=f"Party {key}"), each=each, **changes)


def roles(parties: list[Party], answers: dict[str, Any] | None = None, **facts: Any) -> tuple[Role, ...]:
    form = (
        question("a"), question("people", widget="people"), question("boss", widget="person"),
        question("holders", widget="holders"),
    )  # fmt: skip
    return plan([asks(*form, parties=tuple(parties))], {**ME, **facts}, answers).roles


def test_the_applicant_is_the_person_of_the_account() -> None:
    assert roles([party("me", signs=False, level=1, mandate=False)]) == (
        Role(key="me", title=Words(zh="方me", en="Party me"), name="甲", person="1", signs=False, level=1,
             duties=("me",), items=("one",), mandate=False),
    )  # fmt: skip


def test_the_firm_is_the_one_that_the_account_acts_for() -> None:
    facts = {"firm.uscc": "9", "firm.name": "乙公司"}
    title = Words(zh="方firm", en="Party firm")
    assert roles([party("firm", each="firm")], **facts) == (
        Role(key="firm", title=title, name="乙公司", entity="9", duties=("firm",), items=("one",)),
    )
    found = plan([bare(parties=(party("firm", each="firm"),))])
    assert found.needs == ("firm.name", "firm.uscc")
    assert found.roles == (Role(key="firm", title=title, duties=("firm",), items=("one",)),)


def test_an_applicant_whom_nobody_knows_yet_is_one_role_of_all_items() -> None:
    found = plan([bare("one", parties=(party("me"),)), bare("two", parties=(party("me"), party("firm", each="firm")))])
    assert [(each.key, each.name, each.person, each.entity, each.duties) for each in found.roles] == [
        ("me", None, None, None, ("me",)),
        ("firm", None, None, None, ("firm",)),
    ]


def test_the_applicant_comes_first_and_each_person_of_an_answer_has_a_number() -> None:
    people = [{"name": "丙", "id": "3"}, {"name": "丁", "id": "4"}]
    found = roles([party("p", each="person_people"), party("me")], {"person_people": people})
    assert [(each.key, each.name, each.person) for each in found] == [
        ("me", "甲", "1"),
        ("p-1", "丙", "3"),
        ("p-2", "丁", "4"),
    ]


def test_one_person_of_an_answer_has_no_number_and_one_not_named_yet_no_name() -> None:
    (found,) = roles([party("b", each="person_boss")], {"person_boss": {"name": "丙", "id": "3"}})
    assert (found.key, found.name, found.person, found.entity) == ("b", "丙", "3", None)
    assert roles([party("b", each="person_boss")]) == (
        Role(key="b", title=Words(zh="方b", en="Party b"), duties=("b",), items=("one",)),
    )
    assert [each.key for each in roles([party("b", each="nowhere")])] == ["b"]


def test_parties_not_named_yet_stay_apart_by_item_and_by_key() -> None:
    one = asks(question("boss", widget="person"), parties=(party("a", "person_boss"), party("b", "person_boss")))
    found = plan([one, replaced(one, code="two")]).roles
    assert [each.key for each in found] == ["a", "b", "a", "b"]


def test_two_people_under_one_key_are_told_apart_and_each_is_of_the_items_that_need_them() -> None:
    def asked(code: str, key: str, *more: Party) -> Any:
        return asks(question(key, widget="person"), code=code, parties=(party("me"), party("o", f"person_{key}"), *more))

    items = [asked("one", "boss"), asked("two", "host"), asked("three", "boss"), asked("four", "boss", party("z", "nowhere"))]
    answers = {"person_boss": {"name": "丙", "id": "3"}, "person_host": {"name": "丁", "id": "4"}}
    found = plan(items, ME, answers).roles
    assert [(each.key, each.person, each.items) for each in found] == [
        ("me", "1", ("four", "one", "three", "two")),
        ("o", "3", ("four", "one", "three")),
        ("z", None, ("four",)),
        ("o.2", "4", ("two",)),
    ]


def test_a_firm_and_a_person_with_one_number_are_two() -> None:
    holders = [
        {"type": "firm", "name": "公司", "id": "1", "amount": 1},
        {"type": "person", "name": "甲", "id": "1", "amount": 1},
    ]
    found = roles([party("me"), party("h", "person_holders")], {"person_holders": holders})
    assert [(each.key, each.person, each.entity, each.duties) for each in found] == [
        ("me", "1", None, ("me", "h")),
        ("h-1", None, "1", ("h",)),
    ]


def test_a_party_that_is_not_needed_here_is_left_out_and_one_not_told_yet_is_in() -> None:
    only = party("me", when="answers.person_a == 'y'")
    assert [len(roles([only], answers)) for answers in ({"person_a": "n"}, {"person_a": "y"}, {})] == [0, 1, 1]


def test_who_does_two_things_is_one_role_with_both_titles_the_higher_level_and_the_stricter_mandate() -> None:
    boss = {"name": "甲", "id": "1"}
    found = roles([party("me", level=3), party("b", "person_boss", signs=False, mandate=False)], {"person_boss": boss})
    assert found == (
        Role(key="me", title=Words(zh="方me、方b", en="Party me, party b"), name="甲", person="1", signs=True, level=3,
             duties=("me", "b"), items=("one",), mandate=False),
    )  # fmt: skip
    (found,) = roles([party("me", signs=False), party("b", "person_boss", level=3)], {"person_boss": boss})
    assert (found.signs, found.level, found.mandate) == (True, 3, True)
    (found,) = roles([party("me", signs=False), party("b", "person_boss", signs=False)], {"person_boss": boss})
    assert found.signs is False
    (found,) = roles([party("me", mandate=False), party("b", "person_boss")], {"person_boss": boss})
    assert found.mandate is False


def test_the_same_duty_of_two_items_is_told_once() -> None:
    found = plan([bare("one", parties=(party("me"),)), bare("two", parties=(party("me"),))], ME).roles
    assert [(each.title.en, each.duties) for each in found] == [("Party me", ("me",))]


def tariff(key: str, **changes: Any) -> Tariff:
    plain: dict[str, Any] = {"title": words(key), "payee": "office", "cites": ("《办法》第一条",)}
    return Tariff(key=key, **{**plain, **changes})


def charged(*tariffs: Tariff, **answers: Any) -> tuple[Fee, ...]:
    form = (question("a"), question("n", widget="number"))
    return plan([asks(*form, fees=tariffs)], answers=answers).fees


def test_a_fee_says_who_is_paid_what_for_and_by_which_article() -> None:
    assert charged(tariff("f", fen=1)) == (
        Fee(payee="office", title=words("f"), fen=1, cites=("《办法》第一条",), item="one", key="f"),
    )


def test_a_fee_says_what_the_party_is_called_who_owes_it_where_the_tariff_names_one() -> None:
    buyer, seller = Party(key="buyer", title=words("买方")), Party(key="seller", title=words("卖方"))
    fees = (tariff("f", fen=1, payer="seller"), tariff("g", fen=2))
    found = plan([bare(parties=(buyer, seller), fees=fees)]).fees
    assert [(fee.key, fee.payer) for fee in found] == [("f", words("卖方")), ("g", None)]


def test_fees_that_are_nothing_or_cannot_be_told_yet_do_not_hide_those_after_them() -> None:
    amount = "answers.person_n * 2"
    fees = (
        tariff("zero"), tariff("not here", fen=5, when="answers.person_a == 'y'"), tariff("unclear", amount=amount),
        tariff("text", amount="'many'"), tariff("less", amount="0 - 5"), tariff("f", fen=3),
    )  # fmt: skip
    assert [each.title.zh for each in charged(*fees)] == ["f"]
    assert [(each.title.zh, each.fen) for each in charged(*fees, person_n=4, person_a="y")] == [
        ("not here", 5),
        ("unclear", 8),
        ("f", 3),
    ]


@pytest.mark.parametrize("amount", ["10.5", "double(answers.person_n) * 0.3", "100.0"])
def test_a_fraction_is_no_amount(amount: str) -> None:
    with pytest.raises(Refusal, match="rule_failed"):
        charged(tariff("f", amount=amount), person_n=4)


def test_what_an_amount_lacks_is_looked_for() -> None:
    one = bare(fees=(tariff("f", amount="facts['firm.capital'] + int(facts['person.n'])"),))
    assert plan([one], {"person.n": 1}).needs == ("firm.capital",)
    assert plan([one], {"person.n": 1, "firm.capital": 2}).fees[0].fen == 3


def test_fees_are_listed_by_payee_and_else_in_the_order_of_the_items() -> None:
    fees = (tariff("b", payee="z", fen=1), tariff("a", payee="y", fen=9), tariff("c", payee="z", fen=1))
    assert [each.title.zh for each in charged(*fees)] == ["a", "b", "c"]


def asking(widget: str, **changes: Any) -> Item:
    return asks(question("x", widget=widget, **changes))


@pytest.mark.parametrize(
    ("widget", "answer", "needs"),
    [
        ("person", {"name": "甲", "id": "1"}, ("person:1",)),
        ("people", [{"name": "甲", "id": "1"}, {"name": "乙", "id": "2"}], ("person:1", "person:2")),
        ("holders", [{"type": "firm", "name": "乙", "id": "2"}], ("firm:2",)),
        ("place", {"code": "7"}, ("place:7",)),
        ("firm-name", "某某公司", ("name-check:某某公司",)),
        ("text", "x", ()),
    ],
)
def test_what_an_answer_calls_for_is_needed_until_it_was_looked_for(
    widget: str, answer: Any, needs: tuple[str, ...]
) -> None:
    assert plan([asking(widget)], answers={"person_x": answer}).needs == needs
    assert plan([asking(widget)], {key: {} for key in needs}, {"person_x": answer}).needs == ()
    assert plan([asking(widget, lookup=False)], answers={"person_x": answer}).needs == ()
    assert plan([asking(widget)]).needs == ()


def failed(widget: str, answer: Any, facts: dict[str, Any], **changes: Any) -> tuple[Failed, ...]:
    return plan([asking(widget, **changes)], facts, {"person_x": answer}).failed


def test_a_person_whom_no_registry_has_is_told_by_name_with_what_to_do() -> None:
    assert failed("person", {"name": "甲", "id": "1"}, {"person:1": None}) == (
        Failed(rule="person_x:not-found", item="one", question="person_x", remedy=CHECK_IT,
               says=Words(zh="登记库中查不到“甲”", en="'甲' is in none of the registries that could be asked")),
    )  # fmt: skip
    (nameless,) = failed("place", {"code": "7:8"}, {"place:7:8": None})
    assert nameless.says.en == "'7:8' is in none of the registries that could be asked"


def test_a_name_that_is_not_the_registered_one_is_told() -> None:
    answer = {"name": "阿·买", "id": "1"}
    assert failed("person", answer, {"person:1": {"name": "乙"}}) == (
        Failed(rule="person_x:name-mismatch", item="one", question="person_x", remedy=CHECK_IT,
               says=Words(zh="“阿·买”与登记的姓名或名称不一致",
                          en="'阿·买' is not the name that the registry has for this number")),
    )  # fmt: skip
    for value in ({"name": "阿·买"}, {"name": "阿•买"}, {"name": ""}, {}, "a text", {"ok": True, "name": "阿·买"}):
        assert failed("person", answer, {"person:1": value}) == ()
    assert failed("person", {"name": "", "id": "1"}, {"person:1": {"name": "乙"}}) == ()


def test_what_a_registry_says_no_to_is_told_in_its_own_words() -> None:
    value = {"ok": False, "code": "taken", "says": {"zh": "已占用", "en": "taken"}, "cites": ["《规定》第六条"],
             "remedy": {"zh": "换一个", "en": "another"}, "suggestions": ["某某二", "某某三"]}  # fmt: skip
    assert failed("firm-name", "某某公司", {"name-check:某某公司": value}) == (
        Failed(rule="person_x:taken", item="one", question="person_x", says=Words(zh="已占用", en="taken"),
               cites=("《规定》第六条",), remedy=Words(zh="换一个", en="another"), suggestions=("某某二", "某某三")),
    )  # fmt: skip


@pytest.mark.parametrize("says", [None, "no", {"zh": "x"}, {"en": "x"}, {"zh": 1, "en": "x"}, {"zh": "x", "en": 1}])
def test_a_no_without_words_in_both_languages_is_told_plainly(says: Any) -> None:
    assert failed("firm-name", "某某公司", {"name-check:某某公司": {"ok": False, "says": says}}) == (
        Failed(rule="person_x:not-ok", item="one", question="person_x",
               says=Words(zh="“某某公司”不能使用", en="'某某公司' cannot be used")),
    )  # fmt: skip


def test_each_of_several_is_judged_by_its_own_name_and_one_not_looked_for_is_not_judged() -> None:
    people = [{"name": "甲", "id": "1"}, {"name": "乙", "id": "2"}, {"name": "丙", "id": "3"}]
    found = failed("people", people, {"person:1": {"name": "甲"}, "person:3": {"name": "丁"}})
    assert [each.says.en for each in found] == ["'丙' is not the name that the registry has for this number"]
    found = failed("people", people, {"person:1": None, "person:2": {"name": "乙"}, "person:3": None})
    assert [each.says.zh for each in found] == ["登记库中查不到“甲”", "登记库中查不到“丙”"]


def test_an_answer_to_a_question_that_does_not_apply_is_not_judged_but_those_after_it_are() -> None:
    hidden = question("x", widget="person", when="answers.person_a == 'y'")
    form = (question("a"), hidden, question("z", widget="person"))
    answers = {"person_a": "n", "person_x": {"name": "甲", "id": "1"}, "person_z": {"name": "乙", "id": "2"}}
    found = plan([asks(*form)], {"person:1": None, "person:2": None}, answers)
    assert [each.question for each in found.failed] == ["person_z"]


def test_who_is_judged_for_two_items_fails_the_first() -> None:
    items = [asking("person"), replaced(asking("person"), code="a-first")]
    found = plan(items, {"person:1": None}, {"person_x": {"name": "甲", "id": "1"}})
    assert [(each.item, each.rule) for each in found.failed] == [("a-first", "person_x:not-found")]


def test_an_applicant_needs_a_number_and_a_name() -> None:
    assert plan([item("one")]).needs == ("person.id_number", "person.name")
    assert plan([item("one")], ME).needs == ()
