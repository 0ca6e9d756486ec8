"""What doing several items as one thing saves, counted by hand beside the engine; what each fee comes to; quoted texts."""

from __future__ import annotations

from typing import Any

import pytest

from tongban.base.words import Words
from tongban.engine.compose import charges, outcome_values, own, saving
from tongban.engine.compose.graph import waits
from tongban.engine.compose.planning import outcome_facts
from tongban.engine.compose.savings import Own, Papers, days
from tongban.engine.items import Item, Material, Outcome, Tariff
from tongban.engine.plan import Promise
from tongban.engine.tests.compose_samples import asks, bare, given, plan, question
from tongban.engine.tests.services import item, replaced, words

LAW = ("《法》第一条",)


def paper(type: str, **changes: Any) -> Material:
    return Material(**{"type": type, "title": words(type), "cites": LAW, **changes})


def member(code: str, office: str, *papers: Material, **changes: Any) -> Item:
    """An item whose examination wants the person to come."""
    steps = item(code, office=office).steps
    came = tuple(replaced(s, visit=words("come") if s.key == "examine" else None) for s in steps)  # type: ignore[arg-type]
    return bare(code, **{"office": office, "materials": papers, "steps": came, **changes})


FIRST = member("one", "land", paper("shared"), paper("a"), paper("none", cites=()), promise=Promise(working_days=3))
SECOND = member(
    "two",
    "tax",
    paper("shared"),
    paper("b", required=False),
    promise=Promise(working_days=1, office_minutes=481),
    outcome=Outcome(title=words("done"), produces=("made",)),
)
THIRD = member("three", "land", paper("made"), paper("c", certificates=("card",)), steps=item("three").steps[:1])


def test_before_and_after_are_counted_from_the_plan() -> None:
    items = [FIRST, SECOND, THIRD]
    found = saving(items, plan(items))
    assert (found.items, found.visits) == ((3, 1), (2, 2))
    assert found.days == (3 + 3 + 3, days(plan(items).promise))
    assert found.papers == Papers(
        alone=7, listed=5, brought=3, open=1, verdicts={"cancelled": 1, "optional": 1, "produced": 1, "upload": 3}
    )


def test_each_item_has_its_part_and_a_paper_counts_with_the_first_that_asks() -> None:
    items = [FIRST, SECOND, THIRD]
    whole = plan(items)
    one, two, three = own(items, whole)
    assert one == Own(
        code="one", asked=3, shared=0, verdicts={"cancelled": 1, "upload": 2}, visits=(1, 1), days=(3, days(whole.promise))
    )
    assert two == Own(code="two", asked=2, shared=1, verdicts={"optional": 1}, visits=(1, 1), days=(3, 0))
    assert three == Own(code="three", asked=2, shared=0, verdicts={"produced": 1, "upload": 1}, visits=(0, 0), days=(3, 0))


def test_what_a_certificate_on_file_proves_is_no_more_brought() -> None:
    facts = {"certificate:card": {"valid_to": None}}
    found = saving([THIRD], plan([THIRD], facts))
    assert found.papers == Papers(alone=2, listed=2, brought=1, open=0, verdicts={"certificate": 1, "upload": 1})
    assert saving([THIRD], plan([THIRD])).papers.open == 1


@pytest.mark.parametrize(
    ("promise", "comes_to"),
    [
        (Promise(), 0),
        (Promise(working_days=2), 2),
        (Promise(office_minutes=1), 1),
        (Promise(office_minutes=480), 1),
        (Promise(office_minutes=481), 2),
        (Promise(working_days=1, office_minutes=481), 3),
    ],
)
def test_minutes_count_as_the_days_that_they_begin(promise: Promise, comes_to: int) -> None:
    assert days(promise) == comes_to


def test_whose_outcome_an_item_waits_for_is_read_from_the_plan() -> None:
    assert waits(plan([FIRST, SECOND, THIRD])) == {"one": set(), "two": set(), "three": {"two"}}


def test_each_fee_is_told_by_its_key() -> None:
    one = asks(
        question("a"),
        fees=(
            Tariff(key="plain", title=words("plain"), payee="p", fen=7, cites=LAW),
            Tariff(key="if", title=words("if"), payee="p", fen=9, when="answers.person_a == 'y'", cites=LAW),
            Tariff(key="by", title=words("by"), payee="p", amount="facts['person.n'] * 2", cites=LAW),
        ),
    )
    assert charges(one, **given()) == {"plain": 7, "if": None, "by": None}
    assert charges(one, **given({"person.n": 4}, {"person_a": "n"})) == {"plain": 7, "if": 0, "by": 8}
    assert charges(one, **given({"person.n": -4}, {"person_a": "y"})) == {"plain": 7, "if": 9, "by": 0}


SAID = {
    "matter": Words(zh=" 号 {{ facts['person.n'] }} ", en=" No. {{ facts['person.n'] }} "),
    "round": Words(zh="又[{{ text('matter') }}]", en="again[{{ text('matter.en') }}]"),
}


def quoting(expression: str, **changes: Any) -> Item:
    return bare(outcome=Outcome(title=words("done"), values={"said": expression}), texts=SAID, **changes)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("text('matter')", "号 5"),
        ("text('matter.en')", "No. 5"),
        ("text('matter.zh')", "号 5"),
        ("text('round')", "又[]"),
        ("text('round') + text('matter')", "又[]号 5"),
        ("text('nothing')", ""),
    ],
)
def test_a_text_of_the_item_is_quoted_filled_in_and_none_within_another(expression: str, said: str) -> None:
    assert outcome_values(quoting(expression), **given({"person.n": 5})) == {"said": said}


def test_the_facts_that_a_quoted_text_reads_are_read_by_the_outcome() -> None:
    assert outcome_facts(quoting('text("matter")')) == {"person.n"}
    assert outcome_facts(quoting('text("other")')) == frozenset()
    money = {"sum": words("{{ facts['person.m'] | yuan }}\n{% each x %}\n{{ each.y }}\n{% end %}\n{{ facts['outcome.z'] }}")}
    assert outcome_facts(replaced(quoting('text("sum")'), texts=money)) == {"person.m"}
