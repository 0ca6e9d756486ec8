"""Numbers and calls: one number each, a fair order, one winner, and an end to every day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tongban.appointments import actions, queries, refusals
from tongban.appointments.models import Ticket
from tongban.appointments.tests.samples import (
    CLERK,
    DAY,
    FIRMS,
    HALL,
    LANE,
    NOW,
    RULES,
    account,
    book,
    call_next,
    take,
    time,
)
from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db


def waiting(now=0, lanes=("general",)):
    at = NOW + timedelta(minutes=now)
    rows = queries.waiting(HALL, day=DAY, lanes=lanes, now=at, booked_ahead=RULES.booked_ahead)
    return [row.label for row in rows]


def do(what, ticket, minutes=0, **more):
    return getattr(actions, what)(ticket=ticket, by=CLERK, now=NOW + timedelta(minutes=minutes), **more)


def test_numbers_follow_one_another_in_each_lane_and_day():
    assert [take().label for _ in range(3)] == ["A001", "A002", "A003"]
    assert take(lane=FIRMS).label == "B001"
    tomorrow = actions.take(
        hall=HALL,
        lane=LANE,
        day=DAY + timedelta(days=1),
        coming=actions.Coming(how="page"),
        rules=RULES,
        by=CLERK,
        now=NOW,
    )
    assert tomorrow.label == "A001"
    assert Entry.objects.filter(verb="visit.number").count() == 5


def test_one_person_has_one_number_in_a_hall_until_it_is_over():
    who = account()
    first = take(of=who)
    with pytest.raises(refusals.AlreadyQueued) as no:
        take(of=who, lane=FIRMS)
    assert (no.value.label, no.value.ticket) == ("A001", str(first.pk))
    do("leave", first)
    assert take(of=who).label == "A002"


def test_the_order_is_fair_and_says_why():
    walked, elder, soldier = take(0), take(10, group="elder"), take(20, group="soldier")
    late_elder = take(70, group="elder")
    assert waiting(70) == [soldier.label, elder.label, walked.label, late_elder.label]


def test_booked_people_come_next_at_their_time():
    booking = book(wanted=time(60))
    early = take(0)
    booked = take(30, booking=booking)
    assert waiting(59) == [early.label, booked.label]
    assert waiting(60) == [booked.label, early.label]
    booking.refresh_from_db()
    assert booking.state == "arrived"


def test_a_booking_gives_one_number_and_none_of_its_advantage_to_who_comes_too_late():
    booking = book(wanted=time(60))
    late = take(60 + RULES.late + 1, booking=booking)
    assert late.due is None
    with pytest.raises(refusals.BookingOver) as no:
        take(80, booking=booking)
    assert no.value.code == "booking_arrived"


def test_whoever_is_first_is_called_and_a_window_has_one_at_a_time():
    first, second = take(0), take(1)
    called = call_next("3", 2)
    assert (called.pk, called.state, called.window, called.calls) == (first.pk, "called", "3", 1)
    with pytest.raises(refusals.WindowBusy) as no:
        call_next("3", 3)
    assert first.label in no.value.brief.zh
    assert call_next("4", 3).pk == second.pk
    assert call_next("5", 3) is None


def test_a_ticket_called_twice_says_where_it_was_called():
    ticket = take()
    do("call", ticket, window="1")
    with pytest.raises(refusals.NotWaiting) as no:
        do("call", ticket, window="2")
    assert no.value.brief.zh == "A001 已被 1 号窗口叫到"


def test_called_again_done_and_over():
    ticket = do("call", take(), 1, window="1")
    again = do("recall", ticket, 2)
    assert again.calls == 2 and again.called_at < again.again_at
    done = do("finish", ticket, 11)
    assert done.state == "done" and queries.seen(HALL, now=NOW + timedelta(hours=1)) == {"general": [10.0]}
    for what in ("finish", "miss", "recall"):
        with pytest.raises(refusals.NotWaiting):
            do(what, ticket, 12)


def test_who_missed_their_call_stands_again_behind_the_first_few():
    gone = take(0)
    call_next("1", 1)
    do("miss", gone, 2)
    others = [take(n) for n in (3, 4, 5, 6, 7)]
    back = do("wait_again", gone, 8, rules=RULES)
    assert back.state == "waiting"
    labels = [each.label for each in others]
    assert waiting(8) == [*labels[: RULES.back], gone.label, *labels[RULES.back :]]


def test_who_comes_back_to_a_short_queue_is_its_last():
    gone = take(0)
    call_next("1", 1)
    do("miss", gone, 2)
    other = take(3)
    do("wait_again", gone, 8, rules=RULES)
    assert waiting(8) == [other.label, gone.label]


def test_who_missed_and_took_another_number_waits_with_one_of_them():
    who = account()
    gone = take(0, of=who)
    call_next("1", 1)
    do("miss", gone, 2)
    take(3, of=who)
    with pytest.raises(refusals.AlreadyQueued), transaction.atomic():
        do("wait_again", gone, 8, rules=RULES)


def test_passed_on_they_keep_their_number_and_stand_by_when_they_came():
    mine = take(0)
    there = take(5, lane=FIRMS)
    call_next("1", 6)
    moved = do("pass_on", mine, 20, lane="firms")
    assert (moved.label, moved.state, moved.window) == ("A001", "waiting", "")
    assert waiting(20, ("firms",)) == ["A001", there.label]
    assert call_next("9", 21, lanes=("firms",)).pk == mine.pk


def test_the_end_of_a_day_closes_what_is_open_and_nothing_else():
    open_, called, done = take(0), take(1), take(2)
    do("call", called, 3, window="1")
    do("call", done, 3, window="2")
    do("finish", done, 4)
    closed = actions.close_day(hall=HALL, day=DAY, by=SYSTEM, now=NOW + timedelta(hours=8))
    assert {row.pk for row in closed} == {open_.pk, called.pk}
    assert actions.close_day(hall=HALL, day=DAY, by=SYSTEM, now=NOW + timedelta(hours=9)) == []
    assert waiting() == [] and queries.open_days(before=DAY + timedelta(days=1)) == []
    with pytest.raises(refusals.NotWaiting):
        do("call", open_, window="1")


def test_postgresql_refuses_two_people_at_one_window():
    one, two = do("call", take(), window="1"), do("call", take(), window="2")
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=two.pk).update(window=one.window)


def test_windows_that_called_nobody_lately_and_who_is_served_since_when():
    assert queries.lately(HALL, day=DAY, now=NOW) == set() and queries.serving(HALL, day=DAY) == {}
    first = do("call", take(), 0, window="1")
    do("call", take(), 10, window="2")
    do("finish", first, 15)
    assert queries.serving(HALL, day=DAY) == {"2": ("general", NOW + timedelta(minutes=10))}
    assert queries.lately(HALL, day=DAY, now=NOW + timedelta(minutes=16)) == {"1", "2"}
    assert queries.lately(HALL, day=DAY, now=NOW + timedelta(minutes=35)) == {"2"}


def test_passed_on_twice_it_is_known_where_they_were():
    mine = take(0)
    call_next("1", 1)
    do("pass_on", mine, 5, lane="firms")
    call_next("9", 6, lanes=("firms",))
    row = do("pass_on", mine, 15, lane="property")
    assert [(stop["lane"], stop["window"]) for stop in row.stops] == [("general", "1"), ("firms", "9")]
    waits = do("pass_on", mine, 16, lane="general")
    assert len(waits.stops) == 2, "moved while it waits it was nowhere"


# -- who sits where


def sits(window="1", who="clerk-1", minutes=0, lanes=("general",)):
    by = Actor(kind=Kind.OFFICER, id=who, office="window")
    return actions.sit(hall=HALL, day=DAY, window=window, lanes=lanes, by=by, now=NOW + timedelta(minutes=minutes))


def open_posts():
    return [(post.window, post.officer) for post in queries.posts(HALL, day=DAY)]


def test_one_officer_sits_at_a_window_and_each_at_one():
    sits("1", "clerk-1")
    sits("2", "clerk-2", 1)
    assert open_posts() == [("1", "clerk-1"), ("2", "clerk-2")]
    sits("3", "clerk-1", 2)
    assert open_posts() == [("2", "clerk-2"), ("3", "clerk-1")], "who goes to another window has left the first"
    post = sits("2", "clerk-3", 3)
    assert open_posts() == [("3", "clerk-1"), ("2", "clerk-3")], "nobody was served there: the colleague has gone"
    actions.rise(post=post, by=Actor(kind=Kind.OFFICER, id="clerk-3"), now=NOW + timedelta(minutes=4))
    assert open_posts() == [("3", "clerk-1")]


def test_nobody_takes_a_window_at_which_somebody_is_served():
    sits("1", "clerk-1")
    ticket = do("call", take(), 1, window="1")
    with pytest.raises(refusals.WindowTaken) as no:
        sits("1", "clerk-2", 2)
    assert ticket.label in no.value.because.zh and open_posts() == [("1", "clerk-1")]
    sits("1", "clerk-1", 3)
    do("finish", ticket, 4)
    sits("1", "clerk-2", 5)
    assert open_posts() == [("1", "clerk-2")]
