"""A review has one service of a joint case decided anew: what comes back, what stands, and what each is told in writing."""

from __future__ import annotations

import pytest

from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.certificates import queries as issued
from tongban.certificates.models import Status
from tongban.engine import lifecycle
from tongban.journeys import handle, see, tell
from tongban.journeys.tests.together import Desks, Together, restaurant

pytestmark = pytest.mark.django_db
WHY, ARTICLE = "原决定认定事实不清", "《中华人民共和国行政复议法》第六十四条"


@pytest.fixture
def shop(persona, clock):
    return Together(restaurant(), persona("founder"), clock)


@pytest.fixture
def desks(shop, clock, work):
    found = Desks(shop.submit(), clock, work)
    found.accept()
    return found


@pytest.fixture
def reviewer(officer):
    return officer("hz-supervisor")


def reopen(desks, reviewer, part, **changed):
    how = {"reasons": WHY, "cites": ARTICLE, "by": reviewer, "now": desks.clock.forward(minutes=5), **changed}
    handle.reopen(number=desks.number, part=part, **how)
    desks.work()


def states(desks, shop):
    return {p.key: p.state for p in see.case(desks.number, by=shop.by, now=desks.clock.now).parts}


def test_a_refused_service_and_what_fell_with_it_come_back_and_the_rest_is_not_touched(shop, desks, reviewer):
    desks.examine("joint-licence", "failed")
    desks.decide("joint-licence", granted=False)
    desks.through()
    assert stored.by_number(desks.number).status == "closed"
    before = {p.key: p for p in see.case(desks.number, by=shop.by, now=desks.clock.now).parts}
    screen = handle.screen(desks.number, by=reviewer, now=desks.clock.now)
    assert "reopen" in screen.can
    assert {(r.part, r.granted): [w.zh for w in r.back] for r in screen.review} == {
        ("joint-licence", False): ["joint-food", "joint-sign", "joint-opening"], ("joint-fire", True): [],
    }  # fmt: skip
    reopen(desks, reviewer, "joint-licence")
    view = see.case(desks.number, by=shop.by, now=desks.clock.now)
    assert view.status == "accepted" and states(desks, shop) == {
        "joint-licence": "open", "joint-food": "waiting", "joint-sign": "waiting", "joint-fire": "granted",
        "joint-opening": "waiting",
    }  # fmt: skip
    after = {p.key: p for p in view.parts}
    assert after["joint-fire"] == before["joint-fire"] and after["joint-licence"].again and not after["joint-fire"].again
    assert after["joint-licence"].clock.used == 0 and after["joint-licence"].clock.running
    said = [n.body["zh"] for n in tell.messages(by=shop.by) if n.case == desks.number]
    assert any("《joint-licence》的原决定已被撤销" in each for each in said)
    assert sum("《joint-licence》重新办理" in each for each in said) == 3


def test_it_is_told_in_writing_which_decision_is_set_aside_why_and_what_comes_back(shop, desks, reviewer):
    desks.examine("joint-licence", "failed")
    desks.decide("joint-licence", granted=False)
    preview = handle.writing.preview(
        desks.number, "reopened", desks.clock.now, handle.reviewing.told(desks.number, "joint-licence", WHY, ARTICLE), "joint-licence"
    )
    text = " ".join(p.text.zh if p.text else "".join(e.zh for e in p.entries) for p in preview.parts)
    assert WHY in text and ARTICLE in text and "joint-food、joint-sign、joint-opening" in text and "行政复议" in text
    assert "不能再使用" not in text, "nothing was issued"
    reopen(desks, reviewer, "joint-licence")
    (letter,) = [p for p in see.case(desks.number, by=shop.by, now=desks.clock.now).papers if getattr(p, "kind", "") == "reopened"]
    assert letter.occasion == "1joint-licence"
    now, by = desks.clock.forward(minutes=1), desks.whoever("joint-licence.decide")
    handle.send_back(number=desks.number, step="joint-licence.examine", reasons="请重新审查", by=by, now=now)
    desks.through()
    letters = [(p.kind, p.occasion) for p in issued.letters_of(desks.number)]
    assert ("refused", "joint-licence") in letters or ("declined", "joint-licence") in letters
    assert {occasion for kind, occasion in letters if kind in ("granted", "approved")} >= {"1joint-licence", "1joint-food"}
    assert states(desks, shop) == dict.fromkeys((i.code for i in shop.items), "granted")


def test_a_certificate_of_a_grant_that_is_set_aside_is_quashed_and_made_out_anew(shop, desks, reviewer):
    desks.examine("joint-licence")
    desks.decide("joint-licence")
    (first,) = issued.of_case(desks.number)
    desks.examine("joint-food")
    reopen(desks, reviewer, "joint-licence")
    first.refresh_from_db()
    assert first.status == Status.QUASHED and [c.cites for c in issued.changes_of(first)] == [[ARTICLE]]
    assert states(desks, shop)["joint-food"] == "waiting" and stored.state(stored.by_number(desks.number)).certificates == ()
    with pytest.raises(Refusal, match="step_waiting"):
        desks.decide("joint-food")
    desks.decide("joint-licence")
    again = issued.of_case(desks.number).exclude(pk=first.pk).get()
    assert again.status == Status.VALID and again.identifier != first.identifier
    desks.through()
    assert states(desks, shop) == dict.fromkeys((i.code for i in shop.items), "granted")


def test_who_may_not_review_is_not_offered_it_and_refused(shop, desks, reviewer):
    desks.examine("joint-fire")
    desks.decide("joint-fire")
    decider = desks.whoever("joint-licence.decide")
    assert "reopen" not in handle.screen(desks.number, by=decider, now=desks.clock.now).can
    for by, part, code in (
        (decider, "joint-fire", "no_power"), (reviewer, "joint-licence", "part_undecided"), (reviewer, "nothing", "no_such_part"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=code):
            reopen(desks, by, part)
    for changed in ({"reasons": " "}, {"cites": ""}):
        with pytest.raises(Refusal, match="say_why"):
            reopen(desks, reviewer, "joint-fire", **changed)
    assert desks.state.reopened == 0 and not [p for p in issued.letters_of(desks.number) if p.kind == "reopened"]


def test_the_whole_of_a_case_of_one_service_is_decided_anew(persona, clock, work, reviewer):
    alone = Together([restaurant()[3]], persona("founder"), clock)
    desks = Desks(alone.submit(), clock, work)
    desks.accept()
    desks.through()
    assert "reopen" in handle.screen(desks.number, by=reviewer, now=clock.now).can
    (whole,) = handle.screen(desks.number, by=reviewer, now=clock.now).review
    assert (whole.part, whole.granted) == ("", True)
    reopen(desks, reviewer, "")
    assert desks.state.status is lifecycle.Status.ACCEPTED
    desks.decide("joint-fire")
    assert [c.status for c in issued.of_case(desks.number)] == [Status.QUASHED, Status.VALID]
    assert stored.by_number(desks.number).status == "closed"
