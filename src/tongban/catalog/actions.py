"""Publishing versions now or for a coming day, taking over other cities' catalogues, keeping what search reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from tongban.base.actors import SYSTEM, Actor
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import NotFound, Refusal
from tongban.base.ids import uuid7
from tongban.base.words import Words
from tongban.catalog import judging, packs, shelving
from tongban.catalog.models import Coming, Edition, Entry, ItemVersion, Pulled, Retired, Taken
from tongban.engine import items as engine
from tongban.trail import actions as trail

BATCH = 200


@transaction.atomic
def publish(*, city: str, body: bytes, effective_on: date, by: Actor, now: datetime) -> ItemVersion:
    """Publish an item's canonical body as a new version of ``city``'s item, in force from ``effective_on``: at once where
    that day has come, else on it (``put_in_force``). A body that was published before is the same version again."""
    item = engine.parse(body)
    digest = engine.sha256(body)
    _one_at_a_time(city, item.code)
    _what_is_due(city, item.code, now=now)
    version, verb = _version(city, item.code, body, digest, effective_on, by=by, now=now)
    if effective_on > _today(now):
        _later(city, item.code, version, on=effective_on, by=by, now=now)
    elif Entry.objects.filter(version=version).exists():
        return version
    else:
        _enter(version, item)
    facts = {"number": version.number, "sha256": digest, "on": effective_on.isoformat()}
    _record(verb, city, item.code, by=by, now=now, facts=facts)
    return version


@transaction.atomic
def publish_all(
    *, city: str, bodies: Mapping[str, bytes], effective_on: date, by: Actor, now: datetime
) -> dict[str, tuple[str, int]]:
    """Publish many canonical bodies (digest → body): code → digest and number of its version. Items that ``city`` never
    had are entered together in a few statements, each with its row on the trail; the others one by one."""
    items = {digest: engine.parse(body) for digest, body in bodies.items()}
    if any(engine.sha256(body) != digest for digest, body in bodies.items()):
        raise ForeignBody
    had = set(ItemVersion.objects.filter(city=city).values_list("code", flat=True))
    fresh = {d: item for d, item in items.items() if item.code not in had} if effective_on <= _today(now) else {}
    rows = [
        ItemVersion(
            city=city,
            code=item.code,
            number=1,
            sha256=digest,
            body=bodies[digest],
            effective_on=effective_on,
            published_at=now,
            published_by=by.id,
        )
        for digest, item in fresh.items()
    ]
    ItemVersion.objects.bulk_create(rows, batch_size=BATCH)
    _enter_all(rows, fresh)
    facts = {row.code: {"number": 1, "sha256": row.sha256, "on": effective_on.isoformat()} for row in rows}
    trail.record_all(
        by=by,
        verb="catalog.publish",
        subject_kind="item",
        subjects=[(f"{city}/{code}", told) for code, told in facts.items()],
        now=now,
    )
    found = {row.code: (row.sha256, 1) for row in rows}
    for digest in items.keys() - fresh.keys():
        version = publish(city=city, body=bodies[digest], effective_on=effective_on, by=by, now=now)
        found[version.code] = (digest, version.number)
    return found


def _enter_all(rows: list[ItemVersion], items: Mapping[str, engine.Item]) -> None:
    entries = [
        Entry(
            version=row,
            city=row.city,
            code=row.code,
            **shelving.columns(items[row.sha256]),
        )
        for row in rows
    ]
    Entry.objects.bulk_create(entries, batch_size=BATCH)
    for city in {row.city for row in rows}:
        _changed(city)


def _version(
    city: str, code: str, body: bytes, digest: str, effective_on: date, *, by: Actor, now: datetime
) -> tuple[ItemVersion, str]:
    same = ItemVersion.objects.filter(city=city, code=code, sha256=digest).first()
    if same:
        return same, "catalog.publish-again"
    last = ItemVersion.objects.filter(city=city, code=code).aggregate(n=Max("number"))["n"] or 0
    row = ItemVersion.objects.create(
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


@transaction.atomic
def retire(*, city: str, code: str, successor: str, by: Actor, now: datetime, on: date | None = None) -> None:
    """Take an item out of the list, at once or on a coming day; cases that began with it go on, its page answers 410
    with the successor."""
    _one_at_a_time(city, code)
    _what_is_due(city, code, now=now)
    if on is not None and on > _today(now):
        _later(city, code, None, on=on, by=by, now=now, successor=successor)
    else:
        _leave(city, code, successor, now=now)
    facts = {"successor": successor, "on": on.isoformat()} if on else {"successor": successor}
    _record("catalog.retire", city, code, by=by, now=now, facts=facts)


def _leave(city: str, code: str, successor: str, *, now: datetime) -> None:
    Retired.objects.update_or_create(city=city, code=code, defaults={"successor": successor, "at": now})
    Entry.objects.filter(city=city, code=code).delete()
    _changed(city)


def _later(
    city: str, code: str, version: ItemVersion | None, *, on: date, by: Actor, now: datetime, successor: str = ""
) -> None:
    """Enter what changes on a coming day; of the same day the last word counts."""
    Coming.objects.update_or_create(
        city=city,
        code=code,
        on=on,
        defaults={"version": version, "successor": successor, "entered_at": now, "entered_by": by.id},
    )


@transaction.atomic
def withdraw(*, coming: UUID | str, by: Actor, now: datetime) -> None:
    """Take back a change whose day has not come. Raises NotComing for one that is in force, or was taken back."""
    row = Coming.objects.select_for_update().filter(pk=coming, on__gt=_today(now)).first()
    if row is None:
        raise NotComing
    number = row.version.number if row.version else None
    _record("catalog.withdraw", row.city, row.code, by=by, now=now, facts={"on": row.on.isoformat(), "number": number})
    row.delete()


def put_in_force(*, now: datetime) -> int:
    """Put in force, or end, whatever is due by today, in the order of its days; counts the items (job). What fell due
    while the node was down is done at the next turn, and before anything else is published of the item."""
    due = Coming.objects.filter(on__lte=_today(now)).order_by("city", "code").values_list("city", "code").distinct()
    wanted = list(due)
    for city, code in wanted:
        with transaction.atomic():
            _one_at_a_time(city, code)
            _what_is_due(city, code, now=now)
    return len(wanted)


def _what_is_due(city: str, code: str, *, now: datetime) -> None:
    rows = Coming.objects.select_related("version").filter(city=city, code=code, on__lte=_today(now))
    for row in rows.order_by("on"):
        if row.version:
            _enter(row.version, engine.parse(bytes(row.version.body)))
        else:
            _leave(city, code, row.successor, now=now)
        verb = "catalog.in-force" if row.version else "catalog.ended"
        facts = {"on": row.on.isoformat(), "number": row.version.number if row.version else None}
        _record(verb, city, code, by=SYSTEM, now=now, facts=facts)
        row.delete()


class NotComing(NotFound):
    """There is no such coming change: it is in force already, or was taken back."""

    def __init__(self) -> None:
        super().__init__(
            "not_coming",
            Words(zh="这项变更已经生效或已撤回", en="This change is in force already, or was taken back"),
            next_step=Words(zh="如需更改，请另行拟稿。", en="To change it, draft a new version."),
        )


def _today(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def _record(verb: str, city: str, code: str, *, by: Actor, now: datetime, facts: dict[str, Any]) -> None:
    trail.record(by=by, verb=verb, subject_kind="item", subject=f"{city}/{code}", now=now, facts=facts)


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
    digests: Collection[str] = (),
) -> int:
    """Replace what is known of a peer's catalogue and count what is new. ``bodies`` (digest → body) is what is not in
    force here yet, ``digests`` the rest of what it offers. Keyed by the home city; never handed on to others. A body that
    is broken, or holds a rule without bounds, is left out and named, and the rest is offered."""
    if any(engine.sha256(body) != digest for digest, body in bodies.items()):
        raise ForeignBody
    published = set(ItemVersion.objects.filter(city=city).values_list("sha256", flat=True))
    sound, left_out = judging.sifted(bodies)
    publish_all(city=city, bodies=sound, effective_on=_today(now), by=by, now=now)
    gone = Entry.objects.filter(city=city).exclude(version__sha256__in={*digests, *sound})
    for code in gone.values_list("code", flat=True):
        Retired.objects.update_or_create(city=city, code=code, defaults={"successor": "", "at": now})
    gone.delete()
    _changed(city)
    told = {"name": name, "mark": mark, "offices": offices, "pulled_at": now, "failed_at": None}
    reason = "; ".join(left_out)[:200]
    Pulled.objects.update_or_create(city=city, defaults={**told, "reason": reason})
    return len(sound.keys() - published)


@transaction.atomic
def pull_failed(*, city: str, reason: str, now: datetime) -> None:
    """Note that a peer could not be asked; what is known of it stays."""
    Pulled.objects.update_or_create(city=city, defaults={"failed_at": now, "reason": reason[:200]})


def pack_taken(pack: packs.Pack, *, signer: str, by: Actor, now: datetime) -> datetime | None:
    """Note that a pack is taken; when it was taken before, where it was."""
    row, fresh = Taken.objects.get_or_create(
        sha256=pack.sha256,
        defaults={
            "signer": signer,
            "made_at": pack.manifest.made_at,
            "items": len(pack.manifest.items),
            "taken_at": now,
            "taken_by": by.id,
        },
    )
    if not fresh:
        return row.taken_at
    trail.record(
        by=by,
        verb="catalog.take-pack",
        subject_kind="catalogue",
        subject=pack.manifest.city,
        now=now,
        facts={"signer": signer, "sha256": pack.sha256, "items": len(pack.manifest.items)},
    )
    return None


def _one_at_a_time(city: str, code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"catalog:{city}/{code}"])


def _changed(city: str) -> None:
    """What the city offers is no longer what it was: lists that were kept are read anew."""
    Edition.objects.update_or_create(city=city, defaults={"mark": uuid7()})


def _enter(version: ItemVersion, item: engine.Item) -> None:
    Entry.objects.update_or_create(
        city=version.city, code=version.code, defaults={"version": version, **shelving.columns(item)}
    )
    Retired.objects.filter(city=version.city, code=version.code).delete()
    _changed(version.city)
