"""My space: what needs me first, my cases in lists, messages, who read my data."""

import re

import pytest
from django.utils import timezone

from tongban.base.actors import Actor, Kind, Warrant
from tongban.base.ids import uuid7
from tongban.cases import lists
from tongban.cases.models import Case
from tongban.identity import queries as known
from tongban.identity.models import Officer
from tongban.notices.models import Notice, Text
from tongban.portal.tests.conftest import ALLOWANCE, ALLOWANCE_ANSWERS, Browser, begin, fill, sign_all
from tongban.trail import actions as trail
from tongban.trail.models import Question, Read


def words(browser: Browser) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", browser.text.split("<main")[1])


@pytest.fixture
def reviewer(society, db):
    """A supervisor at the desk."""
    browser = Browser()
    row = next(each for each in society["officers"] if "review" in each["powers"])
    session = browser.session
    found = Officer.objects.get(username=row["username"])
    session.update({"kind": "officer", "who": str(found.id), "seen": timezone.now().timestamp()})
    session.save()
    return browser


def test_a_draft_is_the_first_thing_with_how_far_it_is(enter):
    elder = enter("elder")
    begin(elder, ALLOWANCE)
    elder.open("/space")
    said = words(elder)
    assert re.search(r"草稿 .*已填 0 / 2", said) and elder.text.count('class="button primary"') == 1
    assert "继续填写" in said


def test_nothing_to_do_says_so_and_leads_on(enter):
    elder = enter("elder")
    assert "没有等您处理的事" in elder.open("/space") and "还没有办件" in elder.text


def test_what_is_ready_to_be_submitted_is_said(allowance):
    elder, draft = allowance
    elder.send(f"{draft}/lock")
    assert "等签名" in elder.open("/space") or "待签名" in elder.text
    sign_all(elder)
    assert "所有人都已签名" in elder.open("/space") and "去提交" in elder.text


def test_a_case_stands_with_its_line_and_is_found_by_number_and_words(granted):
    elder, number = granted
    assert "small-line" in elder.open("/space")
    for asked in (number, number[-6:], "高龄", "allowance"):
        assert number[-11:] in elder.open(f"/cases?q={asked}"), asked
    assert "没有找到" in elder.open("/cases?q=没有这样的事")
    assert number[-11:] in elder.open("/cases?state=done")
    assert number[-11:] not in elder.open("/cases?state=open")
    assert number[-11:] in elder.open("/cases?state=nonsense&after=nonsense")


def test_pages_follow_one_another_without_gap_or_repetition(granted):
    _elder, number = granted
    row = Case.objects.get(number=number)
    for n in range(5):
        Case.objects.filter(pk=row.pk).update(draft=None)
        row.pk, row.number, row.draft = None, f"{number[:-2]}{n:02d}X", None
        row.id = uuid7()
        row.save(force_insert=True)
    mine = Case.objects.filter(owner=row.owner)
    seen, after = [], ""
    while True:
        page = lists.page(mine, after=after, size=2)
        seen += [case.number for case in page.rows]
        after = page.next
        if not after:
            break
    assert len(seen) == len(set(seen)) == 6


def test_a_message_is_read_when_opened_and_counted_in_the_header(granted):
    elder, number = granted
    before = Notice.objects.filter(read_at=None).count()
    assert f'<span aria-hidden="true">{before}</span>' in elder.open("/space")
    first = re.search(r'href="(/space/messages/[0-9a-f-]{36})"', elder.open("/space/messages"))[1]
    assert number in elder.open(first)
    assert Notice.objects.filter(read_at=None).count() == before - 1


def test_all_are_read_at_one_press_but_not_what_came_since(granted):
    elder, _ = granted
    until = re.search(r'name="until" value="([^"]+)"', elder.open("/space/messages"))[1]
    late = Notice.objects.first()
    Notice.objects.filter(pk=late.pk).update(at=timezone.now())
    elder.send("/space/messages/read", {"until": until})
    assert list(Notice.objects.filter(read_at=None)) == [late]
    assert "未读" in elder.open("/space/messages?only=new")


def test_a_strangers_message_is_not_there(granted, enter):
    notice = Notice.objects.first()
    stranger = enter("representative", 1)
    stranger.open(f"/space/messages/{notice.id}")
    assert stranger.last.status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_texts_of_a_kind_can_be_stopped_but_never_those_about_the_account(enter, work):
    elder = enter("elder")
    elder.send("/space/messages/how", {"kind": "account", "text": "0"})
    assert elder.last.status_code == 422 and "不能关闭短信" in elder.text
    elder.send("/space/messages/how", {"kind": "case", "text": "0"})
    assert "不发短信" in elder.open("/space/messages")
    draft = begin(elder, ALLOWANCE)
    fill(elder, draft, ALLOWANCE_ANSWERS)
    elder.send(f"{draft}/lock")
    sign_all(elder)
    texts = Text.objects.count()
    elder.send(f"{draft}/submit")
    work()
    assert Notice.objects.filter(kind="case").count() >= 2, "she is told in her space all the same"
    assert Text.objects.count() == texts, "no text of that kind any more"


@pytest.fixture
def looked(granted):
    """An officer's look at the elder's data; with the elder."""
    elder, number = granted
    person = known.account(elder.session["who"]).person_id
    officer = known.officer_actor(Officer.objects.select_related("office").filter(powers__contains=["examine"]).first())
    warrant = Warrant(actor=officer, purpose="handle", case=number)
    look = trail.read(warrant=warrant, person=str(person), resource="case", fields=["content"], now=timezone.now())
    return elder, look


def test_a_look_is_said_with_office_purpose_and_case(looked):
    elder, look = looked
    elder.open("/space/access?who=officers")
    said = words(elder)
    assert look.actor_name in said and "办理" in said and look.case[-11:] in said and "内容" in said
    assert "我没有想到" in said
    assert "我没有想到" not in elder.open("/space/access?who=me")


def test_a_look_is_asked_about_once_answered_once_and_told(looked, reviewer):
    elder, look = looked
    elder.send(f"/space/access/{look.id}/ask", {f"words-{look.id}": "我没有在这个单位办过事"})
    assert "已询问" in elder.text
    elder.send(f"/space/access/{look.id}/ask")
    assert elder.last.status_code == 409
    question = Question.objects.get(read=look)
    assert "我没有在这个单位办过事" in reviewer.open("/desk/reads")
    reviewer.send(f"/desk/reads/{question.id}", {f"finding-{question.id}": "proper"})
    assert reviewer.last.status_code == 422 and "写明理由" in reviewer.text
    reviewer.send(
        f"/desk/reads/{question.id}",
        {f"finding-{question.id}": "improper", f"answer-{question.id}": "该查看与办理无关，已约谈"},
    )
    assert "该查看与办理无关" in elder.open("/space/access?who=officers")
    assert Notice.objects.filter(kind="account", title__zh__icontains="答复").count() == 1
    reviewer.send(f"/desk/reads/{question.id}", {f"finding-{question.id}": "proper", f"answer-{question.id}": "x"})
    assert reviewer.last.status_code == 409


def test_nobody_asks_about_looks_at_others_or_their_own(looked, enter):
    elder, look = looked
    stranger = enter("representative", 1)
    stranger.send(f"/space/access/{look.id}/ask")
    assert stranger.last.status_code == 404
    own = Read.objects.filter(actor_id=elder.session["who"]).first()
    elder.send(f"/space/access/{own.id}/ask")
    assert elder.last.status_code == 404 and not Question.objects.exists()


def test_questions_are_for_reviewers_alone(enter, visitor):
    assert enter("elder", 1).get("/desk/reads").status_code == 403
    assert visitor.get("/desk/reads").status_code == 302


def test_nobody_answers_for_their_own_look(looked, reviewer):
    elder, look = looked
    elder.send(f"/space/access/{look.id}/ask")
    question = Question.objects.get(read=look)
    by = Actor(kind=Kind.OFFICER, id=look.actor_id)
    with pytest.raises(trail.OwnLook):
        trail.answer(question=question.id, finding="proper", words="x", by=by, now=timezone.now())
