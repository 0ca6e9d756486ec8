"""Booking a time and taking a number through the pages, without a script."""

from __future__ import annotations

import re
from datetime import timedelta

import icalendar
import pytest
from django.utils import timezone

from tongban.appointments.models import Booking, Ticket
from tongban.base.calendar import SHANGHAI, day_of
from tongban.journeys.visit import codes

HALL = "day-and-night"
ITEM = "old-age-allowance"


def times(browser, path=f"/visit/{HALL}") -> list[str]:
    """Times that the page offers, of its chosen day."""
    return re.findall(r'name="at" value="([^"]+)" required(?: checked)?>', browser.open(path))


@pytest.fixture
def her(enter):
    return enter("founder")


def booked(her, path=f"/visit/{HALL}?", **more) -> Booking:
    """The last time of tomorrow: late in the evening those of today are near, or over."""
    tomorrow = timezone.localdate(timezone=SHANGHAI) + timedelta(days=1)
    at = more.pop("at", None) or times(her, f"{path}&day={tomorrow}")[-1]
    her.send(f"/visit/{HALL}/book", {"at": at, **more})
    assert her.at.startswith("/visit/bookings/"), her.text[:3000]
    return Booking.objects.get(pk=her.at.rsplit("/", 1)[1])


def test_a_guide_leads_to_its_counter_and_from_there_to_a_time(her):
    html = her.open(f"/services/330100/{ITEM}")
    link = re.search(rf'href="(/visit/[\w-]+\?item={ITEM})"', html)
    assert link, "the nearest counters of the guide"
    near = her.open(f"/near?item={ITEM}&amp;city=330100".replace("&amp;", "&"))
    assert f"?item={ITEM}" in near and "预约或取号" in near
    assert "约个时间" in her.open(link[1]) and "高龄津贴" in her.text


def test_another_citys_counters_and_terminals_offer_no_booking(visitor):
    assert "预约或取号" in visitor.open("/near?all=1")
    terminal = visitor.text[visitor.text.index("自助服务终端") :]
    assert "/visit/terminal" not in terminal
    assert visitor.open("/visit/terminal-330102") and visitor.last.status_code == 404


def test_somebody_books_a_time_and_has_it_in_their_space(her):
    row = booked(her, f"/visit/{HALL}?item={ITEM}", item=ITEM)
    assert row.matters[0]["code"] == ITEM
    assert f"{row.code[:4]} {row.code[4:]}" in her.text and "<svg" in her.text
    assert str(row.id) in her.open("/space/visits") and "已约好" in her.text


def test_whoever_is_not_signed_in_signs_in_and_comes_back_to_the_hall(visitor):
    at = times(visitor)[-1]
    visitor.send(f"/visit/{HALL}/book", {"at": at})
    assert visitor.last.status_code == 403 or visitor.at == "/sign-in"
    visitor.open(f"/visit/{HALL}/book")
    assert visitor.at in ("/sign-in", f"/visit/{HALL}")


@pytest.mark.parametrize("at", ["", "2020-01-01T09:00", "2099-01-01T09:00", "nonsense", "2026-11-31T09:00", "\0"])
def test_a_time_that_is_not_offered_is_refused_on_the_page(her, at):
    her.send(f"/visit/{HALL}/book", {"at": at})
    assert her.last.status_code in (400, 422) and not Booking.objects.exists()


def test_the_same_person_at_the_same_time_is_refused_and_told_why(her):
    row = booked(her)
    at = row.starts_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    her.send(f"/visit/{HALL}/book", {"at": at})
    assert her.last.status_code == 409 and "您在这个时间已有预约" in her.text


def test_a_booking_is_moved_and_cancelled(her):
    row = booked(her)
    offered = times(her, f"/visit/{HALL}?move={row.id}")
    assert "改到什么时间" in her.text
    her.send(f"/visit/{HALL}/book", {"at": offered[0], "move": str(row.id)})
    assert her.at == f"/visit/bookings/{row.id}" and Booking.objects.count() == 1
    assert "确定取消" in her.open(f"/visit/bookings/{row.id}/cancel")
    her.send(f"/visit/bookings/{row.id}/cancel")
    assert "已取消" in her.text
    her.send(f"/visit/bookings/{row.id}/cancel")
    assert her.last.status_code == 409 and "已经取消了" in her.text


def test_nobody_opens_moves_or_cancels_somebody_elses(her, enter):
    row = booked(her)
    other = enter("bride")
    for path in ("", ".ics", "/cancel"):
        assert other.open(f"/visit/bookings/{row.id}{path}") and other.last.status_code == 404
    other.send(f"/visit/bookings/{row.id}/cancel")
    assert other.last.status_code == 404
    other.open(f"/visit/{HALL}?move={row.id}")
    assert other.last.status_code == 404
    row.refresh_from_db()
    assert row.state == "booked"


def test_the_calendar_file_can_be_read_by_another_and_follows_the_booking(her):
    row = booked(her, item=ITEM)
    answer = her.get(f"/visit/bookings/{row.id}.ics")
    assert answer["Content-Type"].startswith("text/calendar") and ".ics" in answer["Content-Disposition"]
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtstart") == row.starts_at and event["STATUS"] == "CONFIRMED"
    here = event.decoded("dtstart").astimezone(SHANGHAI)
    assert event["DTSTART"].to_ical().endswith(b"Z") and f"{here:%H:%M}" in her.text, "said in UTC, shown as it is here"
    assert "24 小时政务服务大厅" in event["LOCATION"] and row.code[:4] in event["DESCRIPTION"]
    assert len(event.walk("VALARM")) == 2 and int(event["SEQUENCE"]) == 0
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    her.send(f"/visit/bookings/{row.id}/cancel")
    (again,) = icalendar.Calendar.from_ical(her.get(f"/visit/bookings/{row.id}.ics").content).walk("VEVENT")
    assert (again["UID"], again["STATUS"]) == (event["UID"], "CANCELLED") and int(again["SEQUENCE"]) == 1


def near_in_time(row) -> Booking:
    """The same booking, as if its time were now: the pages read the machine's clock."""
    start = timezone.now() + timedelta(minutes=5)
    Booking.objects.filter(pk=row.pk).update(starts_at=start)
    type(row.slot).objects.filter(pk=row.slot_id).update(starts_at=start, ends_at=start + timedelta(minutes=30))
    row.refresh_from_db()
    return row


def test_the_code_gives_a_number_at_its_time_and_a_forged_one_never(her, visitor):
    row = booked(her)
    token = codes.of_booking(row.id)
    assert "还没到取号时间" in visitor.open(f"/visit/arrive/{token}")
    visitor.send(f"/visit/arrive/{token}")
    assert visitor.last.status_code == 422 and not Ticket.objects.exists()
    near_in_time(row)
    forged = ("A" if token[0] != "A" else "B") + token[1:]
    for method in (visitor.open, visitor.send):
        method(f"/visit/arrive/{forged}")
        assert visitor.last.status_code == 422 and "不是本市发出的" in visitor.text
    assert "我到了，取号" in her.open(f"/visit/bookings/{row.id}")
    visitor.send(f"/visit/arrive/{token}")
    assert visitor.at.startswith("/tickets/") and "A001" in visitor.text
    visitor.send(f"/visit/arrive/{token}")
    assert visitor.last.status_code == 409 or visitor.at.startswith("/tickets/")
    assert "看我的号" in her.open(f"/visit/bookings/{row.id}")


def test_a_visit_of_today_is_the_first_thing_in_my_space(her):
    near_in_time(booked(her))
    html = her.open("/space")
    assert html.index("到大厅办理") < html.index("办件</h2>") and "取号" in html
    assert html.count('class="button primary"') == 1


def test_a_cancelled_booking_gives_no_number(her, visitor):
    row = booked(her)
    token = codes.of_booking(row.id)
    her.send(f"/visit/bookings/{row.id}/cancel")
    visitor.send(f"/visit/arrive/{token}")
    assert visitor.last.status_code == 409 and "已经取消了" in visitor.text and not Ticket.objects.exists()


def test_a_number_at_home_and_at_the_entrance(her, visitor):
    assert "现在取号" in her.open(f"/visit/{HALL}")
    her.send(f"/visit/{HALL}/number", {"group": "elder"})
    mine = her.at
    assert mine.startswith("/tickets/") and "A001" in her.text and "下一个就是您" in her.text and "身份证" in her.text
    her.send(f"/visit/{HALL}/number")
    assert her.at == mine, "one number is enough"
    assert "A001" in her.open("/space/visits")

    visitor.send(f"/visit/{HALL}/number")
    assert visitor.last.status_code == 403 and "扫大厅门口的二维码" in visitor.text
    door = codes.of_hall(HALL, day_of(timezone.now()))
    assert f'name="here" value="{door}"' in visitor.open(f"/visit/{HALL}?here={door}")
    visitor.send(f"/visit/{HALL}/number", {"here": door})
    assert "A002" in visitor.text
    visitor.send(f"/visit/{HALL}/number", {"here": door})
    assert Ticket.objects.count() == 2, "and one number is enough for a browser that nobody knows"
    forged = f"/visit/{HALL}?here={'a' * 20}"
    assert 'name="here"' not in visitor.open(forged)


def test_a_number_is_given_back(her):
    her.send(f"/visit/{HALL}/number")
    path = her.at
    assert "不等了吗" in her.open(f"{path}/leave")
    her.send(f"{path}/leave")
    assert "已退号" in her.text
    her.send(f"{path}/leave")
    assert her.last.status_code == 409


def test_the_number_renews_its_own_block(her):
    her.send(f"/visit/{HALL}/number")
    part = her.get(her.at, headers={"HX-Request": "true"}).content.decode()
    assert "A001" in part and "<html" not in part


def test_the_screen_shows_numbers_and_the_days_code(visitor):
    html = visitor.open(f"/visit/{HALL}/screen")
    assert "还没有叫号" in html and "<svg" in html and 'http-equiv="refresh"' in html
    part = visitor.get(f"/visit/{HALL}/screen", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "综合窗口" in part


@pytest.mark.parametrize(
    "path", ["/tickets/00000000-0000-7000-8000-000000000000", "/visit/nowhere", "/visit/nowhere/screen"]
)
def test_what_is_not_there_says_so(visitor, path):
    visitor.open(path)
    assert visitor.last.status_code == 404


def test_every_page_speaks_english_too(her):
    row = booked(her, item=ITEM)
    her.send("/lang", {"lang": "en"})
    her.send(f"/visit/{HALL}/number")
    for path, says in (
        (f"/visit/{HALL}", "Book a time, or take a number now"),
        (f"/visit/bookings/{row.id}", "Show this at the hall"),
        (f"/visit/bookings/{row.id}/cancel", "Cancel this booking?"),
        (f"/visit/arrive/{codes.of_booking(row.id)}", "It is too early"),
        ("/space/visits", "Your number today"),
        (f"/visit/{HALL}/screen", "Take a number"),
    ):
        assert says in her.open(path), path
