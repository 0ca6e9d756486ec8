"""One application of two people for several services: as each sees it, and its window."""

from __future__ import annotations

from collections.abc import Iterator

from demo.hands import Stage
from tests.stories.given import AWAY
from tests.stories.homes import accepted, applied_for
from tests.stories.pages.routes import Visit, visit


def joint(stage: Stage) -> Iterator[Visit]:
    """A home for two, up to one who would take the sale back and one who pays."""
    buyer, seller = stage.person(AWAY, "founder"), stage.person(AWAY, "representative")
    number = applied_for(buyer, seller, query="?utilities=no-gas")
    case = f"/cases/{number}"
    buyer.keep()
    seller.keep()
    yield visit(buyer.key, AWAY, case, name="portal-case-joint")
    yield visit(seller.key, AWAY, f"{case}/withdraw?part=house-transfer", name="portal-withdraw-together")
    window = stage.officer(AWAY, "hz-window-1")
    window.until("the case at the window", lambda: window.case(number) and window.form("accept").count())
    yield visit(window.key, AWAY, f"/desk{case}", name="desk-case-joint")
    accepted(stage, number)
    seller.open(f"{case}/withdraw?part=house-transfer")
    seller.press("请求撤回")
    seller.keep()
    yield visit(seller.key, AWAY, case, name="portal-case-asked-to-agree")
    yield visit(buyer.key, AWAY, case, name="portal-case-agree")
    buyer.open(case)
    buyer.press("不同意，继续办理")
    buyer.until("the payment to be asked for", lambda: buyer.open(case) and "需要缴费" in buyer.text())
    buyer.keep()
    yield visit(buyer.key, AWAY, f"{case}/pay", name="portal-pay-joint")
