"""One item of every kind, from the first question to the paper in hand, on a real PostgreSQL, by people of the small city.

Which item stands for its kind is drawn by a seed that the day of the small city gives, so that it is the same for all who
run the tests. ``tongban.engine.tests.test_every_item`` does all of them without a database; ``make every-item`` does all of
them here.
"""

from __future__ import annotations

import random

import pytest

from tongban.base.actors import SYSTEM
from tongban.catalog import actions as catalog
from tongban.engine import items as engine
from tongban.engine.tests.services import repository
from tongban.journeys import find, see
from tongban.journeys.tests.trying import CITY, Applicant, Offices
from tongban.wiring.testing import NOW

pytestmark = pytest.mark.django_db
KINDS = sorted({item.kind for item in repository().items.values()} - {""})


def drawn(kind: str) -> engine.Item:
    """The item that stands for its kind."""
    found = sorted(code for code, item in repository().items.items() if item.kind == kind)
    return repository().items[random.Random(f"{NOW.date()}{kind}").choice(found)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_every_kind_is_applied_for_handled_and_decided(kind, persona, clock, work):
    item = drawn(kind)
    catalog.publish(city=CITY, body=engine.body(item), effective_on=clock.now.date(), by=SYSTEM, now=clock.now)
    assert find.guide(CITY, item.code, now=clock.now).item == item
    who = Applicant(item, persona, clock)
    who.fill()
    number = who.submit()
    Offices(number, item, clock).work(work)
    view = see.case(number, by=who.by, now=clock.now)
    assert view.status == "closed" and view.granted, (item.code, view.status)
    assert item.outcome.certificate in {getattr(paper, "type", "") for paper in view.papers}, item.code
