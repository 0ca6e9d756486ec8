"""What else happens to an application: supplement, refusals, withdrawal, two hands at once, a power cut."""

from __future__ import annotations

import re

from demo.hands import Officer, Person, Stage
from demo.run import Demonstration
from tests.stories.given import AWAY, HOME, a_firm_ready, a_firm_submitted, examined, waits_at


def sees(person: Person, number: str, *words: str) -> None:
    """Then the applicant sees these words on the page of the case."""

    def there() -> bool:
        person.open(f"/cases/{number}")
        return all(each in person.text() for each in words)

    person.until(" and ".join(words), there)


def at_the_window(stage: Stage, number: str, username: str = "hz-window-1") -> Officer:
    """When the case has come to the window."""
    officer = stage.officer(AWAY, username)
    officer.until("the case at the window", lambda: waits_at(officer, number))
    return officer


def test_a_supplement_is_asked_once_given_and_accepted(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_firm_submitted(her, AWAY)
    window = at_the_window(stage, number)
    window.do(number, "supplement", "发出补正告知书", lines="owner-consent", reasons="请补充产权人同意使用的证明")
    sees(her, number, "请补正", "产权人同意")
    her.look("case-supplement")
    her.page.locator("main input[type=file]").first.set_input_files(
        files=[{"name": "同意书.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}]
    )
    her.put("words", "产权人已同意")
    her.press("提交补正", "case-supplemented")
    window.until("the case again", lambda: window.case(number) and window.form("accept").count() > 0)
    window.look("desk-case-supplemented")
    assert window.form("supplement").count() == 0, "supplements are asked once (art. 32)"
    window.do(number, "accept", "受理")
    sees(her, number, "已受理")


def a_pdf() -> bytes:
    """A small real PDF."""
    from io import BytesIO

    from pypdf import PdfWriter

    out, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()


def test_not_accepted_is_said_in_writing_with_article_and_appeal(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_firm_submitted(her, AWAY)
    window = at_the_window(stage, number)
    window.do(number, "not-accept", "出具不予受理决定书", reasons="申请事项不属于本机关职权范围")
    sees(her, number, "不予受理")
    her.until("the letter", lambda: her.open(f"/cases/{number}").locator('main a[href*="/papers/"]').count())
    her.look("case-not-accepted")


def test_a_refusal_gives_its_reasons(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_firm_submitted(her, AWAY)
    at_the_window(stage, number).do(number, "accept", "受理")
    examined(stage, number)
    decider = stage.officer(AWAY, "hz-market-3")
    decider.case(number)
    decider.form("decide").locator("button").filter(has_text="不予许可").click()
    assert decider.page.evaluate("document.activeElement.name") == "reasons", "a refusal says why"
    decider.do(
        number,
        "decide",
        "不予许可",
        reasons="住所不能作为经营场所",
        cites="《中华人民共和国市场主体登记管理条例》第十一条",
    )
    sees(her, number, "未获批准")
    her.until("the letter", lambda: her.open(f"/cases/{number}").locator('main a[href*="/papers/"]').count())
    her.look("case-refused")


def test_an_application_is_withdrawn(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_firm_submitted(her, AWAY)
    her.open(f"/cases/{number}", "case-submitted")
    her.press("撤回申请", "withdraw")
    her.press("撤回申请")
    sees(her, number, "撤回")
    her.look("case-withdrawn")
    window = stage.officer(AWAY, "hz-window-1")
    window.case(number)
    assert window.form("accept").count() == 0


def test_of_two_officers_at_once_one_wins_and_the_other_is_told(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_firm_submitted(her, AWAY)
    both = [at_the_window(stage, number, username) for username in ("hz-window-1", "hz-window-2")]
    for officer in both:
        officer.case(number)
    pressed_together(both, 'form[action$="/accept"]')
    refused = [o for o in both if o.page.locator('.notice[data-state="refused"], .errors').count()]
    told = [o.text()[:300] for o in both]
    assert len(refused) == 1, told
    refused[0].look("desk-accepted-by-another")
    her.open(f"/cases/{number}")
    assert her.text().count("已受理") == 1


def pressed_together(officers: list[Officer], form: str) -> None:
    """Both forms are on their way before either is answered."""
    for officer in officers:
        officer.page.evaluate("form => setTimeout(() => document.querySelector(form).submit(), 50)", form)
    for officer in officers:
        officer.page.wait_for_timeout(300)
        officer.page.wait_for_load_state("domcontentloaded")
        officer.page.wait_for_timeout(1200)


def test_pressed_twice_and_in_two_tabs_it_is_one_case(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    draft = a_firm_ready(her, AWAY)
    her.open("/cases")
    before = her.page.locator('main a[href*="/cases/"]').count()
    tabs = [her.context.new_page(), her.context.new_page()]
    for tab in tabs:
        tab.goto(f"{her.url}{draft}/sign")
    for tab in tabs:
        tab.evaluate("setTimeout(() => document.querySelector('form[action$=\"/submit\"]').submit(), 50)")
    for tab in tabs:
        tab.wait_for_url(re.compile("/cases/"))
    her.open(f"{draft}/sign")
    numbers = {re.search(r"/cases/(\w+)", tab.url)[1] for tab in tabs}  # type: ignore[index]
    her.open("/cases")
    assert len(numbers) == 1 and her.page.locator('main a[href*="/cases/"]').count() == before + 1


def test_a_double_click_is_one_case(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    draft = a_firm_ready(her, AWAY)
    her.open("/cases")
    before = her.page.locator('main a[href*="/cases/"]').count()
    her.open(f"{draft}/sign")
    her.page.locator('form[action$="/submit"] button').dblclick()
    her.page.wait_for_url(re.compile("/cases/"))
    her.open("/cases", "cases")
    assert her.page.locator('main a[href*="/cases/"]').count() == before + 1


def test_the_other_city_dies_between_hand_over_and_receipt(stage: Stage, world: Demonstration) -> None:
    her = stage.person(HOME, "founder")
    draft = a_firm_ready(her)
    processes = world.processes
    assert processes
    # Its worker is gone first: what arrives is kept and not answered. Then its web process, as in a power cut.
    processes.kill(f"work-{AWAY}")
    number = her.submit(draft)
    her.page.wait_for_timeout(1500)
    processes.kill(f"web-{AWAY}")
    her.open(f"/cases/{number}", "case-awaiting-the-city")
    assert "正在等待办理城市确认接收" in her.text()
    processes.again(f"web-{AWAY}")
    processes.again(f"work-{AWAY}")
    world.wait_for(AWAY)
    sees(her, number, "办理城市已接收")
    assert "正在等待办理城市确认接收" not in her.text()
    assert her.text().count("办理城市已接收") == 1
    window = at_the_window(stage, number)
    assert window.page.locator(f'.waiting a[href$="/cases/{number}"]').count() == 1
    her.open("/cases")
    assert her.page.locator(f'main a[href$="/cases/{number}"]').count() == 1
    window.do(number, "accept", "受理")
    sees(her, number, "已受理")
