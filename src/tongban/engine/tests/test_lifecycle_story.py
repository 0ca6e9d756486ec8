"""Whole ways through a case, and what each event says."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from tongban.base.actors import Channel
from tongban.base.calendar import Calendar, builtin
from tongban.engine.lifecycle import (
    Accept,
    AskExtension,
    AskSupplement,
    Assign,
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
    Power,
    ReleaseStep,
    Reopen,
    ReportDelivery,
    Resume,
    Returned,
    SendBack,
    Status,
    StepState,
    Supplement,
    Suspend,
    Taken,
    TakeStep,
    Transfer,
    Withdraw,
    answer_by,
    deemed_accepted,
    may,
    replay,
    ways_out,
)
from tongban.engine.lifecycle.events import Who, who
from tongban.engine.lifecycle.state import planned
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
    INSPECTOR,
    INSTANT,
    PAIR,
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


def test_supplements_are_asked_for_once():
    world = World()
    world.do(TakeStep, WINDOW, step="firm.accept")
    ask = {"lines": ("lease", "firm.name"), "supplement_by": date(2026, 3, 9), **WRITTEN}
    world.do(AskSupplement, WINDOW, **ask)
    assert world.last() == (
        "supplement_asked",
        {
            "lines": ["lease", "firm.name"],
            "supplement_by": "2026-03-09",
            "reasons": D1,
            "cites": ["行政许可法 第三十八条"],
        },
    )
    assert world.case.step("firm.accept").state is StepState.OPEN
    assert (world.case.status, world.case.supplement_by) == (Status.SUPPLEMENT, date(2026, 3, 9))
    world.no("awaiting_supplement", Accept, WINDOW)
    world.no("supplement_already_asked", AskSupplement, WINDOW, **ask)
    world.no("supplement_still_open", LapseSupplement, SYSTEM)
    world.now += timedelta(days=2)
    world.do(Supplement, PARTY, digests=(D1,))
    assert world.last() == ("supplemented", {"digests": [D1]})
    assert world.case.clock.received_at == world.events[-1].at and world.case.supplements == (D1,)
    assert world.case.status is Status.SUBMITTED and world.case.supplement_asked
    no = world.no("supplement_already_asked", AskSupplement, WINDOW, **ask)
    assert no.cites == ("行政许可法 第三十二条",) and no.status == 409
    world.do(Accept, WINDOW)
    world.no("not_asked_to_supplement", Supplement, PARTY, digests=(D1,))


def test_what_never_comes_closes_the_case_after_the_last_day():
    world = World()
    world.no("not_asked_to_supplement", LapseSupplement, SYSTEM)
    world.do(AskSupplement, WINDOW, lines=("lease",), supplement_by=date(2026, 3, 3), **WRITTEN)
    world.now = datetime(2026, 3, 3, 23, 0, tzinfo=T0.tzinfo)
    world.no("supplement_still_open", LapseSupplement, SYSTEM)
    world.now += timedelta(hours=1)
    world.no("officers_only", LapseSupplement, PARTY)
    world.do(LapseSupplement, SYSTEM)
    assert world.last() == ("supplement_lapsed", {"supplement_by": "2026-03-03"})
    assert (world.case.status, world.case.closing) == (Status.CLOSED, Closing.NOT_SUPPLEMENTED)
    assert world.case.clock.ended_at == world.events[-1].at


def test_the_window_supplements_for_one_who_stands_there():
    world = World()
    world.do(AskSupplement, WINDOW, lines=("lease",), supplement_by=date(2026, 3, 3), **WRITTEN)
    world.no("not_a_party", Supplement, TAX, digests=(D1,))
    world.no("no_power", Supplement, EXAMINER, digests=(D1,))
    world.no("nothing_supplemented", Supplement, WINDOW, digests=())
    assert world.do(Supplement, WINDOW, digests=(D1, D2)).supplements == (D1, D2)


def test_silence_counts_as_acceptance_from_the_day_received():
    calendar = builtin()
    world = World()
    assert answer_by(world.case, calendar) == date(2026, 3, 9)
    on_the_day = datetime(2026, 3, 9, 23, 59, tzinfo=T0.tzinfo)
    after = datetime(2026, 3, 10, 0, 0, tzinfo=T0.tzinfo)
    assert not deemed_accepted(world.case, on_the_day, calendar)
    assert deemed_accepted(world.case, after, calendar)
    nowhere = Calendar(holidays=frozenset(), makeup=frozenset(), years=frozenset())
    assert answer_by(world.case, nowhere) is None and not deemed_accepted(world.case, after, nowhere)
    world.now = on_the_day
    world.no("not_deemed_yet", DeemAccepted, SYSTEM, told_by=date(2026, 3, 9))
    world.now = after
    world.no("system_only", DeemAccepted, WINDOW, told_by=date(2026, 3, 9))
    world.do(DeemAccepted, SYSTEM, told_by=date(2026, 3, 9))
    assert world.last() == ("accepted", {"deemed": True, "started_at": T0.isoformat()})
    assert world.case.clock.started_at == T0 and world.case.status is Status.ACCEPTED
    assert not deemed_accepted(world.case, after, calendar)
    world.no("already_accepted", DeemAccepted, SYSTEM, told_by=date(2026, 3, 9))


def test_a_case_that_is_not_accepted_is_returned_with_reasons():
    world = World()
    world.no("say_why", NotAccept, WINDOW, reasons="", cites=("x",))
    world.no("say_why", NotAccept, WINDOW, reasons=D1, cites=())
    assert world.no("digest_expected", NotAccept, WINDOW, reasons="because", cites=("x",)).field == "reasons"
    world.do(TakeStep, WINDOW, step="firm.accept")
    world.do(NotAccept, WINDOW, **WRITTEN)
    assert world.last() == ("not_accepted", {"reasons": D1, "cites": ["行政许可法 第三十八条"]})
    assert (world.case.status, world.case.closing) == (Status.CLOSED, Closing.RETURNED)
    assert world.case.step("firm.accept").state is StepState.OPEN
    world.no("already_closed", Accept, WINDOW)
    world.do(Reopen, CHIEF, **WRITTEN)
    assert world.case.status is Status.SUBMITTED and world.case.clock.started_at is None
    assert world.case.clock.received_at == world.events[-1].at and world.case.closing is None
    world.do(Accept, WINDOW)


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


def test_what_a_party_took_back_stays_closed():
    world = World()
    world.do(Withdraw, PARTY)
    world.no("withdrawn", Reopen, CHIEF, **WRITTEN)
    assert ways_out(world.case) == frozenset()


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
