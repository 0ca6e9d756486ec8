"""Work at the desk: handed on, asked about, taken over from who is away, given more time, drawn and reviewed."""

from datetime import date, timedelta

import msgspec
import pytest

from tongban.base.errors import Refusal
from tongban.cases import sampling
from tongban.cases.models import Step
from tongban.identity.models import Officer
from tongban.journeys import handle, supervise
from tongban.journeys.tests.test_licence import ITEM, agency, filled, submitted  # noqa: F401
from tongban.trail.models import Entry

pytestmark = pytest.mark.django_db
EXAMINE = f"{ITEM}.examine"


@pytest.fixture
def officer(officer):
    """As in other tests; but who handles cases passes none on, whatever else the demonstration's officers may."""

    def enter(username):
        actor = officer(username)
        handles = "supervise" not in actor.powers
        return msgspec.structs.replace(actor, powers=actor.powers - {"transfer"}) if handles else actor

    return enter


@pytest.fixture
def accepted(submitted, officer, clock):  # noqa: F811
    _, number = submitted
    handle.accept(number=number, by=officer("hz-window-1"), now=clock.now)
    return number


def refused(do, **said):
    with pytest.raises(Refusal) as no:
        do(**said)
    return no.value.code


def step(number, key=EXAMINE):
    return Step.objects.get(number=number, key=key)


def test_the_queue_says_whose_work_it_is_and_finds_it(accepted, officer, clock):
    one, two = officer("hz-market-1"), officer("hz-market-2")
    handle.take(number=accepted, step=EXAMINE, by=one, now=clock.now)
    mine = handle.look(by=one, wanted=handle.Wanted(whose="mine"), now=clock.now)
    assert [r.number for r in mine.rows] == [accepted] and mine.rows[0].mine
    theirs = handle.look(by=two, wanted=handle.Wanted(whose="all"), now=clock.now)
    assert theirs.rows[0].holder == one.name and not theirs.rows[0].mine
    assert handle.look(by=two, wanted=handle.Wanted(), now=clock.now).rows == ()
    assert theirs.counts == {"all": 1, "mine": 0, "free": 0, "late": 0, "today": 0} | {
        name: theirs.counts[name] for name in ("late", "today")
    }
    for text, found in ((accepted[-8:], 1), ("企业设立", 1), ("company", 1), ("结婚", 0), ("%", 0)):
        page = handle.look(by=one, wanted=handle.Wanted(whose="all", text=text), now=clock.now)
        assert page.found == found, text


def test_what_is_past_its_promise_is_late_and_comes_first(accepted, officer, clock):
    by = officer("hz-market-1")
    later = clock.forward(days=9)
    rows = handle.look(by=by, wanted=handle.Wanted(due="late"), now=later).rows
    assert [(r.number, r.late) for r in rows] == [(accepted, True)]
    assert handle.look(by=by, wanted=handle.Wanted(due="late"), now=clock.now - timedelta(days=9)).rows == ()


def test_an_application_is_due_within_the_days_that_the_law_gives_to_answer(submitted, officer, clock):  # noqa: F811
    _, number = submitted
    row = handle.queue(by=officer("hz-window-1"), now=clock.now)[0]
    assert row.number == number and row.due_at is not None
    assert row.due_at.date() == date(2026, 11, 30)  # the fifth working day after Monday 23 November


def test_a_step_goes_into_a_colleagues_hands_with_a_note(accepted, officer, clock):
    one, two, decider = officer("hz-market-1"), officer("hz-market-2"), officer("hz-market-3")
    handle.take(number=accepted, step=EXAMINE, by=one, now=clock.now)
    said = {"number": accepted, "step": EXAMINE, "note": "请接着办", "now": clock.now}
    assert refused(handle.assign, to=two.id, by=two, **said) == "no_power"
    assert refused(handle.assign, to=decider.id, by=one, **said) == "no_power"
    assert refused(handle.assign, to="nobody", by=one, **said) == "no_colleague"
    assert refused(handle.assign, to=one.id, by=one, **said) == "same_hands"
    assert handle.assign(to=two.id, by=one, **said) == two.name
    assert step(accepted).assignee == two.id
    screen = handle.screen(accepted, by=two, now=clock.now)
    assert [(w["kind"], w["text"], w["to"]) for w in screen.writings] == [("hand-over", "请接着办", two.name)]
    assert refused(handle.release, number=accepted, step=EXAMINE, by=one, now=clock.now) == "no_power"


def test_who_supervises_gives_overdue_work_to_another(accepted, officer, clock):
    one, two, boss = officer("hz-market-1"), officer("hz-market-2"), officer("hz-supervisor")
    handle.take(number=accepted, step=EXAMINE, by=one, now=clock.now)
    later = clock.forward(days=9)
    found = supervise.overview(by=boss, now=later)
    late = next(row for row in found.late if row.step == EXAMINE)
    assert late.holder == one.name and (two.id, two.name) in late.hand_to
    assert sum(o.late for o in found.offices) >= 1 and next(o for o in found.officers if o.id == one.id).late == 1
    handle.assign(number=accepted, step=EXAMINE, to=two.id, note="超期督办", by=boss, now=later)
    assert step(accepted).assignee == two.id
    assert refused(supervise.overview, by=one, now=later) == "no_power"


def test_while_an_officer_is_away_the_deputy_does_their_work(accepted, officer, clock):
    one, two = officer("hz-market-1"), officer("hz-market-2")
    handle.take(number=accepted, step=EXAMINE, by=one, now=clock.now)
    assert handle.queue(by=two, now=clock.now) == []
    said = {"officer": "", "deputy": two.id, "from_on": "2026-11-23", "until_on": "2026-11-25"}
    supervise.enter_absence(**said, by=one, now=clock.now)
    assert [(r.number, r.standing_in) for r in handle.queue(by=two, now=clock.now)] == [(accepted, True)]
    handle.assign(number=accepted, step=EXAMINE, to=one.id, note="", by=officer("hz-supervisor"), now=clock.now)
    assert step(accepted).assignee == two.id, "what is given to who is away goes to the deputy"
    handle.finish(number=accepted, step=EXAMINE, outcome="passed", text="", by=two, now=clock.now)
    assert step(accepted).state == "done"


def test_the_deputy_takes_over_and_a_stranger_does_not(accepted, officer, clock):
    one, two = officer("hz-market-1"), officer("hz-market-2")
    handle.take(number=accepted, step=EXAMINE, by=one, now=clock.now)
    take_over = {"number": accepted, "step": EXAMINE, "to": two.id, "note": "代办", "by": two}
    assert refused(handle.assign, **take_over, now=clock.now) == "no_power"
    said = {"officer": "", "deputy": two.id, "from_on": "2026-11-24", "until_on": "2026-11-25"}
    supervise.enter_absence(**said, by=one, now=clock.now)
    assert refused(handle.assign, **take_over, now=clock.now) == "no_power"
    handle.assign(**take_over, now=clock.forward(days=1))
    assert step(accepted).assignee == two.id


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"deputy": "hz-market-1"}, "absence_deputy"),
        ({"deputy": "hz-civil-1"}, "absence_deputy"),
        ({"deputy": "hz-market-3"}, "absence_powers"),
        ({"until_on": "2026-11-20"}, "absence_days"),
        ({"from_on": "soon"}, "day"),
        ({"until_on": "2099-01-01"}, "absence_long"),
    ],
)
def test_an_absence_that_would_leave_work_lying_is_refused(officer, clock, change, code):
    said = {"deputy": "hz-market-2", "from_on": "2026-11-23", "until_on": "2026-11-25", "officer": "", **change}
    said["deputy"] = officer(said["deputy"]).id
    assert refused(supervise.enter_absence, **said, by=officer("hz-market-1"), now=clock.now) == code


def test_work_does_not_go_round_in_a_circle(officer, clock):
    one, two = officer("hz-market-1"), officer("hz-market-2")
    days = {"from_on": "2026-11-23", "until_on": "2026-11-25", "officer": "", "now": clock.now}
    made = supervise.enter_absence(deputy=two.id, by=one, **days)
    assert refused(supervise.enter_absence, deputy=two.id, by=one, **days) == "absence_twice"
    assert refused(supervise.enter_absence, deputy=one.id, by=two, **days) == "absence_away"
    assert refused(supervise.end_absence, absence=made.id, by=two, now=clock.now) == "not_your_absence"
    supervise.end_absence(absence=made.id, by=one, now=clock.now)
    supervise.enter_absence(deputy=one.id, by=two, **days)


def test_a_second_opinion_is_asked_and_given_while_the_step_stays(accepted, officer, clock):
    asker, civil, other = officer("hz-market-1"), officer("hz-civil-1"), officer("hz-urban-1")
    with pytest.raises(handle.NotYourOffice):
        handle.screen(accepted, by=civil, now=clock.now)
    said = {"number": accepted, "by": asker, "now": clock.now, "officer": "", "question": "住所是否在养老设施内"}
    assert refused(handle.advice.ask, office="nowhere", **said) == "no_office"
    assert refused(handle.advice.ask, office="civil-affairs", **{**said, "question": " "}) == "say_what"
    asked = handle.advice.ask(office="civil-affairs", **said)
    assert step(accepted).assignee == "" and step(accepted).state == "open"
    screen = handle.screen(accepted, by=civil, now=clock.now)
    assert [o.id for o in screen.to_answer] == [asked.id] and screen.can == ()
    answer = {"opinion": asked.id, "text": "不在养老设施内", "now": clock.now}
    assert refused(handle.advice.answer, by=other, **answer) == "no_opinion"
    assert refused(handle.advice.answer, by=asker, **answer) == "no_opinion"
    handle.advice.answer(by=civil, **answer)
    assert refused(handle.advice.answer, by=civil, **answer) == "opinion_given"
    assert [o.id for o in handle.advice.told_back(by=asker)] == [asked.id]
    seen = handle.screen(accepted, by=asker, now=clock.now)
    assert [w["kind"] for w in seen.writings] == ["opinion-asked", "opinion-given"]
    assert handle.advice.told_back(by=asker) == []
    with pytest.raises(handle.NotYourOffice):
        handle.screen(accepted, by=civil, now=clock.now)
    verbs = Entry.objects.filter(subject=accepted).values_list("verb", flat=True)
    assert {"case.ask-opinion", "case.give-opinion"} <= set(verbs)


def test_more_time_is_asked_for_by_one_and_approved_by_another(accepted, officer, clock):
    by, boss = officer("hz-market-1"), officer("hz-supervisor")
    said = {"number": accepted, "by": by, "now": clock.now}
    assert refused(handle.ask_extension, days="11", reasons="情况复杂", **said) == "extension_too_long"
    assert refused(handle.ask_extension, days="x", reasons="情况复杂", **said) == "extension_too_long"
    assert refused(handle.ask_extension, days="5", reasons="", **said) == "say_why"
    handle.ask_extension(days="5", reasons="情况复杂，需要核实", **said)
    assert "extend" in handle.screen(accepted, by=boss, now=clock.now).can
    assert refused(handle.extend, **said) == "no_power"
    handle.extend(number=accepted, by=boss, now=clock.now)
    screen = handle.screen(accepted, by=by, now=clock.now)
    assert [letter.kind for letter in screen.letters] == ["acceptance", "extension"]
    assert "ask-extension" not in screen.can, "once only (art. 42)"


def test_who_decides_sends_an_examination_back_with_reasons(accepted, officer, clock):
    examiner, decider = officer("hz-market-1"), officer("hz-market-3")
    handle.finish(number=accepted, step=EXAMINE, outcome="passed", text="", by=examiner, now=clock.now)
    opinion = handle.screen(accepted, by=decider, now=clock.now).writings[-1]
    assert opinion["text"] == "经审查，申请材料齐全，符合法定形式和条件。", "left empty it says the standard opinion"
    said = {"number": accepted, "step": EXAMINE, "now": clock.now}
    assert refused(handle.send_back, reasons="请重新审查住所", by=examiner, **said) in ("no_power",)
    assert refused(handle.send_back, reasons="", by=decider, **said) == "say_why"
    handle.send_back(reasons="请重新审查住所", by=decider, **said)
    assert step(accepted).state == "open"


def test_what_does_not_pass_says_why(accepted, officer, clock):
    said = {"number": accepted, "step": EXAMINE, "by": officer("hz-market-1"), "now": clock.now}
    assert refused(handle.finish, outcome="failed", text=" ", **said) == "say_why"
    handle.finish(outcome="failed", text="住所不能作为经营场所", **said)


def test_phrases_and_own_words_are_put_together_once(accepted):
    text, cites = handle.phrasing.composed(
        number=accepted, use="refuse", keys=["premises-unfit", "allowance-conditions", "nonsense"], text="另有一点"
    )
    assert text == "申报的住所依法不能作为经营场所。\n另有一点", "phrases of other items are not taken"
    assert cites == "《中华人民共和国市场主体登记管理条例》第十一条"
    again, _ = handle.phrasing.composed(number=accepted, use="refuse", keys=["premises-unfit"], text=text)
    assert again == text


def test_a_letter_is_read_before_it_is_signed(accepted, clock):
    with pytest.raises(Refusal, match="letter_lacks"):
        handle.writing.preview(accepted, "refused", clock.now, {"reasons": []})
    letter = handle.writing.preview(accepted, "refused", clock.now, {"reasons": ["住所不能作为经营场所"]})
    text = "".join(p.text.zh for p in letter.parts if p.text)
    assert "六十日内向杭州市人民政府申请行政复议" in text and "六个月内" in text
    assert "《中华人民共和国行政复议法》第二十条" in letter.cites
    assert "2026年11月23日" in text


def test_looks_past_ones_own_office_are_reviewed_by_another(accepted, officer, clock):
    civil, boss = officer("hz-civil-1"), officer("hz-supervisor")
    handle.screen(accepted, by=civil, now=clock.now, reason="当事人到窗口求助，需核对进度")
    (look,) = supervise.looks(by=boss)
    said = {"look": look.id, "by": boss, "now": clock.now}
    assert refused(supervise.review, verdict="fine", words="", **said) == "verdict"
    assert refused(supervise.review, verdict="questioned", words="", **said) == "say_why"
    supervise.review(verdict="questioned", words="理由与职责无关", **said)
    assert supervise.looks(by=boss) == []
    assert refused(supervise.review, verdict="approved", words="", **said) == "no_look"
    assert [d.facts["looked"] for d in supervise.questioned(by=boss)] == [civil.id]


def test_samples_are_drawn_so_that_anybody_can_draw_them_again(submitted, officer, clock):  # noqa: F811
    _, number = submitted
    boss = officer("hz-supervisor")
    days = {"from_on": "2026-11-23", "until_on": "2026-11-23", "percent": "50", "by": boss, "now": clock.now}
    assert refused(supervise.draw, **days) == "nothing_closed"
    assert refused(supervise.draw, **{**days, "percent": "0"}) == "percent"
    assert refused(supervise.draw, **{**days, "until_on": "2026-11-22"}) == "days"
    handle.not_accept(
        number=number,
        reasons="不属于本机关职权",
        cites="《行政许可法》第三十二条",
        by=officer("hz-window-1"),
        now=clock.now,
    )
    made = supervise.draw(**days)
    (sample,) = supervise.samples(made.id, by=boss)
    assert sample.case.number == number and made.among == 1
    order = [sampling.order(made.seed, n) for n in ("a", "b")]
    assert order == [sampling.order(made.seed, n) for n in ("a", "b")] and order[0] != order[1]
    judged = {"sample": sample.id, "by": boss, "now": clock.now}
    assert refused(supervise.judge, held=[], result="", words="", **judged) == "result"
    assert refused(supervise.judge, held=[], result="wrong", words="", **judged) == "say_why"
    supervise.judge(held=["papers", "nonsense"], result="mend", words="理由过于简单", **judged)
    assert refused(supervise.judge, held=[], result="good", words="", **judged) == "judged"
    assert supervise.samples(made.id, by=boss)[0].held == ["papers"]


def test_several_are_accepted_at_once_each_with_its_own_outcome(submitted, officer, clock):  # noqa: F811
    _, number = submitted
    by = officer("hz-window-1")
    picked = [f"{number}|{ITEM}.accept", "no-such-case|x", f"{number}|{ITEM}.accept"]
    done = handle.bulk.do("accept", picked=picked, by=by, now=clock.now)
    assert [(o.number, o.no.code if o.no else "") for o in done] == [(number, ""), ("no-such-case", "no_case")]
    again = handle.bulk.do("accept", picked=picked[:1], by=by, now=clock.now)
    assert again[0].no is not None and again[0].no.code == "already_accepted"
    assert refused(handle.bulk.do, what="decide", picked=picked, by=by, now=clock.now) == "no_command"
    assert refused(handle.bulk.do, what="take", picked=[], by=by, now=clock.now) == "nothing_chosen"


def test_officers_who_left_are_given_nothing(accepted, officer, clock):
    one, two = officer("hz-market-1"), officer("hz-market-2")
    Officer.objects.filter(pk=two.id).update(active=False)
    said = {"number": accepted, "step": EXAMINE, "to": two.id, "note": "", "by": one, "now": clock.now}
    assert refused(handle.assign, **said) == "no_colleague"


@pytest.mark.parametrize(("after", "next"), [("", "1"), ("1", "2"), ("2", "3"), ("3", "1"), ("gone", "1")])
def test_next_goes_through_the_whole_queue_and_begins_again(after, next):
    assert handle.waiting.one_after(["1", "2", "3"], after) == next


def test_next_is_another_case_or_none(accepted, officer, clock):
    by = officer("hz-market-1")
    assert handle.next_for(by=by, now=clock.now) == accepted
    assert handle.next_for(by=by, now=clock.now, after=accepted) == ""
