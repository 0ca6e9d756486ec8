"""An officer's powers end, or the officer leaves: at once, and nothing lies with somebody who cannot do it."""

from __future__ import annotations

import pyotp
import pytest
from django.test import Client

from tongban.base.errors import Refusal
from tongban.cases.models import Step
from tongban.desk.tests.test_pages import desk  # noqa: F401
from tongban.identity import officers
from tongban.journeys import handle, staff
from tongban.journeys.tests.conftest import *  # noqa: F403
from tongban.journeys.tests.test_licence import ITEM, agency, filled, submitted  # noqa: F401
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db
EXAMINE = f"{ITEM}.examine"
OPERATOR = officers.operator("ops")


@pytest.fixture
def taken(submitted, officer, clock):  # noqa: F811
    """An accepted case whose examination is in the hands of hz-market-1."""
    _, number = submitted
    handle.accept(number=number, by=officer("hz-window-1"), now=clock.now)
    handle.take(number=number, step=EXAMINE, by=officer("hz-market-1"), now=clock.now)
    return number


def step(number):
    return Step.objects.get(number=number, key=EXAMINE)


def test_what_who_leaves_had_in_hand_goes_back_to_the_desk(taken, officer, clock):
    one, two = officer("hz-market-1"), officer("hz-market-2")
    member, steps = staff.end(username="hz-market-1", by=OPERATOR, now=clock.now)
    assert (member.active, steps.released, steps.kept) == (False, (f"{taken}/{EXAMINE}",), ())
    assert (step(taken).state, step(taken).assignee) == ("open", "")
    rows = Entry.objects.filter(actor_id="operator:ops", subject=one.id).order_by("id")
    assert [row.verb for row in rows] == ["officer.end", "officer.release"]
    handle.take(number=taken, step=EXAMINE, by=two, now=clock.now)
    assert staff.end(username="hz-market-1", by=OPERATOR, now=clock.now)[1] == staff.Released()
    assert step(taken).assignee == two.id


def test_a_power_that_is_taken_away_takes_its_steps_along_and_no_others(taken, officer, clock):
    said = {"username": "hz-market-1", "by": OPERATOR, "now": clock.now}
    assert staff.change(grant=["issue"], revoke=["inspect"], **said)[1].released == ()
    assert step(taken).assignee == officer("hz-market-1").id
    member, steps = staff.change(grant=[], revoke=["examine"], **said)
    assert steps.released == (f"{taken}/{EXAMINE}",) and "examine" not in member.powers
    with pytest.raises(Refusal, match="no_power"):
        handle.take(number=taken, step=EXAMINE, by=officer("hz-market-1"), now=clock.now)


def test_what_cannot_be_given_back_is_told_and_holds_up_no_other(taken, monkeypatch, officer, clock):
    held = [("no-such-case", "x", "examine"), (taken, EXAMINE, "examine")]
    monkeypatch.setattr(staff.stored, "in_hands", lambda officer: held)
    _, steps = staff.end(username="hz-market-1", by=OPERATOR, now=clock.now)
    assert steps.released == (f"{taken}/{EXAMINE}",) and steps.kept == ("no-such-case/x: no_case",)


def test_whoever_is_signed_in_as_them_is_so_no_longer(desk, clock):  # noqa: F811
    browser = desk("hz-market-1")
    assert browser.get("/desk/").status_code == 200
    staff.end(username="hz-market-1", by=OPERATOR, now=clock.now)
    assert browser.get("/desk/").status_code == 302 and not dict(browser.session)


def test_a_new_officer_signs_in_with_what_was_printed_and_has_their_powers_at_once(society, db, clock):
    said = {"username": "hz-new-1", "name": "演示", "office": "market-supervision"}
    member, credentials = staff.add(**said, powers=["examine"], by=OPERATOR, now=clock.now)
    assert member.active and member.powers == ("examine",)
    assert credentials.otpauth.startswith("otpauth://totp/") and credentials.totp_secret in credentials.otpauth
    browser = Client()
    code = pyotp.TOTP(credentials.totp_secret).now()
    signed = {"username": "hz-new-1", "password": credentials.password, "code": code}
    assert browser.post("/desk/sign-in", signed).status_code == 302
    assert browser.get("/desk/").status_code == 200 and browser.get("/desk/supervise").status_code == 403
    staff.change(username="hz-new-1", grant=["supervise"], revoke=[], by=OPERATOR, now=clock.now)
    assert browser.get("/desk/supervise").status_code == 200


def test_an_office_that_there_is_not_is_refused_with_those_that_there_are(society, db, clock):
    for do in (
        lambda: staff.members(office="nowhere"),
        lambda: staff.add(username="a", name="演示", office="nowhere", powers=[], by=OPERATOR, now=clock.now),
    ):
        with pytest.raises(Refusal) as no:
            do()
        assert no.value.code == "no_office" and "market-supervision" in no.value.known


def test_who_works_here_is_listed_without_anything_secret(society, db, clock):
    staff.end(username="hz-market-2", by=OPERATOR, now=clock.now)
    here = [m.username for m in staff.members(office="market-supervision")]
    assert "hz-market-1" in here and "hz-market-2" not in here
    everybody = staff.members(ended=True)
    assert {m.username for m in everybody if not m.active} == {"hz-market-2"}
