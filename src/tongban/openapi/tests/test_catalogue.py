"""The open catalogue: pages that hold everything once, facets, versions whose bytes are their digest, entity tags, sitemaps."""

from __future__ import annotations

import hashlib
import re
from xml.etree import ElementTree

import jsonschema_rs
import pytest
from django.urls import Resolver404, resolve
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.catalog import actions, bundles, queries
from tongban.openapi import crawling

pytestmark = pytest.mark.django_db
CITY, ROAD, FIRM = "330100", "road-occupation", "company-registration"


def test_the_pages_together_hold_everything_once(society, client):
    address, found, pages = "/api/services?size=7", [], 0
    while address:
        told = client.get(address).json()
        found += [f"{each['city']}/{each['code']}" for each in told["services"]]
        address, pages = told["next"], pages + 1
    assert len(found) == len(set(found)) == told["total"] > 7 and pages == told["pages"]


def test_facets_narrow_the_list_and_agree_with_the_counts(society, client):
    (counted,) = client.get(f"/api/catalogue?city={CITY}").json()["cities"]
    assert sum(counted["grades"].values()) == counted["total"] == client.get("/api/services?size=1").json()["total"]
    instant = client.get("/api/services?grade=instant&size=500").json()
    assert instant["total"] == counted["grades"]["instant"] > 0
    assert {each["grade"] for each in instant["services"]} == {"instant"}
    firms = client.get("/api/services?audience=firm&size=500").json()
    assert all(set(each["audience"]) & set("23456") for each in firms["services"])
    assert client.get("/api/services?subject=p060&q=结婚").json()["total"] >= 1
    near = client.get("/api/services?district=330106&size=500").json()
    assert 0 < near["total"] < counted["total"] and all("1" in each["channels"] for each in near["services"])


@pytest.mark.parametrize("asked", ["page=0", "page=-1", "page=x", "page=%EF%BC%91", "size=0", "size=1e3", "page=99999999"])
def test_a_page_that_is_no_number_of_one_is_refused_as_a_problem(society, client, asked):
    answer = client.get(f"/api/services?{asked}")
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "bad_page" and answer.json()["field"] in ("page", "size")


def test_a_page_behind_the_last_is_empty(society, client):
    told = client.get("/api/services?page=999999").json()
    assert told["services"] == [] and told["next"] is None and told["total"] > 0


NOTHING = ["city=999999", "grade=best", "subject=x", "office='", "letter=%25", "district=310117", "audience=" + "x" * 9999]


@pytest.mark.parametrize("asked", NOTHING)
def test_what_nobody_offers_leaves_nothing(society, client, asked):
    assert client.get(f"/api/services?{asked}").json()["services"] == []


def test_nothing_is_sent_again_until_the_catalogue_changes(society, client):
    for path in ("/api/services", f"/api/services/{CITY}/{ROAD}", "/api/catalogue", f"/api/services/{CITY}/{ROAD}/versions"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": f'"x", W/{first["ETag"]}'})
        assert (again.status_code, again.content) == (304, b""), path
        assert again["ETag"] == first["ETag"] and "no-cache" in first["Cache-Control"]
    tag = client.get("/api/services")["ETag"]
    assert client.get("/api/services?size=3")["ETag"] != tag
    actions.retire(city=CITY, code=ROAD, successor=FIRM, by=SYSTEM, now=timezone.now())
    assert client.get("/api/services", headers={"If-None-Match": tag}).status_code == 200


def test_a_retired_service_answers_410_whatever_tag_is_brought(society, client):
    tag = client.get(f"/api/services/{CITY}/{ROAD}")["ETag"]
    actions.retire(city=CITY, code=ROAD, successor=FIRM, by=SYSTEM, now=timezone.now())
    answer = client.get(f"/api/services/{CITY}/{ROAD}", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["successor"]) == (410, FIRM)


def test_a_version_is_the_very_bytes_that_its_digest_names(society, client):
    (now,) = [v for v in client.get(f"/api/services/{CITY}/{ROAD}/versions").json()["versions"] if v["in_force"]]
    body = client.get(f"/api/services/{CITY}/{ROAD}/versions/{now['sha256']}").content
    assert hashlib.sha256(body).hexdigest() == now["sha256"] == queries.in_force(ROAD, city=CITY).sha256
    for wrong in ("0" * 64, "x"):
        assert client.get(f"/api/services/{CITY}/{ROAD}/versions/{wrong}").status_code == 404
    assert client.get(f"/api/services/{CITY}/nothing/versions").status_code == 404


def test_what_is_described_is_what_is_answered(society, client):
    told = client.get("/api/openapi.json").json()
    item, bundle = queries.in_force(ROAD, city=CITY), bundles.version_in_force("newborn", city=CITY)
    for path, operations in told["paths"].items():
        named = bundle if path.startswith("/api/bundles") else item
        real = path.format(city=CITY, code=named.code, sha256=named.sha256)
        resolve(real)
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = client.get(real)
        jsonschema_rs.validator_for({**schema, "components": told["components"]}).validate(answer.json())
    with pytest.raises(Resolver404):
        resolve("/api/nothing")


def test_machines_of_anybody_may_read_it(society, client):
    assert client.get("/api/services")["Access-Control-Allow-Origin"] == "*"
    assert client.head("/api/services").status_code == 200 and client.post("/api/services").status_code == 405


def addresses(answer):
    root = ElementTree.fromstring(answer.content)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    return root.tag.partition("}")[2], [each.text for each in root.findall(".//s:loc", space)]


def test_every_public_page_stands_in_the_sitemap_and_opens(society, client):
    kind, found = addresses(client.get("/sitemap.xml"))
    assert kind == "urlset" and len(found) == len(set(found))
    assert f"http://testserver/services/{CITY}/{ROAD}" in found
    for each in [*found[:30], found[-1]]:
        assert client.get(each.removeprefix("http://testserver")).status_code == 200, each


def test_a_sitemap_that_is_too_long_is_split_and_nothing_is_lost(society, client, monkeypatch):
    _, whole = addresses(client.get("/sitemap.xml"))
    monkeypatch.setattr(crawling, "MOST", 20)
    kind, parts = addresses(client.get("/sitemap.xml"))
    assert kind == "sitemapindex" and len(parts) == -(-len(whole) // 20)
    found = [at for part in parts for at in addresses(client.get(part.removeprefix("http://testserver")))[1]]
    assert found == whole
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == client.get("/sitemap-0.xml").status_code == 404


def test_robots_are_kept_from_what_is_somebodys_own(client, society):
    text = client.get("/robots.txt").content.decode()
    for path in ("/space", "/drafts", "/cases", "/desk"):
        assert f"Disallow: {path}\n" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text and not re.search(r"Disallow: /services|Disallow: /\n", text)


def test_the_page_of_figures_says_what_is_computed_and_leads_to_the_lists(society, client):
    text = client.get("/catalogue").content.decode()
    (counted,) = client.get(f"/api/catalogue?city={CITY}").json()["cities"]
    assert f"<b>{counted['grades']['instant']}</b>" in text and "不由部门自己填报" in text
    assert f"/services?city={CITY}&amp;grade=instant" in text
