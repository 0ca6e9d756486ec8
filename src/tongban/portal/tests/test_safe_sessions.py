"""Sessions, step-up, and that nothing personal stands in an address or a log: each test fails without its rule."""

from __future__ import annotations

import logging
import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tongban.identity.models import Account
from tongban.journeys import enter as entering
from tongban.portal.tests.conftest import ALLOWANCE, ALLOWANCE_ANSWERS, Browser, begin, fill, sign_all

pytestmark = pytest.mark.django_db


def test_a_session_gets_a_new_name_at_sign_in_and_the_old_one_opens_nothing(society, people):
    browser, who = Browser(), people["elder"]
    browser.send("/sign-in", {"mobile": who["mobile"]})
    before = browser.session.session_key
    code = re.findall(r"验证码 (\d{6})", browser.open("/demo/outbox"))[0]
    browser.send("/sign-in/code", {"code": code})
    assert browser.session.session_key != before
    thief = Client()
    thief.cookies[next(iter(n for n in browser.cookies if n.startswith("tongban_")))] = before
    assert thief.get("/space").status_code == 302


@pytest.mark.parametrize(
    ("fetched", "taken"),
    [
        ({}, True),
        ({"Sec-Fetch-Dest": "document"}, True),
        ({"Sec-Fetch-Dest": "serviceworker"}, False),
        ({"Sec-Fetch-Dest": "empty"}, False),
    ],
)
def test_what_a_page_fetches_late_with_an_old_key_signs_nobody_out(enter, fetched, taken):
    elder = enter("elder")
    name = next(n for n in elder.cookies if n.startswith("tongban_"))
    late = Client()
    late.cookies[name] = "an-old-key"
    told = late.get("/worker.js", headers=fetched)
    assert told.status_code == 200 and (name in told.cookies) is taken
    assert not taken or told.cookies[name].value == ""


@pytest.mark.parametrize(("idle", "status"), [(timedelta(minutes=29), 200), (timedelta(minutes=31), 302)])
def test_a_person_who_is_idle_for_half_an_hour_is_signed_out(enter, monkeypatch, idle, status):
    elder = enter("elder")
    later = timezone.now() + idle
    monkeypatch.setattr(entering.timezone, "now", lambda: later)
    assert elder.get("/cases").status_code == status


def test_signing_asks_for_the_person_themself_again(enter):
    """A face of more than an hour ago is not enough."""
    elder = enter("elder")
    draft = begin(elder, ALLOWANCE)
    fill(elder, draft, ALLOWANCE_ANSWERS)
    elder.send(f"{draft}/lock")
    Account.objects.filter(pk=elder.session["who"]).update(
        proven_at=timezone.now() - timedelta(minutes=61)
    )
    address = re.search(r"/sign/[0-9a-f-]{36}", elder.open("/sign"))[0]
    digest = re.search(r'name="digest" value="(\w+)"', elder.open(address))[1]
    elder.send(address, {"digest": digest})
    assert elder.at == "/prove/face"
    assert "待签名" in elder.open(f"{draft}/sign") and "已签名 " not in elder.text


class Watched(Browser):
    """Remembers every address that it asked for or was sent to."""

    def request(self, **request):
        answer = super().request(**request)
        self.visited.append(request["PATH_INFO"] + "?" + request.get("QUERY_STRING", ""))
        self.visited.append(answer.headers.get("Location", ""))
        return answer

    visited: list[str] = []


def test_nothing_personal_stands_in_an_address_or_a_log(enter, people, work, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    elder, who = enter("elder"), people["elder"]
    elder.__class__, Watched.visited = Watched, []
    draft = begin(elder, ALLOWANCE)
    fill(elder, draft, ALLOWANCE_ANSWERS)
    elder.send(f"{draft}/q/person_mobile", {"value": "not a mobile " + who["id_number"]})
    elder.send(f"{draft}/q/person_mobile", {"version": "", "do": "save", **ALLOWANCE_ANSWERS["person_mobile"]})
    elder.send(f"{draft}/lock")
    sign_all(elder)
    elder.send(f"{draft}/submit")
    work()
    number = elder.at.split("/")[2]
    for path in ("/space", f"/cases/{number}", f"/cases/{number}/receipt", "/space/certificates", "/space/access"):
        elder.open(path)
    elder.open("/search", data={"q": "津贴"})
    told = capfd.readouterr()
    everything = "\n".join([*Watched.visited, told.out, told.err, *(
        record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
    )])  # fmt: skip
    assert len(Watched.visited) > 40 and number in everything
    secrets = (who["name"], who["id_number"], who["mobile"], "13800000000", "6222 0000", "6222000000000000")
    assert [secret for secret in secrets if secret in everything] == []


def test_whoever_is_known_or_not_is_answered_alike_and_as_fast(society, people):
    """The page after asking for a code tells nobody whether somebody has an account."""
    def ask(mobile: str) -> tuple[str, float]:
        browser, began = Browser(), time.perf_counter()
        text = browser.send("/sign-in", {"mobile": mobile})
        masked = f"{mobile[:3]}****{mobile[-4:]}"
        took = time.perf_counter() - began
        return re.sub(r'value="\w{64}"|X-CSRFToken": "\w{64}', "", text.replace(masked, "…")), took

    known, unknown = people["elder"]["mobile"], "13912345678"
    ask(known), ask(unknown)
    seen = [(ask(known), ask(unknown)) for _ in range(2)]
    assert all(a[0] == b[0] for a, b in seen)
    times = [min(s[i][1] for s in seen) for i in (0, 1)]
    assert max(times) < 10 * min(times) + 0.2


def test_too_many_codes_are_refused_with_a_page_that_says_when(society, people, settings):
    settings.TONGBAN_LIMITS = {"code-send": 2}
    browser = Browser()
    for _ in range(2):
        browser.send("/sign-in", {"mobile": people["bride"]["mobile"]})
    browser.send("/sign-in", {"mobile": people["bride"]["mobile"]})
    assert browser.last.status_code == 429 and "分钟后再试" in browser.text
    assert 60 <= int(browser.last["Retry-After"]) <= 86_400


def test_behind_a_proxy_who_asks_too_often_shuts_out_nobody_else(society, people, settings):
    settings.TONGBAN_BEHIND_PROXY, settings.TONGBAN_LIMITS = True, {"code-address": 2}

    def ask(address: str) -> int:
        """One code asked for from an address, through the proxy on this machine."""
        browser = Browser(headers={"X-Forwarded-For": f"198.51.100.9, {address}"})
        browser.send("/sign-in", {"mobile": people["bride"]["mobile"]})
        return browser.last.status_code

    assert [ask("203.0.113.7") for _ in range(3)] == [200, 200, 429]
    assert ask("203.0.113.8") == 200
