"""What people see: strangers, residents with their space, a draft up to the case, a certificate in hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from demo.hands import Person, Stage
from tests.stories.given import AWAY, FIRM, HOME, firm_answers
from tests.stories.pages.routes import Visit, name_of, plain, visit
from tongban.base.actors import Kind

HALL = "day-and-night"
VISITOR = "visitor"


def strangers(stage: Stage) -> Iterator[Visit]:
    """What opens for anybody, and what each error says."""
    for path in plain(None, but=("portal:code", "portal:search")):
        yield visit(VISITOR, HOME, path)
    yield visit(VISITOR, AWAY, "/", name="portal-home-away")
    yield visit(VISITOR, HOME, "/search?q=开公司")
    yield visit(VISITOR, HOME, "/search?q=qqqqqqqq", name="portal-search-nothing")
    yield visit(VISITOR, HOME, f"/services/{AWAY}/{FIRM}")
    yield visit(VISITOR, HOME, f"/services/{HOME}/old-age-allowance", name="portal-guide-allowance")
    yield visit(VISITOR, HOME, "/verify/no-such-code", 404, name="portal-verify-unknown")
    looks = stage.stranger(HOME, "bride", javascript=False)
    looks.open("/")
    occasion = looks.page.locator('main a[href*="/life/"]')
    if occasion.count():
        yield visit(VISITOR, HOME, urlsplit(str(occasion.first.get_attribute("href"))).path)
    yield visit(VISITOR, HOME, f"/bundles/{HOME}/second-hand-home")
    yield visit(VISITOR, HOME, f"/visit/{HALL}")
    yield visit(VISITOR, HOME, f"/visit/{HALL}/screen")
    yield visit(VISITOR, HOME, "/visit/arrive/FORGED", 422, name="portal-arrive-forged")
    yield visit(VISITOR, HOME, "/nowhere", 404, name="error-404")
    yield visit(VISITOR, HOME, "/search?q=%00", 400, name="error-400")
    yield visit(VISITOR, HOME, "/lang", 405, name="error-405")
    new = stage.stranger(HOME, "bride", javascript=False)
    new.open("/sign-in")
    new.put("mobile", new.who["mobile"])
    new.press("发送验证码")
    stage.kept["new"] = new.context.storage_state()
    yield visit("new", HOME, "/sign-in/code")


def residents(her: Person) -> Iterator[Visit]:
    """What is somebody's own, before anything was applied for."""
    for path in plain(Kind.PERSON, but=("portal:prove", "portal:mandate-new")):
        yield visit(her.key, HOME, path)
    for who in (her, her.stage.person(HOME, "representative", javascript=False)):
        who.open("/space/mandates/new")  # leads on to the first question that this person is asked
        yield visit(who.key, HOME, urlsplit(who.page.url).path)
    her.open("/space/mandates")
    received = her.page.locator('main a[href*="/space/mandates/"]:not([href*="/new"])').first.get_attribute("href")
    mandate = urlsplit(str(received)).path
    for path in (mandate, f"{mandate}/end"):
        yield visit(her.key, HOME, path)
    yield visit(her.key, HOME, "/", name="portal-home-mine")
    yield visit(her.key, HOME, "/desk/", 403, name="error-403")
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
        yield visit("unproven", HOME, "/prove")


def _visits(her: Person) -> Iterator[Visit]:
    """A booking with its code, moving and cancelling it; a number."""
    her.open(f"/visit/{HALL}?item=old-age-allowance")
    her.page.locator('main input[name="at"]:not(:disabled)').last.check(force=True)
    her.press("预约这个时间")
    booking = her.page.url.removeprefix(her.url)
    yield visit(her.key, HOME, booking)
    yield visit(her.key, HOME, f"{booking}/cancel")
    yield visit(her.key, HOME, f"/visit/{HALL}?move={booking.rsplit('/', 1)[1]}", name="portal-visit-move")
    code = her.page.locator("main .qr title").first.text_content()
    yield visit(VISITOR, HOME, urlsplit(str(code)).path)
    her.open(f"/visit/{HALL}")
    her.press("现在取号")
    ticket = her.page.url.removeprefix(her.url)
    yield visit(her.key, HOME, ticket)
    yield visit(her.key, HOME, f"{ticket}/leave")
    yield visit(her.key, HOME, "/space/visits", name="portal-visits-full")
    her.keep()


def draft(her: Person) -> Iterator[Visit]:
    """A firm's application, question by question, up to its submission."""
    draft = her.start(AWAY, FIRM)
    yield visit(her.key, HOME, draft)
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
        yield visit(her.key, HOME, path, name="portal-question-" + path.rsplit("/", 1)[1])
    yield visit(her.key, HOME, f"{draft}/materials")
    yield visit(her.key, HOME, f"{draft}/review")
    yield visit(her.key, HOME, f"{draft}/give-up")
    her.lock(draft)
    yield visit(her.key, HOME, f"{draft}/give-up", name="portal-give-up-locked")
    yield visit(her.key, HOME, f"{draft}/sign")
    yield visit(her.key, HOME, "/sign", name="portal-waiting-one")
    her.open(f"{draft}/sign")
    link = her.page.locator('main a[href*="/sign/"]').first.get_attribute("href")
    yield visit(her.key, HOME, str(link))
    her.sign_mine(draft)
    her.keep()
    yield visit(her.key, HOME, f"{draft}/sign", name="portal-signers-signed")
    her.stage.kept["walk:number"] = her.submit(draft)


def cases(stage: Stage, her: Person) -> Iterator[Visit]:
    """The case that was submitted, and one that was granted."""
    number = stage.kept["walk:number"]
    yield visit(her.key, HOME, f"/cases/{number}")
    for page in ("receipt", "withdraw"):
        yield visit(her.key, HOME, f"/cases/{number}/{page}")
    granted = _granted(stage)
    if granted:
        yield visit(granted[0], HOME, granted[1], name="portal-case-granted")
        yield visit(VISITOR, HOME, granted[2])
        yield from _space(stage, granted[0])


def _space(stage: Stage, who: str) -> Iterator[Visit]:
    """A certificate in hand and shown, a copy, a message, a case of a list."""
    elder = stage.person(HOME, "elder", javascript=False)
    for path in ("/space", "/space/certificates", "/space/messages", "/space/access", "/space/devices", "/cases"):
        yield visit(who, HOME, path, name=(name_of(path) or "").replace(":", "-") + "-full")
    elder.open("/space/certificates")
    card = str(elder.page.locator('main .certificate a[href*="/space/certificates/"]').first.get_attribute("href"))
    card = card.removesuffix("/show")
    elder.open(card)
    elder.put("purpose", "办理租房合同")
    elder.press("制作副本")
    yield visit(who, HOME, card)
    yield visit(who, HOME, f"{card}/show")
    elder.open(f"{card}/show")
    live = str(elder.page.locator("[data-live]").get_attribute("data-live"))
    yield visit(VISITOR, HOME, "/verify/live/NONE", 410, name="portal-live-over")
    yield visit(VISITOR, HOME, urlsplit(live).path)
    elder.open("/space/messages")
    yield visit(who, HOME, str(elder.page.locator('main a[href*="/space/messages/"]').first.get_attribute("href")))


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
