"""One graph of steps and one promise: who waits for whom, and for how long."""

from __future__ import annotations

from typing import Any

import pytest

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.compose import graph
from tongban.engine.compose.graph import ordered
from tongban.engine.items import Item, Material, Outcome, Rule, Step, Tariff
from tongban.engine.plan import PlannedStep, Promise, StepKind
from tongban.engine.tests.compose_samples import asks, bare, plan, question
from tongban.engine.tests.services import words

PAPER = Material(type="p", title=words("p"), cites=("x",))
MAKES = Outcome(title=words("x"), produces=("p",))


def step(key: str, *needs: str, kind: StepKind = StepKind.EXAMINE, **changes: Any) -> Step:
    return Step(key=key, kind=kind, office="desk", title=words(key), needs=needs, **changes)


def waits(items: list[Item], facts: dict[str, Any] | None = None, answers: dict[str, Any] | None = None) -> Any:
    return {each.key: each.needs for each in plan(items, facts, answers).steps}


def test_a_step_carries_everything_its_item_says() -> None:
    steps = (
        step("first", kind=StepKind.ACCEPT),
        step("second", "first", kind=StepKind.INSPECT, by="system", stops_clock="art. 45", visit=words("come"),
             separate_from=("first",)),
    )  # fmt: skip
    assert plan([bare(steps=steps)]).steps == (
        PlannedStep(key="one.first", part="one", kind=StepKind.ACCEPT, office="desk", title=words("first")),
        PlannedStep(
            key="one.second", part="one", kind=StepKind.INSPECT, office="desk", title=words("second"),
            needs=("one.first",), separate_from=("one.first",), by="system", stops_clock="art. 45",
            visit=words("come"),
        ),
    )  # fmt: skip


def test_every_root_waits_for_the_last_steps_of_all_items_it_waits_for() -> None:
    issue = (step("decide", kind=StepKind.DECIDE), step("a", kind=StepKind.ISSUE), step("b", kind=StepKind.ISSUE))
    both = Material(type="q", title=words("q"), cites=("x",))
    user = bare("user", materials=(PAPER, both), steps=(step("x"), step("y"), step("z", "x")))
    other = bare("another", outcome=Outcome(title=words("x"), produces=("q",)), steps=(step("k"), step("l", "k")))
    assert waits([user, bare("maker", steps=issue, outcome=MAKES), other]) == {
        "another.k": (),
        "another.l": ("another.k",),
        "maker.decide": (),
        "maker.a": (),
        "maker.b": (),
        "user.x": ("another.l", "maker.a", "maker.b"),
        "user.y": ("another.l", "maker.a", "maker.b"),
        "user.z": ("user.x",),
    }


@pytest.mark.parametrize(
    ("kinds", "last"),
    [
        ((StepKind.ISSUE, StepKind.DECIDE, StepKind.TELL), ("m.s0",)),
        ((StepKind.DECIDE, StepKind.COMPUTED, StepKind.TELL), ("m.s0", "m.s1")),
        ((StepKind.ASK, StepKind.TELL, StepKind.EXAMINE), ("m.s2",)),
    ],
)
def test_an_outcome_is_there_when_it_is_issued_else_decided_else_when_all_ends(
    kinds: tuple[StepKind, ...], last: tuple[str, ...]
) -> None:
    chain = tuple(step(f"s{n}", *((f"s{n - 1}",) if n else ()), kind=kind) for n, kind in enumerate(kinds))
    found = waits([bare("m", steps=chain, outcome=MAKES), bare("user", materials=(PAPER,), steps=(step("x"),))])
    assert found["user.x"] == last


def test_a_paper_that_is_uploaded_or_made_from_answers_makes_nobody_wait() -> None:
    made = Material(type="q", title=words("q"), cites=("x",), generated="item:m")
    found = waits([bare("m", steps=(step("s"),)), bare("user", materials=(PAPER, made), steps=(step("x"),))])
    assert found["user.x"] == ()


def rule(holds: str) -> Rule:
    return Rule(key="r", holds=holds, says=words("no"), cites=("x",))


def test_a_certificate_that_a_condition_reads_is_waited_for_unless_it_is_on_file() -> None:
    maker = bare("m", steps=(step("s"),), outcome=Outcome(title=words("x"), certificate="licence"))
    user = bare("user", steps=(step("x"),), rules=(rule("facts['certificate:licence'].kind == 'a'"),))
    absent = plan([maker, user], {"certificate:licence": None})
    assert [each.needs for each in absent.steps] == [(), ("m.s",)]
    assert (absent.failed, absent.pending, absent.needs, absent.outcomes) == ((), (), (), ("licence",))
    unasked = plan([maker, user])
    assert [each.needs for each in unasked.steps] == [(), ("m.s",)] and unasked.pending == ()
    there = plan([maker, user], {"certificate:licence": {"kind": "b"}})
    assert [each.needs for each in there.steps] == [(), ()]
    assert [each.rule for each in there.failed] == ["r"]
    alone = plan([user], {"certificate:licence": None})
    assert [each.rule for each in alone.failed] == ["r"]


def test_other_facts_that_a_condition_reads_make_nobody_wait() -> None:
    maker = bare("m", steps=(step("s"),), outcome=Outcome(title=words("x"), certificate="licence"))
    user = bare("user", steps=(step("x"),), rules=(rule("facts['firm.licence'] == 'a'"), rule("today > '2000'")))
    assert waits([maker, user])["user.x"] == ()


@pytest.mark.parametrize(
    ("wanted", "outcome"),
    [
        ("m", Outcome(title=words("x"))),
        ("licence", Outcome(title=words("x"), certificate="licence", produces=("q",))),
        ("q", Outcome(title=words("x"), certificate="licence", produces=("p", "q"))),
    ],
)
def test_what_an_item_requires_may_be_an_item_a_certificate_or_a_paper(wanted: str, outcome: Outcome) -> None:
    maker = bare("m", steps=(step("s"),), outcome=outcome)
    assert waits([maker, bare("user", requires=(wanted,), steps=(step("x"),))])["user.x"] == ("m.s",)
    assert waits([maker, bare("user", requires=("other",), steps=(step("x"),))])["user.x"] == ()


def test_an_item_never_waits_for_itself() -> None:
    own = bare(requires=("one", "p"), outcome=MAKES, steps=(step("s"),))
    assert waits([own]) == {"one.s": ()}


def test_who_needs_steps_that_do_not_apply_needs_what_those_needed_each_once() -> None:
    off = "answers.person_a == 'y'"
    steps = (
        step("a"),
        step("b", "a", when=off),
        step("c", "b", "a", when=off),
        step("d", "b", "c", "nobody", separate_from=("a", "b")),
        step("e", "d", separate_from=("a",)),
        step("f", "d", "a"),
    )
    found = plan([asks(question("a"), steps=steps)], answers={"person_a": "n"}).steps
    assert [(each.key, each.needs, each.separate_from) for each in found] == [
        ("one.a", (), ()),
        ("one.d", ("one.a",), ("one.a",)),
        ("one.e", ("one.d",), ("one.a",)),
        ("one.f", ("one.d", "one.a"), ()),
    ]


def test_codes_are_ordered_after_what_they_wait_for_else_by_name() -> None:
    assert ordered({"b": set(), "a": {"d", "c"}, "c": set(), "d": {"b"}}) == ["c", "b", "d", "a"]
    assert ordered({}) == []


def test_a_circle_is_refused_with_its_loop_alone_and_what_to_do() -> None:
    with pytest.raises(Refusal) as no:
        ordered({"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": {"b"}})
    assert (no.value.code, no.value.status) == ("plan_cycle", 409)
    assert no.value.brief == Words(
        zh="这些环节互相等待，无法排定先后：b → c → d → b", en="These wait for each other: b → c → d → b"
    )
    assert no.value.next_step == Words(
        zh="请分开办理，或联系主管部门修改事项", en="Apply for them one by one, or ask the office to mend it"
    )


def test_steps_that_wait_for_each_other_are_named_by_their_own_keys() -> None:
    with pytest.raises(Refusal, match="These wait for each other: a → b → a"):
        plan([bare(steps=(step("a", "b"), step("b", "a")))])


def owed(*ways: tuple[str, int | None, int | None, tuple[str, ...]], **changes: Any) -> Promise:
    """The promise of items (code, days, minutes, the codes it requires)."""
    items = [
        bare(code, requires=requires, promise=Promise(working_days=days, office_minutes=minutes), **changes)
        for code, days, minutes, requires in ways
    ]
    return plan(items).promise


def test_nothing_promises_nothing() -> None:
    assert graph.promise([], {}, legal=False) == graph.promise([], {}, legal=True) == Promise()


def test_the_longest_way_counts_and_not_the_sum_of_all() -> None:
    assert owed(("a", 3, None, ()), ("b", 5, None, ()), ("c", 4, None, ("a",)), ("d", 1, None, ("b",))) == Promise(
        working_days=7
    )
    assert owed(("a", 9, None, ()), ("b", 1, None, ()), ("c", 1, None, ("a", "b"))) == Promise(working_days=10)


def test_a_way_of_minutes_adds_them_up_and_counts_days_only_beside_days() -> None:
    assert owed(("a", None, 300, ()), ("b", None, 400, ("a",))) == Promise(office_minutes=700)
    assert owed(("a", 1, None, ()), ("b", None, 480, ("a",))) == Promise(working_days=2)
    assert owed(("a", 1, None, ()), ("b", None, 481, ("a",))) == Promise(working_days=3)
    assert owed(("a", None, None, ())) == Promise()
    assert owed(("a", None, 1, ())) == Promise(office_minutes=1)
    assert owed(("a", 1, None, ())) == Promise(working_days=1)


def test_a_day_is_as_long_as_480_minutes_of_an_office() -> None:
    assert owed(("a", 1, None, ()), ("b", None, 479, ())) == Promise(working_days=1)
    assert owed(("a", 1, None, ()), ("b", None, 481, ())) == Promise(office_minutes=481)
    assert owed(("a", 2, None, ()), ("b", 1, 481, ())) == Promise(working_days=3)
    assert owed(("a", 1, None, ()), ("b", None, 481, ()), ("c", None, 10, ("a", "b"))) == Promise(office_minutes=491)


def chained(days: int, *types: str) -> tuple[Promise, Promise]:
    """The promise and the legal limit of items of these types, one after the other, each with these days."""
    items = [
        bare(f"item-{n}", type=kind, promise=Promise(working_days=days), legal=Promise(working_days=days),
             requires=(f"item-{n - 1}",) if n else ())
        for n, kind in enumerate(types)
    ]  # fmt: skip
    found = plan(items)
    return found.promise, found.legal


def test_45_days_is_the_limit_of_permits_handled_together_and_of_nothing_else() -> None:
    assert chained(23, "01", "01") == (Promise(working_days=45), Promise(working_days=45))
    assert chained(22, "01", "01") == (Promise(working_days=44), Promise(working_days=44))
    assert chained(23, "01", "20") == (Promise(working_days=46), Promise(working_days=46))
    assert chained(60, "01")[1] == Promise(working_days=60)
    assert chained(20, "01", "20", "01")[1] == Promise(working_days=45)


PAYING = (
    step("decide", kind=StepKind.DECIDE), step("pay", "decide", kind=StepKind.PAY), step("issue", "pay", kind=StepKind.ISSUE),
)  # fmt: skip


def fee(**changes: Any) -> Tariff:
    return Tariff(**{"key": "f", "title": words("f"), "payee": "office", "cites": ("x",), **changes})


@pytest.mark.parametrize(
    "fees", [(), (fee(),), (fee(fen=5, when="answers.person_a == 'y'"),), (fee(amount="0 - 1"),), (fee(amount="'x'"),)]
)
def test_where_nothing_is_due_nobody_waits_for_a_payment(fees: tuple[Tariff, ...]) -> None:
    free = asks(question("a"), steps=PAYING, fees=fees)
    assert waits([free], answers={"person_a": "n"}) == {"one.decide": (), "one.issue": ("one.decide",)}


@pytest.mark.parametrize(
    "fees", [(fee(fen=1),), (fee(), fee(key="g", amount="answers.person_n * 2")), (fee(fen=5, when="answers.person_n > 1"),)]
)
def test_a_payment_is_waited_for_where_something_is_due_or_cannot_be_told_yet(fees: tuple[Tariff, ...]) -> None:
    steps = plan([asks(question("n", widget="number"), steps=PAYING, fees=fees)]).steps
    assert {each.key: (each.needs, each.by) for each in steps} == {
        "one.decide": ((), "desk"), "one.pay": (("one.decide",), "system"), "one.issue": (("one.pay",), "desk"),
    }  # fmt: skip
