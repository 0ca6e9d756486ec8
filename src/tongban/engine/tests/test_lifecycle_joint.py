"""Several parts in one case: what falls with a refusal or a withdrawal, what stands, and the clock of each."""

from __future__ import annotations

from datetime import date, timedelta

from tongban.base.words import Words
from tongban.engine.clock import Clock
from tongban.engine.lifecycle import (
    Accept,
    AskSupplement,
    Close,
    Closing,
    Decide,
    FinishStep,
    Gone,
    Issue,
    Missing,
    NoteMissing,
    Outcome,
    Power,
    Reopen,
    SendBack,
    Status,
    StepState,
    Submit,
    Supplement,
    Suspend,
    TakeStep,
    Terms,
    Transfer,
    Withdraw,
    clock_of,
    evolve,
    falling,
    ways_out,
)
from tongban.engine.lifecycle.commands import Basis
from tongban.engine.lifecycle.events import Event
from tongban.engine.plan import Promise
from tongban.engine.tests.lifecycle_samples import (
    AWAY,
    CHIEF,
    D1,
    D2,
    DECIDER,
    PAIR,
    PARTY,
    STRANGER,
    SYSTEM,
    T0,
    WINDOW,
    WRITTEN,
    K,
    World,
    item,
    officer,
    step,
)
from tongban.engine.tests.lifecycle_shop import (
    EYES,
    FIRE,
    FOOD,
    FOUR,
    HEAD,
    LICENCE,
    SIGN,
    accepted,
    gone,
    granted_licence,
    outcomes,
    shop,
)


def test_one_window_accepts_for_all_and_what_needs_another_part_still_waits():
    world = accepted()
    states = {s.key: s.state for s in world.case.steps}
    assert all(s.done for s in world.case.steps if s.kind is K.ACCEPT)
    assert states["firm.examine"] is states["fire.ask"] is StepState.OPEN
    assert states["food.inspect"] is states["sign.decide"] is StepState.WAITING
    no = world.no("step_waiting", TakeStep, EYES, step="food.inspect")
    assert "step firm.issue" in no.brief.en and "food.accept" not in no.brief.en
    assert "step food.issue" in world.no("step_waiting", TakeStep, HEAD, step="sign.decide").brief.en


def test_the_outcome_of_one_part_opens_the_next():
    world = granted_licence()
    assert world.case.step("food.inspect").state is StepState.WAITING
    world.do(Issue, SYSTEM, step="firm.issue", identifier="1", digest=D1)
    assert world.case.step("food.inspect").state is StepState.OPEN
    assert world.case.step("sign.decide").state is StepState.WAITING


def test_a_refusal_says_what_falls_with_it_and_what_stands():
    world = accepted()
    world.do(FinishStep, officer("o-ex", "market"), step="firm.examine", outcome=Outcome.FAILED)
    assert falling(world.case, "firm") == ("food", "sign")
    assert falling(world.case, "food") == ("sign",) and falling(world.case, "fire") == ()
    world.do(Decide, DECIDER, granted=False, part="firm", **WRITTEN)
    kinds = [(e.kind, e.facts.get("part"), e.facts.get("with")) for e in world.events[-3:]]
    assert kinds == [("part_decided", "firm", None), ("part_fell", "food", "firm"), ("part_fell", "sign", "firm")]
    assert gone(world) == {"food": "firm", "sign": "firm"}
    assert outcomes(world, "firm") == ["passed", "failed", "failed", "dropped"]
    assert outcomes(world, "food") == ["passed", "dropped", "dropped", "dropped"]
    assert world.case.part("food").gone == Gone(at=world.events[-2].at, fell_with="firm")
    assert world.case.status is Status.ACCEPTED and world.case.granted is None
    assert world.case.clock.ended_at is None
    world.no("part_gone", Decide, HEAD, granted=True, part="food")
    world.no("step_done", TakeStep, EYES, step="food.inspect")
    world.no("part_decided", Decide, DECIDER, granted=True, part="firm")


def test_what_stands_goes_on_to_its_own_end_and_closes_the_case():
    world = accepted()
    world.do(FinishStep, officer("o-ex", "market"), step="firm.examine", outcome=Outcome.FAILED)
    world.do(Decide, DECIDER, granted=False, part="firm", **WRITTEN)
    world.do(FinishStep, EYES, step="fire.ask", outcome=Outcome.ANSWERED)
    world.no("not_decided", Close, SYSTEM)
    world.do(Decide, HEAD, granted=True, part="fire")
    assert world.case.status is Status.DECIDED and world.case.clock.ended_at == world.events[-1].at
    assert world.case.granted is None
    world.do(FinishStep, SYSTEM, step="fire.tell", outcome=Outcome.TOLD, note=D1)
    assert world.do(Close, SYSTEM).closing is Closing.OTHER


def test_a_case_is_granted_or_refused_by_what_was_decided_of_it():
    world = accepted()
    world.do(Withdraw, PARTY, part="firm")
    world.do(FinishStep, EYES, step="fire.ask", outcome=Outcome.ANSWERED)
    world.do(Decide, HEAD, granted=True, part="fire")
    assert world.case.granted is True and world.case.status is Status.DECIDED


def test_a_part_is_taken_back_while_the_others_go_on():
    world = accepted()
    world.no("not_a_party", Withdraw, STRANGER, part="food")
    world.no("no_such_part", Withdraw, PARTY, part="x")
    world.do(Withdraw, PARTY, part="food")
    assert [(e.kind, e.facts) for e in world.events[-2:]] == [
        ("part_withdrawn", {"part": "food"}),
        ("part_fell", {"part": "sign", "with": "food"}),
    ]
    assert gone(world) == {"food": None, "sign": "food"}
    assert world.case.status is Status.ACCEPTED and not world.case.withdrawn
    assert world.case.step("firm.examine").state is StepState.OPEN
    world.no("part_gone", Withdraw, PARTY, part="food")
    world.no("part_gone", Withdraw, PARTY, part="sign")


def test_a_decided_part_is_not_taken_back_and_nor_is_the_whole():
    world = granted_licence()
    world.no("part_decided", Withdraw, PARTY, part="firm")
    world.no("too_late_to_withdraw", Withdraw, PARTY)
    world.do(Withdraw, PARTY, part="fire")
    world.do(Withdraw, PARTY, part="sign")
    world.do(Withdraw, PARTY, part="food")
    assert world.case.status is Status.DECIDED and world.case.clock.ended_at == world.events[-1].at
    assert world.case.step("firm.issue").state is StepState.OPEN
    world.do(Issue, SYSTEM, step="firm.issue", identifier="1", digest=D1)
    assert world.do(Close, SYSTEM).closing is Closing.CERTIFICATE and world.case.granted


def test_with_the_last_part_that_stands_the_whole_is_taken_back():
    world = accepted()
    world.do(Withdraw, PARTY, part="fire")
    world.do(Withdraw, PARTY, part="firm")
    assert world.last() == ("withdrawn", {})
    assert world.case.withdrawn and world.case.status is Status.CLOSED and world.case.closing is Closing.VOIDED
    alone = World(FIRE, ("fire",))
    alone.do(Withdraw, PARTY, part="fire")
    assert alone.last() == ("withdrawn", {})


def test_before_acceptance_a_part_can_be_taken_back_and_the_window_still_accepts_the_rest():
    world = shop()
    world.do(Withdraw, PARTY, part="firm")
    assert gone(world) == {"firm": None, "food": "firm", "sign": "firm"}
    assert world.case.status is Status.SUBMITTED and world.case.step("firm.accept").state is StepState.OPEN
    world.do(Accept, WINDOW)
    assert [s.key for s in world.case.steps if s.state is StepState.OPEN] == ["fire.ask"]


def test_a_part_that_goes_lets_the_clock_go_on_that_it_had_stopped():
    world = granted_licence()
    world.do(Issue, SYSTEM, step="firm.issue", identifier="1", digest=D1)
    world.do(TakeStep, EYES, step="food.inspect")
    assert world.case.clock.stops[0].until is None
    world.do(Withdraw, PARTY, part="food")
    assert world.case.clock.stops[0].until == world.events[-1].at
    assert world.case.step("food.inspect").assignee is None


def test_rules_that_came_out_for_a_part_that_is_gone_hold_nobody_up():
    computed = (step("old.rules", K.COMPUTED, "civil"),)
    follows = (step("b.decide", K.DECIDE, "city"), step("b.tell", K.TELL, "city", "b.decide", "old.rules"))
    world = World((*computed, *follows), ("old", "b"))
    world.do(Accept, EYES)
    world.do(FinishStep, SYSTEM, step="old.rules", outcome=Outcome.PASSED, proof=D1)
    world.do(Decide, HEAD, granted=True, part="b")
    assert "old.rules" in world.no("step_waiting", FinishStep, SYSTEM, step="b.tell", outcome=Outcome.TOLD, note=D1).brief.en
    world.do(Withdraw, PARTY, part="old")
    assert world.case.step("b.tell").state is StepState.OPEN


def test_sending_back_leaves_acceptance_and_parts_that_are_gone_as_they_are():
    world = accepted()
    world.do(FinishStep, officer("o-ex", "market"), step="firm.examine", outcome=Outcome.PASSED)
    world.do(FinishStep, EYES, step="fire.ask", outcome=Outcome.ANSWERED)
    world.do(Withdraw, PARTY, part="food")
    world.do(SendBack, DECIDER, step="firm.examine", reasons=D1)
    assert world.case.step("firm.examine").state is StepState.OPEN
    assert world.case.step("food.accept").done and world.case.step("sign.accept").done
    assert outcomes(world, "food") == ["passed", "dropped", "dropped", "dropped"]
    world.do(Withdraw, PARTY, part="fire")
    world.no("part_gone", SendBack, HEAD, step="fire.ask", reasons=D1)


def test_a_review_brings_back_what_fell_with_a_refusal_but_nothing_that_was_taken_back():
    world = accepted()
    world.do(Withdraw, PARTY, part="fire")
    world.do(FinishStep, officer("o-ex", "market"), step="firm.examine", outcome=Outcome.FAILED)
    world.do(Decide, DECIDER, granted=False, part="firm", **WRITTEN)
    world.do(Close, SYSTEM)
    world.do(Reopen, CHIEF, **WRITTEN)
    assert gone(world) == {"fire": None} and world.case.status is Status.ACCEPTED
    states = {s.key: s.state for s in world.case.steps}
    assert states["firm.decide"] is StepState.OPEN and states["food.inspect"] is StepState.WAITING
    assert states["fire.ask"] is StepState.DONE and states["food.accept"] is StepState.DONE
    assert Decide in ways_out(world.case)


def test_a_review_does_not_bring_back_what_fell_with_a_withdrawal():
    world = accepted()
    world.do(Withdraw, PARTY, part="food")
    world.do(FinishStep, officer("o-ex", "market"), step="firm.examine", outcome=Outcome.PASSED)
    world.do(Decide, DECIDER, granted=True, part="firm")
    world.do(Issue, SYSTEM, step="firm.issue", identifier="1", digest=D1)
    world.do(FinishStep, EYES, step="fire.ask", outcome=Outcome.ANSWERED)
    world.do(Decide, HEAD, granted=True, part="fire")
    world.do(FinishStep, SYSTEM, step="fire.tell", outcome=Outcome.TOLD, note=D1)
    world.do(Close, SYSTEM)
    world.do(Reopen, CHIEF, **WRITTEN)
    assert gone(world) == {"food": None, "sign": "food"}
    assert outcomes(world, "sign") == ["passed", "dropped", "dropped"]


def test_each_part_has_a_clock_of_its_own():
    called = Words(zh="执照", en="Licence")
    promised = {"firm": Terms(title=called, promise=Promise(working_days=1), legal=Promise(working_days=20))}
    terms = {"promise": Promise(working_days=9), "legal": Promise(working_days=45)}
    world = shop()
    world.state, world.events = None, []
    every = tuple(map(item, FOUR))
    world.do(Submit, PARTY, case="c", items=every, steps=(*LICENCE, *FOOD, *SIGN, *FIRE), terms=promised, **terms)
    assert set(world.last()[1]) == {"items", "steps", "promise", "legal", "terms"}
    assert [p.terms and p.terms.title for p in world.case.parts] == [called, None, None, None]
    firm, food = (world.case.part(key) for key in ("firm", "food"))
    assert clock_of(world.case, firm).started_at is None
    assert clock_of(world.case, firm).promise.working_days == 1 and clock_of(world.case, firm).legal.working_days == 20
    assert clock_of(world.case, food).promise.working_days == 9 and clock_of(world.case, food).legal.working_days == 45
    world.do(Accept, WINDOW)
    at = world.events[-1].at
    assert clock_of(world.case, firm).started_at == clock_of(world.case, world.case.part("fire")).started_at == at
    assert clock_of(world.case, food).started_at is None and clock_of(world.case, food).received_at == T0 + timedelta(minutes=1)
    world.do(FinishStep, officer("o-ex", "market"), step="firm.examine", outcome=Outcome.PASSED)
    world.do(Decide, DECIDER, granted=True, part="firm")
    decided = world.events[-1].at
    world.do(Issue, SYSTEM, step="firm.issue", identifier="1", digest=D1)
    issued = world.events[-1].at
    assert clock_of(world.case, world.case.part("firm")).ended_at == decided
    assert clock_of(world.case, food).started_at == issued and clock_of(world.case, food).ended_at is None
    world.do(TakeStep, EYES, step="food.inspect")
    assert [s.step for s in clock_of(world.case, food).stops] == ["food.inspect"]
    assert clock_of(world.case, firm).stops == ()
    world.do(FinishStep, EYES, step="food.inspect", outcome=Outcome.PASSED)
    world.do(Suspend, HEAD, basis=Basis.HEARING, reasons=D1)
    assert [s.step for s in clock_of(world.case, firm).stops] == [None]
    world.do(Withdraw, PARTY, part="fire")
    assert clock_of(world.case, world.case.part("fire")).ended_at == world.events[-1].at
    world.do(Withdraw, PARTY, part="food")
    sign = clock_of(world.case, world.case.part("sign"))
    assert isinstance(sign, Clock) and (sign.started_at, sign.ended_at) == (None, world.events[-1].at)


def test_a_case_that_closes_undecided_ends_the_clock_of_each_part():
    world = accepted()
    world.do(Withdraw, PARTY)
    ended = {clock_of(world.case, part).ended_at for part in world.case.parts}
    assert ended == {world.events[-1].at}
    assert clock_of(world.case, world.case.parts[0]).extended == 0


def test_a_pair_of_items_has_one_case_and_two_decisions():
    world = World(PAIR, ("a", "b"))
    world.do(Accept, WINDOW)
    world.no("no_such_part", Decide, DECIDER, granted=True)
    world.no("no_such_part", Decide, DECIDER, granted=True, part="c")
    world.do(Decide, DECIDER, granted=False, part="a", **WRITTEN)
    assert world.case.status is Status.DECIDED and world.case.granted is False
    assert world.case.clock.ended_at == world.events[-1].at
    assert world.do(Close, SYSTEM).closing is Closing.OTHER


def test_a_transferred_decision_moves_only_its_own_part():
    world = accepted()
    world.do(Transfer, CHIEF, step="firm.decide", to="city", reasons=D1)
    assert [(p.key, p.office) for p in world.case.parts] == [
        ("firm", "city"), ("food", "city"), ("sign", "city"), ("fire", "city"),
    ]


def test_history_without_the_word_of_what_falls_is_still_read():
    world = accepted()
    who = world.events[-1].actor
    facts = {"part": "fire", "granted": False, "reasons": D1, "cites": ["-"]}
    case = evolve(
        world.case,
        Event(kind="part_decided", case="case-1", sequence=3, at=world.now, node=world.node, actor=who, facts=facts),
    )
    assert case.part("fire").decision is not None and case.parts[0].item.city == AWAY


def test_every_office_says_what_it_misses_and_the_window_tells_it_all_at_once():
    world = shop()
    miss = {"reasons": D1}
    world.no("officers_only", NoteMissing, PARTY, lines=("plan",), **miss)
    world.no("no_power", NoteMissing, WINDOW, lines=("plan",), **miss)
    world.no("wrong_office", NoteMissing, officer("o", "tax"), lines=("plan",), **miss)
    assert world.no("say_what_is_missing", NoteMissing, EYES, lines=(), **miss).field == "lines"
    assert world.no("digest_expected", NoteMissing, EYES, lines=("plan",), reasons="x").field == "reasons"
    world.do(NoteMissing, EYES, lines=("plan", "photo"), **miss)
    assert world.last() == ("missing_noted", {"office": "city", "lines": ["plan", "photo"], "reasons": D1})
    world.do(NoteMissing, officer("o", "market", Power.DECIDE), lines=("seal",), reasons=D2)
    assert world.case.missing == (
        Missing(office="city", lines=("plan", "photo"), reasons=D1), Missing(office="market", lines=("seal",), reasons=D2),
    )
    assert world.case.status is Status.SUBMITTED
    ask = {"supplement_by": date(2026, 3, 20), **WRITTEN}
    left = world.no("supplement_leaves_out", AskSupplement, WINDOW, lines=("plan", "form"), **ask)
    assert "photo, seal" in left.brief.en and left.field == "lines"
    world.do(AskSupplement, WINDOW, lines=("plan", "form", "photo", "seal"), **ask)
    world.no("supplement_already_asked", NoteMissing, EYES, lines=("more",), **miss)
    world.do(Supplement, PARTY, digests=(D1,))
    world.no("supplement_already_asked", NoteMissing, EYES, lines=("more",), **miss)


def test_after_acceptance_nothing_more_is_missed():
    world = accepted()
    world.no("already_accepted", NoteMissing, EYES, lines=("plan",), reasons=D1)


def test_a_window_can_take_in_what_waits_for_what_the_rules_decide():
    rules = (step("firm.rules", K.COMPUTED, "market"), step("firm.issue", K.ISSUE, "market", "firm.rules"))
    world = World((*rules, *FOOD, *SIGN), ("firm", "food", "sign"))
    open_ones = {s.key for s in world.case.steps if s.state is StepState.OPEN and s.kind is K.ACCEPT}
    assert open_ones == {"food.accept"}, "else nobody would ever see the case; the sign waits behind it"
    world.do(Accept, WINDOW)
    assert world.case.status is Status.ACCEPTED
    assert {s.key for s in world.case.steps if s.state is StepState.OPEN} == {"firm.rules"}
    alone = World((step("firm.visit", K.ASK, "city"), step("firm.accept", K.ACCEPT, "window", "firm.visit"),
                   step("firm.decide", K.DECIDE, "market", "firm.accept")))  # fmt: skip
    assert alone.case.step("firm.accept").state is StepState.WAITING, "its own steps come before its acceptance"
