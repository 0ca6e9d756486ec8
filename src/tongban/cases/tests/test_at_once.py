"""Two officers on one case at once, on two real connections: one wins, one hears why not, one event is stored."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction

from tongban.base.errors import Conflict
from tongban.cases import actions, queries
from tongban.cases.models import Case, Event
from tongban.engine import lifecycle
from tongban.engine.tests.lifecycle_samples import (
    DECIDER,
    EXAMINER,
    WINDOW,
    WRITTEN,
    World,
    officer,
    to_decision,
)

COUNTER = officer("o-window-2", "window", lifecycle.Power.ACCEPT)
SECOND = officer("o-decider-2", "market", lifecycle.Power.DECIDE)
COLLEAGUE = officer("o-examiner-2", "market", lifecycle.Power.EXAMINE)
ACCEPT = ((lifecycle.Accept, WINDOW, {}), (lifecycle.Accept, COUNTER, {}))
TAKE = tuple((lifecycle.TakeStep, by, {"step": "firm.examine"}) for by in (EXAMINER, COLLEAGUE))
DECIDE = ((lifecycle.Decide, DECIDER, {"granted": True}), (lifecycle.Decide, SECOND, {"granted": False, **WRITTEN}))
RACES = {
    "accept": ("new", ACCEPT, "accepted", "already_accepted"),
    "take": ("accepted", TAKE, "step_taken", "step_taken"),
    "decide": ("examined", DECIDE, "part_decided", "already_decided"),
}


class Here(World):
    """The small world's case at this node, and stored."""

    def __init__(self, stage: str) -> None:
        super().__init__()
        if stage == "accepted":
            self.do(lifecycle.Accept, WINDOW)
        elif stage == "examined":
            to_decision(self)
        self.number = f"N-{uuid4()}"
        self.row = actions.begin(
            id=uuid4(), number=self.number, events=self.events, items=[part.item for part in self.case.parts],
            title={"zh": "演示", "en": "demo"}, content={}, materials=[], files=[], taken_in_by=settings.TONGBAN_ADCODE,
            owner="", now=self.now,
        )  # fmt: skip

    def give(self, kind, by, facts):
        return actions.handle(number=self.number, command=self.command(kind, by, **facts), now=self.now)


def outcome(work) -> str:
    """``won``, or the code of a refusal that says in both languages what is so and what to do."""
    try:
        work()
    except Conflict as no:
        assert no.status == 409 and no.brief.zh and no.brief.en
        assert no.next_step is not None and no.next_step.zh and no.next_step.en
        return no.code
    finally:
        connection.close()
    return "won"


def stored_once(world: Here, kind: str) -> Event:
    """What is stored is one event more, in order, and it is what the case's state says."""
    events = list(Event.objects.filter(case=world.row).order_by("sequence"))
    assert [e.sequence for e in events] == list(range(1, len(world.events) + 2))
    row = Case.objects.get(pk=world.row.pk)
    assert row.sequence == len(events) == queries.state(row).version
    assert events[-1].kind == kind
    return events[-1]


@pytest.mark.parametrize("race", RACES)
def test_of_two_officers_at_once_one_wins_and_the_other_is_refused_clearly(committed_db, race):
    stage, rivals, kind, code = RACES[race]
    for _ in range(5):
        world, gate = Here(stage), threading.Barrier(2)

        def one(given, world=world, gate=gate):
            gate.wait()
            return world.give(*given)

        with ThreadPoolExecutor(2) as pool:
            heard = list(pool.map(lambda given, one=one: outcome(lambda: one(given)), rivals))
        assert sorted(heard) == sorted(["won", code])
        assert stored_once(world, kind).actor["id"] == rivals[heard.index("won")][1].id


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["one-first", "other-first"])
@pytest.mark.parametrize("race", RACES)
def test_who_comes_second_waits_for_the_first_and_is_judged_by_what_became_of_the_case(committed_db, race, order):
    stage, rivals, kind, code = RACES[race]
    world, (first, second) = Here(stage), (rivals[n] for n in order)
    given, go_on = threading.Event(), threading.Event()

    def winner():
        with transaction.atomic():
            world.give(*first)
            given.set()
            assert go_on.wait(30)

    with ThreadPoolExecutor(2) as pool:
        won = pool.submit(outcome, winner)
        assert given.wait(30)
        lost = pool.submit(outcome, lambda: world.give(*second))
        try:
            until_somebody_waits()
        finally:
            go_on.set()
        assert (won.result(), lost.result()) == ("won", code)
    assert stored_once(world, kind).actor["id"] == first[1].id


def test_who_waits_for_a_first_that_comes_to_nothing_wins(committed_db):
    world, (first, second) = Here("new"), ACCEPT
    given, go_on = threading.Event(), threading.Event()

    def gives_up():
        with transaction.atomic():
            world.give(*first)
            given.set()
            assert go_on.wait(30)
            transaction.set_rollback(True)

    with ThreadPoolExecutor(2) as pool:
        pool.submit(outcome, gives_up)
        assert given.wait(30)
        then = pool.submit(outcome, lambda: world.give(*second))
        try:
            until_somebody_waits()
        finally:
            go_on.set()
        assert then.result() == "won"
    assert stored_once(world, "accepted").actor["id"] == second[1].id


def until_somebody_waits() -> None:
    """Until another connection to this database waits for a lock."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits: both read the case before either had written it")
