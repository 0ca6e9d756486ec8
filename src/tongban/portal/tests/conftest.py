"""What the portal's tests share: people of the small city who come in through the pages, as a browser would."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tongban.identity import actions as identity
from tongban.identity import queries as known
from tongban.registries.models import Place

CITY, FIRM, ALLOWANCE, ROAD = "330100", "company-registration", "old-age-allowance", "road-occupation"


class Browser(Client):
    """Somebody's browser: it follows redirects and keeps the last page."""

    def open(self, path: str, **more: Any) -> str:
        self.last = self.get(path, follow=True, **more)
        return self.text

    def send(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> str:
        self.last = self.post(path, data or {}, follow=True, **more)
        return self.text

    @property
    def text(self) -> str:
        return "" if self.last.streaming else self.last.content.decode(errors="replace")

    @property
    def at(self) -> str:
        """Where it is now."""
        return self.last.request["PATH_INFO"]

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.S)
        return re.sub(r"<[^>]+>|\s+", " ", found[1]).strip() if found else ""


@pytest.fixture
def visitor(society, db) -> Browser:
    return Browser(raise_request_exception=True)


@pytest.fixture
def people(society) -> dict[str, dict[str, Any]]:
    return {each["key"]: each for each in society["people"]}


@pytest.fixture
def enter(society, db, people):
    """Signs a persona in through the pages; ``level`` 0, 1 or 2 (the port's part is given at a counter)."""

    def signed_in(key: str, level: int = 2) -> Browser:
        browser, who = Browser(), people[key]
        mobile = who["mobile"] or "13900000001"
        browser.send("/sign-in", {"mobile": mobile})
        code = re.findall(r"验证码 (\d{6})", browser.open("/demo/outbox"))[0]
        browser.send("/sign-in/code", {"code": code})
        if level >= 1 and browser.at == "/prove":
            browser.send("/prove", {"name": who["name"], "id_number": who["id_number"]})
        if level == 2:
            prove(browser)
        return browser

    return signed_in


def prove(browser: Browser) -> None:
    """Level 2 for the one who is signed in, as a counter would give it."""
    account, now = known.account(browser.session["who"]), timezone.now()
    proof = identity.ask_proof(account=account, method="counter", purpose="test", now=now)
    by = known.person_actor(account)
    identity.answer_proof(proof=proof, passed=True, reason="", evidence="counter", by=by, now=now)


def begin(browser: Browser, code: str) -> str:
    """A new draft's address."""
    browser.send(f"/services/{CITY}/{code}/start")
    return browser.at


def question_of(browser: Browser) -> str:
    """The key of the question that the browser stands at; empty for any other page."""
    found = re.search(r"/q/([\w-]+)$", browser.at)
    return found[1] if found else ""


def version_of(browser: Browser) -> str:
    found = re.search(r'name="version" value="(\d+)"', browser.text)
    return found[1] if found else ""


def firm_answers(people: dict[str, Any], name: str = "杭州演示星汉软件有限公司") -> dict[str, dict[str, Any]]:
    """What the founder types on each page, by question."""
    founder, firm = people["founder"], people["representative"]["firm"]
    place = Place.objects.filter(use="commercial").order_by("id").first()
    return {
        "firm_name": {"value": name},
        "place": {"value": str(place.id)},
        "shareholders": {
            "type-0": "person", "name-0": founder["name"], "id-0": founder["id_number"], "amount-0": "600000",
            "type-1": "firm", "name-1": firm["name"], "id-1": firm["uscc"], "amount-1": "400000",
        },
        "capital": {"value": "1,000,000"},
        "scope": {"value": ["6513"]},
        "legal_representative": {"value": founder["id_number"]},
        "representative_post": {"value": "executive-director"},
        "term": {"value": "long"},
        "employees": {"value": "3"},
        "first_month": {"value": "this"},
        "person_mobile": {"value": "13800000000"},
    }  # fmt: skip


ALLOWANCE_ANSWERS: dict[str, dict[str, Any]] = {
    "person_bank_account": {"bank": "演示银行", "number": "6222 0000 0000 0000"},
    "person_mobile": {"value": "13800000000"},
}


def fill(browser: Browser, draft: str, answers: dict[str, dict[str, Any]]) -> str:
    """Answers page after page until there is none left; where the browser stands then."""
    browser.open(draft)
    browser.open(re.search(r'href="([^"]+)"[^>]*>继续填写', browser.text)[1])  # type: ignore[index]
    seen: list[str] = []
    while key := question_of(browser):
        assert key not in seen, (key, browser.text)
        seen.append(key)
        browser.send(browser.at, {"version": version_of(browser), "do": "save", **answers[key]})
    return browser.at


def sign_all(browser: Browser) -> None:
    """Signs everything that waits for this person."""
    for address in dict.fromkeys(re.findall(r"/sign/[0-9a-f-]{36}", browser.open("/sign"))):
        digest = re.search(r'name="digest" value="(\w+)"', browser.open(address))
        browser.send(address, {"digest": digest[1]})  # type: ignore[index]


@pytest.fixture
def allowance(enter) -> tuple[Browser, str]:
    """An elder's draft with every answer."""
    elder = enter("elder")
    draft = begin(elder, ALLOWANCE)
    fill(elder, draft, ALLOWANCE_ANSWERS)
    return elder, draft


@pytest.fixture
def granted(allowance, work) -> tuple[Browser, str]:
    """The elder's case, granted; with its number."""
    elder, draft = allowance
    elder.send(f"{draft}/lock")
    sign_all(elder)
    elder.send(f"{draft}/submit")
    number = elder.at.split("/")[2]
    work()
    return elder, number


@pytest.fixture
def work(db):
    """Does all put-off work that is due, as a worker would."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    def run(most: int = 50) -> None:
        seen: set[int] = set()
        while len(seen) < most:
            job = ProcrastinateJob.objects.exclude(id__in=seen).filter(status="todo").order_by("id").first()
            if job is None:
                return
            seen.add(job.id)
            app.tasks[job.task_name].func(**job.args)

    return run
