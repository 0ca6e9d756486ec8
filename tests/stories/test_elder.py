"""Somebody of seventy, with large text, is granted an allowance at once."""

from __future__ import annotations

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pypdf import PdfReader

from demo.hands import SAVE, Person, Stage
from tests.stories.given import HOME

ITEM = "old-age-comprehensive-allowance"


def account(person: Person) -> None:
    person.put("bank", "演示银行松江支行")
    person.put("number", "6222020200112233445")
    person.press(SAVE)


def age(birth: str) -> int:
    born, today = date.fromisoformat(birth), datetime.now(ZoneInfo("Asia/Shanghai")).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def test_a_person_of_seventy_applies_with_large_text_and_is_granted_at_once(stage: Stage) -> None:
    # Given somebody of seventy who turns the large text on
    them = stage.person(HOME, "pensioner")
    assert 70 <= age(them.who["birth"]) <= 74
    them.open("/")
    them.press("大字", "elder-home", within=".tools")
    assert them.page.locator("html[data-elder]").count() == 1
    # When they search in their own words and apply
    them.put("q", "老人补贴")
    them.press("搜索", "elder-search")
    them.go(them.page.locator(f'main a[href$="/services/{HOME}/{ITEM}"]').first, "elder-guide")
    assert "当场办结" in them.text() or "1 分钟" in them.text()
    them.begin("elder-draft")
    draft = them.page.url.removeprefix(them.url)
    asked = them.fill_in({"person_bank_account": account, "person_mobile": them.who["mobile"]}, names="elder-")
    assert asked <= 2, "what the registry knows is not asked"
    them.lock(draft, names="elder-")
    them.sign_mine(draft, names="elder-")
    number = them.submit(draft, names="elder-")

    # Then it is granted at once, by the rules alone, in the amount of their age
    def granted() -> bool:
        them.open(f"/cases/{number}")
        return "已准予" in them.text() and them.page.locator('main a[href*="/papers/"]').count() > 0

    them.until("the award", granted, 30)
    them.look("elder-case")
    assert them.page.locator("html[data-elder]").count() == 1, "large text stays"
    award = them.page.locator('main a[data-kind="allowance-grant"]').first.get_attribute("href")
    pdf = them.context.request.get(them.url + str(award)).body()
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "150" in words and "70 至 79 周岁" in words.replace("\u2009", " ")


def test_somebody_younger_is_told_why_not_before_anything_is_asked_of_them(stage: Stage) -> None:
    her = stage.person(HOME, "founder")
    draft = her.start(HOME, ITEM)
    her.open(f"{draft}/review", "allowance-too-young")
    assert "65 周岁" in her.text() and "当月起即可申请" in her.text()
    assert her.page.locator('form[action$="/lock"]').count() == 0
