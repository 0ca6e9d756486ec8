"""A booking as an iCalendar file (RFC 5545), for the calendar of a phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from icalendar import Alarm, Calendar, Event

from tongban.journeys import visit
from tongban.portal import visits
from tongban.ui import halls, words

PRODUCT = "-//Tongban//Visits//EN"


def of(row: Any, *, now: datetime) -> bytes:
    """The file. The same booking always has the same UID; moved or cancelled, a calendar changes or drops it."""
    event, place = Event(), visits.hall(row)
    address = f"{settings.TONGBAN_BASE_URL}{reverse('portal:booking', args=[row.id])}"
    event.add("uid", f"{row.id}@{settings.TONGBAN_ADCODE}.tongban")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", row.starts_at.astimezone(UTC))
    event.add("dtend", row.slot.ends_at.astimezone(UTC))
    event.add("sequence", row.moved + (row.state == "cancelled"))
    event.add("status", "CANCELLED" if row.state == "cancelled" else "CONFIRMED")
    event.add("summary", _summary(row))
    event.add("location", f"{words.w(visit.telling.hall_name(row.slot.hall))} {place.address if place else ''}".strip())
    event.add("description", _description(row, address))
    event.add("url", address)
    if place:
        event.add("geo", (place.place[1], place.place[0]))
    for ahead in (timedelta(days=1), timedelta(hours=2)):
        event.add_component(_alarm(ahead, _summary(row)))
    return _calendar(event)


def _calendar(event: Event) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _alarm(ahead: timedelta, says: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", says)
    alarm.add("trigger", -ahead)
    return alarm


def _summary(row: Any) -> str:
    what = words.t("、", ", ").join(words.w(each) for each in halls.what_for(row))
    return words.t(f"到大厅办理：{what}", f"Visit: {what}")


def _description(row: Any, address: str) -> str:
    code = halls.code(row)
    return words.t(
        f"预约号 {code}。请带身份证；到了以后用预约码取号。改期或取消：{address}",
        f"Booking {code}. Bring your ID card; take your number there with the code. Move or cancel: {address}",
    )
