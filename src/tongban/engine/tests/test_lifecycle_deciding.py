"""Deciding: what it rests on, what a refusal drops, what the rules may do alone, and what is done again."""

from __future__ import annotations

from tongban.engine.lifecycle import (
    Accept,
    Close,
    Closing,
    Decide,
    FinishStep,
    Issue,
    Outcome,
    SendBack,
    Status,
    StepState,
    TakeStep,
)
from tongban.engine.tests.lifecycle_samples import (
    D1,
    D2,
    D3,
    DECIDER,
    EXAMINER,
    INSPECTOR,
    INSTANT,
    PAIR,
    SYSTEM,
    TAX,
    WINDOW,
    WRITTEN,
    World,
    officer,
    to_decision,
)


def test_refusing_drops_what_is_left_of_the_part():
    world = to_decision(World())
    world.no("say_why", Decide, DECIDER, granted=False)
    world.do(Decide, DECIDER, granted=False, **WRITTEN)
    assert world.last() == (
        "part_decided",
        {
            "part": "firm",
            "granted": False,
            "reasons": D1,
            "cites": ["行政许可法 第三十八条"],
        },
    )
    case = world.case
    assert case.status is Status.DECIDED and case.granted is False
    outcomes = {s.key: s.outcome for s in case.steps}
    assert outcomes["firm.decide"] is Outcome.FAILED
    assert outcomes["firm.issue"] is outcomes["firm.tell"] is Outcome.DROPPED
    dropped = case.step("firm.issue")
    assert dropped.done_at == world.events[-1].at and dropped.done_by is None
    assert case.step("firm.examine").outcome is Outcome.PASSED
    assert case.parts[0].decision.cites == ("行政许可法 第三十八条",) and case.parts[0].decision.reasons == D1
    world.do(Close, DECIDER)
    assert world.last() == ("closed", {"closing": "6", "granted": False})


def test_a_forwarded_case_closes_as_such():
    world = to_decision(World())
    world.do(Decide, DECIDER, granted=False, **WRITTEN)
    assert world.do(Close, SYSTEM, forwarded=True).closing is Closing.FORWARDED


def test_one_items_certificate_opens_the_next_items_steps():
    world = World(PAIR, ("a", "b"))
    world.do(Accept, WINDOW)
    world.do(Decide, DECIDER, granted=True, part="a")
    assert world.case.step("b.examine").state is StepState.WAITING
    world.do(Issue, DECIDER, step="a.issue", identifier="x", digest=D1)
    assert world.case.step("b.examine").state is StepState.OPEN
    world.no("not_decided", Close, SYSTEM)


def test_rules_decide_an_instant_item_only_with_proof():
    world = World(INSTANT, ("old",))
    world.do(Accept, SYSTEM)
    assert world.last() == ("accepted", {"deemed": False, "started_at": world.events[-1].at.isoformat()})
    rules = {"step": "old.rules", "outcome": Outcome.PASSED}
    assert world.no("proof_expected", FinishStep, SYSTEM, **rules).field == "proof"
    world.no("digest_expected", FinishStep, SYSTEM, **rules, proof="yes")
    world.no("rules_decide", FinishStep, officer("o", "civil"), **rules, proof=D1)
    world.no("step_waiting", Decide, SYSTEM, granted=True)
    world.do(FinishStep, SYSTEM, **rules, proof=D1)
    assert world.case.step("old.rules").proof == D1
    assert world.case.step("old.issue").state is StepState.WAITING
    world.no("not_granted", Issue, SYSTEM, step="old.issue", identifier="x", digest=D1)
    world.no("system_only_grants", Decide, SYSTEM, granted=False, **WRITTEN)
    world.do(Decide, SYSTEM, granted=True)
    assert world.case.step("old.issue").state is StepState.OPEN
    world.do(Issue, SYSTEM, step="old.issue", identifier="x", digest=D1)
    assert world.do(Close, SYSTEM).closing is Closing.CERTIFICATE


def test_where_the_rules_do_not_hold_an_officer_refuses_or_has_them_computed_again():
    world = World(INSTANT, ("old",))
    world.do(Accept, SYSTEM)
    world.do(FinishStep, SYSTEM, step="old.rules", outcome=Outcome.FAILED)
    world.no("step_failed", Decide, SYSTEM, granted=True)
    clerk = officer("o-civil", "civil")
    world.no("wrong_office", Decide, DECIDER, granted=True)
    world.no("no_power", Decide, officer("o", "civil", *[p for p in clerk.powers if p != "decide"]), granted=True)
    world.do(SendBack, clerk, step="old.rules", reasons=D2)
    assert world.last() == ("step_sent_back", {"step": "old.rules", "reasons": D2})
    assert world.case.step("old.rules").state is StepState.OPEN and world.case.step("old.rules").outcome is None
    world.do(FinishStep, SYSTEM, step="old.rules", outcome=Outcome.PASSED, proof=D1)
    assert world.case.step("old.rules").hands == ("system",)
    world.do(Decide, clerk, granted=True, reasons=D3, cites=("x",))
    assert world.last()[1] == {"part": "old", "granted": True, "reasons": D3, "cites": ["x"]}


def test_sending_back_has_the_step_and_what_rests_on_it_done_again():
    world = to_decision(World())
    world.do(TakeStep, DECIDER, step="firm.decide")
    world.no("no_power", SendBack, EXAMINER, step="firm.examine", reasons=D1)
    world.no("wrong_office", SendBack, officer("o", "city"), step="firm.examine", reasons=D1)
    world.no("not_sent_back_here", SendBack, DECIDER, step="firm.accept", reasons=D1)
    world.no("step_not_done", SendBack, DECIDER, step="firm.issue", reasons=D1)
    world.no("digest_expected", SendBack, DECIDER, step="firm.examine", reasons="no")
    world.do(SendBack, DECIDER, step="firm.examine", reasons=D1)
    back, head = world.case.step("firm.examine"), world.case.step("firm.decide")
    assert (back.state, back.outcome, back.note, back.done_by, back.done_at) == (StepState.OPEN, None, None, None, None)
    assert back.hands == ("o-examiner",) and head.state is StepState.WAITING and head.assignee is None
    assert world.case.step("firm.tax").done
    second = officer("o-both", "market")
    world.do(FinishStep, second, step="firm.examine", outcome=Outcome.PASSED)
    assert world.case.step("firm.examine").hands == ("o-examiner", "o-both")
    both = officer("o-examiner", "market")
    world.no("examined_cannot_decide", Decide, both, granted=True)
    world.no("examined_cannot_decide", Decide, second, granted=True)


def test_a_failed_ground_bars_granting():
    world = World()
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.FAILED)
    world.do(FinishStep, TAX, step="firm.tax", outcome=Outcome.ANSWERED)
    no = world.no("step_waiting", Decide, DECIDER, granted=True)
    assert "step firm.inspect" in no.brief.en and "环节firm.inspect" in no.brief.zh
    world.do(FinishStep, INSPECTOR, step="firm.inspect", outcome=Outcome.FAILED)
    no = world.no("step_failed", Decide, DECIDER, granted=True)
    assert no.brief.en == "These did not pass: step firm.examine, step firm.inspect; it cannot be granted."
    assert no.brief.zh == "未通过的环节：环节firm.examine、环节firm.inspect，不能准予。"
    world.do(Decide, DECIDER, granted=False, **WRITTEN)
