"""Bundles (一件事) that a city offers: published as immutable versions, found by what people say, read by their code."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from tongban.base.actors import Actor
from tongban.base.errors import NotFound, Refusal
from tongban.base.ids import uuid7
from tongban.base.words import Words
from tongban.catalog import finding, meaning, texts, vocabulary
from tongban.catalog.models import BundleEntry, BundleVersion, Edition
from tongban.engine import bundles as engine
from tongban.engine import rules, ways
from tongban.trail import actions as trail

_one_at_a_time = Lock()


class NoBundle(NotFound):
    """There is no such bundle here."""

    def __init__(self) -> None:
        super().__init__(
            "no_bundle",
            Words(zh="没有这件事", en="There is no such bundle"),
            next_step=Words(zh="请看“一件事”的列表，或用您平常的说法搜索。", en="See the list of bundles, or search in your own words."),
        )


@transaction.atomic
def publish(*, city: str, body: bytes, by: Actor, now: datetime) -> BundleVersion:
    """Publish a bundle's canonical body, in force at once. The body that is in force already is the same version again."""
    bundle = engine.parse(body)
    digest = engine.sha256(body)
    _lock(city, bundle.code)
    version = _version(city, bundle.code, body, digest, by=by, now=now)
    if BundleEntry.objects.filter(version=version).exists():
        return version
    BundleEntry.objects.update_or_create(
        city=city, code=bundle.code, defaults={"version": version, **_columns(bundle)}
    )
    _changed(city)
    facts = {"number": version.number, "sha256": digest}
    _record("catalog.publish-bundle", city, bundle.code, by=by, now=now, facts=facts)
    return version


def _version(city: str, code: str, body: bytes, digest: str, *, by: Actor, now: datetime) -> BundleVersion:
    same = BundleVersion.objects.filter(city=city, code=code, sha256=digest).first()
    if same:
        return same
    last = BundleVersion.objects.filter(city=city, code=code).aggregate(n=Max("number"))["n"] or 0
    return BundleVersion.objects.create(
        city=city, code=code, number=last + 1, sha256=digest, body=body, published_at=now, published_by=by.id
    )


def _columns(bundle: engine.Bundle) -> dict[str, Any]:
    said = (*bundle.says.zh, *bundle.says.en)
    return {
        "audience": bundle.audience,
        "order": bundle.order,
        "text": meaning.lines(bundle.title.zh, bundle.title.en, *said),
        "pinyin": "\n".join(texts.pinyin(each) for each in [bundle.title.zh, *bundle.says.zh]),
    }


@transaction.atomic
def take_over(*, city: str, bodies: Mapping[str, bytes], digests: Collection[str], by: Actor, now: datetime) -> None:
    """Replace what is known of a peer's bundles: ``bodies`` (digest → body) is what is not in force here yet, ``digests`` all
    that it offers. A body that is broken, or holds a condition without bounds, is left out and the rest is offered."""
    offers = {row.code: row.sha256 for row in versions(city=city)}
    for digest, body in sorted(bodies.items()):
        try:
            bounded(body)
        except (Refusal, ValueError):
            continue
        if engine.sha256(body) == digest:
            offers[publish(city=city, body=body, by=by, now=now).code] = digest
    for code, digest in offers.items():
        if digest not in digests:
            retire(city=city, code=code, by=by, now=now)


@transaction.atomic
def retire(*, city: str, code: str, by: Actor, now: datetime) -> None:
    """Offer a bundle no more; drafts and cases that began with it go on. Raises NoBundle."""
    _lock(city, code)
    gone, _ = BundleEntry.objects.filter(city=city, code=code).delete()
    if not gone:
        raise NoBundle
    _changed(city)
    _record("catalog.retire-bundle", city, code, by=by, now=now, facts={})


def _lock(city: str, code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"bundle:{city}/{code}"])


def _changed(city: str) -> None:
    Edition.objects.update_or_create(city=city, defaults={"mark": uuid7()})


def _record(verb: str, city: str, code: str, *, by: Actor, now: datetime, facts: Mapping[str, Any]) -> None:
    trail.record(by=by, verb=verb, subject_kind="bundle", subject=f"{city}/{code}", now=now, facts=dict(facts))


def bounded(body: bytes) -> None:
    """Refuse a body of another node in which a condition could run for ever, or asks more than is asked of anybody.
    Raises ``rule_broken`` or ``bundle_unsound``."""
    bundle = engine.parse(body)
    for row in (*bundle.questions, *bundle.members):
        if row.when is not None:
            rules.condition(row.when)
    if not ways.sound(bundle):
        raise Refusal("bundle_unsound", Words(zh="一件事的提问不成立", en="The questions of a bundle are not sound"))


def in_force(code: str, *, city: str) -> engine.Bundle:
    """The bundle of this code that a city offers now; NoBundle where there is none."""
    entry = BundleEntry.objects.filter(city=city, code=code).select_related("version").first()
    if entry is None:
        raise NoBundle
    return read(entry.version)


def offered(*, city: str) -> list[engine.Bundle]:
    """Every bundle that a city offers: those of people first, in the order of a life."""
    return list(_offered(city, finding.edition()))


@lru_cache(maxsize=32)
def _offered(city: str, state: object) -> tuple[engine.Bundle, ...]:
    rows = BundleEntry.objects.filter(city=city).select_related("version")
    return tuple(read(row.version) for row in rows.order_by("-audience", "order", "code"))


def versions(*, city: str) -> list[BundleVersion]:
    """The versions that a city offers now, by code."""
    rows = BundleEntry.objects.filter(city=city).select_related("version").order_by("code")
    return [row.version for row in rows]


def published(*, city: str, sha256: str) -> bool:
    """Whether a city ever published this version of a bundle."""
    return BundleVersion.objects.filter(city=city, sha256=sha256).exists()


def digests(*, city: str) -> dict[str, str]:
    """Code → digest of every bundle that a city offers now."""
    return dict(BundleEntry.objects.filter(city=city).order_by("code").values_list("code", "version__sha256"))


def bodies_of(wanted: Collection[str], *, city: str) -> dict[str, bytes]:
    """Of these digests the bodies of what a city offers."""
    return {row.sha256: bytes(row.body) for row in versions(city=city) if row.sha256 in set(wanted)}


def read(version: BundleVersion) -> engine.Bundle:
    """The bundle of a version; versions never change, so what was read is kept."""
    return _parsed(version.sha256, bytes(version.body))


@lru_cache(maxsize=128)
def _parsed(sha256: str, body: bytes) -> engine.Bundle:
    return engine.parse(body)


def search(query: str, *, city: str) -> list[str]:
    """The codes of a city's bundles that these words mean, best first."""
    state = (finding.edition(), vocabulary.changed())
    with _one_at_a_time:
        index = _index(city, state)
    return [index.wordings[number].code for number, _ in index.find(query)] if index else []


@lru_cache(maxsize=8)
def _index(city: str, state: object) -> meaning.Index | None:
    rows = BundleEntry.objects.filter(city=city).order_by("code").values_list("code", "text", "pinyin")
    wordings = [meaning.wording(code, text, pinyin, ()) for code, text, pinyin in rows]
    return meaning.Index(wordings) if wordings else None
