"""What is mine to do, by what is due (待办)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from tongban.base.actors import Actor
from tongban.base.calendar import SHANGHAI, day_of
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.identity import absences
from tongban.identity import queries as identity
from tongban.ratings import queries as ratings

PAGE = 50
MOST_PAGES = 200  # nobody leafs further; a search finds what lies behind


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a queue: a step that this desk can do now, or that a colleague has in hand (``holder``)."""

    number: str
    title: Words
    step: str
    kind: str
    state: str
    mine: bool
    due_at: datetime | None
    late: bool
    today: bool
    received_at: datetime
    taken_in_by: str
    holder: str = ""
    standing_in: bool = False


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for in a queue. ``whose``: do (mine and nobody's), mine, free, all; ``due``: late or today."""

    whose: str = "do"
    kind: str = ""
    due: str = ""
    text: str = ""
    page: int = 1


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a queue, how many there are of each sort, and which kinds of steps this officer does."""

    rows: tuple[Row, ...]
    counts: dict[str, int]
    found: int
    page: int
    pages: int
    kinds: tuple[str, ...]


def queue(*, by: Actor, now: datetime, limit: int = PAGE) -> list[Row]:
    """What this officer can do now, by what is due first. What others have taken is left out."""
    return list(look(by=by, wanted=Wanted(), now=now, limit=limit).rows)


def look(*, by: Actor, wanted: Wanted, now: datetime, limit: int = PAGE) -> Queue:
    """A page of the queue of this officer's office, narrowed by what is ``wanted``."""
    kinds, absent, steps = _desk(by, now)
    tomorrow = _tomorrow(now)
    counts = stored.tally(steps, by=by.id, now=now, tomorrow=tomorrow)
    whose = {"do": ["", by.id, *absent], "mine": [by.id, *absent], "free": [""]}.get(wanted.whose)
    if whose is not None:
        steps = steps.filter(assignee__in=whose)
    if wanted.kind in kinds:
        steps = steps.filter(kind=wanted.kind)
    if wanted.due:
        steps = steps.filter(due_at__lt=now if wanted.due == "late" else tomorrow)
    if wanted.text:
        steps = stored.named(steps, wanted.text)
    plain = whose is not None and not (absent or wanted.kind or wanted.due or wanted.text)
    known = {"do": counts["mine"] + counts["free"], "mine": counts["mine"], "free": counts["free"]}
    found = known[wanted.whose] if plain else steps.count()
    pages = max(1, min(-(-found // limit), MOST_PAGES))
    page = min(max(wanted.page, 1), pages)
    shown = list(steps[(page - 1) * limit : page * limit])
    names = identity.officer_names({s.assignee for s in shown} - {""})
    rows = tuple(_row(s, by, names, absent, now, tomorrow) for s in shown)
    return Queue(rows=rows, counts=counts, found=found, page=page, pages=pages, kinds=kinds)


def _desk(by: Actor, now: datetime) -> tuple[tuple[str, ...], frozenset[str], Any]:
    """What this officer can do, whom they stand in for, and every step that waits at their office for that."""
    kinds = kinds_of(by)
    absent = absences.stood_in_for(by.id, on=day_of(now))
    return kinds, absent, stored.queue_of(identity.acting_for(by.office or ""), kinds=kinds)


def _tomorrow(now: datetime) -> datetime:
    today = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def _row(
    step: stored.Step, by: Actor, names: dict[str, str], absent: frozenset[str], now: datetime, tomorrow: datetime
) -> Row:
    late = step.due_at is not None and step.due_at < now
    return Row(
        number=step.number,
        title=Words(**step.title),
        step=step.key,
        kind=step.kind,
        state=step.state,
        mine=step.assignee == by.id,
        due_at=step.due_at,
        late=late,
        today=step.due_at is not None and not late and step.due_at < tomorrow,
        received_at=step.received_at,
        taken_in_by=step.taken_in_by,
        holder="" if step.assignee == by.id else names.get(step.assignee, ""),
        standing_in=step.assignee in absent,
    )


def next_for(*, by: Actor, now: datetime, after: str = "") -> str:
    """The number of the case that this officer does next: the one behind ``after`` in the queue, from its last the
    first again; empty when nothing else waits."""
    _, absent, steps = _desk(by, now)
    doable = steps.filter(assignee__in=["", by.id, *absent]).values_list("number", flat=True)
    return one_after(list(dict.fromkeys(doable[:PAGE])), after)


def one_after(numbers: list[str], after: str) -> str:
    """The one behind ``after``, from the last the first again; empty when there is no other."""
    behind = numbers[numbers.index(after) + 1 :] if after in numbers else []
    return next((number for number in (*behind, *numbers) if number != after), "")


_KIND_POWER = {
    "accept": "accept",
    "examine": "examine",
    "inspect": "inspect",
    "ask": "answer",
    "tell": "answer",
    "decide": "decide",
    "issue": "issue",
}


def kinds_of(by: Actor) -> tuple[str, ...]:
    """The kinds of steps that this officer has the power to do."""
    return tuple(kind for kind, power in _KIND_POWER.items() if power in by.powers)


def told(*, by: Actor, limit: int = 50) -> list[Row]:
    """What this office was only told of (no answer asked), newest first."""
    acting = identity.acting_for(by.office or "")
    return [_plain(step) for step in stored.told_to(acting)[:limit]]


def before_acceptance(*, by: Actor, limit: int = 10) -> list[Row]:
    """Joint cases that wait for acceptance and in which this office will have a step: what it misses is told with all else,
    once (art. 32)."""
    if not set(kinds_of(by)) & {"examine", "decide", "ask"}:
        return []
    steps = stored.before_acceptance(identity.acting_for(by.office or ""), most=limit)
    return [_plain(step) for step in steps]


def _plain(s: stored.Step) -> Row:
    return Row(
        number=s.number,
        title=Words(**s.title),
        step=s.key,
        kind=s.kind,
        state=s.state,
        mine=False,
        due_at=None,
        late=False,
        today=False,
        received_at=s.received_at,
        taken_in_by=s.taken_in_by,
    )


def follow_ups_open(*, by: Actor) -> int:
    """How many bad ratings wait for this officer's office."""
    return ratings.open_follow_ups(identity.acting_for(by.office or "")).count()
