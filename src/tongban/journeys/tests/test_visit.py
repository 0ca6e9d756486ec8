"""A visit from choosing a time to being served: what is offered, for what, by whom, and what people are told."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tongban.appointments import refusals
from tongban.base.actors import Actor, Kind
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.journeys import visit
from tongban.journeys.tests.test_licence import ITEM, filled, submitted  # noqa: F401
from tongban.journeys.visit import booking, calling, closing, codes, numbers, rules
from tongban.notices.models import Notice

pytestmark = pytest.mark.django_db
HALL, NIGHT = "centre-330106", "day-and-night"
VISITOR = Actor(kind=Kind.VISITOR, id="visitor")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def told(of):
    return [(n.title["zh"], n.body["zh"]) for n in Notice.objects.filter(account_id=of.id).order_by("at", "id")]


def booked(her, clock, when="2026-11-24T09:30", **more):
    purpose = rules.purpose(**{"items": [ITEM], "now": clock.now, **more})
    return booking.book(HALL, at=when, purpose=purpose, by=her, now=clock.now)


def test_the_days_ahead_have_their_times_and_closed_days_none(society, clock):
    hall = rules.hall(HALL)
    days = booking.days(hall, rules.lane(hall, "general"), now=clock.now)
    assert len(days) == rules.rules().ahead_days + 1
    by_day = {each.day: each for each in days}
    monday = by_day[date(2026, 11, 23)]
    assert monday.times[0].starts_at == at("2026-11-23T10:30"), "half an hour before it begins at the latest"
    assert [len(by_day[date(2026, 11, n)].times) for n in (24, 28, 29)] == [13, 6, 0]
    assert by_day[date(2026, 11, 24)].times[0].left == 12


def test_what_somebody_comes_for_says_which_counter_serves_it(society, clock):
    hall = rules.hall(HALL)
    one = rules.purpose(items=[ITEM], now=clock.now)
    assert rules.lane_for(hall, one).key == "firms" and one.title.zh
    mixed = rules.purpose(items=[ITEM, "old-age-allowance", ITEM, "no-such-item"], now=clock.now)
    assert [m["code"] for m in mixed.matters] == [ITEM, "old-age-allowance"]
    assert rules.lane_for(hall, mixed).key == "general", "one ticket serves all offices"
    assert rules.lane_for(hall, rules.purpose(now=clock.now)).key == "general"


def test_a_hall_that_leaves_an_office_to_others_is_no_place_for_its_items(her, clock):
    hall = next(h for h in calling.nearby.halls("330100") if h.takes and "market-supervision" not in h.takes)
    purpose = rules.purpose(items=[ITEM], now=clock.now)
    with pytest.raises(rules.NotServed):
        booking.book(hall.key, at="2026-11-24T09:30", purpose=purpose, by=her, now=clock.now)
    with pytest.raises(rules.NotServed):
        numbers.take(hall.key, purpose=purpose, by=her, now=clock.now)


def test_a_case_is_what_somebody_comes_for_with_all_its_parts(submitted, clock):  # noqa: F811
    her, number = submitted
    purpose = rules.purpose(case=number, by=her, now=clock.now)
    assert purpose.case == number and purpose.matters[0]["code"] == ITEM
    row = booking.book(HALL, at="2026-11-25T09:30", purpose=purpose, by=her, now=clock.now)
    assert row.case == number


def test_one_booking_serves_every_office_of_a_bundle(her, clock):
    from tongban.catalog import bundles

    some = next(b for b in bundles.offered(city="330100") if len(b.members) > 2)
    purpose = rules.purpose(bundle=some.code, now=clock.now)
    assert len(purpose.matters) > 2 and purpose.title == some.title
    assert rules.lane_for(rules.hall(HALL), purpose).key in ("general", "firms", "property", "welfare")
    row = booking.book(HALL, at="2026-11-25T09:30", purpose=purpose, by=her, now=clock.now)
    assert row.bundle == some.code and len(row.matters) == len(purpose.matters)
    clock.now = at("2026-11-25T09:15")
    ticket = numbers.arrive(row, by=her, now=clock.now)
    assert ticket.bundle == some.code and ticket.matters == row.matters, "and one number"
    assert rules.purpose(bundle="no-such-bundle", now=clock.now).matters == ()


def test_nobody_comes_for_a_case_of_somebody_else(submitted, persona, clock):  # noqa: F811
    _, number = submitted
    with pytest.raises(Refusal) as no:
        rules.purpose(case=number, by=persona("bride"), now=clock.now)
    assert no.value.status == 404


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("2026-11-23T09:30", "提前|前 30"),
        ("2026-11-23T10:00", "前 30"),
        ("2026-11-29T09:30", "不开放"),
        ("2026-11-24T12:30", "不开放"),
        ("2026-11-24T09:10", "不开放"),
        ("2026-12-31T09:30", "14"),
        ("yesterday", "没有这个时段"),
        ("", "没有这个时段"),
    ],
)
def test_a_time_that_is_not_offered_is_refused_with_the_reason(her, clock, when, why):
    with pytest.raises(refusals.NotOffered) as no:
        booked(her, clock, when)
    assert any(part in no.value.because.zh for part in why.split("|"))
    assert told(her) == [] or "预约" not in told(her)[-1][0]


def test_a_year_whose_holidays_are_not_announced_cannot_be_booked_yet(her, clock, monkeypatch):
    clock.now = at("2027-12-28T10:00")
    with pytest.raises(refusals.NotOffered) as no:
        booked(her, clock, "2028-01-04T09:30")
    assert "还没有公布" in no.value.because.zh
    hall = rules.hall(HALL)
    days = booking.days(hall, rules.lane(hall, "general"), now=clock.now)
    assert {d.known for d in days if d.day.year == 2028} == {False}


def test_a_terminal_and_a_hall_that_is_nobodys_are_no_places_to_book(her, clock):
    for key in ("terminal-330102", "nowhere"):
        with pytest.raises(rules.NoHall):
            booking.book(key, at="2026-11-24T09:30", purpose=rules.Purpose(), by=her, now=clock.now)


def test_people_are_told_when_it_is_booked_moved_and_cancelled(her, clock):
    row = booked(her, clock)
    booking.move(row.id, hall=HALL, at="2026-11-25T14:00", by=her, now=clock.now)
    booking.cancel(row.id, by=her, now=clock.now)
    titles = [title for title, _ in told(her)]
    assert titles[-3:] == ["已为您约好时间", "预约已改期", "预约已取消"]
    assert "11月25日 周三 14:00" in told(her)[-2][1]


def test_moved_to_another_hall_it_is_served_there(her, clock):
    row = booked(her, clock)
    moved = booking.move(row.id, hall=NIGHT, at="2026-11-25T03:00", by=her, now=clock.now)
    assert moved.slot.hall == NIGHT and moved.code == row.code


def test_nobody_moves_or_cancels_what_is_somebody_elses(her, persona, clock):
    row = booked(her, clock)
    other = persona("bride")
    for do in (
        lambda: booking.cancel(row.id, by=other, now=clock.now),
        lambda: booking.move(row.id, hall=HALL, at="2026-11-25T14:00", by=other, now=clock.now),
        lambda: booking.one(row.id, by=other),
    ):
        with pytest.raises(refusals.NoBooking):
            do()


def test_reminded_and_missed_by_the_clock(her, clock):
    row = booked(her, clock)
    assert closing.remind(now=at("2026-11-23T13:40")) == 1
    assert closing.remind(now=at("2026-11-24T07:40")) == 1
    assert closing.remind(now=at("2026-11-24T09:00")) == 0
    assert closing.lapse(now=at("2026-11-24T09:59")) == 0
    assert closing.lapse(now=at("2026-11-24T10:01")) == 1
    row.refresh_from_db()
    assert row.state == "missed"
    assert [t for t, _ in told(her)][-3:] == ["别忘了您的预约", "别忘了您的预约", "您没有来办理"]


def test_a_booking_shown_at_the_hall_gives_a_number(her, clock):
    row = booked(her, clock)
    token = codes.of_booking(row.id)
    assert numbers.shown(token.lower()).id == row.id
    clock.now = at("2026-11-24T09:10")
    ticket = numbers.arrive(numbers.shown(token), by=VISITOR, now=clock.now)
    assert (ticket.label, ticket.how, str(ticket.account_id)) == ("B001", "booking", her.id)
    assert ticket.due == at("2026-11-24T09:30")
    with pytest.raises(refusals.BookingOver):
        numbers.arrive(numbers.shown(token), by=VISITOR, now=clock.now)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("2026-11-24T08:29", "booking_too_early"),
        ("2026-11-24T08:40", "hall_closed"),
        ("2026-11-24T10:01", "booking_missed"),
    ],
)
def test_a_booking_is_good_at_its_time_only(her, clock, when, code):
    row = booked(her, clock)
    with pytest.raises(Refusal) as no:
        numbers.arrive(row, by=VISITOR, now=at(when))
    assert no.value.code == code


def test_a_forged_or_broken_code_gives_nothing(her, clock):
    token = codes.of_booking(booked(her, clock).id)
    other = "A" if token[0] != "A" else "B"
    for wrong in (other + token[1:], token[:-2] + "AA", token[:20], "", "你好", token + token):
        with pytest.raises(codes.Forged):
            numbers.shown(wrong)


def test_the_desk_takes_a_scanned_address_or_typed_letters(her, clock, seat):
    row = booked(her, clock)
    clock.now = at("2026-11-24T09:10")
    session, by = seat()
    with pytest.raises(codes.Forged):
        calling.take_in(session, told="http://evil.example/visit/arrive/" + "A" * 45, by=by, now=clock.now)
    with pytest.raises(refusals.NoBooking):
        calling.take_in(session, told="22222222", by=by, now=clock.now)
    typed = f"{row.code[:4].lower()} {row.code[4:]}"
    assert calling.take_in(session, told=typed, by=by, now=clock.now).booking_id == row.id
    again = booked(her, clock, "2026-11-25T09:30")
    clock.now = at("2026-11-25T09:10")
    session, by = seat()
    address = f"http://testserver/visit/arrive/{codes.of_booking(again.id)}"
    assert calling.take_in(session, told=address, by=by, now=clock.now).booking_id == again.id


def test_a_booking_of_another_hall_is_sent_there(her, clock, seat):
    row = booked(her, clock)
    clock.now = at("2026-11-24T09:10")
    session, by = seat(hall="centre-330105")
    with pytest.raises(numbers.NotNow) as no:
        calling.take_in(session, told=row.code, by=by, now=clock.now)
    assert no.value.code == "booking_elsewhere" and "西湖区" in no.value.next_step.zh


def test_a_number_is_taken_by_who_is_known_or_stands_at_the_entrance(her, clock):
    purpose = rules.Purpose()
    with pytest.raises(numbers.NotHere):
        numbers.take(HALL, purpose=purpose, by=VISITOR, now=clock.now)
    yesterday = codes.of_hall(HALL, date(2026, 11, 22))
    with pytest.raises(numbers.NotHere):
        numbers.take(HALL, purpose=purpose, here=yesterday, by=VISITOR, now=clock.now)
    door = codes.of_hall(HALL, date(2026, 11, 23))
    assert numbers.take(HALL, purpose=purpose, here=door, by=VISITOR, now=clock.now).how == "qr"
    mine = numbers.take(HALL, purpose=purpose, group="elder", by=her, now=clock.now)
    assert (mine.how, mine.group, mine.ahead) == ("page", "elder", 60)
    assert numbers.open_now(by=her, now=clock.now).pk == mine.pk


def test_who_is_not_known_takes_only_so_many_from_one_address(clock, society, settings):
    settings.TONGBAN_LIMITS = {"number": 3}
    door = codes.of_hall(HALL, date(2026, 11, 23))

    def one(address):
        return numbers.take(HALL, purpose=rules.Purpose(), here=door, address=address, by=VISITOR, now=clock.now)

    for _ in range(3):
        one("10.0.0.1")
    with pytest.raises(Refusal) as no:
        one("10.0.0.1")
    assert no.value.status == 429 and one("10.0.0.2").label == "A004"


def test_a_closed_hall_gives_no_number_and_says_when_it_opens(her, clock):
    clock.now = at("2026-11-28T14:00")
    with pytest.raises(numbers.HallClosed) as no:
        numbers.take(HALL, purpose=rules.Purpose(), by=her, now=clock.now)
    assert "11月30日 周一 09:00" in no.value.next_step.zh


def test_how_long_it_takes_is_computed_from_who_is_before_the_windows_and_what_was_seen(her, clock, seat):
    by = seat.officer("hz-window-1")
    tickets = [numbers.hand_out(HALL, lane="general", group="", by=by, now=clock.now) for _ in range(9)]
    last = numbers.standing(tickets[8].id, now=clock.now)
    assert (last.before, last.minutes) == (8, 12), "before anybody sits down: 8 windows, 12 minutes each"
    session, by = seat()
    assert numbers.standing(tickets[2].id, now=clock.now).minutes == 24, "one window, 12 minutes each"
    for _ in range(5):
        calling.next_(session, by=by, now=clock.now)
        clock.forward(minutes=20)
    calling.next_(session, by=by, now=clock.now)
    clock.forward(minutes=5)
    found = numbers.standing(tickets[7].id, now=clock.now)
    assert (found.before, found.minutes) == (1, 15 + 20), "20 minutes each as seen, of which 5 are over"


def test_who_waits_in_another_queue_of_the_same_window_is_before_one_too(clock, seat):
    _, by = seat()
    for lane in ("firms", "property", "welfare"):
        numbers.hand_out(HALL, lane=lane, group="", by=by, now=clock.now)
        clock.forward(minutes=1)
    mine = numbers.hand_out(HALL, lane="general", group="", by=by, now=clock.now)
    found = numbers.standing(mine.id, now=clock.now)
    assert (found.before, found.minutes) == (3, 15 + 20 + 10), "one window serves all of them"
    seat("hz-window-2", "4", lanes=["general"])
    assert numbers.standing(mine.id, now=clock.now).minutes == 0
    firms = next(each for each in numbers.queues(rules.hall(HALL), now=clock.now) if each.lane.key == "firms")
    assert (firms.waiting, firms.minutes) == (1, 45)


def test_a_clerk_calls_and_the_person_is_told(her, clock, seat):
    mine = numbers.take(HALL, purpose=rules.Purpose(), by=her, now=clock.now)
    session, by = seat()
    console = calling.console(session, now=clock.now)
    assert [row.label for row in console.waiting] == [mine.label] and console.open
    called = calling.next_(session, by=by, now=clock.now)
    assert called.pk == mine.pk and told(her)[-1] == (
        "请到 3 号窗口",
        f"{mine.label} 号，西湖区政务服务中心（演示）",
    )
    assert calling.next_(session, by=by, now=clock.now) is None, "done, and nobody waits"
    mine.refresh_from_db()
    assert mine.state == "done"


def test_what_is_at_another_window_is_that_windows(clock, seat):
    one, by = seat("hz-window-1", "1")
    two, other = seat("hz-window-2", "2")
    ticket = numbers.hand_out(HALL, lane="general", group="", by=by, now=clock.now)
    calling.next_(one, by=by, now=clock.now)
    for what in ("recall", "done", "missed", "pass"):
        with pytest.raises(calling.OtherWindow):
            calling.do(what, two, ticket=ticket.id, to="firms", by=other, now=clock.now)
    with pytest.raises(calling.OtherWindow):
        calling.do("call", two, ticket=ticket.id, by=other, now=clock.now)


@pytest.mark.parametrize(("what", "to"), [("pass", ""), ("pass", "general"), ("pass", "nowhere"), ("explode", "")])
def test_what_makes_no_sense_at_a_window_is_refused(clock, seat, what, to):
    session, by = seat()
    ticket = numbers.hand_out(HALL, lane="general", group="", by=by, now=clock.now)
    calling.next_(session, by=by, now=clock.now)
    with pytest.raises(Refusal):
        calling.do(what, session, ticket=ticket.id, to=to, by=by, now=clock.now)


def test_a_window_serves_the_lanes_that_were_chosen(clock, seat):
    session, by = seat(lanes=["firms"])
    numbers.hand_out(HALL, lane="general", group="", by=by, now=clock.now)
    assert calling.next_(session, by=by, now=clock.now) is None
    firms = numbers.hand_out(HALL, lane="firms", group="", by=by, now=clock.now)
    assert calling.next_(session, by=by, now=clock.now).pk == firms.pk


def test_a_window_is_chosen_anew_every_day_and_must_be_one(clock, seat, officer):
    session, _ = seat()
    clock.forward(days=1)
    with pytest.raises(calling.NoPost):
        calling.post(session, now=clock.now)
    for window in ("", "三", "12345", "<b>"):
        with pytest.raises(Refusal) as no:
            seat(window=window)
        assert no.value.code == "window_number"


def test_the_screen_says_who_is_called_where_and_nothing_about_them(her, clock, seat):
    numbers.take(HALL, purpose=rules.Purpose(), by=her, now=clock.now)
    session, by = seat()
    calling.next_(session, by=by, now=clock.now)
    _, called, queues = calling.screen(HALL, now=clock.now)
    assert [(row.label, row.window) for row in called] == [("A001", "3")]
    assert [q.waiting for q in queues] == [0, 0, 0, 0]


def test_the_end_of_the_day_tells_those_whose_turn_did_not_come(her, clock):
    mine = numbers.take(HALL, purpose=rules.Purpose(), by=her, now=clock.now)
    assert closing.close(now=at("2026-11-23T17:20")) == 0, "the last are still served"
    assert closing.close(now=at("2026-11-23T17:31")) == 1
    mine.refresh_from_db()
    assert mine.state == "closed" and told(her)[-1][0] == "今天没有轮到您，抱歉"
    assert closing.close(now=at("2026-11-23T18:00")) == 0


def test_a_hall_that_never_closes_ends_its_day_at_midnight(her, clock):
    numbers.take(NIGHT, purpose=rules.Purpose(), by=her, now=clock.now)
    assert closing.close(now=at("2026-11-23T23:59")) == 0
    assert closing.close(now=at("2026-11-24T00:01")) == 1


def test_the_rules_of_every_city_can_be_read(society):
    assert all(visit.rules.lanes(hall) for hall in calling.nearby.halls("330100") if hall.kind != "terminal")


def test_an_export_holds_what_was_booked_and_taken(her, clock):
    from tongban.identity import queries as known
    from tongban.journeys.export import sections

    row = booked(her, clock)
    numbers.take(HALL, purpose=rules.Purpose(), by=her, now=clock.now)
    told_, _ = sections.visits(known.account(her.id), her, clock.now)
    assert [(b["code"], b["state"]) for b in told_["bookings"]] == [(row.code, "booked")]
    assert [(t["label"], t["state"]) for t in told_["numbers"]] == [("A001", "waiting")]
