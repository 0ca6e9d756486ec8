"""The portal's main paths, as a browser without JavaScript goes them."""

import re

import msgspec
import pytest
from django.utils import timezone

from tongban.base.words import Words
from tongban.delivery.models import Parcel
from tongban.journeys import signing
from tongban.portal import presenters
from tongban.portal.tests.conftest import (
    ALLOWANCE,
    CITY,
    FIRM,
    begin,
    fill,
    firm_answers,
    question_of,
    sign_all,
    version_of,
)  # fmt: skip
from tongban.trail.models import Read

pytestmark = pytest.mark.django_db


def test_a_visitor_finds_a_service_in_her_own_words_and_reads_its_guide(visitor):
    assert f"/services/{CITY}/{FIRM}" in visitor.open("/search?q=开公司")
    guide = visitor.open(f"/services/{CITY}/{FIRM}")
    for words in ("由谁收件", "由谁决定", "承诺时限", "依据", "常见问题", "line-grid"):
        assert words in guide


def test_the_start_button_leads_a_visitor_through_signing_in_and_back(visitor):
    guide = visitor.open(f"/services/{CITY}/{FIRM}")
    assert "开始办理" in guide
    assert re.search(rf'class="button primary" href="/sign-in\?next=[^"]*{FIRM}', guide)
    visitor.send(f"/services/{CITY}/{FIRM}/start")
    assert visitor.last.status_code == 403 and "/sign-in?next=" in visitor.text


def test_an_elder_gets_the_allowance_from_sign_in_to_the_notice(granted):
    elder, number = granted
    case = elder.open(f"/cases/{number}")
    assert "已准予" in case
    assert case.index('class="certificate"') < case.index('class="clock"') < case.index('class="line"'), "what it brought, first"
    assert "最迟" not in case and "用时" in case and "部门完成一个步骤" not in case
    assert re.search(r"规则\w*：通过", case), "nobody passed it but the rules"
    paper = re.search(r"/papers/[0-9a-f-]{36}\.pdf", case)[0]
    answer = elder.get(paper)
    assert answer.content.startswith(b"%PDF") and answer["Content-Disposition"].startswith("attachment")
    assert "allowance" in case or "津贴" in elder.open("/space")
    assert number in elder.open("/cases")
    assert "津贴" in elder.open("/space/messages")


def test_what_registries_know_is_not_asked_and_says_where_it_is_from(allowance):
    elder, draft = allowance
    review = elder.open(f"{draft}/review")
    assert "来自人口库" in review


def test_a_firm_is_founded_up_to_the_receipt(enter, people):
    founder = enter("founder")
    draft = begin(founder, FIRM)
    assert fill(founder, draft, firm_answers(people)) == f"{draft}/review"
    founder.send(f"{draft}/lock")
    assert founder.at == f"{draft}/sign"
    representative = enter("representative")
    waiting = representative.open("/sign")
    assert people["representative"]["firm"]["name"] in waiting
    by_mandate = f"由 {people['founder']['name']} 凭授权代签"
    founder.open(f"{draft}/sign")
    assert founder.heading == "请您签名" and by_mandate in founder.text, "she may sign for the firm too"
    assert "对方登录后" not in founder.text
    sign_all(representative)
    page = founder.open(f"{draft}/sign")
    assert f"由法定代表人 {people['representative']['name']} 签" in page and by_mandate not in page
    sign_all(founder)
    founder.open(f"{draft}/sign")
    assert founder.heading == "全部签好了，可以提交"
    founder.send(f"{draft}/submit")
    first = founder.at
    assert first.endswith("/receipt")
    founder.send(f"{draft}/submit")
    assert founder.at == first, "pressed again, the same receipt"
    number = first.split("/")[2]
    assert "撤回申请" in founder.open(f"/cases/{number}")
    assert founder.open(f"/cases/{number}/withdraw").count("<form")
    founder.send(f"/cases/{number}/withdraw")
    assert "已撤回" in founder.text


def test_whose_hand_a_signature_is_is_said_before_and_after():
    asked = {"party": "1", "role": Words(zh="股东", en="Shareholder"), "name": "演示公司", "entity": "91"}
    wait = signing.Waiting(**asked, draft="2", title=asked["role"], since=timezone.now(), basis="mandate")
    before = signing.Signer(**asked, signed_at=None, digest="")
    after = signing.Signer(**asked, signed_at=timezone.now(), digest="x", signer="演示甲", basis="mandate")
    said = [presenters.signed_by(each, ask, "演示甲").zh for each, ask in ((before, wait), (after, None))]
    assert said == ["由 演示甲 凭授权代签"] * 2
    assert presenters.signed_by(before, None, "演示甲") is None, "somebody else's: nobody knows yet who makes it"
    assert presenters.signed_by(msgspec.structs.replace(after, basis="", signer=""), None, "演示甲") is None


def test_a_draft_goes_on_in_another_browser(enter, people):
    phone = enter("founder")
    draft = begin(phone, FIRM)
    phone.send(f"{draft}/q/firm_name", firm_answers(people)["firm_name"])
    laptop = enter("founder")
    assert "杭州演示星汉软件有限公司" in laptop.open(f"{draft}/q/firm_name")


def test_an_answer_changed_from_the_review_comes_back_to_it(allowance):
    elder, draft = allowance
    page = elder.open(f"{draft}/q/person_mobile?back=review")
    assert 'name="back" value="review"' in page
    elder.send(f"{draft}/q/person_mobile", {"value": "13911112222", "back": "review"})
    assert elder.at == f"{draft}/review" and "13911112222" in elder.text


def test_rows_are_added_and_removed_without_losing_what_was_typed(enter):
    founder = enter("founder")
    draft = begin(founder, FIRM)
    typed = {"type-0": "person", "name-0": "甲", "id-0": "1", "amount-0": "5", "do": "add"}
    page = founder.send(f"{draft}/q/shareholders", typed)
    assert founder.last.status_code == 200 and 'name="name-1"' in page and 'value="甲"' in page
    page = founder.send(f"{draft}/q/shareholders", {**typed, "name-1": "乙", "do": "remove-0"})
    assert 'value="乙"' in page and 'value="甲"' not in page and 'name="name-1"' not in page


def test_an_address_is_searched_for_and_chosen_without_script(enter, people):
    founder = enter("founder")
    draft = begin(founder, FIRM)
    page = founder.send(f"{draft}/q/place", {"value.query": "湖滨街道", "find": "value"})
    assert "浙江省杭州市上城区湖滨街道" in page and "西湖区" not in page
    page = founder.send(f"{draft}/q/place", {"value.query": "西湖区", "find": "value"})
    codes = re.findall(r'type="radio"[^>]*value="([0-9a-f-]{36})"', page)
    assert codes
    founder.send(f"{draft}/q/place", {"value": codes[0], "value.query": "西湖区", "do": "save"})
    assert question_of(founder) != "place"
    assert codes[0] in founder.open(f"{draft}/q/place")


def test_an_address_of_another_city_is_refused_in_words_and_is_no_choice(enter):
    founder = enter("founder")
    draft = begin(founder, FIRM)
    page = founder.send(f"{draft}/q/place", {"value.query": "上海市松江区方松街道文诚路1号", "find": "value"})
    assert "这个地址在上海市，不在浙江省杭州市" in page and "请填写浙江省杭州市内的地址" in page
    assert 'type="radio"' not in page and "请选择" not in page


def test_a_long_list_is_narrowed_by_search_and_keeps_what_was_chosen(enter):
    founder = enter("founder")
    draft = begin(founder, FIRM)
    page = founder.send(f"{draft}/q/scope", {"value": ["0141"], "find": "软件", "do": "find"})
    assert re.search(r'value="0141" checked', page) and "6513" in page and "1512" not in page


def test_a_name_that_is_forbidden_is_refused_with_reasons_and_ways_out(enter):
    founder = enter("founder")
    draft = begin(founder, FIRM)
    page = founder.send(f"{draft}/q/firm_name", {"value": "中国国家级科技有限公司"})
    assert founder.last.status_code == 422
    assert "error" in page and "中国国家级科技有限公司" in page


def test_two_windows_never_overwrite_each_other(enter, people):
    founder = enter("founder")
    draft = begin(founder, FIRM)
    stale = version_of_page(founder, f"{draft}/q/capital")
    founder.send(f"{draft}/q/capital", {"value": "100", "version": stale})
    page = founder.send(f"{draft}/q/capital", {"value": "200", "version": stale})
    assert founder.last.status_code == 409
    assert "100 元" in page and 'value="200"' in page
    founder.send(f"{draft}/q/capital", {"value": "200", "version": version_of(founder)})
    assert "200" in founder.open(f"{draft}/q/capital")


def version_of_page(browser, path):
    browser.open(path)
    return version_of(browser)


def test_signing_needs_a_fresh_proof_and_leads_to_it(enter):
    elder = enter("elder", level=1)
    draft = begin(elder, "marriage-registration-booking")
    assert elder.open(draft)
    assert "请核验本人" in elder.open(f"/prove/face?next={draft}")


def test_a_case_is_rated_once(granted):
    elder, number = granted
    assert "您满意吗" in elder.open(f"/cases/{number}")
    elder.send(f"/cases/{number}/rate", {"code": "1", "words": "很快"})
    assert "谢谢您的评价" in elder.text
    elder.send(f"/cases/{number}/rate", {"code": "1"})
    assert elder.last.status_code == 409


def test_a_rating_without_a_choice_is_refused_with_the_form_as_typed(granted):
    elder, number = granted
    page = elder.send(f"/cases/{number}/rate", {"words": "还可以"})
    assert elder.last.status_code == 422 and "还可以" in page


def test_a_name_and_a_mobile_that_are_known_are_filled_in_and_an_address_when_asked_for(granted, people):
    elder, number = granted
    page, who = elder.open(f"/cases/{number}"), people["elder"]
    assert f'value="{who["name"]}"' in page and f'value="{who["mobile"]}"' in page and "来自您的账号" in page
    looks = Read.objects.count()
    elder.open(f"/cases/{number}")
    assert Read.objects.count() == looks, "nothing is looked up that nobody asked for"
    page = elder.open(f"/cases/{number}?registered=1")
    assert "来自人口库" in page and re.search(r'name="address"[^>]* value="[^"]{6,}"', page)
    assert Read.objects.count() > looks, "a look at the registry is on record, one's own too"


def test_the_paper_is_ordered_by_courier(granted):
    elder, number = granted
    elder.send(
        f"/cases/{number}/deliver", {"name": "演示收件人", "mobile": "13800000000", "address": "演示路 1 号"}
    )
    assert "已下单寄送" in elder.text


def test_anybody_verifies_by_the_code_and_by_the_file(granted, visitor):
    elder, number = granted
    case = elder.open(f"/cases/{number}")
    code = re.search(r'href="[^"]*(/verify/[^"]+)"', case)[1]
    assert 'data-verdict="valid"' in visitor.open(code)
    assert "没有查到" in visitor.open("/verify/NOSUCH")
    pdf = elder.get(re.search(r"/papers/[0-9a-f-]{36}\.pdf", case)[0]).content
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert "签名有效" in visitor.send("/verify", {"file": SimpleUploadedFile("a.pdf", pdf)})
    assert "签名无效" in visitor.send("/verify", {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 nonsense")})
    assert "签名无效" in visitor.send("/verify", {"file": SimpleUploadedFile("a.jws", b"e30.e30.e30")})


def test_her_space_shows_cases_certificates_messages_and_who_read_her_data(granted):
    elder, _ = granted
    space = elder.open("/space")
    assert "津贴" in space and "证照" in space
    assert 'class="looks"' in elder.open("/space/access")


def test_she_acts_for_a_firm_and_for_herself_again(enter, people):
    founder = enter("founder")
    page = founder.open("/space/acting")
    assert people["representative"]["firm"]["name"] in page
    mandate = re.search(r'value="([0-9a-f-]{36})"', page)[1]
    founder.send("/space/acting", {"mandate": mandate})
    assert f"您正在为 <b>{people['representative']['firm']['name']}</b> 办理" in founder.open("/space")
    founder.send("/space/acting", {"mandate": ""})
    assert "您正在为" not in founder.open("/space")


def test_a_retired_service_says_what_to_use_instead(visitor):
    from django.utils import timezone

    from tongban.base.actors import SYSTEM
    from tongban.catalog import actions as catalog

    catalog.retire(city=CITY, code=ALLOWANCE, successor=FIRM, by=SYSTEM, now=timezone.now())
    page = visitor.open(f"/services/{CITY}/{ALLOWANCE}")
    assert visitor.last.status_code == 410 and f"/services/{CITY}/{FIRM}" in page


def test_signing_out_leaves_nothing_behind(enter):
    elder = enter("elder")
    elder.send("/sign-out")
    elder.open("/space")
    assert elder.at == "/sign-in"


def test_a_parcel_on_its_way_is_asked_to_another_address_and_a_doubted_one_says_so(granted):
    elder, number = granted
    to = {"name": "演示收件人", "mobile": "13800000000", "address": "演示路 1 号"}
    assert "换个收件地址" not in elder.open(f"/cases/{number}")
    elder.send(f"/cases/{number}/deliver", to)
    assert "换个收件地址" in elder.text
    elsewhere = {f"to-{name}": value for name, value in {**to, "address": "演示路 9 号"}.items()}
    elder.send(f"/cases/{number}/redirect", {**elsewhere, "to-mobile": "12"})
    assert elder.last.status_code == 422 and 'id="f-to-mobile-error"' in elder.text and "演示路 9 号" in elder.text
    elder.send(f"/cases/{number}/redirect", elsewhere)
    assert "正在请快递公司改地址" in elder.text
    Parcel.objects.update(doubt="silent", doubted_at=timezone.now())
    assert "工作人员正在查找" in elder.open(f"/cases/{number}")
