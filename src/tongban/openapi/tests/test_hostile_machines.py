"""Machines that are not who they say, ask for what is not theirs, or tell lies: no effect, and a row on record."""

import json
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from tongban.base.cryptography import keys
from tongban.cases import queries as cases
from tongban.delivery import actions as delivery
from tongban.delivery.models import Parcel, Report
from tongban.exchange.models import Contract, Evidence
from tongban.exchange.tests.parties import OLD_KEY, TAX, TAX_KEY, THERE
from tongban.journeys import handle
from tongban.journeys.tests.peers import COURIER
from tongban.journeys.tests.test_licence import ITEM
from tongban.openapi.tests.conftest import clock, filled, officer, persona, submitted, work  # noqa: F401

pytestmark = pytest.mark.django_db
REPORTS = "/api/courier/reports"


def outcome() -> str:
    return Evidence.objects.order_by("at", "id").last().outcome


@pytest.fixture
def accepted(submitted, officer, clock):  # noqa: F811
    """A firm's case with its tax step open."""
    _, number = submitted
    handle.accept(number=number, by=officer("hz-window-1"), now=clock.forward(minutes=1))
    return number


def answer_of(number, step, **changed):
    return {"case": number, "step": step, "outcome": "answered", "note": "ok", "reference": "t-1", **changed}


def tax(post, number, *, step=f"{ITEM}.tax", key=TAX_KEY, sender=TAX, case=None, **changed):
    path = f"/api/agency/steps/{number}/{step}"
    return post(
        path,
        answer_of(number, step, **changed),
        key=key,
        sender=sender,
        purpose="agency-step",
        case=case or number,
    )


def state_of(number, step):
    return cases.state(cases.by_number(number)).step(step).state.value


def test_the_tax_system_answers_its_own_step_and_may_repeat_itself(post, accepted):
    assert tax(post, accepted).status_code == 200
    assert state_of(accepted, f"{ITEM}.tax") == "done"
    assert tax(post, accepted).status_code == 200
    assert tax(post, accepted, note="something else").status_code == 409


def test_the_tax_system_cannot_answer_for_another_office(post, accepted):
    for step in ("social-insurance", "housing-fund", "examine", "decide"):
        answer = tax(post, accepted, step=f"{ITEM}.{step}")
        assert answer.status_code == 403 and answer.json()["code"] == "not_its_step"
        assert outcome() == "not_its_step"
        assert state_of(accepted, f"{ITEM}.{step}") != "done"


def test_the_courier_and_another_city_cannot_answer_the_tax_step(post, accepted):
    for key, sender in ((OLD_KEY, COURIER), (None, THERE)):
        signed = {"key": key, "sender": sender} if key else {"sender": sender, "key": _there()}
        assert tax(post, accepted, **signed).status_code == 403
    assert state_of(accepted, f"{ITEM}.tax") == "open"


def _there():
    from tongban.exchange.tests.parties import THERE_KEY

    return THERE_KEY


def test_an_answer_in_anothers_name_is_refused(post, accepted):
    assert tax(post, accepted, sender=COURIER).status_code == 403
    assert outcome() == "wrong_sender"
    assert tax(post, accepted, key=keys.new_p256()).status_code == 401
    assert state_of(accepted, f"{ITEM}.tax") == "open"


def test_an_answer_for_another_case_than_it_is_signed_for_is_refused(post, accepted):
    assert tax(post, accepted, case="330100-other").status_code >= 400
    assert tax(post, "330100-no-such-case").status_code == 404
    assert state_of(accepted, f"{ITEM}.tax") == "open"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"case":1}', b"[" * 5000])
def test_nonsense_from_a_partner_is_answered_and_changes_nothing(post, accepted, body):
    path = f"/api/agency/steps/{accepted}/{ITEM}.tax"
    answer = post(path, body, key=TAX_KEY, sender=TAX, purpose="agency-step", case=accepted)
    assert 400 <= answer.status_code < 500
    assert state_of(accepted, f"{ITEM}.tax") == "open"


def test_without_a_signature_nothing_is_answered(post):
    for path in ("/wire/v1/events", "/wire/v1/query/person", REPORTS, "/api/agency/steps/x/y"):
        answer = Client().post(path, b"{}", content_type="application/json")
        assert answer.status_code == 401, path
        assert outcome() != "ok"


def test_a_changed_body_and_a_replay_are_refused(post):
    assert post("/wire/v1/query/places", {"text": "西湖区"}, purpose="apply").status_code == 200
    assert post("", b"", again=post.last).status_code == 401 and outcome() == "replay"
    post("/wire/v1/query/places", {"text": "西湖区"}, purpose="apply")
    forged = {**post.last, "data": b'{"text":"other"}'}
    assert post("", b"", again=forged).status_code == 401


def test_a_purpose_that_the_contract_does_not_name_is_refused(post, society):
    number = society["people"][0]["id_number"]
    answer = post("/wire/v1/query/person", {"key": number}, purpose="marketing")
    assert answer.status_code == 403 and answer.json()["code"] == "no_contract"
    assert outcome() == "no_contract"


def test_a_consent_that_is_only_named_opens_nothing(post, society):
    """A contract with ``consent``, loaded when any text would do for one."""
    who = society["people"][0]
    row = Contract.objects.get()
    Contract.objects.update(grants=[{**each, "consent": each["resource"] == "person"} for each in row.grants])
    asked = {"key": who["id_number"]}
    answer = post("/wire/v1/query/person", asked, purpose="apply", consent="x")
    assert answer.status_code == 403 and answer.json()["code"] == "no_consent"
    assert who["name"] not in answer.content.decode()
    assert outcome() == "no_consent"


def test_a_resource_that_nobody_granted_is_refused(post):
    assert post("/wire/v1/query/court-records", {"key": "x"}, purpose="apply").status_code in (403, 404)


def test_a_partner_of_this_city_has_no_share_in_another_citys_grant(post, society):
    number = society["people"][0]["id_number"]
    answer = post("/wire/v1/query/person", {"key": number}, purpose="apply", key=TAX_KEY, sender=TAX)
    assert answer.status_code == 403


def test_an_answer_has_the_fields_that_were_granted_and_no_others(post, society):
    who = society["people"][0]
    found = post("/wire/v1/query/person", {"key": who["id_number"]}, purpose="apply", case="d-1").json()
    assert found["name"] == who["name"] and "sex" not in found


@pytest.mark.parametrize("asked", [{}, {"key": 7}, {"key": ""}, {"key": "x" * 500}, {"key": "a\x00b"}, [], "x", None])
def test_a_malformed_query_is_refused(post, asked):
    for resource in ("person", "firm", "place", "name-check"):
        answer = post(f"/wire/v1/query/{resource}", asked, purpose="apply")
        assert 200 < answer.status_code < 500 or answer.json().get("ok") is False, (resource, answer.content)


# -- the courier


@pytest.fixture
def parcel(society, db):
    row = delivery.order(
        cases={"330100-none": ["x"]},
        ends={"to": {"name": "演示收件人"}},
        courier=COURIER,
        by=persona_actor(),
        now=timezone.now(),
    )
    delivery.tracked(parcel=row, tracking="SF-演示-1")
    return row


def persona_actor():
    from tongban.base.actors import SYSTEM

    return SYSTEM


def said(sent, count, kind, **changed):
    return {
        "event": str(uuid.uuid4()),
        "parcel": str(sent.id),
        "tracking": "SF-演示-1",
        "number": count,
        "status": kind,
        "at": "2026-11-23T10:00:00+08:00",
        **changed,
    }


def report(post, body, **signed):
    return post(REPORTS, body, **{"key": OLD_KEY, "sender": COURIER, "purpose": "delivery", **signed})


def test_a_callback_that_is_forged_is_refused(post, parcel):
    body = said(parcel, 1, "collected")
    assert report(post, body, key=keys.new_ed25519()).status_code == 401
    assert report(post, body, key=TAX_KEY).status_code == 403
    assert report(post, body, key=TAX_KEY, sender=TAX).status_code == 404, "another partner's parcel is not known"
    assert Parcel.objects.get().state == "ordered" and not Report.objects.exists()


def test_a_callback_that_is_replayed_moves_nothing(post, parcel, monkeypatch):
    monkeypatch.setattr("tongban.journeys.deliver.moves.move", lambda **_: None)
    body = said(parcel, 1, "collected")
    assert report(post, body).status_code == 200
    assert post("", b"", again=post.last).status_code == 401
    assert report(post, body).status_code == 200, "said again, signed anew: the same answer"
    assert report(post, {**body, "status": "lost"}).status_code == 409
    assert Report.objects.count() == 1 and Parcel.objects.get().state == "collected"


def test_callbacks_out_of_order_are_refused_with_the_number_expected(post, parcel, monkeypatch):
    monkeypatch.setattr("tongban.journeys.deliver.moves.move", lambda **_: None)
    answer = report(post, said(parcel, 3, "delivered"))
    assert answer.status_code == 409 and answer.json()["expected"] == 1
    answer = report(post, said(parcel, 1, "delivered"))
    assert answer.status_code == 409, "nothing is delivered that was not collected"
    assert answer.json()["code"] == "does_not_follow" and "expected" not in answer.json(), "sending it again would not help"
    for number, status in ((1, "collected"), (2, "on_the_way"), (3, "delivered")):
        assert report(post, said(parcel, number, status)).status_code == 200
    assert report(post, said(parcel, 4, "collected")).status_code == 409
    assert Parcel.objects.get().state == "delivered"


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 0},
        {"number": 10**30},
        {"parcel": "no-uuid"},
        {"parcel": "' OR 1=1"},
        {"status": "x" * 5000},
        {"tracking": "other"},
        {"at": "yesterday"},
        {"at": "2026-11-23T10:00:00"},
        {"at": "9999-12-31T23:59:59Z"},
        {"at": "9999-12-31T23:59:59-08:00"},
        {"extra": 1},
        {"note": 7},
    ],
)
def test_a_callback_of_nonsense_is_refused(post, parcel, changed, monkeypatch):
    monkeypatch.setattr("tongban.journeys.deliver.moves.move", lambda **_: None)
    body = said(parcel, 1, "collected", **changed)
    answer = report(post, json.dumps(body).encode())
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] in ("malformed", "out_of_order", "does_not_follow", "no_parcel")
    assert Parcel.objects.get().state == "ordered" and not Report.objects.exists()


@pytest.mark.parametrize(("note", "kept"), [("\x00", ""), ("放\x00门口", "放门口"), ("x" * 5000, "x" * 200)])
def test_a_note_of_a_callback_is_kept_without_what_no_database_holds(post, parcel, note, kept, monkeypatch):
    """A courier's free words are no reason to lose where the parcel is: it moves, and of the words what can be kept is."""
    monkeypatch.setattr("tongban.journeys.deliver.moves.move", lambda **_: None)
    answer = report(post, json.dumps(said(parcel, 1, "collected", note=note)).encode())
    assert answer.status_code == 200 and answer.json()["taken"] is True
    row = Parcel.objects.get()
    assert (row.state, row.note) == ("collected", kept)
    assert Report.objects.count() == 1


def test_the_catalogue_for_programs_answers_hostile_words(society, db):
    for asked in ("\x01", "a" * 100_000, "%" * 500, "' | ! & (", "\\", "\ud7ff", "🏠", "<b>", "开" * 3000):
        answer = Client().get("/api/services", {"q": asked})
        assert answer.status_code == 200, asked[:20]
    assert Client().get("/api/services", {"q": "开公司", "city": "999999"}).json()["services"] == []
    for field in ("q", "city"):
        assert Client().get("/api/services", {"q": "开", field: "a\x00b"}).status_code == 400
