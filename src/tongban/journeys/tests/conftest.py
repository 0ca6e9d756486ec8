"""What journeys' tests share: people of the small city signed in, officers, and the worker that does put-off work."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tongban.base.actors import Actor
from tongban.identity import actions as identity
from tongban.identity import queries as known
from tongban.identity.models import Officer
from tongban.jobs import handlers
from tongban.journeys import prove
from tongban.journeys.visit import calling
from tongban.registries.models import Person
from tongban.wiring.testing import NOW


class Clock:
    """The time of a test, moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def forward(self, **amount: int) -> datetime:
        self.now += timedelta(**amount)
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(handlers, "_now", lambda: clock.now)
    return clock


@pytest.fixture
def persona(society, db, clock):
    """Signs a persona in by key, at level 2 (the port's part is tested with the port)."""
    people = {each["key"]: each for each in society["people"]}

    def enter(key: str | dict, level: int = 2) -> Actor:
        who = people[key] if isinstance(key, str) else key
        code = identity.new_code(mobile=who["mobile"] or "13900000001", now=clock.now)
        account = identity.use_code(mobile=who["mobile"] or "13900000001", code=code, now=clock.now)
        by = prove.match(name=who["name"], id_number=who["id_number"], by=known.person_actor(account), now=clock.now)
        if level == 2:
            proof = identity.ask_proof(account=account, method="counter", purpose="test", now=clock.now)
            identity.answer_proof(proof=proof, passed=True, reason="", evidence="counter", by=by, now=clock.now)
        return known.person_actor(known.account(by.id))

    enter.people = people
    return enter


@pytest.fixture
def officer(society, db):
    """An officer of the small city by user name."""

    def enter(username: str) -> Actor:
        found = Officer.objects.select_related("office").get(username=username)
        return known.officer_actor(found)

    return enter


@pytest.fixture
def work(db):
    """Does all put-off work that is due, in order, as a worker would."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    def run(most: int = 50) -> list[str]:
        done: list[str] = []
        seen: set[int] = set()
        while len(done) < most:
            job = ProcrastinateJob.objects.exclude(id__in=seen).filter(status="todo").order_by("id").first()
            if job is None:
                return done
            seen.add(job.id)
            app.tasks[job.task_name].func(**job.args)
            done.append(job.task_name)
        return done

    return run


@pytest.fixture
def residents(society, db):
    return Person.objects.order_by("id")


@pytest.fixture
def her(persona):
    """Somebody with an account, proven."""
    return persona("founder")


@pytest.fixture
def seat(officer, clock):
    """A clerk who sits at a window of a hall: their session, and who they are."""

    def sit(username="hz-window-1", window="3", hall="centre-330106", lanes=()):
        session: dict = {}
        by = officer(username)
        calling.sit(session=session, hall=hall, window=window, lanes=list(lanes), by=by, now=clock.now)
        return session, by

    sit.officer = officer
    return sit
