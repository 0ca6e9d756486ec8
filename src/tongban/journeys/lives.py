"""Occasions of a life (人生大事): a few questions lead to the services that apply, in the order of doing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from django.conf import settings

from tongban.base.calendar import day_of
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.catalog import finding, several
from tongban.engine import compose, occasions
from tongban.engine import items as engine
from tongban.engine.plan import Plan, Promise, Verdict

Occasion = occasions.Occasion


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """A service on the way: why it is done, its own term and what it asks for at most; ``maybe``: an answer may still
    rule it out."""

    code: str
    item: engine.Item
    why: Words
    grade: str
    papers: int
    maybe: bool = False


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """What all of it comes to: questions asked (each once), papers to bring at most and of how many, visits, and the
    time it takes when what can be done side by side is."""

    questions: int
    papers: int
    all_papers: int
    visits: int
    promise: Promise


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """The way through an occasion in one city. ``elsewhere`` counts what is on the way and not offered there."""

    way: occasions.Way
    stops: tuple[Stop, ...]
    sum: Sum | None
    elsewhere: int


def everything() -> tuple[Occasion, ...]:
    """All occasions in the order of a life."""
    folder = settings.TONGBAN_REPOSITORY / "services" / "life-events"
    return _read(folder, tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.yaml"))))


@lru_cache(maxsize=4)
def _read(folder: Path, files: tuple[tuple[str, int], ...]) -> tuple[Occasion, ...]:
    """A broken file is left out (``tongban items check`` names it); the others are there."""
    return occasions.load_occasions({occasions.FOLDER + name: (folder / name).read_bytes() for name, _ in files})[0]


def occasion(key: str) -> Occasion:
    """One occasion; NotFound where there is none."""
    found = next((each for each in everything() if each.key == key), None)
    if found is None:
        raise NotFound("no_occasion", Words(zh="没有这个主题", en="There is no such occasion"))
    return found


def counted(city: str) -> list[tuple[Occasion, int]]:
    """The occasions that lead to something in a city, with how many services each leads to at most."""
    return list(_counted(city, everything(), finding.edition()))


@lru_cache(maxsize=32)
def _counted(city: str, known: tuple[Occasion, ...], edition: object) -> tuple[tuple[Occasion, int], ...]:
    here = several.offered(city=city)
    counts = [(each, sum(lead.item in here for lead in each.leads)) for each in known]
    return tuple((each, count) for each, count in counts if count)


def follow(found: Occasion, answers: Mapping[str, str], *, city: str, now: datetime) -> Route:
    """The way through an occasion for these answers, in a city."""
    way = occasions.way(found, answers)
    items = several.in_force([lead.item for lead in way.leads], city=city)
    stops = tuple(
        _stop(items[lead.item][1], lead.why, city, now, maybe=lead.item in way.open)
        for lead in way.leads
        if lead.item in items
    )
    return Route(way=way, stops=stops, sum=_sum(stops, city, now), elsewhere=len(way.leads) - len(stops))


def _stop(item: engine.Item, why: Words, city: str, now: datetime, *, maybe: bool) -> Stop:
    plan = _plan([item], city, now)
    papers = sum(paper.verdict is Verdict.UPLOAD for paper in plan.materials)
    return Stop(code=item.code, item=item, why=why, grade=plan.grade, papers=papers, maybe=maybe)


def _sum(stops: Sequence[Stop], city: str, now: datetime) -> Sum | None:
    """All services as one plan: the same question once, the same paper once, side by side what can be. Services that
    cannot be asked together are left unsummed."""
    if not stops:
        return None
    try:
        plan = _plan([stop.item for stop in stops], city, now)
    except Refusal:
        return None
    return Sum(
        questions=len(plan.questions),
        papers=sum(paper.verdict is Verdict.UPLOAD for paper in plan.materials),
        all_papers=len(plan.materials),
        visits=sum(step.visit is not None for step in plan.steps),
        promise=plan.promise,
    )


def _plan(items: list[engine.Item], city: str, now: datetime) -> Plan:
    return compose.compose(items, facts={}, answers={}, today=day_of(now), city=city)
