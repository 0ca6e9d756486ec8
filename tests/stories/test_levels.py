"""A case between the levels of the tree: it falls to the district, goes up to the city and back down."""

from __future__ import annotations

from demo.hands import Stage
from tests.stories.given import AWAY, a_firm_submitted, waits_at

REASONS = "涉及全市连锁经营，请上级统一把握"


def pass_on(officer, number: str, to: str, reasons: str, name: str = ""):
    """Pass the examination on, from the case's own page."""
    officer.case(number)
    officer.press("移送上级", name and f"{name}-form", within="aside")
    form = officer.page.locator("form").filter(has=officer.page.locator('[name=step][value$=".examine"]'))
    form.locator("select").select_option(to)
    form.locator("textarea").fill(reasons)
    officer.go(form.locator("button"), name and f"{name}-done")


def test_a_case_passes_from_district_to_city_and_back(stage: Stage) -> None:
    her = stage.person(AWAY, "founder")
    number = a_firm_submitted(her, AWAY)
    window = stage.officer(AWAY, "hz-xihu-window-1")
    window.open("/desk/offices", "desk-offices")
    window.until("the case at the district's window", lambda: waits_at(window, number))
    window.do(number, "accept", "受理")
    district, city = stage.officer(AWAY, "hz-xihu-market-1"), stage.officer(AWAY, "hz-market-1")
    district.until("the case at the district", lambda: waits_at(district, number))

    pass_on(district, number, "market-supervision", REASONS, "desk-pass")
    assert not waits_at(district, number)
    assert waits_at(city, number)
    district.case(number, "desk-case-passed-on")
    assert REASONS in district.page.content(), "who passed it on still sees the case, and why"
    her.open(f"/cases/{number}", "case-passed-up")
    assert "杭州市市场监督管理局" in her.text()
    her.open("/space/messages")
    assert "现由 杭州市市场监督管理局 办理" in her.text().replace("\u2009", " ")

    pass_on(city, number, "xihu-market-supervision", "请就近办理")
    assert waits_at(district, number)
    stranger = stage.officer(AWAY, "hz-shangcheng-market-1")
    stranger.case(number)
    assert "这个办件不在您的单位" in stranger.text()
    district.do(number, "finish", "通过", step="examine", note="材料齐全，符合法定形式")
