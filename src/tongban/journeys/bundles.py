"""A bundle (一件事) in somebody's own case: a few questions, one plan of all its items, what it saves, and the beginning."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tongban.base.actors import Actor, Kind
from tongban.base.calendar import day_of
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.catalog import bundles as offered
from tongban.catalog import several
from tongban.engine import bundles as engine
from tongban.engine import compose, ways
from tongban.engine.items import Item
from tongban.engine.plan import ItemRef, Plan
from tongban.journeys import draft as drafting
from tongban.journeys import facts as gathering
from tongban.journeys import find, publish

PURPOSE = "guide"
ALIKE = 2  # members that a bundle shares with what somebody looks at, so that it is worth a word
Bundle = engine.Bundle


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One item of it, with why it is done and what it waits for."""

    item: Item
    why: Words
    waits: tuple[str, ...]
    papers: int


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """What a bundle (its version is named by ``sha256``, ``coming`` is what changes of it) comes to for these answers.
    ``real``: registries told of the reader themself; else ``situation`` is the example that the plan is of, or none and
    nothing is known. ``most`` is the plan where no registry knows anything."""

    bundle: Bundle
    sha256: str
    coming: tuple[publish.Ahead, ...]
    city: str
    city_name: Words
    way: ways.Way
    members: tuple[Member, ...]
    plan: Plan
    most: Plan
    saving: compose.Saving
    real: bool
    situation: Words | None
    missing: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Its items, the one that leads first."""
        return tuple(each.item for each in self.members)


class NotHere(NotFound):
    """What the answers lead to is not offered in this city."""

    def __init__(self) -> None:
        super().__init__(
            "bundle_not_here",
            Words(zh="本市还没有开办其中的事项", en="What it consists of is not offered in this city yet"),
            next_step=Words(zh="请看全部事项，逐项办理。", en="See all services, and apply for them one by one."),
        )


def everything(city: str) -> list[Bundle]:
    """All bundles that a city offers, in the order of a life."""
    return offered.offered(city=city)


def search(query: str, *, city: str, at_most: int) -> list[Bundle]:
    """Bundles that these words mean, best first."""
    known = {each.code: each for each in everything(city)} if query.strip() else {}
    return [known[code] for code in offered.search(query, city=city) if code in known][:at_most] if known else []


def about(codes: Collection[str], *, city: str, least: int = ALIKE) -> list[Bundle]:
    """Bundles of a city that share members with these items, those that share most first."""
    wanted = set(codes)
    shared = [(sum(member.item in wanted for member in each.members), each) for each in everything(city)]
    return [each for count, each in sorted(shared, key=lambda pair: -pair[0]) if count >= least]


def name_of(code: str, *, city: str) -> Words:
    """What a bundle is called; its code where it is no longer offered."""
    return next((each.title for each in everything(city) if each.code == code), Words(zh=code, en=code))


def together(
    code: str, answers: Mapping[str, str], *, city: str, by: Actor, now: datetime
) -> Together:
    """The bundle in the reader's case. A question that is not answered yet counts as its first option, so that there is a
    plan at once. Raises NoBundle (404, or 410 with its successor), NotYet, or NotHere where nothing of it is offered."""
    version = offered.version_in_force(code, city=city)
    bundle = offered.read(version)
    way = engine.chosen(bundle, answers)
    known = several.in_force([lead.item for lead in way.leads], city=city)
    leads = [lead for lead in way.leads if lead.item in known]
    if not leads:
        raise NotHere
    items = [known[lead.item][1] for lead in leads]
    plan, real, situation = _planned(bundle, way, items, city=city, by=by, now=now)
    return Together(
        bundle=bundle,
        sha256=version.sha256,
        coming=publish.ahead(code, city=city, kind="bundle"),
        city=city,
        city_name=find.cities()[city],
        way=way,
        members=_members(leads, items, plan),
        plan=plan,
        most=_compose(items, {}, engine.said(bundle, way.answers, items), city, now),
        saving=compose.saving(items, plan),
        real=real,
        situation=situation,
        missing=tuple(lead.item for lead in way.leads if lead.item not in known),
    )


def _planned(
    bundle: Bundle, way: ways.Way, items: Sequence[Item], *, city: str, by: Actor, now: datetime
) -> tuple[Plan, bool, Words | None]:
    """The plan with what registries know of the reader, else of the situation that is like theirs, else of nobody."""
    said = engine.said(bundle, way.answers, items)
    if by.kind is Kind.PERSON and by.level >= 1:
        asking = gathering.Asking(by=by, city=city, ref="", purpose=PURPOSE, now=now)
        return gathering.gather(list(items), facts={}, answers=said, asking=asking).plan, True, None
    situation = engine.situation_for(bundle, [item.code for item in items])
    if situation is not None:
        return engine.plan(bundle, items, situation), False, situation.title
    return _compose(items, {}, said, city, now), False, None


def _compose(items: Sequence[Item], facts: dict[str, Any], said: dict[str, Any], city: str, now: datetime) -> Plan:
    return compose.compose(items, facts=facts, answers=said, today=day_of(now), city=city)


def _members(leads: Sequence[ways.Lead], items: Sequence[Item], plan: Plan) -> tuple[Member, ...]:
    waits = compose.waits(plan)
    return tuple(
        Member(
            item=item,
            why=lead.why,
            waits=tuple(sorted(waits.get(item.code, ()))),
            papers=sum(item.code in paper.items for paper in plan.materials),
        )
        for lead, item in zip(leads, items, strict=True)
    )


def begin(code: str, answers: Mapping[str, str], *, city: str, by: Actor, now: datetime) -> UUID:
    """One draft of all that the answers come to, with what they say already; its id. Raises as :func:`together` and as
    ``draft.begin``."""
    bundle = offered.in_force(code, city=city)
    way = engine.chosen(bundle, answers)
    known = several.in_force([lead.item for lead in way.leads], city=city)
    refs = [ItemRef(city=city, code=lead.item, sha256=known[lead.item][0]) for lead in way.leads if lead.item in known]
    if not refs:
        raise NotHere
    id = drafting.begin(refs, by=by, now=now, bundle=code, title=bundle.title)
    told = engine.said(bundle, way.answers, [known[ref.code][1] for ref in refs])
    drafting.carry(id, {key: _plain(value) for key, value in told.items()}, by=by, now=now)
    return id


def _plain(value: Any) -> str:
    """An answer as a form sends it: of several the first, ``carry`` puts it back into a list."""
    return str(value[0] if isinstance(value, list) else value)
