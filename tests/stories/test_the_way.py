"""From an occasion of a life to the services that apply, to the guide in one's own case, to a case."""

from __future__ import annotations

from demo.hands import SAVE, Person, Stage
from tests.stories.given import HOME, WITHDRAWAL


def account(person: Person) -> None:
    person.put("bank", "演示银行松江支行")
    person.put("number", "6222020200112233445")
    person.press(SAVE)


def stops(person: Person) -> list[str]:
    return person.page.locator(".way h3 a").all_inner_texts()


def where(person: Person) -> str:
    """The address as the page itself has it: a script may have changed it since the page came."""
    return str(person.page.evaluate("location.href"))


def test_an_occasion_leads_by_a_few_questions_to_a_guide_and_its_answers_go_into_the_form(stage: Stage) -> None:
    # Given a resident who is about to rent a home
    her = stage.person(HOME, "founder")
    her.open("/")
    # When she follows the occasion and answers by pressing
    her.go(her.page.locator('.life a[href="/life/home"]'), "way-occasion")
    everything = len(stops(her))
    her.page.locator('input[name="how"][value="rent"]').check(force=True)
    her.until("the way for renting", lambda: len(stops(her)) < everything, 15)
    her.page.locator('input[name="saved"][value="here"]').check(force=True)
    her.until("the fund's questions", lambda: "saved=here" in where(her), 15)
    her.look("way-answered")
    # Then only what applies is left, and the answers stand in the address
    assert "how=rent" in where(her) and not [title for title in stops(her) if "二手房" in title]
    her.go(her.page.locator(f'.way a[href="/services/{HOME}/{WITHDRAWAL}"]'), "way-guide")
    # And the guide is told in her case, with what registries know of her
    assert "已用您名下的登记信息核对" in her.text()
    her.page.locator('#case input[name="fund_reason"][value="rent"]').check(force=True)
    her.until("her case", lambda: "fund_reason=rent" in where(her), 15)
    her.until("no paper is left", lambda: her.page.locator('#case [data-verdict="upload"]').count() == 0, 15)
    her.look("way-guide-answered")
    # When she begins, what the guide asked is not asked again
    her.begin("way-draft")
    draft = her.page.url.removeprefix(her.url)
    asked = her.fill_in(
        {"fund_home": "演示路 1 号", "fund_amount": "3000", "person_bank_account": account, "person_mobile": her.who["mobile"]}
    )
    assert asked <= 4
    her.lock(draft)
    her.sign_mine(draft)
    number = her.submit(draft)
    # Then the case is there
    her.open(f"/cases/{number}")
    assert "住房公积金提取" in her.text()


def test_the_way_works_without_script_and_can_be_kept_as_an_address(stage: Stage) -> None:
    him = stage.person(HOME, "founder", javascript=False)
    him.open("/life/birth", "way-plain")
    him.page.locator('main input[name="child"][value="adopted"]').check(force=True)
    him.press("按我的情况看", "way-plain-answered")
    assert "child=adopted" in him.page.url
    kept, there = him.page.url.removeprefix(him.url), stops(him)
    assert any("收养" in title for title in there) and not any("出生医学证明" in title for title in there)
    stranger = stage.stranger(HOME, "founder")
    stranger.open(kept)
    assert stops(stranger) == there


def test_the_nearest_counter_is_found_by_street_and_by_the_browsers_own_position(stage: Stage) -> None:
    her = stage.stranger(HOME, "founder")
    her.open("/near", "near")
    her.page.locator('select[name="at"] option[value="310117005"]').wait_for(state="attached")
    her.put("at", "310117005")
    her.press("按远近排", "near-sorted")
    assert "广富林街道" in her.page.locator(".counters .name").first.inner_text()
    # And with a position, which never leaves the browser
    last = her.page.locator(".counters > li").last
    her.context.grant_permissions(["geolocation"])
    lon, lat = (float(last.get_attribute(name) or 0) for name in ("data-lon", "data-lat"))
    her.context.set_geolocation({"longitude": lon, "latitude": lat})
    name, sent = last.locator(".name").inner_text(), list[str]()
    her.page.on("request", lambda request: sent.append(request.url))
    her.page.locator("[data-locate]").click()
    her.until("the list sorted", lambda: her.page.locator(".counters .name").first.inner_text() == name, 15)
    assert sent == []


def test_suggestions_say_why_and_are_turned_off(stage: Stage) -> None:
    elder = stage.person(HOME, "pensioner")
    elder.open("/", "home-suggested")
    assert "因为：" in elder.page.locator(".suggested").inner_text()
    elder.press("不再推荐", "home-without")
    assert elder.page.locator(".suggested").count() == 0
    elder.open("/space", "space-without")
    elder.press("打开推荐", "space-suggested")
    assert elder.page.locator(".suggested").count() == 1
