"""The switches, the layout and the style guide."""

from __future__ import annotations

import re
import shutil

import pytest
from django.contrib.staticfiles import finders

from tongban.base.actors import Kind
from tongban.base.words import Words
from tongban.ui import styleguide
from tongban.ui.city import City


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_style_guide_shows_every_macro(browser, language):
    answer = browser.get("/styleguide", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer["Content-Language"] == {"zh": "zh-Hans", "en": "en"}[language]
    kinds = ("line-grid", "clock", "materials", "pair", "progress", "errors", "field", "files", "people", "lookup", "known",
             "summary", "receipt", "tag", "notice", "toast", "empty", "dialog", "fold", "tabs", "card", "table", "pages",
             "described", "stats", "chart", "timeline", "certificate", "letter", "keys", "compare", "facets", "crumbs", "map",
             "stepper", "sheet-a4", "swatches")
    text = answer.content.decode()
    assert [k for k in kinds if not re.search(rf'class="[^"]*\b{k}[" ]', text)] == []


def test_the_english_page_is_english_but_for_names(browser):
    whole = browser.get("/styleguide", headers={"Accept-Language": "en"}).content.decode()
    text = re.sub(r"<text[^>]*>.</text>", "", whole)  # the marks of cities
    text = re.sub(r'<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", text, flags=re.S)
    assert re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]+>", " ", text)) == []


def test_every_component_has_an_anchor_and_the_call_that_makes_it(browser):


    text = browser.get("/styleguide").content.decode()
    anchors = [anchor for anchor, _ in styleguide.contents()]
    assert len(anchors) >= 38 and len(set(anchors)) == len(anchors)
    for anchor in anchors:
        assert f'<section class="part" id="{anchor}">' in text and f'<a href="#{anchor}">' in text
    assert text.count('class="made-by"') == len(anchors)


def test_the_style_guide_is_for_demonstrations_only(browser, settings):
    settings.TONGBAN_DEMO = False
    assert browser.get("/styleguide").status_code == 404


def test_a_demonstration_says_that_it_is_one(browser, settings):
    assert "不具法律效力" in browser.get("/styleguide").content.decode()
    settings.TONGBAN_DEMO = False
    assert "不具法律效力" not in browser.get("/nowhere").content.decode()


def test_the_language_is_switched_and_kept_on_the_same_page(browser):
    answer = browser.post("/lang", {"lang": "en", "next": "/styleguide?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/styleguide?a=1")
    assert '<html lang="en"' in browser.get("/styleguide").content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "", "http:///evil"]
)
def test_a_switch_never_leads_to_another_host(browser, target):
    assert browser.post("/lang", {"lang": "en", "next": target})["Location"] == "/"


def test_elder_mode_is_switched_on_and_off(browser):
    browser.post("/lang", {"elder": "1"})
    assert "data-elder" in browser.get("/styleguide").content.decode()
    browser.post("/lang", {"elder": "0"})
    assert "data-elder" not in browser.get("/styleguide").content.decode()


def test_a_cookie_with_nonsense_is_no_language(browser):
    browser.cookies["lang"] = "<script>"
    assert '<html lang="zh-Hans"' in browser.get("/styleguide").content.decode()


def test_a_narrow_header_says_the_short_name(browser, settings):

    settings.TONGBAN_CITY = City(
        adcode="310117", name=Words(zh="上海市松江区", en="Songjiang District, Shanghai"), short=Words(zh="松江", en="Songjiang")
    )
    text = browser.get("/nowhere").content.decode()
    assert '<b class="long">上海市松江区</b><b class="short">松江</b>' in text


def test_officers_see_the_compact_page(browser):
    assert 'data-density="compact">' in browser.acts(Kind.OFFICER).get("/nowhere").content.decode()
    assert 'data-density="comfortable"' in browser.acts(Kind.PERSON).get("/nowhere").content.decode()


def test_the_citys_accent_is_a_sheet_of_its_own(browser):
    answer = browser.get("/ui/city.css")
    assert answer["Content-Type"].startswith("text/css")
    assert answer.content.startswith(b":root{--accent:#")


def answer_route(client, route, headers):
    """Answers the browser's request from Django's test client, so that no server need run."""
    path = route.request.url.split("://", 1)[1].split("/", 1)[1]
    if path.startswith("static/"):
        route.fulfill(path=finders.find(path.removeprefix("static/").split("?")[0]))
        return
    answer = client.get("/" + path, headers=headers)
    route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.browser
@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_component_fits_its_screen_and_has_no_axe_violation(chromium, browser, language, elder):
    from axe_playwright_python.sync_playwright import Axe

    if elder:
        browser.cookies["elder"] = "1"
    page = chromium.new_page(viewport={"width": 390, "height": 800}, service_workers="block")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.route("**/*", lambda route: answer_route(browser, route, {"Accept-Language": language}))
    page.goto("http://localhost/styleguide")
    violations = Axe().run(page).response["violations"]
    wider = {width: _wider(page, width) for width in (320, 390, 1440)}
    page.close()
    assert [(v["id"], v["nodes"][0]["html"]) for v in violations] == []
    assert (wider, complaints) == ({320: 0, 390: 0, 1440: 0}, [])


def _wider(page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")
