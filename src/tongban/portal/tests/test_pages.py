"""Every page of the journey in a real browser: fits a phone and a desk, in both languages, without an axe violation.

The pages are made first by Django's test client and then shown to the browser, which needs no server.
``TONGBAN_SHOTS=<folder>`` keeps a picture of each.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tongban.portal.tests.conftest import (
    ALLOWANCE,
    ALLOWANCE_ANSWERS,
    CITY,
    FIRM,
    ROAD,
    begin,
    fill,
    firm_answers,
    sign_all,
)  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


class Album:
    """Pages by name, each made in both languages."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, str], bytes] = {}

    def take(self, browser, name: str, path: str, data=None) -> None:
        for language in ("zh", "en"):
            headers = {"Accept-Language": language}
            answer = browser.post(path, data, headers=headers) if data else browser.get(path, headers=headers)
            assert answer.status_code in (200, 404, 409, 410, 422), (name, answer.status_code, answer.headers)
            self.pages[name, language] = answer.content


@pytest.fixture
def album(visitor, enter, people, work) -> Album:
    found = Album()
    _outside(found, visitor)
    _founding(found, enter, people)
    _other_questions(found, enter)
    _granted(found, enter, work)
    return found


def _outside(found, visitor) -> None:
    for name, path in {
        "home": "/",
        "search": "/search?q=开公司",
        "search-nothing": "/search?q=zzqqxx",
        "services": "/services",
        "guide-firm": f"/services/{CITY}/{FIRM}",
        "guide-allowance": f"/services/{CITY}/{ALLOWANCE}",
        "sign-in": "/sign-in",
        "verify": "/verify",
        "verify-unknown": "/verify/NOSUCH",
        "about": "/about",
        "not-found": "/nowhere",
    }.items():
        found.take(visitor, name, path)
    found.take(visitor, "sign-in-refused", "/sign-in", {"mobile": "12"})


def _founding(found, enter, people) -> None:
    fresh = enter("resident", level=0)
    found.take(fresh, "prove", "/prove")
    found.take(fresh, "prove-refused", "/prove", {"name": "某某", "id_number": "330106199001150352"})
    founder = enter("founder")
    found.take(founder, "space-empty", "/space")
    found.take(founder, "face", "/prove/face?next=/space")
    found.take(founder, "acting", "/space/acting")
    draft = begin(founder, FIRM)
    answers = firm_answers(people)
    found.take(founder, "draft-new", draft)
    for key in answers:
        if key != "first_month":
            found.take(founder, f"q-{key}", f"{draft}/q/{key}")
    found.take(founder, "q-place-found", f"{draft}/q/place", {"value.query": "西湖区", "find": "value"})
    found.take(founder, "q-scope-found", f"{draft}/q/scope", {"find": "软件", "do": "find", "value": ["0141"]})
    found.take(founder, "q-name-refused", f"{draft}/q/firm_name", {"value": "中国国家级科技有限公司"})
    wrong = {"type-0": "person", "name-0": "<b>某</b>", "id-0": "330106199001150353", "amount-0": "-1"}
    found.take(founder, "q-holders-refused", f"{draft}/q/shareholders", wrong)
    fill(founder, draft, answers)
    for name in ("materials", "review"):
        found.take(founder, name, f"{draft}/{name}")
    found.take(founder, "draft-full", draft)
    founder.send(f"{draft}/lock")
    found.take(founder, "signers", f"{draft}/sign")
    found.take(founder, "waiting", "/sign")
    party = re.search(r"/sign/[0-9a-f-]{36}", founder.open("/sign"))[0]
    found.take(founder, "read", party)
    sign_all(founder)
    sign_all(enter("representative"))
    founder.send(f"{draft}/submit")
    number = founder.at.split("/")[2]
    found.take(founder, "receipt", f"/cases/{number}/receipt")
    found.take(founder, "case", f"/cases/{number}")
    found.take(founder, "withdraw", f"/cases/{number}/withdraw")


def _other_questions(found, enter) -> None:
    resident = enter("resident")
    draft = begin(resident, ROAD)
    for key in re.findall(r"/q/([\w-]+)", resident.open(draft)):
        found.take(resident, f"road-{key}", f"{draft}/q/{key}")
    found.take(resident, "road-materials", f"{draft}/materials")
    draft = begin(resident, "marriage-registration-booking")
    for key in dict.fromkeys(re.findall(r"/q/([\w-]+)", resident.open(draft))):
        found.take(resident, f"booking-{key}", f"{draft}/q/{key}")


def _granted(found, enter, work) -> None:
    elder = enter("elder")
    draft = begin(elder, ALLOWANCE)
    found.take(elder, "q-account", f"{draft}/q/person_bank_account")
    fill(elder, draft, ALLOWANCE_ANSWERS)
    elder.send(f"{draft}/lock")
    sign_all(elder)
    elder.send(f"{draft}/submit")
    number = elder.at.split("/")[2]
    work()
    for name, path in {
        "case-granted": f"/cases/{number}",
        "space": "/space",
        "certificates": "/space/certificates",
        "cases": "/cases",
        "messages": "/space/messages",
        "access": "/space/access",
        "outbox": "/demo/outbox",
    }.items():
        found.take(elder, name, path)
    found.take(elder, "verified", re.search(r'href="[^"]*(/verify/[^"]+)"', elder.open(f"/cases/{number}"))[1])


@pytest.fixture
def chromium():
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


def _serve(route, html: bytes, sheet: bytes) -> None:
    path = route.request.url.split("://", 1)[1].split("/", 1)[1].split("?")[0]
    if path.startswith("static/"):
        route.fulfill(path=finders.find(path.removeprefix("static/")))
    elif path == "ui/city.css":
        route.fulfill(body=sheet, content_type="text/css")
    else:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")


def test_every_page_fits_its_screen_and_has_no_axe_violation(request, album, visitor):
    from axe_playwright_python.sync_playwright import Axe

    sheet = visitor.get("/ui/city.css").content
    chromium = request.getfixturevalue("chromium")  # only now: no query may run beside its event loop
    shots, found = os.environ.get("TONGBAN_SHOTS"), []
    for width in (390, 1440):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        for (name, language), html in album.pages.items():
            page.unroute_all()
            page.route("**/*", lambda route, _, html=html: _serve(route, html, sheet))
            page.goto(f"http://localhost/{name}")
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wrong = [(v["id"], v["nodes"][0]["html"][:200]) for v in Axe().run(page).response["violations"]]
            if shots:
                page.screenshot(path=Path(shots) / f"{name}-{language}-{width}.png", full_page=True)
            if wider or wrong:
                found.append((name, language, width, wider, wrong))
        page.close()
    assert found == []


def test_english_pages_hold_no_chinese_but_names_and_what_was_typed(album):
    """Names, addresses, laws' official titles and generated documents are Chinese by law; the pages' own words are not."""
    for (name, language), html in album.pages.items():
        if language == "en":
            head = re.search(r"<h1[^>]*>(.*?)</h1>", html.decode(), re.S)
            assert head, name
            text = re.sub(r"<[^>]+>", "", head[1])
            assert name in ("case",) or not re.search(r"[\u4e00-\u9fff]", text), (name, text)
