"""The portal when things go wrong, for people in a hurry, with a keyboard alone, on old phones, far from a network."""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, Route

from demo.hands import SAVE, Person, Stage
from tests.stories.given import AWAY, FIRM, HOME

ALLOWANCE = "old-age-allowance"
ROAD = "road-occupation"
BANK, NUMBER = "演示银行松江支行", "6222020200112233445"


def account(person: Person) -> None:
    person.type(bank=BANK, number=NUMBER)
    person.press(SAVE)


def at_account(elder: Person) -> str:
    """Given an elder who stands at the question about the account; gives its address."""
    draft = elder.start(HOME, ALLOWANCE)
    elder.open(f"{draft}/q/person_bank_account")
    return draft


def an_allowance(elder: Person) -> tuple[str, str]:
    """Given an allowance that was applied for: the draft's address and the case's number."""
    draft = elder.start(HOME, ALLOWANCE)
    elder.fill_in({"person_bank_account": account, "person_mobile": elder.who["mobile"]})
    elder.lock(draft)
    elder.sign_mine(draft)
    return draft, elder.submit(draft)


def too_wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def photograph() -> bytes:
    out = BytesIO()
    Image.effect_noise((1100, 900), 90).save(out, "PNG")
    return out.getvalue()


# -- what was typed ------------------------------------------------------------------------------------------------------


def test_two_tabs_of_one_draft_lose_no_words(stage: Stage) -> None:
    # Given one question open in two tabs
    elder = stage.person(HOME, "elder")
    draft = at_account(elder)
    other = elder.context.new_page()
    other.goto(elder.page.url)
    # When the second saves first, and the first saves something else
    other.fill('main [name="bank"]', "演示银行佘山支行")
    other.fill('main [name="number"]', NUMBER)
    with other.expect_navigation():
        other.get_by_role("button", name=SAVE).click()
    elder.type(bank=BANK, number=NUMBER)
    elder.press(SAVE)
    # Then both are on the page of the first: what it typed in the field, what the other kept beside it
    assert elder.page.locator('main [name="bank"]').input_value() == BANK
    assert "演示银行佘山支行" in elder.text()
    elder.look("two-tabs")
    elder.press(SAVE)
    elder.open(f"{draft}/review")
    assert BANK in elder.text()


def test_the_language_is_switched_in_the_middle_of_a_form(stage: Stage) -> None:
    elder = stage.person(HOME, "elder")
    at_account(elder)
    elder.type(bank=BANK, number=NUMBER)
    elder.press("EN", "question-switched", within=".tools")
    assert elder.page.locator("html").get_attribute("lang") == "en"
    assert elder.page.locator('main [name="bank"]').input_value() == BANK
    elder.press("中文", within=".tools")
    assert elder.page.locator('main [name="number"]').input_value() == NUMBER


def test_a_session_that_ends_in_the_middle_of_a_form_costs_no_words(stage: Stage) -> None:
    elder = stage.stranger(HOME, "elder")
    elder.sign_in()
    draft = at_account(elder)
    elder.type(bank=BANK, number=NUMBER)
    elder.context.clear_cookies(name=f"tongban_{HOME}")
    elder.press(SAVE)
    assert "/sign-in" in elder.page.url and NUMBER not in elder.page.url
    before = elder.codes()
    elder.put("mobile", elder.who["mobile"])
    elder.press("发送验证码")
    elder.put("code", elder.until("the code", lambda: elder._new(before)))
    elder.press("登录")
    assert elder.page.url.endswith(f"{draft}/q/person_bank_account")
    assert elder.page.locator('main [name="bank"]').input_value() == BANK
    elder.look("question-after-signing-in")
    elder.keep()  # for the next window: the session before is over


def test_back_after_submitting_leads_to_the_receipt_and_not_to_a_form(stage: Stage) -> None:
    elder = stage.person(HOME, "elder")
    draft, number = an_allowance(elder)
    elder.page.go_back(wait_until="domcontentloaded")
    elder.until("the receipt", lambda: elder.page.url.endswith(f"/cases/{number}/receipt"), 10)
    assert elder.page.locator('main form[action$="/submit"]').count() == 0
    for page in ("review", "sign", "materials"):
        elder.open(f"{draft}/{page}")
        assert elder.page.url.endswith(f"/cases/{number}/receipt"), page


# -- a lost connection -----------------------------------------------------------------------------------------------------


def test_an_upload_goes_on_where_the_connection_was_lost(stage: Stage) -> None:
    # Given a paper to give, and a connection that breaks in the middle of it
    her = stage.person(HOME, "founder")
    draft = her.start(HOME, ROAD)
    her.open(f"{draft}/materials")
    form = her.page.locator("form[data-parts]").first
    sent: list[int] = []

    def cut(route: Route) -> None:
        if route.request.method != "PATCH":
            route.fallback()
            return
        sent.append(int(route.request.headers["upload-offset"]))
        route.abort("connectionfailed") if len(sent) in (3, 4) else route.fallback()

    her.page.route("**/uploads/*", cut)
    file = photograph()
    form.locator("input[type=file]").set_input_files([{"name": "现场.png", "mimeType": "image/png", "buffer": file}])
    # When she sends it
    form.get_by_role("button", name="上传").click()
    # Then it says that it waits, goes on from there, and nothing that had come is sent again
    her.until("word of the lost connection", lambda: "从断处接着传" in her.text(), 15)
    her.until("the file", lambda: "现场.png" in her.text() and her.page.locator('form[action*="/materials/"] >> text=移除').count(), 30)
    assert sent[2] == sent[3] == sent[4] > 0, sent
    assert sorted(set(sent)) == [each for n, each in enumerate(sent) if each not in sent[:n]]
    her.look("materials-uploaded")


def test_without_a_connection_the_page_says_what_can_be_done(stage: Stage) -> None:
    her = stage.stranger(HOME, "resident")
    her.open("/")
    worked(her)
    her.context.set_offline(True)
    her.open("/services")
    assert "现在没有网络" in her.text() and "12345" in her.text()
    assert her.page.locator("[data-kept]").is_hidden(), "nothing is kept on a device that nobody called their own"
    her.context.set_offline(False)
    her.open("/services")
    assert "全部事项" in her.text()


def worked(person: Person) -> None:
    """Until the worker holds the page."""
    there = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
    person.until("the worker", lambda: person.page.evaluate(there), 15)


def keeps(person: Person) -> bool:
    return bool(person.page.evaluate("caches.has('mine')"))


def test_a_receipt_is_kept_on_ones_own_device_only_and_gone_after_signing_out(stage: Stage) -> None:
    # Given a receipt, on a device that nobody called their own
    elder = stage.person(HOME, "elder")
    receipt = f"/cases/{an_allowance(elder)[1]}/receipt"
    elder.open(receipt)
    worked(elder)
    elder.open(receipt)
    assert not keeps(elder)
    elder.context.set_offline(True)
    elder.open(receipt)
    assert "现在没有网络" in elder.text()
    elder.context.set_offline(False)
    # When they say that it is theirs, and the connection is gone
    elder.open("/space/devices")
    elder.press("这是我的设备")
    elder.open(receipt)
    elder.until("the receipt to be kept", lambda: keeps(elder), 15)
    elder.context.set_offline(True)
    elder.open(receipt)
    # Then the receipt shows, and the offline page names it
    assert receipt.split("/")[2] in elder.text()
    elder.open("/services")
    elder.until("what is kept", lambda: elder.page.locator("[data-kept-list] a").count() == 1, 10)
    # When they sign out
    elder.context.set_offline(False)
    elder.open("/")
    assert keeps(elder), "a page that knows the device as theirs keeps it"
    elder.press("退出登录", within="footer")
    stage.kept.pop(elder.key)  # this session is over
    worked(elder)
    # Then nothing is left
    assert not keeps(elder)
    elder.context.set_offline(True)
    elder.open(receipt)
    assert receipt.split("/")[2] not in elder.text()


# -- how people come -------------------------------------------------------------------------------------------------------


def test_everything_fits_320_pixels_and_400_percent(stage: Stage) -> None:
    elder = stage.person(HOME, "elder", size={"width": 320, "height": 256})
    draft = at_account(elder)
    paths = ["/", "/search?q=津贴", "/services", f"/services/{AWAY}/{FIRM}", "/life/old-age", "/nowhere"]
    for path in [*paths, draft, f"{draft}/q/person_bank_account", f"{draft}/materials", f"{draft}/review"]:
        elder.open(path)
        assert too_wide(elder.page) <= 0, path
    elder.open(f"/services/{HOME}/{ALLOWANCE}")
    bar = elder.page.locator(".start-bar")
    assert bar.evaluate("e => getComputedStyle(e).position") == "static", "a low window is not covered by it"


def test_the_start_button_is_always_at_hand_on_a_phone_and_hides_nothing(stage: Stage) -> None:
    her = stage.stranger(HOME, "founder")
    her.open(f"/services/{HOME}/{FIRM}", "guide-phone")
    button = her.page.locator(".start-bar .button")
    for at in (0, 600, 100_000):
        her.page.evaluate(f"scrollTo(0, {at})")
        box = button.bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] <= 844, at
    last, foot = her.page.locator("main > section").last.bounding_box(), her.page.locator(".start-bar").bounding_box()
    assert last and foot and last["y"] + last["height"] <= foot["y"] + 1


def press_until(page: Page, wanted: str | tuple[str, ...], *, most: int = 120) -> None:
    """Press Tab until the focus is on what begins with these words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate("(document.activeElement.innerText || document.activeElement.name || '').trim()")
        if said.startswith(wanted):
            return
    raise AssertionError(f"no way to {wanted} by Tab at {page.url}")


def entering(page: Page) -> None:
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.keyboard.press("Enter")


def test_from_home_to_the_receipt_with_a_keyboard_alone(stage: Stage) -> None:
    elder = stage.person(HOME, "elder")
    page = elder.page
    elder.open("/")
    press_until(page, "q")
    page.keyboard.type("高龄津贴")
    entering(page)
    press_until(page, "高龄津贴")
    entering(page)
    for words in (("开始办理", "重新开始"), "继续填写"):
        press_until(page, words)
        entering(page)
    typed = {"person_bank_account": (BANK, NUMBER), "person_mobile": (elder.who["mobile"],)}
    while found := re.search(r"/q/([\w-]+)", page.url):
        for name, value in zip(("bank", "number") if len(typed[found[1]]) == 2 else ("value",), typed[found[1]], strict=True):
            press_until(page, name)
            page.keyboard.press("Control+a")
            page.keyboard.type(value)
        press_until(page, SAVE)
        entering(page)
    press_until(page, "确认无误")
    entering(page)
    for words in ("阅读并签名", "签名"):
        press_until(page, words)
        entering(page)
    press_until(page, "提交申请")
    entering(page)
    assert "/receipt" in page.url and "已提交" in elder.text()


def test_without_javascript_from_home_to_the_receipt(stage: Stage) -> None:
    bride = stage.person(HOME, "elder", javascript=False)
    bride.open("/", "plain-home")
    bride.put("q", "老人补贴")
    bride.press("搜索", "plain-search")
    bride.go(bride.page.locator(f'main a[href$="/services/{HOME}/{ALLOWANCE}"]').first, "plain-guide")
    bride.begin()
    draft = bride.page.url.removeprefix(bride.url)
    bride.fill_in({"person_bank_account": account, "person_mobile": bride.who["mobile"]})
    bride.lock(draft)
    bride.sign_mine(draft)
    number = bride.submit(draft, names="plain-")
    assert number and "已提交" in bride.text()


def test_a_name_of_fifty_characters_and_one_that_few_fonts_have(stage: Stage) -> None:
    bride = stage.person(HOME, "bride", size={"width": 320, "height": 700})
    draft = bride.start(HOME, "marriage-registration-booking")
    for name in ("阿卜杜热合曼·" * 7 + "王", "\U00020bb7野\U0002a6a5"):
        bride.open(f"{draft}/q/other_party")
        bride.type(name=name, id="")
        bride.press(SAVE)
        assert bride.page.locator('main [name="name"]').input_value() == name
        assert too_wide(bride.page) <= 0
