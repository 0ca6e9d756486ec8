"""Whoever asks for work is followed by a job that sees what they wrote: real connections, real commits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tongban.queue import actions as queue
from tongban.queue.names import Name

CASE = "settle:1"
WAIT = 20  # seconds after which a test that hangs has failed


def put(name: Name = Name.SETTLE) -> None:
    queue.put(name, once=CASE, lock=CASE, number="1")


def begun() -> int | None:
    """The job that a worker would begin now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT worker_id FROM procrastinate_register_worker_v1()")
        cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", [cursor.fetchone()[0]])
        return cursor.fetchone()[0]


def states() -> list[str]:
    return list(ProcrastinateJob.objects.order_by("id").values_list("status", flat=True))


@pytest.fixture
def beside(committed_db):
    """Does something on another connection; what it gives is waited for."""
    with ThreadPoolExecutor(1) as pool:

        def start(call: Any) -> Any:
            def run() -> Any:
                try:
                    return call()
                finally:
                    connection.close()

            return pool.submit(run)

        yield start


def test_a_job_that_waits_does_not_start_before_who_asks_for_it_again_is_done(beside):
    put()
    asked, looked = Event(), Event()

    def pays() -> None:
        with transaction.atomic():
            put()  # after its own writes, which nobody sees yet
            asked.set()
            assert looked.wait(WAIT)

    other = beside(pays)
    assert asked.wait(WAIT)
    early = begun()
    looked.set()
    other.result(WAIT)
    assert early is None, "it would not have seen what was paid"
    assert begun() is not None and states() == ["doing"], "one job for both"


def test_who_asks_while_the_job_is_being_begun_gets_another(beside):
    put()
    with transaction.atomic():
        assert begun() is not None  # a worker takes it; nobody knows yet
        other = beside(put)
        with pytest.raises(TimeoutError):
            other.result(0.5)
    other.result(WAIT)
    assert states() == ["doing", "todo"]


def test_what_is_looked_for_anyway_holds_no_job_back(beside):
    put(Name.SEND_ACROSS)
    with transaction.atomic():
        put(Name.SEND_ACROSS)
        assert beside(begun).result(WAIT) is not None


def test_a_change_that_is_undone_leaves_the_job_that_waited(committed_db):
    put()
    with pytest.raises(LookupError), transaction.atomic():
        put()
        raise LookupError
    assert states() == ["todo"]


def test_a_job_that_failed_goes_back_though_another_of_its_key_waits(committed_db):
    put()
    first = begun()
    put()
    app.job_manager.retry_job_by_id(job_id=first, retry_at=timezone.now())
    assert states() == ["todo", "todo"]
    assert begun() == first, "in the order in which they were put"
    put()
    assert states() == ["doing", "todo"], "there is one that waits"


def test_a_job_that_waits_for_its_next_try_keeps_no_fresh_one_from_being_put(committed_db):
    put()
    app.job_manager.retry_job_by_id(job_id=begun(), retry_at=timezone.now())
    put()
    put()
    assert states() == ["todo", "todo"]
