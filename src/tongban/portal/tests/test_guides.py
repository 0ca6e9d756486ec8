"""The guide in one's own case: the answers in the address, what registries know, where to go, and what programs read."""

from __future__ import annotations

import json
import re

import pytest

from tongban.portal.tests.conftest import ALLOWANCE, CITY, FIRM, ROAD, begin

pytestmark = pytest.mark.django_db
FUND = "housing-fund-withdrawal"
GUIDE = f"/services/{CITY}/{{}}"


def part(text, id):
    return re.search(rf'id="{id}".*?(?=<section|<div class="start|</main>)', text, re.S)[0]


def to_upload(text):
    return re.findall(r'data-verdict="upload"', part(text, "case"))


def test_an_answer_in_the_address_leaves_the_papers_of_that_case(visitor):
    everything = to_upload(visitor.open(GUIDE.format(FUND)))
    loan = visitor.open(GUIDE.format(FUND) + "?fund_reason=loan")
    assert len(to_upload(loan)) == 1 < len(everything)
    assert re.search(r'name="fund_reason" value="loan" checked', loan)
    assert "<dd>偿还购房贷款本息</dd>" in loan
    assert to_upload(visitor.open(GUIDE.format(FUND) + "?fund_reason=rent")) == []


def test_what_does_not_fit_is_said_with_what_would_do_and_its_article(visitor):
    text = visitor.open(GUIDE.format(ALLOWANCE) + "?my-age=79")
    assert "高龄津贴发给年满 80 周岁的老人" in part(text, "case") and "当月起即可申请" in text
    assert "您的情况不符合这一条" not in visitor.open(GUIDE.format(ALLOWANCE) + "?my-age=80&my-home=here")


def test_a_stranger_is_told_what_is_usual_and_that_it_is(visitor):
    text = visitor.open(GUIDE.format(ALLOWANCE))
    assert "按登记信息齐全时通常的情况列出" in text and "查不到登记时最多 2 份" in text


def test_who_is_proven_is_looked_up_as_their_own_look_and_it_is_said(enter):
    elder = enter("elder")
    text = elder.open(GUIDE.format(ALLOWANCE))
    assert "已用您名下的登记信息核对" in text and 'name="my-age"' not in text
    assert to_upload(text) == [] and "您的情况不符合这一条" not in text
    assert "看办事指南" in elder.open("/space/access?who=me")


def test_who_is_too_young_reads_why_without_typing_anything(enter):
    founder = enter("founder", level=1)
    assert "高龄津贴发给年满 80 周岁的老人" in founder.open(GUIDE.format(ALLOWANCE))


def test_level_0_is_not_looked_up(enter):
    newcomer = enter("founder", level=0)
    assert "按登记信息齐全时通常的情况列出" in newcomer.open(GUIDE.format(ALLOWANCE))


def test_what_the_guide_asked_is_not_asked_again_in_the_form(enter):
    founder = enter("founder")
    text = founder.open(GUIDE.format(FUND) + "?fund_reason=loan")
    assert '<input type="hidden" name="pick.fund_reason" value="loan">' in text
    founder.send(GUIDE.format(FUND) + "/start", {"pick.fund_reason": "loan", "pick.person_name": "x", "pick.no": "y"})
    draft = founder.at
    assert "偿还购房贷款本息" in founder.open(f"{draft}/review")


@pytest.mark.parametrize("told", ["nothing", "x" * 5000, "loan' || true", "\u202e", "[]"])
def test_a_pick_that_is_no_answer_is_asked_again(enter, told):
    founder = enter("founder")
    founder.send(GUIDE.format(FUND) + "/start", {"pick.fund_reason": told})
    assert founder.last.status_code == 200 and founder.at.startswith("/drafts/")


def test_signing_in_comes_back_with_the_answers(visitor):
    text = visitor.open(GUIDE.format(FUND) + "?fund_reason=loan")
    assert "next=%2Fservices%2F330100%2Fhousing-fund-withdrawal%3Ffund_reason%3Dloan" in text


@pytest.mark.parametrize("query", ["fund_reason=" + "9" * 5000, "fund_reason=loan&fund_reason=x", "a[]=1&=&&;", "%ff=%fe"])
def test_the_guide_takes_any_address(visitor, query):
    visitor.open(f"{GUIDE.format(FUND)}?{query}")
    assert visitor.last.status_code == 200


def test_programs_read_the_guide_as_a_government_service(visitor):
    text = visitor.open(GUIDE.format(ROAD))
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)[1])
    assert data["@type"] == "GovernmentService" and data["name"] == "临时占用城市道路审批"
    assert data["url"].endswith(GUIDE.format(ROAD)) and data["identifier"] == "000117008000"
    assert data["provider"]["identifier"] and data["jurisdiction"]["identifier"] == CITY


def test_nothing_in_linked_data_ends_its_script():
    from markupsafe import Markup

    from tongban.portal import linked

    hostile = json.dumps({"name": "</script><script>alert(1)</script>&\u2028"}, ensure_ascii=False).translate(linked._LEAVES)
    assert "<" not in hostile and "&" not in hostile and "\u2028" not in hostile
    assert json.loads(Markup(hostile))["name"].startswith("</script>")


def test_the_grade_shows_what_proves_it(visitor):
    text = visitor.open(GUIDE.format(ALLOWANCE))
    assert "凭什么这样说" in text and "没有一个环节需要到场" in text


def test_places_say_whether_they_are_open_and_lead_to_the_nearest(visitor):
    text = visitor.open(GUIDE.format(ROAD))
    assert re.search("正在开放，到|现在不开放", part(text, "where"))
    assert f"/near?city={CITY}&amp;item={ROAD}" in text


def test_the_nearest_place_comes_first(visitor):
    from tongban.journeys import nearby

    street = next(hall.division for hall in nearby.halls(CITY) if hall.kind == "neighbourhood")
    text = visitor.open(f"/near?at={street}")
    first = re.search(r'<ul class="counters".*?class="name">(.*?)</p>', text, re.S)[1]
    assert first == next(hall.name.zh for hall in nearby.halls(CITY) if hall.division == street)
    assert "就在您选的地方" in text


@pytest.mark.parametrize("query", ["at=999999999", "at='", "at=" + "1" * 999, "item=nothing", "city=abc", "city=999999", "all=1"])
def test_the_nearest_counter_takes_any_address(visitor, query):
    text = visitor.open(f"/near?{query}")
    assert visitor.last.status_code == 200 and 'class="counters"' in text


def test_who_must_be_seen_is_not_sent_to_a_terminal(visitor):
    text = visitor.open("/near?item=disabled-card&all=1")
    assert "自助终端" not in re.search(r'<ul class="counters".*?</ul>\n', text, re.S)[0]
    assert "自助终端" in visitor.open("/near?all=1")


def test_a_draft_is_begun_without_answers_too(enter):
    assert begin(enter("founder"), FUND).startswith("/drafts/")


def test_papers_that_only_an_answer_lets_be_checked_are_not_asked_for(visitor, enter):
    for browser in (visitor, enter("founder")):
        text = browser.open(GUIDE.format(FIRM))
        assert "另有 2 份填好后自动核验" in part(text, "sums") and ">0 份<" in part(text, "sums")
        assert to_upload(text) == [] and len(re.findall(r'data-verdict="later"', part(text, "case"))) == 2
        assert "目前没有可核验的来源，请上传" not in part(text, "case")
    founder = browser
    draft = begin(founder, FIRM)
    assert "要您提交 0 项，另有 2 项填好后自动核验" in founder.open(draft)
    text = founder.open(f"{draft}/materials")
    assert "要您提交 0 项" in text and 'type="file"' not in text


def test_a_paper_that_no_registry_has_is_asked_for_at_once(enter):
    founder = enter("founder")
    draft = begin(founder, ROAD)
    assert 'data-verdict="upload"' in founder.open(f"{draft}/materials")


def test_the_city_that_takes_it_in_only_takes_it_in(visitor):
    text = visitor.open(GUIDE.format(FIRM))
    assert re.search(r"由谁收件</dt>\s*<dd[^>]*>\s*(杭州市|浙江省杭州市)", text) and "由谁受理" not in text
