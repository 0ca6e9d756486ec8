"""Publishing versions, taking over other cities' catalogues, and keeping what search reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import connection, transaction
from django.db.models import Max, Value

from tongban.base.actors import Actor
from tongban.base.errors import Refusal
from tongban.base.ids import uuid7
from tongban.base.words import Words
from tongban.catalog import texts
from tongban.catalog.models import Edition, Entry, ItemVersion, Pulled
from tongban.engine import compose
from tongban.engine import items as engine
from tongban.trail import actions as trail


@transaction.atomic
def publish(*, city: str, body: bytes, effective_on: date, by: Actor, now: datetime) -> ItemVersion:
    """Publish an item's canonical body as a new version of ``city``'s item. A body that was published before is the
    same version, in force again."""
    item = engine.parse(body)
    digest = engine.sha256(body)
    _one_at_a_time(city, item.code)
    same = ItemVersion.objects.filter(city=city, code=item.code, sha256=digest).first()
    if same:
        return _again(same, item, by=by, now=now)
    last = ItemVersion.objects.filter(city=city, code=item.code).aggregate(n=Max("number"))["n"] or 0
    version = ItemVersion.objects.create(
        city=city,
        code=item.code,
        number=last + 1,
        sha256=digest,
        body=body,
        effective_on=effective_on,
        published_at=now,
        published_by=by.id,
    )
    _enter(version, item)
    trail.record(
        by=by,
        verb="catalog.publish",
        subject_kind="item",
        subject=f"{city}/{item.code}",
        now=now,
        facts={"number": version.number, "sha256": digest},
    )
    return version


def _again(version: ItemVersion, item: engine.Item, *, by: Actor, now: datetime) -> ItemVersion:
    """Put an earlier version into force again; nothing where it is in force."""
    if Entry.objects.filter(version=version).exists():
        return version
    version.retired_at, version.successor = None, ""
    version.save(update_fields=["retired_at", "successor"])
    _enter(version, item)
    trail.record(
        by=by,
        verb="catalog.publish-again",
        subject_kind="item",
        subject=f"{version.city}/{version.code}",
        now=now,
        facts={"number": version.number, "sha256": version.sha256},
    )
    return version


@transaction.atomic
def retire(*, city: str, code: str, successor: str, by: Actor, now: datetime) -> None:
    """Take an item out of the list; cases that began with it go on, its page answers 410 with the successor."""
    ItemVersion.objects.filter(city=city, code=code, retired_at=None).update(retired_at=now, successor=successor)
    Entry.objects.filter(city=city, code=code).delete()
    _changed(city)
    trail.record(by=by, verb="catalog.retire", subject_kind="item", subject=f"{city}/{code}", now=now)


class ForeignBody(Refusal):
    """A peer's body is not what its digest says, or names another city."""

    def __init__(self) -> None:
        super().__init__(
            "foreign_body", Words(zh="对方目录的内容与摘要不符", en="The peer's catalogue does not match its digest")
        )


@transaction.atomic
def take_over(
    *,
    city: str,
    name: dict[str, str],
    bodies: dict[str, bytes],
    mark: str,
    offices: dict[str, Any],
    by: Actor,
    now: datetime,
) -> int:
    """Replace what is known of a peer's catalogue (``bodies``: digest → body) and count what is new. Keyed by the home
    city; never handed on to others."""
    fresh = 0
    for digest, body in bodies.items():
        if engine.sha256(body) != digest:
            raise ForeignBody
        before = ItemVersion.objects.filter(city=city, sha256=digest).exists()
        publish(city=city, body=body, effective_on=now.date(), by=by, now=now)
        fresh += not before
    gone = Entry.objects.filter(city=city).exclude(version__sha256__in=bodies)
    ItemVersion.objects.filter(pk__in=gone.values("version")).update(retired_at=now)
    gone.delete()
    _changed(city)
    Pulled.objects.update_or_create(
        city=city,
        defaults={"name": name, "mark": mark, "offices": offices, "pulled_at": now, "failed_at": None, "reason": ""},
    )
    return fresh


@transaction.atomic
def pull_failed(*, city: str, reason: str, now: datetime) -> None:
    """Note that a peer could not be asked; what is known of it stays."""
    Pulled.objects.update_or_create(city=city, defaults={"failed_at": now, "reason": reason[:200]})


def _one_at_a_time(city: str, code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"catalog:{city}/{code}"])


def _changed(city: str) -> None:
    """What the city offers is no longer what it was: lists that were kept are read anew."""
    Edition.objects.update_or_create(city=city, defaults={"mark": uuid7()})


def _enter(version: ItemVersion, item: engine.Item) -> None:
    said = [*item.says.zh, *item.says.en]
    title = f"{item.title.zh} {item.title.en}"
    entry, _ = Entry.objects.update_or_create(
        city=version.city,
        code=version.code,
        defaults={
            "version": version,
            "title_zh": item.title.zh,
            "title_en": item.title.en,
            "audience": list(item.audience),
            "facts": _facts(item),
            "text": texts.plain(" ".join([title, *said])),
            "pinyin": " ".join(texts.pinyin(t) for t in [item.title.zh, *item.says.zh]),
        },
    )
    Entry.objects.filter(pk=entry.pk).update(
        words=_vector(" ".join([item.title.zh, *item.says.zh]), "A")
        + _vector(" ".join([item.title.en, *item.says.en]), "A")
        + _vector(f"{item.summary.zh} {item.summary.en}", "C")
    )
    _changed(version.city)


def _vector(text: str, weight: str) -> SearchVector:
    return SearchVector(Value(" ".join(texts.tokens(text))), weight=weight, config="simple")


def _facts(item: engine.Item) -> dict[str, Any]:
    """What lists and facets show without opening the body."""
    return {
        "summary": {"zh": item.summary.zh, "en": item.summary.en},
        "office": item.office,
        "type": item.type,
        "channels": list(item.channels),
        "scope": item.scope,
        "subjects": [f"p{code}" for code in item.subjects.persons] + [f"f{code}" for code in item.subjects.firms],
        "grade": compose.grade(item).level,
        "promise": {"working_days": item.promise.working_days, "office_minutes": item.promise.office_minutes},
    }
