"""Gathering what a plan needs, each fact once: from this node's registries and certificates, or another city's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor, Warrant
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.certificates import queries as certificates
from tongban.engine import compose
from tongban.engine import items as engine
from tongban.engine.plan import Known, Plan
from tongban.exchange import actions as exchange
from tongban.exchange import queries as peers
from tongban.exchange.refusals import PeerRefused, PeerUnavailable, WireRefusal
from tongban.journeys import told
from tongban.registries import queries as registries

ROUNDS = 6  # an answer may call for a fact that calls for another; no plan needs more


class Gathered(msgspec.Struct, kw_only=True):
    """A plan with the facts it rests on, and who has still to answer."""

    plan: Plan
    facts: dict[str, Known]
    awaited: tuple[Words, ...] = ()


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """For whom and for what facts are gathered: ``city`` decides, ``ref`` is the draft or case."""

    by: Actor
    city: str
    ref: str
    purpose: str
    now: datetime

    @property
    def warrant(self) -> Warrant:
        return Warrant(actor=self.by, purpose=self.purpose, case=self.ref)

    @property
    def today(self) -> date:
        return day_of(self.now)

    @property
    def abroad(self) -> bool:
        return self.city != settings.TONGBAN_ADCODE


def gather(
    items: Sequence[engine.Item], *, facts: Mapping[str, Known], answers: Mapping[str, Any], asking: Asking
) -> Gathered:
    """Compose, look up what the plan says it needs, and compose again until nothing more can be found.

    A city that does not answer within two seconds, or not in a way that can be believed, leaves its facts out and is
    named in ``awaited``.
    """
    known, awaited, tried = dict(facts), dict[str, Words](), set[str]()
    for _ in range(ROUNDS):
        plan = compose.compose(items, facts=known, answers=answers, today=asking.today, city=asking.city)
        wanted = [need for need in plan.needs if need not in known and need not in tried]
        if not wanted:
            break
        tried.update(wanted)
        for group, keys in _grouped(wanted).items():
            try:
                known |= _SOURCES.get(group, _nobody)(keys, asking)
            except (PeerUnavailable, PeerRefused, WireRefusal) as no:
                # Silent, not trusted now, or not willing now: the draft goes on, and says for whom it waits.
                awaited[asking.city] = no.brief
    return Gathered(plan=plan, facts=known, awaited=tuple(awaited.values()))


def _grouped(needs: list[str]) -> dict[str, list[str]]:
    """Needs by the source that knows them: ``person.birth`` by "person.", ``place:1`` by "place:"."""
    found: dict[str, list[str]] = {}
    for need in needs:
        cut = min((need.index(c) for c in ":." if c in need), default=len(need) - 1)
        found.setdefault(need[: cut + 1], []).append(need)
    return found


def _nobody(keys: list[str], asking: Asking) -> dict[str, Known]:
    """No registry is the source of these: looked for, and nobody knows."""
    return {key: Known(value=None, source="nobody", as_of=_day(asking)) for key in keys}


def _applicant(keys: list[str], asking: Asking) -> dict[str, Known]:
    if asking.by.subject is None:
        return {}
    person = registries.person(asking.by.subject, warrant=asking.warrant, now=asking.now)
    found = registries.facts_of(person, warrant=asking.warrant, now=asking.now, only=keys)
    return {**_nobody(keys, asking), **found}


def _firm(keys: list[str], asking: Asking) -> dict[str, Known]:
    entity = registries.entity_by_uscc(asking.by.entity) if asking.by.entity else None
    found = registries.facts_of_entity(entity, warrant=asking.warrant, now=asking.now) if entity else {}
    return {**_nobody(keys, asking), **{key: found[key] for key in keys if key in found}}


def _certificates(keys: list[str], asking: Asking) -> dict[str, Known]:
    """Certificates on file here of the person whose matter it is, or of the firm acted for."""
    found = _nobody(keys, asking)
    for key in keys:
        held = certificates.proves(
            type=key.partition(":")[2],
            ref=asking.by.entity or asking.by.subject or "-",
            warrant=asking.warrant,
            now=asking.now,
            on=asking.today,
        )
        if held is not None:
            value = {"identifier": held.identifier, "valid_to": str(held.valid_to) if held.valid_to else None}
            found[key] = Known(value=value, source=f"certificate:{held.identifier}", as_of=_day(asking))
    return found


def _licence(number: str, asking: Asking) -> dict[str, Any]:
    """What is known of a licence by its number: whether it is on file here for whom it is about, and until when. A paper
    that is not on file is none the worse for it."""
    held = certificates.numbered(
        number=number,
        ref=asking.by.entity or asking.by.subject or "-",
        warrant=asking.warrant,
        now=asking.now,
        on=asking.today,
    )
    if held is None:
        return {"known": False}
    until = str(held.valid_to) if held.valid_to else None
    return {"known": True, "title": certificates.name_of(held).zh, "valid_to": until}


def person(number: str, *, warrant: Warrant, now: datetime) -> dict[str, Any] | None:
    """What another party's ID number answers with at this node: name, birth, alive; None for nobody."""
    found = registries.person_by_id_number(number, warrant=warrant, now=now)
    if found is None:
        return None
    return {
        "id": number,
        "name": found.name,
        "birth": found.birth.isoformat(),
        "sex": found.sex,
        "alive": found.deceased_on is None,
    }


def firm(uscc: str, *, warrant: Warrant, now: datetime) -> dict[str, Any] | None:
    """What a USCC answers with at this node: name, status, legal representative's name; None for nobody."""
    found = registries.entity_by_uscc(uscc)
    if found is None:
        return None
    return {
        "id": found.uscc,
        "name": found.name,
        "status": found.status,
        "kind": found.kind,
        "representative": found.representative_name,
    }


def place(code: str, *, city: str, now: datetime) -> dict[str, Any] | None:
    """What a place's id answers with in ``city``: text, division, use, who owns it; None for none there."""
    try:
        found = registries.place(code, city=city)
    except Refusal as no:
        return {"ok": False, "code": no.code, "says": msgspec.to_builtins(no.brief)}
    facts = {key.removeprefix("place."): known.value for key, known in registries.place_facts(found).items()}
    return {**facts, "ok": True, "code": str(found.id), "text": found.text, "owner": found.owner_name}


def name_check(name: str, *, city: str, ref: str, now: datetime) -> dict[str, Any]:
    """Whether a firm's name can be had in ``city``, why not, and what would do."""
    verdict = registries.check_name(name=name, city=city, now=now, reserved_for=ref)
    return {
        "ok": verdict.ok,
        "code": verdict.code or "",
        "says": msgspec.to_builtins(verdict.says),
        "cites": list(verdict.cites),
        "suggestions": list(verdict.suggestions),
        "remedy": msgspec.to_builtins(verdict.next_step) if verdict.next_step else None,
    }


def ask_city(resource: str, query: dict[str, Any], asking: Asking) -> Any:
    """Put a query to the deciding city; PeerUnavailable when it does not answer, or in another shape;
    its refusal when it says no."""
    found = exchange.ask(
        peer=asking.city, resource=resource, query=query, purpose=asking.purpose, case=asking.ref, now=asking.now
    )
    if not told.fits(resource, found):
        name = peers.name_of(peers.peer(asking.city, now=asking.now))
        raise PeerUnavailable(asking.city, name, f"the answer has not the shape of {resource}")
    return found


def _each(
    resource: str, here: Callable[[str, Asking], Any], *, both: bool
) -> Callable[[list[str], Asking], dict[str, Known]]:
    """A source that answers each key by itself. ``both``: this node is asked first, the deciding city after it."""

    def source(keys: list[str], asking: Asking) -> dict[str, Known]:
        return {key: _one(key, asking) for key in keys}

    def _one(key: str, asking: Asking) -> Known:
        value, origin = None, settings.TONGBAN_ADCODE
        if both or not asking.abroad:
            value = here(key.partition(":")[2], asking)
        if value is None and asking.abroad:
            value, origin = _abroad(resource, key.partition(":")[2], asking), asking.city
        return Known(value=value, source=_OF[resource].format(city=origin), as_of=_day(asking))

    return source


_OF = {
    "person": "population:{city}",
    "firm": "legal-entities:{city}",
    "place": "places:{city}",
    "name-check": "legal-entities:{city}",
}


def _abroad(resource: str, key: str, asking: Asking) -> Any:
    try:
        return ask_city(resource, {"key": key}, asking)
    except PeerRefused as no:
        if no.peer_status == 404:
            return None
        raise


def _day(asking: Asking) -> str:
    return asking.today.isoformat()


def _safe(look: Callable[..., Any]) -> Callable[[str, Asking], Any]:
    """A malformed identifier is known to nobody."""

    def here(key: str, asking: Asking) -> Any:
        try:
            return look(key, warrant=asking.warrant, now=asking.now)
        except Refusal:
            return None

    return here


_SOURCES: dict[str, Callable[[list[str], Asking], dict[str, Known]]] = {
    "person.": _applicant,
    "firm.": _firm,
    "certificate:": _certificates,
    "licence:": lambda keys, asking: {
        key: Known(value=_licence(key.partition(":")[2], asking), source="certificates", as_of=_day(asking)) for key in keys
    },
    "person:": _each("person", _safe(person), both=True),
    "firm:": _each("firm", _safe(firm), both=True),
    "place:": _each("place", lambda key, a: place(key, city=a.city, now=a.now), both=False),
    "name-check:": _each("name-check", lambda key, a: name_check(key, city=a.city, ref=a.ref, now=a.now), both=False),
}
