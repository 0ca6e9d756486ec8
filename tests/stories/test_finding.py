"""Somebody on a phone who does not know what the administration calls it finds the service and applies."""

from __future__ import annotations

from demo.hands import SAVE, Person, Stage
from tests.stories.given import AWAY, WITHDRAWAL


def suggested(person: Person, said: str) -> list[str]:
    """When somebody types so much into the search of the home page; gives where the suggestions lead."""
    person.open("/")
    field = person.page.locator('main [name="q"]').first
    field.press_sequentially(said, delay=30)
    found = person.page.locator("#suggestions a[href*='/services/']")
    person.until(f"suggestions for {said}", found.count, 15)
    return [str(link.get_attribute("href")) for link in found.all()]


def account(person: Person) -> None:
    person.put("bank", "演示银行")
    person.put("number", "6222020200112233445")
    person.press(SAVE)


def test_somebody_finds_a_service_by_their_own_words_on_a_phone_and_applies(stage: Stage) -> None:
    # Given somebody who wants their rent paid from the housing fund, and first slips on the keys
    her = stage.person(AWAY, "founder")
    her.open("/")
    her.put("q", "qwzxvv")
    her.press("搜索", "find-nothing")
    assert "没有找到" in her.text() and "12345" in her.text()
    # When she types what it sounds like, with a wrong character, the service is offered at once
    assert suggested(her, "gongjijin")[0].startswith(f"/services/{AWAY}/housing-fund-")
    assert suggested(her, "公机金取钱")[0] == f"/services/{AWAY}/{WITHDRAWAL}"
    her.look("find-suggestions")
    # When she asks in a whole sentence, it is what stands first
    her.open("/")
    her.put("q", "我想把公积金取出来付房租")
    her.press("搜索", "find-results")
    first = her.page.locator("#results a[href*='/services/']").first
    assert str(first.get_attribute("href")) == f"/services/{AWAY}/{WITHDRAWAL}"
    her.go(first, "find-guide")
    # Then she applies, on the same phone
    her.begin()
    draft = her.page.url.removeprefix(her.url)
    answers = {
        "fund_reason": "rent", "fund_home": "演示路 1 号", "fund_amount": "3000", "person_bank_account": account,
        "person_mobile": her.who["mobile"],
    }  # fmt: skip
    her.fill_in(answers)
    her.lock(draft)
    her.sign_mine(draft)
    number = her.submit(draft)
    her.open(f"/cases/{number}")
    assert "公积金" in her.text()


def test_it_is_found_without_script_in_english_too(stage: Stage) -> None:
    visitor = stage.stranger(AWAY, "founder", javascript=False)
    visitor.open("/search?q=withdraw+my+provident+fund")
    first = visitor.page.locator("#results a[href*='/services/']").first
    assert str(first.get_attribute("href")) == f"/services/{AWAY}/{WITHDRAWAL}"
