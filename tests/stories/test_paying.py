"""One payment at 390 px: amounts by payee, one button, one confirmation, a receipt; without script too; a lost message."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from demo.hands import SAVE, Officer, Person, Stage
from tests.stories.given import AWAY, HOME, waits_at

CARD = "identity-card-renewal"


def a_day_to_come(person: Person) -> None:
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=9)
    while day.weekday() > 4:
        day += timedelta(days=1)
    person.type(day=day.isoformat(), time="10:00")
    person.press(SAVE)


def a_card_granted(stage: Stage, her: Person) -> str:
    """Given a new card applied for because the old one was lost, accepted, and decided by two officers; its number."""
    draft = her.start(AWAY, CARD)
    her.fill_in({"identity_card_reason": "lost", "booking_slot": a_day_to_come, "person_mobile": her.who["mobile"]})
    her.lock(draft)
    her.sign_mine(draft)
    number = her.submit(draft)
    examiner, decider = stage.officer(AWAY, "hz-public-security-1"), stage.officer(AWAY, "hz-public-security-2")
    examiner.do(number, "accept", "受理")
    examiner.do(number, "finish", "通过", step="capture", note="人像、指纹已采集")
    decider.do(number, "decide", "准予", reasons="")
    return number


def asked_to_pay(her: Person, number: str) -> None:
    """When the case says what is due."""

    def asked() -> bool:
        her.open(f"/cases/{number}")
        return "需要缴费 40 元" in her.text()

    her.until("the payment to be asked for", asked)


def at_the_till(stage: Stage, her: Person, name: str = "") -> None:
    """When the one button leads to the acquirer's page, by way of the face where that is asked."""
    page = her.page.url
    her.press("缴费 40 元")
    if "/prove/face" in her.page.url:
        her.prove()
        if her.page.url != page:
            her.open(page)
        her.press("缴费 40 元")
    assert her.page.url.startswith(stage.known["sandboxes"]["acquirer"]["url"]), her.page.url
    her.look(name)
    assert "40.00" in her.text()


def paid_and_closed(her: Person, number: str, name: str = "") -> None:
    """Then it is paid, with a receipt, and what was granted is issued."""

    def receipt() -> bool:
        her.open(f"/cases/{number}/pay")
        return her.page.locator('main a[href*="/papers/"]').count() > 0

    her.until("the receipt", receipt)
    her.look(name)
    assert "已缴 40 元" in her.text()
    her.until("the card", lambda: her.open(f"/cases/{number}") and "已准予" in her.text() and "已缴费" in her.text())


def test_a_card_is_paid_once_and_issued(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_card_granted(stage, her)
    desk = stage.officer(AWAY, "hz-public-security-2")
    desk.case(number, "desk-case-unpaid")
    assert "未缴 40 元" in desk.text()
    asked_to_pay(her, number)
    her.look("case-to-pay")
    her.press("去缴费", "pay")
    at_the_till(stage, her, "pay-till")
    her.go(her.page.locator('button[value="pay"]'))
    assert her.page.url.startswith(f"{her.url}/cases/{number}/pay")
    paid_and_closed(her, number, "paid")
    her.look("case-paid")
    desk.case(number, "desk-case-paid")
    assert "已缴 40 元" in desk.text() and "未缴" not in desk.text()
    assert receipt_is_valid(her, number)


def receipt_is_valid(her: Person, number: str) -> bool:
    """The receipt is a signed PDF like every other certificate."""
    her.open(f"/cases/{number}/pay")
    link = her.page.locator('main a[href*="/papers/"]').first.get_attribute("href")
    return her.context.request.get(her.url + str(link)).body().startswith(b"%PDF")


def test_it_is_paid_without_script_after_leaving_once(stage: Stage) -> None:
    her = stage.person(AWAY, "representative", javascript=False)
    number = a_card_granted(stage, her)
    asked_to_pay(her, number)
    her.press("去缴费")
    at_the_till(stage, her)
    her.go(her.page.locator('button[value="leave"]'))
    her.look("pay-waiting")
    assert "正在确认到账" in her.text(), "who left sees that nothing has arrived, and how to go on"
    her.go(her.page.locator("main a").filter(has_text="继续支付"))
    her.go(her.page.locator('button[value="pay"]'))
    paid_and_closed(her, number)


def test_a_message_that_is_lost_is_found_when_somebody_looks(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_card_granted(stage, her)
    till = stage.outside("acquirer")
    asked_to_pay(her, number)
    her.press("去缴费")
    at_the_till(stage, her)
    order = next(o for o in till.sees()["orders"] if o["case_number"] == number)
    till.wishes(lie={"kind": "lose", "topic": order["id"]})
    till.wishes(pay={"order": order["id"]})
    her.until("the message to be lost", lambda: any(o["kind"] == "lose" for o in till.sees()["told"]))
    her.open(f"/cases/{number}/pay")
    assert "正在确认到账" in her.text()
    her.press("刷新缴费结果")
    paid_and_closed(her, number)


def test_false_messages_of_the_acquirer_change_nothing(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_card_granted(stage, her)
    till = stage.outside("acquirer")
    asked_to_pay(her, number)
    her.press("去缴费")
    at_the_till(stage, her)
    order = next(o for o in till.sees()["orders"] if o["case_number"] == number)
    for kind in ("forged-signature", "tampered", "stale"):
        till.wishes(lie={"kind": kind, "topic": order["id"]})
    till.wishes(mislead="other-amount", lie={"kind": "wrong-subject", "topic": order["id"]})
    till.wishes(pay={"order": order["id"]})

    def told() -> Any:
        found = [one for one in till.sees()["told"] if one["topic"] == order["id"]]
        return found if len(found) == 4 else None

    answers = {one["kind"]: one["answer"] for one in her.until("four lies", told)}
    assert answers == {"forged-signature": "401", "tampered": "401", "stale": "401", "wrong-subject": "422"}
    paid_and_closed(her, number)
    till.wishes(pay_again={"order": order["id"]})

    def back() -> bool:
        return any(r["order_id"] == order["id"] and r["fen"] == 4000 for r in till.sees()["refunds"])

    her.until("the second payment to go back", back)
    supervisor = stage.officer(AWAY, "hz-supervisor")
    supervisor.open("/desk/payments", "desk-payments")
    assert "公安局" in supervisor.text()


def asks_back(officer: Officer, number: str, yuan: str, name: str = "") -> None:
    """When an officer asks for so much of the first line to go back."""
    officer.open(f"/desk/payments/refunds/{number}", name)
    officer.page.locator('main input[name^="fen-"]').first.fill(yuan)
    officer.put("reason", "收费标准适用有误，多收了")
    officer.put("cites", "《收费管理办法》第十二条")
    officer.press("提交退费申请")


def test_what_was_charged_too_much_goes_back_on_the_word_of_two_officers(stage: Stage) -> None:
    # Given a card that is paid
    her = stage.person(AWAY, "founder")
    number = a_card_granted(stage, her)
    asked_to_pay(her, number)
    her.press("去缴费")
    at_the_till(stage, her)
    her.go(her.page.locator('button[value="pay"]'))
    paid_and_closed(her, number)
    # When one officer asks for more than is left it is refused, and for less another allows it
    asker, judge = stage.officer(AWAY, "hz-refund-1"), stage.officer(AWAY, "hz-refund-2")
    asks_back(asker, number, "40.01")
    asker.look("desk-refund-too-much")
    assert "最多还能退" in asker.text()
    asks_back(asker, number, "12.34", "desk-refund")
    asker.look("desk-refund-asked")
    assert "等待另一位人员审核" in asker.text() and asker.page.get_by_role("button", name="同意退费").count() == 0
    judge.open("/desk/payments/refunds", "desk-refunds")
    judge.open(f"/desk/payments/refunds/{number}", "desk-refund-judge")
    judge.press("同意退费", within="body")
    judge.look("desk-refund-allowed")

    # Then who paid reads why, and gets a receipt of what is left
    def back() -> bool:
        her.open(f"/cases/{number}/pay")
        return "已退回" in her.text() and "27.66" in her.text()

    her.until("the money to go back", back)
    her.look("pay-given-back")
    assert "收费标准适用有误" in her.text() and "《收费管理办法》第十二条" in her.text()
    her.open("/space/messages")
    assert "退费已批准" in her.text()


def test_the_acquirer_says_that_it_is_a_sandbox(stage: Stage) -> None:
    box = stage.known["sandboxes"]["acquirer"]
    assert httpx.get(f"{box['url']}/health").json()["sandbox"] is True


def test_what_another_city_asks_for_is_paid_at_home(stage: Stage) -> None:
    her = stage.person(HOME, "founder")
    draft = her.start(AWAY, CARD)
    her.fill_in({"identity_card_reason": "lost", "booking_slot": a_day_to_come, "person_mobile": her.who["mobile"]})
    her.lock(draft)
    her.sign_mine(draft)
    number = her.submit(draft)
    examiner, decider = stage.officer(AWAY, "hz-public-security-1"), stage.officer(AWAY, "hz-public-security-2")
    examiner.until("the case from the other city", lambda: waits_at(examiner, number))
    examiner.do(number, "accept", "受理")
    examiner.do(number, "finish", "通过", step="capture", note="人像、指纹已采集")
    decider.do(number, "decide", "准予", reasons="")

    def asked() -> bool:
        her.open(f"/cases/{number}")
        return "需要缴费" in her.text()

    her.until("the payment to be asked for", asked)
    her.press("去缴费", "pay-elsewhere")
    at_the_till(stage, her)
    her.page.locator('button[value="pay"]').click()
    her.page.wait_for_url(f"{her.url}/cases/{number}/pay*")

    def papers() -> bool:
        her.open(f"/cases/{number}")
        return her.page.locator('main a[data-kind="payment-receipt"]').count() > 0 and "已准予" in her.text()

    her.until("the receipt and the card from the other city", papers)
    her.open(f"/cases/{number}/pay", "paid-elsewhere")
    assert "已缴 40 元" in her.text()
