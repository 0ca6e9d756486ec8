"""What another city decides is paid at home."""

from __future__ import annotations

import pytest

from tongban.base.actors import Actor, Kind
from tongban.base.errors import Refusal
from tongban.cases.models import Case
from tongban.exchange import client
from tongban.exchange.models import Outbox
from tongban.exchange.tests.parties import THERE
from tongban.journeys import pay
from tongban.journeys.tests import peers
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import till as till
from tongban.payments import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(clock, monkeypatch):
    made, pool = peers.Far(clock), client.Pool(loopback=True)
    monkeypatch.setattr(client, "pool", lambda: pool)  # this process's may have given that city up for a while
    peers.agree(clock.now, there=made.url)
    yield made
    made.close()


DUE = {"title": {"zh": "换证", "en": "card"}, "fen": 4000, "digest": "d" * 64, "till": "http://till.invalid",
       "due": [{"office": {"zh": "公安", "en": "police"}, "fen": 4000,
                "lines": [{"title": {"zh": "工本费", "en": "cost"}, "fen": 4000}]}]}  # fmt: skip


def test_the_city_that_took_it_in_sees_what_is_due_and_has_it_ordered(case, till, clock, work):
    _, number, _ = case
    peers.agree(clock.now)
    Case.objects.filter(number=number).update(taken_in_by=THERE)
    by = Actor(kind=Kind.PEER, id=THERE)
    told = pay.asked(pay.Wish(key=number), by=by, now=clock.now)
    assert told["fen"] == 32_505 and len(told["due"]) == 2
    for stranger in ("320100", "330100:tax"):
        with pytest.raises(Refusal, match="no_case"):
            pay.asked(pay.Wish(key=number), by=Actor(kind=Kind.PEER, id=stranger), now=clock.now)
    with pytest.raises(Refusal, match="quote_changed"):
        pay.asked(pay.Wish(key=number, quote="0" * 64), by=by, now=clock.now)
    url = pay.asked(pay.Wish(key=number, quote=told["digest"]), by=by, now=clock.now)["url"]
    order = queries.open_ones(number)[0]
    assert url == order.url and till.orders[str(order.id)]["back"] == f"/payments/{order.id}/back"
    assert pay.leads_back(str(order.id), now=clock.now) == f"http://127.0.0.1:9/cases/{number}/pay?back=1"
    till.pay(order, clock.now)
    assert pay.asked(pay.Wish(key=number, look=True), by=by, now=clock.now)["paid"][0]["fen"] == 32_505
    work()
    papers = [e for e in Outbox.objects.filter(peer=THERE) if e.kind == "case.papers"]
    assert len(papers) >= 2, "the receipts are sent to the city where the person is"
    with pytest.raises(Refusal, match="no_order"):
        pay.leads_back("nothing", now=clock.now)


def test_what_another_city_asks_for_is_shown_and_ordered_there(case, far, clock):
    by, number, _ = case
    Case.objects.filter(number=number).update(city=THERE)
    far.facts["payment"] = DUE
    shown = pay.page(number, back=False, by=by, now=clock.now)
    assert (shown.fen, shown.due[0].office.en, shown.till) == (4000, "police", "http://till.invalid")
    assert pay.purse(number, now=clock.now).elsewhere
    far.facts["payment"] = {"url": "http://till.invalid/pay/1"}
    assert pay.begin(number, quote="d" * 64, by=by, now=clock.now) == "http://till.invalid/pay/1"
    for nonsense in ({"url": "javascript:alert(1)"}, {}):
        far.facts["payment"] = nonsense
        with pytest.raises(Refusal, match="peer_unavailable"):
            pay.begin(number, quote="d" * 64, by=by, now=clock.now)
    with pytest.raises(Refusal, match="peer_unavailable"):
        pay.page(number, back=True, by=by, now=clock.now)
    far.mood = "ill"
    with pytest.raises(Refusal, match="peer_unavailable"):
        pay.page(number, back=False, by=by, now=clock.now)
