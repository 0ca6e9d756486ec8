"""Versions never change, take effect on their day, and end on theirs; also when the node slept through it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
import pytest
from django.db import ProgrammingError, connection, transaction

from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.base.calendar import SHANGHAI
from tongban.base.words import Words
from tongban.catalog import actions, queries, refusals
from tongban.catalog.models import Coming, Entry, ItemVersion
from tongban.engine import items as engine
from tongban.engine.tests import services
from tongban.trail.models import Entry as Trail

pytestmark = pytest.mark.django_db
CITY, CODE = "330100", "paper"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()
CLERK = Actor(kind=Kind.OFFICER, id="clerk", name="演示")


def body(summary: str, code: str = CODE) -> bytes:
    return engine.body(services.item(code, summary=Words(zh=summary, en=summary)))


def publish(summary: str, on: date = TODAY, now: datetime = NOW) -> ItemVersion:
    return actions.publish(city=CITY, body=body(summary), effective_on=on, by=CLERK, now=now)


def shown() -> str:
    return queries.item(queries.in_force(CODE, city=CITY)).summary.zh


def day(number: int) -> datetime:
    return NOW + timedelta(days=number)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog_itemversion SET body = ''",
        "DELETE FROM catalog_itemversion",
        "TRUNCATE catalog_itemversion CASCADE",
    ],
)
def test_the_app_cannot_change_or_remove_a_published_version(statement):
    version = publish("first")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    kept = ItemVersion.objects.get(pk=version.pk)
    assert engine.sha256(bytes(kept.body)) == kept.sha256 == version.sha256


def test_what_is_published_for_a_coming_day_is_not_offered_before_it():
    publish("first")
    publish("second", on=TODAY + timedelta(days=7))
    assert shown() == "first"
    assert [row.on for row in queries.coming(CODE, city=CITY)] == [date(2026, 11, 30)]
    assert actions.put_in_force(now=day(6)) == 0
    assert shown() == "first"
    assert actions.put_in_force(now=day(7)) == 1
    assert (shown(), queries.coming(CODE, city=CITY)) == ("second", [])
    assert Trail.objects.filter(subject=f"{CITY}/{CODE}", verb="catalog.in-force").count() == 1


def test_a_node_that_was_down_catches_up_in_the_order_of_the_days():
    publish("first")
    publish("third", on=TODAY + timedelta(days=9))
    publish("second", on=TODAY + timedelta(days=4))
    assert actions.put_in_force(now=day(30)) == 1
    assert shown() == "third"


def test_what_fell_due_while_nobody_worked_does_not_undo_what_is_published_afterwards():
    publish("first")
    publish("second", on=TODAY + timedelta(days=4))
    publish("third", on=day(6).date(), now=day(6))
    assert actions.put_in_force(now=day(7)) == 0
    assert shown() == "third"


def test_the_day_begins_at_midnight_in_shanghai():
    publish("first")
    publish("second", on=date(2026, 11, 24))
    assert actions.put_in_force(now=datetime(2026, 11, 23, 23, 59, 59, tzinfo=SHANGHAI)) == 0
    assert actions.put_in_force(now=datetime(2026, 11, 24, 0, 0, tzinfo=SHANGHAI)) == 1


def test_a_new_item_says_from_which_day_it_can_be_applied_for():
    publish("first", on=date(2026, 12, 1))
    with pytest.raises(refusals.NotYet) as no:
        queries.in_force(CODE, city=CITY)
    assert (no.value.status, "2026-12-01" in no.value.because.zh) == (404, True)


def test_a_coming_change_can_be_taken_back_until_its_day():
    publish("first")
    publish("second", on=date(2026, 12, 1))
    (row,) = queries.coming(CODE, city=CITY)
    with pytest.raises(actions.NotComing):
        actions.withdraw(coming=row.pk, by=CLERK, now=datetime(2026, 12, 1, tzinfo=SHANGHAI))
    actions.withdraw(coming=row.pk, by=CLERK, now=NOW)
    with pytest.raises(actions.NotComing):
        actions.withdraw(coming=row.pk, by=CLERK, now=NOW)
    assert (actions.put_in_force(now=day(60)), shown()) == (0, "first")
    assert Trail.objects.filter(verb="catalog.withdraw", actor_id="clerk").count() == 1


def test_an_item_ends_on_its_day_with_a_successor_and_comes_back_when_published():
    publish("first")
    actions.retire(city=CITY, code=CODE, successor="other", by=CLERK, now=NOW, on=date(2026, 12, 1))
    assert shown() == "first"
    assert actions.put_in_force(now=datetime(2026, 12, 1, 0, 1, tzinfo=SHANGHAI)) == 1
    with pytest.raises(queries.NoItem) as no:
        queries.in_force(CODE, city=CITY)
    assert (no.value.status, no.value.successor) == (410, "other")
    publish("first", on=date(2026, 12, 2), now=datetime(2026, 12, 2, 9, tzinfo=SHANGHAI))
    assert shown() == "first"
    assert ItemVersion.objects.filter(code=CODE).count() == 1, "the same body is the same version"


def test_the_last_word_on_a_day_counts_and_numbers_follow_each_other():
    for summary in ("first", "second", "third"):
        publish(summary, on=date(2026, 12, 1))
    assert [(row.on, row.version.number) for row in queries.coming(CODE, city=CITY)] == [(date(2026, 12, 1), 3)]
    assert [version.number for version in queries.history(CODE, city=CITY)] == [3, 2, 1]
    assert Coming.objects.count() == 1 and not Entry.objects.filter(code=CODE).exists()


def test_a_version_published_by_the_system_says_so():
    assert actions.publish(city=CITY, body=body("x"), effective_on=TODAY, by=SYSTEM, now=NOW).published_by == SYSTEM.id
    assert msgspec.json.decode(bytes(queries.in_force(CODE, city=CITY).body))["code"] == CODE
