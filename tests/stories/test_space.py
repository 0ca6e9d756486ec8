"""My space: a resident follows a case, shows a certificate, asks who read her data, ends a session, takes her data away."""

from __future__ import annotations

import io
import json
import re
import zipfile
from urllib.parse import urlsplit

from demo.hands import PHONE, Person, Stage
from tests.stories.given import AWAY, HOME, a_firm_submitted
from tests.stories.test_cases import at_the_window, sees
from tests.stories.test_other_items import account


def an_allowance(elder: Person) -> str:
    """Given a granted allowance with its certificate; gives the certificate's address."""

    def cards() -> bool:
        elder.open("/space/certificates")
        return elder.page.locator(".certificate").count() > 0

    if not cards():
        draft = elder.start(HOME, "old-age-allowance")
        elder.fill_in({"person_bank_account": account, "person_mobile": elder.who["mobile"]})
        elder.lock(draft)
        elder.sign_mine(draft)
        elder.submit(draft)
        elder.until("the certificate", cards, 60)
    href = str(elder.page.locator('.certificate a[href*="/space/certificates/"]').first.get_attribute("href"))
    return urlsplit(href.removesuffix("/show")).path


def test_she_follows_a_case_from_her_space(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_firm_submitted(her, AWAY)
    her.open("/space", "space-case")
    assert number[-11:] in her.text() and her.page.locator(".small-line").count() >= 1
    window = at_the_window(stage, number)
    window.do(number, "accept", "受理")
    sees(her, number, "已受理")
    her.open(f"/cases?q={number}", "cases-found")
    assert her.page.locator(".case-row").count() == 1
    her.open("/space/messages", "messages")
    new = her.page.locator("[data-new]").count()
    assert new, "she is told that it is accepted"
    her.go(her.page.locator("[data-new] a").first, "message")
    her.open("/space/messages")
    assert her.page.locator("[data-new]").count() == new - 1


def test_she_shows_a_certificate_to_somebody_on_another_browser(stage: Stage) -> None:
    elder = stage.person(HOME, "elder")
    card = an_allowance(elder)
    elder.open(card, "certificate")
    elder.press("当面出示", "show")
    live = str(elder.page.locator("[data-live]").get_attribute("data-live"))
    verifier = stage.browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
    verifier.goto(elder.url + urlsplit(live).path)
    said = verifier.inner_text("main")
    assert "有效，正在出示" in said and elder.who["name"] in said
    verifier.goto(elder.url + urlsplit(live).path[:-3] + "AAA")
    assert "已失效" in verifier.inner_text("main")
    elder.open(card)
    assert "扫了您出示的亮证码" in elder.text()
    elder.put("purpose", "办理养老院入住")
    elder.press("制作副本", "certificate-copied")
    with elder.page.expect_download() as download:
        elder.page.locator('#copies a[href$=".pdf"]').first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_she_asks_who_read_her_data_and_is_answered(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_firm_submitted(her, AWAY)
    window = at_the_window(stage, number)
    window.case(number)
    her.open("/space/access?who=officers", "access")
    look = her.page.locator(".looks > li").filter(has_text=number[-11:]).first
    assert "综合窗口" in look.inner_text()
    look.locator("summary").click()
    look.locator("textarea").fill("这是谁看的？")
    her.go(look.locator("button"), "access-asked")
    assert "已询问" in her.text()
    boss = stage.officer(AWAY, "hz-supervisor")
    boss.open("/desk/reads", "desk-reads")
    form = boss.page.locator("article").filter(has_text="这是谁看的").first
    form.locator("select").select_option("proper")
    form.locator("textarea").fill("综合窗口受理您的申请时查看，属于办理所需")
    boss.go(form.locator("button"))
    her.open("/space/access?who=officers", "access-answered")
    assert "查看正当" in her.text() and "属于办理所需" in her.text()


def test_she_ends_a_session_and_that_browser_is_out_at_its_next_press(stage: Stage) -> None:
    her = stage.person(HOME, "resident")
    stage.kept.pop(her.key)  # the other browser knows nothing of this one
    other = stage.stranger(HOME, "resident")
    other.sign_in()
    her.keep()
    her.open("/space/devices", "devices")
    before = her.page.locator(".sessions > li").count()
    assert before >= 2
    her.press("结束其他所有登录")
    assert her.page.locator(".sessions > li").count() == 1
    other.open("/space")
    assert "/sign-in" in other.page.url
    her.press("这是我的设备", "devices-own")
    assert "我的设备" in her.text()


def test_she_takes_all_her_data_away(stage: Stage) -> None:
    elder = stage.person(HOME, "elder")
    an_allowance(elder)
    elder.prove()
    elder.open("/space/export", "export")
    elder.press("导出我的全部数据" if "导出我的全部数据" in elder.text() else "重新导出")

    def ready() -> bool:
        elder.open("/space/export")
        return elder.page.locator('a[href$=".zip"]').count() > 0

    elder.until("the export", ready, 90)
    elder.look("export-ready")
    with elder.page.expect_download() as download:
        elder.page.locator('a[href$=".zip"]').click()
    inside = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    told = json.loads(inside.read("data/account.json"))
    assert told["registry"]["person.name"] == elder.who["name"]
    others = [p for key, p in stage.known["nodes"][HOME]["people"].items() if key != "elder" and p.get("mobile")]
    whole = b"".join(inside.read(n) for n in inside.namelist() if n.endswith((".json", ".html"))).decode()
    assert not [p["key"] for p in others if p["mobile"] in whole and p["mobile"] != elder.who["mobile"]]
    assert re.search("我的全部数据", inside.read("index.html").decode())
