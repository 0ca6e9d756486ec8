"""A case that is paid, and a refund."""

from __future__ import annotations

from collections.abc import Iterator

from demo.hands import Stage
from tests.stories.given import AWAY
from tests.stories.pages.routes import Visit, visit
from tests.stories.test_paying import a_card_granted, asked_to_pay, asks_back, at_the_till, paid_and_closed


def paying(stage: Stage) -> Iterator[Visit]:
    """A case that waits to be paid, then paid: the payer's pages and the desk's."""
    payer = stage.person(AWAY, "founder", javascript=False)
    number = a_card_granted(stage, payer)
    decider = stage.officer(AWAY, "hz-public-security-2")
    asked_to_pay(payer, number)
    yield visit(payer.key, AWAY, f"/cases/{number}", name="portal-case-to-pay")
    yield visit(payer.key, AWAY, f"/cases/{number}/pay")
    payer.press("去缴费")
    at_the_till(stage, payer)
    payer.keep()
    yield visit(payer.key, AWAY, f"/cases/{number}/pay", name="portal-pay-waiting")
    payer.go(payer.page.locator('button[value="pay"]'))
    paid_and_closed(payer, number)
    payer.keep()
    yield visit(payer.key, AWAY, f"/cases/{number}/pay", name="portal-pay-paid")
    yield visit(decider.key, AWAY, f"/desk/cases/{number}", name="desk-case-paid")
    yield from _refunds(stage, number)


def _refunds(stage: Stage, number: str) -> Iterator[Visit]:
    """A refund by hand as who asks sees it, then who judges."""
    asker, judge = stage.officer(AWAY, "hz-refund-1"), stage.officer(AWAY, "hz-refund-2")
    yield visit(asker.key, AWAY, "/desk/payments/refunds")
    yield visit(asker.key, AWAY, f"/desk/payments/refunds/{number}")
    asks_back(asker, number, "1")
    yield visit(asker.key, AWAY, f"/desk/payments/refunds/{number}", name="desk-refund-asked")
    yield visit(judge.key, AWAY, f"/desk/payments/refunds/{number}", name="desk-refund-to-judge")
    yield visit(judge.key, AWAY, "/desk/payments/refunds", name="desk-refunds-waiting")
