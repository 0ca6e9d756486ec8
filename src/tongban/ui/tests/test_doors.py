"""Who may open a page, and what the others are told."""

from __future__ import annotations

import json

import pytest

from tongban.base.actors import Kind
from tongban.ui.doors import Anyone, opens_for


def test_a_door_names_who_may_open_it():
    @opens_for(Kind.OFFICER, power="decide")
    def view(request): ...

    assert (view.opens_for, view.power, view.level, view.__name__) == ((Kind.OFFICER,), "decide", None, "view")


@pytest.mark.parametrize("kinds", [(), (Anyone, Kind.PERSON)])
def test_a_door_that_names_nobody_or_mixes_everybody_with_some_is_a_mistake(kinds):
    with pytest.raises(TypeError):
        opens_for(*kinds)


def test_a_public_page_asks_for_no_rights():
    with pytest.raises(TypeError):
        opens_for(Anyone, level=2)


def test_a_visitor_is_sent_to_sign_in_and_back(browser):
    answer = browser.get("/space?tab=cases")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=%2Fspace%3Ftab%3Dcases")


def test_an_officers_page_sends_visitors_to_the_staff_sign_in(browser):
    assert browser.get("/decide")["Location"].startswith("/staff-sign-in?")


def test_a_visitors_post_is_refused_and_says_to_sign_in(browser):
    answer = browser.post("/space")
    assert answer.status_code == 403
    assert "请先登录" in answer.content.decode()


def test_htmx_is_sent_to_sign_in_as_a_whole_page(browser):
    answer = browser.get("/space", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/sign-in?next=")


def test_a_person_below_the_level_is_refused_and_told_the_level(browser):
    answer = browser.acts(Kind.PERSON, level=1).get("/sign")
    assert answer.status_code == 403
    assert "第 2 级" in answer.content.decode()


def test_a_person_below_the_level_is_sent_to_prove_when_there_is_a_place_for_it(browser, settings):
    settings.TONGBAN_STEP_UP = "prove"
    assert browser.acts(Kind.PERSON, level=0).get("/sign")["Location"] == "/prove?next=%2Fsign"
    assert browser.post("/sign").status_code == 403


@pytest.mark.parametrize(
    ("path", "kind", "more", "status"),
    [
        ("/space", Kind.PERSON, {"level": 1}, 200),
        ("/space", Kind.OFFICER, {}, 403),
        ("/sign", Kind.PERSON, {"level": 2}, 200),
        ("/decide", Kind.OFFICER, {"powers": frozenset({"decide"})}, 200),
        ("/decide", Kind.OFFICER, {"powers": frozenset({"examine"})}, 403),
        ("/decide", Kind.PERSON, {"level": 2}, 403),
        ("/either", Kind.PERSON, {}, 200),
        ("/either", Kind.OFFICER, {}, 403),
        ("/wire", Kind.PEER, {}, 200),
        ("/wire", Kind.VISITOR, {}, 403),
    ],
)
def test_each_page_opens_for_those_it_names_and_no_other(browser, path, kind, more, status):
    assert browser.acts(kind, **more).get(path).status_code == status


def test_a_refusal_says_what_why_under_which_article_and_what_next(browser):
    answer = browser.get("/refuses", headers={"Accept-Language": "en"})
    text = answer.content.decode()
    assert answer.status_code == 422
    for part in ("The name is taken", "Another firm has it", "第十七条", "Choose another"):
        assert part in text


def test_a_machine_gets_problem_details(browser):
    answer = browser.get("/refuses", headers={"Accept": "application/json", "Accept-Language": "en"})
    body = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert (body["code"], body["status"], body["title"], body["field"]) == (
        "name-taken", 422, "The name is taken", "firm.name"
    )


def test_what_a_refusal_says_is_escaped(browser):
    answer = browser.get("/conflicts")
    assert answer.status_code == 409
    assert b"<b> </title>" not in answer.content and "处理 &lt;b&gt;" in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("zh", "没有找到"), ("en", "could not find")])
def test_a_page_that_is_not_there_is_answered_in_both_languages(browser, language, words):
    answer = browser.get("/nowhere", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert words in answer.content.decode()


def test_a_fault_tells_nothing_of_the_house(browser):
    answer = browser.get("/breaks")
    assert answer.status_code == 500
    assert "系统出了问题" in answer.content.decode()
    assert b"secret" not in answer.content


def test_a_fault_in_the_furniture_itself_still_answers(browser, settings):
    settings.TONGBAN_LINKS = {"home": "no-such-route"}
    answer = browser.get("/breaks")
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/html; charset=utf-8")
    assert "不是您的问题" in answer.content.decode()


def test_a_wrong_method_and_too_many_tries_are_proper_pages_that_keep_their_headers(browser):
    wrong = browser.get("/only-post")
    assert (wrong.status_code, wrong["Allow"]) == (405, "POST")
    assert "只用于提交表单" in wrong.content.decode()
    slow = browser.get("/slow")
    assert (slow.status_code, slow["Retry-After"]) == (429, "60")
    assert "太频繁" in slow.content.decode()


def test_one_address_serves_the_page_and_to_htmx_its_part(browser):
    part = browser.get("/part", headers={"HX-Request": "true"}).content.decode()
    assert "草稿已保存" in part and "<html" not in part
