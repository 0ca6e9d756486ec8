"""Two people of Songjiang buy and sell a home in Hangzhou: one application at home, one custody there, lanes seen at home."""

from __future__ import annotations

from demo.hands import Person, Stage
from tests.stories.given import AWAY, HOME
from tests.stories.homes import (
    BUNDLE,
    accepted,
    applied_for,
    contract_and_tax,
    decided,
    looks,
    paid,
    says,
    six_offices_answer,
)

CONTRACT, TAX, TRANSFER, WATER, POWER = "存量房买卖合同网签备案", "契税申报", "二手房转移登记", "用水过户", "用电过户"


def test_a_home_in_another_city_is_bought_from_home(stage: Stage) -> None:
    # Given a bundle that Hangzhou offers and Songjiang shows
    buyer, seller = stage.person(HOME, "founder"), stage.person(HOME, "representative")
    buyer.open(BUNDLE + "?utilities=no-gas", "bundle-elsewhere")
    assert "杭州" in buyer.text()
    # When both sign at home and it is handed over as one
    number = applied_for(buyer, seller, query="?utilities=no-gas")
    accepted(stage, number)
    says(buyer, number, "各事项同时办理", "等“")
    assert set(looks(buyer)) == {CONTRACT, TAX, TRANSFER, WATER, POWER}
    buyer.look("case-joint-elsewhere")
    # And one service is taken back by both who applied for it
    paid(buyer, number)
    contract_and_tax(stage, number)
    buyer.until("two lanes", lambda: buyer.open(f"/cases/{number}") and [*looks(buyer).values()].count("granted") == 2)
    buyer.open(f"/cases/{number}/withdraw?part=electricity-transfer")
    buyer.press("撤回这一项")
    buyer.until("the power", lambda: buyer.open(f"/cases/{number}") and looks(buyer)[POWER] == "withdrawn")
    # And Hangzhou's offices do the rest
    six_offices_answer(stage, number)
    stage.officer(AWAY, "hz-natural-resources-1").do(number, "finish", "通过", step="examine", note="符合登记条件")
    decided(stage, number, "hz-natural-resources-2")
    decided(stage, number, "hz-water-supply-2")
    # Then each lane is seen to its end at home, with certificates, and the paper comes by courier
    ends = {CONTRACT: "granted", TAX: "granted", TRANSFER: "granted", WATER: "granted", POWER: "withdrawn"}
    buyer.until("each lane's end", lambda: buyer.open(f"/cases/{number}") and looks(buyer) == ends)
    says(buyer, number, "已准予", "不动产权证书")
    title = buyer.page.locator("main .papers li").filter(has_text="不动产权证书")
    address = title.locator('a[href*="/verify/"]').first.get_attribute("href")
    buyer.open(str(address))
    assert buyer.page.locator('[data-verdict="valid"]').count() == 1
    # And the seller sees the sale, what is theirs of the papers, and nothing else
    seller.open(f"/cases/{number}", "case-joint-elsewhere-seller")
    assert set(looks(seller)) == {CONTRACT, TRANSFER} and "不动产权证书" not in seller.page.locator(".papers").inner_text()
    letter = seller.page.locator('main .papers a[href$=".pdf"]').first.get_attribute("href")
    assert seller.context.request.get(seller.url + str(letter)).body().startswith(b"%PDF")
    comes_by_courier(stage, buyer, number)


def comes_by_courier(stage: Stage, buyer: Person, number: str) -> None:
    """When the paper is sent; seen at home as the courier tells Hangzhou."""
    buyer.open(f"/cases/{number}")
    buyer.type(name=buyer.who["name"], mobile=buyer.who["mobile"], address="上海市松江区演示路 1 号")
    buyer.press("下单寄送")
    courier = stage.outside("courier")

    def parcel() -> str | None:
        return next((p["parcel"] for p in courier.sees().get("parcels", []) if p["status"] == "ordered"), None)

    ordered = buyer.until("the courier's order", parcel)
    for move in ("collected", "on_the_way", "delivered"):
        courier.wishes(advance={"parcel": ordered, "to": move})
    buyer.until("the parcel", lambda: buyer.open(f"/cases/{number}").locator('[data-delivery="delivered"]').count())
