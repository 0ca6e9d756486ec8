"""Every no, with its code; and that no wording goes unused."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from tongban.base.errors import Denied, Refusal
from tongban.engine.lifecycle import (
    Accept,
    AskSupplement,
    Close,
    Decide,
    FinishStep,
    Issue,
    Offer,
    Outcome,
    Power,
    ReleaseStep,
    SendBack,
    Submit,
    Suspend,
    TakeStep,
    Transfer,
    Withdraw,
    decide,
)
from tongban.engine.lifecycle.wording import WORDINGS, refusal
from tongban.engine.plan import PlannedStep, Promise
from tongban.engine.tests.lifecycle_samples import (
    AGENT,
    AWAY,
    CIRCLE,
    D1,
    DECIDER,
    EXAMINER,
    FIRM,
    HOME,
    INSPECTOR,
    INSTANT,
    PARTY,
    STRANGER,
    SYSTEM,
    T0,
    TAX,
    WINDOW,
    WRITTEN,
    K,
    World,
    agency,
    item,
    officer,
    step,
)


def accepted() -> World:
    world = World()
    world.do(Accept, WINDOW)
    return world


@pytest.mark.parametrize("code", sorted(WORDINGS))
def test_each_wording_is_complete_in_both_languages(code):
    wording = WORDINGS[code]
    assert re.search(r"[一-鿿]", wording.brief.zh) and not re.search(r"[一-鿿]", wording.brief.en)
    assert re.findall(r"\{\w+\}", wording.brief.zh).sort() == re.findall(r"\{\w+\}", wording.brief.en).sort()
    no = refusal(code, field="f", **dict.fromkeys(re.findall(r"\{(\w+)\}", wording.brief.zh), "x"))
    assert (no.code, no.field, no.cites, no.next_step) == (code, "f", wording.cites, wording.next_step)
    assert type(no) is wording.kind


def test_a_case_is_submitted_once_and_must_exist():
    world = World()
    terms = {"promise": Promise(working_days=3), "legal": Promise(working_days=20)}
    world.no("already_submitted", Submit, PARTY, case="case-1", items=(item("firm"),), steps=FIRM, **terms)
    world.state = None
    world.no("no_such_case", Accept, WINDOW)


BAD: list[tuple[str, tuple[PlannedStep, ...], tuple[str, ...], str]] = [
    ("the same key twice", (*FIRM, FIRM[0]), ("firm",), "twice firm.accept"),
    ("an unknown need", (*FIRM, step("firm.x", K.TELL, "o", "firm.y", "firm.a")), ("firm",),
     "firm.x needs firm.a, firm.y"),
    ("an unknown separation", (*FIRM, step("firm.x", K.TELL, "o", separate_from=("no",))), ("firm",), "firm.x needs no"),
    ("a round", (*FIRM, step("x.a", K.ASK, "o", "x.b"), step("x.b", K.ASK, "o", "x.a")), ("firm",), "x.a needs itself"),
    ("a stop outside art. 45", (*FIRM, step("firm.x", K.ASK, "o", stops_clock="lunch")), ("firm",),
     "firm.x stops the clock for lunch"),
    ("no item", FIRM, (), "items"),
    ("an item twice", FIRM, ("firm", "firm"), "items"),
    ("an item without decision", FIRM, ("firm", "other"), "other is never decided"),
    ("two decisions", (*FIRM, step("firm.again", K.DECIDE, "o", "firm.decide")), ("firm",), "firm is decided twice"),
    ("a decision of nothing", (*FIRM, step("x.d", K.DECIDE, "o")), ("firm",), "x.d is of no item"),
    ("a certificate of nothing", (*FIRM, step("x.i", K.ISSUE, "o")), ("firm",), "x.i is of no item"),
    ("a certificate before the decision", (*FIRM, step("firm.i", K.ISSUE, "o", "firm.examine")), ("firm",),
     "firm.i does not need the decision"),
    ("decisions that wait for each other unsaid", (
        step("a.look", K.EXAMINE, "o", "b.decide"), step("a.decide", K.DECIDE, "o"),
        step("b.look", K.EXAMINE, "o", "a.decide"), step("b.decide", K.DECIDE, "o"),
    ), ("a", "b"), "a.look needs itself"),
]


@pytest.mark.parametrize(("steps", "items", "what"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_plan_that_could_get_stuck_is_refused(steps, items, what):
    with pytest.raises(Refusal) as no:
        World(steps, items)
    assert no.value.code == "bad_plan" and what in no.value.brief.en


def test_a_stop_of_article_45_is_fine_and_stops_the_clock():
    world = World((*FIRM, step("firm.lab", K.ASK, "lab", "firm.accept", stops_clock="testing")))
    world.do(Accept, WINDOW)
    world.do(TakeStep, officer("o-lab", "lab"), step="firm.lab")
    assert world.last()[1]["stops_clock"] == "testing"
    # Its part is refused before it is done: the stop must not stay open.
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.FAILED)
    world.do(FinishStep, INSPECTOR, step="firm.inspect", outcome=Outcome.FAILED)
    world.do(FinishStep, TAX, step="firm.tax", outcome=Outcome.ANSWERED)
    world.do(Decide, DECIDER, granted=False, **WRITTEN)
    assert world.case.clock.stops[0].until == world.events[-1].at
    assert world.case.step("firm.lab").outcome is Outcome.DROPPED


def test_nothing_stops_a_clock_that_has_ended():
    world = World((*FIRM, step("firm.later", K.INSPECT, "city", "firm.decide")))
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.do(FinishStep, INSPECTOR, step="firm.inspect", outcome=Outcome.PASSED)
    world.do(FinishStep, TAX, step="firm.tax", outcome=Outcome.ANSWERED)
    world.do(Decide, DECIDER, granted=True)
    world.do(TakeStep, INSPECTOR, step="firm.later")
    assert world.last()[1]["stops_clock"] is None and world.case.clock.stops == ()
    assert "step firm.issue, step firm.tell, step firm.later" in world.no("steps_left", Close, SYSTEM).brief.en
    world.no("officers_only", Close, PARTY)
    world.no("no_power", Close, EXAMINER)


@pytest.mark.parametrize("person", ["p-li", "p-li-mother"])
def test_nobody_handles_their_own_or_a_relatives_case(person):
    no = World().no("own_case", Accept, officer("o", "window", person=person))
    assert no.status == 403 and isinstance(no, Denied)


def test_an_officer_with_clean_hands_may_and_a_party_may_withdraw():
    world = World()
    world.do(Accept, officer("o", "window", person="p-other"))
    world.no("not_a_party", Withdraw, STRANGER)
    world.no("not_a_party", Withdraw, replace(WINDOW, person="p-x", entity="firm-1"))
    world.do(Withdraw, AGENT)


def test_acceptance_needs_power_and_office():
    world = World()
    world.no("no_power", Accept, officer("o", "window", Power.EXAMINE))
    no = world.no("wrong_office", Accept, officer("o", "market"))
    assert "window" in no.brief.en
    world.no("officers_only", Accept, PARTY)
    world.no("officers_only", Accept, SYSTEM)
    world.no("by_desk", Accept, agency("window"))
    world.no("wrong_office", Accept, officer("o", ""))
    no = world.no("no_power", Accept, officer("o", "window", Power.EXAMINE))
    assert no.brief.zh == "您没有“受理”权限。"
    world.do(TakeStep, WINDOW, step="firm.accept")
    world.no("step_taken", Accept, officer("o-2", "window"))
    world.do(Accept, WINDOW)
    world.no("already_accepted", Accept, WINDOW)


def test_an_officer_acts_for_the_offices_that_are_passed_in():
    world = World()
    world.do(Accept, officer("o", "district"), offices=frozenset({"window"}))


def test_without_a_reception_any_office_of_the_case_accepts_and_not_the_system():
    steps = (step("x.decide", K.DECIDE, "market"),)
    world = World(steps, ("x",))
    world.no("officers_only", Accept, SYSTEM)
    world.no("no_power", Accept, DECIDER)
    world.no("wrong_office", Accept, WINDOW)
    world.do(Accept, officer("o", "market"))


def test_the_system_accepts_only_what_rules_decide_and_no_desk_receives():
    desk = (step("old.accept", K.ACCEPT, "window"), *INSTANT)
    World(desk, ("old",)).no("officers_only", Accept, SYSTEM)
    own = (step("old.accept", K.ACCEPT, "window", by="system"), *INSTANT)
    assert World(own, ("old",)).do(Accept, SYSTEM).step("old.accept").done
    mixed = (*INSTANT, step("x.decide", K.DECIDE, "market"))
    World(mixed, ("old", "x")).no("officers_only", Accept, SYSTEM)


def test_one_window_accepts_for_several():
    steps = (step("a.accept", K.ACCEPT, "one"), step("b.accept", K.ACCEPT, "two"),
             step("a.decide", K.DECIDE, "m", "a.accept"), step("b.decide", K.DECIDE, "m", "b.accept"))
    world = World(steps, ("a", "b"))
    world.do(TakeStep, officer("o-2", "two"), step="b.accept")
    world.no("step_taken", Accept, officer("o-1", "one"))
    world.do(ReleaseStep, officer("o-2", "two"), step="b.accept")
    world.do(Accept, officer("o-1", "one"))
    assert [s.done for s in world.case.steps] == [True, True, False, False]


def test_asking_for_supplements_needs_lines_a_day_and_the_window():
    world = World()
    day = T0.date()
    later = day.replace(day=3)
    world.no("say_what_is_missing", AskSupplement, WINDOW, lines=(), supplement_by=later, **WRITTEN)
    world.no("supplement_by_past", AskSupplement, WINDOW, lines=("x",), supplement_by=day, **WRITTEN)
    world.no("no_power", AskSupplement, EXAMINER, lines=("x",), supplement_by=later, **WRITTEN)
    world.no("say_why", AskSupplement, WINDOW, lines=("x",), supplement_by=later, reasons=D1, cites=())
    world = accepted()
    world.no("already_accepted", AskSupplement, WINDOW, lines=("x",), supplement_by=later, **WRITTEN)


def test_a_waiting_step_names_what_it_waits_for():
    world = accepted()
    world.do(FinishStep, TAX, step="firm.tax", outcome=Outcome.ANSWERED)
    no = world.no("step_waiting", TakeStep, DECIDER, step="firm.decide")
    assert no.brief.en == "“step firm.decide” still waits for: step firm.examine."
    world.no("not_granted", Issue, DECIDER, step="firm.issue", identifier="x", digest=D1)


def test_work_begins_with_acceptance():
    world = World()
    world.no("not_yet_accepted", TakeStep, EXAMINER, step="firm.examine")
    world.no("not_yet_accepted", FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.no("not_yet_accepted", Decide, DECIDER, granted=True)
    world.no("not_yet_accepted", Suspend, EXAMINER, basis="hearing", reasons=D1)
    world.no("not_yet_accepted", SendBack, DECIDER, step="firm.examine", reasons=D1)
    world.no("not_yet_accepted", Issue, DECIDER, step="firm.issue", identifier="x", digest=D1)
    world.do(Accept, WINDOW)
    world.no("already_accepted", TakeStep, WINDOW, step="firm.accept")
    world.no("step_done", ReleaseStep, WINDOW, step="firm.accept")


def test_steps_that_are_not_there_not_taken_or_done():
    world = accepted()
    assert "nowhere" in world.no("no_such_step", TakeStep, EXAMINER, step="nowhere").brief.en
    world.no("step_not_taken", ReleaseStep, EXAMINER, step="firm.examine")
    world.do(TakeStep, EXAMINER, step="firm.examine")
    world.no("no_power", ReleaseStep, officer("o-2", "market", Power.EXAMINE), step="firm.examine")
    world.no("wrong_office", ReleaseStep, officer("o-2", "city"), step="firm.examine")
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.no("step_done", FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.no("step_done", TakeStep, EXAMINER, step="firm.examine")


def test_each_kind_of_step_ends_in_its_own_way():
    world = accepted()
    for key in ("firm.accept", "firm.decide", "firm.issue"):
        world.no("not_finished_here", FinishStep, DECIDER, step=key, outcome=Outcome.PASSED)
    no = world.no("outcome_unfit", FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.TOLD)
    assert no.brief.en == "“step firm.examine” cannot end as “told”." and no.field == "outcome"
    world.no("outcome_unfit", FinishStep, TAX, step="firm.tax", outcome=Outcome.DROPPED)
    world.no("not_finished_here", Issue, EXAMINER, step="firm.examine", identifier="x", digest=D1)
    assert world.no("digest_expected", FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED,
                    note="fine").field == "note"
    assert world.no("digest_expected", FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED,
                    proof=D1.upper() + "A").field == "proof"


def test_no_system_does_what_a_desk_does_and_no_one_anothers_office():
    world = accepted()
    world.no("by_desk", FinishStep, agency("market"), step="firm.examine", outcome=Outcome.PASSED)
    world.no("wrong_office", FinishStep, agency("customs"), step="firm.tax", outcome=Outcome.ANSWERED)
    world.no("officers_only", FinishStep, SYSTEM, step="firm.tax", outcome=Outcome.ANSWERED)
    world.no("officers_only", FinishStep, SYSTEM, step="firm.examine", outcome=Outcome.PASSED)
    world.no("officers_only", FinishStep, PARTY, step="firm.examine", outcome=Outcome.PASSED)
    world.no("no_power", TakeStep, EXAMINER, step="firm.inspect")
    world.do(FinishStep, officer("o-tax", "tax", Power.ANSWER), step="firm.tax", outcome=Outcome.ANSWERED)


def granted() -> World:
    world = accepted()
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.do(FinishStep, INSPECTOR, step="firm.inspect", outcome=Outcome.PASSED)
    world.do(FinishStep, TAX, step="firm.tax", outcome=Outcome.ANSWERED)
    return world


def test_who_examined_or_inspected_does_not_decide_nor_take_the_decision():
    world = granted()
    for hand in ("o-examiner", "o-inspector"):
        world.no("examined_cannot_decide", Decide, officer(hand, "market"), granted=True)
        world.no("examined_cannot_decide", TakeStep, officer(hand, "market"), step="firm.decide")
    world.no("rules_do_not_decide", Decide, SYSTEM, granted=True)
    world.no("officers_only", Decide, PARTY, granted=True)
    world.no("digest_expected", Decide, DECIDER, granted=True, reasons="fine")
    world.do(TakeStep, DECIDER, step="firm.decide")
    world.no("step_taken", Decide, officer("o-2", "market"), granted=True)
    world.do(Decide, DECIDER, granted=True)
    world.no("already_decided", Decide, DECIDER, granted=True)
    world.no("too_late_to_withdraw", Withdraw, PARTY)
    world.no("step_done", Transfer, officer("o", "market"), step="firm.decide", to="x", reasons=D1)


def test_hands_are_kept_apart_where_the_plan_says_so_both_ways():
    steps = (step("x.a", K.ASK, "o", separate_from=("x.b",)), step("x.b", K.ASK, "o"), step("x.decide", K.DECIDE, "o"))
    for first, second in (("x.a", "x.b"), ("x.b", "x.a")):
        world = World(steps, ("x",))
        one = officer("one", "o")
        world.do(Accept, one)
        world.do(FinishStep, one, step=first, outcome=Outcome.ANSWERED)
        no = world.no("separate_hands", TakeStep, one, step=second)
        assert no.brief.en == f"You did “step {first}”, so you may not do “step {second}”."
        world.do(Decide, one, granted=True)


def test_who_decided_does_not_examine_again_and_who_examined_does_not_decide_what_rules_prepared():
    steps = (*INSTANT, step("old.look", K.EXAMINE, "civil"))
    world = World(steps, ("old",))
    clerk, other = officer("clerk", "civil"), officer("other", "civil")
    world.do(Accept, clerk)
    world.do(FinishStep, SYSTEM, step="old.rules", outcome=Outcome.PASSED, proof=D1)
    world.no("step_waiting", Decide, SYSTEM, granted=True)
    world.do(FinishStep, clerk, step="old.look", outcome=Outcome.PASSED)
    world.no("examined_cannot_decide", Decide, clerk, granted=True)
    world.do(Decide, other, granted=True)


def test_a_certificate_needs_an_identifier_of_its_own():
    world = granted()
    world.do(Decide, DECIDER, granted=True)
    assert world.no("certificate_unfit", Issue, DECIDER, step="firm.issue", identifier="", digest=D1).field == "identifier"
    world.no("digest_expected", Issue, DECIDER, step="firm.issue", identifier="x", digest="")
    world.no("no_power", Issue, EXAMINER, step="firm.issue", identifier="x", digest=D1)
    world.do(Issue, DECIDER, step="firm.issue", identifier="x", digest=D1)
    world.no("step_done", Issue, DECIDER, step="firm.issue", identifier="y", digest=D1)
    world.no("note_expected", FinishStep, SYSTEM, step="firm.tell", outcome=Outcome.TOLD)


def test_two_certificates_do_not_share_an_identifier():
    world = World((*FIRM, step("firm.copy", K.ISSUE, "market", "firm.decide", separate_from=("firm.issue",))))
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED)
    world.do(FinishStep, INSPECTOR, step="firm.inspect", outcome=Outcome.PASSED)
    world.do(FinishStep, TAX, step="firm.tax", outcome=Outcome.ANSWERED)
    world.do(Decide, DECIDER, granted=True)
    world.do(Issue, DECIDER, step="firm.issue", identifier="x", digest=D1)
    world.no("separate_hands", Issue, DECIDER, step="firm.copy", identifier="y", digest=D1)
    world.no("certificate_unfit", Issue, SYSTEM, step="firm.copy", identifier="x", digest=D1)
    assert len(world.do(Issue, SYSTEM, step="firm.copy", identifier="y", digest=D1).certificates) == 2


def test_a_ground_of_a_decided_part_is_not_sent_back():
    steps = (step("a.look", K.EXAMINE, "m"), step("a.decide", K.DECIDE, "m", "a.look"),
             step("b.decide", K.DECIDE, "n", "a.look"))
    world = World(steps, ("a", "b"))
    world.do(Accept, officer("w", "m"))
    world.do(FinishStep, officer("x", "m"), step="a.look", outcome=Outcome.PASSED)
    world.do(Decide, officer("d", "m"), granted=True, part="a")
    no = world.no("downstream_decided", SendBack, officer("e", "n"), step="a.look", reasons=D1)
    assert "step a.look" in no.brief.en


def test_offering_needs_the_power_to_pass_work_on_and_a_living_case():
    world = World()
    world.no("officers_only", Offer, PARTY, to=AWAY)
    world.no("wrong_office", Offer, officer("o", "elsewhere"), to=AWAY)
    assert world.no("bad_node", Offer, SYSTEM, to="0" + AWAY[1:]).field == "to"
    world.do(Withdraw, PARTY)
    world.no("already_closed", Offer, SYSTEM, to=AWAY)


def test_of_two_commands_at_once_one_wins_and_the_other_is_refused_clearly():
    world = granted()
    one = decide(world.case, world.command(Decide, DECIDER, granted=True), world.now)
    two = decide(world.case, world.command(Decide, officer("o-2", "market"), granted=False, **WRITTEN), world.now)
    assert one[0].sequence == two[0].sequence == world.case.version + 1
    world.do(Decide, DECIDER, granted=True)
    no = world.no("already_decided", Decide, officer("o-2", "market"), granted=False, **WRITTEN)
    assert no.status == 409 and CIRCLE.persons and HOME
