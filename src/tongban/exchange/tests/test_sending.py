"""Events that go out, and questions: order, back-off, gaps, dead letters, lies of the other end."""

from __future__ import annotations

import re
import threading
import time
import uuid
from datetime import timedelta

import httpx
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tongban.base.actors import SYSTEM
from tongban.base.cryptography import canonical, keys
from tongban.exchange import actions, client, events, queries
from tongban.exchange import signatures as wire
from tongban.exchange.actions import sending
from tongban.exchange.models import Evidence, Outbox
from tongban.exchange.refusals import PeerRefused, PeerUnavailable
from tongban.exchange.tests import parties
from tongban.exchange.tests.parties import NOW, THERE
from tongban.trail import queries as trail

pytestmark = pytest.mark.django_db
CASE = "330100-1"


@pytest.fixture
def line():
    parties.trust()
    line = parties.Line()
    yield line
    line.pool.close()


def put(case: str = CASE, **data) -> Outbox:
    return actions.put_out(peer=THERE, case_ref=case, kind="case.told", data=data, now=NOW)


def deliver(line: parties.Line, after: float = 0) -> int:
    return actions.deliver(peer=THERE, now=NOW + timedelta(seconds=after), pool=line.pool)


def refusing(line: parties.Line, status: int, code: str):
    return lambda request: line.sign(line.say(status, {"code": code}), request)


def test_an_event_is_delivered_by_a_signed_receipt_and_both_sides_are_on_record(line):
    row = put(firm="演示")
    assert deliver(line) == 1
    row.refresh_from_db()
    assert row.delivered_at == NOW
    assert events.check_receipt(row.receipt, {line.key.id: line.key.public}).event == row.id
    assert line.seen[0].data == {"firm": "演示"}
    assert list(queries.evidence(CASE).values_list("way", "part", "outcome")) == [
        ("out", "request", "ok"), ("in", "response", "ok"),
    ]  # fmt: skip


def test_content_waits_sealed_and_goes_when_its_key_is_destroyed(line):
    row = put(secret="330106199001011234")
    assert b"330106199001011234" not in bytes(row.sealed)
    row.key.__class__.objects.filter(id=row.key_id).update(wrapped=None, erased_at=NOW)
    deliver(line)
    row.refresh_from_db()
    assert (row.trouble, row.dead_at) == ("erased", NOW)


def test_events_of_a_case_go_in_order_and_a_silent_peer_only_delays_them(line):
    for _ in range(3):
        put()
    line.before = refusing(line, 503, "busy")
    assert deliver(line) == 0
    assert line.seen == []
    line.before = lambda request: None
    assert deliver(line, 0.5) == 0
    assert deliver(line, 1) == 3
    assert [event.sequence for event in line.seen] == [1, 2, 3]


def test_the_pause_doubles_up_to_half_a_minute(line):
    row, now, pauses = put(), NOW, []
    line.before = refusing(line, 503, "busy")
    for _ in range(7):
        actions.send_next(peer=THERE, now=now, pool=line.pool)
        row.refresh_from_db()
        pauses.append((row.next_at - now).total_seconds())
        now = row.next_at
    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_a_receipt_that_was_lost_on_the_way_is_given_again_and_the_effect_is_one(line):
    put()
    line.after = lambda response: parties.changed(response, body=b"lost")
    assert deliver(line) == 0
    line.after = lambda response: response
    assert deliver(line, 1) == 1
    assert len(line.seen) == 1


def test_a_gap_is_answered_by_sending_again_from_the_number_expected(line):
    rows = [put() for _ in range(3)]
    deliver(line)
    line.last[CASE], line.seen = 1, line.seen[:1]  # the receiver was restored from yesterday's copy
    line.receipts = {rows[0].id: line.receipts[rows[0].id]}
    put()
    assert deliver(line) == 3
    assert [event.sequence for event in line.seen] == [1, 2, 3, 4]


@pytest.mark.parametrize(("status", "code"), [(409, "content_conflict"), (422, "not_offered"), (400, "malformed")])
def test_what_the_peer_will_never_take_is_a_dead_letter_with_an_alarm_and_its_case_waits(line, status, code):
    row, other = put(), put("330100-2")
    put()
    line.before = lambda request: refusing(line, status, code)(request) if CASE.encode() in request.body else None
    assert deliver(line) == 1
    row.refresh_from_db()
    assert (row.dead_at, row.trouble) == (NOW, code)
    assert [entry.refused for entry in trail.entries_about("event", str(row.id))] == [code]
    assert line.seen[0].id == other.id
    assert queries.on_its_way(CASE).count() == 2
    line.before = lambda request: None
    actions.replay(id=row.id, by=SYSTEM, now=NOW)
    assert deliver(line) == 2


@pytest.mark.parametrize(("status", "code"), [(403, "no_contract"), (404, "no_case")])
def test_what_is_refused_for_a_day_is_tried_ever_more_rarely_and_then_a_dead_letter_with_an_alarm(line, status, code):
    row, now, pauses = put(), NOW, []
    line.before = refusing(line, status, code)
    while row.dead_at is None and len(pauses) < 100:
        line.now = now
        actions.send_next(peer=THERE, now=now, pool=line.pool)
        row.refresh_from_db()
        pauses.append(row.next_at - now)
        now = row.next_at
    assert pauses[:-1] == sorted(pauses[:-1])
    assert max(pauses) == timedelta(hours=1)
    assert len(pauses) < 50
    assert NOW + timedelta(days=1) <= row.dead_at < NOW + timedelta(days=1, hours=2)
    assert row.trouble == code
    assert [entry.refused for entry in trail.entries_about("event", str(row.id))] == [code]
    line.before = lambda request: None
    actions.replay(id=row.id, by=SYSTEM, now=row.dead_at)
    assert actions.deliver(peer=THERE, now=row.dead_at, pool=line.pool) == 1


def test_a_replayed_event_has_its_whole_day_again(line):
    row = put()
    Outbox.objects.filter(id=row.id).update(dead_at=NOW, refused_since=NOW - timedelta(days=1))
    line.before = refusing(line, 403, "no_contract")
    actions.replay(id=row.id, by=SYSTEM, now=NOW)
    assert deliver(line) == 0
    row.refresh_from_db()
    assert (row.dead_at, row.refused_since) == (None, NOW)


def test_what_is_refused_for_an_hour_leaves_other_cases_their_turn_and_is_taken_once_the_peer_agrees(line):
    first, second = put(), put("330100-2")
    line.before = lambda request: refusing(line, 403, "no_contract")(request) if CASE.encode() in request.body else None
    assert deliver(line) == 1
    second.refresh_from_db()
    assert second.delivered_at == NOW
    line.before = lambda request: None
    line.now = NOW + timedelta(hours=1)
    assert deliver(line, 3600) == 1
    first.refresh_from_db()
    assert first.dead_at is None


def test_a_peer_that_is_down_for_days_makes_no_dead_letter(line):
    row = put()
    line.before = refusing(line, 503, "busy")
    for days in range(4):
        line.now = NOW + timedelta(days=days)
        deliver(line, days * 86400)
    row.refresh_from_db()
    assert (row.dead_at, row.refused_since) == (None, None)


def test_a_receipt_for_another_event_or_by_another_key_delivers_nothing(line):
    row = put()
    fake = events.Receipt(uuid.uuid4(), parties.HERE, THERE, CASE, 1, row.sha256, NOW)
    strange = events.Receipt(row.id, parties.HERE, THERE, CASE, 1, row.sha256, NOW)
    for receipt, key in ((strange, keys.new_ed25519()), (fake, line.key)):
        token = events.sign_receipt(receipt, key)
        line.before = lambda request, token=token: line.sign(line.say(200, {"receipt": token}), request)
        assert deliver(line, row.attempts) == 0
        row.refresh_from_db()
        assert row.delivered_at is None
    assert row.trouble == "receipt_mismatch"


@pytest.fixture
def slow(line, monkeypatch):
    """Every event takes this many seconds; the line's own clock goes on with it."""
    passed = [0.0]
    monkeypatch.setattr(sending, "monotonic", lambda: passed[0])

    def wait(seconds: float) -> None:
        def after(response):
            passed[0] += seconds
            line.now = NOW + timedelta(seconds=passed[0])
            return response

        line.after = after

    return wait


def created(request: wire.Request) -> int:
    """When a request says it was signed, in Unix seconds."""
    found = re.search(r"created=(\d+)", wire.one(request.headers, "signature-input") or "")
    assert found is not None
    return int(found[1])


def jobs() -> list[tuple[str, object]]:
    """What waits to be sent: the key of the job, and when it is due."""
    rows = ProcrastinateJob.objects.filter(status="todo", task_name="exchange.send").order_by("id")
    return list(rows.values_list("queueing_lock", "scheduled_at"))


def test_a_run_ends_after_twenty_seconds_and_puts_itself_again_at_once(line, slow):
    for n in range(9):
        put(f"330100-{n}")
    ProcrastinateJob.objects.all().delete()
    slow(7.5)
    assert deliver(line) == 3
    assert jobs() == [(f"send:{THERE}", None)]
    assert deliver(line, 22.5) == 3


def test_each_event_of_a_long_run_is_signed_and_leased_by_the_time_it_is_sent(line, slow, monkeypatch):
    for n in range(3):
        put(f"330100-{n}")
    slow(8)
    signed, leased, call = [], [], sending.call

    def noted(**named):
        leased.append((Outbox.objects.get(attempts=1, delivered_at=None).next_at - NOW).total_seconds())
        return call(**named)

    monkeypatch.setattr(sending, "call", noted)
    line.before = lambda request: signed.append(created(request) - NOW.timestamp())
    assert deliver(line) == 3
    assert signed == [0, 8, 16]
    assert leased == [10, 18, 26]


def test_what_waits_behind_a_dead_letter_keeps_no_worker_busy(line):
    put(), put()
    line.before = refusing(line, 409, "content_conflict")
    ProcrastinateJob.objects.all().delete()
    deliver(line)
    assert jobs() == []


def test_what_is_refused_for_an_hour_keeps_nobody_elses_next_try_waiting(line):
    row = put()
    Outbox.objects.filter(id=row.id).update(refused_since=NOW - timedelta(hours=3))
    ProcrastinateJob.objects.all().delete()
    line.before = refusing(line, 403, "no_contract")
    deliver(line)
    row.refresh_from_db()
    assert row.next_at == NOW + timedelta(hours=1)
    assert jobs() == [(f"resend:{THERE}", NOW + timedelta(seconds=30))]


def test_a_worker_killed_while_sending_leaves_the_event_to_others_after_its_lease(line):
    put()
    assert sending._claim(THERE, NOW) is not None
    assert deliver(line, 9) == 0
    assert deliver(line, 10) == 1


def ask(line: parties.Line, now=NOW):
    return actions.ask(peer=THERE, resource="firm", query={"uscc": "x"}, purpose="examine", now=now, pool=line.pool)


def test_a_question_gets_its_verified_answer(line):
    line.before = lambda request: line.sign(
        line.say(200, {"found": request.url.endswith("/wire/v1/query/firm")}), request
    )
    assert ask(line) == {"found": True}


def test_a_signed_refusal_is_told_with_its_code(line):
    line.before = refusing(line, 403, "no_contract")
    with pytest.raises(PeerRefused) as no:
        ask(line)
    assert (no.value.code, no.value.peer_status) == ("no_contract", 403)


def test_the_answer_to_an_earlier_question_is_refused(line):
    earlier: list[wire.Response] = []

    def remember(request):
        earlier.append(line.sign(line.say(200, {"found": True}), request))
        return earlier[0]

    line.before = remember
    ask(line)
    with pytest.raises(PeerUnavailable) as no:
        ask(line)
    assert "response_mismatch" in no.value.detail
    assert Evidence.objects.filter(outcome="response_mismatch").count() == 1


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda line, request: line.say(200, {}),
        lambda line, request: line.sign(wire.Response(200, (), b"<html>"), request),
        lambda line, request: line.sign(wire.Response(302, (("Location", "http://127.0.0.1:1/"),), b"x"), request),
        lambda line, request: line.sign(line.say(500, {}), request),
        lambda line, request: wire.sign_response(line.say(200, {}), request, keys.new_ed25519(), now=NOW).message,
    ],
    ids=["unsigned", "not json", "redirect", "broken", "stranger"],
)
def test_nonsense_for_an_answer_is_no_answer(line, nonsense):
    line.before = lambda request: nonsense(line, request)
    with pytest.raises(PeerUnavailable):
        ask(line)


def test_a_peer_that_is_down_is_named_and_after_five_failures_not_tried_for_ten_seconds(line):
    tried = []

    def down(request):
        tried.append(request)
        raise httpx.ConnectError("down")

    line.before = down
    for _ in range(7):
        with pytest.raises(PeerUnavailable) as no:
            ask(line)
    assert no.value.peer == THERE
    assert len(tried) == 5
    with pytest.raises(PeerUnavailable):
        ask(line, NOW + timedelta(seconds=11))
    assert len(tried) == 6


def test_a_page_waits_two_seconds_at_most_and_a_slow_peer_holds_only_its_own_share():
    parties.trust()
    parties.trust_tax()
    slow, release = parties.Line(), threading.Event()
    slow.before = lambda request: release.wait(20) and None
    request = parties.from_there(url="http://127.0.0.1:9/x")
    refusals = []

    def call() -> None:
        try:
            slow.pool.send(THERE, request, limit=0.3, now=NOW)
        except client.Unreachable as no:
            refusals.append(str(no))

    threads = [threading.Thread(target=call) for _ in range(6)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - begun < 2
    assert len(refusals) == 6
    assert sum("too many" in no for no in refusals) == 2
    slow.before = lambda request: slow.say(200, {})
    assert slow.pool.send("330100:tax", request, now=NOW).status == 200
    release.set()
    slow.pool.close()


def test_an_answer_that_is_too_large_is_dropped(line, monkeypatch):
    monkeypatch.setattr(client, "LARGEST", 1000)
    line.before = lambda request: line.sign(line.say(200, {"x": "y" * 2000}), request)
    with pytest.raises(PeerUnavailable):
        ask(line)


def test_a_department_is_called_and_handed_events_by_the_same_signed_wire(line):
    parties.trust_tax()
    tax = parties.Line(parties.TAX_KEY, parties.TAX)
    actions.put_out(peer=parties.TAX, case_ref=CASE, kind="step.asked", data={}, now=NOW)
    assert actions.deliver(peer=parties.TAX, now=NOW, pool=tax.pool) == 1
    tax.before = lambda request: tax.sign(tax.say(202, {"task": "t-1"}), request)
    answer = actions.call(
        peer=parties.TAX,
        method="POST",
        path="/tasks",
        body=canonical.dumps({}),
        purpose="agency-step",
        now=NOW,
        pool=tax.pool,
    )
    assert (answer.status, answer.json()) == (202, {"task": "t-1"})
