"""The open catalogue (开放目录): the whole of it for anybody's programs, in pages, with what tells its states apart."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings

from tongban.catalog import stock
from tongban.engine.compose import LEVELS
from tongban.journeys import browse, bundles, find

SIZE, MOST = 100, 500  # services of a page: usually, and at most


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some services of a list: which page, of how many, and how many there are in all."""

    hits: tuple[find.Hit, ...]
    total: int
    page: int
    pages: int


def page(query: str = "", *, chosen: browse.Chosen, page: int = 1, size: int = SIZE) -> Page:
    """What fits ``query`` (everything, when it is empty) and what is chosen, each city's own, in a total order."""
    if chosen.city and chosen.city not in find.cities():
        return Page(hits=(), total=0, page=page, pages=1)
    hits = find.shelf(query, here=settings.TONGBAN_ADCODE) if query.strip() else find.everything(chosen.city or None)
    facets = browse.facets(chosen, here=settings.TONGBAN_ADCODE)
    wanted = [(of, value) for name, of in facets.items() if (value := getattr(chosen, name))]
    fitting = [hit for hit in hits if all(value in values(hit) for values, value in wanted)]
    size = min(max(size, 1), MOST)
    pages = max(1, -(-len(fitting) // size))
    shown = tuple(fitting[(page - 1) * size : page * size]) if 1 <= page <= pages else ()
    return Page(hits=shown, total=len(fitting), page=page, pages=pages)


class Bundles(msgspec.Struct, frozen=True, kw_only=True):
    """Some bundles of a list, each with its city."""

    found: tuple[tuple[str, bundles.Bundle], ...]
    total: int
    page: int
    pages: int


def joint(query: str = "", *, city: str = "", audience: str = "", page: int = 1, size: int = SIZE) -> Bundles:
    """Bundles that fit ``query`` (all, when it is empty), each city's own: best first, or in the order of a life."""
    wanted = [each for each in find.cities() if city in ("", each)]
    listed = [
        (each, bundle)
        for each in wanted
        for bundle in (bundles.search(query, city=each, at_most=MOST) if query.strip() else bundles.everything(each))
    ]
    fitting = [pair for pair in listed if audience in ("", pair[1].audience)]
    size = min(max(size, 1), MOST)
    pages = max(1, -(-len(fitting) // size))
    shown = tuple(fitting[(page - 1) * size : page * size]) if 1 <= page <= pages else ()
    return Bundles(found=shown, total=len(fitting), page=page, pages=pages)


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """A city's catalogue in figures: how many services reached which grade and no further, of which type, for whom, about
    what; ``unconfirmed`` have something left for the city to confirm."""

    total: int
    grades: dict[str, int]
    types: dict[str, int]
    audience: dict[str, int]
    subjects: dict[str, int]
    unconfirmed: int


def counts(city: str) -> Counts:
    """A city's catalogue in figures."""
    return _counts(find.state(), city)


@lru_cache(maxsize=32)
def _counts(state: object, city: str) -> Counts:
    hits = find.everything(city)
    grades = Counter(str(hit.facts.get("grade", LEVELS[0])) for hit in hits)
    return Counts(
        total=len(hits),
        grades={level: grades[level] for level in LEVELS},
        types=_ordered(Counter(str(hit.facts.get("type", "")) for hit in hits)),
        audience=_ordered(Counter(code for hit in hits for code in set(hit.audience))),
        subjects=_ordered(Counter(code for hit in hits for code in set(hit.facts.get("subjects", ())))),
        unconfirmed=sum(not hit.facts.get("confirmed", True) for hit in hits),
    )


def _ordered(counted: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counted.items()))


def versions(city: str, code: str, *, kind: str = "item") -> list[dict[str, Any]]:
    """Every version of an item or bundle that was ever published, the newest first, and which is in force. NoItem or NoBundle
    for none."""
    of = stock.KINDS[kind]
    rows = stock.history(of, code, city=city)
    if not rows:
        raise of.none()
    now = stock.digest_in_force(of, code, city=city)
    return [
        {
            "number": row.number,
            "sha256": row.sha256,
            "effective_on": row.effective_on.isoformat(),
            "published_at": row.published_at.isoformat(),
            "in_force": row.sha256 == now,
        }
        for row in rows
    ]


def body(city: str, code: str, sha256: str, *, kind: str = "item") -> bytes:
    """The canonical body of one version: the bytes whose digest names it. NoItem or NoBundle for none."""
    of = stock.KINDS[kind]
    found = stock.published(of, code, sha256, city=city)
    if found is None:
        raise of.none()
    return bytes(found.body)


def addresses(kind: str = "item") -> list[tuple[str, str, datetime]]:
    """Every guide, or bundle, that there is to be read here, with when it last changed."""
    return stock.dated(stock.KINDS[kind])


def tag(*told: object) -> str:
    """What tells two states of an answer apart, as an entity tag: the catalogues' state and what was asked."""
    seen = repr((find.state(), told)).encode()
    return f'"{hashlib.sha256(seen).hexdigest()[:32]}"'
