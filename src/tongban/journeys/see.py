"""Seeing a case: the line with its stations, the clock, what was said and what can be done now (办件进度)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.calendar import CalendarUnknown
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.certificates import queries as certificates
from tongban.delivery import queries as deliveries
from tongban.engine import clock as statutory
from tongban.engine import lifecycle
from tongban.exchange import queries as exchange
from tongban.identity import timetable
from tongban.journeys import acting, find, signing
from tongban.ratings import queries as ratings


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


class ClockFace(msgspec.Struct, frozen=True, kw_only=True):
    """Promised against used: ``unit`` is "minutes" (office minutes) or "days" (working days). ``used`` and ``due`` are
    None while pending (not accepted yet, stopped, or the calendar ends before)."""

    unit: str
    promised: int | None
    used: int | None
    due: Any
    running: bool
    legal: int | None
    overdue: bool


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A case as its page shows it."""

    number: str
    title: Words
    city: str
    city_name: Words
    taken_in_by: Words
    status: str
    custodian: str
    offered_to: str | None
    awaiting_city: bool
    granted: bool | None
    withdrawn: bool
    received_at: datetime
    stations: tuple[Station, ...]
    clock: ClockFace
    supplement: dict[str, Any] | None
    materials: tuple[Any, ...]
    events: tuple[Any, ...]
    papers: tuple[Any, ...]
    parcels: tuple[Any, ...]
    delivery: str | None
    rating: Any
    can: frozenset[str]


def mine(number: str, *, by: Actor, now: datetime) -> Any:
    """The case row if it is this person's, or of whom they act for (in their space, or as a party of it); NoCase for
    anybody else's, OutsideMandate beyond their power."""
    firms = {uscc: each.reach for uscc, each in acting.signs_for(by, now).items()}
    try:
        return cases.seen_by(number, by=by, now=now, person_lookup=signing.own_lookup(by, now), firms=firms)
    except cases.NoCase:
        row = cases.find(number)
        no = acting.in_whose_name(row, f"/cases/{number}", by=by, now=now) if row else None
        if no is None:
            raise
        raise no from None


def own(*, by: Actor) -> list[dict[str, Any]]:
    """Cases of this person, or of whom they act for, newest first."""
    return [
        {
            "number": row.number,
            "title": Words(**row.title),
            "status": row.status,
            "result": row.result,
            "received_at": row.received_at,
            "due_at": row.due_at,
            "city": row.city,
        }
        for row in cases.of(by)[:200]
    ]


def case(number: str, *, by: Actor, now: datetime) -> View:
    """One case of this person's."""
    row = mine(number, by=by, now=now)
    return view(row, now=now)


def view(row: Any, *, now: datetime) -> View:
    """What a case looks like now, the same in every channel."""
    state = cases.state(row)
    names = find.cities()
    return View(
        number=row.number,
        title=Words(**row.title),
        city=row.city,
        city_name=names.get(row.city, Words(zh=row.city, en=row.city)),
        taken_in_by=names.get(row.taken_in_by, Words(zh=row.taken_in_by, en=row.taken_in_by)),
        status=row.status,
        custodian=row.custodian,
        offered_to=state.custody.offered_to,
        awaiting_city=bool(state.custody.offered_to) or exchange.on_its_way(row.number).exists(),
        granted=state.granted,
        withdrawn=state.withdrawn,
        received_at=row.received_at,
        stations=tuple(station(s, row.city) for s in state.steps),
        clock=clock(row, state, now=now),
        supplement=_supplement(row, state),
        materials=tuple(cases.materials(row)),
        events=tuple(cases.events(row)),
        papers=tuple(papers(row)),
        parcels=tuple(deliveries.all_of(row.number)),
        delivery=state.delivery,
        rating=ratings.of_case(row.number),
        can=_can(row, state),
    )


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
    )


def clock(row: Any, state: lifecycle.Case, *, now: datetime) -> ClockFace:
    """The promise and what is used of it, on the deciding city's office time as far as this node knows it."""
    calendar = timetable.calendar()
    hours = timetable.hours_of(find.office(row.city, state.parts[0].office if state.parts else ""))
    try:
        used = statutory.used(state.clock, now, calendar, hours)
        due = statutory.due(state.clock, calendar, hours)
        late = statutory.overdue(state.clock, now, calendar, hours)
    except CalendarUnknown:
        used, due, late = None, None, False
    minutes = state.clock.promise.office_minutes is not None
    return ClockFace(
        unit="minutes" if minutes else "days",
        promised=statutory.allowed(state.clock),
        used=used,
        due=due,
        running=state.clock.started_at is not None
        and state.clock.ended_at is None
        and not statutory.stopped(state.clock),
        legal=state.clock.legal.working_days,
        overdue=late,
    )


def papers(row: Any) -> list[Any]:
    """Certificates and letters of a case: this node's own, or those the deciding city sent."""
    if row.city == settings.TONGBAN_ADCODE:
        return [*certificates.of_case(row.number), *certificates.letters_of(row.number)]
    return cases.papers(row)


def _supplement(row: Any, state: lifecycle.Case) -> dict[str, Any] | None:
    if state.status is not lifecycle.Status.SUPPLEMENT:
        return None
    asked = next(e for e in reversed(cases.events(row)) if e.kind == "supplement_asked")
    return {"lines": asked.facts["lines"], "by": state.supplement_by, "cites": asked.facts["cites"]}


_OPEN = (lifecycle.Status.SUBMITTED, lifecycle.Status.SUPPLEMENT, lifecycle.Status.ACCEPTED, lifecycle.Status.SUSPENDED)


def _can(row: Any, state: lifecycle.Case) -> frozenset[str]:
    found = set()
    if state.status in _OPEN and not any(p.decision for p in state.parts):
        found.add("withdraw")
    if state.status is lifecycle.Status.SUPPLEMENT:
        found.add("supplement")
    if state.certificates and deliveries.of_case(row.number) is None and state.delivery in (None, "failed"):
        found.add("order")
    if state.status in _OPEN and deliveries.of_case(row.number, kind="originals") is None:
        found.add("fetch")
    if state.status is lifecycle.Status.CLOSED and not state.withdrawn and ratings.of_case(row.number) is None:
        found.add("rate")
    return frozenset(found)
