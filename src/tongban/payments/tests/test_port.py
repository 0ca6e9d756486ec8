"""What an acquirer must do, asked of the fake and of the sandbox over the wire alike."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.base.calendar import SHANGHAI
from tongban.base.cryptography import keys as crypto
from tongban.exchange import actions as exchange
from tongban.exchange import documents
from tongban.exchange.keys import node
from tongban.exchange.tests import parties
from tongban.payments import actions, believing, payouts, port, refunds
from tongban.payments.models import Order, Payout
from tongban.payments.tests import samples
from tongban.payments.tests.till import Till

ROOT = Path(__file__).parents[4]
YEAR = timedelta(days=365)


class Fake:
    """The fake, with somebody who pays."""

    def __init__(self) -> None:
        self.port = Till(samples.TILL)

    def pay(self, order: Order) -> None:
        self.port.pay(order, timezone.now())

    def fails_next(self, fails: bool) -> None:
        self.port.fails_back = fails


class Sandbox:
    """The sandbox as a process, trusted by this node and trusting it."""

    def __init__(self, home: Path) -> None:
        ours = {"id": "330100", "url": "http://testserver", "jwk": node().signing.public.jwk()}
        (home / "trust.json").write_text(json.dumps({"parties": [ours]}))
        command = [sys.executable, "-m", "sandboxes.acquirer", "--home", str(home / "acquirer")]
        self.process = subprocess.Popen(
            [*command, "--trust", str(home / "trust.json")], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip().rpartition(" ")[2]
        self.token = (home / "acquirer" / "control.token").read_text().strip()
        self.port: port.Acquirer = port.Wire(samples.TILL)

    def trust(self) -> None:
        key = crypto.public_from_jwk(httpx.get(f"{self.url}/public.jwk").json())
        listed = parties.listed(samples.TILL, self.url, documents.KeyRow(key.jwk(), timezone.now() - YEAR), kind="partner")
        document = documents.make_trust_list([listed], 1, timezone.now() + YEAR, [node().signing], "330100")
        exchange.load_trust_list(
            document=document, anchors=[node().signing.public], by=SYSTEM, now=timezone.now(), quorum=1
        )

    def pay(self, order: Order) -> None:
        self.wish({"pay": {"order": str(order.id)}})

    def fails_next(self, fails: bool) -> None:
        self.wish({"fail_refund": fails})

    def wish(self, wish: dict[str, Any]) -> None:
        answer = httpx.post(f"{self.url}/control", json=wish, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = Sandbox(tmp_path_factory.mktemp("till"))
    yield made
    made.process.terminate()
    made.process.wait(10)


@pytest.fixture(params=["fake", "sandbox"])
def till(request: pytest.FixtureRequest, db: Any) -> Any:
    if request.param == "fake":
        return Fake()
    found = request.getfixturevalue("sandbox")
    found.trust()
    return found


def ordered() -> Order:
    return samples.order(now=timezone.now())


def placed(till: Any, order: Order) -> port.Standing:
    names = {"tax": "演示税务局", "land": "演示登记中心"}
    return till.port.place(order, title="演示", payees=names, back="/cases/1/pay", now=timezone.now())


def happening(order: Order, event: port.Event) -> believing.Said:
    return samples.said(order, number=event.number, fen=event.fen, currency=event.currency, at=event.at)


def test_an_order_is_placed_once_looked_at_and_closed(till):
    order = ordered()
    first = placed(till, order)
    assert first.state == "open" and first.url.startswith("http://") and first.reference and first.events == ()
    assert placed(till, order) == first
    assert till.port.look(order, now=timezone.now()).state == "open"
    assert till.port.close(order, now=timezone.now()).state == "closed"
    never = samples.order("330100-never", now=timezone.now())
    assert till.port.close(never, now=timezone.now()).state == "closed"


def test_what_was_paid_is_told_given_back_and_stands_in_the_statement(till):
    order = ordered()
    placed(till, order)
    till.pay(order)
    (event,) = till.port.look(order, now=timezone.now()).events
    assert (event.kind, event.fen, event.currency) == ("paid", order.fen, "CNY")
    assert till.port.close(order, now=timezone.now()).state == "paid"
    payment = actions.take(said=happening(order, event), by=samples.SYSTEM, now=timezone.now())
    refund = samples.back(payment, registration=8_000)
    for _ in range(2):
        till.port.give_back(refund, now=timezone.now())
    events = till.port.look(order, now=timezone.now()).events
    assert [(e.kind, e.fen, e.refund) for e in events] == [("paid", order.fen, ""), ("refunded", 8_000, str(refund.id))]
    day = events[0].at.astimezone(SHANGHAI).date()
    lines = [e for e in till.port.statement(day, now=timezone.now()).lines if e.order == str(order.id)]
    assert [(e.kind, e.number, e.fen) for e in lines] == [(e.kind, e.number, e.fen) for e in events]


def test_a_refund_that_failed_stays_failed_and_another_of_the_same_money_is_taken(till):
    order = ordered()
    placed(till, order)
    till.pay(order)
    (event,) = till.port.look(order, now=timezone.now()).events
    payment = actions.take(said=happening(order, event), by=samples.SYSTEM, now=timezone.now())
    first = samples.back(payment, registration=8_000)
    till.fails_next(True)
    till.port.give_back(first, now=timezone.now())
    till.fails_next(False)
    till.port.give_back(first, now=timezone.now())
    (_, told) = till.port.look(order, now=timezone.now()).events
    assert (told.kind, told.fen, told.refund) == ("refund_failed", 8_000, str(first.id))
    failed = refunds.did_not_come_back(
        refund=str(first.id), said=happening(order, told), by=samples.SYSTEM, now=timezone.now()
    )
    again = refunds.ask_anew(failed=failed, by=samples.SYSTEM, now=timezone.now())
    till.port.give_back(again, now=timezone.now())
    assert [e.kind for e in till.port.look(order, now=timezone.now()).events] == ["paid", "refund_failed", "refunded"]


def test_more_than_is_left_is_not_given_back_and_said_so(till):
    order = ordered()
    placed(till, order)
    till.pay(order)
    (event,) = till.port.look(order, now=timezone.now()).events
    payment = actions.take(said=happening(order, event), by=samples.SYSTEM, now=timezone.now())
    refund = samples.back(payment, registration=8_000)
    refund.fen = order.fen + 1
    with pytest.raises(port.NotGivenBack, match="refund-too-much"):
        till.port.give_back(refund, now=timezone.now())
    refund.fen = 8_000
    till.port.give_back(refund, now=timezone.now())


def test_a_refund_that_the_sandbox_refuses_or_knows_otherwise(sandbox, db):
    sandbox.trust()
    order = ordered()
    placed(sandbox, order)
    sandbox.pay(order)
    (event,) = sandbox.port.look(order, now=timezone.now()).events
    payment = actions.take(said=happening(order, event), by=samples.SYSTEM, now=timezone.now())
    refund = samples.back(payment, registration=8_000)
    refund.payment.order.currency = "USD"
    with pytest.raises(port.NotGivenBack, match="field-invalid"):
        sandbox.port.give_back(refund, now=timezone.now())
    refund.payment.order.currency = "CNY"
    sandbox.port.give_back(refund, now=timezone.now())
    refund.fen = 1
    with pytest.raises(port.NotAsAgreed) as no:  # it may have gone back: nobody says that it failed
        sandbox.port.give_back(refund, now=timezone.now())
    assert no.value.because and "other-content" in no.value.because.en
    other = samples.back(payment, map=500)
    other.payment.number = "SBN0"
    with pytest.raises(port.NotAsAgreed):
        sandbox.port.give_back(other, now=timezone.now())


def test_what_is_held_is_paid_out_once_told_and_in_the_statement(till):
    order = ordered()
    placed(till, order)
    till.pay(order)
    (event,) = till.port.look(order, now=timezone.now()).events
    actions.take(said=happening(order, event), by=samples.SYSTEM, now=timezone.now())
    day = timezone.now().astimezone(SHANGHAI).date()
    account = {"name": "演示税务局（演示户）", "bank": "演示银行", "number": "9900330100000004"}
    made = payouts.instruct(
        acquirer=samples.TILL, day=day, before=timezone.now() + timedelta(days=1), doubted_fen=0, accounts={"tax": account},
        by=samples.SYSTEM, now=timezone.now(),
    )  # fmt: skip
    (payout,) = made
    assert till.port.look_out(payout, now=timezone.now()) is None
    for _ in range(2):
        till.port.pay_out(payout, now=timezone.now())
    (told,) = till.port.look_out(payout, now=timezone.now()).events
    assert (told.kind, told.fen, told.currency) == ("paid_out", 3_000_000, "CNY")
    lines = [e for e in till.port.statement(day, now=timezone.now()).lines if e.payout == str(payout.id)]
    assert [(e.kind, e.number, e.fen) for e in lines] == [("paid_out", told.number, 3_000_000)]


def test_more_than_the_sandbox_holds_is_refused_for_good(sandbox, db):
    sandbox.trust()
    much = Payout(acquirer=samples.TILL, payee="tax", day=timezone.now().date(), fen=10**14, asked_at=timezone.now())
    much.account = {"name": "演示", "bank": "演示银行", "number": "9900330100000004"}
    with pytest.raises(port.NotPaidOut, match="not-held"):
        sandbox.port.pay_out(much, now=timezone.now())


def test_an_acquirer_that_nobody_trusts_is_not_asked(db):
    with pytest.raises(port.Unavailable):
        port.Wire("330100:stranger").look(ordered(), now=timezone.now())
