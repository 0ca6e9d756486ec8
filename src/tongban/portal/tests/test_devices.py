"""Devices and sign-ins: one sees them, ends them, and is told of a new one."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tongban.identity.models import Device, SignIn
from tongban.portal.tests.conftest import Browser

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Safari/604.1"
OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0"


@pytest.fixture
def sign_in(society, db, people):
    """Signs the founder in from a browser of this kind, perhaps with a code that is wrong."""

    def entered(agent: str, browser: Browser | None = None, code: str = "") -> Browser:
        browser = browser or Browser()
        browser.defaults["HTTP_USER_AGENT"] = agent
        browser.send("/sign-in", {"mobile": people["founder"]["mobile"]})
        sent = re.findall(r"验证码 (\d{6})", browser.open("/demo/outbox"))[0]
        browser.send("/sign-in/code", {"code": code or sent})
        return browser

    return entered


def sessions(browser: Browser) -> list[str]:
    """The devices that the page lists, by name."""
    browser.open("/space/devices")
    found = re.findall(r'<p class="name">(.*?)</p>', browser.text, re.S)
    return [re.sub(r"<[^>]+>|\s+", " ", each).strip() for each in found]


def test_a_person_sees_where_they_are_signed_in_this_device_first(sign_in):
    phone = sign_in(PHONE)
    office = sign_in(OFFICE)
    assert [each.split(" ")[0] for each in sessions(phone)] == ["iPhone", "Windows"]
    assert "就是这台" in sessions(office)[0] and "Windows" in sessions(office)[0]


def test_a_session_that_is_ended_elsewhere_is_out_at_its_next_press(sign_in):
    phone, office = sign_in(PHONE), sign_in(OFFICE)
    other = re.search(r'action="(/space/devices/[0-9a-f-]{36}/end)"', phone.open("/space/devices"))[1]
    phone.send(other)
    assert phone.at == "/space/devices" and len(sessions(phone)) == 1
    office.open("/space")
    assert office.at == "/sign-in"
    assert "被您结束" in phone.open("/space/devices")


def test_all_others_end_at_one_press_and_this_one_stays(sign_in):
    phone, office, third = sign_in(PHONE), sign_in(OFFICE), sign_in(OFFICE)
    phone.send("/space/devices/others")
    for gone in (office, third):
        gone.open("/space")
        assert gone.at == "/sign-in"
    phone.open("/space")
    assert phone.at == "/space"


def test_nobody_ends_the_session_of_somebody_else(sign_in, enter):
    sign_in(PHONE)
    stranger = enter("elder", 1)
    theirs = SignIn.objects.filter(kind="iphone/safari", right=True).latest("at")
    stranger.send(f"/space/devices/{theirs.id}/end")
    assert stranger.last.status_code == 404 and "已经结束" in stranger.text
    theirs.refresh_from_db()
    assert theirs.ended_at is None


def test_ending_what_has_ended_is_refused_in_words(sign_in):
    phone, office = sign_in(PHONE), sign_in(OFFICE)
    other = re.search(r'action="(/space/devices/[0-9a-f-]{36}/end)"', phone.open("/space/devices"))[1]
    office.send("/sign-out")
    phone.send(other)
    assert phone.last.status_code == 404 and "刷新列表" in phone.text


def test_a_wrong_code_stands_in_the_history(sign_in):
    phone = sign_in(PHONE)
    sign_in(OFFICE, code="000000")
    text = re.sub(r"\s+", " ", phone.open("/space/devices"))
    assert "验证码不对，未登录" in text and "Windows 电脑 · Edge 浏览器" in text


def test_a_wrong_code_for_a_number_without_account_is_kept_too(visitor):
    before = SignIn.objects.count()
    visitor.send("/sign-in", {"mobile": "13911112222"})
    visitor.send("/sign-in/code", {"code": "000000"})
    assert SignIn.objects.count() == before + 1 and not SignIn.objects.latest("at").right


def test_a_new_device_is_told_of_a_known_one_is_not(sign_in):
    phone = sign_in(PHONE)
    assert "新设备登录了您的账号" not in phone.open("/space/messages")
    office = sign_in(OFFICE)
    assert phone.open("/space/messages").count("新设备登录了您的账号") == 1
    office.send("/sign-out")
    sign_in(OFFICE, browser=office)
    assert phone.open("/space/messages").count("新设备登录了您的账号") == 1


def test_my_device_is_remembered_for_this_browser_alone(sign_in):
    phone, office = sign_in(PHONE), sign_in(OFFICE)
    assert phone.session["own_device"] is False
    phone.send("/space/devices/own", {"own": "1"})
    assert phone.session["own_device"] is True and "我的设备" in sessions(phone)[0]
    assert office.session["own_device"] is False
    phone.send("/sign-out")
    sign_in(PHONE, browser=phone)
    assert phone.session["own_device"] is True
    phone.send("/space/devices/own", {"own": "0"})
    assert phone.session["own_device"] is False


def test_the_cookie_names_nobody_and_scripts_cannot_read_it(sign_in):
    phone = sign_in(PHONE)
    cookie = phone.cookies["device_330100"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and len(cookie.value) == 43
    assert not Device.objects.filter(lookup=cookie.value).exists(), "it is kept as a keyed digest"


def test_a_made_up_cookie_is_replaced(sign_in):
    browser = Browser()
    browser.cookies["device_330100"] = "x' OR 1=1"
    sign_in(PHONE, browser=browser)
    assert re.fullmatch(r"[\w-]{43}", browser.cookies["device_330100"].value)


def test_a_session_nobody_used_is_no_longer_listed(sign_in):
    phone = sign_in(PHONE)
    sign_in(OFFICE)
    SignIn.objects.filter(kind="windows/edge").update(seen_at=timezone.now() - timedelta(hours=1))
    assert len(sessions(phone)) == 1


def test_signing_out_ends_the_session(sign_in):
    phone = sign_in(PHONE)
    row = SignIn.objects.filter(right=True).latest("at")
    phone.send("/sign-out")
    row.refresh_from_db()
    assert row.ended_how == "signed-out"
