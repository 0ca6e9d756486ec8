"""A whole journey by keyboard: from the first page over proof, search, form and signature to the receipt."""

from __future__ import annotations

from demo.hands import SAVE, Stage
from tests.stories.given import HOME, WITHDRAWAL
from tests.stories.keys import ByKeyboard


def account(hand: ByKeyboard) -> None:
    hand.put("bank", "演示银行松江支行")
    hand.put("number", "6222020200112233445")
    hand.press(SAVE)


def test_somebody_without_a_pointer_applies_from_the_first_page_to_the_receipt(stage: Stage) -> None:
    who = stage.known["nodes"][HOME]["people"]["bride"]
    stage.kept.pop(f"{HOME}:bride", None)
    hers = ByKeyboard(stage, HOME, who)
    hers.sign_in()
    hers.open("/")
    first = hers.page.locator(".skip")
    hers.stroke("Tab")
    assert first.evaluate("e => e === document.activeElement"), "the first stop leads past the header"
    search = hers.page.locator('main input[type=search], main input[name="q"]').first
    hers.reach(search)
    hers.page.keyboard.type("公积金取钱")
    with hers.page.expect_navigation(wait_until="domcontentloaded"):
        hers.stroke("Enter")
    hers.go(hers.page.locator(f'main a[href$="/services/{HOME}/{WITHDRAWAL}"]').first)
    hers.begin()
    draft = hers.page.url.removeprefix(hers.url)
    hers.fill_in({
        "fund_reason": "rent", "fund_home": "演示路 1 号", "fund_amount": "3000", "person_bank_account": account,
        "person_mobile": who["mobile"],
    })  # fmt: skip
    hers.lock(draft)
    hers.sign_mine(draft)
    number = hers.submit(draft)
    assert number in hers.text()
    assert hers.strokes < 900, f"{hers.strokes} strokes"
