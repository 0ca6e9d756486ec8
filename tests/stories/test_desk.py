"""The desk as a tool: twenty cases by keyboard, phrases, a second opinion, an absence, overdue work given to another."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from demo.hands import Officer, Stage
from tests.stories.given import AWAY, withdrawals_submitted

MANY = 20


class Keyboard:
    """An officer's keyboard, with every stroke counted."""

    def __init__(self, officer: Officer) -> None:
        self.page, self.strokes = officer.page, 0

    def press(self, key: str, *, leads_on: bool = False) -> None:
        self.strokes += 1
        if leads_on:
            with self.page.expect_navigation(wait_until="load"):
                self.page.keyboard.press(key)
        else:
            self.page.keyboard.press(key)


def number_at(officer: Officer) -> str:
    """The case that lies open."""
    found = re.search(r"/desk/cases/(\w+)", officer.page.url)
    return found[1] if found else ""


def cleared(officer: Officer, numbers: set[str], key: str) -> int:
    """Every one of these cases is finished with one key each, and nothing else is touched; gives how many strokes."""
    hands = Keyboard(officer)
    officer.open("/desk/?whose=free")
    hands.press("o", leads_on=True)
    left = set(numbers)
    for _ in range(200):
        at = number_at(officer)
        if not left or not at:
            break
        hands.press(key if at in left else "n", leads_on=True)
        left.discard(at)
    assert not left, f"{len(left)} cases are left; at {officer.page.url}: {officer.text()[:400]}"
    return hands.strokes


def test_twenty_cases_are_cleared_by_keyboard_alone(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    numbers = set(withdrawals_submitted(her, MANY))
    window = stage.officer(AWAY, "hz-window-1")
    window.open("/desk/", "desk-queue-full")
    strokes = cleared(window, numbers, "a")
    assert strokes <= 6 * MANY, f"{strokes} strokes for {MANY} cases"
    examiner = stage.officer(AWAY, "hz-fund-1")
    examined = cleared(examiner, numbers, "p")
    assert examined <= 6 * MANY, f"{examined} strokes for {MANY} cases"
    decider = stage.officer(AWAY, "hz-fund-2")
    decided = cleared(decider, numbers, "g")
    assert decided <= 6 * MANY, f"{decided} strokes for {MANY} cases"
    print(
        f"strokes a case: {strokes / MANY:.1f} to accept, {examined / MANY:.1f} to examine, {decided / MANY:.1f} to decide"
    )


def test_keys_do_nothing_while_somebody_types(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    (number,) = withdrawals_submitted(her, 1)
    window = stage.officer(AWAY, "hz-window-1")
    window.case(number)
    window.page.keyboard.press("r")
    area = window.form("not-accept").locator("textarea").first
    area.focus()
    window.page.keyboard.type("a s r q")
    assert number_at(window) == number and area.input_value() == "a s r q"
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("?")
    assert window.page.locator(".keys-sheet").first.get_attribute("open") is not None


def test_a_supplement_is_made_of_phrases_and_read_before_it_is_sent(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    (number,) = withdrawals_submitted(her, 1)
    window = stage.officer(AWAY, "hz-window-1")
    window.case(number)
    window.page.keyboard.press("s")
    form = window.form("supplement")
    window.page.wait_for_function("document.querySelector('form[action$=\"/supplement\"] .phrases').open")
    form.locator(".phrases label").first.click()
    form.locator('[name="lines"]').first.check(force=True)
    text = form.locator("textarea")
    phrase = text.input_value()
    assert len(phrase) > 8, "a phrase is put into the text"
    text.fill(phrase + "\n请另附说明")
    window.look("desk-supplement-phrases")
    window.go(form.locator('button[name="preview"]'), "desk-letter")
    assert phrase in window.text() and "请另附说明" in window.text()
    window.go(window.page.locator("form[data-confirm] button").first)
    her.until("the notice", lambda: her.open(f"/cases/{number}") and "请补正" in her.text())
    her.open("/cases")


def test_a_refusal_without_script_is_made_of_ticked_phrases(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    (number,) = withdrawals_submitted(her, 1)
    window = stage.officer(AWAY, "hz-window-1", javascript=False)
    window.case(number)
    window.page.locator("details.fold", has=window.form("not-accept")).locator("summary").first.click()
    form = window.form("not-accept")
    form.locator(".phrases summary").click()
    form.locator('[name="phrases"]').first.check(force=True)
    window.go(form.locator("button").last)
    assert "行政复议" in window.text() and "核对后再出具" in window.text()
    window.go(window.page.locator("form[data-confirm] button").first)
    her.until("the decision", lambda: her.open(f"/cases/{number}") and "不予受理" in her.text())


def test_several_are_accepted_at_once_and_a_list_says_what_came_of_each(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    numbers = withdrawals_submitted(her, 3)
    both = [stage.officer(AWAY, name) for name in ("hz-window-1", "hz-window-2")]
    for officer in both:
        officer.open("/desk/?q=" + numbers[0][-11:-3])
    both[1].do(numbers[0], "accept", "受理")
    picked = [n for n in numbers if both[0].page.locator(f'[name="pick"][value^="{n}"]').count()]
    for number in picked:
        both[0].page.locator(f'[name="pick"][value^="{number}"]').check(force=True)
    both[0].page.locator("h1").first.evaluate("e => document.activeElement.blur()")
    with both[0].page.expect_navigation():
        both[0].page.keyboard.press("a")
    both[0].look("desk-bulk")
    rows = both[0].page.locator("tbody tr")
    states = [rows.nth(n).get_attribute("data-state") for n in range(rows.count())]
    assert sorted(states) == ["done"] * (len(picked) - 1) + ["refused"], both[0].text()
    assert "已受理" in both[0].text()


def accepted(stage: Stage) -> str:
    """Given a case that waits to be examined."""
    her = stage.person(AWAY, "founder")
    (number,) = withdrawals_submitted(her, 1)
    stage.officer(AWAY, "hz-window-1").do(number, "accept", "受理")
    return number


def test_a_second_opinion_is_asked_and_answered(stage: Stage) -> None:
    number = accepted(stage)
    examiner, civil = stage.officer(AWAY, "hz-fund-1"), stage.officer(AWAY, "hz-civil-1")
    civil.case(number)
    assert civil.page.locator('[name="reason"]').count() == 1, "another office's case is shut"
    examiner.do(number, "ask-opinion", "发出征求意见", office="civil-affairs", reasons="申请人是否享受低保")
    civil.open("/desk/", "desk-queue-asked")
    civil.press("住房公积金提取")
    civil.look("desk-opinion-to-give")
    form = civil.form("give-opinion")
    form.locator("textarea").fill("未享受低保")
    civil.go(form.locator("button").first)
    examiner.open("/desk/")
    assert "已有答复" in examiner.text()
    examiner.case(number, "desk-opinion-given")
    assert "未享受低保" in examiner.text()
    civil.case(number)
    assert civil.page.locator('[name="reason"]').count() == 1, "shut again when it is answered"


def today(**later: int) -> str:
    return (datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(**later)).isoformat()


def test_while_an_officer_is_away_the_deputy_takes_over(stage: Stage) -> None:
    number = accepted_firm_like(stage)
    one, two = stage.officer(AWAY, "hz-window-1"), stage.officer(AWAY, "hz-window-2")
    one.open("/desk/?q=" + number)
    one.page.locator('[name="pick"]').first.check(force=True)
    one.go(one.page.locator('button[value="take"]'))
    one.open("/desk/absences", "desk-absences")
    deputy = one.page.locator('select[name="deputy"] option').filter(has_text=two.who["name"]).get_attribute("value")
    one.type(from_on=today(), until_on=today(days=2))
    one.put("deputy", str(deputy))
    one.press("登记")
    assert two.who["name"] in one.text()
    try:
        two.open("/desk/?q=" + number)
        assert "代" + one.who["name"] in two.text()
        two.case(number, "desk-standing-in")
        two.do(number, "assign", "接办")
        assert two.form("accept").count() == 1
        two.do(number, "accept", "受理")
    finally:
        one.open("/desk/absences")
        one.press("销假")


def accepted_firm_like(stage: Stage) -> str:
    """Given a case that waits at the window."""
    (number,) = withdrawals_submitted(stage.person(AWAY, "founder"), 1)
    return number


def test_a_look_past_ones_own_office_is_reviewed(stage: Stage) -> None:
    number = accepted(stage)
    civil = stage.officer(AWAY, "hz-civil-2")
    civil.case(number, "desk-shut")
    civil.put("reason", "当事人到窗口求助，需核对办理进度")
    civil.press("记录并调阅")
    assert "申请内容与核验" in civil.text()
    boss = stage.officer(AWAY, "hz-supervisor")
    boss.open("/desk/supervise/looks", "desk-looks")
    card = boss.page.locator(".card").filter(has_text=number[-11:]).first
    card.locator("input[name=words]").fill("求助人不是当事人")
    boss.go(card.locator('button[value="questioned"]'), "desk-looks-questioned")
    assert "求助人不是当事人" in boss.text()


def test_samples_are_drawn_and_judged(stage: Stage) -> None:
    (number,) = withdrawals_submitted(stage.person(AWAY, "founder"), 1)
    stage.officer(AWAY, "hz-window-1").do(
        number,
        "not-accept",
        "出具不予受理决定书",
        reasons="申请事项不属于本机关职权",
        cites="《中华人民共和国行政许可法》第三十二条第一款第二项",
    )
    boss = stage.officer(AWAY, "hz-supervisor")
    boss.open("/desk/supervise/quality", "desk-quality")
    boss.type(from_on=today(), until_on=today(), percent="100")
    boss.press("抽取", "desk-draw")
    card = boss.page.locator(".card").filter(has_text=number[-11:]).first
    card.locator('[name="held"]').first.check(force=True)
    card.locator("select").select_option("good")
    boss.go(card.locator("button").first, "desk-draw-judged")
    assert "合格" in boss.text()


def days_pass(var: Path, number: str) -> None:
    """When the promise of a case has run out: nobody can wait for that, so its due moment is set back."""
    node = json.loads((var / "nodes" / AWAY / "node.json").read_text())
    with psycopg.connect(node["database"]) as connection:
        connection.execute("UPDATE cases_step SET due_at = due_at - interval '9 days' WHERE number = %s", [number])


def test_who_supervises_reassigns_an_overdue_case(stage: Stage, var: Path) -> None:
    number = accepted(stage)
    days_pass(var, number)
    examiner = stage.officer(AWAY, "hz-fund-1")
    examiner.open("/desk/?due=late", "desk-queue-late")
    assert "已超期" in examiner.text() and examiner.page.locator(f'.waiting a[href$="/cases/{number}"]').count() == 1
    boss = stage.officer(AWAY, "hz-supervisor")
    boss.open("/desk/supervise", "desk-supervise")
    row = boss.page.locator("table.overdue tr").filter(has_text=number[-11:])
    assert row.count() == 1, boss.text()
    row.locator("select").select_option(label=examiner.who["name"])
    boss.go(row.locator("button"), "desk-supervise-reassigned")
    assert "已转给同事" in boss.text()
    examiner.open("/desk/?whose=mine", "desk-queue-mine")
    assert examiner.page.locator(f'.waiting a[href$="/cases/{number}"]').count() == 1
