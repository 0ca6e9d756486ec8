"""Days and windows of a hall: numbers of yesterday, one officer at a window, one number for every office, closed days."""

from __future__ import annotations

from datetime import date

import pytest

from tongban.appointments import refusals
from tongban.journeys.tests.test_visit import HALL, VISITOR, at, booked, told
from tongban.journeys.visit import booking, calling, closing, numbers, rules

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", ["call", "recall", "done", "missed", "again", "pass"])
@pytest.mark.parametrize("state", ["waiting", "called", "missed"])
def test_a_number_of_yesterday_is_over_whatever_is_done_with_it(clock, seat, state, what):
    session, by = seat()
    ticket = numbers.hand_out(HALL, lane="general", group="", by=by, now=clock.now)
    if state != "waiting":
        calling.next_(session, by=by, now=clock.now)
    if state == "missed":
        calling.do("missed", session, ticket=ticket.id, by=by, now=clock.now)
    clock.forward(days=1)
    session, by = seat()
    assert (
        calling.console(session, now=clock.now).waiting == [] and calling.next_(session, by=by, now=clock.now) is None
    )
    with pytest.raises(refusals.NotWaiting) as no:
        calling.do(what, session, ticket=ticket.id, to="firms", by=by, now=clock.now)
    assert "已随当天结束" in no.value.brief.zh
    found = numbers.standing(ticket.id, now=clock.now)
    assert found.over and (found.before, found.minutes) == (0, 0)


def test_two_officers_do_not_share_a_window(clock, seat):
    one, by = seat("hz-window-1", "1")
    numbers.hand_out(HALL, lane="general", group="", by=by, now=clock.now)
    calling.next_(one, by=by, now=clock.now)
    with pytest.raises(refusals.WindowTaken):
        seat("hz-window-2", "1")
    calling.do("done", one, ticket=calling.console(one, now=clock.now).current.id, by=by, now=clock.now)
    two, other = seat("hz-window-2", "1")
    with pytest.raises(calling.NoPost):
        calling.next_(one, by=by, now=clock.now)
    assert calling.post(two, now=clock.now).window == "1"
    calling.rise(session=two, by=other, now=clock.now)
    with pytest.raises(calling.NoPost):
        calling.post(two, now=clock.now)


def test_one_number_goes_from_window_to_window_for_every_office_of_a_bundle(her, clock, seat):
    from tongban.catalog import bundles

    some = next(b for b in bundles.offered(city="330100") if len(b.members) > 2)
    mine = numbers.take(HALL, purpose=rules.purpose(bundle=some.code, now=clock.now), by=her, now=clock.now)
    session, by = seat("hz-window-1", "1", lanes=["general"])
    two, other = seat("hz-window-2", "9", lanes=["welfare"])
    assert calling.next_(session, by=by, now=clock.now).pk == mine.pk
    parts = calling.parts(calling.console(session, now=clock.now).current, calling.post(session, now=clock.now))
    assert len(parts) == len(mine.matters) and all(part.office.zh and part.here for part in parts), (
        "one window takes all"
    )
    calling.do("pass", session, ticket=mine.id, to="welfare", by=by, now=clock.now)
    later = numbers.hand_out(HALL, lane="welfare", group="", by=other, now=clock.now)
    assert calling.next_(two, by=other, now=clock.now).pk == mine.pk, "whoever came earlier is before who came later"
    current = calling.console(two, now=clock.now).current
    assert current.label == mine.label and [(stop["lane"], stop["window"]) for stop in current.stops] == [
        ("general", "1")
    ]
    here = {part.here for part in calling.parts(current, calling.post(two, now=clock.now))}
    assert False in here, "the other offices' parts name the lane that serves them"
    calling.do("done", two, ticket=mine.id, by=other, now=clock.now)
    assert calling.next_(two, by=other, now=clock.now).pk == later.pk


# -- a hall that does not open after all


@pytest.fixture
def halls_file(tmp_path, settings):
    """The operator says more of a hall of this city in a file of their own."""
    import yaml

    def write(closed=(), hours=None):
        hall = next(each for each in calling.nearby.halls("330100") if each.key == HALL)
        told = {
            "hours": {"hall": hours or {day: ["09:00-12:00", "13:30-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}},
            "halls": [{
                "key": "annex", "kind": "hall", "name": {"zh": "演示分厅", "en": "Annex (demo)"}, "division": hall.division,
                "address": "杭州市演示路9号", "at": hall.at, "closed": list(closed),
            }],
        }  # fmt: skip
        (tmp_path / "halls.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))

    settings.TONGBAN_HOME = str(tmp_path)
    write()
    return write


CLOSED = {
    "first": date(2026, 11, 24),
    "last": date(2026, 11, 25),
    "says": {"zh": "搬家，停办两天", "en": "Moving: closed"},
}


def annexed(her, clock, when="2026-11-24T09:30"):
    return booking.book("annex", at=when, purpose=rules.Purpose(), by=her, now=clock.now)


def test_a_day_on_which_the_hall_is_closed_has_no_times_and_says_why(her, clock, halls_file):
    halls_file(closed=[CLOSED])
    hall = rules.hall("annex")
    by_day = {each.day.day: each for each in booking.days(hall, rules.lane(hall, "general"), now=clock.now)}
    assert (len(by_day[24].times), by_day[24].says.zh, by_day[26].says) == (0, "搬家，停办两天", None)
    with pytest.raises(refusals.NotOffered) as no:
        annexed(her, clock)
    assert no.value.because.zh == "搬家，停办两天"
    clock.now = at("2026-11-24T10:00")
    with pytest.raises(numbers.HallClosed) as shut:
        numbers.take("annex", purpose=rules.Purpose(), by=her, now=clock.now)
    assert "11月26日 周四 09:00" in shut.value.next_step.zh


def test_who_booked_a_day_that_the_hall_then_closes_is_told_and_it_is_no_visit_missed(her, clock, halls_file):
    from tongban.jobs import handlers

    gone, stays = annexed(her, clock), annexed(her, clock, "2026-11-26T09:30")
    handlers.close_halls(0)
    gone.refresh_from_db()
    assert gone.state == "booked", "while the hall opens nothing changes"
    halls_file(closed=[CLOSED])
    handlers.close_halls(0)
    handlers.close_halls(0)
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.state, stays.state) == ("cancelled", "booked")
    titles = [title for title, _ in told(her)]
    assert titles.count("您约的时间大厅不开放，预约已取消") == 1 and "不算您没有来" in told(her)[-1][1]


def test_moved_openings_end_what_lies_outside_them_and_keep_what_lies_within(her, clock, halls_file):
    early, late = annexed(her, clock, "2026-11-24T09:00"), annexed(her, clock, "2026-11-24T10:00")
    halls_file(hours={"tue": ["09:45-12:15"]})
    assert closing.call_off(now=clock.now) == 1
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.state, late.state) == ("cancelled", "booked"), "10:00 is no slot any more, and is kept"
    clock.now = at("2026-11-24T09:50")
    assert numbers.arrive(late, by=VISITOR, now=clock.now).due == at("2026-11-24T10:00")


def test_a_hall_that_is_gone_ends_its_bookings(her, clock, halls_file, tmp_path):
    row = annexed(her, clock)
    (tmp_path / "halls.yaml").unlink()
    assert closing.call_off(now=clock.now) == 1
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_given_back_at_the_last_moment_it_is_free_and_once_it_has_begun_it_is_too_late(her, clock):
    row = booked(her, clock)
    other = booked(her, clock, "2026-11-24T10:30")
    assert booking.cancel(row.id, by=her, now=at("2026-11-24T09:29")).state == "cancelled"
    with pytest.raises(refusals.BookingOver) as no:
        booking.cancel(other.id, by=her, now=at("2026-11-24T10:30"))
    assert no.value.code == "booking_begun"
    numbers.arrive(other, by=VISITOR, now=at("2026-11-24T10:31"))
    with pytest.raises(refusals.BookingOver) as no:
        booking.cancel(other.id, by=her, now=at("2026-11-24T10:32"))
    assert no.value.code == "booking_arrived"


def test_the_job_reminds_by_message_and_by_text(her, clock, work):
    from tongban.jobs import handlers
    from tongban.notices.models import Text

    booked(her, clock)
    before = Text.objects.count()
    clock.now = at("2026-11-23T13:40")
    handlers.remind_visits(0)
    handlers.remind_visits(0)
    assert told(her)[-1][0] == "别忘了您的预约" and "11月24日 周二 09:30" in told(her)[-1][1]
    assert Text.objects.count() == before + 1, "once, though the job runs every ten minutes"
    assert "notices.send-text" in work(), "and the text goes out"
