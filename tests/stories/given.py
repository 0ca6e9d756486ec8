"""What stories begin with and go through: a firm's application, its officers, an allowance, a booking."""

from __future__ import annotations

import re
from typing import Any

from demo.hands import SAVE, Officer, Person, Stage, free_name

HOME, AWAY, FIRM = "310117", "330100", "company-registration"


def firm_answers(her: Person, partner: dict[str, Any] | None = None) -> dict[str, Any]:
    """Answers to every question about a firm; with a partner's firm two shareholders, else one."""

    def name(person: Person) -> None:
        for _ in range(6):
            person.put("value", free_name())
            person.press(SAVE)
            if "/firm_name" not in person.page.url:
                return
        raise AssertionError("no name is free: " + person.text()[:400])

    def place(person: Person) -> None:
        person.put("value.query", "西湖区")
        person.press("查找", "question-place-found")
        person.page.locator('main [name="value"]').first.check(force=True)
        person.press(SAVE)

    def scope(person: Person) -> None:
        if person.page.locator('[name="find"]').count():
            person.put("find", "软件")
            person.press("搜索", "question-scope-found")
        person.page.locator('main input[type=checkbox][name="value"]').first.check(force=True)
        person.press(SAVE)

    def holders(person: Person) -> None:
        whole = "600000" if partner else "1000000"
        first = {"type-0": "person", "name-0": her.who["name"], "id-0": her.who["id_number"], "amount-0": whole}
        for field, value in first.items():
            person.put(field, value)
        if partner:
            person.press("再加一位", "question-holders-two")
            firm = partner["firm"]
            second = {"type-1": "firm", "name-1": firm["name"], "id-1": firm["uscc"], "amount-1": "400000"}
            for field, value in second.items():
                person.put(field, value)
        person.press(SAVE)

    return {
        "firm_name": name, "place": place, "scope": scope, "shareholders": holders, "capital": "1000000",
        "representative_post": "executive-director", "term": "long", "employees": "3", "first_month": "this",
        "person_mobile": her.who["mobile"], "legal_representative": her.who["id_number"],
    }  # fmt: skip


def a_firm_ready(her: Person, city: str = AWAY, *, names: str = "") -> str:
    """Given a firm of one shareholder, filled in and signed, ready to be submitted; gives the draft."""
    draft = her.start(city, FIRM)
    her.fill_in(firm_answers(her), names=names)
    her.lock(draft)
    her.sign_mine(draft)
    return draft


def a_firm_submitted(her: Person, city: str = AWAY) -> str:
    """Given a submitted application; gives the case's number."""
    return her.submit(a_firm_ready(her, city))


def at_no_window(officer: Officer, hall: str) -> None:
    """Given a clerk who is asked at which window of a hall they sit, for they sit at none."""
    officer.open(f"/desk/hall?hall={hall}")
    if officer.page.locator('button[value="rise"]').count():
        officer.press("换窗口")
        officer.open(f"/desk/hall?hall={hall}")


def waits_at(officer: Officer, number: str) -> bool:
    """Whether a case stands in an officer's queue."""
    officer.open(f"/desk/?q={number}")
    return officer.page.locator(f'a[href$="/cases/{number}"]').count() > 0


def examined(stage: Stage, number: str) -> None:
    """When every office has done its part, up to the decision."""
    for username, step in (
        ("hz-market-1", "examine"),
        ("hz-social-1", "social-insurance"),
        ("hz-fund-1", "housing-fund"),
    ):
        officer = stage.officer(AWAY, username)
        officer.do(number, "finish", "通过", step=step, note="材料齐全，符合法定形式")
    registered_at_tax(stage, number)


def registered_at_tax(stage: Stage, number: str) -> None:
    """When the tax office registers the firm in its own system."""
    tax = stage.outside("tax")
    watcher = stage.officer(AWAY, "hz-market-3")

    def task() -> Any:
        return next((t["task"] for t in tax.sees()["tasks"] if t["case"] == number and t["status"] == "open"), None)

    tax.wishes(decide={"task": watcher.until("tax's task", task), "decision": "register", "note": "已登记"})

    def answered() -> bool:
        watcher.case(number)
        return watcher.form("decide").count() > 0

    watcher.until("tax's answer", answered)


WITHDRAWAL = "housing-fund-withdrawal"
_ANSWERS = {
    "fund_reason": {"value": "rent"},
    "fund_home": {"value": "演示路 1 号"},
    "fund_amount": {"value": "3000"},
    "person_bank_account": {"bank": "演示银行", "number": "6222000000000000"},
    "person_mobile": {"value": "13800000000"},
}


def withdrawals_submitted(her: Person, many: int, city: str = AWAY) -> list[str]:
    """Given so many applications to withdraw from the housing fund; their numbers. The forms are sent as the pages would
    send them, without being looked at: the pages are other stories' matter."""
    her.open("/space")
    token = her.page.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']")
    web = her.context.request

    def send(path: str, **form: str) -> str:
        headers = {"X-CSRFToken": token, "Referer": her.url + path}
        answer = web.post(her.url + path, form=form, headers=headers, max_redirects=0)
        assert answer.status == 302, f"{path} answers {answer.status}: {answer.text()[:2000]}"
        return str(answer.headers["location"])

    def found(pattern: str, path: str) -> str:
        text = web.get(her.url + path).text()
        match = re.search(pattern, text)
        assert match, f"nothing like {pattern} at {path}"
        return match[match.lastindex or 0]

    def one() -> str:
        draft = send(f"/services/{city}/{WITHDRAWAL}/start")
        path = f"{draft}/q/{next(iter(_ANSWERS))}"
        while "/q/" in path:
            path = send(path, **_ANSWERS[path.rpartition("/")[2]])
        send(f"{draft}/lock")
        party = found(r"/sign/[0-9a-f-]{36}", f"{draft}/sign")
        send(party, digest=found(r'name="digest" value="([0-9a-f]{64})"', party))
        return send(f"{draft}/submit").rpartition("/cases/")[2].partition("/")[0]

    return [one() for _ in range(many)]


ROAD = "road-occupation"
PLAN = {"name": "plan.png", "mimeType": "image/png"}
ROAD_ANSWERS = {
    "road_place.value": "演示路 12 号北侧人行道", "road_purpose.value": "facade", "road_area.value": "60",
    "road_description.value": "外墙清洗，搭设脚手架", "road_since.value": "2027-03-01", "road_until.value": "2027-03-20",
    "road_traffic.value": "no", "person_mobile.value": "13800000000",
}  # fmt: skip


def shows_the_card(officer: Officer, who: dict[str, Any], name: str = "") -> None:
    """Given somebody at the window whose card and face the officer has looked at."""
    officer.open("/desk/window")
    if officer.page.locator('form[action$="/leave"]').count():
        officer.press("结束代办")
    officer.look(name and f"{name}-identify")
    officer.type(name=who["name"], id_number=who["id_number"])
    for box in ("card", "face"):
        officer.put(box, "1")
    officer.press("核对并开始代办", name and f"{name}-offer")


def in_the_name_of_their_firm(officer: Officer) -> None:
    """When they say that they are here for the firm that they represent."""
    firm = officer.stage.known["nodes"][AWAY]["people"]["representative"]["firm"]["name"]
    choice = officer.page.locator("aside select option").filter(has_text=firm).first
    officer.page.locator("aside select").select_option(choice.get_attribute("value"))
    officer.press("换成这个名义", within="aside")


def begins(officer: Officer, item: str, words: str) -> str:
    """When the officer looks for what they say and begins it with them; gives the draft's path."""
    officer.put("q", words)
    officer.press("搜索")
    form = officer.page.locator(f'form[action$="/start/{AWAY}/{item}"]').first
    officer.go(form.locator("button"))
    return officer.page.url.removeprefix(officer.url)


def writes(officer: Officer) -> None:
    """When the person writes their name on the screen."""
    pad = officer.page.locator("[data-ink] canvas").first
    pad.scroll_into_view_if_needed()
    box, mouse = pad.bounding_box(), officer.page.mouse
    assert box
    mouse.move(box["x"] + 30, box["y"] + box["height"] * 0.7)
    mouse.down()
    for part in (0.3, 0.5, 0.8):
        mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] * (1 - part), steps=4)
    mouse.up()


def signs_by_hand(officer: Officer, draft: str) -> None:
    """When it was read over, locked and signed on the screen."""
    officer.open(f"{draft}/sign")
    officer.press("本人确认无误")
    writes(officer)
    officer.press("记下签名")


def handed_in(officer: Officer, draft: str) -> str:
    """When it is submitted at the window; gives the case's number."""
    officer.open(f"{draft}/sign")
    officer.press("提交申请")
    found = re.search(r"/receipts/(\w+)", officer.page.url)
    assert found, officer.text()[:600]
    return found[1]


def a_road_filled_in(officer: Officer) -> str:
    """Given a firm's application to occupy a road, filled in at the window with its plan; gives the draft's path."""
    shows_the_card(officer, officer.stage.known["nodes"][AWAY]["people"]["representative"])
    in_the_name_of_their_firm(officer)
    draft = begins(officer, ROAD, "占用马路")
    for field, value in ROAD_ANSWERS.items():
        if officer.page.locator(f'main [name="{field}"]').count():
            officer.put(field, value)
    officer.press("保存并继续")
    officer.open(f"{draft}/papers")
    plan = officer.page.locator('form[action$="/papers/site-plan"]')
    plan.locator("input[type=file]").set_input_files([{**PLAN, "buffer": officer.page.screenshot()}])
    officer.go(plan.locator(".buttons button").filter(has_text="收下").first)
    return draft
