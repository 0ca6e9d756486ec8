"""``tongban officer``, as an operator types it."""

from __future__ import annotations

import io
import json
import os
import pwd
from datetime import UTC, datetime

import pyotp
import pytest

from tongban.identity import officers, powers
from tongban.identity import queries as known
from tongban.identity.models import Officer
from tongban.identity.refusals import WrongSignIn
from tongban.trail.models import Entry
from tongban.wiring.command import main
from tongban.wiring.testing import HOME

pytestmark = pytest.mark.django_db
ADD = ("--name", "演示", "--office", "market-supervision", "--powers", "accept, examine")


@pytest.fixture
def said(society, db, capsys):
    def say(*words):
        status = main(["officer", *words, "--home", str(HOME)])
        return status, json.loads(capsys.readouterr().out)

    return say


def test_an_officer_comes_is_given_powers_and_leaves(said):
    status, made = said("add", "hz-new-1", *ADD)
    assert status == 0 and made["powers"] == ["accept", "examine"] and made["office_name"]["zh"]
    assert len(made["password"]) >= 16 and made["totp_secret"] in made["otpauth"]
    status, changed = said("powers", "hz-new-1", "--grant", "decide,issue", "--revoke", "accept")
    assert (status, changed["powers"], changed["released"]) == (0, ["decide", "examine", "issue"], [])
    status, listed = said("list", "--office", "market-supervision")
    assert status == 0 and next(m for m in listed if m["username"] == "hz-new-1")["active"]
    assert made["password"] not in json.dumps(listed) and "password" not in changed
    status, ended = said("end", "hz-new-1")
    assert (status, ended["active"], ended["kept"]) == (0, False, [])
    login = pwd.getpwuid(os.getuid()).pw_name if "SUDO_USER" not in os.environ else os.environ["SUDO_USER"]
    rows = Entry.objects.filter(actor_id=f"operator:{login}").order_by("id")
    assert [row.verb for row in rows] == ["officer.add", "officer.powers", "officer.end"]


def test_an_officer_is_somebody_and_then_handles_no_case_of_their_own(said, society, monkeypatch):
    said("add", "hz-new-2", *ADD)
    who = next(p for p in society["people"] if p["key"] == "founder")
    for typed, error in (("310105", "person_id_format"), ("11010519491231002X", "no_person"), ("", "person_id_format")):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed + "\n"))
        status, answer = said("person", "hz-new-2")
        assert (status, answer["error"]) == (1, error) and answer["reason_zh"]
    monkeypatch.setattr("sys.stdin", io.StringIO(who["id_number"] + "\n"))
    status, answer = said("person", "hz-new-2")
    assert status == 0 and answer["identified"] and who["id_number"] not in json.dumps(answer)
    made = Officer.objects.select_related("office", "person").get(username="hz-new-2")
    assert made.person.name == who["name"] and known.officer_actor(made).person == str(made.person_id)
    row = Entry.objects.get(verb="officer.person")
    assert row.facts["person"] == str(made.person_id) and who["id_number"] not in json.dumps(row.facts)


def test_who_lost_their_password_gets_another_and_the_old_one_opens_nothing(said):
    _, made = said("add", "hz-new-3", *ADD)
    status, again = said("reset", "hz-new-3")
    assert status == 0 and again["password"] != made["password"] and again["totp_secret"] != made["totp_secret"]
    now = datetime.now(UTC)
    code = pyotp.TOTP(again["totp_secret"]).at(now)
    with pytest.raises(WrongSignIn):
        officers.sign_in(username="hz-new-3", password=made["password"], code=code, now=now)
    assert officers.sign_in(username="hz-new-3", password=again["password"], code=code, now=now)
    assert Entry.objects.filter(verb="officer.reset").count() == 1
    said("end", "hz-new-3")
    assert said("reset", "hz-new-3")[1]["error"] == "officer_ended"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("add", "hz-market-1", *ADD), "username_taken"),
        (("add", "a b", *ADD), "bad_username"),
        (("add", "a", *ADD[:2], "--office", "nowhere", *ADD[4:]), "no_office"),
        (("add", "a", *ADD[:5], "accept,fly"), "unknown_power"),
        (("powers", "nobody", "--grant", "accept"), "no_officer"),
        (("powers", "hz-market-1", "--grant", "fly"), "unknown_power"),
        (("end", "nobody"), "no_officer"),
        (("reset", "nobody"), "no_officer"),
        (("list", "--office", "nowhere"), "no_office"),
    ],
)
def test_what_is_refused_says_why_in_both_languages_and_changes_nothing(said, words, error):
    before = Entry.objects.count()
    status, answer = said(*words)
    assert (status, answer["error"]) == (1, error)
    assert answer["reason"] and answer["reason_zh"] and Entry.objects.count() == before
    known = {"unknown_power": set(powers.NAMES), "no_office": {"window", "market-supervision"}}.get(error, set())
    assert known <= set(answer.get("known", ()))


def test_the_operators_own_login_is_given_nothing(said, monkeypatch):
    from tongban.wiring.commands import officer

    monkeypatch.setattr(officer, "_login", lambda: "ops")
    status, answer = said("add", "ops", *ADD)
    assert (status, answer["error"]) == (1, "grants_and_exercises")
    assert Entry.objects.filter(actor_id="operator:ops", refused="grants_and_exercises").count() == 1
