"""Many at once, on connections of their own: seats, numbers, calls and reminders each have one winner."""

from __future__ import annotations

from datetime import timedelta

from tongban.appointments import actions
from tongban.appointments.models import Booking, Post, Slot, Ticket
from tongban.appointments.tests.samples import (
    CLERK,
    DAY,
    HALL,
    NOW,
    RULES,
    account,
    at_once,
    book,
    call_next,
    somebody,
    take,
    time,
)
from tongban.base.actors import Actor, Kind
from tongban.trail.models import Entry


def do(what, ticket, **more):
    return getattr(actions, what)(ticket=ticket, by=CLERK, now=NOW, **more)


def test_two_hundred_at_once_for_twelve_seats_are_twelve(committed_db):
    people = [account() for _ in range(200)]
    found = [
        code
        for start in range(0, 200, 25)
        for code in at_once(*[lambda who=who: book(who, time(seats=12)) for who in people[start : start + 25]])
    ]
    assert found.count("ok") == 12 and found.count("slot_full") == 188
    assert sorted(Booking.objects.values_list("seat", flat=True)) == list(range(1, 13))
    assert Slot.objects.count() == 1


def test_one_person_at_once_holds_one_place_at_a_time(committed_db):
    who = account()
    halls = [time(hall=f"hall-{n}") for n in range(6)]
    assert at_once(*[lambda w=w: book(who, w) for w in halls]) == ["ok", *["same_time"] * 5]
    assert Booking.objects.count() == 1


def test_reminded_by_two_at_once_people_are_told_once(committed_db):
    for _ in range(5):
        book(wanted=time(60 * 30, seats=9))
    told: list[int] = []
    now = NOW + timedelta(hours=11)
    at_once(*[lambda: told.append(len(actions.remind(rules=RULES, now=now))) for _ in range(4)])
    assert sum(told) == 5


def test_fifty_at_once_have_fifty_numbers(committed_db):
    assert set(at_once(*[take for _ in range(25)], *[take for _ in range(25)])) == {"ok"}
    assert sorted(Ticket.objects.values_list("label", flat=True)) == [f"A{n:03d}" for n in range(1, 51)]


def test_a_ticket_called_by_two_windows_has_one_winner(committed_db):
    ticket = take()
    outcomes = at_once(*[lambda w=w: do("call", ticket, window=w) for w in "12345678"])
    assert outcomes == [*["not_waiting"] * 7, "ok"]
    ticket.refresh_from_db()
    assert ticket.calls == 1 and Entry.objects.filter(verb="visit.call").count() == 1


def test_eight_windows_at_once_call_eight_different_people(committed_db):
    for _ in range(8):
        take()
    assert at_once(*[lambda w=w: call_next(w) for w in "12345678"]) == ["ok"] * 8
    rows = Ticket.objects.filter(state="called")
    assert len({row.window for row in rows}) == 8 == rows.count()


def test_of_four_officers_who_sit_down_at_one_window_at_once_one_sits_there(committed_db):
    def sit(n):
        by = Actor(kind=Kind.OFFICER, id=f"clerk-{n}")
        return actions.sit(hall=HALL, day=DAY, window="1", lanes=["general"], by=by, now=NOW)

    outcomes = at_once(*[lambda n=n: sit(n) for n in range(4)])
    assert set(outcomes) <= {"ok", "window_taken"} and "ok" in outcomes
    assert Post.objects.filter(window="1", left_at=None).count() == 1


def test_a_person_for_whom_six_clerks_book_at_once_holds_one_place_at_a_time(committed_db):
    who = somebody()
    holder = actions.Holder(person=who, how="phone")

    def one(n):
        wanted = time(hall=f"hall-{n}")
        return actions.book(holder=holder, wanted=wanted, matters=[], rules=RULES, by=CLERK, now=NOW)

    assert at_once(*[lambda n=n: one(n) for n in range(6)]) == ["ok", *["same_time"] * 5]
