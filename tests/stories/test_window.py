"""A walk-in without a phone is served at the window and sees the same case at home later; papers come in by camera."""

from __future__ import annotations

import re

from demo.hands import PHONE, Officer, Person, Stage
from tests.stories.given import (
    AWAY,
    a_road_filled_in,
    begins,
    handed_in,
    in_the_name_of_their_firm,
    shows_the_card,
    signs_by_hand,
    writes,
)

ALLOWANCE = "old-age-allowance"
CAMERA = """
const film = document.createElement("canvas"); film.width = 640; film.height = 480;
setInterval(() => { const pen = film.getContext("2d"); pen.fillStyle = "white"; pen.fillRect(0, 0, 640, 480);
  pen.fillStyle = "black"; pen.fillText(String(Date.now()), 100, 100); }, 50);
navigator.mediaDevices.getUserMedia = async () => film.captureStream(10);
"""


def served(officer: Officer, who: dict) -> str:
    """When they apply together and the person signs; gives the case's number."""
    shows_the_card(officer, who, "window")
    begins(officer, ALLOWANCE, "老人补贴")
    officer.look("window-form")
    officer.press("保存并继续", "window-form-wrong")
    assert "有 1 处需要更正" in officer.text()
    for field, value in {"bank": "演示银行", "number": "6222000000000000"}.items():
        officer.put(f"person_bank_account.{field}", value)
    officer.put("person_mobile.value", "13800000000")
    officer.press("保存并继续", "window-read-over")
    officer.press("本人确认无误", "window-ink")
    writes(officer)
    officer.press("记下签名", "window-signed")
    officer.press("提交申请", "window-receipt")
    found = re.search(r"/receipts/(\w+)", officer.page.url)
    assert found
    return found[1]


def test_a_walk_in_without_a_phone_sees_the_same_case_at_home(stage: Stage) -> None:
    officer = stage.officer(AWAY, "hz-window-1")
    elder = stage.known["nodes"][AWAY]["people"]["elder"]
    number = served(officer, elder)
    assert officer.page.locator(".qr svg").count() == 1
    officer.open("/desk/window")
    officer.press("结束代办")

    at_home = Stage(stage.known, stage.browser, stage.seen)  # a phone of her own, that nobody has seen before
    her = Person(at_home, AWAY, {**elder, "mobile": "13700000077"})
    her.open("/sign-in")
    her.put("mobile", "13700000077")
    before = her.codes()
    her.press("发送验证码")
    her.put("code", her.until("the code", lambda: her._new(before)))
    her.press("登录")
    her.type(name=elder["name"], id_number=elder["id_number"])
    her.press("核对身份")
    unproven = her.context.request.get(f"{her.url}/cases/{number}")
    assert "/prove" in unproven.url, "nothing is hers before she has proven who she is"
    her.prove()
    her.open(f"/cases/{number}", "case-begun-at-the-window")
    her.until("the grant", lambda: "准予" in her.open(f"/cases/{number}").content())
    her.open("/space/access", "access-of-the-window")
    assert officer.who["name"] in her.text()


def test_a_paper_is_taken_in_by_camera_and_as_a_file(stage: Stage) -> None:
    officer = stage.officer(AWAY, "hz-window-1")
    shows_the_card(officer, stage.known["nodes"][AWAY]["people"]["representative"])
    in_the_name_of_their_firm(officer)
    draft = begins(officer, "road-occupation", "占用马路")
    officer.open(f"{draft}/papers", "window-papers")
    plan = officer.page.locator('form[action$="/papers/site-plan"]')
    plan.locator("input[type=file]").set_input_files(
        [{"name": "not.png", "mimeType": "image/png", "buffer": b"<script>"}]
    )
    officer.go(plan.locator("button").filter(has_text="收下").first, "window-paper-refused")
    assert officer.page.locator('.notice[data-state="refused"]').count()

    officer.page.add_init_script(CAMERA)
    officer.open(f"{draft}/papers")
    plan.locator("[data-open] button").click()
    for page in (1, 2):
        plan.locator("[data-take]").click()
        officer.until("the page", lambda n=page: plan.locator(f'[data-scan][data-kept="{n}"]').count())
    officer.look("window-papers-camera")
    officer.go(plan.locator(".buttons button").filter(has_text="收下").first)
    assert "scan.pdf" in officer.text() and "已收" in officer.text()


def test_an_inspection_is_kept_without_network_and_sent_once(stage: Stage) -> None:
    window = stage.officer(AWAY, "hz-window-1")
    draft = a_road_filled_in(window)
    signs_by_hand(window, draft)
    number = handed_in(window, draft)
    window.press("当场受理")
    inspector = stage.officer(AWAY, "hz-urban-2")
    inspector.page.set_viewport_size(PHONE)
    address = f"/desk/cases/{number}/inspect/road-occupation.inspect"
    inspector.open(address, "inspection")
    for box in inspector.page.locator('main input[type=radio][value="ok"]').all():
        box.check(force=True)
    inspector.put("outcome", "passed")
    inspector.put("note", "与平面图一致")
    picture = {"name": "site.png", "mimeType": "image/png", "buffer": inspector.page.screenshot()}
    inspector.page.locator('[name="photo"]').set_input_files([picture])
    inspector.page.locator("[data-says]").filter(has_text="已存在本机，提交后").wait_for()
    inspector.open(address)
    note = inspector.page.locator('[name="note"]')
    inspector.until("what the device kept: a reload loses nothing", lambda: note.input_value() == "与平面图一致", 15)

    inspector.context.set_offline(True)
    inspector.page.get_by_role("button", name="提交核查报告").click()
    inspector.page.locator("[data-says]").filter(has_text="没有网络").wait_for()
    inspector.look("inspection-offline")
    inspector.context.set_offline(False)
    inspector.page.wait_for_url(re.compile(f"/desk/cases/{number}$"))
    assert "与平面图一致" in inspector.page.content()
    inspector.open(address)
    assert "没有等您的现场核查" in inspector.text(), "what was sent is not there to be sent again"
