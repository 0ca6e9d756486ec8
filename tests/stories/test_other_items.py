"""Services of other kinds: decided at once, for two applicants, with an inspection that stops the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from demo.hands import SAVE, Person, Stage
from tests.stories.given import HOME


def account(person: Person) -> None:
    person.put("bank", "演示银行松江支行")
    person.put("number", "6222020200112233445")
    person.press(SAVE)


def test_an_allowance_is_decided_at_once(stage: Stage) -> None:
    elder = stage.person(HOME, "elder", javascript=False)
    draft = elder.start(HOME, "old-age-allowance")
    elder.fill_in({"person_bank_account": account, "person_mobile": elder.who["mobile"]}, names="allowance-")
    elder.lock(draft)
    elder.sign_mine(draft)
    number = elder.submit(draft, names="allowance-")

    def granted() -> bool:
        elder.open(f"/cases/{number}")
        return "已准予" in elder.text() and elder.page.locator('main a[href*="/papers/"]').count() > 0

    elder.until("the award", granted, 30)
    elder.look("case-allowance")


def test_two_people_book_their_marriage(stage: Stage) -> None:
    bride = stage.person(HOME, "bride")
    groom = stage.stranger(HOME, "groom").who
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=9)
    while day.weekday() > 4:
        day += timedelta(days=1)

    def other(person: Person) -> None:
        person.type(name=groom["name"], id=groom["id_number"])
        person.press(SAVE)

    def slot(person: Person) -> None:
        person.type(day=day.isoformat(), time="10:00")
        person.press(SAVE)

    def confirm(person: Person) -> None:
        person.page.locator('main [name="value"]').check(force=True)
        person.press(SAVE)

    draft = bride.start(HOME, "marriage-registration-booking")
    answers = {
        "other_party": other, "booking_office": "松江区", "booking_slot": slot, "no_spouse": confirm,
        "person_mobile": bride.who["mobile"],
    }  # fmt: skip
    bride.fill_in(answers, names="marriage-")
    bride.lock(draft)
    bride.sign_mine(draft)
    assert bride.page.locator('form[action$="/submit"]').count() == 0, "both sign before it can be submitted"
    stage.person(HOME, "groom").sign_invited(names="groom-")
    number = bride.submit(draft)
    examiner = stage.officer(HOME, "sj-civil-1")
    examiner.do(number, "accept", "受理")
    decider = stage.officer(HOME, "sj-civil-2")
    decider.do(number, "decide", "准予", reasons="")
    bride.until("the booking", lambda: bride.open(f"/cases/{number}") and "已准予" in bride.text())
