"""What the room's tests begin with: people with accounts, a time in a hall, the rules of the repository."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tongban.appointments import actions
from tongban.appointments.models import Booking, Ticket
from tongban.base.actors import Actor, Kind
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.engine import visiting
from tongban.files import vault
from tongban.identity.models import Account
from tongban.registries.models import Division, Person
from tongban.wiring.node import REPOSITORY

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
RULES, _ = visiting.load_rules({visiting.FILE: (REPOSITORY / "services" / visiting.FILE).read_bytes()})
assert RULES is not None
LANE, FIRMS = RULES.lanes["hall"][0], RULES.lanes["hall"][1]
HALL, DAY = "centre", NOW.date()
MATTER = {"city": "330100", "code": "an-item", "title": {"zh": "一件事（演示）", "en": "A matter (demo)"}}
CLERK = Actor(kind=Kind.OFFICER, id="clerk-1", office="window")


def account() -> Account:
    return Account.objects.create(key=vault.new_key(), created_at=NOW)


def somebody() -> Person:
    """A person of the registry who has no account."""
    place, _ = Division.objects.get_or_create(code="330000", defaults={"name": "浙江省", "level": "province"})
    told = {"name": "演示", "sex": "female", "birth": "1950-01-01", "source": "synthetic", "as_of": "2026-01-01"}
    lookup = secrets.token_hex(16)
    return Person.objects.create(
        lookup=lookup, sealed_number=b"", key=vault.new_key(), division=place, synthetic=True, **told
    )


def person(of: Account) -> Actor:
    return Actor(kind=Kind.PERSON, id=str(of.pk), level=2)


def time(minutes: int = 60, *, seats: int = 3, hall: str = HALL, long: int = 30) -> actions.Wanted:
    start = NOW + timedelta(minutes=minutes)
    return actions.Wanted(
        hall=hall, lane="general", starts_at=start, ends_at=start + timedelta(minutes=long), seats=seats
    )


def book(of: Account | None = None, wanted: actions.Wanted | None = None, now: datetime = NOW) -> Booking:
    of = of or account()
    holder = actions.Holder(account=of)
    return actions.book(holder=holder, wanted=wanted or time(), matters=[MATTER], rules=RULES, by=person(of), now=now)


def take(
    minutes: int = 0, *, group: str = "", of: Account | None = None, booking: Booking | None = None, lane: Any = LANE
) -> Ticket:
    return actions.take(
        hall=HALL,
        lane=lane,
        day=DAY,
        coming=actions.Coming(how="window"),
        group=RULES.group(group),
        account=of,
        booking=booking,
        rules=RULES,
        by=CLERK,
        now=NOW + timedelta(minutes=minutes),
    )


def call_next(window: str = "1", minutes: int = 0, lanes: tuple[str, ...] = ("general",)) -> Ticket | None:
    return actions.call_next(
        hall=HALL,
        day=DAY,
        lanes=lanes,
        window=window,
        booked_ahead=RULES.booked_ahead,
        by=CLERK,
        now=NOW + timedelta(minutes=minutes),
    )


def at_once(*works: Callable[[], Any]) -> list[str]:
    """What comes of work that begins at the same moment: ``ok``, or the code of the refusal."""
    gate, outcomes = threading.Barrier(len(works)), list[str]()

    def worker(work: Callable[[], Any]) -> None:
        try:
            gate.wait()
            work()
            outcomes.append("ok")
        except Refusal as no:
            outcomes.append(no.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)
