"""Holding a seat: never overbooked, never twice at a time, given back in time, missed when its time is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tongban.appointments import actions, queries, refusals
from tongban.appointments.models import Booking, Slot
from tongban.appointments.tests.samples import CLERK, NOW, RULES, account, book, person, somebody, take, time
from tongban.base.actors import SYSTEM
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db


def move(row, wanted, now=NOW):
    return actions.move(booking=row, wanted=wanted, rules=RULES, by=person(row.account), now=now)


def cancel(row, now=NOW):
    return actions.cancel(booking=row, by=person(row.account), now=now)


def test_a_seat_is_held_for_all_that_somebody_comes_for_and_stands_on_the_trail():
    row = book()
    assert (row.seat, row.seats, row.state, len(row.code)) == (1, 3, "booked", 8)
    assert row.matters[0]["code"] == "an-item"
    entry = Entry.objects.get(verb="visit.book")
    assert (entry.subject, entry.facts["hall"]) == (str(row.pk), "centre")


def test_a_full_time_is_refused_and_what_is_given_back_can_be_had():
    rows = [book() for _ in range(3)]
    assert {row.seat for row in rows} == {1, 2, 3}
    with pytest.raises(refusals.Full):
        book()
    cancel(rows[1])
    assert book().seat == 2
    assert queries.taken("centre", "general", since=NOW, until=NOW + timedelta(days=1)) == {
        NOW + timedelta(hours=1): (3, 3)
    }


@pytest.mark.parametrize("change", [{"seat": 1}, {"seat": 4}, {"seat": 0}, {"seat": 4, "seats": 9}])
def test_whatever_the_code_does_postgresql_lets_nobody_overbook(change):
    book()
    other = book()
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=other.pk).update(**change)


def test_a_slot_cannot_be_made_smaller_than_what_is_booked_but_may_grow():
    rows = [book() for _ in range(3)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.filter(pk=rows[0].slot_id).update(seats=2)
    Slot.objects.filter(pk=rows[0].slot_id).update(seats=4)
    rows[0].refresh_from_db()
    assert rows[0].seats == 4 and book(wanted=time(seats=3)).seat == 4


def test_one_person_is_not_at_two_places_at_a_time_even_where_times_only_overlap():
    who = account()
    book(who, time(60))
    for wanted in (time(60), time(60, hall="other"), time(45, hall="other"), time(75, hall="other", long=15)):
        with pytest.raises(refusals.SameTime) as no:
            book(who, wanted)
        assert no.value.because.zh.startswith("预约号")
    book(who, time(90, hall="other"))


def test_what_is_over_cannot_be_booked_moved_or_cancelled():
    with pytest.raises(refusals.NotOffered):
        book(wanted=time(0))
    row = book()
    late = NOW + timedelta(hours=1)
    for do in (lambda: move(row, time(120), late), lambda: cancel(row, late)):
        with pytest.raises(refusals.BookingOver) as no:
            do()
        assert no.value.code == "booking_begun"


def test_a_booking_moves_with_its_code_and_frees_its_seat():
    row = book(wanted=time(60, seats=1))
    moved = move(row, time(120, seats=1))
    assert (moved.code, moved.pk, moved.moved) == (row.code, row.pk, 1)
    assert moved.starts_at == NOW + timedelta(hours=2)
    book(wanted=time(60, seats=1))


def test_moved_to_a_full_time_the_old_one_stands():
    row = book(wanted=time(60))
    book(wanted=time(120, seats=1))
    with pytest.raises(refusals.Full):
        move(row, time(120, seats=1))
    row.refresh_from_db()
    assert row.starts_at == NOW + timedelta(hours=1) and row.moved == 0


def test_moved_onto_its_own_time_a_booking_does_not_stand_in_its_own_way():
    row = book(wanted=time(60, seats=1))
    assert move(row, time(60, seats=1)).seat == 1


def test_what_was_cancelled_is_over():
    row = cancel(book())
    for do in (lambda: cancel(row), lambda: move(row, time(120)), lambda: take(30, booking=row)):
        with pytest.raises(refusals.BookingOver) as no:
            do()
        assert no.value.code == "booking_cancelled"


def test_one_person_holds_so_many_times_and_no_more():
    who = account()
    rows = [book(who, time(60 * n)) for n in range(1, RULES.most_open + 1)]
    with pytest.raises(refusals.TooMany):
        book(who, time(600))
    cancel(rows[0])
    book(who, time(600))


def test_who_does_not_come_too_often_books_no_time_for_a_while_and_then_again():
    who = account()
    for n in range(RULES.no_shows.times):
        book(who, time(60 * (n + 1)))
    over = NOW + timedelta(hours=12)
    assert len(actions.lapse(by=SYSTEM, now=over)) == 3 and actions.lapse(by=SYSTEM, now=over) == []
    tomorrow = actions.Wanted(**{**_told(time(60 * 24)), "hall": "other"})
    with pytest.raises(refusals.Paused) as no:
        book(who, tomorrow, now=over)
    assert "2026-12-23" in no.value.because.zh
    later = NOW + timedelta(days=31)
    start = later + timedelta(hours=1)
    book(
        who, actions.Wanted(**{**_told(tomorrow), "starts_at": start, "ends_at": start + timedelta(minutes=30)}), later
    )


def _told(wanted):
    return {name: getattr(wanted, name) for name in wanted.__struct_fields__}


def test_reminders_are_sent_once_each_and_not_those_whose_moment_had_passed_when_it_was_booked():
    far, near = book(wanted=time(60 * 30)), book(wanted=time(60 * 5))
    assert (far.reminded, near.reminded) == (0, 1)
    assert actions.remind(rules=RULES, now=NOW) == []
    day_before = NOW + timedelta(hours=10)
    assert [row.pk for row in actions.remind(rules=RULES, now=NOW + timedelta(hours=3))] == [near.pk]
    assert [row.pk for row in actions.remind(rules=RULES, now=day_before)] == [far.pk]
    assert actions.remind(rules=RULES, now=day_before) == []
    assert [row.pk for row in actions.remind(rules=RULES, now=NOW + timedelta(hours=28))] == [far.pk]
    cancel(book(wanted=time(60 * 40)))
    assert actions.remind(rules=RULES, now=NOW + timedelta(hours=39)) == []


def test_bookings_are_found_by_their_person_and_their_code_alone():
    row = book()
    assert queries.booking(row.pk, account=str(row.account_id)) == row
    assert queries.booking_of_code(row.code) == row
    for look in (
        lambda: queries.booking(row.pk, account=str(account().pk)),
        lambda: queries.booking("nonsense"),
        lambda: queries.booking_of_code("22222222"),
    ):
        with pytest.raises(refusals.NoBooking):
            look()
    assert queries.ahead_of(str(row.account_id), now=NOW) == [row]
    assert queries.ahead_of(str(row.account_id), now=NOW + timedelta(days=1)) == []
    assert queries.past_of(str(row.account_id), now=NOW + timedelta(days=1)) == [row]


def for_somebody(who, minutes=60, now=NOW, **more):
    holder = actions.Holder(person=who, how="phone", **more)
    return actions.book(holder=holder, wanted=time(minutes), matters=[], rules=RULES, by=CLERK, now=now)


def test_a_clerk_books_for_somebody_without_an_account():
    who = somebody()
    row = for_somebody(who, contact="13800000000")
    assert (row.account, row.person, row.how) == (None, who, "phone")
    assert b"13800000000" not in bytes(row.contact_sealed) and actions.contact(row) == "13800000000"
    assert Entry.objects.get(verb="visit.book").facts["how"] == "phone"
    with pytest.raises(refusals.SameTime):
        for_somebody(who)
    assert actions.move(booking=row, wanted=time(120), rules=RULES, by=CLERK, now=NOW).moved == 1
    for n in range(RULES.most_open - 1):
        for_somebody(who, 200 + 60 * n)
    with pytest.raises(refusals.TooMany):
        for_somebody(who, 500)


def test_what_a_clerk_booked_counts_with_what_the_person_booked_at_home():
    who, home = somebody(), account()
    home.person, home.level = who, 2
    home.save()
    book(home)
    with pytest.raises(refusals.SameTime):
        for_somebody(who)
    row = for_somebody(who, 200)
    assert queries.ahead_of(str(home.pk), person=str(who.pk), now=NOW) == [Booking.objects.get(account=home), row]
    assert queries.booking(row.pk, account=str(home.pk), person=str(who.pk)) == row
    with pytest.raises(refusals.NoBooking):
        queries.booking(row.pk, account=str(home.pk))
    with pytest.raises(refusals.SameTime):
        book(home, time(200))


def test_postgresql_refuses_a_booking_of_nobody_and_two_of_one_person_at_once():
    row = for_somebody(somebody())
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=row.pk).update(person=None)
    other = for_somebody(somebody())
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=other.pk).update(person=row.person)


def test_what_the_hall_calls_off_is_no_visit_missed_and_its_seat_is_free():
    who = account()
    for n in range(RULES.no_shows.times):
        row = book(who, time(60 + 60 * n))
        actions.call_off(booking=row, why="hall-closed", by=SYSTEM, now=NOW)
    row.refresh_from_db()
    assert row.state == "cancelled" and Entry.objects.filter(verb="visit.call-off").count() == RULES.no_shows.times
    book(who)
    with pytest.raises(refusals.BookingOver):
        actions.call_off(booking=row, why="hall-closed", by=SYSTEM, now=NOW)
