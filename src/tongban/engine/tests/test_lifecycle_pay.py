"""A step of payment: done by the money that came in, by nobody else, and in no other way."""

from __future__ import annotations

import pytest

from tongban.base.errors import Refusal
from tongban.engine.lifecycle import (
    Accept,
    Assign,
    Close,
    Decide,
    FinishStep,
    Issue,
    Outcome,
    Reopen,
    SendBack,
    TakeStep,
)
from tongban.engine.plan import PlannedStep
from tongban.engine.tests.lifecycle_samples import (
    CHIEF,
    D1,
    D2,
    DECIDER,
    EXAMINER,
    PARTY,
    SYSTEM,
    TAX,
    WINDOW,
    WRITTEN,
    K,
    World,
    officer,
    states,
    step,
)

PAID = (
    step("firm.accept", K.ACCEPT, "window"),
    step("firm.decide", K.DECIDE, "market", "firm.accept"),
    step("firm.pay", K.PAY, "market", "firm.decide", by="system"),
    step("firm.issue", K.ISSUE, "market", "firm.pay"),
)
FIRST = (
    step("firm.accept", K.ACCEPT, "window"),
    step("firm.pay", K.PAY, "market", "firm.accept", by="system"),
    step("firm.decide", K.DECIDE, "market", "firm.pay"),
)
DONE = {"step": "firm.pay", "outcome": Outcome.PASSED, "proof": D1}


def granted(steps: tuple[PlannedStep, ...] = PAID) -> World:
    world = World(steps)
    world.do(Accept, WINDOW)
    world.do(Decide, DECIDER, granted=True)
    return world


def test_what_was_granted_is_issued_when_it_is_paid():
    world = granted()
    assert (states(world)["pay"], states(world)["issue"]) == ("open", "waiting")
    issue = {"step": "firm.issue", "identifier": "1.2.3", "digest": D2}
    world.no("step_waiting", Issue, SYSTEM, **issue)
    world.no("steps_left", Close, SYSTEM)
    world.do(FinishStep, SYSTEM, **DONE)
    world.do(Issue, SYSTEM, **issue)
    assert world.do(Close, SYSTEM).status.value == "closed"


def test_money_that_came_in_is_proven():
    world = granted()
    world.no("payment_expected", FinishStep, SYSTEM, step="firm.pay", outcome=Outcome.PASSED)
    world.no("digest_expected", FinishStep, SYSTEM, step="firm.pay", outcome=Outcome.PASSED, proof="x")
    world.no("outcome_unfit", FinishStep, SYSTEM, step="firm.pay", outcome=Outcome.FAILED, proof=D1)


@pytest.mark.parametrize("by", [DECIDER, EXAMINER, CHIEF, officer("o-all", "market"), TAX])
def test_nobody_says_for_the_payer_that_it_is_paid(by):
    world = granted()
    world.no("paid_by_payment", FinishStep, by, **DONE)
    world.no("paid_by_payment", TakeStep, by, step="firm.pay")


def test_a_payer_does_not_say_so_themself_and_it_is_given_to_no_colleague():
    world = granted()
    world.no("officers_only", FinishStep, PARTY, **DONE)
    world.no("paid_by_payment", Assign, CHIEF, step="firm.pay", to=DECIDER, reasons=D1)


def test_what_is_paid_before_the_decision_is_not_sent_back():
    world = World(FIRST)
    world.do(Accept, WINDOW)
    world.no("step_waiting", Decide, DECIDER, granted=True)
    world.do(FinishStep, SYSTEM, **DONE)
    world.no("not_sent_back_here", SendBack, DECIDER, step="firm.pay", reasons=D1)


def test_a_refusal_asks_for_no_payment_and_a_review_asks_again():
    world = World(PAID)
    world.do(Accept, WINDOW)
    world.do(Decide, DECIDER, granted=False, **WRITTEN)
    assert world.case.step("firm.pay").outcome is Outcome.DROPPED
    world.do(Close, SYSTEM)
    world.do(Reopen, CHIEF, **WRITTEN)
    world.do(Decide, officer("o-other", "market"), granted=True)
    assert states(world)["pay"] == "open"


def test_a_payment_belongs_to_an_item_of_the_case():
    with pytest.raises(Refusal, match="bad_plan") as no:
        World((*PAID[:2], step("firm.pay", K.PAY, "market", "firm.decide", part="other")))
    assert "firm.pay is of no item" in no.value.brief.en
