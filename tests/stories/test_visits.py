"""One ticket: a time booked on a phone, a number called and shown on the wall, and everything that goes wrong with either."""

from __future__ import annotations

import re

from demo.hands import DESK, Officer, Person, Stage
from tests.stories.given import AWAY, HOME, at_no_window

HALL, ITEM = "day-and-night", "old-age-allowance"


def sits(stage: Stage, username: str, window: str) -> Officer:
    """Given a clerk at a window of the hall."""
    officer = stage.officer(AWAY, username)
    at_no_window(officer, HALL)
    officer.look("desk-hall-choose")
    officer.put("window", window)
    officer.press("开始叫号", "desk-hall")
    return officer


def booked(her: Person, name: str = "") -> str:
    """When somebody books the last time that is offered; gives the booking's path."""
    her.open(f"/visit/{HALL}?item={ITEM}", name)
    her.go(her.page.locator(".day-row a:not([data-none])").last)
    her.page.locator('main input[name="at"]:not(:disabled)').last.check(force=True)
    her.press("预约这个时间", name and "booking")
    return her.page.url.removeprefix(her.url)


def board(wall: Person) -> str:
    """Then the screen shows what is called."""
    return re.sub(r"\s+", " ", wall.page.locator(".board").inner_text()) if wall.page.locator(".board").count() else ""


def test_a_time_is_booked_on_a_phone_moved_kept_in_a_calendar_and_given_back(stage: Stage) -> None:
    her = stage.person(AWAY, "bride", javascript=False)
    her.open(f"/services/{AWAY}/{ITEM}")
    her.go(her.page.locator('main a[href*="/visit/"]').first)
    assert "约个时间" in her.text()
    path = booked(her, "visit")
    assert "已约好" in her.text() and her.page.locator("main .qr").count()
    code = her.page.locator(".pass .code b").inner_text()
    file = her.context.request.get(f"{her.url}{path}.ics")
    assert "BEGIN:VEVENT" in file.text() and code[:4] in file.text()
    her.press("改期", "visit-move")
    her.page.locator('main input[name="at"]:not(:disabled)').first.check(force=True)
    her.press("改到这个时间")
    assert her.page.locator(".pass .code b").inner_text() == code, "the code stays the same"
    her.open("/space/visits", "space-visits")
    assert "已约好" in her.text()
    her.open(path)
    her.press("取消预约", "booking-cancel")
    her.press("取消预约", "booking-cancelled")
    assert "已取消" in her.text()
    her.open("/space/messages")
    assert "预约已取消" in her.text()


def test_a_number_is_taken_called_and_shown_on_the_wall(stage: Stage) -> None:
    her = stage.person(AWAY, "groom")
    her.open(f"/visit/{HALL}?item={ITEM}")
    her.press("现在取号", "ticket")
    label = her.page.locator(".number-face .number").inner_text()
    wall = Person(stage, AWAY, {"key": "wall"}, size=DESK)
    wall.open(f"/visit/{HALL}/screen", "hall-screen")
    clerk = sits(stage, "hz-window-1", "3")
    clerk.until("the number in the queue", lambda: label in clerk.text())
    while label not in clerk.page.locator(".at-window").inner_text():  # whoever waited before is served first
        clerk.press("办完，叫下一位" if clerk.page.locator(".at-window .number").count() else "叫下一位")
    clerk.look("desk-hall-serving")
    wall.until("the call on the wall, without a press", lambda: label in board(wall) and "3 号窗口" in board(wall), 15)
    wall.look("hall-screen-called")
    her.until("the call on the phone, without a press", lambda: "请到 3 号窗口" in her.text(), 15)
    her.look("ticket-called")
    other = sits(stage, "hz-window-2", "4")
    assert label not in other.page.locator("section table, .empty").first.inner_text(), "it is called once"
    clerk.press("没来，过号")
    her.until("the missed call", lambda: "已过号" in her.text(), 15)
    clerk.page.locator("details.fold").filter(has_text="过号的").locator("summary").first.click()
    clerk.go(clerk.page.locator("li.queue-row").filter(has_text=label).locator("button"))
    clerk.go(clerk.page.locator("tr.queue-row").filter(has_text=label).locator("button"))
    clerk.press("办完")
    her.until("the end", lambda: "已办完" in her.text(), 15)
    her.open("/space/messages")
    assert "请到 3 号窗口" in her.text()


def test_at_the_entrance_nobody_signs_in_and_without_a_script_it_works_too(stage: Stage) -> None:
    wall = Person(stage, AWAY, {"key": "wall"}, javascript=False)
    wall.open(f"/visit/{HALL}/screen")
    title = wall.page.locator(".screen-side .qr title").text_content()
    assert title and "?here=" in title
    phone = Person(stage, AWAY, {"key": "passer-by"}, javascript=False)
    phone.open(title.replace(title.split("/visit/")[0], phone.url), "visit-here")
    phone.press("现在取号", "ticket-passer-by")
    assert re.search(r"[A-D]\d{3}", phone.text())
    mine = phone.page.url
    phone.open(f"/visit/{HALL}?here=forged")
    phone.press("现在取号")
    assert phone.page.url == mine, "one number is enough for one phone"
    stranger = Person(stage, AWAY, {"key": "far-away"}, javascript=False)
    stranger.open(f"/visit/{HALL}?here=forged")
    stranger.press("现在取号", "number-refused")
    assert "扫大厅门口的二维码" in stranger.text()


def test_a_forged_code_is_told_at_the_desk_and_on_the_phone(stage: Stage) -> None:
    clerk = sits(stage, "hz-window-1", "5")
    clerk.page.locator("details.fold").filter(has_text="给来人取号").locator("summary").first.click()
    clerk.put("told", "A" * 45)
    clerk.press("取号", "desk-hall-forged")
    assert "不是本市发出的" in clerk.text()
    phone = Person(stage, AWAY, {"key": "passer-by"})
    phone.open("/visit/arrive/" + "B" * 45, "arrive-forged")
    assert "不是本市发出的" in phone.text()


def test_one_number_serves_every_office_of_a_bundle_from_window_to_window(stage: Stage) -> None:
    her = stage.person(AWAY, "bride")
    her.open(f"/visit/{HALL}?bundle=newborn")
    her.press("现在取号", "ticket-bundle")
    label = her.page.locator(".number-face .number").inner_text()
    one = sits(stage, "hz-window-1", "6")
    called(one, label)
    one.look("desk-hall-bundle")
    parts = one.page.locator(".at-window .parts li")
    assert parts.count() > 2, "each office of the bundle with its part"
    one.page.locator('.at-window select[name="to"]').select_option("welfare")
    one.press("转走，号不变")
    two = sits(stage, "hz-window-2", "7")
    called(two, label)
    two.look("desk-hall-passed-on")
    assert "已经到过" in two.text() and "6 号窗口" in two.page.locator(".at-window").inner_text()
    her.until("the second window, under the same number", lambda: "请到 7 号窗口" in her.text() and label in her.text(), 15)
    two.press("办完")
    her.until("the end", lambda: "已办完" in her.text(), 15)


def called(clerk: Officer, label: str) -> None:
    """When a clerk calls until this number is at the window."""
    clerk.until("the number in the queue", lambda: clerk.open("/desk/hall") and label in clerk.text())
    while label not in clerk.page.locator(".at-window").inner_text():
        clerk.press("办完，叫下一位" if clerk.page.locator(".at-window .number").count() else "叫下一位")


def test_a_clerk_books_for_somebody_who_telephones_and_prints_the_slip(stage: Stage) -> None:
    clerk = sits(stage, "hz-window-2", "8")
    caller = stage.known["nodes"][AWAY]["people"]["employee"]
    clerk.open("/desk/hall/for")
    if not clerk.page.locator('input[name="id_number"]').count():
        clerk.press("换一个人")
    clerk.look("desk-hall-for")
    clerk.page.locator('input[name="how"][value="phone"]').check(force=True)
    clerk.put("name", caller["name"])
    clerk.put("id_number", caller["id_number"][:-1] + ("1" if caller["id_number"][-1] != "1" else "2"))
    clerk.press("核对，选时间", "desk-hall-for-refused")
    assert "没有姓名和号码都相符的人" in clerk.text()
    clerk.put("id_number", caller["id_number"])
    clerk.press("核对，选时间")
    clerk.put("q", "高龄津贴")
    clerk.press("搜索")
    clerk.page.locator(f'input[name="item"][value="{ITEM}"][type="checkbox"]').check(force=True)
    clerk.press("选好了", "desk-hall-when")
    clerk.go(clerk.page.locator(".day-row a:not([data-none])").last)
    clerk.page.locator('main input[name="at"]:not(:disabled)').last.check(force=True)
    clerk.press("约这个时间", "desk-hall-slip")
    slip = clerk.page.locator(".visit-slip").inner_text()
    assert "身份证原件" in slip and "预约号" in slip and caller["name"] not in slip
    assert clerk.page.locator(".visit-slip svg").count()


def test_a_parcel_that_is_lost_is_made_anew_and_the_person_is_told(stage: Stage) -> None:
    from tests.stories.test_other_items import account

    elder = stage.person(HOME, "elder")
    draft = elder.start(HOME, ITEM)
    elder.fill_in({"person_bank_account": account, "person_mobile": elder.who["mobile"] or "13800000000"})
    elder.lock(draft)
    elder.sign_mine(draft)
    number = elder.submit(draft)
    elder.until("the grant", lambda: elder.open(f"/cases/{number}").locator('form[action$="/deliver"]').count())
    for field, value in {"name": "演示收件人", "mobile": "13800000000", "address": "杭州市西湖区演示路 1 号"}.items():
        elder.put(field, value)
    elder.press("下单寄送", "case-parcel-ordered")
    courier = stage.outside("courier")

    def parcel(state: str = "ordered") -> str | None:
        return next((p["parcel"] for p in courier.sees()["parcels"] if p["status"] == state), None)

    ordered = elder.until("the courier's order", parcel)
    for move in ("collected", "lost"):
        courier.wishes(advance={"parcel": ordered, "to": move})

    def anew() -> bool:
        page = elder.open(f"/cases/{number}")
        return bool(page.locator('[data-delivery="lost"]').count() and page.locator('[data-delivery="ordered"]').count())

    elder.until("the new parcel", anew)
    elder.look("case-parcel-lost")
    again = elder.until("the second order", parcel)
    assert again != ordered
    for move in ("collected", "on_the_way", "delivered"):
        courier.wishes(advance={"parcel": again, "to": move})
    elder.until("the parcel", lambda: elder.open(f"/cases/{number}").locator('[data-delivery="delivered"]').count())
    elder.open("/space/messages")
    assert "已为您重新制作寄出" in elder.text() and "快递已送达" in elder.text()
