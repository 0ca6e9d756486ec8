"""Giving a mandate through the pages: one question each, read over, signed; and what people type wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tongban.identity.models import Account, Mandate

pytestmark = pytest.mark.django_db
NEW = "/space/mandates/new"


@pytest.fixture
def boss(enter):
    return enter("representative")


@pytest.fixture
def staff(enter, people):
    enter("employee")
    return people["employee"]


def answered(boss, people, staff, upto: str = "review"):
    """The questions in order, as far as one is asked for."""
    answers = {
        "giver": {"firm": people["representative"]["firm"]["uscc"]},
        "receiver": {"name": staff["name"], "number": staff["mobile"]},
        "scope": {"scope": ["subject:f085"]},
        "term": {"long": "90", "until": ""},
    }
    boss.open(NEW)
    for step, answer in answers.items():
        assert boss.at == f"{NEW}/{step}"
        if step == upto:
            return
        boss.send(f"{NEW}/{step}", answer)


def test_it_is_put_together_read_over_and_signed(boss, people, staff):
    answered(boss, people, staff)
    for said in (people["representative"]["firm"]["name"], staff["name"], "国土和规划建设"):
        assert said in boss.text
    assert "subject:" not in boss.text and staff["mobile"] not in boss.text
    boss.send(f"{NEW}/review")
    row = Mandate.objects.latest("given_at")
    assert boss.at == f"/space/mandates/{row.pk}" and "有效" in boss.text
    assert (row.receiver.name, row.scope, row.giver.name) == (
        staff["name"], ["subject:f085"], people["representative"]["firm"]["name"],
    )  # fmt: skip
    assert (row.until_on - row.from_on).days == 89 and row.signature


def test_signing_it_asks_for_a_fresh_proof_and_keeps_what_was_chosen(boss, people, staff):
    answered(boss, people, staff)
    before = Mandate.objects.count()
    Account.objects.filter(pk=boss.session["who"]).update(proven_at=timezone.now() - timedelta(hours=2))
    answer = boss.post(f"{NEW}/review")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/prove/face?next=%2Fspace%2Fmandates")
    assert Mandate.objects.count() == before and staff["name"] in boss.open(f"{NEW}/review")


@pytest.mark.parametrize(
    ("step", "wrong", "says"),
    [
        ("giver", {}, "请选择由谁授权"),
        ("giver", {"firm": "91330100MA0000099X"}, "请选择由谁授权"),
        ("receiver", {"name": "演示某某", "number": "330106199001150352"}, "没有找到姓名与号码都相符"),
        ("receiver", {"name": "<b>", "number": "9" * 300}, "没有找到姓名与号码都相符"),
        ("scope", {}, "请选择让对方办哪些事"),
        ("scope", {"scope": ["subject:p065", "nothing"]}, "请选择让对方办哪些事"),
        ("term", {"long": "day", "until": ""}, "三年以内"),
        ("term", {"long": "day", "until": "2020-01-01"}, "三年以内"),
        ("term", {"long": "99999999999", "until": "not-a-day"}, "三年以内"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_asked(boss, people, staff, step, wrong, says):
    answered(boss, people, staff, upto=step)
    page = boss.send(f"{NEW}/{step}", wrong)
    assert boss.last.status_code == 422 and boss.at == f"{NEW}/{step}"
    assert says in page and 'role="alert"' in page and "<b>某" not in page


def test_no_question_is_skipped_and_none_is_made_up(boss, people, staff):
    answered(boss, people, staff, upto="scope")
    for later in ("term", "review"):
        boss.open(f"{NEW}/{later}")
        assert boss.at == f"{NEW}/scope"
        boss.send(f"{NEW}/{later}", {"long": "365"})
        assert boss.at == f"{NEW}/scope"
    boss.open(f"{NEW}/nonsense")
    assert boss.last.status_code == 404


def test_a_person_without_a_firm_is_not_asked_who_gives_it(enter):
    browser = enter("bride")
    browser.open(NEW)
    assert browser.at == f"{NEW}/receiver" and "1 / 4" in browser.text


def test_revoking_asks_once_more_and_cannot_be_done_twice(boss, people, staff, enter):
    answered(boss, people, staff)
    boss.send(f"{NEW}/review")
    address = boss.at
    assert "确定撤回" in boss.open(f"{address}/end")
    boss.send(f"{address}/end")
    assert "已撤回" in boss.text and "撤回授权" not in re.sub(r"已撤回", "", boss.text)
    boss.send(f"{address}/end")
    assert boss.last.status_code == 409
    other = enter("employee")
    assert "已撤回" in other.open("/space/mandates") and "您收到一份授权" in other.open("/space/messages")
    stranger = enter("resident")
    for path in (address, f"{address}/end"):
        stranger.open(path)
        assert stranger.last.status_code == 404
        stranger.send(path)
        assert stranger.last.status_code in (404, 405)


def test_nobody_can_choose_to_act_for_whom_they_may_not(enter, people):
    browser = enter("resident")
    for to in ("own:91330100MA0000015W", "ward:01a21fc2-62c3-71a2-84fa-d89afc95d465", "ward:x", "own:", "7", "x" * 500):
        browser.send("/space/acting", {"mandate": to})
        assert browser.last.status_code == 403 and "您没有代表" in browser.text, to
        assert "您正在为" not in browser.open("/space")
