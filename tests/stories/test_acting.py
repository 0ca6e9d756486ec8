"""Acting for others: a mother for her child; a firm's employee under a mandate, stopped where it ends."""

from __future__ import annotations

from typing import Any

import pytest

from demo.hands import DESK, Person, Stage
from tests.stories.given import FIRM, HOME

INSURANCE, ROAD = "minors-medical-insurance", "road-occupation"
LAND = "subject:f085"


def switched(person: Person, to: str, name: str = "") -> Person:
    """When somebody chooses for whom they act, by the name on the page."""
    person.open("/space/acting", name)
    person.page.locator("main label").filter(has_text=to).first.click()
    person.press("切换")
    person.until(f"acting for {to}", lambda: f"您正在为 {to} 办理" in person.text(), 5)
    person.keep()  # switching gives the session a new key
    return person


def themself_again(person: Person) -> None:
    """When they press the strip that every page has."""
    person.go(person.page.locator(".acting button"))
    assert "您正在为" not in person.text()
    person.keep()


def given_a_mandate(boss: Person, staff: dict[str, Any], firm: dict[str, Any], *, names: str = "") -> str:
    """When the legal representative gives a mandate, one question a page, and signs; gives its address."""
    boss.open("/space/mandates", names and f"{names}list-before")
    boss.press("授权给别人", names and f"{names}giver")
    boss.page.locator("main label").filter(has_text=firm["name"]).first.click()
    boss.press("保存并继续", names and f"{names}receiver")
    boss.type(name=staff["name"], number=staff["id_number"])
    boss.press("保存并继续", names and f"{names}scope")
    boss.page.locator(f'main [name="scope"][value="{LAND}"]').check(force=True)
    boss.press("保存并继续", names and f"{names}term")
    boss.put("long", "90")
    boss.press("保存并继续", names and f"{names}review")
    assert staff["name"] in boss.text() and "国土和规划建设" in boss.text() and LAND not in boss.text()
    boss.press("签名并授权")
    if "/prove/face" in boss.page.url:
        boss.prove()
        boss.open("/space/mandates/new/review")
        boss.press("签名并授权")
    boss.look(names and f"{names}given")
    return boss.page.url.removeprefix(boss.url)


def test_a_mother_enrols_her_child(stage: Stage) -> None:
    mother = stage.person(HOME, "guardian")
    child = stage.stranger(HOME, "minor").who
    switched(mother, child["name"], "acting")
    draft = mother.start(HOME, INSURANCE, names="child-")
    assert child["name"] in mother.text() or child["name"] in mother.open(f"{draft}/review").content()
    mother.open(draft)
    mother.fill_in({"person_mobile": mother.who["mobile"]}, names="child-")
    mother.lock(draft, names="child-")
    mother.sign_mine(draft, names="child-")
    number = mother.submit(draft, names="child-")

    def enrolled() -> bool:
        mother.open(f"/cases/{number}")
        return "已准予" in mother.text() and mother.page.locator('main a[href*="/papers/"]').count() > 0

    mother.until("the enrolment", enrolled, 40)
    mother.look("child-case")
    themself_again(mother)
    mother.open(f"/cases/{number}", "other-name")
    assert f"这件事在“{child['name']}”名下" in mother.text(), "it is the child's case, not hers"
    mother.press("去切换", "acting-for-the-page")
    mother.press("切换")
    assert mother.page.url.endswith(f"/cases/{number}") and "已准予" in mother.text()

    father = stage.person(HOME, "second-guardian", size=DESK)
    switched(father, child["name"])
    father.open(f"/cases/{number}")
    assert "已准予" in father.text(), "the other parent has it too"


@pytest.mark.parametrize("script", [True, False])
def test_an_employee_acts_for_the_firm_as_far_as_the_mandate_goes(stage: Stage, script: bool) -> None:
    names = "mandate-" if script else "mandate-plain-"
    boss = stage.person(HOME, "representative", javascript=script)
    firm = boss.who["firm"]
    staff = stage.person(HOME, "employee", javascript=script)
    mandate = given_a_mandate(boss, staff.who, firm, names=names)

    staff.open("/space/messages")
    assert "您收到一份授权" in staff.text() and firm["name"] in staff.text()
    staff.open(mandate, f"{names}received")
    switched(staff, firm["name"])
    draft = staff.start(HOME, ROAD)
    staff.press("继续填写", f"{names}question")
    assert f"您正在为 {firm['name']} 办理" in staff.text()
    question = staff.page.url

    staff.open(f"/services/{HOME}/{FIRM}")
    staff.begin(f"{names}outside")
    for said in ("这件事不在您的授权范围内", firm["name"], "国土和规划建设", "第一百六十二条"):
        assert said in staff.text(), said

    boss.open(mandate)
    boss.press("撤回授权", f"{names}end")
    boss.press("撤回授权", f"{names}ended")
    assert "已撤回" in boss.text()

    staff.open(question, f"{names}stopped")
    assert f"您已不能再为“{firm['name']}”办事" in staff.text()
    assert staff.page.goto(f"{staff.url}{draft}").status == 404, "what was begun is the firm's"  # type: ignore[union-attr]
    switched(boss, firm["name"])
    boss.open(draft)
    assert "临时占用城市道路" in boss.text(), "the firm goes on with what its employee began"
    themself_again(boss)
