"""Bundles that a city offers: versions that never change, found in people's own words, ended."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest
from django.db import ProgrammingError, connection, transaction

from tongban.base.actors import SYSTEM
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.catalog import bundles
from tongban.catalog.models import BundleEntry, BundleVersion
from tongban.engine import bundles as engine
from tongban.engine.items import Broken, Says
from tongban.engine.plan import Option
from tongban.engine.ways import Asked, Lead
from tongban.trail.models import Entry as Trail

pytestmark = pytest.mark.django_db
CITY = "330100"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


def both(text: str) -> Words:
    return Words(zh=text, en=text)


def thing(code: str = "cafe", **changes) -> engine.Bundle:
    asked = Asked(key="size", ask=both("多大"), options=(Option(value="small", label=both("小")),))
    plain = {
        "title": Words(zh="开咖啡馆一件事", en="Opening a coffee house"), "summary": both("演示"), "audience": "firm",
        "office": "market-supervision", "questions": (asked,), "says": Says(zh=("开咖啡店",), en=("start a cafe",)),
        "members": (Lead(item="one", why=both("x")), Lead(item="two", why=both("y"), when='answers.size == "small"')),
    }  # fmt: skip
    return engine.Bundle(code=code, **{**plain, **changes})


def publish(bundle: engine.Bundle) -> BundleVersion:
    return bundles.publish(city=CITY, body=engine.body(bundle), by=SYSTEM, now=NOW)


def test_a_bundle_is_a_version_with_its_digest_and_the_same_one_is_no_new_one():
    first = publish(thing())
    assert first.number == 1 and first.sha256 == engine.sha256(engine.body(thing()))
    assert publish(thing()).id == first.id
    assert bundles.in_force("cafe", city=CITY) == thing()
    assert publish(thing(order=5)).number == 2 and bundles.in_force("cafe", city=CITY).order == 5
    assert publish(thing()).id == first.id and bundles.in_force("cafe", city=CITY).order == 0
    assert Trail.objects.filter(verb="catalog.publish-bundle", subject=f"{CITY}/cafe").count() == 3
    assert bundles.published(city=CITY, sha256=first.sha256) and not bundles.published(city="310117", sha256=first.sha256)


@pytest.mark.parametrize("statement", ["UPDATE catalog_bundleversion SET body = ''", "DELETE FROM catalog_bundleversion"])
def test_nobody_changes_or_removes_a_version(statement):
    publish(thing())
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_it_is_found_by_what_people_say_in_either_language_and_in_its_own_city():
    publish(thing())
    publish(thing("bakery", title=Words(zh="开面包房一件事", en="Opening a bakery"), says=Says(zh=("开面包店",))))
    assert bundles.search("我想开咖啡店", city=CITY)[0] == "cafe"
    assert bundles.search("start a cafe", city=CITY)[0] == "cafe"
    assert bundles.search("面包", city=CITY)[0] == "bakery"
    assert bundles.search("护照", city=CITY) == [] and bundles.search("咖啡", city="310117") == []


def test_what_people_do_comes_before_what_firms_do_in_the_order_of_a_life():
    for code, audience, order in (("b", "firm", 1), ("a", "person", 9), ("c", "person", 2)):
        publish(thing(code, audience=audience, order=order))
    assert [each.code for each in bundles.offered(city=CITY)] == ["c", "a", "b"]


def test_one_that_has_ended_is_not_offered_and_its_versions_stay():
    publish(thing())
    bundles.retire(city=CITY, code="cafe", by=SYSTEM, now=NOW)
    assert bundles.offered(city=CITY) == [] and BundleVersion.objects.count() == 1 and not BundleEntry.objects.exists()
    for ask in (lambda: bundles.in_force("cafe", city=CITY), lambda: bundles.retire(city=CITY, code="cafe", by=SYSTEM, now=NOW)):
        with pytest.raises(Refusal) as no:
            ask()
        assert no.value.code == "no_bundle" and no.value.status == 404 and no.value.next_step is not None


def test_another_nodes_bundle_is_looked_at_before_it_is_taken():
    bundles.bounded(engine.body(thing()))
    with pytest.raises(Broken):
        bundles.bounded(b"{}")
    endless = Lead(item="one", why=both("x"), when="answers.size.all(a, answers.size.all(b, a == b))")
    with pytest.raises(Refusal) as no:
        bundles.bounded(engine.body(thing(members=(endless,))))
    assert no.value.code == "rule_broken"
    asked = thing().questions[0]
    many = tuple(msgspec.structs.replace(asked, key=f"q{n}") for n in range(5))
    with pytest.raises(Refusal) as no:
        bundles.bounded(engine.body(thing(questions=many, members=(thing().members[0],))))
    assert no.value.code == "bundle_unsound"
