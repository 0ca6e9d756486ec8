"""Every item of the catalogue is applied for and decided, from the first question to the paper in hand, on a real PostgreSQL.

Half an hour of one processor: ``make every-item``, not part of ``make test`` (which does one item of every kind here, and all
of them without a database). What is of a kind is granted. Items written out in full ask for what not everybody of the small
city is (a veteran, a widow, a driver): those are decided, or refused before they are sent, in words and with an article.
"""

from __future__ import annotations

import pytest

from tongban.base.actors import SYSTEM
from tongban.catalog import actions as catalog
from tongban.engine import items as engine
from tongban.engine.tests.services import repository
from tongban.journeys import see
from tongban.journeys.tests.trying import CITY, Applicant, Offices, Refused

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
ITEMS = sorted(repository().items)


@pytest.mark.parametrize("code", ITEMS)
def test_it_is_applied_for_handled_and_decided(code, persona, clock, work, record_property):
    item = repository().items[code]
    catalog.publish(city=CITY, body=engine.body(item), effective_on=clock.now.date(), by=SYSTEM, now=clock.now)
    who = Applicant(item, persona, clock)
    try:
        who.fill()
    except Refused as no:
        record_property("refused", no.rules)
        assert not item.kind and all(each.says.zh and each.says.en and each.cites for each in no.failed), no.failed
        return
    number = who.submit(persona("founder"), *([persona(who.spouse)] if who.spouse else []))
    Offices(number, item, clock).work(work)
    view = see.case(number, by=who.by, now=clock.now)
    assert view.status == "closed" and view.granted, view.status
    assert item.outcome.certificate in {getattr(paper, "type", "") for paper in view.papers}
    record_property("decided", "granted")
