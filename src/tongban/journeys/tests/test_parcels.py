"""One parcel for all that was made out; what the courier says of it; loss, return, and originals fetched from people."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from tongban.base.errors import Refusal
from tongban.delivery.models import Consigned, Parcel
from tongban.identity import queries as known
from tongban.journeys import apply, deliver, draft, see, signing, wishes
from tongban.journeys.export import sections
from tongban.journeys.tests.test_licence import filled, submitted  # noqa: F401
from tongban.notices.models import Notice
from tongban.queue.names import Name

pytestmark = pytest.mark.django_db
COURIER = "330100:courier"
TO = {"name": "演示收件人", "mobile": "13800000000", "address": "杭州市西湖区演示路 1 号"}
ANSWERS = {
    "person_bank_account": {"bank": "演示银行", "number": "6222000000000000"},
    "person_mobile": "13800000000",
}


@pytest.fixture
def elder(persona):
    return persona("elder")


@pytest.fixture
def grants(elder, clock, work):
    """So many granted cases of one person; their numbers."""

    def one() -> str:
        id = draft.start(city="330100", code="old-age-allowance", by=elder, now=clock.now)
        sheet = draft.sheet(id, by=elder, now=clock.now)
        while q := sheet.next_question:
            sheet = draft.answer(id, question=q, raw=ANSWERS[q], version=None, by=elder, now=clock.now)
        digest = signing.lock(id, by=elder, now=clock.now)
        (waiting,) = signing.waiting(by=elder, now=clock.now)
        signing.sign(waiting.party, digest=digest, by=elder, now=clock.now)
        number = apply.submit(id, by=elder, now=clock.now).number
        work()
        return number

    return lambda many=1: [one() for _ in range(many)]


@pytest.fixture
def said(clock):
    """The courier reports, number after number for each parcel."""
    counts: dict[str, int] = {}

    def report(parcel, status, note=""):
        parcel.refresh_from_db()
        counts[str(parcel.id)] = counts.get(str(parcel.id), 0) + 1
        body = {
            "event": str(uuid.uuid4()), "parcel": str(parcel.id), "tracking": parcel.tracking or "SF-演示",
            "number": counts[str(parcel.id)], "status": status, "at": clock.now.isoformat(), "note": note,
        }  # fmt: skip
        return deliver.reported(body=json.dumps(body).encode(), courier=COURIER, now=clock.now)

    return report


def told(by, since=0):
    return [n.title["zh"] for n in Notice.objects.filter(account_id=by.id).order_by("at", "id")][since:]


def ordered(elder, clock, number, **more):
    wishes.order_paper(number=number, **{**TO, **more}, by=elder, now=clock.now)
    return Parcel.objects.order_by("-ordered_at", "-id").first()


def state(number, elder, clock):
    return see.case(number, by=elder, now=clock.now)


def test_the_papers_of_several_cases_go_in_one_parcel(grants, elder, clock, said):
    first, second, third = grants(3)
    row = see.mine(first, by=elder, now=clock.now)
    assert {each.number for each in deliver.beside(row, by=elder)} == {second, third}
    parcel = ordered(elder, clock, first, also=[second])
    assert Parcel.objects.count() == 1
    assert {c.case: len(c.contents) for c in Consigned.objects.all()} == {first: 1, second: 1}
    assert [state(n, elder, clock).delivery for n in (first, second, third)] == ["ordered", "ordered", None]
    before = len(told(elder))
    for status in ("collected", "on_the_way", "delivered"):
        said(parcel, status)
    assert told(elder, before) == ["快递已取件", "快递在途", "快递已送达"], "once for both cases"
    assert [state(n, elder, clock).delivery for n in (first, second)] == ["delivered", "delivered"]
    assert deliver.beside(see.mine(third, by=elder, now=clock.now), by=elder) == []


def test_a_case_is_in_one_parcel_at_a_time(grants, elder, clock):
    first, second = grants(2)
    ordered(elder, clock, first)
    with pytest.raises(Refusal) as no:
        ordered(elder, clock, second, also=[first])
    assert no.value.code == "already_ordered"
    assert Parcel.objects.count() == 1 and state(second, elder, clock).delivery is None
    ordered(elder, clock, second)


def test_nothing_of_somebody_else_goes_into_a_parcel(grants, submitted, elder, clock):  # noqa: F811
    _, other = submitted
    (mine,) = grants()
    with pytest.raises(Refusal) as no:
        ordered(elder, clock, mine, also=[other])
    assert no.value.status == 404 and not Parcel.objects.exists()


def test_what_is_not_made_out_cannot_be_sent(submitted, clock):  # noqa: F811
    by, number = submitted
    with pytest.raises(Refusal) as no:
        wishes.order_paper(number=number, **TO, by=by, now=clock.now)
    assert no.value.code == "nothing_to_deliver"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"mobile": "12345"}, {"address": "x"}, {"address": "演" * 201}])
def test_an_address_that_is_none_is_refused_at_its_field(grants, elder, clock, wrong):
    (number,) = grants()
    with pytest.raises(Refusal) as no:
        ordered(elder, clock, number, **wrong)
    assert no.value.field == next(iter(wrong)) and not Parcel.objects.exists()


def test_what_the_courier_loses_is_made_anew_by_itself_and_the_person_is_told(grants, elder, clock, said):
    numbers = grants(2)
    lost = ordered(elder, clock, numbers[0], also=[numbers[1]])
    said(lost, "collected")
    before = len(told(elder))
    said(lost, "lost")
    assert told(elder, before) == ["快递遗失了您的包裹，已为您重新制作寄出"]
    fresh = Parcel.objects.get(again=lost)
    assert (fresh.state, {c.case for c in fresh.consigned.all()}) == ("ordered", set(numbers))
    assert deliver.deliveries.ends_of(fresh) == {"to": TO}
    assert [state(n, elder, clock).delivery for n in numbers] == ["ordered", "ordered"]
    for status in ("collected", "on_the_way", "delivered"):
        said(fresh, status)
    assert [p.state for p in state(numbers[0], elder, clock).parcels] == ["delivered", "lost"]


def test_lost_twice_it_waits_for_the_persons_word_with_an_apology_and_what_next(grants, elder, clock, said):
    (number,) = grants()
    lost = ordered(elder, clock, number)
    said(lost, "lost")
    again = Parcel.objects.get(again=lost)
    before = len(told(elder))
    said(again, "collected")
    said(again, "lost")
    assert told(elder, before)[-1] == "快递遗失了您的包裹，很抱歉"
    notice = Notice.objects.filter(account_id=elder.id).order_by("-at", "-id").first()
    assert notice.kind == "ask" and "第二十七条" in notice.body["zh"] and "重新寄送" in notice.body["zh"]
    view = state(number, elder, clock)
    assert view.delivery == "failed" and "order" in view.can
    third = ordered(elder, clock, number)
    assert third.again is None


def test_what_comes_back_says_why_and_is_sent_again_to_a_better_address(grants, elder, clock, said):
    (number,) = grants()
    parcel = ordered(elder, clock, number)
    said(parcel, "collected")
    said(parcel, "returned", note="查无此人")
    notice = Notice.objects.filter(account_id=elder.id).order_by("-at", "-id").first()
    assert notice.title["zh"] == "快递没有送到，已退回" and "原因：查无此人。" in notice.body["zh"]
    assert "order" in state(number, elder, clock).can
    ordered(elder, clock, number, address="杭州市西湖区演示路 2 号")
    assert "order" not in state(number, elder, clock).can


def test_a_report_told_twice_makes_nothing_anew_twice(grants, elder, clock):
    (number,) = grants()
    parcel = ordered(elder, clock, number)
    body = {
        "event": str(uuid.uuid4()), "parcel": str(parcel.id), "tracking": "SF", "number": 1, "status": "lost",
        "at": clock.now.isoformat(), "note": "",
    }  # fmt: skip
    for _ in range(3):
        deliver.reported(body=json.dumps(body).encode(), courier=COURIER, now=clock.now)
    assert Parcel.objects.count() == 2


def test_originals_are_fetched_from_the_door_and_brought_to_the_office(submitted, clock, said):  # noqa: F811
    by, number = submitted
    assert "fetch" in see.case(number, by=by, now=clock.now).can
    wishes.fetch_originals(number=number, what="不动产权证书原件", **TO, by=by, now=clock.now)
    parcel = Parcel.objects.get()
    ends = deliver.deliveries.ends_of(parcel)
    assert parcel.kind == "originals" and ends["from"] == TO and "市场监督管理局" in ends["to"]["name"]
    view = see.case(number, by=by, now=clock.now)
    assert view.delivery is None and "fetch" not in view.can, "the case itself does not move"
    before = len(told(by))
    for status in ("collected", "on_the_way", "delivered"):
        said(parcel, status)
    assert told(by, before) == ["快递已取走您的原件", "您的原件已送到办理部门"]


def test_originals_come_back_in_the_parcel_with_the_outcome_once(grants, elder, clock, said):
    (number,) = grants()
    parcel = deliver.delivery.order(
        cases={number: []}, ends={"from": TO, "to": TO}, courier=COURIER, kind="originals",
        words=deliver.Words(zh="户口簿", en="household register"), by=elder, now=clock.now,
    )  # fmt: skip
    for status in ("collected", "on_the_way", "delivered"):
        said(parcel, status)
    clock.forward(minutes=5)
    outcome = ordered(elder, clock, number)
    assert "您的原件：户口簿" in outcome.words["zh"]
    for status in ("collected", "on_the_way", "delivered"):
        said(outcome, status)
    assert deliver._kept(number) == []


def test_lost_originals_are_an_apology_and_what_next_and_nothing_anew(submitted, clock, said):  # noqa: F811
    by, number = submitted
    wishes.fetch_originals(number=number, what="租赁合同原件", **TO, by=by, now=clock.now)
    parcel = Parcel.objects.get()
    said(parcel, "collected")
    said(parcel, "lost")
    notice = Notice.objects.filter(account_id=by.id).order_by("-at", "-id").first()
    assert notice.title["zh"] == "快递遗失了您的原件，很抱歉" and "请联系办理部门" in notice.body["zh"]
    assert Parcel.objects.count() == 1 and "fetch" in see.case(number, by=by, now=clock.now).can


def test_no_original_is_fetched_for_a_case_that_is_over(grants, elder, clock):
    (number,) = grants()
    with pytest.raises(Refusal) as no:
        wishes.fetch_originals(number=number, what="原件", **TO, by=elder, now=clock.now)
    assert no.value.code == "nothing_to_fetch"


def test_the_courier_is_told_what_and_where(grants, submitted, elder, clock, monkeypatch):  # noqa: F811
    by, number = submitted
    (granted,) = grants()
    asked = []

    class Answer:
        status = 201

        def json(self):
            return {"tracking": f"SF{len(asked)}"}

    monkeypatch.setattr("tongban.exchange.actions.call", lambda **call: (asked.append(call), Answer())[1])
    sent = ordered(elder, clock, granted)
    wishes.fetch_originals(number=number, what="租赁合同原件", **TO, by=by, now=clock.now)
    for parcel in Parcel.objects.order_by("ordered_at", "id"):
        deliver.place_order(parcel=str(parcel.id), now=clock.now)
        deliver.place_order(parcel=str(parcel.id), now=clock.now)
    bodies = [json.loads(call["body"]) for call in asked]
    assert len(bodies) == 2, "ordered once each"
    assert bodies[0]["recipient"] == TO and "sender" not in bodies[0] and bodies[0]["contents"]
    assert bodies[1]["sender"] == TO and bodies[1]["contents"] == "租赁合同原件"
    sent.refresh_from_db()
    assert sent.tracking == "SF1"


def test_an_export_holds_every_parcel_with_its_ends(grants, elder, clock):
    (number,) = grants()
    ordered(elder, clock, number)
    told_, _ = sections.applications(known.account(elder.id), elder, clock.now)
    (parcel,) = next(each for each in told_["cases"] if each["number"] == number)["parcels"]
    assert parcel["to"] == TO and parcel["state"] == "ordered" and "address_sealed" not in parcel


def test_the_parcel_is_ordered_by_a_job(grants, elder, clock):
    from procrastinate.contrib.django.models import ProcrastinateJob

    (number,) = grants()
    parcel = ordered(elder, clock, number)
    job = ProcrastinateJob.objects.get(task_name=Name.ORDER_COURIER)
    assert job.args == {"parcel": str(parcel.id)}


def test_a_parcel_of_another_city_is_told_by_the_events_of_the_case(monkeypatch):
    at = [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in range(9, 15)]
    kinds = ("ordered", "collected", "failed", "ordered", "collected", "on-the-way")
    events = [SimpleNamespace(kind="decided", at=at[0], facts={})]
    events += [SimpleNamespace(kind="delivery_reported", at=when, facts={"state": kind}) for when, kind in zip(at, kinds, strict=True)]
    monkeypatch.setattr(see.cases, "events", lambda row: events)
    (told,) = see._parcel_afar(None, SimpleNamespace(delivery="on-the-way"))
    assert (told.state, told.ordered_at) == ("on-the-way", at[3])
    assert told.said == ((at[4], "collected"), (at[5], "on-the-way"))
    assert see._parcel_afar(None, SimpleNamespace(delivery=None)) == ()
