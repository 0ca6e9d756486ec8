"""A case between cities: who holds it, what a mirror takes, how a paper travels, and a decision set aside."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from tongban.base.errors import Refusal
from tongban.engine.lifecycle import (
    Accept,
    Close,
    Decide,
    GiveBack,
    Issue,
    Offer,
    Reopen,
    ReportDelivery,
    Returned,
    Status,
    StepState,
    Taken,
    TakeStep,
    Withdraw,
    evolve,
    replay,
)
from tongban.engine.tests.lifecycle_samples import (
    AWAY,
    CHIEF,
    D1,
    D2,
    DECIDER,
    HOME,
    INSPECTOR,
    PARTY,
    SYSTEM,
    T0,
    TAX,
    WINDOW,
    WRITTEN,
    World,
    closed,
    peer,
    states,
    to_decision,
)


def test_custody_passes_by_offer_and_receipt_and_stays_one():
    world = World()
    world.no("bad_node", Offer, SYSTEM, to=HOME)
    world.no("bad_node", Offer, SYSTEM, to="hangzhou")
    world.no("no_power", Offer, WINDOW, to=AWAY)
    world.no("not_offered", Taken, peer(AWAY), receipt=D1)
    world.do(TakeStep, WINDOW, step="firm.accept")
    world.do(Offer, SYSTEM, to=AWAY)
    assert world.last() == ("custody_offered", {"from": HOME, "to": AWAY})
    assert (world.case.custody.held, world.case.custody.offered_to) == (HOME, AWAY)
    world.no("hand_over_pending", Accept, WINDOW)
    world.no("hand_over_pending", Withdraw, PARTY)
    world.no("not_offered", Taken, peer("110000"), receipt=D1)
    world.no("not_offered", Taken, SYSTEM, receipt=D1)
    world.no("digest_expected", Taken, peer(AWAY), receipt="ok")
    mirror = world.case
    world.node = AWAY
    world.no("not_custodian", Accept, WINDOW)
    world.no("not_offered", Taken, PARTY, receipt=D1)
    world.do(Taken, SYSTEM, receipt=D1)
    assert world.last() == ("custody_taken", {"from": HOME, "to": AWAY, "receipt": D1})
    custody = world.case.custody
    assert (custody.held, custody.offered_to, custody.taken) == (AWAY, None, D1)
    assert world.case.step("firm.accept").state is StepState.OPEN
    assert evolve(mirror, world.events[-1]) == world.case
    world.do(Accept, WINDOW)
    world.node = HOME
    assert AWAY in world.no("not_custodian", Withdraw, PARTY).brief.en
    world.no("not_custodian", Returned, SYSTEM, reasons=D1)
    world.node = AWAY
    world.no("no_power", Returned, INSPECTOR, reasons=D1)
    world.do(Returned, CHIEF, reasons=D2)
    assert world.last() == ("custody_returned", {"from": AWAY, "to": HOME, "reasons": D2})
    assert world.case.custody.held == HOME and world.case.custody.taken is None
    world.node = HOME
    world.no("nothing_to_give_back", Returned, SYSTEM, reasons=D1)


def test_a_peer_reports_taking_or_declining_at_the_custodian():
    world = World()
    world.do(Offer, CHIEF, to=AWAY)
    world.do(Returned, peer(AWAY), reasons=D1)
    assert world.last() == ("custody_returned", {"from": AWAY, "to": HOME, "reasons": D1})
    assert world.events[-1].node == AWAY
    assert (world.case.custody.held, world.case.custody.offered_to) == (HOME, None)
    world.do(Offer, SYSTEM, to=AWAY)
    world.do(Taken, peer(AWAY), receipt=D1)
    assert world.events[-1].node == AWAY and world.case.custody.held == AWAY
    world.node = AWAY
    world.do(Offer, SYSTEM, to=HOME)
    world.do(Returned, peer(HOME), reasons=D1)
    assert world.case.custody.taken == D1 and world.case.custody.held == AWAY


def test_a_closed_or_decided_case_is_not_handed_over():
    world = to_decision(World())
    world.do(Decide, DECIDER, granted=True)
    world.no("already_decided", Offer, SYSTEM, to=AWAY)


def test_a_mirror_takes_events_in_order_and_only_from_the_custodian():
    world = World()
    world.do(Accept, WINDOW)
    first, second = world.events
    for case, event in [(None, second), (world.case, second), (world.case, first)]:
        with pytest.raises(Refusal) as no:
            evolve(case, event)
        assert no.value.code == "out_of_order" and no.value.status == 409
    assert "expected number 3" in no.value.brief.en
    foreign = msgspec.structs.replace(second, case="case-2")
    with pytest.raises(Refusal, match="out_of_order"):
        evolve(replay([first]), foreign)
    elsewhere = msgspec.structs.replace(second, node=AWAY)
    with pytest.raises(Refusal, match="not_custodian"):
        evolve(replay([first]), elsewhere)
    unknown = msgspec.structs.replace(second, kind="blessed")
    with pytest.raises(ValueError, match=r"^unknown kind of event: blessed$"):
        evolve(replay([first]), unknown)
    odd = msgspec.structs.replace(second, kind="step_sent_back", facts={"step": "x", "reasons": D1})
    with pytest.raises(Refusal, match="no_such_step"):
        evolve(replay([first]), odd)


def test_events_never_lie_before_the_last_one_even_where_a_clock_is_slow():
    world = World()
    world.now = T0 - timedelta(hours=1)
    world.do(Accept, WINDOW)
    assert world.events[-1].at == T0 == world.case.clock.started_at == world.case.updated_at


def test_delivery_follows_the_paper_and_never_goes_back():
    world = to_decision(World())
    world.no("nothing_to_deliver", ReportDelivery, SYSTEM, state="ordered", report=D1)
    world.do(Decide, DECIDER, granted=True)
    world.do(Issue, DECIDER, step="firm.issue", identifier="x", digest=D2)
    world.no("not_a_party", ReportDelivery, peer(AWAY), state="ordered", report=D1)
    world.no("delivery_out_of_order", ReportDelivery, SYSTEM, state="delivered", report=D1)
    world.do(ReportDelivery, PARTY, state="ordered", report=D1)
    assert world.last() == ("delivery_reported", {"state": "ordered", "report": D1})
    world.no("officers_only", ReportDelivery, PARTY, state="delivered", report=D1)
    world.no("digest_expected", ReportDelivery, TAX, state="collected", report="x")
    for state in ("collected", "on-the-way", "failed", "ordered", "on-the-way", "delivered"):
        assert world.do(ReportDelivery, TAX, state=state, report=D1).delivery == state
    for state in ("ordered", "collected", "delivered", "lost"):
        world.no("delivery_out_of_order", ReportDelivery, SYSTEM, state=state, report=D1)
    no = world.no("delivery_out_of_order", ReportDelivery, SYSTEM, state="ordered", report=D1)
    assert no.brief.en == "The delivery cannot go from “delivered” to “ordered”."


def test_a_closed_case_still_hears_of_its_delivery():
    world = closed(World())
    assert world.do(ReportDelivery, SYSTEM, state="ordered", report=D1).status is Status.CLOSED


def test_money_goes_back_on_an_officers_word_whatever_became_of_the_case():
    world = World()
    world.no("officers_only", GiveBack, PARTY, fen=200, reasons=D1)
    assert world.no("nothing_goes_back", GiveBack, DECIDER, fen=0, reasons=D1).field == "fen"
    assert world.no("digest_expected", GiveBack, DECIDER, fen=200, reasons="why").field == "reasons"
    before = world.case
    after = world.do(GiveBack, DECIDER, fen=1, reasons=D1)
    assert world.last() == ("money_given_back", {"fen": 1, "reasons": D1})
    assert msgspec.structs.replace(after, version=before.version, updated_at=before.updated_at) == before, "it stands where it stood"
    world = closed(World())
    assert world.do(GiveBack, SYSTEM, fen=200, reasons=D2).status is Status.CLOSED


def test_review_sets_a_decision_aside_and_a_new_term_begins():
    world = closed(World())
    world.do(ReportDelivery, SYSTEM, state="ordered", report=D1)
    world.no("no_power", Reopen, DECIDER, **WRITTEN)
    world.no("say_why", Reopen, CHIEF, reasons="", cites=())
    world.now += timedelta(days=3)
    world.do(Reopen, CHIEF, **WRITTEN)
    assert world.last() == ("reopened", {"reasons": D1, "cites": ["行政许可法 第三十八条"]})
    case = world.case
    assert (case.status, case.reopened, case.closing, case.granted) == (Status.ACCEPTED, 1, None, None)
    assert case.certificates == () and case.delivery is None and case.extension is None
    at = world.events[-1].at
    clock = case.clock
    assert (clock.received_at, clock.started_at, clock.ended_at) == (at, at, None)
    assert clock.stops == () and clock.extended == 0
    assert states(world) == {
        "accept": "done",
        "examine": "done",
        "inspect": "done",
        "tax": "done",
        "decide": "open",
        "issue": "waiting",
        "tell": "waiting",
    }
    world.no("not_closed", Reopen, CHIEF, **WRITTEN)
    world.do(Decide, DECIDER, granted=False, **WRITTEN)
    world.do(Close, SYSTEM)
    world.do(Reopen, CHIEF, **WRITTEN)
    assert world.case.reopened == 2 and states(world)["issue"] == "waiting"
