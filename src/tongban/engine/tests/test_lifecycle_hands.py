"""In whose hands a step is: taken, handed on, passed to another office; what stops the clock meanwhile."""

from __future__ import annotations

from tongban.engine.lifecycle import (
    Accept,
    AskExtension,
    Assign,
    Basis,
    Decide,
    Extend,
    FinishStep,
    Outcome,
    Power,
    ReleaseStep,
    Resume,
    Status,
    StepState,
    Suspend,
    TakeStep,
    Transfer,
)
from tongban.engine.tests.lifecycle_samples import (
    CHIEF,
    D1,
    D2,
    DECIDER,
    EXAMINER,
    INSPECTOR,
    PAIR,
    PARTY,
    SYSTEM,
    TAX,
    WINDOW,
    World,
    officer,
)


def test_taking_and_giving_back_a_step():
    world = World()
    world.do(Accept, WINDOW)
    world.do(TakeStep, EXAMINER, step="firm.examine")
    assert world.last() == ("step_taken", {"step": "firm.examine", "stops_clock": None})
    assert world.case.step("firm.examine").assignee == "o-examiner" and world.case.clock.stops == ()
    other = officer("o-2", "market")
    assert (
        str(world.no("step_taken", TakeStep, other, step="firm.examine").brief)
        == "“环节firm.examine”正由其他人员办理。"
    )
    world.no("step_taken", TakeStep, EXAMINER, step="firm.examine")
    world.no("step_taken", FinishStep, other, step="firm.examine", outcome=Outcome.PASSED)
    world.do(ReleaseStep, EXAMINER, step="firm.examine")
    assert world.last() == ("step_released", {"step": "firm.examine"})
    assert world.case.step("firm.examine").state is StepState.OPEN
    assert world.case.step("firm.examine").assignee is None
    world.do(TakeStep, other, step="firm.examine")
    world.do(ReleaseStep, CHIEF, step="firm.examine")
    assert world.case.step("firm.examine").state is StepState.OPEN


def test_the_node_gives_back_what_somebody_who_left_had_in_hand():
    world = World()
    world.do(Accept, WINDOW)
    world.do(TakeStep, INSPECTOR, step="firm.inspect")
    world.do(ReleaseStep, SYSTEM, step="firm.inspect")
    assert world.last() == ("step_released", {"step": "firm.inspect"})
    found = world.case.step("firm.inspect")
    assert (found.state, found.assignee) == (StepState.OPEN, None)
    assert world.case.clock.stops[0].until == world.events[-1].at
    world.no("step_not_taken", ReleaseStep, SYSTEM, step="firm.inspect")
    for stranger in (PARTY, TAX):
        world.do(TakeStep, INSPECTOR, step="firm.inspect")
        world.no("officers_only", ReleaseStep, stranger, step="firm.inspect")
        world.do(ReleaseStep, INSPECTOR, step="firm.inspect")


def test_an_inspection_stops_the_clock_until_it_is_finished_or_given_back():
    world = World()
    world.do(Accept, WINDOW)
    world.do(TakeStep, INSPECTOR, step="firm.inspect")
    assert world.last() == ("step_taken", {"step": "firm.inspect", "stops_clock": "inspection"})
    (stop,) = world.case.clock.stops
    assert (stop.basis, stop.step, stop.since, stop.until) == ("inspection", "firm.inspect", world.events[-1].at, None)
    world.do(ReleaseStep, INSPECTOR, step="firm.inspect")
    assert world.case.clock.stops[0].until == world.events[-1].at
    world.do(TakeStep, INSPECTOR, step="firm.inspect")
    world.do(FinishStep, INSPECTOR, step="firm.inspect", outcome=Outcome.FAILED, note=D2)
    facts = {"step": "firm.inspect", "outcome": "failed", "note": D2, "proof": None}
    assert world.last() == ("step_finished", facts)
    assert len(world.case.clock.stops) == 2 and world.case.clock.stops[1].until == world.events[-1].at
    assert world.case.clock.stops[0].until != world.case.clock.stops[1].until
    assert world.case.status is Status.ACCEPTED


def test_suspension_stops_the_clock_and_all_work_but_what_stops_it():
    world = World()
    world.do(Accept, WINDOW)
    world.do(Suspend, EXAMINER, basis=Basis.HEARING, reasons=D1)
    assert world.last() == ("suspended", {"basis": "hearing", "reasons": D1})
    assert world.case.status is Status.SUSPENDED and world.case.clock.stops[0].basis == "hearing"
    world.no("already_suspended", FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.no("already_suspended", TakeStep, TAX, step="firm.tax")
    world.no("already_suspended", Suspend, EXAMINER, basis=Basis.HEARING, reasons=D1)
    world.no("already_suspended", Decide, DECIDER, granted=True)
    world.do(TakeStep, INSPECTOR, step="firm.inspect")
    world.do(FinishStep, INSPECTOR, step="firm.inspect", outcome=Outcome.PASSED)
    assert world.case.clock.stops[0].until is None and world.case.clock.stops[1].until is not None
    world.no("no_power", Resume, INSPECTOR)
    world.do(Resume, DECIDER)
    assert world.last() == ("resumed", {})
    assert world.case.status is Status.ACCEPTED and world.case.clock.stops[0].until == world.events[-1].at
    world.no("not_suspended", Resume, DECIDER)
    assert world.case.clock.ended_at is None


def test_a_transferred_step_belongs_to_the_other_office():
    world = World()
    world.do(Accept, WINDOW)
    world.do(TakeStep, INSPECTOR, step="firm.inspect")
    city_chief = officer("o-city-chief", "city")
    world.no("no_power", Transfer, INSPECTOR, step="firm.inspect", to="fire", reasons=D1)
    world.no("wrong_office", Transfer, CHIEF, step="firm.inspect", to="fire", reasons=D1)
    world.no("same_office", Transfer, city_chief, step="firm.inspect", to="city", reasons=D1)
    world.no("same_office", Transfer, city_chief, step="firm.inspect", to="", reasons=D1)
    world.no("step_done", Transfer, officer("o", "window"), step="firm.accept", to="fire", reasons=D1)
    world.do(Transfer, city_chief, step="firm.inspect", to="fire", reasons=D1)
    assert world.last() == (
        "step_transferred",
        {"step": "firm.inspect", "from": "city", "to": "fire", "reasons": D1},
    )
    moved = world.case.step("firm.inspect")
    assert (moved.office, moved.state, moved.assignee) == ("fire", StepState.OPEN, None)
    assert world.case.clock.stops[0].until == world.events[-1].at and world.case.parts[0].office == "market"
    world.no("wrong_office", TakeStep, INSPECTOR, step="firm.inspect")
    world.do(Transfer, CHIEF, step="firm.decide", to="licensing", reasons=D1)
    assert world.case.parts[0].office == "licensing" and world.case.step("firm.decide").state is StepState.WAITING
    assert world.case.offices == {"window", "market", "fire", "tax", "licensing", "statistics"}


def test_more_time_is_approved_by_another_and_once():
    world = World()
    world.no("not_yet_accepted", AskExtension, EXAMINER, days=5, reasons=D1)
    world.do(Accept, WINDOW)
    world.no("extension_too_long", AskExtension, EXAMINER, days=0, reasons=D1)
    assert "10" in world.no("extension_too_long", AskExtension, EXAMINER, days=11, reasons=D1).brief.en
    world.no("no_extension_asked", Extend, CHIEF)
    world.no("no_power", AskExtension, CHIEF, days=10, reasons=D1)
    both = officer("o-both", "market")
    world.do(AskExtension, both, days=10, reasons=D1)
    assert world.last() == ("extension_asked", {"days": 10, "reasons": D1})
    assert world.case.extension.asked_by == "o-both" and world.case.extension.days == 10
    assert world.case.extension.reasons == D1
    world.no("extension_asked", AskExtension, EXAMINER, days=1, reasons=D1)
    world.no("same_hand", Extend, both)
    world.no("no_power", Extend, EXAMINER)
    world.do(Extend, CHIEF)
    assert world.last() == ("extended", {"days": 10, "asked_by": "o-both"})
    assert world.case.clock.extended == 10 and world.case.extension is None
    world.no("already_extended", AskExtension, EXAMINER, days=1, reasons=D1)


def test_offices_that_decide_jointly_may_take_fifteen_days_more():
    world = World(PAIR, ("a", "b"))
    world.do(Accept, WINDOW)
    clerk = officer("o", "market")
    assert "15" in world.no("extension_too_long", AskExtension, clerk, days=16, reasons=D1).brief.zh
    world.do(AskExtension, clerk, days=15, reasons=D1)


def test_a_step_goes_into_a_colleagues_hands():
    world = World()
    second = officer("o-second", "market", Power.EXAMINE)
    give = {"step": "firm.examine", "reasons": D1}
    world.no("not_yet_accepted", Assign, EXAMINER, to=second, **give)
    world.do(Accept, WINDOW)
    world.no("no_power", Assign, WINDOW, to=second, **give)
    world.no("digest_expected", Assign, EXAMINER, to=second, **{**give, "reasons": "x"})
    world.no("no_power", Assign, EXAMINER, to=DECIDER, **give)
    world.no("officers_only", Assign, EXAMINER, to=PARTY, **give)
    world.no("wrong_office", Assign, EXAMINER, to=officer("o", "tax"), **give)
    world.no("own_case", Assign, EXAMINER, to=officer("o", "market", person="p-li"), **give)
    world.do(Assign, EXAMINER, to=second, **give)
    assert world.last() == (
        "step_assigned",
        {"step": "firm.examine", "to": "o-second", "stops_clock": None, "reasons": D1},
    )
    world.no("same_hands", Assign, second, to=second, **give)
    world.no("no_power", Assign, EXAMINER, to=EXAMINER, **give)
    world.do(Assign, EXAMINER, to=EXAMINER, standing_in=frozenset({"o-second"}), **give)
    world.do(Assign, CHIEF, to=second, **give)
    world.no("wrong_office", Assign, officer("o", "tax", Power.TRANSFER), to=EXAMINER, **give)
    world.do(FinishStep, second, step="firm.examine", outcome=Outcome.PASSED, note=D1)
    world.no("step_done", Assign, second, to=EXAMINER, **give)
    world.no("step_waiting", Assign, CHIEF, to=DECIDER, step="firm.decide", reasons=D1)


def test_handing_an_inspection_on_stops_the_clock_once():
    world = World()
    world.do(Accept, WINDOW)
    give = {"step": "firm.inspect", "reasons": D1}
    first, second = (officer(f"o-{n}", "city", Power.INSPECT) for n in ("first", "second"))
    world.do(Assign, INSPECTOR, to=first, **give)
    assert [s.step for s in world.case.clock.stops] == ["firm.inspect"]
    world.do(Assign, first, to=second, **give)
    assert len(world.case.clock.stops) == 1 and world.case.step("firm.inspect").assignee == "o-second"
