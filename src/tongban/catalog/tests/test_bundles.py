"""Bundles that a city offers: versions that never change, found in people's own words, ended."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.db import ProgrammingError, connection, transaction

from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.catalog import actions, bundles, judging, queries, revisions
from tongban.catalog.models import BundleEntry, BundleVersion, Revision
from tongban.engine import bundles as engine
from tongban.engine import items
from tongban.engine.bundles import plain
from tongban.engine.items import Broken, Says
from tongban.engine.plan import Option
from tongban.engine.tests import services
from tongban.engine.ways import Asked, Lead
from tongban.trail.models import Entry as Trail

pytestmark = pytest.mark.django_db
CITY = "330100"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
ANN, BEN = (Actor(kind=Kind.OFFICER, id=n, name=f"{n}（演示）", powers=frozenset(("draft", "publish"))) for n in ("ann", "ben"))


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


def publish(bundle: engine.Bundle, on: date | None = None) -> BundleVersion:
    return bundles.publish(city=CITY, body=engine.body(bundle), effective_on=on, by=SYSTEM, now=NOW)


def code_of(do: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as no:
        do()
    return no.value.code


def test_a_bundle_is_a_version_with_its_digest_and_the_same_one_is_no_new_one():
    first = publish(thing())
    assert first.number == 1 and first.sha256 == engine.sha256(engine.body(thing()))
    assert publish(thing()).id == first.id
    assert bundles.in_force("cafe", city=CITY) == thing()
    assert publish(thing(order=5)).number == 2 and bundles.in_force("cafe", city=CITY).order == 5
    assert publish(thing()).id == first.id and bundles.in_force("cafe", city=CITY).order == 0
    verbs = Trail.objects.filter(subject_kind="bundle", subject=f"{CITY}/cafe").order_by("at", "id").values_list("verb", flat=True)
    assert list(verbs) == ["catalog.publish", "catalog.publish", "catalog.publish-again"]
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


@pytest.mark.parametrize(
    ("said", "items", "shown"),
    [
        ([("a", 0.9)], [("x", 1.0)], ["a"]),
        ([("a", 0.89)], [("x", 1.0)], []),
        ([("a", 0.5)], [("one", 1.0)], ["a"]),
        ([("a", 0.49)], [("one", 1.0)], []),
        ([("a", 0.6)], [("x", 1.0), ("one", 0.8)], ["a"]),
        ([("a", 0.6)], [("x", 1.0), ("one", 0.79)], []),
        ([("a", 0.6)], [("x", 1.0), ("y", 1.0), ("z", 1.0), ("one", 1.0)], []),
        ([("a", 0.6)], [], ["a"]),
        ([("a", 1.0), ("b", 0.76)], [("one", 1.0), ("two", 0.9)], ["a", "b"]),
        ([("a", 1.0), ("b", 0.74)], [("one", 1.0), ("two", 0.9)], ["a"]),
        ([], [("one", 1.0)], []),
    ],
)
def test_a_bundle_is_worth_a_place_if_it_says_so_itself_or_in_part_with_a_member_that_answers(said, items, shown):
    assert bundles.meant(said, items, {"a": ["one"], "b": ["two"]}) == shown


def test_what_people_do_comes_before_what_firms_do_in_the_order_of_a_life():
    for code, audience, order in (("b", "firm", 1), ("a", "person", 9), ("c", "person", 2)):
        publish(thing(code, audience=audience, order=order))
    assert [each.code for each in bundles.offered(city=CITY)] == ["c", "a", "b"]


def test_one_that_has_ended_is_not_offered_and_its_versions_stay():
    publish(thing())
    bundles.retire(city=CITY, code="cafe", by=SYSTEM, now=NOW)
    assert bundles.offered(city=CITY) == [] and BundleVersion.objects.count() == 1 and not BundleEntry.objects.exists()
    with pytest.raises(Refusal) as no:
        bundles.in_force("cafe", city=CITY)
    assert (no.value.code, no.value.status, no.value.successor) == ("bundle_gone", 410, "")
    assert code_of(lambda: bundles.retire(city=CITY, code="cafe", by=SYSTEM, now=NOW)) == "no_bundle"
    assert code_of(lambda: bundles.in_force("nothing", city=CITY)) == "no_bundle"
    publish(thing())
    assert bundles.in_force("cafe", city=CITY) == thing(), "offered again, it is no longer gone"


def test_one_that_is_published_for_a_coming_day_takes_effect_on_it_and_ends_on_its_own():
    later = NOW + timedelta(days=8)
    publish(thing(), on=later.date())
    assert code_of(lambda: bundles.in_force("cafe", city=CITY)) == "not_yet" and bundles.offered(city=CITY) == []
    assert actions.put_in_force(now=NOW + timedelta(days=7)) == 0
    assert actions.put_in_force(now=later) == 1 and bundles.in_force("cafe", city=CITY) == thing()
    publish(thing(order=3))
    publish(thing("bakery"))
    end = (later + timedelta(days=9)).date()
    bundles.retire(city=CITY, code="cafe", successor="bakery", by=SYSTEM, now=later, on=end)
    assert [row.on for row in bundles.coming("cafe", city=CITY)] == [end]
    assert {each.code for each in bundles.offered(city=CITY)} == {"bakery", "cafe"}
    actions.put_in_force(now=later + timedelta(days=9))
    with pytest.raises(Refusal) as no:
        bundles.in_force("cafe", city=CITY)
    assert (no.value.status, no.value.successor) == (410, "bakery")


def test_a_coming_change_is_taken_back_until_its_day():
    publish(thing())
    publish(thing(order=5), on=(NOW + timedelta(days=3)).date())
    (row,) = bundles.coming("cafe", city=CITY)
    actions.withdraw(coming=row.id, by=SYSTEM, now=NOW)
    assert bundles.coming("cafe", city=CITY) == []
    assert code_of(lambda: actions.withdraw(coming=row.id, by=SYSTEM, now=NOW)) == "not_coming"


def test_an_item_and_a_bundle_of_one_code_are_two():
    item = services.repository().items["school-entry"]
    actions.publish(city=CITY, body=items.body(item), effective_on=NOW.date(), by=SYSTEM, now=NOW)
    publish(thing("school-entry"))
    bundles.retire(city=CITY, code="school-entry", by=SYSTEM, now=NOW)
    assert queries.in_force("school-entry", city=CITY).number == 1
    assert code_of(lambda: bundles.in_force("school-entry", city=CITY)) == "bundle_gone"


def played() -> engine.Bundle:
    """One with an example, as every bundle has that is published here."""
    expect = engine.Expect(items=("one", "two"))
    return thing(situations=(engine.Situation(title=both("小店"), today="2026-03-02", chosen={"size": "small"}, expect=expect),))


def offered_parts() -> None:
    for code in ("one", "two"):
        part = services.item(code, parties=())
        actions.publish(city=CITY, body=items.body(part), effective_on=NOW.date(), by=SYSTEM, now=NOW)


def test_one_clerk_drafts_an_edition_and_another_approves_it_for_a_day():
    offered_parts()
    publish(played())
    row = revisions.start(city=CITY, code="cafe", kind="bundle", by=ANN, now=NOW)
    assert code_of(lambda: revisions.start(city=CITY, code="cafe", kind="bundle", by=BEN, now=NOW)) == "already_drafted"
    form = plain.fields(revisions.read(row)) | {"title.zh": "开一家咖啡馆"}
    row = revisions.change(revision=row.id, form=form, edition=row.edition, by=ANN, now=NOW)
    row = revisions.ask(revision=row.id, note="名称更清楚", by=ANN, now=NOW)
    day = NOW.date() + timedelta(days=4)
    assert code_of(lambda: revisions.approve(revision=row.id, on=day, edition=row.edition, by=ANN, now=NOW)) == "own_draft"
    assert code_of(lambda: revisions.approve(revision=row.id, on=day, edition=1, by=BEN, now=NOW)) == "other_edition"
    revisions.approve(revision=row.id, on=day, edition=row.edition, by=BEN, now=NOW)
    assert bundles.in_force("cafe", city=CITY).title.zh == "开咖啡馆一件事"
    actions.put_in_force(now=NOW + timedelta(days=4))
    assert bundles.in_force("cafe", city=CITY).title.zh == "开一家咖啡馆"
    kinds = set(Trail.objects.filter(verb="catalog.approve").values_list("subject_kind", "subject"))
    assert kinds == {("bundle", f"{CITY}/cafe")}


def zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


FOLDER = """
title: {zh: 开花店一件事, en: Opening a flower shop}
summary: {zh: 演示, en: A demonstration}
audience: firm
office: window
members:
  - {item: one, why: {zh: 先办, en: First}}
  - {item: two, why: {zh: 后办, en: Then}}
"""
EXAMPLE = """
- title: {zh: 都办, en: Both}
  today: "2026-03-02"
  expect: {items: [one, two]}
"""


def sent(bundle: str) -> Revision:
    files = {"flowers/bundle.yaml": bundle.lstrip(), "flowers/examples.yaml": EXAMPLE.lstrip()}
    return revisions.take_folder(city=CITY, content=zipped(files), name="x.zip", by=ANN, now=NOW)


def test_a_new_bundle_comes_as_a_folder_and_what_is_wrong_stops_it_with_its_line():
    offered_parts()
    row = sent(FOLDER)
    assert (row.kind, row.code, row.base) == ("bundle", "flowers", "")
    assert all(each["warning"] for each in row.findings), row.findings
    row = sent(FOLDER.replace("item: two", "item: nowhere"))
    assert [(each["line"], each["what"]["en"]) for each in row.findings] == [(7, "there is no item 'nowhere'")]
    assert code_of(lambda: revisions.ask(revision=row.id, note="", by=ANN, now=NOW)) == "has_errors"
    with pytest.raises(Broken) as no:
        sent("title: 1")
    assert no.value.findings[0].file == "services/bundles/flowers/bundle.yaml"


def test_another_nodes_bundle_is_looked_at_before_it_is_taken():
    judging.bounded_bundle(engine.body(thing()))
    with pytest.raises(Broken):
        judging.bounded_bundle(b"{}")
    endless = Lead(item="one", why=both("x"), when="answers.size.all(a, answers.size.all(b, a == b))")
    with pytest.raises(Refusal) as no:
        judging.bounded_bundle(engine.body(thing(members=(endless,))))
    assert no.value.code == "rule_broken"
    asked = thing().questions[0]
    many = tuple(msgspec.structs.replace(asked, key=f"q{n}") for n in range(5))
    with pytest.raises(Refusal) as no:
        judging.bounded_bundle(engine.body(thing(questions=many, members=(thing().members[0],))))
    assert no.value.code == "bundle_unsound"
