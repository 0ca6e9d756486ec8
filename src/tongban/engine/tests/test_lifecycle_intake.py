"""Coming in: what is missing is told once, silence is acceptance, and what is not accepted goes back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tongban.base.calendar import (
    Calendar,
    builtin,
)
from tongban.engine.lifecycle import (
    Accept,
    AskSupplement,
    Closing,
    DeemAccepted,
    LapseSupplement,
    NotAccept,
    NoteMissing,
    Reopen,
    Status,
    StepState,
    Supplement,
    TakeStep,
    answer_by,
    deemed_accepted,
)
from tongban.engine.tests.lifecycle_samples import (
    CHIEF,
    D1,
    D2,
    EXAMINER,
    PARTY,
    SYSTEM,
    T0,
    TAX,
    WINDOW,
    WRITTEN,
    World,
    agency,
)


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


def test_a_departments_own_system_says_what_it_misses_too():
    world = World()
    said = {"lines": ("form",), "reasons": D1}
    assert "market" in world.no("wrong_office", NoteMissing, agency("market"), **said).brief.en
    assert "-" in world.no("wrong_office", NoteMissing, agency(""), **said).brief.en
    world.do(NoteMissing, TAX, **said)
    assert world.last() == ("missing_noted", {"office": "tax", "lines": ["form"], "reasons": D1})
    world.do(NoteMissing, agency("district-tax"), offices=frozenset({"tax"}), **said)
    world.do(Accept, WINDOW)
    world.no("already_accepted", NoteMissing, TAX, **said)
