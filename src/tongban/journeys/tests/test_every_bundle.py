"""Every bundle is begun, filled in and submitted with its own example, on a real PostgreSQL; what was asked is counted."""

from __future__ import annotations

import pytest

from tongban.base.actors import SYSTEM
from tongban.cases import queries as stored
from tongban.catalog import actions as catalog
from tongban.catalog import bundles
from tongban.engine import bundles as engine
from tongban.engine import items
from tongban.engine.plan import Verdict
from tongban.engine.tests.services import files, repository
from tongban.journeys import saving
from tongban.journeys.tests.examples import Played
from tongban.journeys.tests.trying import CITY

pytestmark = pytest.mark.django_db
TWELVE = engine.load_bundles(files(), repository().shared.laws).bundles


def offer(bundle: engine.Bundle, clock) -> None:
    """The city offers it, and every item that it may come to."""
    for member in bundle.members:
        body = items.body(repository().items[member.item])
        catalog.publish(city=CITY, body=body, effective_on=clock.now.date(), by=SYSTEM, now=clock.now)
    bundles.publish(city=CITY, body=engine.body(bundle), by=SYSTEM, now=clock.now)


@pytest.mark.parametrize("code", sorted(TWELVE))
def test_it_is_begun_and_submitted_with_its_own_example(code, persona, clock, record_property):
    bundle = TWELVE[code]
    offer(bundle, clock)
    played = Played(bundle, persona, clock)
    codes = engine.chosen(bundle, {}).sure
    assert [ref.code for ref in played.sheet().refs] == list(codes)
    sheet = played.fill()
    assert sheet.ready, (sheet.plan.failed, sheet.missing)
    number = played.submit()
    row, told = stored.by_number(number), saving.of_cases([number])
    assert row.bundle == code and told.items == len(codes) == bundle.baseline.items
    before = told.items, told.visits_before, told.asked, told.days_before
    stated = bundle.baseline
    assert before == (stated.items, stated.visits, stated.papers, stated.days), "as it is stated of before"
    wanted = {each.type for each in sheet.plan.materials if each.verdict is Verdict.UPLOAD and each.required}
    assert told.upload == len(wanted) and set(played.brought) <= wanted, "what is not brought now may follow after acceptance"
    assert told.visits <= told.visits_before and told.days <= told.days_before
    alone = sum(len(engine.plan(bundle, [repository().items[each]], played.situation).questions) for each in codes)
    assert len(played.asked) < alone, "one form asks less than the forms one by one"
    for name, value in (("asked", len(played.asked)), ("alone", alone), ("papers", told.asked), ("brought", told.upload)):
        record_property(name, value)
    print(f"{code}: {len(played.asked)} questions of {alone}, {told.upload} papers of {told.asked}, {told.days} days of {told.days_before}")
