"""One thing, done once: a birth registered at night, a restaurant opened; each one form, one list, one submission."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from demo.hands import SAVE, SYLLABLES, Answer, Officer, Person, Stage
from tests.stories.given import AWAY, HOME, waits_at
from tests.stories.homes import papers_given
from tests.stories.night import pages_at_night

BORN = (datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(days=9)).date().isoformat()


def claim(person: Person) -> str:
    return str(person.page.locator(".claim h2").inner_text())


@pytest.fixture
def night(var: Path) -> Iterator[str]:
    """Where the city's pages are at twenty to midnight."""
    with pages_at_night(var, HOME) as origin:
        yield origin


def test_a_birth_registered_at_night_is_one_form_and_all_else_follows_from_two_identity_cards(stage: Stage, night: str) -> None:
    # Given two parents who have proved who they are, each with a phone, and twenty to midnight
    mother, father = stage.person(HOME, "guardian"), stage.person(HOME, "second-guardian")
    day = mother.url
    mother.url = father.url = night
    # When she says what has happened in her own words
    mother.open("/search?q=生孩子要办什么", "bundle-search")
    mother.go(mother.page.locator('.bundles a[href$="/newborn"]').first, "bundle-newborn")
    mother.page.locator('input[name="maternity_insured"][value="none"]').check(force=True)
    mother.until("her case", lambda: "maternity_insured=none" in str(mother.page.evaluate("location.href")), 15)
    # Then nothing is left to bring, and each paper says why
    assert claim(mother).startswith("要交的材料：0 份"), claim(mother)
    assert mother.page.locator(".leaves .pile .leaf").count() >= 15
    assert mother.page.locator('.leaves .pile [data-kind="upload"]').count() == 0
    mother.look("bundle-newborn-answered")
    # When she begins, all of it is one form
    mother.press("一次办", "bundle-draft")
    draft = mother.page.url.removeprefix(mother.url)

    def other(person: Person) -> None:
        person.type(name=father.who["name"], id=father.who["id_number"])
        person.press(SAVE)

    asked = mother.fill_in(
        {
            "child_name": "演示宝", "child_sex": "female", "child_birth": BORN, "child_birth_institution": "演示妇产医院",
            "child_birth_weeks": "39", "child_birth_weight": "3300", "child_birth_length": "50", "parent_both": "yes",
            "other_parent": other, "parent_register_with": "mother", "household_head": mother.who["name"],
            "card_bank": "演示银行", "person_mobile": mother.who["mobile"],
        },
        names="newborn-",
    )  # fmt: skip
    assert asked <= 13, "each thing is asked once, though four services want it, and nothing that a registry knows"
    mother.open(f"{draft}/materials", "newborn-materials")
    assert mother.page.locator("input[type=file]").count() == 0, "no paper is brought: fifteen are computed from two identity cards"
    mother.lock(draft, names="newborn-")
    mother.sign_mine(draft)
    # And the father confirms on his own phone
    father.sign_invited()
    number = mother.submit(draft)
    # Then it is one case, with what it saved; every office is closed, and it says when it will be taken in
    mother.open(f"/cases/{number}", "case-bundle")
    text = mother.text()
    assert "新生儿出生一件事" in text and "共 15 份材料，您一份都没交" in text
    assert re.search(r"现在不在办公时间，\S+ \S* ?09:00 开门后受理", text), text[:900]
    mother.open("/saved", "saved")
    assert "新生儿出生一件事" in mother.text()
    assert re.search(r"23:[45]\d", text), "as her own clock says"
    # When the offices work by day, one window for all, each its part
    mother.url = day
    granted_by_day(stage, number)
    # Then the child has all four, and nobody went anywhere
    certificates(mother, number, "出生医学证明", "居民户口簿", "参保登记回执", "社会保障卡")
    assert "已准予" in mother.text()
    mother.look("case-newborn-granted")


PARTS = (("health", "check"), ("public-security", "examine"), ("healthcare-security", "examine"), ("human-resources", "examine"))


def granted_by_day(stage: Stage, number: str) -> None:
    """When the office that leads accepts for all, and each examines and decides its part."""
    window = stage.officer(HOME, "sj-health-1")
    window.until("the case at the window", lambda: waits_at(window, number))
    window.do(number, "accept", "受理")
    for office, step in PARTS:
        examiner, decider = (stage.officer(HOME, f"sj-{office}-{n}") for n in (1, 2))
        examiner.until("the part to come", lambda who=examiner: waits_at(who, number))
        examiner.do(number, "finish", "通过", step=step, note="核对一致")
        decider.until("the part to come", lambda who=decider: waits_at(who, number))
        decider.do(number, "decide", "准予", reasons="")


PLACES = ("", "xihu-", "shangcheng-")
INSPECTORS = tuple(f"hz-{of}market-supervision-inspect" for of in PLACES)
EXAMINERS = tuple(f"hz-{of}market-1" for of in PLACES)
DECIDERS = ("hz-market-3", "hz-xihu-market-2", "hz-shangcheng-market-2")


def whoever(stage: Stage, number: str, usernames: tuple[str, ...]) -> Officer:
    """The officer of these to whom it has come: of the city, or of the district where the place lies."""
    desks = [stage.officer(AWAY, username) for username in usernames]
    found: Officer = desks[0].until("the part to come", lambda: next((d for d in desks if waits_at(d, number)), None))
    return found


def looked_at(stage: Stage, number: str) -> None:
    """When the kitchen is looked at on site."""
    inspector = whoever(stage, number, INSPECTORS)
    inspector.open(f"/desk/cases/{number}/inspect/food-business-permit.inspect")
    for box in inspector.page.locator('main input[type=radio][value="ok"]').all():
        box.check(force=True)
    inspector.put("outcome", "passed")
    inspector.put("note", "与布局图一致")
    picture = {"name": "site.png", "mimeType": "image/png", "buffer": inspector.page.screenshot()}
    inspector.page.locator('[name="photo"]').set_input_files([picture])
    inspector.page.locator("[data-says]").filter(has_text="已存在本机，提交后").wait_for()
    inspector.page.get_by_role("button", name="提交核查报告").click()
    inspector.page.wait_for_url(re.compile(f"/desk/cases/{number}$"))


def certificates(her: Person, number: str, *names: str) -> list[str]:
    """Then these stand with the case, each with its public page; the addresses of those pages."""

    def there() -> bool:
        her.open(f"/cases/{number}")
        papers = her.page.locator("ul.papers").inner_text() if her.page.locator("ul.papers").count() else ""
        return all(name in papers for name in names)

    her.until(" and ".join(names), there, 90)
    rows = [her.page.locator("ul.papers li").filter(has_text=name).first for name in names]
    return [str(row.locator('a[href*="/verify/"]').get_attribute("href")) for row in rows]


def a_snack_bar(her: Person) -> dict[str, Answer]:
    """What its keeper answers, once for all offices."""

    def name(person: Person) -> None:
        person.put("value", "杭州" + "".join(secrets.choice(SYLLABLES) for _ in range(4)) + "小吃店")
        person.press(SAVE)

    def place(person: Person) -> None:
        person.put("value.query", "西湖区")
        person.press("查找")
        person.page.locator('main [name="value"]').first.check(force=True)
        person.press(SAVE)

    def scope(person: Person) -> None:
        if person.page.locator('[name="find"]').count():
            person.put("find", "餐")
            person.press("搜索")
        person.page.locator('main input[type=checkbox][name="value"]').first.check(force=True)
        person.press(SAVE)

    def projects(person: Person) -> None:
        person.put("value", "hot")
        person.press(SAVE)

    def manager(person: Person) -> None:
        person.type(name=her.who["name"], id=her.who["id_number"])
        person.press(SAVE)

    return {
        "firm_name": name, "place": place, "scope": scope, "trader_form": "person", "trader_funds": "50000",
        "food_operator": "catering", "food_projects": projects, "food_area": "60", "food_manager": manager,
        "food_online": "no", "food_equipment": "灶台、冷藏柜、消毒柜", "person_mobile": her.who["mobile"],
        "sign_text": "演示小吃", "sign_kind": "wall", "sign_width": "400", "sign_height": "90", "sign_lit": "yes",
        "sign_advertises": "no",
    }  # fmt: skip


def test_a_restaurant_is_opened_with_one_application_up_to_its_last_permit(stage: Stage) -> None:
    # Given somebody without a licence
    her = stage.person(AWAY, "founder")
    her.open(f"/bundles/{AWAY}/restaurant-opening?form=individual&size=small&drains=no&sign=yes", "bundle-restaurant")
    assert "一次办" in her.text()
    her.press("一次办")
    draft = her.page.url.removeprefix(her.url)
    # When she answers once what both offices want to know
    her.fill_in(a_snack_bar(her))
    papers_given(her, draft)
    her.lock(draft, names="restaurant-")
    her.sign_mine(draft)
    number = her.submit(draft)
    # Then it is one case, with a part for each
    her.open(f"/cases/{number}", "case-restaurant")
    assert "开办餐饮店一件事" in her.text()
    # When one window takes it in for all, the licence is there without another officer
    window = stage.officer(AWAY, "hz-window-1")
    window.until("the case at the window", lambda: waits_at(window, number))
    window.do(number, "accept", "受理")
    (licence,) = certificates(her, number, "营业执照")
    # And the other offices work side by side: the kitchen is looked at and permitted, the sign agreed to
    looked_at(stage, number)
    whoever(stage, number, EXAMINERS).do(number, "finish", "通过", step="examine", note="布局、设备符合要求")
    whoever(stage, number, ("hz-urban-1",)).do(number, "finish", "通过", step="examine", note="符合户外招牌规范")
    whoever(stage, number, DECIDERS).do(number, "decide", "准予", reasons="")
    whoever(stage, number, ("hz-urban-3",)).do(number, "decide", "准予", reasons="")
    # Then all certificates are hers, and anybody can verify each on its public page
    _, food, sign = certificates(her, number, "营业执照", "食品经营许可证", "招牌")
    assert "已准予" in her.text()
    her.look("case-restaurant-granted")
    her.open("/space/certificates", "space-restaurant")
    assert "营业执照" in her.text() and "食品经营许可证" in her.text()
    visitor = stage.stranger(AWAY, "resident")
    for address in (licence, food, sign):
        visitor.open(address)
        assert visitor.page.locator('[data-verdict="valid"]').count() == 1, visitor.text()[:400]
