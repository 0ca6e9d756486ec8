"""A home is sold and bought from two phones: one application, offices side by side, one payment, to each what is theirs."""

from __future__ import annotations

from demo.hands import Stage
from tests.stories.given import AWAY
from tests.stories.homes import accepted, applied_for, contract_and_tax, decided, paid, says, six_offices_answer


def test_a_home_is_bought_and_sold_from_two_phones(stage: Stage) -> None:
    # Given a buyer who begins, and a seller who is asked to sign
    buyer, seller = stage.person(AWAY, "founder"), stage.person(AWAY, "representative")
    number = applied_for(buyer, seller, names="home-", house_seller_tax="taxed")
    # When one window accepts for all, each pays their own part at once, and each office does its part
    accepted(stage, number, "desk-joint-accept")
    says(buyer, number, "各事项同时办理", "等“")
    buyer.look("case-joint")
    paid(buyer, number)
    says(buyer, number, "等待其他当事人缴费 26,000 元")
    buyer.open(f"/cases/{number}/pay", "home-pay-others")
    assert "其他当事人应缴" in buyer.text() and "出卖人" in buyer.text()
    paid(seller, number, "home-pay-seller")
    assert "契税" not in seller.text() and "26,000 元" in seller.text(), "each pays their own"
    contract_and_tax(stage, number, "desk-joint-decide")
    six_offices_answer(stage, number)
    stage.officer(AWAY, "hz-natural-resources-1").do(number, "finish", "通过", step="examine", note="符合登记条件")
    decided(stage, number, "hz-natural-resources-2")
    for username in ("hz-water-supply-2", "hz-power-supply-2", "hz-gas-supply-2"):
        decided(stage, number, username)
    # Then the home and its accounts are the buyer's, and the seller sees the sale and no more
    says(buyer, number, "已准予", "已缴费")
    assert buyer.page.locator('.lane[data-look="granted"]').count() == 6
    buyer.look("case-joint-granted")
    seller.open(f"/cases/{number}", "case-joint-seller")
    assert seller.page.locator(".lane").count() == 2
