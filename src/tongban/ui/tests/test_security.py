"""Each header that keeps a page safe; each test fails when its header is missing."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tongban.base.actors import Kind


@pytest.fixture
def answer(browser):
    return browser.get("/styleguide")


def csp(answer) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))


def test_no_script_or_style_may_be_inline(answer):
    policy = csp(answer)
    assert (policy["script-src"], policy["style-src"], policy["default-src"]) == ("'self'", "'self'", "'self'")
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_nobody_may_frame_rebase_or_redirect_a_form(answer):
    policy = csp(answer)
    assert (policy["frame-ancestors"], policy["base-uri"], policy["form-action"]) == ("'none'", "'none'", "'self'")
    assert (policy["object-src"], policy["frame-src"]) == ("'none'", "'none'")
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Referrer-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ],
)
def test_a_header_stands_on_every_page(answer, name, value):
    assert answer[name] == value


def test_devices_are_asked_for_by_our_own_pages_only(answer):
    assert "camera=(self)" in answer["Permissions-Policy"] and "payment=()" in answer["Permissions-Policy"]


def test_caches_tell_pages_apart(answer):
    named = {part.strip() for part in answer["Vary"].split(",")}
    assert {"HX-Request", "Cookie", "Accept-Language"} <= named


@pytest.mark.parametrize("path", ["/nowhere", "/breaks", "/refuses", "/slow"])
def test_a_page_that_says_no_has_the_same_headers(browser, path):
    answer = browser.get(path)
    assert answer["Content-Security-Policy"] and answer["X-Content-Type-Options"] == "nosniff"


def test_pages_of_the_signed_in_are_never_stored(browser):
    assert browser.acts(Kind.PERSON, level=2).get("/space")["Cache-Control"] == "no-store"
    assert "Cache-Control" not in browser.acts(Kind.VISITOR).get("/home").headers


def test_the_citys_sheet_may_be_kept_though_somebody_is_signed_in(browser):
    assert "immutable" in browser.acts(Kind.PERSON).get("/ui/city.css")["Cache-Control"]


def test_a_view_may_be_stricter_than_the_house(browser):
    assert browser.get("/uploaded")["Content-Security-Policy"] == "sandbox"


def test_no_page_carries_anything_inline(answer):
    text = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)


def test_htmx_evaluates_nothing_and_swaps_a_refused_form(answer):
    config = re.search(r"htmx-config\" content='([^']+)'", answer.content.decode()).group(1)
    for part in ('"allowEval":false', '"includeIndicatorStyles":false', '"selfRequestsOnly":true',
                 '{"code":"422","swap":true}'):
        assert part in config


def test_htmx_sends_the_csrf_token(answer):
    assert re.search(r"hx-headers='\{\"X-CSRFToken\": \"\w{64}\"\}'", answer.content.decode())


def test_a_form_without_its_token_is_refused_with_a_page_that_helps():
    answer = Client(enforce_csrf_checks=True).post("/lang", {"lang": "en"})
    assert answer.status_code == 403
    assert "表单已经过期" in answer.content.decode()


def test_a_browser_remembers_that_this_host_speaks_tls_only(browser, settings):
    settings.ALLOWED_HOSTS = ["*"]
    far = browser.get("/home", secure=True, headers={"Host": "tongban.example"})
    assert far["Strict-Transport-Security"] == "max-age=31536000"
    for host, secure in (("127.0.0.1:8000", True), ("localhost", True), ("tongban.example", False)):
        assert "Strict-Transport-Security" not in browser.get("/home", secure=secure, headers={"Host": host}).headers
