"""Bundles in the open catalogue: the list, one with what it comes to for these answers, its versions, its end."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.catalog import bundles, stock

pytestmark = pytest.mark.django_db
CITY, HOME, CHILD = "330100", "second-hand-home", "newborn"
AT = f"/api/bundles/{CITY}/{HOME}"


def test_all_are_listed_once_found_by_what_people_say_and_told_apart_by_audience(society, client):
    address, found = "/api/bundles?size=2", []
    while address:
        told = client.get(address).json()
        found += [each["code"] for each in told["bundles"]]
        address = told["next"]
    assert sorted(found) == sorted(bundles.digests(city=CITY)) and told["total"] == len(found)
    assert client.get("/api/bundles?q=买二手房").json()["bundles"][0]["code"] == HOME
    assert {each["audience"] for each in client.get("/api/bundles?audience=firm").json()["bundles"]} == {"firm"}
    for nothing in ("city=999999", "audience=cat", "q=%27%25", "q=护照换发", "page=99"):
        assert client.get(f"/api/bundles?{nothing}").json()["bundles"] == [], nothing
    assert client.get("/api/bundles?page=0").status_code == 400


def test_one_is_told_whole_with_questions_papers_and_before_and_after(society, client):
    told = client.get(f"{AT}?utilities=none&loan=no").json()
    assert told["saved"] == {
        "items": {"before": 3, "after": 1}, "visits": {"before": 3, "after": 0}, "papers": {"before": 19, "after": 0},
        "days": {"before": 5, "after": 5}, "listed": 9,
    }  # fmt: skip
    assert [each["code"] for each in told["services"]] == ["house-sale-contract-filing", "deed-tax", "house-transfer"]
    papers = {each["type"]: each for each in told["papers"]}
    assert sum(len(each["services"]) for each in papers.values()) == 19
    assert papers["household-register"]["answer"] == "verified" and papers["household-register"]["source"]
    assert all(each["reason"]["zh"] and each["reason"]["en"] for each in papers.values())
    assert all(each["breach"] for each in papers.values() if each["answer"] == "commitment")
    assert {each["payee"] for each in told["fees"]} == {"tax", "natural-resources"}
    assert (told["stated"][0]["count"], told["stated"][0]["after"]) == (19, 9) and told["stated"][0]["source"]["zh"]
    keys = [each["key"] for each in told["questions"]]
    assert len(keys) == len(set(keys)) > 5 and told["asked"] == ["utilities", "loan"]
    assert len(client.get(f"{AT}?utilities=all&loan=yes").json()["services"]) == 7
    assert client.get(f"{AT}?utilities=<script>").json()["answers"] == {"utilities": "all", "loan": "no"}


def test_nothing_of_it_is_about_who_asks(society, client):
    anybody = client.get(f"/api/bundles/{CITY}/{CHILD}")
    assert anybody.json()["example"]["zh"], "the plan is of an example"
    assert anybody["Access-Control-Allow-Origin"] == "*"


def test_a_version_is_the_very_bytes_that_its_digest_names(society, client):
    (now,) = [v for v in client.get(f"{AT}/versions").json()["versions"] if v["in_force"]]
    body = client.get(f"{AT}/versions/{now['sha256']}").content
    assert hashlib.sha256(body).hexdigest() == now["sha256"] == client.get(AT).json()["sha256"]
    assert now["effective_on"] and json.loads(body)["code"] == HOME
    for wrong in (f"{AT}/versions/{'0' * 64}", f"/api/bundles/{CITY}/nothing/versions", f"/api/bundles/{CITY}/nothing"):
        assert client.get(wrong).json()["code"] == "no_bundle" and client.get(wrong).status_code == 404


def test_nothing_is_sent_again_until_it_changes_and_one_that_ended_names_its_successor(society, client):
    first = client.get(AT)
    assert client.get(AT, headers={"If-None-Match": first["ETag"]}).status_code == 304
    bundles.retire(city=CITY, code=HOME, successor=CHILD, by=SYSTEM, now=timezone.now())
    gone = client.get(AT, headers={"If-None-Match": first["ETag"]})
    assert (gone.status_code, gone.json()["code"], gone.json()["successor"]) == (410, "bundle_gone", CHILD)
    page = client.get(f"/bundles/{CITY}/{HOME}")
    assert page.status_code == 410 and f'href="/bundles/{CITY}/{CHILD}"' in page.content.decode()
    assert HOME not in client.get("/sitemap.xml").content.decode()


def test_its_page_is_linked_data_and_stands_in_the_sitemap(society, client):
    assert f"<loc>http://testserver/bundles/{CITY}/{HOME}</loc>" in client.get("/sitemap.xml").content.decode()
    page = client.get(f"/bundles/{CITY}/{HOME}").content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])
    assert data["@type"] == "GovernmentService" and data["version"] == bundles.version_in_force(HOME, city=CITY).sha256
    parts = {each["@id"].rpartition("/")[2] for each in data["hasPart"]}
    assert parts == {each.item for each in bundles.in_force(HOME, city=CITY).members}
    assert client.get(data["subjectOf"].removeprefix("http://testserver")).status_code == 200


def test_what_is_coming_is_told_with_its_day(society, client):
    old = bundles.version_in_force(CHILD, city=CITY)
    newer = bytes(old.body).replace("凭父母两张身份证就能算出其余的".encode(), "只要父母两张身份证".encode())
    now = timezone.now()
    on = now.date() + timedelta(days=300)
    bundles.publish(city=CITY, body=newer, effective_on=on, by=SYSTEM, now=now)
    told = client.get(f"/api/bundles/{CITY}/{CHILD}").json()
    assert told["coming"] == [{"on": on.isoformat(), "ends": False, "changes": told["coming"][0]["changes"]}]
    assert told["coming"][0]["changes"][0]["says"]["en"] == "The description is new"
    assert told["sha256"] == old.sha256 == stock.digest_in_force(stock.BUNDLES, CHILD, city=CITY)
    assert "有变化" in client.get(f"/bundles/{CITY}/{CHILD}").content.decode()
