"""What officers see: queue and case, supervision, services and their editions, the window with a walk-in, the hall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from demo.hands import Officer, Stage
from tests.stories.given import AWAY, HOME, ROAD, a_road_filled_in, at_no_window, handed_in, writes
from tests.stories.pages.portal import HALL
from tests.stories.pages.routes import Visit, plain, visit
from tongban.base.actors import Kind


def desk(stage: Stage) -> Iterator[Visit]:
    """The walk's case from window to examination, then what supervisors, clerks of services and windows have."""
    number = stage.kept["walk:number"]
    case = f"/cases/{number}"
    window, market = (stage.officer(AWAY, username) for username in ("hz-window-1", "hz-market-1"))
    for path in plain(Kind.OFFICER):
        yield visit(window.key, AWAY, path)
    window.until("the case at the window", lambda: _there(window, number))
    yield visit(window.key, AWAY, "/desk/window")
    yield visit(window.key, AWAY, f"/desk{case}", name="desk-case-to-accept")
    window.do(number, "accept", "受理")
    her = stage.person(HOME, "founder", javascript=False)
    her.until("the other city's acceptance", lambda: her.open(case) and "办理中" in her.text())
    yield visit(her.key, HOME, case, name="portal-case-under-way")
    yield visit(market.key, AWAY, "/desk/", name="desk-queue-market")
    yield visit(market.key, AWAY, f"/desk{case}", name="desk-case-to-examine")
    yield visit(market.key, AWAY, f"/desk{case}/pass")
    boss = stage.officer(AWAY, "hz-supervisor")
    yield visit(boss.key, AWAY, "/desk/payments")
    for path in ("", "/looks", "/quality"):
        yield visit(boss.key, AWAY, f"/desk/supervise{path}")
    yield visit(boss.key, AWAY, _drawn(boss))
    yield visit(boss.key, AWAY, "/desk/reads")
    yield from _items(stage)
    yield from _window(stage)


def _items(stage: Stage) -> Iterator[Visit]:
    """Services as clerks see them: what is on its way, one item's versions, a draft and its form."""
    editor = stage.officer(AWAY, "hz-editor")
    yield visit(editor.key, AWAY, "/desk/items")
    yield visit(editor.key, AWAY, "/desk/items/table/")
    yield visit(editor.key, AWAY, f"/desk/items/{ROAD}")
    yield visit(editor.key, AWAY, "/desk/items/bundles/newborn")
    for drafted in (ROAD, "bundles/newborn"):
        editor.open(f"/desk/items/{drafted}")
        editor.press("开始修改")
        form = urlsplit(editor.page.url).path
        yield visit(editor.key, AWAY, form)
        yield visit(editor.key, AWAY, form.removesuffix("/edit"))
        editor.open(form.removesuffix("/edit"))
        editor.press("撤销稿件", within="aside")


def _window(stage: Stage) -> Iterator[Visit]:
    """A walk-in from the first page to the receipt, and the inspection that follows."""
    officer = stage.officer(AWAY, "hz-window-2")
    at_no_window(officer, HALL)
    officer.keep()
    yield visit(officer.key, AWAY, "/desk/hall", name="desk-hall-choose")
    officer.open(f"/desk/hall?hall={HALL}")
    officer.put("window", "9")
    officer.press("开始叫号")
    officer.keep()
    yield visit(officer.key, AWAY, "/desk/hall")
    yield visit(officer.key, AWAY, "/desk/parcels")
    yield from _for_somebody(officer)
    yield visit(officer.key, AWAY, "/desk/window")
    draft = a_road_filled_in(officer)
    yield visit(officer.key, AWAY, "/desk/window", name="desk-window-offer")
    for page in ("", "/papers", "/sign"):
        yield visit(officer.key, AWAY, f"{draft}{page}")
    officer.open(f"{draft}/sign")
    officer.press("本人确认无误")
    yield visit(officer.key, AWAY, f"{draft}/sign", name="desk-window-ink")
    officer.open(f"{draft}/sign")
    writes(officer)
    officer.press("记下签名")
    number = handed_in(officer, draft)
    yield visit(officer.key, AWAY, f"/desk/window/receipts/{number}")
    officer.press("当场受理")
    inspector = stage.officer(AWAY, "hz-urban-2")
    yield visit(inspector.key, AWAY, f"/desk/cases/{number}/inspect/{ROAD}.inspect")


def _for_somebody(officer: Officer) -> Iterator[Visit]:
    """A time booked for somebody who telephones, a number for somebody who stands there, and what is printed of both."""
    officer.open("/desk/hall/for")
    if not officer.page.locator('input[name="id_number"]').count():
        officer.press("换一个人")
    officer.keep()
    yield visit(officer.key, AWAY, "/desk/hall/for")
    who = officer.stage.known["nodes"][AWAY]["people"]["employee"]
    officer.open("/desk/hall/for")
    officer.page.locator('input[name="how"][value="window"]').check(force=True)
    officer.put("name", who["name"])
    officer.put("id_number", who["id_number"])
    officer.press("核对，选时间")
    officer.keep()
    yield visit(officer.key, AWAY, f"/desk/hall/for?hall={HALL}&item=old-age-allowance", name="desk-hall-when")
    officer.open(f"/desk/hall/for?hall={HALL}")
    officer.page.locator('main input[name="at"]:not(:disabled)').last.check(force=True)
    officer.press("约这个时间")
    yield visit(officer.key, AWAY, urlsplit(officer.page.url).path)
    officer.open(f"/desk/hall/for?hall={HALL}")
    officer.page.locator("details").filter(has_text="现在取号").locator("summary").click()
    officer.press("现在取号")
    yield visit(officer.key, AWAY, urlsplit(officer.page.url).path)


def _drawn(boss: Officer) -> str:
    """A draw of all that was closed yesterday and today."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    boss.open("/desk/supervise/quality")
    boss.type(from_on=str(today - timedelta(days=1)), until_on=str(today), percent="100")
    boss.press("抽取")
    if boss.page.url.endswith("/quality"):
        boss.go(boss.page.locator('main a[href*="/quality/"]').first)
    return urlsplit(boss.page.url).path


def _there(officer: Officer, number: str) -> bool:
    officer.open("/desk/")
    return bool(re.search(re.escape(number), officer.page.content()))
