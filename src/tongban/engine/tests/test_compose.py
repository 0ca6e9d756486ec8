"""Properties of the plan, over items made up by Hypothesis."""

import time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.engine.items import Item, Material, Rule
from tongban.engine.plan import Verdict
from tongban.engine.tests.compose_samples import plan
from tongban.engine.tests.services import ELEMENTS, item, made_items, repository, text_field, words

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
