"""Whole ways through a case, what each event says, and the ways out of each state."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from tongban.base.actors import (
    Channel,
)
from tongban.engine.lifecycle import (
    Accept,
    AskExtension,
    AskSupplement,
    Basis,
    Close,
    Closing,
    Command,
    Decide,
    DeemAccepted,
    Event,
    Extend,
    FinishStep,
    Issue,
    LapseSupplement,
    NotAccept,
    NoteMissing,
    Offer,
    Outcome,
    ReleaseStep,
    Reopen,
    ReportDelivery,
    Resume,
    Returned,
    SendBack,
    Status,
    Supplement,
    Suspend,
    Taken,
    TakeStep,
    Transfer,
    Withdraw,
    may,
    replay,
    ways_out,
)
from tongban.engine.lifecycle.events import (
    Who,
    who,
)
from tongban.engine.lifecycle.state import (
    planned,
)
from tongban.engine.tests.lifecycle_samples import (
    AGENT,
    AWAY,
    CHIEF,
    D1,
    D2,
    D3,
    DECIDER,
    EXAMINER,
    FIRM,
    HOME,
    INSTANT,
    PARTY,
    STATISTICS,
    SYSTEM,
    T0,
    TAX,
    WINDOW,
    WRITTEN,
    World,
    closed,
    officer,
    peer,
    states,
    to_decision,
)


def test_a_submitted_case_waits_for_acceptance_at_its_origin():
    world = World()
    case = world.case
    assert case.status is Status.SUBMITTED and case.version == 1
    assert (case.id, case.origin, case.custody.held) == ("case-1", HOME, HOME)
    assert case.clock.received_at == case.submitted_at == case.updated_at == T0
    assert case.clock.promise.working_days == 3 and case.clock.legal.working_days == 20
    assert [(p.key, p.office, p.decision) for p in case.parts] == [("firm", "market", None)]
    assert case.parts[0].item.city == AWAY
    assert set(states(world).values()) == {"open", "waiting"} and states(world)["accept"] == "open"
    assert case.steps == (
        planned(FIRM[0]).__class__(**{**msgspec.structs.asdict(planned(FIRM[0])), "state": "open"}),
        *map(planned, FIRM[1:]),
    )
    assert world.last()[0] == "submitted" and set(world.last()[1]) == {"items", "steps", "promise", "legal"}


def test_a_granted_case_goes_through_every_station_and_closes_with_a_certificate():
    world = closed(World())
    kinds = [e.kind for e in world.events]
    assert kinds == [
        "submitted",
        "accepted",
        "step_finished",
        "step_finished",
        "step_finished",
        "part_decided",
        "issued",
        "step_finished",
        "closed",
    ]
    assert [e.sequence for e in world.events] == list(range(1, 10))
    case = world.case
    assert (case.status, case.closing, case.granted) == (Status.CLOSED, Closing.CERTIFICATE, True)
    assert all(s.done for s in case.steps)
    assert [(c.part, c.identifier, c.digest) for c in case.certificates] == [("firm", "1.2.3", D2)]
    assert world.last() == ("closed", {"closing": "0", "granted": True})
    assert world.events[6].facts == {"step": "firm.issue", "part": "firm", "identifier": "1.2.3", "digest": D2}
    done = {s.key: (s.done_by, s.outcome, s.note, s.hands) for s in case.steps}
    assert done["firm.accept"] == ("o-window", Outcome.PASSED, None, ("o-window",))
    assert done["firm.examine"] == ("o-examiner", Outcome.PASSED, D1, ("o-examiner",))
    assert done["firm.decide"] == ("o-decider", Outcome.PASSED, None, ("o-decider",))
    assert done["firm.issue"] == ("system", Outcome.PASSED, None, ("system",))
    assert done["firm.tell"] == ("system", Outcome.TOLD, D3, ("system",))
    assert case.step("firm.accept").done_at == T0 + timedelta(minutes=1) == case.clock.started_at
    assert case.clock.ended_at == T0 + timedelta(minutes=5) == case.parts[0].decision.at
    assert case.parts[0].decision.by == "o-decider"


def test_events_survive_json_and_make_the_same_case_again():
    world = closed(World())
    wire = msgspec.json.encode(world.events)
    assert replay(msgspec.json.decode(wire, type=list[Event])) == world.case
    assert replay([]) is None


def test_an_event_names_actor_and_principal_but_no_person():
    world = World()
    world.do(Withdraw, AGENT)
    event = world.events[-1]
    assert event.actor == Who(
        kind=AGENT.kind, id="wang", office=None, on_behalf="firm-1", mandate="m-1", channel=Channel.WEB
    )
    assert who(DECIDER).office == "market"
    assert (event.case, event.node, event.kind, event.facts) == ("case-1", HOME, "withdrawn", {})
    assert b"p-wang" not in msgspec.json.encode(event) and b"p-li" not in msgspec.json.encode(world.events)
    assert (world.case.closing, world.case.withdrawn, world.case.status) == (Closing.VOIDED, True, Status.CLOSED)
    assert world.case.clock.ended_at == event.at


def test_steps_open_when_what_they_need_is_done():
    world = World()
    assert states(world)["examine"] == "waiting"
    world.do(Accept, WINDOW)
    expected = {"accept": "done", "examine": "open", "inspect": "open", "tax": "open", "decide": "waiting"}
    assert {k: v for k, v in states(world).items() if k in expected} == expected
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    assert states(world)["decide"] == "waiting"
    world.do(FinishStep, TAX, step="firm.tax", outcome=Outcome.ANSWERED)
    assert states(world)["decide"] == "open"


def test_what_a_party_took_back_stays_closed():
    world = World()
    world.do(Withdraw, PARTY)
    world.no("withdrawn", Reopen, CHIEF, **WRITTEN)
    assert ways_out(world.case) == frozenset()


def test_ways_out_of_the_plain_states():
    world = World()
    way = ways_out(world.case)
    assert way == {Accept, DeemAccepted, NotAccept, NoteMissing, AskSupplement, TakeStep, Transfer, Offer, Withdraw}
    world.do(TakeStep, WINDOW, step="firm.accept")
    assert {Accept, ReleaseStep} <= ways_out(world.case)
    world.do(AskSupplement, WINDOW, lines=("x",), supplement_by=date(2026, 3, 9), **WRITTEN)
    assert ways_out(world.case) == {Supplement, LapseSupplement, Withdraw, Offer, Transfer}
    world.do(Offer, SYSTEM, to=AWAY)
    assert ways_out(world.case) == {Taken, Returned}
    world.do(Returned, peer(AWAY), reasons=D1)
    world.do(Supplement, PARTY, digests=(D1,))
    to_decision(world)
    expected: set[type[Command]] = {TakeStep, SendBack, Transfer, Suspend, AskExtension, Offer, Withdraw, Decide}
    assert ways_out(world.case) == expected
    world.do(AskExtension, EXAMINER, days=3, reasons=D1)
    assert ways_out(world.case) == expected - {AskExtension} | {Extend}
    world.do(Suspend, EXAMINER, basis=Basis.TESTING, reasons=D1)
    assert ways_out(world.case) == {Resume, Extend, Offer, Withdraw, Transfer}
    world.do(Resume, EXAMINER)
    world.do(Decide, DECIDER, granted=True)
    assert world.case.extension is None
    assert ways_out(world.case) == {TakeStep, FinishStep, Issue, Transfer}
    world.do(Issue, SYSTEM, step="firm.issue", identifier="x", digest=D1)
    world.do(FinishStep, STATISTICS, step="firm.tell", outcome=Outcome.TOLD)
    assert ways_out(world.case) == {Close, ReportDelivery}
    world.do(Close, SYSTEM)
    assert ways_out(world.case) == {Reopen, ReportDelivery}


def test_ways_out_of_a_case_that_was_taken_include_giving_it_back():
    world = World()
    world.do(Offer, SYSTEM, to=AWAY)
    world.do(Taken, peer(AWAY), receipt=D1)
    assert Returned in ways_out(world.case)


def test_may_asks_power_office_and_kind():
    decide_step = planned(FIRM[4])
    assert may(DECIDER, decide_step) and not may(EXAMINER, decide_step)
    assert not may(officer("o", "tax"), decide_step)
    assert may(officer("o", "tax"), decide_step, frozenset({"market"}))
    assert not may(SYSTEM, decide_step) and not may(PARTY, decide_step) and not may(TAX, decide_step)
    assert may(TAX, planned(FIRM[3])) and not may(agency_elsewhere(), planned(FIRM[3]))
    assert may(SYSTEM, planned(INSTANT[0])) and may(SYSTEM, planned(FIRM[5])) and may(SYSTEM, planned(FIRM[6]))
    assert not may(SYSTEM, planned(FIRM[3])) and not may(officer("o", "civil"), planned(INSTANT[0]))


def agency_elsewhere():
    from tongban.engine.tests.lifecycle_samples import agency

    return agency("customs")
