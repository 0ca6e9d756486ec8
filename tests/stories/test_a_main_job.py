"""First of all (hence its name): the nine steps on a phone of 390 px; no script for the founder up to her receipt."""

from __future__ import annotations

from demo.hands import SAVE, Person, Stage
from tests.stories.given import AWAY, FIRM, HOME, examined, firm_answers, waits_at


def finds_it(her: Person) -> str:
    her.open("/", "home")
    her.put("q", "开公司")
    her.press("搜索", "search")
    her.go(her.page.locator(f'main a[href$="/services/{AWAY}/{FIRM}"]').first, "guide")
    for words in ("20 ", "由谁收件", "由谁决定", "依据"):
        assert words in her.text()
    her.begin("draft")
    return her.page.url.removeprefix(her.url)


def refused_name(her: Person) -> None:
    """A forbidden name is refused at once with the reason; what was typed stays."""
    her.put("value", "中国国家级科技有限公司")
    her.press(SAVE, "question-firm_name-refused")
    assert "/firm_name" in her.page.url
    assert her.page.locator('[name="value"][type=text]').first.input_value() == "中国国家级科技有限公司"


def fills_in(her: Person, partner: dict) -> None:
    answers = firm_answers(her, partner)
    free = answers["firm_name"]
    her.fill_in({**answers, "firm_name": lambda person: (refused_name(person), free(person))}, names="phone-")


def signs(stage: Stage, her: Person, draft: str) -> None:
    her.lock(draft, names="phone-")
    her.sign_mine(draft, names="phone-")
    partner = stage.person(HOME, "representative")
    partner.sign_invited(names="partner-")


def test_a_firm_is_founded_in_another_city_without_travelling(stage: Stage) -> None:
    a_firm_is_founded(stage, script=False)


def a_firm_is_founded(stage: Stage, *, script: bool) -> None:
    """The nine steps; without script for the founder up to her receipt. The pictures are taken from the same story."""
    her = stage.stranger(HOME, "founder", javascript=script)
    # 1–4: signs in, finds, fills in, sees why nothing is to be brought
    her.sign_in(names=True)
    draft = finds_it(her)
    fills_in(her, stage.known["nodes"][HOME]["people"]["representative"])
    her.open(f"{draft}/materials", "materials")
    assert "要您提交 0 项" in her.text() and her.page.locator("input[type=file]").count() == 0
    # 5: both sign, she submits
    signs(stage, her, draft)
    number = her.submit(draft, names="phone-")
    her.keep()
    her.close()
    # 6–7: handed over, accepted, examined, decided by another officer
    window = stage.officer(AWAY, "hz-window-1")
    window.until("the case at the window", lambda: waits_at(window, number))
    window.look("desk-queue")
    window.case(number, "desk-case-to-accept")
    window.do(number, "accept", "受理")
    stage.officer(AWAY, "hz-market-1").case(number, "desk-case-to-examine")
    examined(stage, number)
    decider = stage.officer(AWAY, "hz-market-3")
    decider.case(number, "desk-case-to-decide")
    decider.do(number, "decide", "准予", reasons="符合登记条件", name="desk-case-decided")
    # 8–9: the licence, the notice, the courier, the rating
    her = stage.person(HOME, "founder")
    licence_and_paper(stage, her, number)


def licence_and_paper(stage: Stage, her: Person, number: str) -> None:
    case = f"/cases/{number}"

    def licence() -> bool:
        her.open(case)
        return her.page.locator('main a[href*="/papers/"]').filter(has_text="营业执照").count() > 0

    her.until("the licence", licence)
    her.look("case-granted")
    address = her.page.locator('main .certificate a[href*="/verify/"]').first.get_attribute("href")
    her.open(str(address), "verified")
    assert her.page.locator('[data-verdict="valid"]').count() == 1
    her.open("/space/messages", "messages")
    assert "已批准" in her.text()
    her.open("/space", "space")
    her.open(case)
    her.type(name=her.who["name"], mobile=her.who["mobile"], address="上海市松江区演示路 1 号")
    her.press("下单寄送", "case-ordered")
    courier = stage.outside("courier")

    def parcel() -> str | None:
        return next((p["parcel"] for p in courier.sees().get("parcels", []) if p["status"] == "ordered"), None)

    ordered = her.until("the courier's order", parcel)
    for move in ("collected", "on_the_way", "delivered"):
        courier.wishes(advance={"parcel": ordered, "to": move})
    her.until("the parcel", lambda: her.open(case).locator('[data-delivery="delivered"]').count())
    her.put("code", "1")
    her.put("words", "一次都没跑")
    her.press("提交评价", "case-rated")
    assert "已评价" in her.text()
