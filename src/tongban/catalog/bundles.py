"""Bundles (一件事) that a city offers: published as immutable versions, found by what people say, read by their code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from threading import Lock

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.words import Words
from tongban.catalog import finding, meaning, stock, stocking, vocabulary
from tongban.catalog.models import BundleComing, BundleEntry, BundleVersion
from tongban.catalog.refusals import NoBundle
from tongban.catalog.stock import BUNDLES
from tongban.engine import bundles as engine

SURE = 0.9  # so well it says itself what was asked
LIKELY, BEST, AMONG = 0.5, 0.8, 3  # so far it does, and one of its members is among so many that answer so well
BESIDE = 0.75  # and this share of what the best bundle reaches

_one_at_a_time = Lock()


def publish(
    *, city: str, body: bytes, by: Actor, now: datetime, effective_on: date | None = None
) -> BundleVersion:
    """Publish a bundle's canonical body, in force from ``effective_on`` (at once). The body that is in force already is the
    same version again."""
    on = effective_on or day_of(now)
    found: BundleVersion = stocking.publish(BUNDLES, city=city, body=body, effective_on=on, by=by, now=now)
    return found


def retire(
    *, city: str, code: str, by: Actor, now: datetime, successor: str = "", on: date | None = None
) -> None:
    """Offer a bundle no more, at once or from a coming day; drafts and cases that began with it go on. Raises NoBundle."""
    if stock.offered_now(BUNDLES, code, city=city) is None:
        raise NoBundle
    stocking.retire(BUNDLES, city=city, code=code, successor=successor, by=by, now=now, on=on)


def in_force(code: str, *, city: str) -> engine.Bundle:
    """The bundle of this code that a city offers now; NoBundle (404, or 410 once it has ended), NotYet."""
    return read(version_in_force(code, city=city))


def version_in_force(code: str, *, city: str) -> BundleVersion:
    """Its version. Raises the same."""
    found: BundleVersion = stock.in_force(BUNDLES, code, city=city)
    return found


def coming(code: str, *, city: str) -> list[BundleComing]:
    """What changes of a bundle on days that have not come, the next first."""
    return stock.coming(BUNDLES, code, city=city)


def offered(*, city: str) -> list[engine.Bundle]:
    """Every bundle that a city offers: those of people first, in the order of a life."""
    return list(_offered(city, finding.edition()))


@lru_cache(maxsize=32)
def _offered(city: str, state: object) -> tuple[engine.Bundle, ...]:
    rows = BundleEntry.objects.filter(city=city).select_related("version")
    return tuple(read(row.version) for row in rows.order_by("-audience", "order", "code"))


def published(*, city: str, sha256: str) -> bool:
    """Whether a city ever published this version of a bundle."""
    return BundleVersion.objects.filter(city=city, sha256=sha256).exists()


def digests(*, city: str) -> dict[str, str]:
    """Code → digest of every bundle that a city offers now."""
    return stock.digests(BUNDLES, city=city)


def read(version: BundleVersion) -> engine.Bundle:
    """The bundle of a version."""
    found: engine.Bundle = stock.read(BUNDLES, version)
    return found


def titles(*, city: str) -> dict[str, Words]:
    """What the bundles of a city are called, by code."""
    return {each.code: each.title for each in offered(city=city)}


def search(query: str, *, city: str) -> list[str]:
    """The codes of a city's bundles that these words mean, best first: a bundle that itself says what was asked, or one
    that says it in part and whose members are among the services that answer best."""
    state = (finding.edition(), vocabulary.changed())
    with _one_at_a_time:
        index = _index(city, state)
    said = [(index.wordings[number].code, score) for number, score in index.find(query)] if index else []
    if not said:
        return []
    items = [(each.code, each.score) for each in finding.search(query, city=city)]
    return meant(said, items, {each.code: [m.item for m in each.members] for each in offered(city=city)})


def meant(
    said: Sequence[tuple[str, float]], items: Sequence[tuple[str, float]], members: Mapping[str, Sequence[str]]
) -> list[str]:
    """Of bundles that share words with a query, best first with how well, those that are worth a place above the services
    that answer it: ``items``, best first, with how well. Where no service answers, what a bundle says counts alone."""
    best = {code for code, score in items[:AMONG] if score >= BEST * items[0][1]}
    top = said[0][1] if said else 0.0
    return [
        code
        for code, score in said
        if score >= BESIDE * top
        and (score >= SURE or (score >= LIKELY and (not items or not best.isdisjoint(members.get(code, ())))))
    ]


@lru_cache(maxsize=8)
def _index(city: str, state: object) -> meaning.Index | None:
    rows = BundleEntry.objects.filter(city=city).order_by("code").values_list("code", "text", "pinyin")
    wordings = [meaning.wording(code, text, pinyin, ()) for code, text, pinyin in rows]
    return meaning.Index(wordings) if wordings else None
