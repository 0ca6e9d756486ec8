"""One thing, done once: a birth registered at night, a restaurant opened; each one form, one list, one submission."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from demo.hands import SAVE, SYLLABLES, Person, Stage
from tests.stories.given import AWAY, HOME

BORN = (datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(days=9)).date().isoformat()


def claim(person: Person) -> str:
    return str(person.page.locator(".claim h2").inner_text())


def test_a_birth_is_one_form_and_all_else_follows_from_two_identity_cards(stage: Stage) -> None:
    # Given two parents, each with a phone
    mother, father = stage.person(HOME, "guardian"), stage.person(HOME, "second-guardian")
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
    assert asked <= 13, "each thing is asked once, though four services want it"
    mother.lock(draft, names="newborn-")
    mother.sign_mine(draft)
    # And the father confirms on his own phone
    father.sign_invited()
    number = mother.submit(draft)
    # Then it is one case, with what it saved
    mother.open(f"/cases/{number}", "case-bundle")
    text = mother.text()
    assert "新生儿出生一件事" in text and "要求过 15 份材料，您交了 0 份" in text
    mother.open("/saved", "saved")
    assert "新生儿出生一件事" in mother.text()


def test_a_restaurant_is_opened_with_one_application(stage: Stage) -> None:
    # Given somebody without a licence
    her = stage.person(AWAY, "founder")
    her.open(f"/bundles/{AWAY}/restaurant-opening?form=individual&size=small&drains=no&sign=no", "bundle-restaurant")
    assert "一次办" in her.text()
    her.press("一次办")
    draft = her.page.url.removeprefix(her.url)

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

    # When she answers once what both offices want to know
    her.fill_in(
        {
            "firm_name": name, "place": place, "scope": scope, "trader_form": "person", "trader_funds": "50000",
            "food_operator": "catering", "food_projects": projects, "food_area": "60", "food_manager": manager,
            "food_online": "no", "food_equipment": "灶台、冷藏柜、消毒柜", "person_mobile": her.who["mobile"],
        }
    )  # fmt: skip
    her.lock(draft, names="restaurant-")
    her.sign_mine(draft)
    number = her.submit(draft)
    # Then it is one case; the licence is decided by the rules, and the food permit follows from it
    her.open(f"/cases/{number}", "case-restaurant")
    assert "开办餐饮店一件事" in her.text()
