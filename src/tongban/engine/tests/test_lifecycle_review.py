"""A review sets one part's decision aside: what comes back with it, what is done again, and what stands as it was."""

from __future__ import annotations

from datetime import timedelta

from tongban.engine.lifecycle import (
    Accept,
    AskExtension,
    Basis,
    Close,
    Decide,
    Extend,
    FinishStep,
    Issue,
    Outcome,
    Part,
    Power,
    Reopen,
    ReportDelivery,
    Resume,
    Status,
    StepState,
    Suspend,
    TakeStep,
    Withdraw,
    clock_of,
    returning,
    ways_out,
)
from tongban.engine.plan import PlannedStep
from tongban.engine.tests.lifecycle_samples import (
    CHIEF,
    D1,
    D2,
    DECIDER,
    PARTY,
    SYSTEM,
    WINDOW,
    WRITTEN,
    K,
    World,
    officer,
    step,
)
from tongban.engine.tests.lifecycle_shop import (
    EYES,
    FIRE,
    FOOD,
    HEAD,
    LICENCE,
    accepted,
    gone,
    granted_licence,
    outcomes,
)

EXAMINER = officer("o-ex", "market")


def refused_licence() -> World:
    """The licence is refused; the food permit and the sign fell with it; fire safety goes on."""
    world = accepted()
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.FAILED)
    world.do(Decide, DECIDER, granted=False, part="firm", **WRITTEN)
    return world


def fire(world: World) -> World:
    world.do(FinishStep, EYES, step="fire.ask", outcome=Outcome.ANSWERED)
    world.do(Decide, HEAD, granted=True, part="fire")
    world.do(FinishStep, SYSTEM, step="fire.tell", outcome=Outcome.TOLD, note=D1)
    return world


def issued_food() -> World:
    """Licence and food permit are granted and made out; the sign waits to be decided, fire safety is under way."""
    world = granted_licence()
    world.do(Issue, SYSTEM, step="firm.issue", identifier="1", digest=D1)
    world.do(FinishStep, EYES, step="food.inspect", outcome=Outcome.PASSED)
    world.do(Decide, HEAD, granted=True, part="food")
    world.do(Issue, SYSTEM, step="food.issue", identifier="2", digest=D2)
    return world


def part(world: World, key: str) -> Part:
    found = world.case.part(key)
    assert found is not None
    return found


def state(world: World, key: str) -> StepState:
    found = world.case.step(key)
    assert found is not None
    return found.state


def test_a_refused_part_comes_back_with_what_fell_while_the_rest_goes_on():
    world = refused_licence()
    before = clock_of(world.case, part(world, "fire"))
    world.now += timedelta(days=3)
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    told = [(e.kind, e.facts) for e in world.events[-3:]]
    assert told == [
        ("part_reopened", {"part": "firm", "reasons": D1, "cites": ["行政许可法 第三十八条"]}),
        ("part_back", {"part": "food", "with": "firm"}),
        ("part_back", {"part": "sign", "with": "firm"}),
    ]
    assert gone(world) == {} and part(world, "firm").decision is None
    assert (world.case.status, world.case.reopened, world.case.granted) == (Status.ACCEPTED, 1, None)
    assert state(world, "firm.decide") is StepState.OPEN and state(world, "firm.issue") is StepState.WAITING
    assert outcomes(world, "firm") == ["passed", "failed", None, None]
    assert outcomes(world, "food") == ["passed", None, None, None] and state(world, "food.inspect") is StepState.WAITING
    assert outcomes(world, "sign") == ["passed", None, None] and state(world, "fire.ask") is StepState.OPEN
    assert clock_of(world.case, part(world, "fire")) == before
    assert world.case.clock.ended_at is None and world.case.clock.started_at == before.started_at


def test_its_clock_starts_anew_and_of_what_fell_with_it_too():
    world = refused_licence()
    world.now += timedelta(days=3)
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    at = world.events[-1].at
    clock = clock_of(world.case, part(world, "firm"))
    assert (clock.received_at, clock.started_at, clock.ended_at, clock.extended) == (at, at, None, 0)
    food = clock_of(world.case, part(world, "food"))
    assert (food.received_at, food.started_at, food.ended_at) == (at, None, None)
    assert part(world, "firm").again == part(world, "food").again == part(world, "sign").again == at
    assert part(world, "fire").again is None and part(world, "fire").kept is None
    world.do(Decide, officer("o-other", "market"), granted=False, part="firm", **WRITTEN)
    assert gone(world) == {"food": "firm", "sign": "firm"}


def test_a_part_of_a_closed_case_is_decided_anew_while_the_others_stay_decided_on_their_own_clocks():
    world = fire(refused_licence())
    world.do(Close, SYSTEM)
    stood = clock_of(world.case, part(world, "fire"))
    decision = part(world, "fire").decision
    world.now += timedelta(days=30)
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    at = world.events[-1].at
    assert world.case.status is Status.ACCEPTED and world.case.closing is None
    clock = world.case.clock
    assert (clock.received_at, clock.started_at, clock.ended_at, clock.stops, clock.extended) == (at, at, None, (), 0)
    assert part(world, "fire").decision == decision and outcomes(world, "fire") == ["passed", "answered", "passed", "told"]
    assert clock_of(world.case, part(world, "fire")) == stood == part(world, "fire").kept
    assert Decide in ways_out(world.case)
    world.do(Withdraw, PARTY, part="firm")
    assert world.case.status is Status.DECIDED and world.do(Close, SYSTEM).granted is True


def test_what_rests_on_a_grant_and_is_not_decided_waits_again_and_what_is_decided_stands():
    world = issued_food()
    world.do(TakeStep, HEAD, step="sign.decide")
    stood = clock_of(world.case, part(world, "food"))
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    assert world.last()[0] == "part_reopened"
    assert [(c.part, c.identifier) for c in world.case.certificates] == [("food", "2")]
    assert state(world, "firm.decide") is StepState.OPEN and state(world, "firm.issue") is StepState.WAITING
    assert part(world, "food").decision is not None and outcomes(world, "food") == ["passed", "passed", "passed", "passed"]
    assert clock_of(world.case, part(world, "food")) == stood
    assert state(world, "sign.decide") is StepState.WAITING and world.case.step("sign.decide").assignee is None
    assert clock_of(world.case, part(world, "sign")).started_at is not None, "the food permit that it needs is there"
    world.do(Decide, officer("o-other", "market"), granted=True, part="firm")
    world.do(Issue, SYSTEM, step="firm.issue", identifier="3", digest=D2)
    assert state(world, "sign.decide") is StepState.OPEN
    assert [c.identifier for c in world.case.certificates] == ["2", "3"]


def test_refused_anew_it_takes_along_what_still_rests_on_it_and_nothing_that_was_decided():
    world = issued_food()
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    world.do(Decide, officer("o-other", "market"), granted=False, part="firm", **WRITTEN)
    assert gone(world) == {"sign": "firm"} and part(world, "food").decision.granted
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    assert gone(world) == {} and world.case.reopened == 2


def test_a_step_that_stopped_the_clock_stops_it_no_more_when_it_waits_again():
    world = granted_licence()
    world.do(Issue, SYSTEM, step="firm.issue", identifier="1", digest=D1)
    world.do(TakeStep, EYES, step="food.inspect")
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    assert world.case.clock.stops[0].until == world.events[-1].at
    assert state(world, "food.inspect") is StepState.WAITING


def test_only_what_was_decided_is_decided_anew_by_a_reviewer_and_with_reasons():
    world = refused_licence()
    world.do(Withdraw, PARTY, part="fire")
    for key in ("fire", "food"):
        world.no("part_undecided", Reopen, CHIEF, part=key, **WRITTEN)
    world.no("no_such_part", Reopen, CHIEF, part="x", **WRITTEN)
    world.no("no_power", Reopen, DECIDER, part="firm", **WRITTEN)
    world.no("wrong_office", Reopen, officer("o", "tax", Power.REVIEW), part="firm", **WRITTEN)
    world.no("say_why", Reopen, CHIEF, part="firm", reasons="", cites=())
    assert world.case.status is Status.DECIDED
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    world.no("part_undecided", Reopen, CHIEF, part="firm", **WRITTEN)
    world.no("not_closed", Reopen, CHIEF, **WRITTEN)
    assert gone(world) == {"fire": None}


def test_a_part_is_not_brought_back_before_acceptance_or_while_the_case_stands_still():
    world = World((*LICENCE, *FIRE), ("firm", "fire"))
    world.no("not_yet_accepted", Reopen, CHIEF, part="firm", **WRITTEN)
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.do(Decide, DECIDER, granted=True, part="firm")
    world.do(Suspend, HEAD, basis=Basis.HEARING, reasons=D1)
    world.no("already_suspended", Reopen, CHIEF, part="firm", **WRITTEN)
    world.do(Resume, HEAD)
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)


def test_of_a_case_with_one_part_the_whole_is_meant():
    world = World(FIRE, ("fire",))
    world.do(Accept, WINDOW)
    world.no("not_closed", Reopen, officer("o-rev", "city", Power.REVIEW), part="fire", **WRITTEN)
    fire(world).do(Close, SYSTEM)
    world.do(Reopen, officer("o-rev", "city", Power.REVIEW), part="fire", **WRITTEN)
    assert world.last()[0] == "reopened" and part(world, "fire").again is None


def both() -> tuple[PlannedStep, ...]:
    """What is asked at the end rests on two licences that have nothing to do with each other, and the sign on it."""
    return (
        *LICENCE,
        *FIRE,
        step("food.accept", K.ACCEPT, "window"),
        step("food.decide", K.DECIDE, "city", "firm.issue", "fire.decide"),
        step("sign.decide", K.DECIDE, "city", "food.decide"),
    )


def test_what_still_rests_on_another_refusal_does_not_come_back():
    world = World(both(), ("firm", "fire", "food", "sign"))
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.FAILED)
    world.do(Decide, DECIDER, granted=False, part="firm", **WRITTEN)
    world.do(FinishStep, EYES, step="fire.ask", outcome=Outcome.FAILED)
    world.do(Decide, HEAD, granted=False, part="fire", **WRITTEN)
    assert gone(world) == {"food": "firm", "sign": "firm"}
    assert returning(world.case, {"firm"}) == () and returning(world.case, {"firm", "fire"}) == ("food", "sign")
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    assert world.last()[0] == "part_reopened" and gone(world) == {"food": "firm", "sign": "firm"}
    kept = clock_of(world.case, part(world, "food"))
    assert kept.ended_at == part(world, "food").gone.at
    world.do(Reopen, CHIEF, part="fire", **WRITTEN)
    assert [e.facts.get("part") for e in world.events[-3:]] == ["fire", "food", "sign"] and gone(world) == {}
    assert {p.kept for p in world.case.parts} == {None}, "what comes back has no clock of before"
    assert clock_of(world.case, part(world, "fire")).started_at == world.events[-1].at


def test_a_part_that_was_granted_holds_nobody():
    world = World(both(), ("firm", "fire", "food", "sign"))
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.do(Decide, DECIDER, granted=True, part="firm")
    world.do(FinishStep, EYES, step="fire.ask", outcome=Outcome.FAILED)
    world.do(Decide, HEAD, granted=False, part="fire", **WRITTEN)
    assert returning(world.case, {"fire"}) == ("food", "sign") and returning(world.case, {"firm"}) == ()


def test_what_needs_a_step_of_a_part_that_was_taken_back_stays_away():
    steps = (*LICENCE, *FIRE, step("food.decide", K.DECIDE, "city", "fire.ask"))
    world = World(steps, ("firm", "fire", "food"))
    world.do(Accept, WINDOW)
    world.do(Withdraw, PARTY, part="fire")
    assert gone(world) == {"fire": None, "food": "fire"}
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.FAILED)
    world.do(Decide, DECIDER, granted=False, part="firm", **WRITTEN)
    world.do(Close, SYSTEM)
    world.do(Reopen, CHIEF, **WRITTEN)
    assert gone(world) == {"fire": None, "food": "fire"}


def test_what_nobody_had_told_yet_is_told_when_it_is_decided_anew():
    world = World((*LICENCE, step("firm.tell", K.TELL, "statistics", "firm.accept"), *FIRE), ("firm", "fire"))
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.FAILED)
    world.do(Decide, DECIDER, granted=False, part="firm", **WRITTEN)
    assert outcomes(world, "firm")[-1] == "dropped"
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    assert state(world, "firm.tell") is StepState.OPEN


def test_a_review_of_the_whole_forgets_reviews_of_its_parts():
    world = fire(refused_licence())
    world.do(Close, SYSTEM)
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    world.do(Decide, officer("o-other", "market"), granted=False, part="firm", **WRITTEN)
    world.do(Close, SYSTEM)
    world.do(Reopen, CHIEF, **WRITTEN)
    at = world.events[-1].at
    assert gone(world) == {} and {(p.again, p.kept) for p in world.case.parts} == {(None, None)}
    assert clock_of(world.case, part(world, "fire")).started_at == clock_of(world.case, part(world, "firm")).started_at == at


def look_without_asking() -> World:
    """The first part is refused before anybody answered; what the second looks at waited for the answer, and was then
    looked at without it."""
    steps = (
        step("firm.accept", K.ACCEPT, "window"),
        step("firm.ask", K.ASK, "city", "firm.accept"),
        step("firm.decide", K.DECIDE, "market", "firm.accept"),
        step("fire.look", K.EXAMINE, "market", "firm.ask"),
        step("fire.decide", K.DECIDE, "market", "firm.accept"),
    )
    world = World(steps, ("firm", "fire"))
    world.do(Accept, WINDOW)
    world.do(Decide, DECIDER, granted=False, part="firm", **WRITTEN)
    world.do(FinishStep, EXAMINER, step="fire.look", outcome=Outcome.PASSED)
    return world


def test_what_was_done_without_a_step_that_comes_back_is_done_again():
    world = look_without_asking()
    world.do(Decide, DECIDER, granted=True, part="fire")
    world.do(Close, SYSTEM)
    world.do(Reopen, CHIEF, **WRITTEN)
    assert (state(world, "firm.ask"), state(world, "fire.look")) == (StepState.OPEN, StepState.WAITING)


def test_so_it_is_where_only_the_part_comes_back_while_the_other_is_undecided_and_not_where_it_is_decided():
    world = look_without_asking()
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    assert (state(world, "firm.ask"), state(world, "fire.look")) == (StepState.OPEN, StepState.WAITING)
    world = look_without_asking()
    world.do(Decide, DECIDER, granted=True, part="fire")
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    assert (state(world, "firm.ask"), state(world, "fire.look")) == (StepState.OPEN, StepState.DONE)


def test_what_rests_on_a_part_that_was_taken_back_does_not_come_back_either():
    world = World(both(), ("firm", "fire", "food", "sign"))
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.FAILED)
    world.do(Decide, DECIDER, granted=False, part="firm", **WRITTEN)
    world.do(Withdraw, PARTY, part="fire")
    world.do(Close, SYSTEM)
    taken = clock_of(world.case, part(world, "fire"))
    world.now += timedelta(days=9)
    world.do(Reopen, CHIEF, **WRITTEN)
    assert gone(world) == {"fire": None, "food": "firm", "sign": "firm"} and Decide in ways_out(world.case)
    assert clock_of(world.case, part(world, "fire")) == taken
    assert part(world, "firm").again is None and part(world, "firm").kept is None


def test_more_time_given_before_is_not_of_the_new_term_and_after_it_is():
    world = refused_licence()
    world.do(AskExtension, HEAD, days=10, reasons=D1)
    world.do(Extend, CHIEF)
    world.do(Reopen, CHIEF, part="firm", **WRITTEN)
    assert clock_of(world.case, part(world, "firm")).extended == 0
    assert clock_of(world.case, part(world, "fire")).extended == 10
    again = fire(refused_licence())
    again.do(Close, SYSTEM)
    again.do(Reopen, CHIEF, part="firm", **WRITTEN)
    again.do(AskExtension, HEAD, days=7, reasons=D1)
    again.do(Extend, CHIEF)
    assert clock_of(again.case, part(again, "firm")).extended == 7
    assert clock_of(again.case, part(again, "fire")).extended == 0


def test_what_was_delivered_can_be_ordered_again_and_what_is_on_its_way_arrives():
    for state_, left in (("on-the-way", "on-the-way"), ("delivered", None)):
        world = issued_food()
        for each in ("ordered", state_):
            world.do(ReportDelivery, SYSTEM, state=each, report=D1)
        assert world.do(Reopen, CHIEF, part="firm", **WRITTEN).delivery == left


def test_of_a_permit_alone_nothing_else_is_touched():
    world = World((*LICENCE, *FOOD), ("firm", "food"))
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.do(Decide, DECIDER, granted=True, part="firm")
    world.do(Issue, SYSTEM, step="firm.issue", identifier="1", digest=D1)
    world.do(FinishStep, EYES, step="food.inspect", outcome=Outcome.FAILED)
    world.do(Decide, HEAD, granted=False, part="food", **WRITTEN)
    world.do(Close, SYSTEM)
    world.do(Reopen, CHIEF, part="food", **WRITTEN)
    assert outcomes(world, "firm") == ["passed"] * 4 and outcomes(world, "food") == ["passed", "failed", None, None]
    assert state(world, "food.decide") is StepState.OPEN and len(world.case.certificates) == 1
