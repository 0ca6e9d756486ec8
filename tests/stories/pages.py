"""Every page of every door, and how to stand before it: who, at which address, in one world that is told on the way.

``walk(stage)`` gives page after page. Between them somebody does what the next pages need: fills a draft in, signs,
submits. A new page without parameters is found by itself (``lacking`` says so); one with parameters is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404

from demo.hands import Officer, Person, Stage
from tests.stories.given import AWAY, FIRM, HOME, ROAD, a_road_filled_in, firm_answers, handed_in, writes
from tongban.base.actors import Kind

DOORS = ("ui", "portal", "desk")
HALL = "day-and-night"
VISITOR = "visitor"
ASIDE = {
    "ui:city-css": "a style sheet",
    "portal:paper": "a file",
    "desk:paper": "a file",
    "desk:file": "a file",
    "desk:picture": "a picture",
    "portal:copy": "a file",
    "portal:booking-calendar": "a file",
    "desk:handed": "a file",
    "desk:items-table-json": "a file",
    "desk:items-table-csv": "a file",
    "portal:download": "a file",
    "portal:mandate-new": "leads on to the first question",
    "portal:paid-back": "leads on to the person's own city at once",
    "portal:face-done": "comes back from the port and goes on at once",
    "desk:find": "goes on to the case at once",
    "ui:icon": "a picture",
    "ui:icon-svg": "a picture",
    "ui:manifest": "for the browser",
    "ui:worker": "a script",
    "portal:part": "for the page's script",
    "portal:places": "a part of a page",
    "portal:suggest": "a part of a page",
}
"""Routes that answer GET with something that is no page of ours, and what it is."""


@dataclass(frozen=True)
class Visit:
    """One page: its name, whose window it is opened in, and the address; ``status`` when it says no; the widths at
    which it must not scroll sideways."""

    name: str
    who: str
    node: str
    path: str
    status: int = 200


def routes() -> dict[str, Any]:
    """Every route of the doors by name, with its view."""
    found: dict[str, Any] = {}

    def gather(patterns: list[Any], space: str) -> None:
        for each in patterns:
            if isinstance(each, URLResolver):
                gather(each.url_patterns, each.namespace or space)
            elif isinstance(each, URLPattern) and space in DOORS:
                found[f"{space}:{each.name}"] = each

    gather(get_resolver().url_patterns, "")
    return found


def only_posts(view: Any) -> bool:
    """The view takes no GET, or answers it by leading elsewhere (``portal.views.posting``)."""
    while view is not None:
        code, cells = getattr(view, "__code__", None), getattr(view, "__closure__", None)
        if code is not None and cells:
            kept = dict(zip(code.co_freevars, (cell.cell_contents for cell in cells), strict=True))
            methods = kept.get("request_method_list")
            if methods is not None and "GET" not in methods:
                return True
        if "posting" in getattr(code, "co_filename", ""):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def lacking(visits: list[Visit]) -> list[str]:
    """Pages that nobody visits: to be written into ``walk`` or, when they are none, into ``ASIDE``."""
    seen = {name_of(v.path) for v in visits}
    pages = {name for name, route in routes().items() if not only_posts(route.callback)}
    return sorted(pages - seen - ASIDE.keys())


def name_of(path: str) -> str | None:
    """The route that an address belongs to."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def plain(kind: Any, *, but: tuple[str, ...] = ()) -> list[str]:
    """Addresses of pages without parameters that open for ``kind`` (None: for anyone)."""
    from django.urls import reverse

    found = []
    for name, route in routes().items():
        opens = getattr(route.callback, "opens_for", ())
        fits = kind in opens if kind else Kind.PERSON not in opens and Kind.OFFICER not in opens
        fits = fits and not getattr(route.callback, "power", None)  # those are visited by who holds it
        if fits and not route.pattern.converters and not only_posts(route.callback) and name not in {*ASIDE, *but}:
            found.append(reverse(name))
    return found


# -- the walk ----------------------------------------------------------------------------------------------------------


def walk(stage: Stage) -> Iterator[Visit]:
    """Page after page; what the next ones need is done in between."""
    yield from _strangers(stage)
    her = stage.person(HOME, "founder", javascript=False)
    yield from _residents(her)
    yield from _draft(her)
    yield from _cases(stage, her)
    yield from _paying(stage)
    yield from _desk(stage)


def _visit(who: str, node: str, path: str, status: int = 200, name: str = "") -> Visit:
    return Visit(name or (name_of(path) or "no-page").replace(":", "-"), who, node, path, status)


def _strangers(stage: Stage) -> Iterator[Visit]:
    for path in plain(None, but=("portal:code", "portal:search")):
        yield _visit(VISITOR, HOME, path)
    yield _visit(VISITOR, AWAY, "/", name="portal-home-away")
    yield _visit(VISITOR, HOME, "/search?q=开公司")
    yield _visit(VISITOR, HOME, "/search?q=qqqqqqqq", name="portal-search-nothing")
    yield _visit(VISITOR, HOME, f"/services/{AWAY}/{FIRM}")
    yield _visit(VISITOR, HOME, f"/services/{HOME}/old-age-allowance", name="portal-guide-allowance")
    yield _visit(VISITOR, HOME, "/verify/no-such-code", 404, name="portal-verify-unknown")
    looks = stage.stranger(HOME, "bride", javascript=False)
    looks.open("/")
    occasion = looks.page.locator('main a[href*="/life/"]')
    if occasion.count():
        yield _visit(VISITOR, HOME, urlsplit(str(occasion.first.get_attribute("href"))).path)
    yield _visit(VISITOR, HOME, f"/bundles/{HOME}/second-hand-home")
    yield _visit(VISITOR, HOME, f"/visit/{HALL}")
    yield _visit(VISITOR, HOME, f"/visit/{HALL}/screen")
    yield _visit(VISITOR, HOME, "/visit/arrive/FORGED", 422, name="portal-arrive-forged")
    yield _visit(VISITOR, HOME, "/nowhere", 404, name="error-404")
    yield _visit(VISITOR, HOME, "/search?q=%00", 400, name="error-400")
    yield _visit(VISITOR, HOME, "/lang", 405, name="error-405")
    new = stage.stranger(HOME, "bride", javascript=False)
    new.open("/sign-in")
    new.put("mobile", new.who["mobile"])
    new.press("发送验证码")
    stage.kept["new"] = new.context.storage_state()
    yield _visit("new", HOME, "/sign-in/code")


def _residents(her: Person) -> Iterator[Visit]:
    for path in plain(Kind.PERSON, but=("portal:prove", "portal:mandate-new")):
        yield _visit(her.key, HOME, path)
    for who in (her, her.stage.person(HOME, "representative", javascript=False)):
        who.open("/space/mandates/new")  # leads on to the first question that this person is asked
        yield _visit(who.key, HOME, urlsplit(who.page.url).path)
    her.open("/space/mandates")
    received = her.page.locator('main a[href*="/space/mandates/"]:not([href*="/new"])').first.get_attribute("href")
    mandate = urlsplit(str(received)).path
    for path in (mandate, f"{mandate}/end"):
        yield _visit(her.key, HOME, path)
    yield _visit(her.key, HOME, "/", name="portal-home-mine")
    yield _visit(her.key, HOME, "/desk/", 403, name="error-403")
    yield from _visits(her)
    unproven = her.stage.stranger(HOME, "groom", javascript=False)
    unproven.open("/sign-in")
    before = unproven.codes()
    unproven.put("mobile", unproven.who["mobile"])
    unproven.press("发送验证码")
    unproven.put("code", unproven.until("the code", lambda: unproven._new(before)))
    unproven.press("登录")
    if "/prove" in unproven.page.url and "/face" not in unproven.page.url:
        unproven.stage.kept["unproven"] = unproven.context.storage_state()
        yield _visit("unproven", HOME, "/prove")


def _visits(her: Person) -> Iterator[Visit]:
    """A booking with its code, moving and cancelling it; a number."""
    her.open(f"/visit/{HALL}?item=old-age-allowance")
    her.page.locator('main input[name="at"]:not(:disabled)').last.check(force=True)
    her.press("预约这个时间")
    booking = her.page.url.removeprefix(her.url)
    yield _visit(her.key, HOME, booking)
    yield _visit(her.key, HOME, f"{booking}/cancel")
    yield _visit(her.key, HOME, f"/visit/{HALL}?move={booking.rsplit('/', 1)[1]}", name="portal-visit-move")
    code = her.page.locator("main .qr title").first.text_content()
    yield _visit(VISITOR, HOME, urlsplit(str(code)).path)
    her.open(f"/visit/{HALL}")
    her.press("现在取号")
    ticket = her.page.url.removeprefix(her.url)
    yield _visit(her.key, HOME, ticket)
    yield _visit(her.key, HOME, f"{ticket}/leave")
    yield _visit(her.key, HOME, "/space/visits", name="portal-visits-full")
    her.keep()


def _draft(her: Person) -> Iterator[Visit]:
    draft = her.start(AWAY, FIRM)
    yield _visit(her.key, HOME, draft)
    asked: list[str] = []

    def keeps(answer: Any) -> Any:
        def given(person: Person) -> None:
            asked.append(person.page.url.removeprefix(person.url).split("?")[0])
            if callable(answer):
                answer(person)
            else:
                person.put("value", answer)
                person.press("保存并继续")

        return given

    her.fill_in({key: keeps(answer) for key, answer in firm_answers(her).items()})
    for path in asked:
        yield _visit(her.key, HOME, path, name="portal-question-" + path.rsplit("/", 1)[1])
    yield _visit(her.key, HOME, f"{draft}/materials")
    yield _visit(her.key, HOME, f"{draft}/review")
    her.lock(draft)
    yield _visit(her.key, HOME, f"{draft}/sign")
    yield _visit(her.key, HOME, "/sign", name="portal-waiting-one")
    her.open(f"{draft}/sign")
    link = her.page.locator('main a[href*="/sign/"]').first.get_attribute("href")
    yield _visit(her.key, HOME, str(link))
    her.sign_mine(draft)
    her.keep()
    yield _visit(her.key, HOME, f"{draft}/sign", name="portal-signers-signed")
    her.stage.kept["walk:number"] = her.submit(draft)


def _cases(stage: Stage, her: Person) -> Iterator[Visit]:
    number = stage.kept["walk:number"]
    yield _visit(her.key, HOME, f"/cases/{number}")
    for page in ("receipt", "withdraw"):
        yield _visit(her.key, HOME, f"/cases/{number}/{page}")
    granted = _granted(stage)
    if granted:
        yield _visit(granted[0], HOME, granted[1], name="portal-case-granted")
        yield _visit(VISITOR, HOME, granted[2])
        yield from _space(stage, granted[0])


def _paying(stage: Stage) -> Iterator[Visit]:
    """A case that waits to be paid, then paid: the payer's pages and the desk's."""
    from tests.stories.test_paying import a_card_granted, asked_to_pay, at_the_till, paid_and_closed

    payer = stage.person(AWAY, "founder", javascript=False)
    number = a_card_granted(stage, payer)
    decider = stage.officer(AWAY, "hz-public-security-2")
    asked_to_pay(payer, number)
    yield _visit(payer.key, AWAY, f"/cases/{number}", name="portal-case-to-pay")
    yield _visit(payer.key, AWAY, f"/cases/{number}/pay")
    payer.press("去缴费")
    at_the_till(stage, payer)
    payer.keep()
    yield _visit(payer.key, AWAY, f"/cases/{number}/pay", name="portal-pay-waiting")
    payer.go(payer.page.locator('button[value="pay"]'))
    paid_and_closed(payer, number)
    payer.keep()
    yield _visit(payer.key, AWAY, f"/cases/{number}/pay", name="portal-pay-paid")
    yield _visit(decider.key, AWAY, f"/desk/cases/{number}", name="desk-case-paid")
    yield from _refunds(stage, number)


def _refunds(stage: Stage, number: str) -> Iterator[Visit]:
    """A refund by hand as who asks sees it, then who judges."""
    from tests.stories.test_paying import asks_back

    asker, judge = stage.officer(AWAY, "hz-refund-1"), stage.officer(AWAY, "hz-refund-2")
    yield _visit(asker.key, AWAY, "/desk/payments/refunds")
    yield _visit(asker.key, AWAY, f"/desk/payments/refunds/{number}")
    asks_back(asker, number, "1")
    yield _visit(asker.key, AWAY, f"/desk/payments/refunds/{number}", name="desk-refund-asked")
    yield _visit(judge.key, AWAY, f"/desk/payments/refunds/{number}", name="desk-refund-to-judge")
    yield _visit(judge.key, AWAY, "/desk/payments/refunds", name="desk-refunds-waiting")


def _space(stage: Stage, who: str) -> Iterator[Visit]:
    """A certificate in hand and shown, a copy, a message, a case of a list."""
    elder = stage.person(HOME, "elder", javascript=False)
    for path in ("/space", "/space/certificates", "/space/messages", "/space/access", "/space/devices", "/cases"):
        yield _visit(who, HOME, path, name=(name_of(path) or "").replace(":", "-") + "-full")
    elder.open("/space/certificates")
    card = str(elder.page.locator('main .certificate a[href*="/space/certificates/"]').first.get_attribute("href"))
    card = card.removesuffix("/show")
    elder.open(card)
    elder.put("purpose", "办理租房合同")
    elder.press("制作副本")
    yield _visit(who, HOME, card)
    yield _visit(who, HOME, f"{card}/show")
    elder.open(f"{card}/show")
    live = str(elder.page.locator("[data-live]").get_attribute("data-live"))
    yield _visit(VISITOR, HOME, "/verify/live/NONE", 410, name="portal-live-over")
    yield _visit(VISITOR, HOME, urlsplit(live).path)
    elder.open("/space/messages")
    yield _visit(who, HOME, str(elder.page.locator('main a[href*="/space/messages/"]').first.get_attribute("href")))


def _granted(stage: Stage) -> tuple[str, str, str] | None:
    """Somebody's granted case with its certificate: an elder's allowance, decided at once; applied for when none is."""
    from tests.stories.test_other_items import account

    elder = stage.person(HOME, "elder", javascript=False)
    elder.open("/cases")
    found = elder.page.locator('main a[href*="/cases/"]')
    if not found.count():
        draft = elder.start(HOME, "old-age-allowance")
        elder.fill_in({"person_bank_account": account, "person_mobile": elder.who["mobile"]})
        elder.lock(draft)
        elder.sign_mine(draft)
        elder.keep()
        path = f"/cases/{elder.submit(draft)}"
    else:
        path = urlsplit(str(found.first.get_attribute("href"))).path

    def verify() -> str | None:
        elder.open(path)
        link = elder.page.locator('main a[href*="/verify/"]')
        return link.last.get_attribute("href") if link.count() else None

    address = elder.until("the allowance", verify, 60)
    return elder.key, path, urlsplit(str(address)).path


def _desk(stage: Stage) -> Iterator[Visit]:
    number = stage.kept["walk:number"]
    for username, step in (("hz-window-1", "accept"), ("hz-market-1", "examine")):
        officer = stage.officer(AWAY, username)
        if step == "accept":
            for path in plain(Kind.OFFICER):
                yield _visit(officer.key, AWAY, path)
            officer.until("the case at the window", lambda o=officer: _there(o, number))
            yield _visit(officer.key, AWAY, "/desk/window")
            yield _visit(officer.key, AWAY, f"/desk/cases/{number}/pass")
            yield _visit(officer.key, AWAY, f"/desk/cases/{number}", name="desk-case-to-accept")
            officer.do(number, "accept", "受理")
        else:
            yield _visit(officer.key, AWAY, "/desk/", name="desk-queue-market")
            yield _visit(officer.key, AWAY, f"/desk/cases/{number}", name="desk-case-to-examine")
    boss = stage.officer(AWAY, "hz-supervisor")
    yield _visit(boss.key, AWAY, "/desk/payments")
    for path in ("", "/looks", "/quality", "/quality/00000000-0000-7000-8000-000000000000"):
        yield _visit(boss.key, AWAY, f"/desk/supervise{path}")
    yield _visit(boss.key, AWAY, "/desk/reads")
    yield from _items(stage)
    yield _visit(officer.key, AWAY, f"/desk/cases/{number}/pass")
    yield from _window(stage)


def _items(stage: Stage) -> Iterator[Visit]:
    """Services as clerks see them: what is on its way, one item's versions, a draft and its form."""
    editor = stage.officer(AWAY, "hz-editor")
    yield _visit(editor.key, AWAY, "/desk/items")
    yield _visit(editor.key, AWAY, "/desk/items/table/")
    yield _visit(editor.key, AWAY, f"/desk/items/{ROAD}")
    yield _visit(editor.key, AWAY, "/desk/items/bundles/newborn")
    for drafted in (ROAD, "bundles/newborn"):
        editor.open(f"/desk/items/{drafted}")
        editor.press("开始修改")
        form = urlsplit(editor.page.url).path
        yield _visit(editor.key, AWAY, form)
        yield _visit(editor.key, AWAY, form.removesuffix("/edit"))
        editor.open(form.removesuffix("/edit"))
        editor.press("撤销稿件", within="aside")


def _window(stage: Stage) -> Iterator[Visit]:
    """A walk-in from the first page to the receipt, and the inspection that follows."""
    officer = stage.officer(AWAY, "hz-window-2")
    yield _visit(officer.key, AWAY, "/desk/hall", name="desk-hall-choose")
    officer.open(f"/desk/hall?hall={HALL}")
    officer.put("window", "9")
    officer.press("开始叫号")
    officer.keep()
    yield _visit(officer.key, AWAY, "/desk/hall")
    yield _visit(officer.key, AWAY, "/desk/parcels")
    yield from _for_somebody(officer)
    yield _visit(officer.key, AWAY, "/desk/window")
    draft = a_road_filled_in(officer)
    yield _visit(officer.key, AWAY, "/desk/window", name="desk-window-offer")
    for page in ("", "/papers", "/sign"):
        yield _visit(officer.key, AWAY, f"{draft}{page}")
    officer.open(f"{draft}/sign")
    officer.press("本人确认无误")
    yield _visit(officer.key, AWAY, f"{draft}/sign", name="desk-window-ink")
    officer.open(f"{draft}/sign")
    writes(officer)
    officer.press("记下签名")
    number = handed_in(officer, draft)
    yield _visit(officer.key, AWAY, f"/desk/window/receipts/{number}")
    officer.press("当场受理")
    inspector = stage.officer(AWAY, "hz-urban-2")
    yield _visit(inspector.key, AWAY, f"/desk/cases/{number}/inspect/{ROAD}.inspect")


def _for_somebody(officer: Officer) -> Iterator[Visit]:
    """A time booked for somebody who telephones, a number for somebody who stands there, and what is printed of both."""
    officer.open("/desk/hall/for")
    if not officer.page.locator('input[name="id_number"]').count():
        officer.press("换一个人")
    officer.keep()
    yield _visit(officer.key, AWAY, "/desk/hall/for")
    who = officer.stage.known["nodes"][AWAY]["people"]["employee"]
    officer.open("/desk/hall/for")
    officer.page.locator('input[name="how"][value="window"]').check(force=True)
    officer.put("name", who["name"])
    officer.put("id_number", who["id_number"])
    officer.press("核对，选时间")
    officer.keep()
    yield _visit(officer.key, AWAY, f"/desk/hall/for?hall={HALL}&item=old-age-allowance", name="desk-hall-when")
    officer.open(f"/desk/hall/for?hall={HALL}")
    officer.page.locator('main input[name="at"]:not(:disabled)').last.check(force=True)
    officer.press("约这个时间")
    yield _visit(officer.key, AWAY, urlsplit(officer.page.url).path)
    officer.open(f"/desk/hall/for?hall={HALL}")
    officer.page.locator("details").filter(has_text="现在取号").locator("summary").click()
    officer.press("现在取号")
    yield _visit(officer.key, AWAY, urlsplit(officer.page.url).path)


def _there(officer: Officer, number: str) -> bool:
    officer.open("/desk/")
    return bool(re.search(re.escape(number), officer.page.content()))
