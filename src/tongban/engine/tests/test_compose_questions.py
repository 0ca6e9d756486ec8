"""One form from several: what is asked, in which order, and every word of it."""

from __future__ import annotations

from typing import Any

import pytest

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.compose import joined
from tongban.engine.compose.questions import merge
from tongban.engine.items import Field, Material, Outcome, Party, Rule
from tongban.engine.items.model import CheckPoint
from tongban.engine.plan import Known, Option, Question
from tongban.engine.tests.compose_samples import COMPUTED, PAPER, asks, bare, plan, question, rule
from tongban.engine.tests.services import item, replaced, words

POINT = CheckPoint(key="c", title=words("Point"))
TEXT = {"type": "string", "minLength": 1, "maxLength": 200}


@pytest.mark.parametrize(
    ("orders", "one"),
    [
        ([["a", "b"], ["b", "c"], ["x", "a"]], "xabc"),
        ([["a", "b"], ["c"]], "abc"),
        ([["b"], ["a"]], "ba"),
        ([["a", "c"], ["b", "c"]], "abc"),
        ([["a", "b"], ["a", "b"]], "ab"),
        ([["a", "b", "c"], ["a", "b", "c"], ["c", "d"]], "abcd"),
        ([["a", "b"], ["b", "a"]], "ab"),
        ([["a", "b", "c"], ["c", "b", "d"]], "abcd"),
        ([["z", "y"], ["y", "z"], ["a", "z"]], "azy"),
        ([["c", "d"], ["a", "b"], ["d", "c"], ["b", "a"]], "cdab"),
        ([["a", "b", "c"], ["a", "c"], ["d", "b"]], "adbc"),
        ([["a", "a"]], "a"),
        ([], ""),
    ],
)
def test_orders_are_merged_into_one_that_keeps_them_where_it_can(orders: list[list[str]], one: str) -> None:
    assert "".join(merge(orders)) == one


def test_a_question_carries_everything_its_field_says() -> None:
    field = Field(
        key="kind", element="shop.kind", widget="choice", title=words("title"), ask=words("ask"), why=words("why"),
        help=words("help"), options=(Option(value="a", label=words("A")), Option(value="b", label=words("B"))),
        required=False, personal=True, source="places", choose_from="people",
    )  # fmt: skip
    assert plan([asks(field)]).questions == (
        Question(
            key="kind", element="shop.kind", widget="choice", title=words("title"), ask=words("ask"), why=words("why"),
            help=words("help"), schema={"type": "string", "enum": ["a", "b"]}, required=False,
            options=field.options, known=None, editable=True, items=("one",), answered=False, personal=True,
            source="places", choose_from="people",
        ),
    )  # fmt: skip


def test_the_plainest_question_is_required_and_has_no_more_than_it_needs() -> None:
    assert plan([asks(question("a"))]).questions == (
        Question(key="person_a", element="person.a", widget="text", title=words("person.a"), ask=words("person.a"),
                 schema=TEXT, items=("one",)),
    )  # fmt: skip


def test_what_two_items_ask_is_one_question_with_the_stricter_of_both() -> None:
    options = {key: Option(value=key, label=words(key)) for key in "abc"}
    choice = question("e", widget="choice", required=False, options=(options["a"], options["b"], options["c"]))
    other = replaced(choice, required=True, why=words("why"), help=words("help"), personal=True, title=words("other"),
                     options=(options["c"], options["b"]), schema={"minLength": 1})  # fmt: skip
    (found,) = plan([asks(choice), asks(other, code="two")]).questions
    assert found == Question(
        key="person_e", element="person.e", widget="choice", title=words("person.e"), ask=words("person.e"),
        why=words("why"), help=words("help"), required=True, personal=True, items=("one", "two"),
        options=(options["b"], options["c"]),
        schema={"allOf": [{"type": "string", "enum": ["a", "b", "c"]},
                          {"type": "string", "minLength": 1, "enum": ["c", "b"]}]},
    )  # fmt: skip


def test_the_same_field_twice_has_one_schema_and_a_third_that_differs_joins_it() -> None:
    wide, narrow = question("e"), question("e", schema={"maxLength": 9})
    twice = [asks(wide), asks(wide, code="two")]
    assert plan(twice).questions[0].schema == TEXT
    thrice = [*twice, asks(narrow, code="x")]
    assert plan(thrice).questions[0].schema == {"allOf": [TEXT, {**TEXT, "maxLength": 9}]}


def test_an_option_must_be_in_every_list_that_differs() -> None:
    a, b, c = (Option(value=each, label=words(each)) for each in "abc")
    lists = [(a, b, c), (a, b), (b, c), (a, b, c)]
    items = [
        asks(question("e", widget="choice", options=each), code=f"item-{number}") for number, each in enumerate(lists)
    ]
    assert plan(items).questions[0].options == (b,)


def test_one_item_that_lets_people_mend_asks_what_is_known_for_all() -> None:
    fixed, mended = question("e"), question("e", editable=True)
    fact = Known(value="known", source="population")
    assert plan([asks(fixed)], {"person.e": "known"}).questions == ()
    assert plan([asks(fixed)], {"person.e": "known"}).known == {"person_e": fact}
    both = plan([asks(fixed), asks(mended, code="two")], {"person.e": "known"})
    assert [(each.known, each.editable, each.answered) for each in both.questions] == [(fact, True, False)]
    assert both.known == {"person_e": fact}


@pytest.mark.parametrize(("answer", "answered"), [(None, False), ("known", False), ("mended", True)])
def test_what_is_known_is_answered_once_it_is_mended(answer: str | None, answered: bool) -> None:
    found = plan([asks(question("e", editable=True))], {"person.e": "known"}, {"person_e": answer})
    assert found.questions[0].answered is answered


def test_a_question_that_is_answered_says_so() -> None:
    found = plan([asks(question("a"), question("b"), question("c"))], answers={"person_b": "x", "person_c": None})
    assert [each.answered for each in found.questions] == [False, True, False]


def test_a_registry_that_knows_nothing_leaves_the_question_and_is_not_known() -> None:
    found = plan([asks(question("e", source="population"))], {"person.e": None})
    assert [each.known for each in found.questions] == [None] and found.known == {}


def test_what_is_known_of_a_question_that_does_not_apply_is_not_shown() -> None:
    fields = (question("a"), question("b", when="answers.person_a == 'y'"))
    for answer, keys in (("n", []), ("y", ["person_b"])):
        assert list(plan([asks(*fields)], {"person.b": "known"}, {"person_a": answer}).known) == keys
    assert list(plan([asks(*fields)], {"person.b": "known"}).known) == ["person_b"]  # not told yet


def test_a_question_under_another_key_is_not_answered_by_the_fact_of_its_element() -> None:
    other = replaced(question("name"), key="witness_name")
    found = plan([asks(other, question("full-name"))], {"person.name": "known", "person.full-name": "known"})
    assert [each.key for each in found.questions] == ["witness_name", "person_full-name"]


def test_a_dash_in_an_element_is_a_line_in_its_key() -> None:
    field = replaced(question("full-name"), key="person_full_name")
    assert plan([asks(field)], {"person.full-name": "known"}).questions == ()


def test_questions_follow_the_order_of_the_codes_and_of_each_form() -> None:
    found = plan([asks(question("c"), question("a")), asks(question("b"), question("c"), code="a-first")])
    assert [each.key for each in found.questions] == ["person_b", "person_c", "person_a"]
    assert [each.items for each in found.questions] == [("a-first",), ("a-first", "one"), ("one",)]


def test_a_question_whose_condition_cannot_be_told_is_not_asked_yet() -> None:
    first, second = question("a"), question("b", when="answers.person_a == 'y'")
    assert [each.key for each in plan([asks(first, second)]).questions] == ["person_a"]
    told = plan([asks(first, second)], answers={"person_a": "y"})
    assert [each.key for each in told.questions] == ["person_a", "person_b"]


def test_a_question_applies_where_one_of_its_items_asks_it() -> None:
    first, second = question("a"), question("b", when="answers.person_a == 'y'")
    items = [asks(first, second), asks(replaced(second, when="answers.person_a == 'n'"), code="two")]
    for answer in "yn":
        assert [each.key for each in plan(items, answers={"person_a": answer}).questions] == ["person_a", "person_b"]
    assert [each.key for each in plan(items, answers={"person_a": "x"}).questions] == ["person_a"]


def test_a_chain_of_questions_falls_with_its_first_and_their_answers_with_it() -> None:
    fields = (
        question("a"),
        question("b", when="answers.person_a == 'y'"),
        question("c", when="has(answers.person_b)"),
        question("d", when="!has(answers.person_c)"),
    )
    answers = {"person_a": "n", "person_b": "x", "person_c": "x"}
    rule = Rule(key="r", holds="!has(answers.person_c)", says=words("no"), cites=("x",))
    found = plan([asks(*fields, rules=(rule,))], answers=answers)
    assert [each.key for each in found.questions] == ["person_a", "person_d"] and not found.failed
    assert [each.rule for each in plan([asks(*fields, rules=(rule,))], answers={**answers, "person_a": "y"}).failed]


def test_a_known_fact_of_a_question_that_fell_is_no_answer() -> None:
    fields = (question("a"), question("b", when="answers.person_a == 'y'"))
    rule = Rule(key="r", holds="!has(answers.person_b)", says=words("no"), cites=("x",))
    one = asks(*fields, rules=(rule,))
    assert plan([one], {"person.b": "known"}, {"person_a": "y"}).failed
    assert not plan([one], {"person.b": "known"}, {"person_a": "n"}).failed


def test_what_a_condition_of_a_question_lacks_is_looked_for() -> None:
    found = plan([asks(question("a", when="facts['firm.name'] == 'x' && answers.person_a == 'y'"))])
    assert found.needs == ("firm.name",) and found.questions == ()


def test_a_question_that_a_registry_may_answer_is_looked_for_first() -> None:
    sourced = question("a", source="population")
    assert plan([asks(sourced)]).needs == ("person.a",)
    assert plan([asks(question("a"))]).needs == ()
    assert plan([asks(replaced(sourced, key="witness"))]).needs == ()
    hidden = replaced(sourced, when="answers.person_b == 'y'")
    assert plan([asks(question("b"), hidden)], answers={"person_b": "n"}).needs == ()


def refused(*items: Any) -> Refusal:
    with pytest.raises(Refusal) as no:
        plan(list(items))
    return no.value


@pytest.mark.parametrize("change", [{"widget": "money"}, {"element": "person.other"}])
def test_one_key_for_two_things_is_a_contradiction_that_names_both_items(change: dict[str, Any]) -> None:
    field = question("e")
    no = refused(asks(field), asks(field, code="middle"), asks(replaced(field, **change), code="a-other"))
    assert (no.code, no.field) == ("items_contradict", "person_e")
    assert no.brief == Words(
        zh="事项 a-other 与 middle 对“person_e”的要求互相矛盾",
        en="a-other and middle contradict each other on person_e",
    )


def test_two_versions_of_one_item_cannot_be_asked_together_but_the_same_twice_can() -> None:
    no = refused(bare(), bare(title=words("newer")))
    assert (no.code, no.field, no.brief.en) == ("items_contradict", "one", "one and one contradict each other on one")
    assert [each.code for each in plan([bare(), bare()]).items] == ["one"]
    same = bare()
    assert plan([same, same]) == plan([same])


def test_no_item_is_refused_by_name() -> None:
    no = refused()
    assert (no.code, no.brief) == ("no_items", Words(zh="没有选择任何事项", en="No item is chosen"))


def test_a_plan_of_two_items_has_them_in_order_and_what_comes_out() -> None:
    made = Outcome(title=words("x"), certificate="licence")
    found = plan([item("two", outcome=made), item("one")])
    assert [(each.code, each.city, len(each.sha256)) for each in found.items] == [
        ("one", "000000", 64),
        ("two", "000000", 64),
    ]
    assert found.outcomes == ("licence",)
    assert found.needs == ("person.id_number", "person.name")


def test_one_item_is_read_as_itself_and_several_as_one_with_each_thing_once() -> None:
    one = asks(question("name", title=words("One")), question("size"), code="b", title=words("B"))
    rich: dict[str, Any] = {"cites": ("x", "y"), "legal_cites": ("l",), "laws": {"x": words("x by b")}}
    one = replaced(one, materials=(PAPER,), rules=(rule("true"),), checklist=(POINT,), **rich)
    two = asks(question("name", title=words("Two")), question("colour"), code="a", title=words("A"))
    poor: dict[str, Any] = {"cites": ("y", "z"), "legal_cites": ("l", "m"), "laws": {"x": words("x by a"), "z": words("z")}}
    more = Material(type="q", title=words("Other"), cites=("x",))
    two = replaced(two, materials=(replaced(PAPER, title=words("Again")), more), rules=(rule("false"),),
                   checklist=(replaced(POINT, title=words("Again")),), **poor)  # fmt: skip
    one, two = (replaced(each, parties=(Party(key="p", title=each.title),), steps=COMPUTED[:1]) for each in (one, two))
    assert joined([one]) is one
    both = joined([one, two])
    assert (both.code, both.title) == ("b", words("B"))
    assert [f.key for f in both.form] == ["person_name", "person_colour", "person_size"]
    assert both.form[0].title == words("Two"), "in the words of the first by code, as the plan asks it"
    assert [(m.type, m.title) for m in both.materials] == [("p", words("Paper")), ("q", words("Other"))]
    assert [r.holds for r in both.rules] == ["true", "false"] and len(both.steps) == 2
    assert [p.title for p in both.parties] == [words("B")] and [c.title for c in both.checklist] == [words("Point")]
    assert (both.cites, both.legal_cites) == (("x", "y", "z"), ("l", "m"))
    assert both.laws == {"x": words("x by b"), "z": words("z")}
