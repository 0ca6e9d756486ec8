"""A home that is sold and bought: what the buyer answers, who signs, what each office does. Stories begin with it."""

from __future__ import annotations

from typing import Any

from demo.hands import SAVE, Answer, Hand, Person, Stage
from tests.stories.given import AWAY, waits_at

BUNDLE = "/bundles/330100/second-hand-home"
ASKED = (
    ("hz-tax-1", "tax"), ("hz-housing-1", "contract"), ("hz-public-security-1", "identity"),
    ("hz-civil-affairs-inspect", "marriage"), ("hz-finance-1", "revenue"),
)  # fmt: skip


class Answers(dict[str, Answer]):
    """What the buyer knows by heart; of anything else the first that is offered."""

    def __missing__(self, key: str) -> Answer:
        return first


def first(person: Person) -> None:
    person.page.locator('main [name="value"]').first.check(force=True)
    person.press(SAVE)


def a_home(person: Person) -> None:
    person.put("value.query", "西湖区")
    person.press("查找")
    first(person)


def answers(seller: dict[str, Any], mobile: str, **told: Answer) -> Answers:
    def who(person: Person) -> None:
        person.type(name=seller["name"], id=seller["id_number"])
        person.press(SAVE)

    accounts = {f"{of}_{what}": said for of in ("water", "power", "gas") for what, said in
                (("account", "A-10086"), ("reading", "120"), ("arrears", "no"))}  # fmt: skip
    return Answers(
        house_place=a_home, house_seller=who, house_owners="sole", house_owned="0", house_price="2600000", house_area="89.5",
        person_mobile=mobile,
        **accounts, **told,
    )  # fmt: skip


def papers_given(her: Person, draft: str) -> None:
    """When everything that is still to be shown is given."""
    her.open(f"{draft}/materials")
    picture = her.page.screenshot()
    for at in range(her.page.locator("form[data-parts]").count()):
        form = her.page.locator("form[data-parts]").nth(at)
        form.locator("input[type=file]").set_input_files([{"name": f"{at}.png", "mimeType": "image/png", "buffer": picture}])
        form.get_by_role("button", name="上传").click()
        her.until("the file", lambda many=at: her.page.locator("main >> text=移除").count() > many)


def paid(her: Person, number: str, name: str = "home-pay") -> None:
    """When somebody pays what they owe at once, at the acquirer's page."""

    def asked() -> bool:
        her.open(f"/cases/{number}")
        return "需要缴费" in her.text()

    her.until("the payment to be asked for", asked)
    her.press("去缴费", name)
    page = her.page.url
    her.press("缴费")
    if "/prove/face" in her.page.url:
        her.prove()
        if her.page.url != page:
            her.open(page)
        her.press("缴费")
    her.go(her.page.locator('button[value="pay"]'))


def decided(stage: Stage, number: str, username: str, name: str = "") -> None:
    """When somebody decides a part as soon as it comes to them."""
    decider = stage.officer(AWAY, username)
    decider.until("the part to come", lambda: waits_at(decider, number))
    decider.case(number, name)
    decider.do(number, "decide", "准予", reasons="")


def says(person: Person, number: str, *words: str) -> None:
    """Then the page of the case says so."""

    def there() -> bool:
        person.open(f"/cases/{number}")
        return all(each in person.text() for each in words)

    person.until(" and ".join(words), there)


def applied_for(buyer: Person, seller: Person, *, query: str = "", names: str = "", **told: Answer) -> str:
    """Given a bundle that the buyer fills in (as ``told``) and both sign from their own phones; gives the case's number."""
    buyer.open(BUNDLE + query)
    buyer.press("一次办")
    draft = buyer.page.url.removeprefix(buyer.url)
    buyer.fill_in(answers(seller.who, buyer.who["mobile"], **told))
    papers_given(buyer, draft)
    buyer.lock(draft, names=names)
    buyer.sign_mine(draft)
    seller.open("/sign")
    seller.go(seller.page.locator('main a[href*="/sign/"]').first, names and f"{names}read")
    if names:
        assert "其他事项只涉及别的当事人" in seller.text() and "水表" not in seller.text()
    seller.sign()
    return buyer.submit(draft)


def accepted(stage: Stage, number: str, name: str = "") -> None:
    """When one window accepts for all."""
    window = stage.officer(AWAY, "hz-window-1")
    window.until("the case at the window", lambda: waits_at(window, number))
    window.case(number, name)
    window.do(number, "accept", "受理")


def contract_and_tax(stage: Stage, number: str, name: str = "") -> None:
    """When the contract is filed and the tax declared."""
    stage.officer(AWAY, "hz-natural-resources-1").do(number, "finish", "通过", step="restrictions", note="没有查封、抵押")
    stage.officer(AWAY, "hz-housing-1").do(number, "finish", "通过", step="examine", note="房源核验一致")
    decided(stage, number, "hz-housing-2")
    decided(stage, number, "hz-tax-2", name)


def six_offices_answer(stage: Stage, number: str) -> None:
    """When each of the offices that are asked says what it knows."""
    for username, step in ASKED:
        office = stage.officer(AWAY, username)
        office.until("the question", lambda who=office: waits_at(who, number))
        office.do(number, "finish", "通过", step=step, note="核对一致")


def looks(person: Hand) -> dict[str, str]:
    """How each lane of the page is drawn, by the name of its service."""
    lanes = person.page.locator(".lane")
    names = [lanes.nth(at).locator("h3").evaluate("h => h.firstChild.textContent.trim()") for at in range(lanes.count())]
    return {name: str(lanes.nth(at).get_attribute("data-look")) for at, name in enumerate(names)}
