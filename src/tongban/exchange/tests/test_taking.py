"""Events that come in: one effect, in order, identical receipts, and alarms for what cannot be."""

from __future__ import annotations

import uuid

import pytest

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import canonical
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.exchange import actions, events, queries
from tongban.exchange import signatures as wire
from tongban.exchange.models import Contract, Evidence, Inbox, Stream
from tongban.exchange.tests import parties
from tongban.exchange.tests.parties import HERE, NOW, THERE, event, from_there, handed
from tongban.trail import queries as trail

pytestmark = pytest.mark.django_db


@pytest.fixture
def door():
    """A door that applies events into a list: answers (status, decoded body)."""
    parties.agreed()
    applied: list[events.Event] = []

    def post(request: wire.Request, apply=lambda e, v: applied.append(e)):
        answer = actions.answer_event(request=request, apply=apply, now=NOW)
        return answer.status, canonical.loads(answer.body)

    post.applied = applied
    return post


def alarms(happening: events.Event) -> list[str]:
    return [entry.refused for entry in trail.entries_about("event", str(happening.id))]


def test_an_event_is_applied_once_and_answered_by_a_receipt_that_says_all(door):
    first = event(1)
    status, body = door(handed(first), lambda e, v: {"case": "330100-77"})
    ring = queries.keyring(queries.peer(HERE, now=NOW), at=NOW)
    receipt = events.check_receipt(body["receipt"], ring)
    assert status == 200
    assert (receipt.event, receipt.source, receipt.to) == (first.id, THERE, HERE)
    assert (receipt.case, receipt.sequence, receipt.result) == ("310117-1", 1, {"case": "330100-77"})
    assert receipt.sha256 == canonical.sha256(events.write(first))


def test_a_duplicate_gets_the_identical_receipt_and_has_no_second_effect(door):
    first = event(1)
    assert door(handed(first)) == door(handed(first))
    assert door.applied == [first]


def test_a_gap_is_answered_by_the_number_expected_and_the_order_is_kept(door):
    one, two, three = event(1), event(2), event(3)
    assert door(handed(three)) == (
        412,
        {"code": "gap", "brief": {"zh": "缺少前面的事件", "en": "An earlier event is missing"}, "expected": 1},
    )
    door(handed(one))
    assert door(handed(three))[1]["expected"] == 2
    assert [door(handed(each))[0] for each in (two, three)] == [200, 200]
    assert [each.sequence for each in door.applied] == [1, 2, 3]


def test_the_same_id_with_other_content_is_a_conflict_and_an_alarm(door):
    first = event(1)
    door(handed(first))
    status, body = door(handed(event(1, id=first.id, other=True)))
    assert (status, body["code"]) == (409, "content_conflict")
    assert alarms(first) == ["content_conflict"]
    assert door.applied == [first]


def test_a_number_that_was_used_by_another_event_is_a_conflict_and_an_alarm(door):
    door(handed(event(1)))
    second = event(1)
    assert door(handed(second))[1]["code"] == "sequence_conflict"
    assert alarms(second) == ["sequence_conflict"]


def test_the_same_id_in_another_case_is_a_conflict(door):
    first = event(1)
    door(handed(first))
    assert door(handed(event(1, case="310117-2", id=first.id)))[0] == 409
    assert door.applied == [first]


def test_an_effect_that_is_refused_leaves_nothing_and_may_come_again(door):
    def no(happening, verified):
        Stream.objects.create(way="in", peer="half", case_ref="done")
        raise Refusal("not_offered", Words(zh="不办理", en="Not offered here"))

    first = event(1)
    assert door(handed(first), no) == (
        422,
        {"code": "not_offered", "brief": {"zh": "不办理", "en": "Not offered here"}},
    )
    assert not Inbox.objects.exists()
    assert not Stream.objects.filter(peer="half").exists()
    assert door(handed(first))[0] == 200


def test_an_effect_that_crashes_leaves_nothing_and_the_event_may_come_again(door):
    def crash(happening, verified):
        raise ZeroDivisionError

    first = event(1)
    with pytest.raises(ZeroDivisionError):
        door(handed(first), crash)
    assert not Inbox.objects.exists()
    assert door(handed(first))[0] == 200


def test_without_a_contract_or_for_another_purpose_nothing_is_taken_in(door):
    assert door(handed(event(1), purpose="market"))[1]["code"] == "no_contract"
    actions.revoke_contract(hash=Contract.objects.get().hash, by=SYSTEM, now=NOW)
    status, body = door(handed(event(1)))
    assert (status, body["code"]) == (403, "no_contract")
    assert door.applied == []


def test_an_event_of_another_source_or_case_than_signed_is_refused(door):
    assert door(handed(event(1, source="320100")))[1]["code"] == "malformed"
    body = events.write(event(1))
    assert door(from_there(body, case="310117-9"))[1]["code"] == "malformed"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b"[" * 5000 + b"]" * 5000,
        events.write(event(1)).replace(b'"casesequence":1', b'"casesequence":0'),
        events.write(event(1)).replace(b'"casesequence":1', b'"casesequence":"1"'),
        events.write(event(1)).replace(b"urn:tongban:", b"urn:other:"),
    ],
)
def test_a_body_that_is_no_envelope_is_refused_signed_and_without_effect(door, body):
    assert door(from_there(body, case="310117-1"))[1]["code"] == "malformed"


def test_a_refusal_before_the_sender_is_known_is_not_signed_and_leaves_a_row(door):
    answer = actions.answer_event(request=wire.Request("POST", parties.EVENTS, (), b""), apply=door, now=NOW)
    assert answer.status == 401
    assert wire.one(answer.headers, "signature") is None
    assert Evidence.objects.get().outcome == "no_signature"


def test_an_answer_and_its_receipt_are_on_record_before_it_leaves(door):
    first = event(1)
    body = door(handed(first))[1]
    request, answer = Evidence.objects.order_by("id")
    assert (answer.about, answer.receipt) == (request.id, body["receipt"])


def test_events_of_different_cases_do_not_wait_for_each_other(door):
    ids = [uuid.uuid4() for _ in range(3)]
    assert [door(handed(event(1, case=f"310117-{id.hex}")))[0] for id in ids] == [200, 200, 200]
