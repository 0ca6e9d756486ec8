"""Finding a service in one's own words and reading its guide, of this city and of every city in the federation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.calendar import day_of
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.catalog import finding
from tongban.catalog import queries as catalog
from tongban.engine import compose
from tongban.engine import items as engine
from tongban.engine.plan import ItemRef, Plan, PlannedMaterial
from tongban.identity import queries as identity
from tongban.journeys import publish


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One service found: of which city, what it is, and how far it fits (greater is better). ``audience`` are codes of
    GB/T 39046; ``sound`` begins with the pinyin of its title."""

    city: str
    city_name: Words
    code: str
    title: Words
    summary: Words
    facts: dict[str, Any]
    audience: tuple[str, ...] = ()
    sound: str = ""
    score: float = 0.0


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """All that a person reads before applying: the item, its version, the plan as it is for somebody unknown, and what
    changes on coming days."""

    ref: ItemRef
    city_name: Words
    item: engine.Item
    plan: Plan
    takes_in: Words
    decides: Words
    abroad: bool
    coming: tuple[publish.Ahead, ...] = ()


def search(query: str, *, city: str | None = None, limit: int = 20) -> list[Hit]:
    """Services that fit these words, best first; this city's own before others' among equals."""
    return shelf(query, here=settings.TONGBAN_ADCODE, city=city)[:limit] if query.strip() else []


def shelf(query: str = "", *, here: str, city: str | None = None, wordings: int | None = None) -> list[Hit]:
    """Everything that fits, of one city or of all, for lists with facets; all that is offered when nothing is asked.
    ``here`` comes first among equals; ``wordings`` bounds what is looked at to the best so many."""
    if query.strip():
        found = finding.search(query, city=city, here=here, wordings=wordings)
        known = _known(*state()) if found else {}
        return [msgspec.structs.replace(known[each[:2]], score=each.score) for each in found if each[:2] in known]
    return list(everything(city))


def state() -> tuple[tuple[Any, ...], tuple[tuple[str, Words], ...]]:
    """What tells two states of all that is offered apart. Read it before what it tells apart."""
    return finding.edition(), tuple(cities().items())


def everything(city: str | None = None) -> tuple[Hit, ...]:
    """All that is offered, of one city or of all, as it is kept until it changes."""
    return _everything(*state(), city)


@lru_cache(maxsize=32)
def _everything(edition: tuple[Any, ...], names: tuple[tuple[str, Words], ...], city: str | None) -> tuple[Hit, ...]:
    """The whole shelf, which is the same for everybody until some city's catalogue changes (``edition``)."""
    return tuple(_hit(entry, dict(names)) for entry in catalog.shelf(city=city))


@lru_cache(maxsize=2)
def _known(edition: tuple[Any, ...], names: tuple[tuple[str, Words], ...]) -> dict[tuple[str, str], Hit]:
    return {(hit.city, hit.code): hit for hit in _everything(edition, names, None)}


def asked_often() -> tuple[str, ...]:
    """The codes of what many people ask for, in the order in which a city that knows no better shows them."""
    return catalog.asked_often()


def terms(query: str) -> list[str]:
    """The words of a query that were looked for, longest first."""
    return catalog.terms(query)


def cities() -> dict[str, Words]:
    """This city and those whose catalogues it offers, by adcode."""
    others = {row.city: Words(**row.name) for row in catalog.cities()}
    return {settings.TONGBAN_ADCODE: settings.TONGBAN_CITY.name, **others}


def guide(city: str, code: str, *, now: datetime) -> Guide:
    """The guide of one item in force; NoItem (404, or 410 with its successor)."""
    version = catalog.in_force(code, city=city)
    item = catalog.item(version)
    plan = compose.compose([item], facts={}, answers={}, today=day_of(now), city=city)
    names = cities()
    here = settings.TONGBAN_CITY.name
    return Guide(
        ref=ItemRef(city=city, code=code, sha256=version.sha256),
        city_name=names[city],
        item=item,
        plan=plan,
        takes_in=here,
        decides=names[city],
        abroad=city != settings.TONGBAN_ADCODE,
        coming=publish.ahead(code, city=city),
    )


def papers_of(city: str, code: str, *, now: datetime) -> tuple[PlannedMaterial, ...]:
    """What an item in force asks somebody of whom nothing is known; nothing where it is offered no more."""
    try:
        return tuple(guide(city, code, now=now).plan.materials)
    except NotFound:
        return ()


@lru_cache(maxsize=512)
def item_of(ref: ItemRef) -> engine.Item:
    """The parsed item of a version that a draft or case began with. Its digest names it, so what was read is kept."""
    return catalog.item(catalog.version(ref.city, ref.code, ref.sha256))


def items_of(refs: Iterable[ItemRef]) -> tuple[engine.Item, ...]:
    """The parsed items of these versions, in their order."""
    return tuple(item_of(ref) for ref in refs)


@lru_cache(maxsize=512)
def joined(refs: tuple[ItemRef, ...]) -> engine.Item:
    """The items of a draft or case read as one."""
    return compose.joined(items_of(refs))


def _hit(entry: Any, names: dict[str, Words]) -> Hit:
    return Hit(
        city=entry.city,
        city_name=names.get(entry.city, Words(zh=entry.city, en=entry.city)),
        code=entry.code,
        title=Words(zh=entry.title_zh, en=entry.title_en),
        summary=Words(**entry.facts["summary"]),
        facts=entry.facts,
        audience=tuple(entry.audience),
        sound=entry.pinyin,
    )


def office(city: str, role: str) -> dict[str, Any]:
    """Who fills an office role in a city: ``name``, ``uscc``, ``contact``; of another city as it told with its
    catalogue."""
    known = identity.offices_by_role() if city == settings.TONGBAN_ADCODE else catalog.offices_of(city)
    return known.get(role) or {"key": role, "name": {"zh": role, "en": role}, "uscc": "", "contact": {}}
