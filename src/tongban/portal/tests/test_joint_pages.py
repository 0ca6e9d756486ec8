"""A joint case on its pages: lanes side by side, one part taken back, each desk's part and the whole."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.utils import timezone

from tongban.desk.tests.test_pages import desk  # noqa: F401
from tongban.identity import queries as known
from tongban.identity.models import Officer
from tongban.journeys.tests.together import Desks, Together, restaurant

pytestmark = pytest.mark.django_db


class Wall:
    """The clock on the wall, which pages read too."""

    @property
    def now(self) -> datetime:
        return timezone.now()

    def forward(self, **amount: int) -> datetime:
        return self.now


@pytest.fixture
def shop(enter):
    browser = enter("founder")
    by = known.person_actor(known.account(browser.session["who"]))
    return browser, Together(restaurant(), by, Wall(), bundle="demo-restaurant")


@pytest.fixture
def case(shop, work):
    browser, together = shop
    return browser, Desks(together.submit(), Wall(), work)


def lanes(page: str) -> dict[str, str]:
    """What each lane of a page says, by the name of its part."""
    found = re.findall(r'<li class="lane" data-look="(\w+)".*?<h3>(.*?)<', page, re.S)
    return {name.strip(): look for look, name in found}


def username(desks, step):
    return Officer.objects.get(pk=desks.whoever(step).id).username


def test_a_draft_of_several_services_is_filled_in_reviewed_and_signed(shop):
    browser, together = shop
    draft = f"/drafts/{together.id}"
    page = browser.open(draft)
    assert "演示一件事" in page and "一并申请的事项（5）" in page
    together.fill()
    page = browser.open(f"{draft}/review")
    assert page.count("joint.name") == page.count("joint.jointfire") > 0 and "joint-food 的结果" in page and "joint.jointfire" in page
    browser.send(f"{draft}/lock")
    assert "邀请到" in browser.text and "截止" in browser.text
    address = re.search(r"/sign/[0-9a-f-]{36}", browser.text)[0]
    page = browser.open(address)
    assert "您签名的事项（5）" in page
    assert "joint.jointsign" in page and "前签名" in page and "只涉及别的当事人" not in page
    digest = re.search(r'name="digest" value="(\w+)"', page)[1]
    browser.send(address, {"digest": digest})
    at = browser.at
    browser.send(address, {"digest": digest})
    assert browser.at == at, "pressed twice it stands, and leads to the same place"


def test_a_case_of_several_parts_shows_a_lane_for_each(case):
    browser, desks = case
    page = browser.open(f"/cases/{desks.number}")
    assert lanes(page) == dict.fromkeys((i.key for i in desks.state.parts), "waiting")
    desks.accept()
    page = browser.open(f"/cases/{desks.number}")
    assert lanes(page)["joint-licence"] == lanes(page)["joint-fire"] == "open"
    assert "等“joint-licence”的结果" in page and "等“joint-fire”“joint-food”的结果" in page
    assert "承诺 4 个工作日" in page and "撤回全部申请" in page
    assert "joint-licence" in browser.open("/cases") or "演示一件事" in browser.text


def test_one_part_is_taken_back_after_what_falls_with_it_was_read(case):
    browser, desks = case
    desks.accept()
    page = browser.open(f"/cases/{desks.number}/withdraw?part=joint-food")
    assert "会一并终止" in page and "joint-opening" in page and "joint-sign" not in page
    browser.send(f"/cases/{desks.number}/withdraw", {"part": "joint-food"})
    assert browser.at == f"/cases/{desks.number}"
    found = lanes(browser.text)
    assert found["joint-food"] == "withdrawn" and found["joint-opening"] == "fallen" and found["joint-sign"] == "waiting"
    assert "joint-opening：随之终止" in browser.text and "joint-food：已撤回" in browser.text
    for odd in ("joint-food", "nothing", "x" * 300, "\0"):
        browser.send(f"/cases/{desks.number}/withdraw", {"part": odd})
        assert browser.last.status_code in (400, 404, 409), odd
    assert "确定撤回吗" in browser.open(f"/cases/{desks.number}/withdraw?part=nothing")


def test_a_desk_sees_its_part_first_and_reads_what_a_refusal_brings_down(case, desk):  # noqa: F811
    _, desks = case
    fire = desk(username(desks, "joint-fire.examine"))
    assert "受理前先看" in fire.get("/desk/").content.decode()
    page = fire.get(f"/desk/cases/{desks.number}").content.decode()
    assert "受理前：本单位还缺什么" in page and "data-mine" in page
    sent = fire.post(f"/desk/cases/{desks.number}/note-missing", {"lines": "form", "reasons": "请写明营业面积", "then": "next"})
    assert sent.status_code == 302 and "done=note-missing" in sent.headers["location"]
    window = desk(username(desks, "joint-licence.accept"))
    page = window.get(f"/desk/cases/{desks.number}").content.decode()
    assert "各部门提出的已经列入" in page and "请写明营业面积" in page
    left = window.post(f"/desk/cases/{desks.number}/supplement", {"lines": "joint-x", "reasons": "请补一份"})
    assert left.status_code == 422 and "还须列入其他部门提出的" in left.content.decode()
    desks.accept()
    page = fire.get(f"/desk/cases/{desks.number}").content.decode()
    assert "其他事项的申请内容（4）" in page
    desks.examine("joint-fire")
    decider = desk(username(desks, "joint-fire.decide"))
    page = decider.get(f"/desk/cases/{desks.number}").content.decode()
    assert "需要其结果的事项一并终止" in page and 'name="part" value="joint-fire"' in page
    no = {"part": "joint-fire", "granted": "no", "reasons": "消防不合格", "cites": "《演示法》第三条"}
    read = decider.post(f"/desk/cases/{desks.number}/decide", no)
    assert read.status_code == 200 and "joint-fire" in read.content.decode()
    done = decider.post(f"/desk/cases/{desks.number}/decide", {**no, "confirmed": "1", "then": "next"})
    assert done.status_code == 302
    page = decider.get(f"/desk/cases/{desks.number}").content.decode()
    assert lanes(page)["joint-fire"] == "refused" and lanes(page)["joint-opening"] == "fallen"
    assert lanes(page)["joint-licence"] == "open"


def test_a_review_has_one_service_decided_anew_and_the_others_are_not_touched(case, desk):  # noqa: F811
    browser, desks = case
    desks.accept()
    desks.examine("joint-licence", "failed")
    desks.decide("joint-licence", granted=False)
    desks.through()
    reviewer, path = desk("hz-supervisor"), f"/desk/cases/{desks.number}"
    page = reviewer.get(path).content.decode()
    assert "撤销原决定" in page and "一并恢复：joint-food、joint-sign、joint-opening" in page and "发出征求意见" not in page
    told = {"part": "joint-licence", "reasons": "原决定认定事实不清", "cites": "《中华人民共和国行政复议法》第六十四条"}
    assert reviewer.post(f"{path}/reopen", {**told, "cites": ""}).status_code == 422
    read = reviewer.post(f"{path}/reopen", told).content.decode()
    assert "重新办理告知书" in read and "原决定认定事实不清" in read and "joint-food、joint-sign、joint-opening" in read
    assert desks.state.reopened == 0, "it is read before it is signed"
    assert reviewer.post(f"{path}/reopen", {**told, "confirmed": "1"}).status_code == 302
    page = reviewer.get(path).content.decode()
    assert lanes(page)["joint-licence"] == "open" and lanes(page)["joint-fire"] == "granted" and "重新办理 · " in page
    page = browser.open(f"/cases/{desks.number}")
    assert lanes(page)["joint-food"] == "waiting" and "重新办理告知书" in page and "原决定已撤销，重新办理" in page
    decider = desk(username(desks, "joint-licence.decide"))
    assert 'action="' + path + '/reopen' not in decider.get(path).content.decode()
    assert decider.post(f"{path}/reopen", {**told, "part": "joint-fire", "confirmed": "1"}).status_code == 403
