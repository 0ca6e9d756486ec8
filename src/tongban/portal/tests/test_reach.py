"""Every page, walked by an employee whose mandate does not cover a matter of the firm: refused on each, and shown on none.

A new address is walked by itself. One that names something by an argument of its own makes ``OBJECTS`` fail: say there
what of the firm's, beyond the mandate, it is to be tried with.
"""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import get_resolver, resolve
from django.utils import timezone

from tongban.appointments.models import Booking
from tongban.base.actors import Channel, Kind
from tongban.base.calendar import day_of
from tongban.base.words import Words
from tongban.cases.models import Case, Draft, Party
from tongban.certificates.models import Certificate
from tongban.files import incoming
from tongban.identity import queries as known
from tongban.identity.models import Mandate, SignIn
from tongban.journeys import acting, mandates
from tongban.notices import actions as notices
from tongban.portal.tests.conftest import CITY, FIRM, ROAD, Browser, begin
from tongban.trail.models import Entry, Read
from tongban.ui.doors import Anyone

pytestmark = pytest.mark.django_db

# argument → what it is tried with: a key of the matter below, by the beginning of the address where one name is many things
OBJECTS: dict[str, dict[str, str]] = {
    "id": {
        "drafts/": "draft",
        "papers/": "paper",
        "space/certificates/": "paper",
        "space/messages/": "message",
        "space/access/": "look",
        "space/devices/": "session",
        "space/export/": "nothing",
        "uploads/": "part",
        "visit/bookings/": "booking",
    },
    "copy": {"space/certificates/": "nothing"},
    "number": {"cases/": "case"},
    "party": {"sign/": "party"},
    "mandate": {"space/mandates/": "mandate"},
    "city": {"services/": "city", "bundles/": "city"},
    "code": {"services/": "item", "bundles/": "bundle"},
    "key": {"drafts/": "question"},
    "material": {"drafts/": "material"},
    "upload": {"drafts/": "nothing"},
}
HALL = "day-and-night"
# addresses whose argument names nothing of anybody's
PLAIN = {"mandate-step": {"step": "receiver"}, "visit-book": {"hall": HALL}}


def routes() -> list[Any]:
    """The portal's addresses that are for people signed in."""
    resolver = next(r for r in get_resolver().url_patterns if getattr(r, "app_name", "") == "portal")
    return [r for r in resolver.url_patterns if getattr(r.callback, "opens_for", ()) != (Anyone,)]


def with_objects() -> list[Any]:
    return [r for r in routes() if r.pattern.converters and r.name not in PLAIN]


def arguments(route: Any, matter: dict[str, str]) -> dict[str, str]:
    """What this address is tried with."""
    found, address = {}, str(route.pattern)
    for name in route.pattern.converters:
        keys = [key for start, key in OBJECTS.get(name, {}).items() if address.startswith(start)]
        assert keys, f"say in OBJECTS what <{name}> of {address} is tried with"
        found[name] = matter[keys[0]]
    return found


def address(route: Any, arguments: dict[str, str]) -> str:
    path = str(route.pattern)
    for name, value in arguments.items():
        path = re.sub(rf"<(\w+:)?{name}>", str(value), path)
    return "/" + path


@pytest.fixture
def firm(people) -> dict[str, str]:
    return people["representative"]["firm"]


@pytest.fixture
def boss(enter, firm) -> Browser:
    browser = enter("representative")
    browser.send("/space/acting", {"mandate": f"{acting.OWN}{firm['uscc']}"})
    return browser


def booked(browser: Browser) -> str:
    """A time in a hall that somebody has booked."""
    at = re.findall(r'name="at" value="([^"]+)" required', browser.open(f"/visit/{HALL}"))[-1]
    browser.send(f"/visit/{HALL}/book", {"at": at})
    return browser.at.rsplit("/", 1)[1]


@pytest.fixture
def matter(granted, boss, firm) -> dict[str, str]:
    """A matter of the firm that no mandate for land and building covers: a draft, a signature, a case and its paper."""
    _, number = granted
    draft = begin(boss, FIRM).split("/")[2]
    Case.objects.filter(number=number).update(entity=firm["uscc"], person="", item=FIRM, sha256=Draft.objects.get(pk=draft).sha256)
    locked = Case.objects.get(number=number).draft_id
    Draft.objects.filter(pk=locked).update(entity=firm["uscc"], person="", item=FIRM)
    certificate = Certificate.objects.get(case_ref=number)
    Certificate.objects.filter(pk=certificate.pk).update(holder_ref=firm["uscc"])
    party = Party.objects.create(
        draft_id=locked, role="shareholder", title={"zh": "股东", "en": "Shareholder"}, name=firm["name"], entity=firm["uscc"]
    )
    them = known.account(boss.session["who"])
    words = Words(zh="演示", en="A demonstration")
    notice = notices.tell(account=them, title=words, body=words, now=timezone.now())
    look = Read.objects.filter(person=str(them.person_id)).first()
    session = SignIn.objects.filter(account=them).first()
    by = acting.actor(them, channel=Channel.WEB, to=f"{acting.OWN}{firm['uscc']}", now=timezone.now())
    part = incoming.begin(about=f"{draft}/identity-card", name="a.pdf", size=10, by=by, now=timezone.now())
    booking = booked(boss)
    own = Mandate.objects.filter(giver__uscc=firm["uscc"]).first()
    return {
        "draft": draft, "case": number, "paper": str(certificate.pk), "party": str(party.pk), "mandate": str(own.pk),
        "message": str(notice.pk), "look": str(look.pk), "session": str(session.pk),
        "part": str(part.pk), "city": CITY, "item": FIRM, "bundle": "company-founding", "question": "firm_name",
        "material": "identity-card",
        "nothing": str(uuid.uuid4()), "booking": booking,
    }  # fmt: skip


@pytest.fixture
def employee(enter, boss, firm) -> Browser:
    """The employee, acting for the firm under a mandate for land, planning and building."""
    browser, now = enter("employee"), timezone.now()
    person = known.account(browser.session["who"]).person_id
    wanted = mandates.Wanted(
        firm=firm["uscc"], receiver=str(person), scope=["subject:f085"], until=day_of(now) + timedelta(days=9)
    )
    by = known.person_actor(known.account(boss.session["who"]))
    id = mandates.give(wanted, by=by, now=now)
    browser.send("/space/acting", {"mandate": id})
    assert f"您正在为 <b>{firm['name']}</b> 办理" in browser.text
    return browser


def elsewhere(browser: Browser) -> bool:
    """Whether it has been led to a page for everybody, or to one that names nothing (those are walked by themselves)."""
    found = resolve(browser.at)
    return found.func.opens_for == (Anyone,) or not found.kwargs


def test_every_page_of_a_matter_beyond_the_mandate_is_refused(employee, matter):
    opened = []
    for route in with_objects():
        path = address(route, arguments(route, matter))
        for method in (employee.open, employee.send):
            method(path, headers={"Upload-Length": "10"})
            no = employee.last.status_code in (403, 404, 405)
            if not no and not (method == employee.open and elsewhere(employee)):
                opened.append((route.name, method.__name__, employee.last.status_code, employee.at))
    assert opened == []


def test_the_same_pages_open_for_who_represents_the_firm(boss, matter):
    """So that the walk above cannot pass by walking nowhere."""
    seen = set()
    for route in with_objects():
        boss.open(address(route, arguments(route, matter)))
        if boss.last.status_code == 200 and not elsewhere(boss):
            seen.add(route.name)
    assert {"draft", "question", "materials", "review", "signers", "read", "case", "receipt", "withdraw", "paper", "booking"} <= seen


def test_no_page_shows_anything_of_it(employee, boss, matter):
    told = {matter[key] for key in ("draft", "case", "paper", "party", "booking")}
    shown = set()
    for route in routes():
        if route.pattern.converters and route.name not in PLAIN:
            continue
        path = address(route, PLAIN.get(route.name, {}))
        shown |= {(route.name, each) for each in told if each in employee.open(path)}
        boss.open(path)
    assert shown == set()
    assert matter["draft"] in boss.open("/space") and matter["case"] in boss.open("/cases"), "there is something to show"


def test_a_booking_of_somebody_else_is_neither_seen_nor_moved_nor_given_back(employee, boss, matter):
    id, before = matter["booking"], Booking.objects.get(pk=matter["booking"])
    for path in (f"/visit/bookings/{id}", f"/visit/bookings/{id}.ics", f"/visit/bookings/{id}/cancel", f"/visit/{HALL}?move={id}"):
        employee.open(path)
        assert employee.last.status_code == 404 and before.code not in employee.text, path
    offered = re.findall(r'name="at" value="([^"]+)" required', employee.open(f"/visit/{HALL}"))
    employee.send(f"/visit/{HALL}/book", {"at": offered[0], "move": id})
    assert employee.last.status_code == 404
    employee.send(f"/visit/bookings/{id}/cancel")
    assert employee.last.status_code == 404
    before.refresh_from_db()
    assert (before.state, before.moved) == ("booked", 0)
    boss.open(f"/visit/bookings/{id}")
    assert boss.last.status_code == 200 and f"{before.code[:4]} {before.code[4:]}" in boss.text


def test_the_refusal_says_who_gave_the_mandate_and_what_it_covers(employee, matter, firm):
    page = employee.open(f"/drafts/{matter['draft']}")
    assert employee.last.status_code == 403
    for said in ("不在您的授权范围内", firm["name"], "国土和规划建设", "民法典", "另给一份授权"):
        assert said in page, said
    row = Entry.objects.filter(verb="acting.outside", subject=matter["draft"]).latest("at")
    assert (row.refused, row.on_behalf) == ("outside_mandate", firm["uscc"])


def test_within_the_mandate_everything_goes(employee):
    draft = begin(employee, ROAD)
    assert re.match(r"/drafts/", draft) and employee.last.status_code == 200
    for page in ("", "/materials", "/review", "/q/road_place"):
        employee.open(draft + page)
        assert employee.last.status_code == 200, page


def test_revoked_in_the_middle_of_a_form_nothing_is_kept_and_it_is_said_once(employee, firm):
    draft = begin(employee, ROAD)
    mandate = Mandate.objects.get(pk=employee.session[acting.CHOSEN])
    boss = known.person_actor(known.account_of_person(mandate.given_by_id))
    mandates.end(mandate.id, by=boss, now=timezone.now())
    before = Draft.objects.get(pk=draft.split("/")[2]).version
    page = employee.send(f"{draft}/q/road_place", {"value": "演示路1号", "do": "save"})
    assert employee.last.status_code == 403 and f"您已不能再为“{firm['name']}”办事" in page
    assert Draft.objects.get(pk=draft.split("/")[2]).version == before
    assert "您正在为" not in employee.open("/space") and employee.last.status_code == 200
    employee.open(draft)
    assert employee.last.status_code == 404


def test_a_service_is_not_begun_as_ones_own_when_the_mandate_has_just_ended(employee):
    mandate = Mandate.objects.get(pk=employee.session[acting.CHOSEN])
    Mandate.objects.filter(pk=mandate.pk).update(revoked_at=timezone.now())
    employee.open(f"/services/{CITY}/{ROAD}")  # a public page says nothing yet
    before = Draft.objects.count()
    employee.send(f"/services/{CITY}/{ROAD}/start")
    assert employee.last.status_code == 403 and Draft.objects.count() == before
    assert Entry.objects.filter(verb="acting.ended").count() == 1


def test_every_address_for_people_is_walked():
    assert {"draft", "case", "paper", "mandate", "start"} <= {r.name for r in with_objects()}
    assert all(Kind.PERSON in r.callback.opens_for for r in routes())
