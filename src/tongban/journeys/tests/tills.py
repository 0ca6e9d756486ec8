"""What tests of payment share: a service that costs something, a case of it that is accepted, an acquirer in memory."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tongban.base.actors import SYSTEM
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.catalog import actions as catalog
from tongban.engine import items as engine
from tongban.engine.items import Tariff
from tongban.engine.tests.services import repository
from tongban.journeys import handle, pay
from tongban.journeys.pay import receipts
from tongban.journeys.tests.trying import CITY, Applicant, Offices
from tongban.payments import ledger, port, queries
from tongban.payments.tests.till import Till

ITEM = repository().items["identity-card-renewal"]
HELD = ledger.held_by("330100:acquirer")


def fee(key: str, fen: int, payee: str = "public-security") -> Tariff:
    return Tariff(key=key, title=Words(zh=f"费用{key}", en=f"fee {key}"), payee=payee, fen=fen, cites=("《办法》第一条",))


FEES = (fee("card", 2_000), fee("tax", 30_005, "tax"), fee("stamp", 500, "tax"))


@pytest.fixture
def till(monkeypatch):
    made = Till()
    monkeypatch.setattr(port, "acquirer", lambda id="": made)
    return made


@pytest.fixture
def offer(clock, society, db):
    """Publishes the service with these fees, in force today."""

    def put(*fees: Tariff):
        item = replace(ITEM, fees=fees, title=Words(zh=f"换证（{len(fees)} 项费用）", en=f"card, {sum(f.fen for f in fees)}"))
        catalog.publish(city=CITY, body=engine.body(item), effective_on=clock.now.date(), by=SYSTEM, now=clock.now)
        return item

    return put


@pytest.fixture
def case(offer, persona, clock, work, till):
    """A case that costs 325.05, accepted; its applicant, number and officers."""
    item = offer(*FEES)
    who = Applicant(item, persona, clock)
    who.fill()
    number = who.submit()
    offices = Offices(number, item, clock)
    accept = next(s for s in offices.state().steps if s.kind.value == "accept")
    handle.accept(number=number, by=offices.whoever(accept), now=clock.now)
    work()
    return who.by, number, offices


def due(number, clock):
    return pay.quote(stored.by_number(number), now=clock.now)


def ordered(number, by, clock):
    pay.begin(number, quote=due(number, clock).digest, by=by, now=clock.now)
    return queries.open_ones(number)[0]


def heard(till, clock):
    for body in till.hear():
        pay.reported(body=body, acquirer=till.id, now=clock.now)


def receipts_of(number):
    return list(receipts.of_orders(queries.of_case(number)))


def paid(number, by, till, clock, work):
    order = ordered(number, by, clock)
    till.pay(order, clock.now)
    heard(till, clock)
    work()
    return order


def decided(offices, work, *, granted=True):
    offices.do(offices.next_step())
    step = offices.next_step()
    by = offices.whoever(step)
    words = {"reasons": "符合规定", "cites": ""} if granted else {"reasons": "照片不是本人", "cites": "《居民身份证法》第三条"}
    handle.decide(number=offices.number, granted=granted, by=by, now=offices.clock.now, **words)
    work()


def step_of(number, kind="pay"):
    return next(s for s in stored.state(stored.by_number(number)).steps if s.kind.value == kind)
