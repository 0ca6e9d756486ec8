"""The parts of a case side by side: each a lane with its stations, its office and its own clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from tongban.base.calendar import Calendar, CalendarUnknown, OfficeHours
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.engine import clock as statutory
from tongban.engine import lifecycle
from tongban.identity import timetable
from tongban.journeys import find


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """One station of a case's line. ``passed``: another office of the tree had it before."""

    key: str
    title: Words
    office: Words
    kind: str
    state: str
    outcome: str | None
    needs: tuple[str, ...]
    done_at: datetime | None
    passed: bool = False
    part: str = ""


class ClockFace(msgspec.Struct, frozen=True, kw_only=True):
    """Promised against used: ``unit`` is "minutes" (office minutes) or "days" (working days). ``used`` and ``due`` are
    None while pending (not accepted yet, stopped, or the calendar ends before). ``opens``: not accepted yet, and the office
    is closed until then."""

    unit: str
    promised: int | None
    used: int | None
    due: Any
    running: bool
    legal: int | None
    overdue: bool
    opens: datetime | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One service within a case of several: who decides it, how far it is, on its own clock. ``state`` is waiting, open,
    granted, refused, withdrawn or fallen (with ``root``); ``needs`` are the parts whose outcome it needs, ``falls`` those
    that would end with it; ``again``: a review has it decided anew."""

    key: str
    title: Words
    office: Words
    state: str
    root: Words | None
    needs: tuple[Words, ...]
    falls: tuple[Words, ...]
    stations: tuple[Station, ...]
    clock: ClockFace
    can: frozenset[str] = frozenset()
    again: bool = False


def of(row: Any, *, now: datetime) -> tuple[Part, ...]:
    """The parts of a case of several, the one that leads first; none for a case of one."""
    state = cases.state(row)
    return tuple(_part(row, state, part, now=now) for part in state.parts) if row.codes else ()


def in_small(row: Any, state: lifecycle.Case) -> tuple[Station, ...]:
    """A case's line in a list: its steps, or where it has several parts one station for each."""
    if not row.codes:
        return tuple(station(step, row.city) for step in state.steps)
    return tuple(_whole(row, state, part) for part in state.parts)


def _whole(row: Any, state: lifecycle.Case, part: lifecycle.Part) -> Station:
    said = _state_of(state, part)
    bad = said in ("refused", "fallen")
    done = part.ended and all(s.done for s in state.steps if s.part == part.key)
    return Station(
        key=part.key,
        title=part.terms.title if part.terms else Words(zh=part.key, en=part.key),
        office=Words(**find.office(row.city, part.office)["name"]),
        kind="part",
        state="done" if done or bad else "open" if said in ("open", "granted") else "waiting",
        outcome="failed" if bad else None,
        needs=(),
        done_at=None,
    )


def _part(row: Any, state: lifecycle.Case, part: lifecycle.Part, *, now: datetime) -> Part:
    titles = {p.key: p.terms.title for p in state.parts if p.terms}
    own = [s for s in state.steps if s.part == part.key]
    root = part.gone.fell_with if part.gone else None
    running = not part.ended and state.status is not lifecycle.Status.CLOSED
    return Part(
        key=part.key,
        title=titles[part.key],
        office=Words(**find.office(row.city, part.office)["name"]),
        state=_state_of(state, part),
        root=titles.get(root or ""),
        needs=_titled(titles, (s.part for s in _outside(state, own))),
        falls=_titled(titles, lifecycle.falling(state, part.key)) if running else (),
        stations=tuple(station(s, row.city) for s in own),
        clock=face(lifecycle.clock_of(state, part), row.city, part.office, now=now),
        can=frozenset({"withdraw"}) if running else frozenset(),
        again=running and part.again is not None,
    )


def _titled(titles: dict[str, Words], keys: Iterable[str]) -> tuple[Words, ...]:
    return tuple(titles[key] for key in dict.fromkeys(keys) if key in titles)


def _outside(state: lifecycle.Case, own: list[lifecycle.Step]) -> list[lifecycle.Step]:
    """The steps of other parts that these need."""
    needed = {need for s in own for need in s.needs} - {s.key for s in own}
    return [s for s in state.steps if s.key in needed]


def _state_of(state: lifecycle.Case, part: lifecycle.Part) -> str:
    if part.gone is not None:
        return "fallen" if part.gone.fell_with else "withdrawn"
    if part.decision is not None:
        return "granted" if part.decision.granted else "refused"
    started = lifecycle.clock_of(state, part).started_at is not None
    return "open" if started and state.status is not lifecycle.Status.CLOSED else "waiting"


def station(step: lifecycle.Step, city: str) -> Station:
    """A step as a station, with the office's own name in that city."""
    office = find.office(city, step.office)["name"]
    return Station(
        key=step.key,
        title=step.title,
        office=Words(**office),
        kind=step.kind.value,
        state=step.state.value,
        outcome=step.outcome.value if step.outcome else None,
        needs=step.needs,
        done_at=step.done_at,
        passed=bool(step.former),
        part=step.part,
    )


def face(clock: statutory.Clock, city: str, office: str, *, now: datetime) -> ClockFace:
    """The promise and what is used of it, on the office's own time as far as this node knows it."""
    calendar, hours = timetable.calendar(), timetable.hours_of(find.office(city, office))
    try:
        used = statutory.used(clock, now, calendar, hours)
        due = statutory.due(clock, calendar, hours)
        late = statutory.overdue(clock, now, calendar, hours)
    except CalendarUnknown:
        used, due, late = None, None, False
    return ClockFace(
        unit="days" if clock.promise.office_minutes is None else "minutes",
        promised=statutory.allowed(clock),
        used=used,
        due=due,
        running=clock.started_at is not None and clock.ended_at is None and not statutory.stopped(clock),
        legal=clock.legal.working_days,
        overdue=late,
        opens=_opens(clock, hours, calendar, now),
    )


def _opens(clock: statutory.Clock, hours: OfficeHours, calendar: Calendar, now: datetime) -> datetime | None:
    """When the office opens that has still to take the case in, where it is closed now."""
    try:
        return hours.opens(now, calendar) if clock.started_at is None else None
    except CalendarUnknown:
        return None
