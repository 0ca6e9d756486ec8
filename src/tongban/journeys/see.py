"""Seeing a case: the line with its stations, the clock, what was said and what can be done now (办件进度)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base import memo
from tongban.base.actors import SYSTEM, Actor, Warrant
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.cases import spaces
from tongban.certificates import queries as certificates
from tongban.delivery import queries as deliveries
from tongban.engine import lifecycle
from tongban.exchange import queries as exchange
from tongban.journeys import acting, find, lanes, shares, signing, taking_back
from tongban.ratings import queries as ratings


class Afar(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel that another city ordered: what is known of it here is what its courier said, by the case's events."""

    state: str
    ordered_at: datetime
    said: tuple[tuple[datetime, str], ...]
    kind: str = "outcome"
    words: dict[str, str] = {}
    tracking: str = ""
    note: str = ""
    again_id: None = None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A case as its page shows it. ``whole``: all of it, not only what concerns one of several parties. ``wishes`` are what
    somebody would take back and all who applied must agree to."""

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
    stations: tuple[lanes.Station, ...]
    clock: lanes.ClockFace
    supplement: dict[str, Any] | None
    materials: tuple[Any, ...]
    events: tuple[Any, ...]
    papers: tuple[Any, ...]
    parcels: tuple[Any, ...]
    delivery: str | None
    rating: Any
    can: frozenset[str]
    parts: tuple[lanes.Part, ...] = ()
    bundle: str = ""
    whole: bool = True
    wishes: tuple[taking_back.Wish, ...] = ()


@memo.once
def mine(number: str, *, by: Actor, now: datetime) -> Any:
    """The case row if it is this person's, or of whom they act for (in their space, or as a party of it); NoCase for
    anybody else's, OutsideMandate beyond their power."""
    try:
        return cases.seen_by(number, by=by, now=now)
    except cases.NoCase:
        return _as_party(number, by=by, now=now)


def _as_party(number: str, *, by: Actor, now: datetime) -> Any:
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
    """One case of this person's: all of it in their own space, what concerns them where they are a party of another's."""
    row = mine(number, by=by, now=now)
    found = view(row, now=now)
    if row.taking_back:
        wishes = taking_back.wishes(row, cases.state(row), by=by, now=now)
        found = msgspec.structs.replace(found, wishes=wishes)
    return found if spaces.holds(row, by) else _theirs(found, row, by=by, now=now)


def _theirs(found: View, row: Any, *, by: Actor, now: datetime) -> View:
    """What a party sees of another's case: the services that need them, and certificates that they hold."""
    firms, roles = acting.signs_for(by, now), _roles(row, by=by, now=now)
    theirs = _shared(row, roles, now=now)
    titles = {s.key for s in cases.state(row).steps if s.part in theirs}
    held = certificates.holdings_in(row.number, refs=[by.subject or "-", *firms])
    return msgspec.structs.replace(
        found,
        stations=tuple(_seen(s, titles) for s in found.stations if s.key in titles),
        materials=tuple(m for m in found.materials if not m.items or theirs & set(m.items)),
        events=tuple(e for e in found.events if _concerns(e, theirs, titles)),
        papers=tuple(p for p in found.papers if _reads(p, roles, theirs, held)),
        parts=tuple(p for p in found.parts if p.key in theirs),
        can=found.can - _PARCEL - (frozenset() if theirs >= set(row.codes) else {"withdraw"}),
        whole=theirs >= set(row.codes),
    )


def theirs_of(row: Any, *, by: Actor, now: datetime) -> frozenset[str]:
    """The codes of the services of a case that concern this person: all in their own space, else those in which they, or a
    firm that they sign for, take part."""
    if spaces.holds(row, by):
        return frozenset(spaces.items(row))
    return _shared(row, _roles(row, by=by, now=now), now=now)


def _roles(row: Any, *, by: Actor, now: datetime) -> list[str]:
    """As what somebody takes part in a case, or a firm that they sign for."""
    return cases.roles_in(row, person_lookup=signing.own_lookup(by, now), firms=acting.signs_for(by, now))


def _shared(row: Any, roles: Collection[str], *, now: datetime) -> frozenset[str]:
    document = cases.content(row, warrant=Warrant(actor=SYSTEM, purpose="handle"), now=now)["document"]
    return shares.theirs(document, roles)


def _reads(paper: Any, roles: Collection[str], theirs: Collection[str], held: Collection[Any]) -> bool:
    """Whether a paper is a party's: a certificate that they hold, a letter to the case or to a part of theirs; of what
    another city sent, what it said is theirs."""
    if hasattr(paper, "holder_ref"):
        return paper.id in held
    if hasattr(paper, "occasion"):
        return paper.occasion in theirs or paper.occasion.lstrip("0123456789") in ("", *theirs)
    return not paper.roles or bool(set(paper.roles) & set(roles))


def _seen(station: lanes.Station, keys: set[str]) -> lanes.Station:
    """A station that waits only for what is seen too."""
    return msgspec.structs.replace(station, needs=tuple(n for n in station.needs if n in keys))


def _concerns(event: Any, parts: Collection[str], steps: Collection[str]) -> bool:
    facts = event.facts
    return facts.get("part", "") in ("", *parts) and facts.get("step", "") in ("", *steps)


def view(row: Any, *, now: datetime) -> View:
    """What a case looks like now, the same in every channel."""
    state = cases.state(row)
    names = find.cities()
    sent = deliveries.all_of(row.number)
    return View(
        number=row.number,
        title=Words(**row.title),
        city=row.city,
        city_name=names.get(row.city, Words(zh=row.city, en=row.city)),
        taken_in_by=names.get(row.taken_in_by, Words(zh=row.taken_in_by, en=row.taken_in_by)),
        status=row.status,
        custodian=row.custodian,
        offered_to=state.custody.offered_to,
        awaiting_city=bool(state.custody.offered_to) or (_abroad(row) and exchange.on_its_way(row.number).exists()),
        granted=state.granted,
        withdrawn=state.withdrawn,
        received_at=row.received_at,
        stations=tuple(lanes.station(s, row.city) for s in state.steps),
        clock=clock(row, state, now=now),
        supplement=_supplement(row, state),
        materials=tuple(cases.materials(row)),
        events=tuple(cases.events(row)),
        papers=tuple(papers(row)),
        parcels=tuple(sent) or _parcel_afar(row, state),
        delivery=state.delivery,
        rating=ratings.of_case(row.number),
        can=_can(row, state, sent),
        parts=lanes.of(row, now=now),
        bundle=row.bundle,
    )


def _parcel_afar(row: Any, state: lifecycle.Case) -> tuple[Afar, ...]:
    """The parcel that another city ordered, as the events of the case tell of it."""
    if state.delivery is None:
        return ()
    told = [(e.at, str(e.facts["state"])) for e in cases.events(row) if e.kind == "delivery_reported"]
    begun = max(n for n, (_, kind) in enumerate(told) if kind == "ordered")
    return (Afar(state=state.delivery, ordered_at=told[begun][0], said=tuple(told[begun + 1 :])),)


def _abroad(row: Any) -> bool:
    """Whether another city has anything to do with a case."""
    return {row.city, row.taken_in_by, row.custodian} != {settings.TONGBAN_ADCODE}


def clock(row: Any, state: lifecycle.Case, *, now: datetime) -> lanes.ClockFace:
    """The promise and what is used of it, on the deciding city's office time as far as this node knows it."""
    return lanes.face(state.clock, row.city, state.parts[0].office if state.parts else "", now=now)


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


_PARCEL = frozenset({"order", "redirect", "fetch"})  # what goes by courier is the applicant's, to whom it comes
_OPEN = (lifecycle.Status.SUBMITTED, lifecycle.Status.SUPPLEMENT, lifecycle.Status.ACCEPTED, lifecycle.Status.SUSPENDED)


def _can(row: Any, state: lifecycle.Case, sent: Sequence[Any]) -> frozenset[str]:
    found, out = set(), {each.kind for each in sent if each.state not in deliveries.OVER}
    if state.status in _OPEN and not any(p.decision for p in state.parts):
        found.add("withdraw")
    if state.status is lifecycle.Status.SUPPLEMENT:
        found.add("supplement")
    if state.certificates and "outcome" not in out and state.delivery in (None, "failed"):
        found.add("order")
    if state.delivery in deliveries.OPEN:
        found.add("redirect")
    if state.status in _OPEN and "originals" not in out:
        found.add("fetch")
    if state.status is lifecycle.Status.CLOSED and not state.withdrawn and ratings.of_case(row.number) is None:
        found.add("rate")
    return frozenset(found)
