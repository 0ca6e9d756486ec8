"""The examples are the item's own tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.check.subject import Around, Fault, rule
from tongban.engine.compose.grades import given, situation
from tongban.engine.compose.planning import decision, outcome_values
from tongban.engine.items.model import Example, Item
from tongban.engine.plan import Plan

MEND = Words(zh="请改事项；如果法律就是这样规定的，请改示例", en="mend the item, or the example if the law says so")


@rule
def examples(item: Item, around: Around) -> Iterator[Fault]:
    """Each example comes out as it says."""
    for index, example in enumerate(item.examples):
        path = ("examples", index)
        try:
            plan = situation(item, example)
            differences = [*compared(item, example, plan)]
        except (Refusal, ValueError) as error:
            why = error.brief if isinstance(error, Refusal) else str(error)
            what = Words(zh="算不出来：{why}", en="it cannot be computed: {why}").format(why=why)
            fix = Words(zh="请改示例，或者改事项", en="mend it or the item")
            yield Fault(file="examples", path=path[1:], what=what, fix=fix)
            continue
        for name, wanted, got in differences:
            told = Words(zh="“{of}”：{name} 应为 {wanted}，结果是 {got}", en="'{of}': {name} should be {wanted}, but is {got}")
            what = told.format(of=example.title, name=name, wanted=wanted, got=got)
            yield Fault(file="examples", path=(index, "expect", name), what=what, fix=MEND)


@rule
def rules_are_proven(item: Item, around: Around) -> Iterator[Fault]:
    """Where there are rules there are examples; each rule is seen to fail in one of them."""
    if item.rules and not item.examples:
        what = Words(zh="有规则，没有示例", en="rules without an example")
        fix = Words(zh="请写 examples.yaml", en="write examples.yaml")
        yield Fault(file="rules", path=(), what=what, fix=fix)
    failing = {name for example in item.examples for name in example.expect.failed or ()}
    for index, each in enumerate(item.rules):
        if item.examples and each.key not in failing:
            what = Words(zh=f"没有示例违反规则“{each.key}”", en=f"no example fails the rule '{each.key}'")
            fix = Words(zh="请加一个违反它的情形", en="add a situation in which it does")
            yield Fault(file="rules", path=(index,), what=what, fix=fix, warning=True)


def compared(item: Item, example: Example, plan: Plan) -> Iterator[tuple[str, Any, Any]]:
    """What an example expects and does not get: (name, expected, got). Order does not matter where the law has none."""
    expect = example.expect
    sets = (
        ("failed", expect.failed, [each.rule for each in plan.failed]),
        ("questions", expect.questions, [each.key for each in plan.questions]),
        ("needs", expect.needs, plan.needs),
        ("roles", expect.roles, [role.key for role in plan.roles]),
    )
    for name, wanted, got in sets:
        if wanted is not None and sorted(wanted) != sorted(got):
            yield name, sorted(wanted), sorted(got)
    verdicts = {paper.type: paper.verdict.value for paper in plan.materials}
    for kind, verdict in (expect.materials or {}).items():
        if verdicts.get(kind) != verdict:
            yield "materials", f"{kind}: {verdict}", verdicts.get(kind)
    if expect.fees is not None and expect.fees != sum(fee.fen for fee in plan.fees):
        yield "fees", expect.fees, sum(fee.fen for fee in plan.fees)
    if expect.decision is not None and expect.decision is not decision(plan):
        yield "decision", expect.decision.value, decision(plan).value
    if expect.values:
        values = outcome_values(item, **given(example), only=frozenset(expect.values))
        for name, value in expect.values.items():
            if values.get(name) != value:
                yield "values", f"{name}: {value}", values.get(name)
