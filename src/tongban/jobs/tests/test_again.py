"""What failed is tried again soon enough that nobody waits long after what was down is up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from tongban.jobs import again, handlers
from tongban.queue.names import Name


def pause(attempts: int, strategy=handlers.AGAIN) -> float | None:
    """Seconds until the next try, after so many failed before this one."""
    job = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name=Name.SETTLE, attempts=attempts)
    decision = strategy.get_retry_decision(exception=RuntimeError(), job=job)
    return decision and (decision.retry_at - datetime.now(UTC)).total_seconds()


def test_pauses_grow_and_are_never_longer_than_ten_minutes():
    waits = [pause(n) for n in range(60)]
    assert [round(each) for each in waits[:9]] == [2, 4, 8, 16, 32, 64, 128, 256, 512]
    assert {round(each) for each in waits[9:]} == {again.LONGEST} == {600}


@pytest.mark.parametrize("down", [timedelta(hours=1), timedelta(days=1), timedelta(days=6)])
def test_after_an_outage_everything_is_tried_within_ten_minutes(down):
    at, attempts = 0.0, 0
    while at < down.total_seconds():
        wait = pause(attempts)
        assert wait is not None, "given up"
        at, attempts = at + wait, attempts + 1
    assert at - down.total_seconds() <= 600


def test_what_fails_for_weeks_is_given_up_and_seen():
    assert pause(again.ATTEMPTS) is None


def test_every_job_that_is_tried_again_is_tried_by_this_rule():
    told = {name: app.tasks[name].retry_strategy for name in Name}
    assert {type(each) for each in told.values() if each is not None} == {again.Again}
    assert told[Name.SETTLE] and told[Name.ISSUE] and told[Name.SEND_TEXT]
