from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tongban.base.calendar import Calendar, CalendarUnknown, builtin
from tongban.base.errors import Refusal

DAYS = st.dates(date(2005, 1, 1), date(2025, 6, 30))
TERMS = st.integers(0, 60)
STOPS = st.lists(
    st.tuples(DAYS, st.integers(0, 20)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))), max_size=4
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 17), False),  # Spring Festival
        (date(2026, 2, 14), True),  # a Saturday made up
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),  # a Saturday made up
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 11, 23), True),
    ],
)
def test_holidays_and_make_up_days_are_as_announced(day, works):
    assert builtin().is_workday(day) is works


def test_the_start_day_is_not_counted():
    friday = date(2026, 11, 20)
    assert builtin().add_workdays(friday, 1) == date(2026, 11, 23)
    assert builtin().add_workdays(friday, 0) == friday


def test_a_term_over_a_long_holiday_is_as_counted_by_hand():
    assert builtin().add_workdays(date(2026, 9, 28), 5) == date(2026, 10, 10)


def test_suspended_days_do_not_count_at_either_end_and_overlaps_count_once():
    stop = (date(2026, 10, 9), date(2026, 10, 12))
    due = builtin().add_workdays(date(2026, 9, 28), 5, suspended=[stop])
    assert due == date(2026, 10, 14)
    assert builtin().add_workdays(date(2026, 9, 28), 5, suspended=[stop, stop, (stop[0], stop[0])]) == due


def test_beyond_the_announced_years_nothing_is_guessed():
    with pytest.raises(CalendarUnknown) as no:
        builtin().add_workdays(date(2026, 12, 1), 60)
    assert (no.value.code, no.value.known_until) == ("calendar_unknown", date(2026, 12, 31))
    for day in (date(2003, 12, 31), date(2027, 1, 1), date.max):
        with pytest.raises(CalendarUnknown):
            builtin().is_workday(day)
    with pytest.raises(CalendarUnknown):
        builtin().add_workdays(date.max, 1)


def test_an_operator_adds_a_year():
    calendar = Calendar.from_data(
        {2027: {"holidays": ["2027-01-01", "2027-02-05/2027-02-11"], "workdays": ["2026-12-26", date(2027, 2, 14)]}}
    )
    assert calendar.known_until == date(2027, 12, 31)
    assert calendar.is_workday(date(2026, 12, 26)) and calendar.is_workday(date(2027, 2, 14))
    assert not calendar.is_workday(date(2027, 2, 8))
    assert builtin().known_until == date(2026, 12, 31)


def test_an_operator_corrects_a_day_of_a_known_year():
    calendar = Calendar.from_data({"2026": {"workdays": ["2026-10-01"], "holidays": ["2026-11-23"]}})
    assert calendar.is_workday(date(2026, 10, 1))
    assert not calendar.is_workday(date(2026, 11, 23))
    assert not calendar.is_workday(date(2026, 10, 2))


def test_known_until_stops_at_a_gap():
    assert Calendar.from_data({2029: {}}).known_until == date(2026, 12, 31)


@pytest.mark.parametrize(
    "data",
    [
        {"soon": {}},
        {2027: []},
        {2027: {"holiday": []}},
        {2027: {"holidays": "2027-01-01"}},
        {2027: {"holidays": 3}},
        {2027: {"holidays": ["2027-02-30"]}},
        {2027: {"holidays": ["2028-01-01"]}},
        {2027: {"holidays": ["2026-12-31"]}},
        {2027: {"holidays": ["2027-01-01"], "workdays": ["2027-01-01"]}},
        {2027: {"holidays": ["2027-01-01/2027-12-31"]}},
        {2027: {"holidays": ["2027-01-03/2027-01-01"]}},
        {2027: {"holidays": [None]}},
    ],
)
def test_wrong_data_is_refused(data):
    with pytest.raises(Refusal, match="calendar_data"):
        Calendar.from_data(data)


def test_negative_terms_and_backward_intervals_are_refused():
    with pytest.raises(Refusal, match="term_negative"):
        builtin().add_workdays(date(2026, 1, 5), -1)
    backward = (date(2026, 1, 9), date(2026, 1, 8))
    with pytest.raises(Refusal, match="interval_backwards"):
        builtin().add_workdays(date(2026, 1, 5), 1, suspended=[backward])
    with pytest.raises(Refusal, match="interval_backwards"):
        builtin().workdays_between(*backward)


@given(DAYS, TERMS, STOPS)
def test_a_term_ends_on_a_working_day_that_is_not_suspended(start, n, stops):
    assume(n)
    due = builtin().add_workdays(start, n, suspended=stops)
    assert due > start
    assert builtin().is_workday(due)
    assert not any(a <= due <= b for a, b in stops)


@given(DAYS, TERMS, STOPS)
def test_counting_back_gives_the_term(start, n, stops):
    due = builtin().add_workdays(start, n, suspended=stops)
    assert builtin().workdays_between(start, due, suspended=stops) == n


@given(DAYS, TERMS, TERMS, STOPS)
def test_two_terms_in_a_row_are_one(start, a, b, stops):
    calendar = builtin()
    step = calendar.add_workdays(calendar.add_workdays(start, a, suspended=stops), b, suspended=stops)
    assert step == calendar.add_workdays(start, a + b, suspended=stops)


@given(DAYS, st.integers(0, 30), TERMS, STOPS)
def test_a_later_start_never_ends_sooner_and_a_stop_never_shortens(start, later, n, stops):
    calendar = builtin()
    if n:
        assert calendar.add_workdays(start, n) <= calendar.add_workdays(start + timedelta(days=later), n)
    assert calendar.add_workdays(start, n) <= calendar.add_workdays(start, n, suspended=stops)
