"""A refusal over an answer names the answer; and the corners of time, custody and review."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tongban.engine.lifecycle import (
    Accept,
    AskExtension,
    AskSupplement,
    Basis,
    Close,
    Decide,
    Extend,
    FinishStep,
    Issue,
    NotAccept,
    Offer,
    Outcome,
    Reopen,
    ReportDelivery,
    Resume,
    Returned,
    SendBack,
    Supplement,
    Suspend,
    Taken,
    TakeStep,
    Transfer,
)
from tongban.engine.tests.lifecycle_samples import (
    AWAY,
    CHIEF,
    D1,
    DECIDER,
    EXAMINER,
    INSPECTOR,
    INSTANT,
    PARTY,
    SYSTEM,
    TAX,
    WINDOW,
    WRITTEN,
    K,
    World,
    officer,
    peer,
    step,
)

LATER = date(2026, 3, 20)
CITES = ("行政许可法 第三十二条",)


def decidable() -> World:
    world = World()
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.do(FinishStep, INSPECTOR, step="firm.inspect", outcome=Outcome.PASSED)
    world.do(FinishStep, TAX, step="firm.tax", outcome=Outcome.ANSWERED)
    return world


def issued() -> World:
    world = decidable()
    world.do(Decide, DECIDER, granted=True)
    world.do(Issue, SYSTEM, step="firm.issue", identifier="x", digest=D1)
    world.do(FinishStep, SYSTEM, step="firm.tell", outcome=Outcome.TOLD, note=D1)
    return world


RECEIVING = [
    (NotAccept, {"reasons": "", "cites": CITES}, "say_why", "reasons"),
    (NotAccept, {"reasons": "x", "cites": CITES}, "digest_expected", "reasons"),
    (AskSupplement, {"lines": (), "supplement_by": LATER, **WRITTEN}, "say_what_is_missing", "lines"),
    (AskSupplement, {"lines": ("x",), "supplement_by": date(2026, 3, 2), **WRITTEN}, "supplement_by_past",
     "supplement_by"),
]
WORKING = [
    (AskExtension, {"days": 11, "reasons": D1}, "extension_too_long", "days"),
    (AskExtension, {"days": 1, "reasons": "x"}, "digest_expected", "reasons"),
    (Suspend, {"basis": Basis.HEARING, "reasons": "x"}, "digest_expected", "reasons"),
    (Transfer, {"step": "firm.decide", "to": "", "reasons": D1}, "same_office", "to"),
    (Transfer, {"step": "firm.decide", "to": "x", "reasons": "x"}, "digest_expected", "reasons"),
    (SendBack, {"step": "firm.examine", "reasons": "x"}, "digest_expected", "reasons"),
    (Decide, {"granted": True, "reasons": "x"}, "digest_expected", "reasons"),
    (Decide, {"granted": False}, "say_why", "reasons"),
    (Offer, {"to": "x"}, "bad_node", "to"),
]
ISSUED = [(ReportDelivery, {"state": "ordered", "report": "x"}, "digest_expected", "report")]


@pytest.mark.parametrize(("kind", "facts", "code", "field"), RECEIVING)
def test_the_window_hears_which_answer_is_wrong(kind, facts, code, field):
    no = World().no(code, kind, WINDOW, **facts)
    assert no.field == field
    assert code != "digest_expected" or f"“{field}”" in no.brief.en


@pytest.mark.parametrize(("kind", "facts", "code", "field"), WORKING)
def test_an_officer_hears_which_answer_is_wrong(kind, facts, code, field):
    no = decidable().no(code, kind, officer("o-any", "market"), **facts)
    assert no.field == field
    assert code != "digest_expected" or f"“{field}”" in no.brief.en


@pytest.mark.parametrize(("kind", "facts", "code", "field"), ISSUED)
def test_a_courier_hears_which_answer_is_wrong(kind, facts, code, field):
    assert issued().no(code, kind, SYSTEM, **facts).field == field


def test_issuing_and_telling_name_their_answers():
    world = decidable()
    world.do(Decide, DECIDER, granted=True)
    assert world.no("digest_expected", Issue, SYSTEM, step="firm.issue", identifier="x", digest="").field == "digest"
    assert world.no("note_expected", FinishStep, SYSTEM, step="firm.tell", outcome=Outcome.TOLD).field == "note"


def test_a_supplement_names_what_is_wrong_with_it():
    world = World()
    world.do(AskSupplement, WINDOW, lines=("x",), supplement_by=LATER, **WRITTEN)
    assert world.no("nothing_supplemented", Supplement, PARTY, digests=()).field == "digests"
    assert world.no("digest_expected", Supplement, PARTY, digests=("x",)).field == "digests"


def test_handing_over_names_what_is_wrong_with_it():
    world = World()
    world.do(Offer, SYSTEM, to=AWAY)
    assert world.no("digest_expected", Taken, peer(AWAY), receipt="").field == "receipt"
    assert world.no("digest_expected", Returned, peer(AWAY), reasons="").field == "reasons"


def test_more_time_may_be_asked_for_and_approved_while_the_clock_stands_still():
    world = decidable()
    world.do(Suspend, DECIDER, basis=Basis.TESTING, reasons=D1)
    world.do(AskExtension, DECIDER, days=2, reasons=D1)
    world.do(Extend, CHIEF)
    assert world.case.clock.extended == 2
    world.no("already_suspended", TakeStep, DECIDER, step="firm.decide")


def test_a_review_starts_a_clean_clock_and_forgets_what_was_asked():
    world = World()
    world.do(Accept, WINDOW)
    world.do(Suspend, EXAMINER, basis=Basis.HEARING, reasons=D1)
    world.do(Resume, EXAMINER)
    world.do(AskExtension, EXAMINER, days=2, reasons=D1)
    world.do(Extend, CHIEF)
    assert len(world.case.clock.stops) == 1
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.do(FinishStep, INSPECTOR, step="firm.inspect", outcome=Outcome.PASSED)
    world.do(FinishStep, TAX, step="firm.tax", outcome=Outcome.ANSWERED)
    world.do(Decide, DECIDER, granted=False, **WRITTEN)
    world.do(Close, DECIDER)
    world.now += timedelta(days=30)
    clock = world.do(Reopen, CHIEF, **WRITTEN).clock
    assert (clock.stops, clock.extended, clock.ended_at) == ((), 0, None)


def test_what_follows_from_rules_waits_for_the_decision_and_says_so():
    world = World((*INSTANT, step("old.tell", K.TELL, "civil", "old.rules")), ("old",))
    world.do(Accept, SYSTEM)
    world.do(FinishStep, SYSTEM, step="old.rules", outcome=Outcome.PASSED, proof=D1)
    no = world.no("step_waiting", FinishStep, SYSTEM, step="old.tell", outcome=Outcome.TOLD, note=D1)
    assert no.brief.en == "“step old.tell” still waits for: step old.rules."


def test_a_done_step_says_which_it_is():
    world = decidable()
    no = world.no("step_done", Transfer, officer("o", "market"), step="firm.examine", to="x", reasons=D1)
    assert "step firm.examine" in no.brief.en
    no = world.no("step_not_done", SendBack, officer("o", "market"), step="firm.issue", reasons=D1)
    assert "step firm.issue" in no.brief.en
