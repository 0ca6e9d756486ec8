"""The catalogue for anybody's programs: one service whole, what is coming, what has ended, what never was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.base.calendar import SHANGHAI
from tongban.catalog import actions, queries
from tongban.engine import items as engine
from tongban.engine.items import plain

pytestmark = pytest.mark.django_db
CITY, ROAD, FIRM = "330100", "road-occupation", "company-registration"


def test_one_service_is_given_whole_and_its_digest_is_its_bodys(society, client):
    found = client.get(f"/api/services/{CITY}/{ROAD}").json()
    version = queries.in_force(ROAD, city=CITY)
    assert found["sha256"] == version.sha256 and found["coming"] == []
    assert found["item"]["title"]["zh"] == queries.item(version).title.zh


def test_what_is_coming_is_told_with_its_day(society, client):
    item = queries.item(queries.in_force(ROAD, city=CITY))
    body = engine.body(plain.filled(item, {**plain.fields(item), "promise.number": "5"}))
    now = timezone.now()
    on = now.astimezone(SHANGHAI).date() + timedelta(days=9)
    actions.publish(city=CITY, body=body, effective_on=on, by=SYSTEM, now=now)
    (coming,) = client.get(f"/api/services/{CITY}/{ROAD}").json()["coming"]
    assert coming["on"] == on.isoformat() and coming["ends"] is False
    assert [(c["about"], c["harder"]) for c in coming["changes"]] == [("days", False)]


def test_a_service_that_ended_answers_410_with_its_successor_to_machines_and_people(society, client):
    actions.retire(city=CITY, code=ROAD, successor=FIRM, by=SYSTEM, now=timezone.now())
    machine = client.get(f"/api/services/{CITY}/{ROAD}")
    assert (machine.status_code, machine.json()["successor"]) == (410, FIRM)
    assert machine["Content-Type"] == "application/problem+json" and machine.json()["next_step"]
    person = client.get(f"/services/{CITY}/{ROAD}")
    assert person.status_code == 410 and f"/services/{CITY}/{FIRM}" in person.content.decode()
    actions.retire(city=CITY, code=FIRM, successor="", by=SYSTEM, now=timezone.now())
    assert client.get(f"/services/{CITY}/{FIRM}").status_code == 410, "without a successor, too"
    assert "successor" not in client.get(f"/api/services/{CITY}/{FIRM}").json()


@pytest.mark.parametrize("path", [f"{CITY}/never-was", "999999/road-occupation", "x/road-occupation", "330100/%00"])
def test_an_unknown_city_or_service_is_not_found_and_never_a_fault(society, client, path):
    assert client.get(f"/services/{path}").status_code in (400, 404)
    assert client.get(f"/api/services/{path}").status_code in (400, 404)


def test_a_peers_broken_or_endless_item_is_left_out_and_the_rest_is_offered(society, db):
    import msgspec

    item = queries.item(queries.in_force(ROAD, city=CITY))
    endless = msgspec.structs.replace(item.rules[0], holds="answers.a.map(x, answers.a.map(y, x)).size() > 0")
    hostile = engine.body(msgspec.structs.replace(item, code="hostile", rules=(endless,)))
    good = engine.body(msgspec.structs.replace(item, code="good"))
    bodies = {engine.sha256(body): body for body in (hostile, good, b"{}", b"\xff")}
    told = {"name": {"zh": "演示市", "en": "Demo"}, "mark": "m", "offices": {}, "by": SYSTEM, "now": timezone.now()}
    actions.take_over(city="320500", bodies=bodies, **told)
    assert set(queries.digests(city="320500")) == {"good"}
    (row,) = [row for row in queries.cities() if row.city == "320500"]
    assert row.reason.count("item_broken") == 2 and "rule_broken" in row.reason
