"""The statutory clock: due, used, left, overdue."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.base.calendar import SHANGHAI, OfficeHours, add_minutes, builtin, day_of
from tongban.engine.clock import Clock, Stop, allowed, due, left, overdue, stopped, used
from tongban.engine.plan import Promise

CALENDAR = builtin()
HOURS = OfficeHours.from_data({day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")})


def at(day: int, hour: int = 9, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def clock(**more) -> Clock:
    terms = {"promise": Promise(working_days=3), "legal": Promise(working_days=20)}
    return Clock(**{**terms, "received_at": at(2), "started_at": at(2), **more})


def stop(since: datetime, until: datetime | None = None, step: str | None = None) -> Stop:
    return Stop(since=since, until=until, basis="hearing", step=step)


DAYS = clock()
MINUTES = clock(promise=Promise(office_minutes=90))


def test_the_start_day_is_not_counted_nor_are_holidays():
    assert due(DAYS, CALENDAR) == date(2026, 3, 5)
    assert due(DAYS, CALENDAR, legal=True) == date(2026, 3, 30)
    spring = clock(started_at=datetime(2026, 2, 13, 10, tzinfo=SHANGHAI))
    assert due(spring, CALENDAR) == CALENDAR.add_workdays(date(2026, 2, 13), 3) > date(2026, 2, 20)


def test_only_days_that_are_over_are_used():
    assert [used(DAYS, at(d, 23, 59), CALENDAR) for d in (2, 3, 4, 5, 6)] == [0, 0, 1, 2, 3]
    assert [left(DAYS, at(d), CALENDAR) for d in (2, 3, 4, 5, 6)] == [3, 3, 2, 1, 0]
    assert left(DAYS, at(3), CALENDAR, legal=True) == 20
    assert [overdue(DAYS, at(d, 23), CALENDAR) for d in (5, 6)] == [False, True]
    assert used(DAYS, at(6), CALENDAR, legal=True) == 3


def test_before_acceptance_nothing_runs():
    waiting = clock(started_at=None)
    assert due(waiting, CALENDAR) is None and used(waiting, at(20), CALENDAR) == 0
    assert left(waiting, at(20), CALENDAR) == 3 and not overdue(waiting, at(20), CALENDAR)


def test_the_day_of_the_stop_does_not_count_and_the_day_of_going_on_does():
    still = clock(stops=(stop(at(3, 10), at(5, 9)),))
    assert due(still, CALENDAR) == date(2026, 3, 9)
    assert [used(still, at(d), CALENDAR) for d in (3, 4, 5, 6, 7, 9, 10)] == [0, 0, 0, 1, 2, 2, 3]
    same_day = clock(stops=(stop(at(3, 10), at(3, 16)),))
    assert due(same_day, CALENDAR) == date(2026, 3, 5)


def test_a_stopped_clock_is_pending_and_stands_still():
    still = clock(stops=(stop(at(4, 10)),))
    assert stopped(still) and not stopped(DAYS) and due(still, CALENDAR) is None
    assert [used(still, at(d), CALENDAR) for d in (4, 5, 30)] == [1, 1, 1]
    assert not overdue(still, at(30), CALENDAR)
    too_late = clock(stops=(stop(at(6, 10)),))
    assert overdue(too_late, at(6, 10), CALENDAR)
    assert not overdue(clock(stops=(stop(at(5, 23)),)), at(9), CALENDAR)


def test_an_ended_clock_has_used_its_last_day_and_stays():
    ended = clock(ended_at=at(5, 16))
    assert [used(ended, at(d, 15), CALENDAR) for d in (4, 5, 6, 20)] == [1, 2, 3, 3]
    assert left(ended, at(20), CALENDAR) == 0 and not overdue(ended, at(20), CALENDAR)
    late = clock(ended_at=at(6, 9))
    assert left(late, at(20), CALENDAR) == -1 and overdue(late, at(20), CALENDAR)
    assert used(clock(ended_at=at(2, 9, 30)), at(2, 9, 30), CALENDAR) == 0


def test_an_extension_adds_working_days_and_no_minutes():
    assert due(clock(extended=10), CALENDAR) == date(2026, 3, 19)
    assert (allowed(clock(extended=10)), allowed(clock(extended=10), legal=True)) == (13, 30)
    assert due(replace(MINUTES, extended=10), CALENDAR, HOURS) == due(MINUTES, CALENDAR, HOURS)
    assert allowed(replace(MINUTES, extended=10)) == 90


def test_office_minutes_run_while_the_office_is_open():
    assert due(MINUTES, CALENDAR, HOURS) == at(2, 10, 30)
    evening = replace(MINUTES, started_at=at(2, 16, 30))
    assert due(evening, CALENDAR, HOURS) == at(3, 10, 0)
    assert [used(evening, m, CALENDAR, HOURS) for m in (at(2, 16, 45), at(2, 20), at(3, 9, 15))] == [15, 30, 45]
    assert left(evening, at(3, 10, 1), CALENDAR, HOURS) == -1
    assert not overdue(evening, at(3, 10), CALENDAR, HOURS)
    assert overdue(evening, at(3, 10) + timedelta(seconds=1), CALENDAR, HOURS)
    assert used(evening, at(2, 16, 31) - timedelta(seconds=1), CALENDAR, HOURS) == 0


def test_office_minutes_without_hours_are_pending():
    assert due(MINUTES, CALENDAR) is None and used(MINUTES, at(3), CALENDAR) is None
    assert left(MINUTES, at(3), CALENDAR) is None and not overdue(MINUTES, at(3), CALENDAR)


def test_minutes_stand_still_during_stops_that_may_overlap():
    one = replace(MINUTES, stops=(stop(at(2, 9, 30), at(2, 10)),))
    assert due(one, CALENDAR, HOURS) == at(2, 11)
    assert [used(one, at(2, 9, m), CALENDAR, HOURS) for m in (15, 30, 45)] == [15, 30, 30]
    assert used(one, at(2, 10, 10), CALENDAR, HOURS) == 40
    overlap = replace(MINUTES, stops=(stop(at(2, 9, 40), at(2, 10, 10)), stop(at(2, 9, 30), at(2, 10))))
    assert due(overlap, CALENDAR, HOURS) == at(2, 11, 10)
    assert used(overlap, at(2, 10, 20), CALENDAR, HOURS) == 40
    inside = replace(MINUTES, stops=(stop(at(2, 9, 30), at(2, 11)), stop(at(2, 10), at(2, 10, 30))))
    assert due(inside, CALENDAR, HOURS) == at(2, 12)
    assert used(inside, at(2, 11, 5), CALENDAR, HOURS) == 35
    after = replace(MINUTES, stops=(stop(at(2, 11), at(2, 11, 30)),))
    assert due(after, CALENDAR, HOURS) == at(2, 10, 30)
    exactly = replace(MINUTES, stops=(stop(at(2, 10, 30), at(2, 11, 30)),))
    assert due(exactly, CALENDAR, HOURS) == at(2, 10, 30)
    open_ended = replace(MINUTES, stops=(stop(at(2, 9, 30)),))
    assert used(open_ended, at(4), CALENDAR, HOURS) == 30 and due(open_ended, CALENDAR, HOURS) is None
    both = replace(MINUTES, stops=(stop(at(2, 9, 10)), stop(at(2, 9, 30), at(2, 10))))
    assert used(both, at(4), CALENDAR, HOURS) == 10
    ended = replace(MINUTES, ended_at=at(2, 9, 20))
    assert used(ended, at(4), CALENDAR, HOURS) == 20


def test_where_the_calendar_ends_the_day_is_pending():
    year_end = clock(started_at=datetime(2026, 12, 30, 9, tzinfo=SHANGHAI))
    later = datetime(2027, 1, 20, 9, tzinfo=SHANGHAI)
    assert due(year_end, CALENDAR) is None and used(year_end, later, CALENDAR) is None
    assert left(year_end, later, CALENDAR) is None and not overdue(year_end, later, CALENDAR)


def test_no_term_is_never_due():
    free = clock(promise=Promise())
    assert due(free, CALENDAR) is None and allowed(free) is None and left(free, at(5), CALENDAR) is None
    assert used(free, at(5), CALENDAR) == 2


def test_days_are_those_of_shanghai():
    from datetime import UTC

    assert day_of(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == date(2026, 3, 2)
    assert day_of(datetime(2026, 3, 1, 15, 59, tzinfo=UTC)) == date(2026, 3, 1)


MOMENTS = st.integers(0, 60 * 24 * 40).map(lambda m: at(2, 8) + timedelta(minutes=m))
CLOCKS = st.builds(
    lambda term, moments, ended: _with_stops(term, moments, ended),
    st.sampled_from([DAYS, MINUTES]),
    st.lists(MOMENTS, max_size=6),
    st.none() | MOMENTS,
)


def _with_stops(term: Clock, moments: list[datetime], ended: datetime | None) -> Clock:
    pairs = zip(moments[::2], moments[1::2], strict=False)
    stops = [stop(min(p), max(p)) for p in pairs]
    if len(moments) % 2:
        stops.append(stop(moments[-1]))
    starts = term.started_at
    return replace(term, stops=tuple(stops), ended_at=ended and max(ended, starts))


@given(CLOCKS, MOMENTS, MOMENTS)
def test_what_is_used_never_runs_backwards(term, one, two):
    first, second = sorted([one, two])
    if first < term.started_at:
        return
    before, after = (used(term, moment, CALENDAR, HOURS) for moment in (first, second))
    assert 0 <= before <= after


@given(CLOCKS, MOMENTS)
def test_stopping_now_gives_nothing_back_and_going_on_starts_at_what_was_used(term, moment):
    moment = max(moment, term.started_at)
    term = replace(term, ended_at=None, stops=tuple(s for s in term.stops if s.until and s.until <= moment))
    before = used(term, moment, CALENDAR, HOURS)
    still = replace(term, stops=(*term.stops, stop(moment)))
    assert used(still, moment + timedelta(days=9), CALENDAR, HOURS) == before
    on = replace(term, stops=(*term.stops, stop(moment, moment + timedelta(days=9))))
    assert used(on, moment + timedelta(days=9), CALENDAR, HOURS) == before


@given(CLOCKS)
def test_time_is_up_exactly_when_it_is_due(term):
    last = due(replace(term, ended_at=None), CALENDAR, HOURS)
    if last is None:
        return
    running = replace(term, ended_at=None)
    if isinstance(last, datetime):
        assert left(running, last, CALENDAR, HOURS) == 0
        assert not overdue(running, last, CALENDAR, HOURS)
    else:
        evening = datetime(last.year, last.month, last.day, 23, 59, tzinfo=SHANGHAI)
        assert left(running, evening, CALENDAR, HOURS) == 1 and not overdue(running, evening, CALENDAR, HOURS)
        morning = evening + timedelta(minutes=1)
        assert left(running, morning, CALENDAR, HOURS) == 0 and overdue(running, morning, CALENDAR, HOURS)


@pytest.mark.parametrize("minutes", [0, 1, 420])
def test_minutes_agree_with_the_calendar(minutes):
    term = clock(promise=Promise(office_minutes=minutes))
    assert due(term, CALENDAR, HOURS) == add_minutes(at(2), minutes, HOURS, CALENDAR)
