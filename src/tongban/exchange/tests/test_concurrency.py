"""Many real connections at once, each committing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from tongban.base.errors import Refusal
from tongban.exchange import actions
from tongban.exchange.models import Inbox, Nonce, Outbox
from tongban.exchange.tests import parties
from tongban.exchange.tests.parties import NOW, THERE, from_there


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each work in a thread with a connection of its own; results, or codes of refusals, in any order."""
    barrier, outcomes = threading.Barrier(len(works)), []

    def worker(work: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            outcomes.append(work())
        except Refusal as no:
            outcomes.append(no.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_the_same_request_on_many_connections_one_is_received(committed_db):
    parties.trust()
    request = from_there()
    outcomes = at_once(*[lambda: actions.receive(request=request, now=NOW).sender] * 6)
    assert sorted(outcomes) == [THERE] + ["replay"] * 5
    assert Nonce.objects.count() == 1


def test_numbers_given_on_many_connections_have_no_gap_and_no_double(committed_db):
    parties.trust()

    def put() -> int:
        return actions.put_out(peer=THERE, case_ref="330100-1", kind="case.told", data={}, now=NOW).sequence

    assert sorted(at_once(*[put] * 6)) == [1, 2, 3, 4, 5, 6]


def test_a_change_that_is_rolled_back_leaves_no_event_and_no_used_number(committed_db):
    parties.trust()
    try:
        with transaction.atomic():
            actions.put_out(peer=THERE, case_ref="330100-1", kind="case.told", data={}, now=NOW)
            raise InterruptedError
    except InterruptedError:
        assert not Outbox.objects.exists()
    assert actions.put_out(peer=THERE, case_ref="330100-1", kind="case.told", data={}, now=NOW).sequence == 1


def test_the_same_event_on_many_connections_has_one_effect_and_one_receipt(committed_db):
    parties.agreed()
    event, effects = parties.event(1), []

    def take() -> str:
        verified = actions.receive(request=parties.handed(event), now=NOW)
        return actions.take_in(verified=verified, apply=lambda e, v: effects.append(e.id), now=NOW)

    receipts = at_once(*[take] * 6)
    assert effects == [event.id]
    assert len(set(receipts)) == 1
    assert Inbox.objects.count() == 1


def test_two_senders_at_once_deliver_each_event_in_order_and_once(committed_db):
    parties.agreed()
    line = parties.Line()
    for number in range(1, 9):
        actions.put_out(peer=THERE, case_ref=f"330100-{number % 2}", kind="case.told", data={}, now=NOW)
    at_once(*[lambda: actions.deliver(peer=THERE, now=NOW, pool=line.pool)] * 2)
    actions.deliver(peer=THERE, now=NOW, pool=line.pool)
    for case in ("330100-0", "330100-1"):
        assert [event.sequence for event in line.seen if event.case == case] == [1, 2, 3, 4]
    assert not Outbox.objects.filter(delivered_at=None).exists()
