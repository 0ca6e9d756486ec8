"""One office refuses: what falls with it and what stands, at home and at every desk; two who must agree; a review."""

from __future__ import annotations

from demo.hands import Stage
from tests.stories.given import AWAY
from tests.stories.homes import accepted, applied_for, contract_and_tax, looks, paid, says, six_offices_answer

CONTRACT, TAX, TRANSFER, WATER, POWER = "存量房买卖合同网签备案", "契税申报", "二手房转移登记", "用水过户", "用电过户"
REASON = "转让的房屋与登记簿记载不一致"


def test_one_office_refuses_and_everybody_sees_what_falls_and_what_stands(stage: Stage) -> None:
    # Given a home under way, with contract and tax granted
    buyer, seller = stage.person(AWAY, "founder"), stage.person(AWAY, "representative")
    number = applied_for(buyer, seller, query="?utilities=no-gas")
    accepted(stage, number)
    # And a seller who would take the sale back, which the buyer does not agree to
    seller.open(f"/cases/{number}/withdraw?part=house-transfer", "withdraw-together")
    assert "须全体同意" in seller.text() and WATER in seller.text()
    seller.press("请求撤回")
    assert "已请对方同意撤回" in seller.text()
    seller.look("case-asked-to-agree")
    buyer.open(f"/cases/{number}", "case-agree")
    assert "有当事人请求撤回" in buyer.text()
    buyer.press("不同意，继续办理")
    assert "有当事人请求撤回" not in buyer.text() and looks(buyer)[TRANSFER] == "waiting"
    paid(buyer, number)
    contract_and_tax(stage, number)
    six_offices_answer(stage, number)
    # When the register does not pass it and refuses
    stage.officer(AWAY, "hz-natural-resources-1").do(number, "finish", "不通过", step="examine", note=REASON)
    decider = stage.officer(AWAY, "hz-natural-resources-2")
    decider.case(number, "desk-joint-refuse")
    assert f"不予许可时，需要其结果的事项一并终止：{WATER}、{POWER}" in decider.text()
    decider.do(number, "decide", "不予许可", reasons=REASON, cites="《不动产登记暂行条例》第二十二条")
    # Then at home the refusal, what fell and what stands, in words and lanes
    ends = {CONTRACT: "granted", TAX: "granted", TRANSFER: "refused", WATER: "fallen", POWER: "fallen"}
    says(buyer, number, "部分准予", f"需要“{TRANSFER}”的结果，随之终止")
    assert looks(buyer) == ends
    buyer.look("case-one-refused")
    buyer.open("/space/messages")
    assert "一个事项终止办理" in buyer.text()
    seller.open(f"/cases/{number}")
    assert looks(seller) == {CONTRACT: "granted", TRANSFER: "refused"}
    # And the same at every desk
    for username in ("hz-window-1", "hz-housing-2", "hz-tax-2", "hz-natural-resources-2", "hz-water-supply-2", "hz-power-supply-2"):
        desk = stage.officer(AWAY, username)
        desk.case(number, "desk-one-refused" if username == "hz-water-supply-2" else "")
        assert looks(desk) == ends, username
        assert "随之终止" in desk.text()
    # And a review has it decided anew: it and what fell with it come back, what stood stands
    reviewer = stage.officer(AWAY, "hz-supervisor")
    reviewer.case(number)
    reviewer.page.locator("summary").filter(has_text="撤销原决定").click()
    reviewer.look("desk-review")
    reviewer.do(
        number, "reopen", "撤销并重新办理", part="house-transfer", reasons="登记簿记载已经更正",
        cites="《中华人民共和国行政复议法》第六十四条",
    )  # fmt: skip
    says(buyer, number, "重新办理", "重新办理告知书")
    assert looks(buyer) == {**ends, TRANSFER: "open", WATER: "waiting", POWER: "waiting"}
    buyer.look("case-decided-anew")
