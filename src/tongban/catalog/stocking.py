"""Publishing what a city offers, now or for a coming day, and ending it: the same for items and bundles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from tongban.base.actors import SYSTEM, Actor
from tongban.base.calendar import day_of
from tongban.base.errors import NotFound
from tongban.base.ids import uuid7
from tongban.base.words import Words
from tongban.catalog.models import Edition
from tongban.catalog.stock import KINDS, Stock
from tongban.engine import items as engine
from tongban.trail import actions as trail


@transaction.atomic
def publish(of: Stock, *, city: str, body: bytes, effective_on: date, by: Actor, now: datetime) -> Any:
    """Publish a canonical body as a new version, in force from ``effective_on``: at once where that day has come, else on it
    (:func:`put_in_force`). A body that was published before is the same version again."""
    read = of.parse(body)
    digest = engine.sha256(body)
    _one_at_a_time(of, city, read.code)
    _what_is_due(of, city, read.code, now=now)
    version, verb = _version(of, city, read.code, body, digest, effective_on, by=by, now=now)
    if effective_on > day_of(now):
        _later(of, city, read.code, version, on=effective_on, by=by, now=now)
    elif of.entries.objects.filter(version=version).exists():
        return version
    else:
        enter(of, version, read)
    facts = {"number": version.number, "sha256": digest, "on": effective_on.isoformat()}
    _record(of, verb, city, read.code, by=by, now=now, facts=facts)
    return version


def _version(
    of: Stock, city: str, code: str, body: bytes, digest: str, effective_on: date, *, by: Actor, now: datetime
) -> tuple[Any, str]:
    same = of.versions.objects.filter(city=city, code=code, sha256=digest).first()
    if same:
        return same, "catalog.publish-again"
    last = of.versions.objects.filter(city=city, code=code).aggregate(n=Max("number"))["n"] or 0
    row = of.versions.objects.create(
        city=city,
        code=code,
        number=last + 1,
        sha256=digest,
        body=body,
        effective_on=effective_on,
        published_at=now,
        published_by=by.id,
    )
    return row, "catalog.publish"


def enter(of: Stock, version: Any, read: Any) -> None:
    """Put a version in force."""
    of.entries.objects.update_or_create(
        city=version.city, code=version.code, defaults={"version": version, **of.columns(read)}
    )
    of.ended.objects.filter(city=version.city, code=version.code).delete()
    changed(version.city)


@transaction.atomic
def retire(
    of: Stock, *, city: str, code: str, successor: str, by: Actor, now: datetime, on: date | None = None
) -> None:
    """Offer it no more, at once or from a coming day; cases that began with it go on, its page answers 410 with the
    successor."""
    _one_at_a_time(of, city, code)
    _what_is_due(of, city, code, now=now)
    if on is not None and on > day_of(now):
        _later(of, city, code, None, on=on, by=by, now=now, successor=successor)
    else:
        _leave(of, city, code, successor, now=now)
    facts = {"successor": successor, "on": on.isoformat()} if on else {"successor": successor}
    _record(of, "catalog.retire", city, code, by=by, now=now, facts=facts)


def _leave(of: Stock, city: str, code: str, successor: str, *, now: datetime) -> None:
    of.ended.objects.update_or_create(city=city, code=code, defaults={"successor": successor, "at": now})
    of.entries.objects.filter(city=city, code=code).delete()
    changed(city)


def _later(
    of: Stock, city: str, code: str, version: Any, *, on: date, by: Actor, now: datetime, successor: str = ""
) -> None:
    """Enter what changes on a coming day; of the same day the last word counts."""
    of.coming.objects.update_or_create(
        city=city,
        code=code,
        on=on,
        defaults={"version": version, "successor": successor, "entered_at": now, "entered_by": by.id},
    )


class NotComing(NotFound):
    """There is no such coming change: it is in force already, or was taken back."""

    def __init__(self) -> None:
        super().__init__(
            "not_coming",
            Words(zh="这项变更已经生效或已撤回", en="This change is in force already, or was taken back"),
            next_step=Words(zh="如需更改，请另行拟稿。", en="To change it, draft a new version."),
        )


@transaction.atomic
def withdraw(*, coming: UUID | str, by: Actor, now: datetime) -> None:
    """Take back a change whose day has not come. Raises NotComing for one that is in force, or was taken back."""
    for of in KINDS.values():
        row = of.coming.objects.select_for_update().filter(pk=coming, on__gt=day_of(now)).first()
        if row is not None:
            facts = {"on": row.on.isoformat(), "number": row.version.number if row.version else None}
            _record(of, "catalog.withdraw", row.city, row.code, by=by, now=now, facts=facts)
            row.delete()
            return
    raise NotComing


def put_in_force(*, now: datetime) -> int:
    """Put in force, or end, whatever is due by today, in the order of its days; counts what changed (job). What fell due
    while the node was down is done at the next turn, and before anything else is published of the same."""
    count = 0
    for of in KINDS.values():
        due = of.coming.objects.filter(on__lte=day_of(now)).order_by("city", "code").values_list("city", "code").distinct()
        for city, code in list(due):
            with transaction.atomic():
                _one_at_a_time(of, city, code)
                _what_is_due(of, city, code, now=now)
            count += 1
    return count


def _what_is_due(of: Stock, city: str, code: str, *, now: datetime) -> None:
    rows = of.coming.objects.select_related("version").filter(city=city, code=code, on__lte=day_of(now))
    for row in rows.order_by("on"):
        if row.version:
            enter(of, row.version, of.parse(bytes(row.version.body)))
        else:
            _leave(of, city, code, row.successor, now=now)
        verb = "catalog.in-force" if row.version else "catalog.ended"
        facts = {"on": row.on.isoformat(), "number": row.version.number if row.version else None}
        _record(of, verb, city, code, by=SYSTEM, now=now, facts=facts)
        row.delete()


def keep_only(of: Stock, digests: Collection[str], *, city: str, now: datetime) -> None:
    """End what a peer no longer offers: whatever has none of these digests."""
    gone = of.entries.objects.filter(city=city).exclude(version__sha256__in=digests)
    for code in gone.values_list("code", flat=True):
        of.ended.objects.update_or_create(city=city, code=code, defaults={"successor": "", "at": now})
    gone.delete()


def changed(city: str) -> None:
    """What the city offers is no longer what it was: lists that were kept are read anew."""
    Edition.objects.update_or_create(city=city, defaults={"mark": uuid7()})


def _one_at_a_time(of: Stock, city: str, code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"catalog:{of.kind}:{city}/{code}"])


def _record(of: Stock, verb: str, city: str, code: str, *, by: Actor, now: datetime, facts: Mapping[str, Any]) -> None:
    trail.record(by=by, verb=verb, subject_kind=of.kind, subject=f"{city}/{code}", now=now, facts=dict(facts))
