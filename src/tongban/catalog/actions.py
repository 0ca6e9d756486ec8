"""Publishing versions now or for a coming day, taking over other cities' catalogues, keeping what search reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.catalog import judging, packs, shelving, stocking
from tongban.catalog.models import Entry, ItemVersion, Pulled, Taken
from tongban.catalog.stock import BUNDLES, ITEMS
from tongban.engine import items as engine
from tongban.trail import actions as trail

BATCH = 200


NotComing = stocking.NotComing
withdraw, put_in_force = stocking.withdraw, stocking.put_in_force


def publish(*, city: str, body: bytes, effective_on: date, by: Actor, now: datetime) -> ItemVersion:
    """Publish an item's canonical body as a new version of ``city``'s item, in force from ``effective_on``: at once where
    that day has come, else on it (``put_in_force``). A body that was published before is the same version again."""
    found: ItemVersion = stocking.publish(ITEMS, city=city, body=body, effective_on=effective_on, by=by, now=now)
    return found


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
    fresh = {d: item for d, item in items.items() if item.code not in had} if effective_on <= day_of(now) else {}
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
        stocking.changed(city)


def retire(*, city: str, code: str, successor: str, by: Actor, now: datetime, on: date | None = None) -> None:
    """Take an item out of the list, at once or on a coming day; cases that began with it go on, its page answers 410
    with the successor."""
    stocking.retire(ITEMS, city=city, code=code, successor=successor, by=by, now=now, on=on)


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
    bundles: Mapping[str, bytes] | None = None,
    joint: Collection[str] = (),
) -> int:
    """Replace what is known of a peer's catalogue and count what is new. ``bodies`` (digest → body) is what is not in
    force here yet, ``digests`` the rest of what it offers; ``bundles`` and ``joint`` the same of its bundles. Keyed by the
    home city; never handed on to others. A body that is broken, or holds a rule without bounds, is left out and named, and
    the rest is offered."""
    things = bundles or {}
    if any(engine.sha256(body) != digest for digest, body in (*bodies.items(), *things.items())):
        raise ForeignBody
    published = set(ItemVersion.objects.filter(city=city).values_list("sha256", flat=True))
    sound, left_out = judging.sifted(bodies)
    publish_all(city=city, bodies=sound, effective_on=day_of(now), by=by, now=now)
    stocking.keep_only(ITEMS, {*digests, *sound}, city=city, now=now)
    whole, more = judging.sifted_bundles(things)
    for body in whole.values():
        stocking.publish(BUNDLES, city=city, body=body, effective_on=day_of(now), by=by, now=now)
    stocking.keep_only(BUNDLES, {*joint, *whole}, city=city, now=now)
    stocking.changed(city)
    told = {"name": name, "mark": mark, "offices": offices, "pulled_at": now, "failed_at": None}
    reason = "; ".join((*left_out, *more))[:200]
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
