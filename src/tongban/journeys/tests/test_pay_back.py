"""Money that goes back: what was refused or taken back, and what an officer asks for and another allows."""

from __future__ import annotations

import msgspec
import pytest
from django.db import IntegrityError, transaction
from msgspec.structs import replace

from tongban.base.actors import Actor, Kind
from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.cases.models import Case
from tongban.engine import lifecycle
from tongban.exchange import actions as exchange
from tongban.exchange.tests.parties import THERE
from tongban.journeys import pay, see, tell, wishes
from tongban.journeys.pay import refunding
from tongban.journeys.tests.tills import HELD, decided, due, heard, paid, receipts_of
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import till as till
from tongban.payments import ledger
from tongban.payments.models import Proposal, Refund
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db


def test_a_refusal_after_payment_gives_everything_back(case, till, clock, work):
    by, number, offices = case
    paid(number, by, till, clock, work)
    decided(offices, work, granted=False)
    assert "give-back" in till.asked
    heard(till, clock)
    work()
    assert {k: v for k, v in ledger.balances().items() if v} == {}
    assert pay.purse(number, now=clock.now).back_fen == 32_505
    assert receipts_of(number) == [] and not due(number, clock).lines
    assert [n.title["zh"] for n in tell.messages(by=by)].count("款项已退回") == 1


def test_who_withdraws_after_paying_has_it_back(case, till, clock, work):
    by, number, _ = case
    paid(number, by, till, clock, work)
    wishes.withdraw(number=number, by=by, now=clock.now)
    work()
    heard(till, clock)
    assert ledger.balance(HELD) == 0 and Refund.objects.get().state == "done"


@pytest.fixture
def finance():
    """Two officers of finance: one asks for refunds, the other allows them."""
    asker = Actor(kind=Kind.OFFICER, id="f-1", name="退费经办员（演示）", office="finance", powers=frozenset({"refund"}))
    judge = Actor(kind=Kind.OFFICER, id="f-2", name="退费审核员（演示）", office="finance", powers=frozenset({"allow-refund"}))
    return asker, judge


def asked(number, order, by, clock, **amounts):
    """Ask by hand for so much of each line, as typed."""
    ids = {share.key: str(share.id) for share in order.shares.all()}
    typed = {ids[key]: text for key, text in amounts.items()}
    words = {"reason": "多收了工本费", "cites": "《办法》第九条"}
    return refunding.ask(number=number, order=str(order.id), amounts=typed, **words, by=by, now=clock.now)


def allowed(proposal, by, clock):
    return refunding.allow(proposal=str(proposal.id), by=by, now=clock.now)


def test_one_officer_asks_another_allows_and_who_paid_is_told_why(case, till, clock, work, finance):
    by, number, _ = case
    order = paid(number, by, till, clock, work)
    made = asked(number, order, finance[0], clock, stamp="2.00")
    assert Refund.objects.count() == 0 and [a.number for a in refunding.waiting(by=finance[1])] == [number]
    with pytest.raises(Refusal, match="no_power"):
        allowed(made, finance[0], clock)
    allowed(made, finance[1], clock)
    work()
    assert pay.page(number, back=False, by=by, now=clock.now).paid[0].returns[0].done is False
    heard(till, clock)
    work()
    (back,) = pay.page(number, back=False, by=by, now=clock.now).paid[0].returns
    assert (back.fen, back.done, back.why.zh, back.cites) == (200, True, "多收了工本费", ("《办法》第九条",))
    (told,) = [n.body["zh"] for n in tell.messages(by=by) if n.title["zh"] == "退费已批准"]
    assert "2.00 元" in told and "多收了工本费" in told and "《办法》第九条" in told
    totals = {r.issuer_office: r.case_ref.rpartition(":")[2] for r in receipts_of(number)}
    assert totals == {"public-security": "2000", "tax": "30305"}, "one receipt ends, one is made of what is left"
    (noted,) = [e for e in see.case(number, by=by, now=clock.now).events if e.kind == "money_given_back"]
    assert noted.facts["fen"] == 200 and noted.actor["id"] == finance[1].id
    verbs = {e.verb for e in Entry.objects.filter(subject=number)}
    assert {"payment.refund-ask", "payment.refund", "payment.returned"} <= verbs


def test_the_city_that_took_the_case_in_hears_of_it_and_tells_who_applied(case, till, clock, work, finance, monkeypatch):
    by, number, _ = case
    order = paid(number, by, till, clock, work)
    out = []
    monkeypatch.setattr(exchange, "put_out", lambda **said: out.append(said))
    Case.objects.filter(number=number).update(taken_in_by=THERE)
    allowed(asked(number, order, finance[0], clock, stamp="2.00"), finance[1], clock)
    (sent,) = [e for each in out if (each["peer"], each["kind"]) == (THERE, "case.events") for e in each["data"]["events"]]
    assert (sent["kind"], sent["facts"]["fen"]) == ("money_given_back", 200)
    # And there, where another city's case is told of
    Case.objects.filter(number=number).update(city=THERE)
    before = len(tell.messages(by=by))
    tell.about(stored.by_number(number), [msgspec.convert(sent, lifecycle.Event)], now=clock.now)
    told = tell.messages(by=by)
    assert len(told) == before + 1
    assert any("退回 2.00 元，原路返回" in n.body["zh"] for n in told if n.title["en"] == "A refund is approved")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0", "amount_zero"), ("0.00", "amount_zero"), ("0.001", "amount_fraction"), ("-1", "amount_negative"),
        ("5.01", "refund_too_much"), ("1e2", "amount_format"), ("abc", "amount_format"), ("1,00", "amount_format"),
        ("99999999999999999999", "amount_absurd"), ("  ", "amount_missing"), ("", "amount_missing"), ("NaN", "amount_format"),
    ],
)  # fmt: skip
def test_what_is_no_amount_or_more_than_is_left_is_refused_at_its_line(case, till, clock, work, finance, typed, code):
    by, number, _ = case
    order = paid(number, by, till, clock, work)
    with pytest.raises(Refusal, match=code) as no:
        asked(number, order, finance[0], clock, stamp=typed)
    assert (no.value.field or "").startswith("fen-") and Proposal.objects.count() == 0


def test_a_reason_and_an_article_are_needed_and_the_power_and_a_payee_of_ones_own(case, till, clock, work, finance):
    by, number, _ = case
    order = paid(number, by, till, clock, work)
    share = order.shares.get(key="stamp")
    whole = {"amounts": {str(share.id): "1"}, "reason": "多收了工本费", "cites": "《办法》第九条"}
    for field in ("reason", "cites"):
        with pytest.raises(Refusal, match="say_why") as no:
            refunding.ask(number=number, order=str(order.id), **{**whole, field: "短"}, by=finance[0], now=clock.now)
        assert no.value.field == field
    with pytest.raises(Refusal, match="no_power"):
        refunding.ask(number=number, order=str(order.id), **whole, by=finance[1], now=clock.now)
    far = replace(finance[0], office="xihu-window")
    with pytest.raises(Refusal, match="not_your_office"):
        refunding.ask(number=number, order=str(order.id), **whole, by=far, now=clock.now)
    with pytest.raises(Refusal, match="no_order"):
        refunding.ask(number=number, order="x", **whole, by=finance[0], now=clock.now)
    with pytest.raises(Refusal, match="no_case"):
        refunding.ask(number="330100-none", order=str(order.id), **whole, by=finance[0], now=clock.now)


def test_nobody_gives_money_back_to_themselves_and_nobody_allows_what_they_asked_for(case, till, clock, work, finance):
    by, number, _ = case
    order = paid(number, by, till, clock, work)
    both = replace(finance[0], powers=frozenset({"refund", "allow-refund"}))
    with pytest.raises(Refusal, match="own_case"):
        asked(number, order, replace(both, person=by.person), clock, stamp="1")
    made = asked(number, order, both, clock, stamp="1")
    with pytest.raises(Refusal, match="own_proposal"):
        allowed(made, both, clock)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=made.pk).update(judged_by=made.asked_by, judged_at=clock.now, state="declined")


def test_asked_twice_it_waits_once_judged_twice_it_counts_once(case, till, clock, work, finance):
    by, number, _ = case
    order = paid(number, by, till, clock, work)
    made = asked(number, order, finance[0], clock, stamp="1")
    with pytest.raises(Refusal, match="refund_waits"):
        asked(number, order, finance[0], clock, stamp="1")
    allowed(made, finance[1], clock)
    with pytest.raises(Refusal, match="judged_already"):
        allowed(made, finance[1], clock)
    with pytest.raises(Refusal, match="judged_already"):
        refunding.decline(proposal=str(made.id), words="不退了吧", by=finance[1], now=clock.now)
    with pytest.raises(Refusal, match="no_proposal"):
        refunding.allow(proposal="x", by=finance[1], now=clock.now)
    assert Refund.objects.get().fen == 100
    again = asked(number, order, finance[0], clock, stamp="4")
    with pytest.raises(Refusal, match="refund_too_much"):
        asked(number, order, finance[0], clock, stamp="4.01")
    refunding.decline(proposal=str(again.id), words="", by=finance[0], now=clock.now)
    again.refresh_from_db()
    assert again.state == "taken-back" and Refund.objects.count() == 1


def test_who_declines_says_why_and_nothing_goes_back(case, till, clock, work, finance):
    by, number, _ = case
    made = asked(number, paid(number, by, till, clock, work), finance[0], clock, stamp="1")
    with pytest.raises(Refusal, match="say_why"):
        refunding.decline(proposal=str(made.id), words=" ", by=finance[1], now=clock.now)
    refunding.decline(proposal=str(made.id), words="收费没有错", by=finance[1], now=clock.now)
    (seen,) = refunding.sheet(number, by=finance[0]).asked
    assert (seen.row.state, seen.row.words, seen.row.judged_name) == ("declined", "收费没有错", finance[1].name)
    assert Refund.objects.count() == 0 and pay.purse(number, now=clock.now).back_fen == 0


def test_what_went_back_by_itself_meanwhile_does_not_go_back_again_by_hand(case, till, clock, work, finance):
    by, number, offices = case
    made = asked(number, paid(number, by, till, clock, work), finance[0], clock, stamp="1")
    decided(offices, work, granted=False)
    with pytest.raises(Refusal, match="refund_too_much"):
        allowed(made, finance[1], clock)
    heard(till, clock)
    assert ledger.balance(HELD) == 0 and Refund.objects.count() == 1
    refunding.decline(proposal=str(made.id), words="已经全额退回", by=finance[1], now=clock.now)


def test_what_went_back_by_hand_is_left_out_when_the_rest_goes_back(case, till, clock, work, finance):
    by, number, offices = case
    allowed(asked(number, paid(number, by, till, clock, work), finance[0], clock, stamp="1"), finance[1], clock)
    work()
    decided(offices, work, granted=False)
    heard(till, clock)
    work()
    assert sorted(r.fen for r in Refund.objects.all()) == [100, 32_405] and ledger.balance(HELD) == 0
