"""Every item of the catalogue is applied for, with answers made from its own questions, and reaches a decision."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from tongban.base.actors import SYSTEM
from tongban.engine.compose import decision, outcome_values
from tongban.engine.items import Decision, Item
from tongban.engine.lifecycle import (
    Accept,
    Case,
    Command,
    FinishStep,
    Issue,
    Outcome,
    Power,
    Status,
    StepState,
    Submit,
    evolve,
)
from tongban.engine.lifecycle import Decide as Decides
from tongban.engine.lifecycle import decide as act
from tongban.engine.plan import ItemRef, Plan, StepKind, Verdict
from tongban.engine.tests.answering import CITY, TODAY, filled
from tongban.engine.tests.lifecycle_samples import CIRCLE, D1, PARTY, T0, WRITTEN, officer
from tongban.engine.tests.services import repository

ITEMS = sorted(repository().items.values(), key=lambda item: item.code)
KINDS = sorted(repository().shared.kinds)
POWERS = {
    StepKind.EXAMINE: (Power.EXAMINE, Outcome.PASSED),
    StepKind.INSPECT: (Power.INSPECT, Outcome.PASSED),
    StepKind.ASK: (Power.ANSWER, Outcome.ANSWERED),
}


def cast_of(item: Item) -> str:
    """Who applies: a person where people are served, else an organisation."""
    return "resident" if "1" in item.audience else "enterprise"


def judged(item: Item) -> tuple[Plan, Decision, dict[str, Any]]:
    """The filled-in plan with every paper handed in, what the rules say to it, and the outcome's data if it may be. Where
    the made-up applicant does not meet a condition of an item of a kind, the one of its first good example applies."""
    found = _judged(item, {})
    if found[1] is Decision.REFUSE and item.kind:
        good = (each for each in item.examples if each.expect.decision in (Decision.GRANT, Decision.EXAMINE))
        return _judged(item, next(good).facts)
    return found


def _judged(item: Item, own: dict[str, Any]) -> tuple[Plan, Decision, dict[str, Any]]:
    plan, answers, facts = filled(item, cast_of(item), own)
    papers = frozenset(paper.type for paper in plan.materials if paper.verdict is Verdict.UPLOAD)
    found = decision(plan, uploaded=papers)
    values = (
        outcome_values(item, facts=facts, answers=answers, today=TODAY, city=CITY)
        if found in (Decision.GRANT, Decision.EXAMINE) and not item.outcome.enters
        else {}
    )
    return plan, found, values


class Way:
    """A case on its way through the offices: whoever may do the next step does it."""

    def __init__(self, plan: Plan, *, granted: bool) -> None:
        self.case: Case | None = None
        self.now, self.granted, self.hands = T0, granted, 0
        items = tuple(ItemRef(city=each.city, code=each.code, sha256=D1) for each in plan.items)
        self.do(Submit, PARTY, case="c", items=items, steps=plan.steps, promise=plan.promise, legal=plan.legal)

    def do(self, kind: type[Command], by: Any, **facts: Any) -> None:
        for event in act(self.case, kind(by=by, node=CITY, circle=CIRCLE, **facts), self.now):
            self.case = evolve(self.case, event)
        self.now += timedelta(minutes=1)

    def hand(self, office: str, power: Power) -> Any:
        self.hands += 1
        return officer(f"o-{self.hands}", office, power)

    def walk(self) -> Case:
        assert self.case is not None
        accepts = [s for s in self.case.steps if s.kind is StepKind.ACCEPT]
        if accepts:
            self.do(Accept, self.hand(accepts[0].office, Power.ACCEPT))
        else:
            self.do(Accept, SYSTEM)
        for _ in range(60):
            step = next((s for s in self.case.steps if s.state is StepState.OPEN), None)
            if step is None:
                return self.case
            self.step(step)
        raise AssertionError("it never ends")

    def step(self, step: Any) -> None:
        if step.kind in POWERS:
            power, outcome = POWERS[step.kind]
            if step.kind is StepKind.EXAMINE and not self.granted:
                outcome = Outcome.FAILED
            self.do(FinishStep, self.hand(step.office, power), step=step.key, outcome=outcome, note=D1)
        elif step.kind is StepKind.TELL:
            self.do(FinishStep, SYSTEM, step=step.key, outcome=Outcome.TOLD, note=D1)
        elif step.kind is StepKind.PAY:
            self.do(FinishStep, SYSTEM, step=step.key, outcome=Outcome.PASSED, proof=D1)
        elif step.kind is StepKind.COMPUTED:
            self.do(FinishStep, SYSTEM, step=step.key, outcome=Outcome.PASSED, proof=D1)
            self.do(Decides, SYSTEM, granted=True, part=step.part)
        elif step.kind is StepKind.DECIDE:
            by = self.hand(step.office, Power.DECIDE)
            self.do(Decides, by, granted=self.granted, part=step.part, **WRITTEN)
        elif step.kind is StepKind.ISSUE:
            self.do(Issue, SYSTEM, step=step.key, identifier=f"1.2.{step.key}", digest=D1)
        else:
            raise AssertionError(step.kind)


@pytest.mark.parametrize("kind", ["", *KINDS])
def test_every_item_of_a_kind_can_be_applied_for_and_reaches_a_decision(kind: str) -> None:
    """What is of a kind is granted or goes to an officer; items written out in full may also find that the made-up
    applicant does not meet a condition, and say so."""
    for item in (each for each in ITEMS if each.kind == kind):
        plan, found, values = judged(item)
        assert plan.steps and (plan.questions or plan.known), item.code
        wanted = {Decision.GRANT, Decision.EXAMINE} | (set() if kind else {Decision.REFUSE})
        assert found in wanted, (item.code, found, plan.failed, plan.needs, plan.pending)
        if found is Decision.REFUSE:
            assert all(each.says.zh and each.cites for each in plan.failed if ":" not in each.rule), item.code
            continue
        case = Way(plan, granted=True).walk()
        assert case.status is Status.DECIDED and all(part.decision.granted for part in case.parts), item.code
        assert not kind or all(values.values()), (item.code, values)


@pytest.mark.parametrize("kind", KINDS)
def test_an_officer_may_refuse_what_is_of_a_kind(kind: str) -> None:
    item = next((each for each in ITEMS if each.kind == kind), None)
    if item is None or not any(step.kind is StepKind.DECIDE for step in item.steps):
        return
    case = Way(judged(item)[0], granted=False).walk()
    assert not any(part.decision.granted for part in case.parts)


def test_nothing_is_answered_with_an_empty_shell() -> None:
    """Questions and enquiries are answered at once, with a text of their own matter."""
    at_once = [item for item in ITEMS if item.kind.startswith(("query", "consultation"))]
    assert len(at_once) > 50
    for item in at_once:
        _, found, values = judged(item)
        assert found is Decision.GRANT and item.title.zh in values["content"], item.code
        assert len(values["content"]) > 60 and "＿＿" not in values["content"], (item.code, values["content"])


def test_the_catalogue_has_a_thousand_items_and_no_code_twice() -> None:
    codes = Counter(item.catalog_code for item in ITEMS)
    assert len(ITEMS) >= 1_000
    assert [code for code, count in codes.items() if count > 1] == []
    # What all kinds have in common, and the kind of what shows no other, need have none of their own.
    assert {item.kind for item in ITEMS} >= set(KINDS) - {"matter", "public-service"}
