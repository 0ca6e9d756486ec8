"""Officers come, are given powers and leave by the operator's word; who grants powers exercises none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.base.errors import Refusal
from tongban.identity import absences, officers, powers
from tongban.identity import queries as identity
from tongban.identity.models import Absence, Office, Officer
from tongban.trail.models import Entry
from tongban.wiring.testing import NOW

pytestmark = pytest.mark.django_db
OPERATOR = officers.operator("ops")


@pytest.fixture
def office():
    name = {"zh": "演示", "en": "demo"}
    return Office.objects.create(key="window", name=name, uscc="", level=1, roles=["window"], by="desk")


def add(office, username="w-1", held=("accept",), by=OPERATOR, **more):
    said = {"username": username, "name": "演示", "office": office, "powers": held, "password": "x" * 16} | more
    return officers.create(**said, secret="JBSWY3DPEHPK3PXP", by=by, now=NOW)


def refused(do, *args, **said):
    with pytest.raises(Refusal) as no, transaction.atomic():
        do(*args, **said)
    return no.value


def rows():
    return list(Entry.objects.order_by("id").values_list("verb", "actor_id", "refused"))


def test_a_new_officer_is_a_row_on_the_trail_with_who_made_them(office):
    found = add(office, held=["examine", "accept", "examine"])
    assert found.powers == ["accept", "examine"] and found.active
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor_id, entry.subject) == ("officer.add", "operator:ops", str(found.id))
    assert entry.facts == {"office": "window", "powers": ["accept", "examine"]}


def test_what_is_no_power_is_refused_with_those_that_there_are(office):
    no = refused(add, office, held=["accept", "grant"])
    assert (no.code, no.field) == ("unknown_power", "powers") and no.known == list(powers.NAMES)
    assert "grant" in no.brief.en and "decide" in no.next_step.en and not Officer.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": ""}, "username"), ({"username": "W"}, "username"), ({"username": "a b"}, "username"),
        ({"username": "a\n"}, "username"), ({"username": "a" * 65}, "username"),
        ({"name": ""}, "name"), ({"name": " x"}, "name"), ({"name": "a\x00"}, "name"), ({"name": "名" * 65}, "name"),
    ],
)
def test_a_name_that_is_none_is_refused(office, change, field):
    no = refused(add, office, **change)
    assert (no.code, no.field) == ("bad_username", field) and not Officer.objects.exists()


def test_a_user_name_is_given_once_even_after_its_officer_left(office):
    add(office)
    assert refused(add, office).code == "username_taken"
    officers.end(username="w-1", by=OPERATOR, now=NOW)
    assert refused(add, office).code == "username_taken" and Officer.objects.count() == 1


def test_who_exercises_powers_grants_none_and_the_try_is_on_the_trail(office):
    officer = identity.officer_actor(add(office, held=list(powers.NAMES)))
    for who in (officer, Actor(kind=Kind.PERSON, id="p"), Actor(kind=Kind.SYSTEM, id="s", powers=frozenset({"accept"}))):
        for do, said in (
            (officers.change, {"username": "w-1", "grant": ["accept"]}),
            (officers.end, {"username": "w-1"}),
        ):
            with pytest.raises(Refusal, match="grants_and_exercises"):
                do(**said, by=who, now=NOW)
        with pytest.raises(Refusal, match="grants_and_exercises"):
            add(office, "w-2", by=who)
    tried = [(verb, refused) for verb, _, refused in rows() if refused]
    assert tried == [(f"officer.{v}", "grants_and_exercises") for v in ("powers", "end", "add")] * 3
    assert [o.active for o in Officer.objects.all()] == [True]


def test_an_operator_has_no_account_of_their_own_name(office):
    with pytest.raises(Refusal, match="grants_and_exercises"):
        add(office, "ops")
    add(office, "ops", by=officers.operator("other"))
    with pytest.raises(Refusal, match="grants_and_exercises"):
        officers.change(username="ops", grant=["decide"], by=OPERATOR, now=NOW)
    assert Officer.objects.get().powers == ["accept"]


def test_no_power_grants_powers():
    assert not {"grant", "admin", "powers"} & set(powers.NAMES)
    assert OPERATOR.powers == frozenset() and OPERATOR.kind is Kind.SYSTEM


def test_powers_are_given_and_taken_and_said_again_change_nothing(office):
    add(office)
    found = officers.change(username="w-1", grant=["decide", "accept"], revoke=["issue"], by=OPERATOR, now=NOW)
    assert found.powers == ["accept", "decide"] == Officer.objects.get().powers
    facts = Entry.objects.get(verb="officer.powers").facts
    assert facts == {"granted": ["decide"], "revoked": [], "powers": ["accept", "decide"]}
    officers.change(username="w-1", grant=["decide"], by=OPERATOR, now=NOW)
    assert Entry.objects.filter(verb="officer.powers").count() == 1
    assert officers.change(username="w-1", grant=["issue"], revoke=["issue", "accept"], by=OPERATOR, now=NOW).powers == [
        "decide"
    ]
    assert refused(officers.change, username="w-1", revoke=["x"], by=OPERATOR, now=NOW).code == "unknown_power"
    assert refused(officers.change, username="nobody", by=OPERATOR, now=NOW).code == "no_officer"


def test_who_left_is_nobody_any_more_and_stands_in_for_nobody(office):
    one, two = add(office), add(office, "w-2")
    days = {"from_on": NOW.date(), "until_on": NOW.date() + timedelta(days=3), "today": NOW.date()}
    absences.enter(officer=one, deputy=two, **days, by=identity.officer_actor(one), now=NOW)
    officers.end(username="w-2", by=OPERATOR, now=NOW)
    assert identity.officer(two.id) is None and Absence.objects.get().ended_at == NOW
    assert refused(officers.change, username="w-2", grant=["accept"], by=OPERATOR, now=NOW).code == "officer_ended"
    officers.end(username="w-2", by=OPERATOR, now=NOW)
    assert Entry.objects.filter(verb="officer.end").count() == 1
    assert [o.username for o in identity.staff()] == ["w-1"]
    assert [o.username for o in identity.staff(office="window", ended=True)] == ["w-1", "w-2"]


def test_the_demonstration_is_made_by_the_system(office):
    assert add(office, by=SYSTEM).active
