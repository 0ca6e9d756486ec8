"""Whoever was stopped on the way comes back to where they were: an expired form, a code that did not come, a check that
did not pass."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tongban.identity import limits
from tongban.identity.refusals import PROOFS, ProofFailed
from tongban.portal.tests.conftest import ALLOWANCE, Browser, begin

pytestmark = pytest.mark.django_db


def main(text):
    return text[text.index("<main") : text.index("</main>")]


def lead(text):
    return re.search(r'class="button primary" href="([^"]+)">', main(text))[1].replace("&amp;", "&")


# -- an expired form


@pytest.fixture
def page(enter):
    return f"{begin(enter('elder'), ALLOWANCE)}/q/person_bank_account"


def test_an_expired_form_leads_through_signing_in_back_to_its_page(page, people):
    stranger = Browser(enforce_csrf_checks=True)
    text = stranger.send(page, {"bank": "演示银行"}, headers={"Referer": f"http://testserver{page}?back=review"})
    assert stranger.last.status_code == 403
    assert "再填一次刚才的内容" in text and "没有保存" in text
    address = lead(text)
    assert urlsplit(address).path == "/sign-in" and parse_qs(urlsplit(address).query) == {"next": [f"{page}?back=review"]}
    stranger.handler.enforce_csrf_checks = False
    back = re.search(r'name="next" value="([^"]+)"', main(stranger.open(address)))[1]
    stranger.send("/sign-in", {"mobile": people["elder"]["mobile"], "next": back})
    code = re.findall(r"验证码 (\d{6})", stranger.open("/demo/outbox"))[0]
    stranger.send("/sign-in/code", {"code": code, "next": back})
    assert stranger.at == page and stranger.last.status_code == 200


def test_an_expired_form_of_who_is_signed_in_leads_back_to_it(enter):
    elder = enter("elder")
    page = f"{begin(elder, ALLOWANCE)}/q/person_bank_account"
    elder.handler.enforce_csrf_checks = True
    assert lead(elder.send(page, {"bank": "演示银行"})) == page


@pytest.mark.parametrize("told", ["https://elsewhere.example/drafts", "//elsewhere.example/", "javascript:alert(1)", "x" * 9000])
def test_no_page_of_others_is_led_to(visitor, page, told):
    visitor.handler.enforce_csrf_checks = True
    address = lead(visitor.send(page, {}, headers={"Referer": told}))
    assert parse_qs(urlsplit(address).query) == {"next": [page]}


def test_an_address_that_names_another_host_is_not_led_to(visitor):
    visitor.handler.enforce_csrf_checks = True
    visitor.last = visitor.post("//elsewhere.example/x", {}, follow=True)
    assert "elsewhere.example" not in main(visitor.text)


def test_an_officers_form_leads_to_the_officers_door(visitor):
    visitor.handler.enforce_csrf_checks = True
    assert lead(visitor.send("/desk/absences", {})) == "/desk/sign-in?next=%2Fdesk%2Fabsences"


def test_the_expired_form_speaks_english(visitor, page):
    visitor.handler.enforce_csrf_checks = True
    visitor.cookies["lang"] = "en"
    assert "type your last answer again" in visitor.send(page, {})


# -- a code that did not come


def sent(browser, **more):
    browser.send("/sign-in", {"mobile": "13912345678", **more})
    return browser


def codes(browser):
    return re.findall(r"验证码 (\d{6})", browser.open("/demo/outbox"))


def test_another_code_is_sent_and_one_goes_on_where_one_wanted_to(visitor):
    page = sent(visitor, next="/near").text
    assert "重新发送验证码" in page and 'href="/sign-in?next=' in page
    visitor.send("/sign-in/code", {"do": "resend", "next": "/near"})
    assert visitor.at == "/sign-in/code" and "已重新发送验证码" in visitor.text
    assert 'name="next" value="/near"' in visitor.text
    new, old = codes(visitor)[:2]
    visitor.send("/sign-in/code", {"code": old, "next": "/near"})
    assert visitor.last.status_code == 422 or old == new
    visitor.send("/sign-in/code", {"code": new, "next": "/near"})
    assert visitor.at == "/prove"


def test_who_has_had_all_codes_is_told_when_there_is_another(visitor, settings):
    settings.TONGBAN_LIMITS = {"code-send": 2}
    sent(visitor)
    page = visitor.send("/sign-in/code", {"do": "resend"})
    assert re.search(r"\d\d:\d\d 以后可以再发", page) and "重新发送验证码</button>" not in page
    visitor.send("/sign-in/code", {"do": "resend"})
    assert visitor.last.status_code == 429 and len(codes(visitor)) == 2


def test_nobody_sends_a_code_without_a_number(visitor):
    visitor.send("/sign-in/code", {"do": "resend"})
    assert visitor.at == "/sign-in"


def test_the_door_opens_when_the_first_try_is_long_enough_ago():
    from datetime import timedelta

    from tongban.wiring.testing import NOW

    tries, within = limits.LIMITS["code-send"]
    for n in range(tries):
        assert limits.opens_at(door="code-send", who="x", now=NOW + timedelta(minutes=n)) is None
        limits.count(door="code-send", who="x", now=NOW + timedelta(minutes=n))
    later = NOW + timedelta(minutes=tries)
    assert limits.opens_at(door="code-send", who="x", now=later) == NOW + within
    with pytest.raises(limits.TooOften) as no:
        limits.count(door="code-send", who="x", now=later)
    assert no.value.retry_after == (NOW + within - later).total_seconds()
    limits.count(door="code-send", who="x", now=NOW + within + timedelta(seconds=1))


# -- a check that did not pass


@pytest.mark.parametrize("reason", [*PROOFS, "port-503", "something_new"])
def test_every_reason_of_a_check_is_said_in_words(reason):
    no = ProofFailed(reason)
    for said in (no.because, no.next_step):
        assert said.zh and said.en
        assert reason not in said.zh and not re.search(r"[a-z_]{3,}", said.zh)


def test_the_page_after_a_check_that_was_left_says_so(enter, monkeypatch):
    from tongban.journeys import prove

    def left(**more):
        raise ProofFailed("left")

    elder = enter("elder", level=1)
    monkeypatch.setattr(prove, "finish", left)
    text = elder.open("/prove/face/done?state=x")
    assert "您没有做完核验就退出了" in text and "left" not in main(text) and "开始核验" in text
