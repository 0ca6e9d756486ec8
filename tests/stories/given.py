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


def waits_at(officer: Officer, number: str) -> bool:
    """Whether a case stands in an officer's queue."""
    officer.open(f"/desk/?q={number}")
    return officer.page.locator(f'a[href$="{number}"]').count() > 0


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
