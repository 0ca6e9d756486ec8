"""My cases and drafts as lists show them: where each stands, how far it is, and what needs me first (我的办件)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.words import Words
from tongban.cases import drafts, lists
from tongban.cases import queries as cases
from tongban.engine import compose, lifecycle
from tongban.engine.plan import Known
from tongban.journeys import find, lanes, see

APPEAL = timedelta(days=60)  # 行政复议法第二十条: within which a bad end can still be brought to review
DRAFTS = 6


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """A case in a list: its line in small and its clock. ``bad`` says that it came to a bad end."""

    number: str
    title: Words
    city_name: Words
    status: str
    granted: bool | None
    withdrawn: bool
    bad: bool
    received_at: datetime
    closed_at: datetime | None
    stations: tuple[lanes.Station, ...]
    clock: lanes.ClockFace
    supplement_by: date | None


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """A draft in a list. ``done`` of ``of`` questions are answered; ``sealed`` once it is locked for signing, ``signed``
    of ``signers`` have signed."""

    id: str
    title: Words
    city_name: Words
    updated_at: datetime
    done: int
    of: int
    sealed: bool
    signed: int
    signers: int

    @property
    def ready(self) -> bool:
        """Everybody has signed; it only has to be submitted."""
        return self.sealed and self.signers > 0 and self.signed == self.signers


class Page(msgspec.Struct, frozen=True):
    """Some cases in order and where the following page begins (empty at the end)."""

    rows: tuple[Brief, ...]
    next: str


def page(*, by: Actor, now: datetime, state: str = "all", words: str = "", after: str = "", size: int = 20) -> Page:
    """Cases of this person, or of whom they act for, newest first."""
    found = lists.page(cases.of(by), state=state, words=words, after=after, size=size)
    return Page(rows=tuple(brief(row, now=now) for row in found.rows), next=found.next)


def bad_news(*, by: Actor, now: datetime) -> list[Brief]:
    """Cases that were refused or sent back while the person can still appeal, newest first."""
    return [brief(row, now=now) for row in lists.refused_lately(cases.of(by), since=now - APPEAL)]


def brief(row: Any, *, now: datetime) -> Brief:
    """What a list shows of a case."""
    state = cases.state(row)
    bad = row.result == "refused" or (row.closed_at is not None and state.closing in _BAD)
    return Brief(
        number=row.number,
        title=Words(**row.title),
        city_name=find.cities().get(row.city, Words(zh=row.city, en=row.city)),
        status=row.status,
        granted=state.granted,
        withdrawn=state.withdrawn,
        bad=bad,
        received_at=row.received_at,
        closed_at=row.closed_at,
        stations=lanes.in_small(row, state),
        clock=see.clock(row, state, now=now),
        supplement_by=state.supplement_by if state.status is lifecycle.Status.SUPPLEMENT else None,
    )


_BAD = (lifecycle.Closing.RETURNED, lifecycle.Closing.NOT_SUPPLEMENTED)


def started(*, by: Actor, now: datetime) -> list[Started]:
    """Unfinished drafts, the last changed first, with how far each is: computed from what is kept, nobody is asked."""
    return [_started(draft, now) for draft in cases.drafts_of(by).select_related("key")[:DRAFTS]]


def _started(draft: Any, now: datetime) -> Started:
    done, of = _how_far(draft, now)
    parties = cases.parties(draft) if draft.sealed_digest else []
    return Started(
        id=str(draft.id),
        title=Words(**draft.title),
        city_name=find.cities().get(draft.city, Words(zh=draft.city, en=draft.city)),
        updated_at=draft.updated_at,
        done=done,
        of=of,
        sealed=bool(draft.sealed_digest),
        signed=sum(party.signed_at is not None for party in parties),
        signers=len(parties),
    )


def _how_far(draft: Any, now: datetime) -> tuple[int, int]:
    """How many questions are answered, of how many."""
    content = drafts.content(draft)
    items = find.items_of(draft.refs)
    facts = msgspec.convert(content["facts"], dict[str, Known])
    today = day_of(now)
    plan = compose.compose(items, facts=facts, answers=content["answers"], today=today, city=draft.city)
    return sum(q.key in content["answers"] or not q.required for q in plan.questions), len(plan.questions)
