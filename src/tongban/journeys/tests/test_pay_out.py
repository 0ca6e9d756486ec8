"""What came in is paid out to the payees each night, net of what went back: once, and never more than is there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from tongban.base.actors import SYSTEM
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.engine.tests.services import repository
from tongban.journeys import pay, wishes
from tongban.journeys.pay import payees
from tongban.journeys.tests.tills import HELD, heard, paid
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import till as till
from tongban.payments import ledger, payouts, port
from tongban.payments.models import Payout

REPOSITORY = Path(__file__).parents[4]
pytestmark = pytest.mark.django_db


def counted() -> dict[str, int]:
    """The balances, after PostgreSQL has counted every posting and every payout."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    found = ledger.balances()
    assert sum(found.values()) == 0
    return {account: fen for account, fen in found.items() if fen}


def out_heard(till, clock):
    told = till.hear()
    for body in told:
        pay.out_reported(body=body, acquirer=till.id, now=clock.now)
    return told


@pytest.fixture
def night(case, till, clock, work):
    """The night after a payment of 325.05 for two payees: goes on to it, and pays out; how many payouts were made."""
    by, number, _ = case
    paid(number, by, till, clock, work)

    def falls(days=1):
        clock.forward(days=days)
        made = pay.pay_out(now=clock.now)
        work()
        return made

    return falls


def test_each_payee_is_paid_out_once_by_one_instruction(night, till, clock):
    assert night() == 2
    assert counted() == {HELD: 32_505, "paying-out": -32_505}
    assert len(out_heard(till, clock)) == 2
    assert counted() == {}
    rows = {row.payee: row for row in Payout.objects.all()}
    assert {payee: (row.fen, row.state) for payee, row in rows.items()} == {
        "public-security": (2_000, "done"), "tax": (30_505, "done"),
    }  # fmt: skip
    assert rows["tax"].account == {"name": "国家税务总局杭州市税务局（演示户）", "bank": "演示银行杭州分行",
                                   "number": rows["tax"].account["number"]}  # fmt: skip
    assert rows["tax"].day == (clock.now - timedelta(days=1)).astimezone(SHANGHAI).date() and rows["tax"].number.startswith("O-")
    assert pay.pay_out(now=clock.now) == 0 and till.asked.count("pay-out") == 2, "the same night again pays nothing"
    assert {(out.row.payee, out.payee.en) for out in pay.books().outs} >= {
        ("tax", "Hangzhou Tax Service, State Taxation Administration")
    }


def test_what_comes_in_after_midnight_waits_for_the_next_night(case, till, clock, work):
    by, number, _ = case
    paid(number, by, till, clock, work)
    assert pay.pay_out(now=clock.now) == 0
    assert pay.pay_out(now=clock.forward(days=1)) == 2


def test_messages_twice_late_or_wrong_move_nothing_more(night, till, clock):
    night()
    told = till.hear()
    for body in (*told, *told):
        assert pay.out_reported(body=body, acquirer=till.id, now=clock.now)["taken"]
    assert counted() == {}
    (first, *_) = told
    for changed, code in (
        (first.replace(b'"fen": ', b'"fen": 1'), "other_content"),
        (first.replace(b'"event": "', b'"event": "x').replace(b'"fen": ', b'"fen": 1'), "other_amount"),
        (first.replace(b'"event": "', b'"event": "x').replace(b"CNY", b"USD"), "other_currency"),
        (first.replace(b"paid_out", b"gift"), "unknown_kind"),
        (first.replace(b'"payout": "', b'"payout": "00000000-'), "malformed"),
        (b"[]", "malformed"),
    ):
        with pytest.raises(Refusal, match=code):
            pay.out_reported(body=changed, acquirer=till.id, now=clock.now)
    with pytest.raises(Refusal, match="no_payout"):
        pay.out_reported(body=first, acquirer="330100:courier", now=clock.now)
    assert counted() == {}


def test_a_lost_answer_is_found_by_asking_and_a_lost_instruction_is_sent_again(night, till, clock):
    till.down = True
    with pytest.raises(port.Unavailable):
        night()
    assert till.outs == {} and counted() == {HELD: 32_505, "paying-out": -32_505}
    till.down = False
    assert pay.watch(now=clock.forward(minutes=3)) == 0 and len(till.outs) == 2, "sent again"
    till.hear()
    assert pay.watch(now=clock.forward(minutes=3)) == 2 and counted() == {}
    assert pay.watch(now=clock.forward(minutes=3)) == 0


def test_a_lost_answer_is_found_in_the_days_statement(night, till, clock):
    night()
    till.hear()
    day = clock.now.astimezone(SHANGHAI).date()
    found = pay.compare(acquirer=till.id, day=day, now=clock.now)
    assert (found.mended, found.differing, found.paid_out_fen) == (2, 0, 32_505) and counted() == {}


def test_what_failed_is_the_payees_again_and_goes_with_the_next_day(night, till, clock):
    till.fails = "account-closed"
    night()
    out_heard(till, clock)
    assert counted() == {HELD: 32_505, "payee:public-security": -2_000, "payee:tax": -30_505}
    assert {(row.state, row.why) for row in Payout.objects.all()} == {("failed", "account-closed")}
    till.fails = ""
    assert night() == 2
    out_heard(till, clock)
    assert counted() == {} and Payout.objects.filter(state="done").count() == 2


def test_what_the_acquirer_refuses_for_good_has_failed_at_once(night, till, clock):
    till.refuses = "not-held"
    night()
    assert counted()[HELD] == 32_505 and {row.why for row in Payout.objects.all()} == {"not-held"}


def test_said_to_have_failed_and_come_after_all_it_is_paid_out_once(night, till, clock):
    night()
    row = Payout.objects.get(payee="tax")
    (told,) = [body for body in till.hear() if str(row.id).encode() in body]
    false = told.replace(b'"event": "', b'"event": "f').replace(b"paid_out", b"payout_failed")
    for body in (false, told, false):
        pay.out_reported(body=body, acquirer=till.id, now=clock.now)
    row.refresh_from_db()
    assert row.state == "done" and counted() == {HELD: 2_000, "paying-out": -2_000}


def test_what_goes_back_before_the_night_is_not_paid_out(case, night, till, clock, work):
    by, number, _ = case
    wishes.withdraw(number=number, by=by, now=clock.now)
    work()
    assert night() == 0 and Payout.objects.count() == 0
    heard(till, clock)
    assert counted() == {}


def test_what_goes_back_after_it_was_paid_out_is_a_debt_that_is_netted(case, night, till, clock, work):
    by, number, _ = case
    night()
    out_heard(till, clock)
    assert counted() == {}
    wishes.withdraw(number=number, by=by, now=clock.now)
    work()
    heard(till, clock)
    owes = {"payee:public-security": 2_000, "payee:tax": 30_505}
    assert counted() == {HELD: -32_505, **owes}, "who paid has it back; the payees owe it"
    assert {b.kind for b in pay.books().accounts if b.fen and b.kind != "held"} == {"owed"}
    assert night() == 0
    more = samples_paid(clock, tax=40_000, land=5_000)
    assert night() == 1, "of 450.00 only what is not owed is there"
    (out,) = Payout.objects.filter(day=more)
    assert (out.payee, out.fen) == ("tax", 9_495)
    assert sum(row.fen for row in Payout.objects.all()) == 32_505 + 9_495


def samples_paid(clock, **fens):
    """Another payment of another case, with so much for each payee; the day of it."""
    from tongban.payments.tests import samples

    parts = [samples.part(payee, fen, payee=payee, item=payee) for payee, fen in fens.items()]
    order = samples.order("330100-other", parts=parts, now=clock.now)
    samples.actions.take(said=samples.said(order, at=clock.now), by=SYSTEM, now=clock.now)
    return clock.now.astimezone(SHANGHAI).date()


def test_what_a_statement_puts_in_doubt_stays_until_somebody_has_dealt_with_it(night, till, clock):
    (order,) = till.orders
    till.left_out.add(f"N-{order}")
    pay.compare(acquirer=till.id, day=clock.now.astimezone(SHANGHAI).date(), now=clock.now)
    assert night() == 0
    till.left_out.clear()
    pay.daily(now=clock.now)
    assert night() == 2


def test_postgresql_itself_refuses_more_than_is_there(night, till, clock):
    with pytest.raises(IntegrityError, match="not covered"), transaction.atomic():
        row = Payout.objects.create(
            acquirer=till.id, payee="tax", day=clock.now.date(), fen=32_506, account={}, asked_at=clock.now
        )
        moves = {"payee:tax": 32_506, "paying-out": -32_506}
        ledger.post(once="x", kind="payout", of=row, moves=moves, by="x", now=clock.now)
        counted()
    assert payouts.instruct(
        acquirer=till.id, day=clock.now.date(), before=clock.forward(days=1), doubted_fen=0, accounts={}, by=SYSTEM, now=clock.now
    ) == []  # fmt: skip


def test_every_payee_of_every_city_has_an_account_that_is_made_up_and_its_own():
    charged = {fee.payee for item in repository().items.values() for fee in item.fees}
    cities = sorted((REPOSITORY / "cities").glob("[0-9]*"))
    for city in cities:
        file = payees.read(city / "payees.yaml", 0)
        assert file.demo and charged <= file.accounts.keys(), city.name
        assert all("演示" in account.name and "演示" in account.bank for account in file.accounts.values())
    assert len(cities) >= 10


def test_made_up_accounts_get_money_in_demo_mode_alone(settings):
    assert len(payees.accounts()) > 20
    settings.TONGBAN_DEMO = False
    assert payees.accounts() == {}
