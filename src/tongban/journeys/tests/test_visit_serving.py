"""A clerk books a time, or takes a number, for somebody who stands there or telephones."""

from __future__ import annotations

import pytest

from tongban.appointments import refusals
from tongban.base.errors import Refusal
from tongban.journeys import counter
from tongban.journeys.tests.test_visit import HALL, ITEM, at, booked, told
from tongban.journeys.visit import booking, calling, closing, numbers, serving
from tongban.notices.models import Text
from tongban.trail.models import Entry, Read

pytestmark = pytest.mark.django_db


@pytest.fixture
def elder(persona):
    """Somebody without an account, as the registry knows them."""
    return persona.people["elder"]


@pytest.fixture
def clerk(seat):
    return seat()


def tell(clerk, who, clock, **more):
    session, by = clerk
    form = {"name": who["name"], "id_number": who["id_number"], "how": "phone", "contact": "", **more}
    return serving.tell(session=session, by=by, now=clock.now, **form)


def book(clerk, clock, when="2026-11-24T09:30", items=(ITEM,)):
    session, by = clerk
    return serving.book(session, hall=HALL, at=when, items=list(items), by=by, now=clock.now)


def test_who_telephones_has_a_time_without_a_phone_or_an_account(clerk, elder, clock):
    found = tell(clerk, elder, clock)
    looks = Read.objects.filter(person=found.person, purpose="visit")
    assert looks.count() == 1 and looks.get().actor_id == clerk[1].id
    row = book(clerk, clock)
    assert (row.account, str(row.person_id), row.how, row.matters[0]["code"]) == (None, found.person, "phone", ITEM)
    entry = Entry.objects.get(verb="visit.book")
    assert (entry.actor_id, entry.facts["how"]) == (clerk[1].id, "phone")
    slip = serving.slip_of_booking(row.id, now=clock.now)
    assert slip.booking.code == row.code and slip.lane.key == "firms" and slip.hall.key == HALL
    assert all(each.zh for each in slip.bring)


def test_the_texts_go_to_the_number_they_give_and_reminders_too(clerk, elder, clock):
    from tongban.jobs import handlers

    before = Text.objects.count()
    tell(clerk, elder, clock, contact="13800000009")
    book(clerk, clock)
    assert Text.objects.count() == before + 1
    clock.now = at("2026-11-24T07:40")
    handlers.remind_visits(0)
    assert Text.objects.count() == before + 2
    with pytest.raises(Refusal) as no:
        tell(clerk, elder, clock, contact="12")
    assert no.value.field == "contact"


def test_without_a_number_nobody_is_told_and_the_slip_is_enough(clerk, elder, clock, seat):
    before = Text.objects.count()
    tell(clerk, elder, clock)
    row = book(clerk, clock)
    assert closing.remind(now=at("2026-11-24T07:40")) == 1 and Text.objects.count() == before
    clock.now = at("2026-11-24T09:10")
    session, by = seat()
    assert calling.take_in(session, told=row.code, by=by, now=clock.now).booking_id == row.id


def test_who_has_an_account_finds_it_at_home_and_moves_it(clerk, her, persona, clock):
    tell(clerk, persona.people["founder"], clock, how="window")
    row = book(clerk, clock)
    assert str(row.account_id) == her.id and told(her)[-1][0] == "已为您约好时间"
    ahead, _ = booking.mine(by=her, now=clock.now)
    assert ahead == [row]
    assert booking.move(row.id, hall=HALL, at="2026-11-25T14:00", by=her, now=clock.now).moved == 1


def test_who_gets_an_account_later_finds_it_once_they_are_proven(clerk, elder, persona, clock):
    tell(clerk, elder, clock)
    row = book(clerk, clock)
    weak = persona("elder", level=1)
    assert booking.mine(by=weak, now=clock.now)[0] == []
    with pytest.raises(refusals.NoBooking):
        booking.cancel(row.id, by=weak, now=clock.now)
    proven = persona("elder")
    assert booking.mine(by=proven, now=clock.now)[0] == [row]
    assert booking.cancel(row.id, by=proven, now=clock.now).state == "cancelled"


def test_who_was_seen_at_the_window_need_not_be_told_again_and_takes_a_number(clerk, elder, clock):
    session, by = clerk
    counter.identify(
        session=session, name=elder["name"], id_number=elder["id_number"], seen=True, mobile="", by=by, now=clock.now
    )
    assert serving.whom(session, by=by, now=clock.now).how == "window"
    ticket = serving.number(session, items=[ITEM], group="elder", by=by, now=clock.now)
    assert (ticket.group, ticket.how, ticket.matters[0]["office"]) == ("elder", "window", "market-supervision")
    assert ticket.account is not None
    slip = serving.slip_of_ticket(ticket.id, session=session, now=clock.now)
    assert slip.standing.ticket.label == ticket.label
    with pytest.raises(refusals.AlreadyQueued):
        serving.number(session, items=[ITEM], group="", by=by, now=clock.now)


def test_who_telephones_takes_no_number(clerk, elder, clock):
    tell(clerk, elder, clock, how="phone")
    session, by = clerk
    with pytest.raises(serving.NotThere):
        serving.number(session, items=[], group="", by=by, now=clock.now)


@pytest.mark.parametrize(
    "wrong", [{"name": "演示无此人"}, {"id_number": "330102199001010000"}, {"id_number": ""}, {"name": ""}]
)
def test_a_name_and_a_number_that_do_not_belong_together_are_nobody(clerk, elder, clock, wrong):
    with pytest.raises(serving.NobodyOfThatName):
        tell(clerk, elder, clock, **wrong)
    with pytest.raises(serving.NobodyTold):
        book(clerk, clock)


def test_it_is_forgotten_after_a_quarter_of_an_hour_and_when_it_is_somebody_else(clerk, elder, clock):
    tell(clerk, elder, clock)
    clock.forward(minutes=16)
    with pytest.raises(serving.NobodyTold):
        book(clerk, clock)
    tell(clerk, elder, clock)
    serving.done(session=clerk[0], now=clock.now)
    with pytest.raises(serving.NobodyTold):
        book(clerk, clock)


def test_nobody_books_for_themself_or_a_relative(clerk, elder, clock):
    from msgspec.structs import replace

    found = tell(clerk, elder, clock)
    session, by = clerk
    with pytest.raises(counter.OwnCase):
        tell((session, replace(by, person=found.person)), elder, clock)


def test_the_slip_of_what_somebody_booked_themself_is_nobodys_business(clerk, her, clock):
    row = booked(her, clock)
    with pytest.raises(refusals.NoBooking):
        serving.slip_of_booking(row.id, now=clock.now)


def test_a_slip_of_another_hall_is_not_printed_here(clerk, clock):
    session, by = clerk
    ticket = numbers.hand_out("day-and-night", lane="general", group="", by=by, now=clock.now)
    with pytest.raises(refusals.NoTicket):
        serving.slip_of_ticket(ticket.id, session=session, now=clock.now)
