"""What you need in your case, by example: which questions are worth asking of somebody unknown, and how much hangs on each."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.compose import asking
from tongban.engine.compose.asking import Ask, Told
from tongban.engine.items import Example, Field, Item, Material, Party, Step, Tariff
from tongban.engine.items.model import Check, Expect
from tongban.engine.plan import Known, Option, StepKind, Verdict
from tongban.engine.tests.compose_samples import COMPUTED, TODAY, asks, bare, known, question, rule
from tongban.engine.tests.services import words

CITY = "330100"
HERE = 'facts["person.division"].startsWith("3301")'


@pytest.fixture(autouse=True)
def _afresh() -> None:
    """What was computed for one test is computed again for the next."""
    for kept in (asking._asks, asking._chosen, asking._example):
        kept.cache_clear()


def choice(key: str, options: str = "ab", **changes: Any) -> Field:
    """A question of a form with these options, called by its key alone."""
    offered = tuple(Option(value=each, label=words(each.upper())) for each in options)
    return msgspec.structs.replace(question(key, **{"widget": "choice", "options": offered, **changes}), key=key)


def paper(key: str, when: str | None = None, **changes: Any) -> Material:
    """A paper that somebody has to bring where ``when`` holds."""
    return Material(**{"type": key, "title": words(key), "cites": ("x",), "when": when, **changes})


def told(item: Item, facts: dict[str, Known] | None = None, city: str = CITY, **answers: str) -> Told:
    """The plan of the item for these answers."""
    named = {key.replace("__", "-"): value for key, value in answers.items()}
    return asking.told(item, named, city=city, today=TODAY, facts=facts)


def weights(item: Item) -> dict[str, int]:
    """How much hangs on each question, the heaviest first."""
    return {each.key: each.weight for each in asking.asks(item, city=CITY, today=TODAY)}


def example(**changes: Any) -> Example:
    """An example on ``TODAY`` in ``CITY``."""
    return Example(**{"title": words("e"), "today": TODAY.isoformat(), "city": CITY, "expect": Expect(), **changes})


def test_a_question_of_the_form_is_asked_as_the_form_asks_it() -> None:
    item = asks(choice("kind", why=words("why")), materials=(paper("p", "answers.kind == 'a'"),))
    (found,) = asking.asks(item, city=CITY, today=TODAY)
    field = item.form[0]
    assert found == Ask(key="kind", ask=field.ask, why=words("why"), options=field.options, weight=1, about="answer")


def test_a_question_about_a_person_is_asked_as_it_is_supposed() -> None:
    (found,) = asking.asks(bare(rules=(rule(HERE),)), city=CITY, today=TODAY)
    assert (found.key, found.about, found.weight, found.why) == ("my-home", "person", 1, None)
    assert found.ask == Words(zh="户口在本市吗？", en="Are you registered in this city?")
    assert [option.value for option in found.options] == ["here", "elsewhere"]


@pytest.mark.parametrize(
    ("part", "weight"),
    [
        ({"materials": (paper("p", "answers.kind == 'a'"),)}, 1),
        ({"materials": (paper("p", "answers.kind == 'a'"), paper("q", "answers.kind == 'b'"))}, 2),
        ({"materials": (paper("p", verified=(Check(by="places", when="answers.kind == 'a'", reason=words("r")),)),)}, 2),
        ({"fees": (Tariff(key="f", title=words("f"), payee="x", amount="answers.kind == 'a' ? 9 : 5", cites=("x",)),)}, 2),
        ({"parties": (Party(key="p", title=words("p"), when="answers.kind == 'a'"),)}, 1),
        ({"steps": (*COMPUTED, Step(key="d", kind=StepKind.TELL, office="x", title=words("d"), when="answers.kind == 'a'"))}, 1),
        ({"rules": (rule("answers.kind == 'a'"),)}, 1),
        ({}, 0),
    ],
)  # fmt: skip
def test_what_people_feel_of_a_plan_counts(part: dict[str, Any], weight: int) -> None:
    item = asks(choice("kind"), **part)
    assert weights(item) == ({"kind": weight} if weight else {})


def test_only_what_can_be_chosen_by_a_press_is_asked() -> None:
    conditions = tuple(paper(key, f"answers.{key} == 'a'") for key in ("one", "twelve", "thirteen", "typed", "unread"))
    item = asks(
        choice("one", "a"), choice("twelve", "abcdefghijkl"), choice("thirteen", "abcdefghijklm"),
        choice("typed", widget="text"), choice("other"), materials=conditions[:4],
    )  # fmt: skip
    assert weights(item) == {"twelve": 1}


def test_several_that_may_be_chosen_are_answered_as_a_list() -> None:
    item = asks(choice("kinds", widget="choices"), materials=(paper("p", "'a' in answers.kinds"),))
    assert weights(item) == {"kinds": 1}
    assert [each.type for each in told(item, kinds="a").plan.materials] == ["p"]
    assert told(item, kinds="b").plan.materials == ()


def three() -> Item:
    """Four questions of the form and one about the person: on ``b`` hangs most, on ``home`` and ``d`` least."""
    papers = [
        paper(f"{key}{n}", f"answers.{key} == 'a'") for key, many in (("a", 2), ("b", 4), ("c", 3), ("d", 1))
        for n in range(many)
    ]  # fmt: skip
    return asks(*(choice(key) for key in "abcd"), materials=tuple(papers), rules=(rule(HERE),))


def test_the_heaviest_comes_first_and_no_more_than_three() -> None:
    assert list(weights(three()).items()) == [("b", 4), ("c", 3), ("a", 2), ("d", 1), ("my-home", 1)]
    assert [each.key for each in told(three()).asks] == ["b", "c", "a"]


def test_what_was_answered_decides_the_plan_and_what_nobody_offers_does_not() -> None:
    found = told(three(), b="a", c="z", d="a", x="y")
    assert found.answers == {"b": "a"}
    assert [each.type for each in found.plan.materials if each.type.startswith("b")] == ["b0", "b1", "b2", "b3"]


def test_a_question_on_which_nothing_hangs_any_more_gives_way_to_the_next() -> None:
    item = asks(
        choice("b"), choice("c"), choice("d"), choice("e"),
        materials=(
            *(paper(f"c{n}", "answers.b == 'a' && answers.c == 'a'") for n in range(3)),
            *(paper(f"b{n}", "answers.b == 'a'") for n in range(4)),
            paper("d", "answers.d == 'a'"), paper("e", "answers.e == 'a'"),
        ),
        examples=(example(answers={"b": "a"}),),
    )  # fmt: skip
    assert [each.key for each in told(item, b="a").asks] == ["b", "c", "d"]
    found = told(item, b="b", c="a", e="a")
    assert [each.key for each in found.asks] == ["b", "d", "e"]
    assert found.answers == {"b": "b", "e": "a"}


def test_an_answer_counts_where_its_question_is_shown_only_for_another() -> None:
    item = asks(choice("b"), choice("c", when="answers.b == 'a'"), materials=(
        paper("b1", "answers.b == 'a'"), paper("b2", "answers.b == 'a'"), paper("c1", "answers.b == 'a' && answers.c == 'a'"),
    ), examples=(example(answers={"b": "a", "c": "a"}),))  # fmt: skip
    assert list(weights(item)) == ["b", "c"]
    found = told(item, b="a", c="b")
    assert found.answers == {"b": "a", "c": "b"} and [each.type for each in found.plan.materials] == ["b1", "b2"]


@pytest.mark.parametrize(("number", "asked"), [(0, True), (3, True), (4, False)])
def test_a_question_is_tried_in_the_first_four_examples(number: int, asked: bool) -> None:
    others = [example(answers={"person_b": "x"}) for _ in range(number)]
    item = asks(choice("c"), question("b"), materials=(paper("c", "answers.person_b == 'a' ? answers.c == 'a' : false"),),
                examples=(*others, example(answers={"person_b": "a"})))  # fmt: skip
    assert weights(item) == ({"c": 1} if asked else {})


def test_what_cannot_be_computed_for_what_is_supposed_is_not_asked() -> None:
    item = asks(choice("kind"), materials=(paper("p", "int(answers.kind) > 1"),))
    assert weights(item) == {}
    numbered = asks(choice("kind", "12"), materials=(paper("p", "int(answers.kind) > 1"),))
    assert weights(numbered) == {"kind": 1}


def usual(**changes: Any) -> Item:
    """An item decided by its rules, with an example of somebody from here who may have it."""
    facts = {"person.division": "330106", "certificate:card": {"identifier": "1", "valid_to": None}}
    plain: dict[str, Any] = {
        "steps": COMPUTED, "rules": (rule(HERE),), "examples": (example(facts=facts),),
        "materials": (paper("p", certificates=("card",)),),
    }  # fmt: skip
    return bare(**{**plain, **changes})


def test_what_is_usual_is_supposed_and_the_most_is_told_beside_it() -> None:
    verified = Check(by="population", when=HERE, reason=words("r"))
    item = usual(
        materials=(paper("p", verified=(verified,)),), examples=(example(facts={"person.division": "330106"}),)
    )
    found = told(item)
    assert found.proven and found.against == () and found.answers == {}
    assert [each.verdict for each in found.plan.materials] == [Verdict.VERIFIED]
    assert [each.verdict for each in found.most.materials] == [Verdict.UPLOAD]
    assert found.plan.needs == () and found.most.needs == ("person.division",)


def test_what_is_supposed_takes_the_place_of_what_is_usual() -> None:
    found = told(usual(), my__home="elsewhere", has__card="yes")
    assert [each.key for each in found.asks] == ["has-card", "my-home"]
    assert found.answers == {"my-home": "elsewhere", "has-card": "yes"}
    assert [each.rule for each in found.against] == ["r"]
    assert [each.verdict for each in found.plan.materials] == [Verdict.CERTIFICATE]
    assert [each.verdict for each in found.most.materials] == [Verdict.CERTIFICATE]


def test_an_item_without_an_example_that_goes_well_supposes_nothing() -> None:
    assert not told(usual(examples=())).proven
    away = example(facts={"person.division": "110000"})
    assert not told(usual(examples=(away,))).proven
    found = told(usual(examples=(away, example(facts={"person.division": "330106", "certificate:card": None}))))
    assert found.proven and found.against == ()


def test_an_example_that_an_officer_examines_goes_well_too() -> None:
    looks = bare(rules=(rule(HERE),), examples=(example(facts={"person.division": "330106"}),))
    assert told(looks).proven


def test_what_registries_give_of_somebody_leaves_nothing_to_suppose() -> None:
    facts = known({"person.division": "110000"})
    item = usual(form=(choice("kind"),), materials=(paper("p", "answers.kind == 'a'"),))
    found = told(item, facts, my__home="here", kind="a")
    assert [each.key for each in found.asks] == ["kind"] and found.answers == {"kind": "a"}
    assert not found.proven and [each.rule for each in found.against] == ["r"]
    assert found.plan == found.most and found.plan.needs == ()
    assert [each.type for each in told(item, {}, kind="a").plan.materials] == ["p"]
    assert told(item, {}).against == ()


def test_a_failure_that_is_usual_is_not_held_against_an_answer() -> None:
    item = usual(
        rules=(msgspec.structs.replace(rule("false"), key="other"), rule(HERE)),
        examples=(example(facts={"person.division": "330106"}),),
    )
    assert [each.rule for each in told(item).plan.failed] == ["other"] and told(item).against == ()
    assert [each.rule for each in told(item, my__home="elsewhere").against] == ["r"]


def test_where_a_condition_cannot_be_computed_nothing_is_supposed() -> None:
    item = usual(
        rules=(rule('int(facts["person.division"]) > 5'),), form=(choice("kind"),), materials=(paper("p", "answers.kind == 'a'"),),
        examples=(example(facts={"person.division": "330106"}, answers={"kind": "b"}),),
    )  # fmt: skip
    assert told(item, kind="a").proven
    found = told(item, city="nowhere", kind="a", my__home="here")
    assert found.answers == {} and found.asks == () and not found.proven and found.against == ()
    assert found.plan == found.most and "person.division" not in found.plan.known
    with pytest.raises(Refusal):  # what a registry really gave is not left out
        told(item, known({"person.division": "x"}))


def test_an_item_is_known_by_its_digest() -> None:
    one, same, other = (asking._One(each) for each in (bare(), bare(), bare(channels=("1",))))
    assert one == same and hash(one) == hash(same) and one != other and one != "one"
