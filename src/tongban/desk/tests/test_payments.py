"""Money at the desk: what goes back by hand on the word of two officers, differences dealt with, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tongban.base.actors import SYSTEM
from tongban.base.calendar import SHANGHAI
from tongban.desk.tests.test_pages import desk as desk
from tongban.identity.models import Officer
from tongban.journeys import pay
from tongban.journeys.tests.conftest import *  # noqa: F403
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import paid
from tongban.journeys.tests.tills import till as till
from tongban.payments import queries, refunds
from tongban.payments.models import Drift, Proposal, Refund

pytestmark = pytest.mark.django_db
WORDS = {"reason": "多收了印花税", "cites": "《办法》第九条"}


@pytest.fixture
def order(case, till, clock, work):
    """A payment of 325.05 in three lines."""
    by, number, _ = case
    return paid(number, by, till, clock, work)


def asks(browser, order, **fens):
    lines = {share.key: f"fen-{share.id}" for share in order.shares.all()}
    typed = {lines[key]: text for key, text in fens.items()}
    return browser.post(f"/desk/payments/refunds/{order.case}", {"order": str(order.id), **WORDS, **typed})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_asks_on_the_page_another_allows_on_the_page(order, desk, work, language):
    asker, judge = desk("hz-refund-1"), desk("hz-refund-2")
    headers = {"accept-language": language}
    address = f"/desk/payments/refunds/{order.case}"
    page = asker.get(address, headers=headers).content.decode()
    assert page.count('name="fen-') == 3 and ("这次退" if language == "zh" else "Refund now") in page
    assert asker.get(f"/desk/payments/refunds?number={order.case}")["Location"] == address
    assert asks(asker, order, stamp="1.50", tax="300").status_code == 302
    (made,) = Proposal.objects.all()
    assert order.case[-11:] in judge.get("/desk/payments/refunds", headers=headers).content.decode()
    judging = judge.get(address, headers=headers).content.decode()
    assert 'value="allow"' in judging and WORDS["reason"] in judging and 'name="fen-' not in judging
    assert 'value="allow"' not in asker.get(address).content.decode()
    assert asker.post(f"{address}/{made.id}", {"do": "allow"}).status_code == 403
    assert judge.post(f"{address}/{made.id}", {"do": "decline"}).status_code == 422
    assert judge.post(f"{address}/{made.id}", {"do": "allow"}).status_code == 302
    assert judge.post(f"{address}/{made.id}", {"do": "allow"}).status_code == 409
    assert Refund.objects.get().fen == 30_150
    assert ("已同意" if language == "zh" else "Approved") in asker.get(address, headers=headers).content.decode()


@pytest.mark.parametrize(("typed", "status"), [("0", 422), ("0.001", 422), ("5.01", 422), ("x" * 9000, 422), ("", 422)])
def test_a_wrong_amount_comes_back_at_its_field_with_what_was_typed(order, desk, typed, status):
    answer = asks(desk("hz-refund-1"), order, stamp=typed)
    page = answer.content.decode()
    assert answer.status_code == status and not Proposal.objects.exists()
    assert 'aria-invalid="true"' in page and WORDS["reason"] in page and 'class="error"' in page


def test_asked_for_twice_by_two_presses_it_waits_once(order, desk):
    asker = desk("hz-refund-1")
    assert [asks(asker, order, stamp="1").status_code for _ in range(2)] == [302, 409]
    assert Proposal.objects.count() == 1


def test_who_has_no_such_power_or_is_nobody_is_shut_out(order, desk):
    address = f"/desk/payments/refunds/{order.case}"
    assert desk("hz-market-1").get(address).status_code == 403
    assert desk("hz-supervisor").get("/desk/payments/refunds").status_code == 403
    assert Client().get(address).status_code == 302
    asker = desk("hz-refund-1")
    assert asker.get("/desk/payments/refunds/330100-none").status_code == 404
    assert asker.get("/desk/payments").status_code == 403
    nobody = "00000000-0000-7000-8000-000000000000"
    assert desk("hz-refund-2").post(f"{address}/{nobody}", {"do": "allow"}).status_code == 404


def test_nobody_of_the_demonstration_asks_and_allows(society):
    powers = [set(o.powers) for o in Officer.objects.all()]
    assert any("refund" in each for each in powers) and not any({"refund", "allow-refund"} <= each for each in powers)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_difference_is_dealt_with_on_the_page(order, desk, till, clock, language):
    till.left_out.add(f"N-{order.id}")
    pay.compare(acquirer=till.id, day=clock.now.astimezone(SHANGHAI).date(), now=clock.now)
    pay.pay_out(now=clock.forward(days=1))
    boss, headers = desk("hz-supervisor"), {"accept-language": language}
    drift = Drift.objects.get()
    page = boss.get("/desk/payments", headers=headers).content.decode()
    assert f"words-{drift.id}" in page and "325.05" in page
    address = f"/desk/payments/drifts/{drift.id}"
    wrong = boss.post(address, {f"done-{drift.id}": "", f"words-{drift.id}": "已核实清楚"}, headers=headers)
    assert wrong.status_code == 422 and "已核实清楚" in wrong.content.decode()
    said = {f"done-{drift.id}": "corrected-there", f"words-{drift.id}": "已核实清楚"}
    assert boss.post(address, said).status_code == 302 and boss.post(address, said).status_code == 409
    page = boss.get("/desk/payments?page=x", headers=headers).content.decode()
    assert "已核实清楚" in page and ("收单机构已更正" if language == "zh" else "The acquirer has corrected it") in page
    assert desk("hz-market-1").post(address, said).status_code == 403


@pytest.fixture
def stuck(order, till, clock, work):
    """A refund of 300.05 that the acquirer would not make, however often it was asked."""
    till.refuses_back = "account-closed"
    share = order.shares.get(key="tax")
    payment = queries.payment_of(order)
    refund = refunds.ask_back(payment=payment, shares={str(share.id): 30_005}, why="refused", by=SYSTEM, now=clock.now)
    for pause in (timedelta(0), *refunds.PAUSES):
        clock.now += pause
        pay.give_back(refund=str(Refund.objects.latest("id").id), now=clock.now)
    return Refund.objects.get(state="stuck", why=refund.why)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_acquirer_would_not_give_back_stands_on_the_pages_and_goes_back_from_there(
    order, stuck, desk, till, clock, language
):
    asker, judge, boss = desk("hz-refund-1"), desk("hz-refund-2"), desk("hz-supervisor")
    headers, address = {"accept-language": language}, f"/desk/payments/refunds/{order.case}"
    says = "没有退成的款项" if language == "zh" else "Money that did not go back"
    for who, page in ((boss, "/desk/payments"), (asker, "/desk/payments/refunds"), (judge, "/desk/payments/refunds")):
        shown = who.get(page, headers=headers).content.decode()
        assert says in shown and order.case[-11:] in shown and "300.05" in shown
    page = asker.get(address, headers=headers).content.decode()
    assert f'name="reason-{stuck.id}"' in page and page.count('name="fen-') == 2, "of the third line nothing is left"
    assert f'name="reason-{stuck.id}"' not in judge.get(address, headers=headers).content.decode()
    typed = {"stuck": str(stuck.id), f"reason-{stuck.id}": "卡号已注销", f"cites-{stuck.id}": ""}
    wrong = asker.post(address, typed, headers=headers)
    assert (
        wrong.status_code == 422
        and "卡号已注销" in wrong.content.decode()
        and f'href="#f-cites-{stuck.id}"' in wrong.content.decode()
    )
    typed[f"cites-{stuck.id}"] = "《办法》第九条"
    assert judge.post(address, typed).status_code == 403
    assert [asker.post(address, typed).status_code for _ in range(2)] == [302, 409]
    assert asker.post(address, {**typed, "stuck": str(order.id)}).status_code == 404
    assert f'name="reason-{stuck.id}"' not in asker.get(address).content.decode()
    made, shown = Proposal.objects.get(), judge.get(address, headers=headers).content.decode()
    assert 'value="allow"' in shown and "卡号已注销" in shown and "300.05" in shown
    assert judge.post(f"{address}/{made.id}", {"do": "allow"}).status_code == 302
    assert (
        Refund.objects.latest("id").state == "asked"
        and says not in boss.get("/desk/payments", headers=headers).content.decode()
    )
