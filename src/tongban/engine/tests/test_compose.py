"""Properties of the plan, over items made up by Hypothesis."""

import re
import time
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.base.errors import Refusal
from tongban.engine import compose
from tongban.engine.items import Item, Material, Outcome, Rule
from tongban.engine.plan import Promise, Verdict
from tongban.engine.tests.compose_samples import plan
from tongban.engine.tests.services import ELEMENTS, item, made_items, replaced, repository, text_field, words

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
facts_of = st.dictionaries(
    st.sampled_from([*ELEMENTS, "certificate:card"]), st.sampled_from([None, "known"]), max_size=6
)


@quick
@given(made_items(), facts_of)
def test_nothing_that_is_known_is_asked_unless_it_may_be_mended(items: list[Item], facts: dict[str, Any]) -> None:
    editable = {field.element for each in items for field in each.form if field.editable}
    for question in plan(items, facts).questions:
        assert facts.get(question.element) is None or question.element in editable


@quick
@given(made_items(), facts_of, st.randoms())
def test_the_order_of_the_items_makes_no_difference(items: list[Item], facts: dict[str, Any], chance: Any) -> None:
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert plan(items, facts) == plan(shuffled, facts)


@quick
@given(made_items(), facts_of)
def test_each_question_is_asked_once_and_each_paper_answered_with_a_reason(
    items: list[Item], facts: dict[str, Any]
) -> None:
    found = plan(items, facts)
    assert len({each.key for each in found.questions}) == len(found.questions)
    assert {each.type for each in found.materials} == {each.type for one in items for each in one.materials}
    for paper in found.materials:
        assert paper.reason.zh and paper.reason.en
        if paper.verdict is not Verdict.UPLOAD and paper.cites:
            assert paper.source


@quick
@given(made_items(), facts_of)
def test_no_required_paper_is_dropped_unless_something_stands_in_for_it(items: list[Item], facts: dict[str, Any]) -> None:
    found = {paper.type: paper for paper in plan(items, facts).materials}
    for one in items:
        for asked in one.materials:
            free = not asked.cites or (asked.certificates and facts.get("certificate:card"))
            made = any(asked.type in other.outcome.produces for other in items if other is not one)
            if asked.required and not free and not made:
                assert found[asked.type].verdict is Verdict.UPLOAD and found[asked.type].required


@quick
@given(made_items(), facts_of, st.randoms())
def test_what_is_saved_is_the_sum_of_its_parts_whoever_leads(items: list[Item], facts: dict[str, Any], chance: Any) -> None:
    found = plan(items, facts)
    whole = compose.saving(items, found)
    assert whole.papers.alone == sum(len(plan([each], facts).materials) for each in items)
    assert whole.papers.brought <= whole.papers.listed <= whole.papers.alone
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert compose.saving(shuffled, found) == whole
    parts = compose.own(shuffled, found)
    assert sum(each.asked for each in parts) == whole.papers.alone
    assert all(each.asked == each.shared + sum(each.verdicts.values()) for each in parts)
    assert sum(each.verdicts.get("upload", 0) for each in parts) == whole.papers.brought
    assert tuple(sum(each.visits[n] for each in parts) for n in (0, 1)) == whole.visits
    assert tuple(sum(each.days[n] for each in parts) for n in (0, 1)) == whole.days


@quick
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=9), st.randoms())
def test_items_that_wait_for_each_other_are_named_in_a_loop_and_others_have_an_order(
    pairs: list[tuple[int, int]], chance: Any
) -> None:
    needs = {n: {one for other, one in pairs if other == n and one != n} for n in range(6)}
    items = [
        item(
            f"item-{n}",
            outcome=Outcome(title=words("x"), produces=(f"made-{n}",)),
            materials=tuple(Material(type=f"made-{m}", title=words("p"), cites=("x",)) for m in sorted(needs[n])),
        )
        for n in range(6)
    ]
    chance.shuffle(items)
    try:
        waits = compose.waits(plan(items))
    except Refusal as no:
        loop = [int(each[-1]) for each in no.brief.en.partition(": ")[2].split(" → ")]
        assert no.code == "plan_cycle" and loop[0] == loop[-1] and len(loop) > 2
        assert all(after in needs[one] for one, after in pairwise(loop))
    else:
        assert waits == {f"item-{n}": {f"item-{m}" for m in needs[n]} for n in range(6)}


@quick
@given(made_items(), facts_of)
def test_every_step_of_every_item_is_there_and_waits_for_what_exists(items: list[Item], facts: dict[str, Any]) -> None:
    found = plan(items, facts)
    keys = {step.key for step in found.steps}
    assert keys == {f"{each.code}.{step.key}" for each in items for step in each.steps}
    for step in found.steps:
        assert set(step.needs) <= keys and set(step.separate_from) <= keys


@quick
@given(made_items(), facts_of)
def test_an_edge_between_items_is_exactly_where_one_produces_a_paper_of_the_other(
    items: list[Item], facts: dict[str, Any]
) -> None:
    found = plan(items, facts)
    crossing = {(step.part, need.split(".")[0]) for step in found.steps for need in step.needs}
    crossing -= {(each.code, each.code) for each in items}
    for one, other in crossing:
        producer = next(each for each in items if each.code == other)
        consumer = next(each for each in items if each.code == one)
        assert {each.type for each in consumer.materials} & set(producer.outcome.produces)
    for consumer in items:
        for material in consumer.materials:
            makers = [each for each in items if material.type in each.outcome.produces and each is not consumer]
            free = not material.cites or (material.certificates and facts.get("certificate:card"))
            if makers and not free:
                assert any((consumer.code, maker.code) in crossing for maker in makers)


@quick
@given(made_items(), facts_of)
def test_the_promise_is_the_longest_way_and_never_more_than_one_after_the_other(
    items: list[Item], facts: dict[str, Any]
) -> None:
    days = [each.promise.working_days or 0 for each in items]
    assert max(days) <= (plan(items, facts).promise.working_days or 0) <= sum(days)


def longest(waits: dict[str, set[str]], days: dict[str, int]) -> int:
    """The longest way through what waits for what, found by walking every way."""

    def of(code: str) -> int:
        return days[code] + max((of(other) for other in waits[code]), default=0)

    return max(of(code) for code in waits)


@quick
@given(made_items(), facts_of)
def test_the_one_deadline_is_the_critical_path_in_working_days(items: list[Item], facts: dict[str, Any]) -> None:
    found = plan(items, facts)
    own = {each.code: each.promise.working_days or 0 for each in items}
    assert found.promise == Promise(working_days=longest(compose.waits(found), own))


@quick
@given(made_items(), st.lists(st.tuples(st.sampled_from(["01", "05"]), st.integers(1, 60)), min_size=6, max_size=6))
def test_permits_handled_jointly_are_owed_within_45_days_by_law_and_others_by_their_own(
    items: list[Item], laws: list[tuple[str, int]]
) -> None:
    some = [replaced(each, type=kind, legal=Promise(working_days=days)) for each, (kind, days) in zip(items, laws, strict=False)]
    found = plan(some)
    whole = longest(compose.waits(found), {each.code: each.legal.working_days or 0 for each in some})
    joint = sum(each.type == "01" for each in some) > 1
    assert found.legal == Promise(working_days=min(whole, 45) if joint else whole)


@quick
@given(made_items(), facts_of, st.randoms())
def test_what_contradicts_is_refused_by_name_whatever_else_is_there_and_in_any_order(
    items: list[Item], facts: dict[str, Any], chance: Any
) -> None:
    one, other = text_field("person.odd"), msgspec.structs.replace(text_field("person.even"), key="person_odd")
    given_ = [*items, item("left", form=(one,)), item("right", form=(other,))]
    chance.shuffle(given_)
    with pytest.raises(Refusal) as no:
        plan(given_, facts)
    assert no.value.code == "items_contradict" and {"left", "right", "person_odd"} <= set(re.findall(r"[\w-]+", no.value.brief.en))


@quick
@given(made_items())
def test_fees_are_whole_fen_and_none_is_lost(items: list[Item]) -> None:
    fees = plan(items).fees
    assert sum(fee.fen for fee in fees) == sum(fee.fen for each in items for fee in each.fees)
    assert [fee.payee for fee in fees] == sorted(fee.payee for fee in fees)


@quick
@given(made_items(), facts_of)
def test_facts_that_were_looked_for_are_never_needed_again(items: list[Item], facts: dict[str, Any]) -> None:
    first = plan(items, facts)
    assert not set(first.needs) & facts.keys()
    assert plan(items, {**facts, **dict.fromkeys(first.needs)}).needs == ()


def test_ten_items_are_composed_in_five_milliseconds() -> None:
    items = [
        item(
            f"item-{n}",
            form=tuple(text_field(f"person.e{m}") for m in range(n, n + 4)),
            materials=tuple(Material(type=f"p{m}", title=words("p"), cites=("x",)) for m in range(n, n + 3)),
            rules=(Rule(key="r", holds=f"answers.person_e{n} != 'no'", says=words("no"), cites=("x",)),),
        )
        for n in range(10)
    ]
    plan(items)
    took = []
    for _ in range(30):
        begun = time.perf_counter()
        plan(items, {"person.name": "x", "person.id_number": "1"}, {"person_e1": "y"})
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.005


def test_services_of_several_offices_compose_together() -> None:
    codes = ("company-registration", "old-age-allowance", "housing-fund-withdrawal", "road-occupation")
    items = [repository().items[code] for code in codes]
    found = plan(items)
    assert {step.part for step in found.steps} == {each.code for each in items}
    assert found == plan(items[::-1])
