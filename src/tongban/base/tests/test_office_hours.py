from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.base.calendar import (
    DAYS,
    SHANGHAI,
    CalendarUnknown,
    OfficeHours,
    add_minutes,
    add_time,
    builtin,
    minutes_between,
    time_between,
)
from tongban.base.errors import Refusal

DAY = ["09:00-12:00", "13:30-17:00"]
HALL = OfficeHours.from_data({**dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY), "sat": ["09:00-11:30"]})
FIRST = datetime(2025, 1, 1, tzinfo=SHANGHAI)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=516)).map(lambda after: FIRST + after)
AMOUNTS = st.timedeltas(timedelta(), timedelta(hours=60))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23 09:10", 20, "2026-11-23 09:30"),
        ("2026-11-23 11:50", 20, "2026-11-23 13:40"),  # over lunch
        ("2026-11-20 16:50:30", 20, "2026-11-21 09:10:30"),  # Friday evening to Saturday, exact to the second
        ("2026-11-21 11:20", 20, "2026-11-23 09:10"),  # Saturday noon to Monday
        ("2026-11-23 03:00", 20, "2026-11-23 09:20"),  # before opening
        ("2026-09-30 16:50", 20, "2026-10-08 09:10"),  # over the October holiday
        ("2026-10-09 16:50", 20, "2026-10-10 09:10"),  # into a make-up Saturday with Monday's hours
        ("2026-10-10 11:50", 20, "2026-10-10 13:40"),
        ("2026-11-23 16:40", 20, "2026-11-23 17:00"),  # closing time, not the next opening
        ("2026-11-22 12:00", 0, "2026-11-22 12:00"),  # nothing to wait for
    ],
)
def test_minutes_run_only_while_the_office_is_open(start, minutes, end):
    assert add_minutes(at(start), minutes, HALL, builtin()) == at(end)
    assert minutes_between(at(start), at(end), HALL, builtin()) == minutes


def test_seconds_are_a_fraction_of_a_minute():
    assert minutes_between(at("2026-11-23 09:00"), at("2026-11-23 09:01:30"), HALL, builtin()) == 1.5


def test_another_time_zone_gives_the_same_moment():
    start = at("2026-11-23 09:10")
    assert add_minutes(start.astimezone(UTC), 20, HALL, builtin()) == at("2026-11-23 09:30")


def test_open_and_closed_moments_are_told_apart():
    moments = ["2026-11-23 09:00", "2026-11-23 12:00", "2026-11-22 10:00", "2026-10-01 10:00", "2026-10-10 15:00"]
    assert [HALL.is_open(at(moment), builtin()) for moment in moments] == [True, False, False, False, True]


def test_an_office_may_be_open_on_holidays_round_the_clock():
    hours = OfficeHours.from_data(
        {
            **{day: ["00:00-24:00"] for day in DAYS},
            "holiday": "weekday",
            "makeup": ["00:00-24:00"],
        }
    )
    assert add_minutes(at("2026-09-30 23:50"), 20, hours, builtin()) == at("2026-10-01 00:10")
    assert OfficeHours.from_data({"holiday": ["10:00-11:00"]}).on(date(2026, 10, 1), builtin()) == ((600, 660),)


def test_an_office_that_never_opens_gives_no_date():
    with pytest.raises(CalendarUnknown):
        add_minutes(at("2026-11-23 09:00"), 1, OfficeHours.from_data({}), builtin())


def test_office_time_beyond_the_calendar_is_not_guessed():
    with pytest.raises(CalendarUnknown):
        add_minutes(at("2026-12-31 16:50"), 20, HALL, builtin())
    with pytest.raises(CalendarUnknown):
        time_between(at("2026-12-31 16:50"), at("2027-01-01 00:00"), HALL, builtin())


@pytest.mark.parametrize(
    "data",
    [
        {"mon": "09:00-12:00"},
        {"mon": ["9-12"]},
        {"mon": ["12:00-09:00"]},
        {"mon": ["09:00-12:00", "11:00-13:00"]},
        {"mon": ["09:00-24:30"]},
        {"monday": []},
        {"mon": 5},
        {"mon": ["25:00-26:00"]},
    ],
)
def test_wrong_hours_are_refused(data):
    with pytest.raises(Refusal, match="office_hours"):
        OfficeHours.from_data(data)


def test_seven_days_are_needed():
    with pytest.raises(Refusal, match="office_hours"):
        OfficeHours(weekly=())


def test_a_moment_without_a_time_zone_or_backwards_is_refused():
    with pytest.raises(ValueError):
        add_minutes(at("2026-11-23 09:00").replace(tzinfo=None), 1, HALL, builtin())
    with pytest.raises(Refusal, match="clock_backwards"):
        time_between(at("2026-11-23 10:00"), at("2026-11-23 09:00"), HALL, builtin())
    with pytest.raises(Refusal, match="term_negative"):
        add_minutes(at("2026-11-23 10:00"), -1, HALL, builtin())


@given(MOMENTS, AMOUNTS)
def test_counting_back_gives_the_amount(start, amount):
    assert time_between(start, add_time(start, amount, HALL, builtin()), HALL, builtin()) == amount


@given(MOMENTS, AMOUNTS, AMOUNTS)
def test_two_amounts_in_a_row_are_one(start, a, b):
    step = add_time(add_time(start, a, HALL, builtin()), b, HALL, builtin())
    if a or b:
        assert step == add_time(start, a + b, HALL, builtin())


@given(st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_office_time_adds_up_and_is_never_more_than_the_wall_clock(moments):
    a, b, c = moments
    parts = time_between(a, b, HALL, builtin()) + time_between(b, c, HALL, builtin())
    assert timedelta() <= parts == time_between(a, c, HALL, builtin()) <= c - a


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=9)), AMOUNTS)
def test_a_later_start_never_ends_sooner(start, later, amount):
    assert add_time(start, amount, HALL, builtin()) <= add_time(start + later, amount, HALL, builtin())


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23 23:40", "2026-11-24 09:00"),
        ("2026-11-23 12:10", "2026-11-23 13:30"),
        ("2026-11-21 11:30", "2026-11-23 09:00"),
        ("2026-09-30 17:00", "2026-10-08 09:00"),
        ("2026-11-23 09:00", None),
        ("2026-11-23 16:59", None),
    ],
)
def test_where_it_is_closed_it_says_when_it_opens(moment, opens):
    assert HALL.opens(at(moment), builtin()) == (at(opens) if opens else None)
    assert HALL.opens(at(moment).astimezone(UTC), builtin()) == (at(opens) if opens else None)


def test_an_office_that_is_shut_for_good_opens_at_no_time():
    assert OfficeHours.from_data({}).opens(at("2026-11-23 10:00"), builtin()) is None
