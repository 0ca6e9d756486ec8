"""An acquirer's messages at the machines' door: the true ones once, all others with no effect and a row on record."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import keys
from tongban.exchange import actions as exchange
from tongban.exchange import documents
from tongban.exchange.keys import node
from tongban.exchange.models import Evidence
from tongban.exchange.tests import parties
from tongban.exchange.tests.parties import OLD_KEY
from tongban.journeys.tests import peers
from tongban.journeys.tests.peers import COURIER, YEAR
from tongban.payments import ledger, payouts
from tongban.payments.models import Payment, Report
from tongban.payments.tests import samples
from tongban.payments.tests.samples import TILL

pytestmark = pytest.mark.django_db
REPORTS = "/api/payments/reports"
KEY = keys.new_ed25519()


@pytest.fixture
def order(db):
    """An order that waits to be paid; the acquirer and the courier stand on the node's own list."""
    now = timezone.now()
    listed = [
        parties.listed(TILL, "http://127.0.0.1:8", parties.row(KEY), kind="partner"),
        parties.listed(COURIER, "http://127.0.0.1:8", parties.row(OLD_KEY), kind="courier"),
    ]
    document = documents.make_trust_list(listed, 1, now + YEAR, [node().signing], "330100")
    exchange.load_trust_list(document=document, anchors=[node().signing.public], by=SYSTEM, now=now)
    return samples.order(now=now)


def message(of, **changed):
    plain = {
        "event": "e-1", "order": str(of.id), "sequence": 1, "kind": "paid", "number": "N-1", "refund": "", "fen": of.fen,
        "currency": "CNY", "at": "2026-11-28T10:00:00+08:00",
    }  # fmt: skip
    return {**plain, **changed}


def made(body, *, key=KEY, sender=TILL):
    return peers.asked(REPORTS, body, now=timezone.now(), key=key, sender=sender, purpose="payment")


def say(of, *, key=KEY, sender=TILL, **changed):
    return Client().post(**made(message(of, **changed), key=key, sender=sender))


def outcome() -> str:
    return Evidence.objects.order_by("at", "id").last().outcome


def nothing_happened() -> bool:
    return not Payment.objects.exists() and not Report.objects.exists() and ledger.balances() == {}


def test_a_payment_is_taken_once_however_often_it_is_told(order):
    for _ in range(3):
        answer = say(order)
        assert (answer.status_code, answer.json()["taken"]) == (200, True)
    assert "Signature" in answer.headers
    assert Payment.objects.count() == 1 and ledger.balance(ledger.held_by(TILL)) == order.fen
    assert say(order, number="N-2").status_code == 409, "the same message with other content"


def test_the_very_same_request_again_is_a_replay(order):
    request = made(message(order))
    assert Client().post(**request).status_code == 200
    assert Client().post(**request).status_code == 401 and outcome() == "replay"


def test_what_is_forged_changed_or_unsigned_is_not_heard(order):
    assert say(order, key=keys.new_ed25519()).status_code == 401
    changed = {**made(message(order)), "data": b'{"event":"x"}'}
    assert Client().post(**changed).status_code == 401
    assert Client().post(REPORTS, b"{}", content_type="application/json").status_code == 401
    assert say(order, sender=COURIER).status_code == 403 and outcome() == "wrong_sender"
    assert nothing_happened()


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"order": "00000000-0000-7000-8000-000000000000"}, 404, "no_order"),
        ({"fen": 1}, 422, "other_amount"), ({"currency": "USD"}, 422, "other_currency"),
        ({"kind": "gift"}, 400, "unknown_kind"), ({"order": "x"}, 400, "malformed"), ({"fen": 1.5}, 400, "malformed"),
        ({"fen": -1}, 400, "malformed"), ({"at": "yesterday"}, 400, "malformed"), ({"extra": 1}, 400, "malformed"),
        ({"kind": "refunded", "refund": "r-1"}, 409, "out_of_order"),
    ],
)  # fmt: skip
def test_what_is_not_true_or_no_message_is_refused_with_its_code(order, changed, status, code):
    answer = say(order, **changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code) and outcome() == code
    assert nothing_happened()
    assert answer.json().get("expected") == (1 if code == "out_of_order" else None)


def test_another_partner_does_not_speak_for_the_acquirer(order):
    answer = say(order, key=OLD_KEY, sender=COURIER)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_order") and nothing_happened()


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 5000])
def test_nonsense_is_answered_and_changes_nothing(order, body):
    assert Client().post(**made(body)).status_code in (400, 401) and nothing_happened()


OUTS = "/api/payments/payouts"


@pytest.fixture
def payout(order):
    """A payout that its acquirer was instructed to make."""
    now = timezone.now()
    samples.actions.take(said=samples.said(order), by=samples.SYSTEM, now=now)
    day, later = now.date(), now + YEAR
    accounts = {"tax": {"name": "演示", "bank": "演示银行", "number": "99001234"}}
    (made,) = payouts.instruct(
        acquirer=TILL, day=day, before=later, doubted_fen=0, accounts=accounts, by=samples.SYSTEM, now=now
    )
    return made


def out(of, *, key=KEY, sender=TILL, **changed):
    plain = {
        "event": "o-1", "payout": str(of.id), "sequence": 1, "kind": "paid_out", "number": "O-1", "fen": of.fen,
        "currency": "CNY", "at": "2026-11-29T03:00:00+08:00", "why": "",
    }  # fmt: skip
    body = {**plain, **changed}
    return Client().post(**peers.asked(OUTS, body, now=timezone.now(), key=key, sender=sender, purpose="payment"))


def test_a_payout_is_taken_once_however_often_it_is_told(payout):
    for _ in range(3):
        answer = out(payout)
        assert (answer.status_code, answer.json()["taken"]) == (200, True)
    payout.refresh_from_db()
    assert (payout.state, payout.number, ledger.balance("paying-out")) == ("done", "O-1", 0)
    assert out(payout, number="O-2").status_code == 409, "the same message with other content"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"payout": "00000000-0000-7000-8000-000000000000"}, 404, "no_payout"), ({"fen": 1}, 422, "other_amount"),
        ({"currency": "USD"}, 422, "other_currency"), ({"kind": "paid"}, 400, "unknown_kind"),
        ({"payout": "x"}, 400, "malformed"), ({"fen": 1.5}, 400, "malformed"), ({"extra": 1}, 400, "malformed"),
    ],
)  # fmt: skip
def test_what_is_not_true_of_a_payout_is_refused_with_its_code(payout, changed, status, code):
    answer = out(payout, **changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    payout.refresh_from_db()
    assert payout.state == "asked" and ledger.balance("paying-out") == -payout.fen


def test_nobody_else_speaks_of_a_payout(payout):
    assert out(payout, key=keys.new_ed25519()).status_code == 401
    assert out(payout, key=OLD_KEY, sender=COURIER).status_code == 404
    assert Client().post(OUTS, b"{}", content_type="application/json").status_code == 401
