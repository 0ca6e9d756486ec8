"""Reserving a firm's name and letting it go."""

from __future__ import annotations

import calendar
import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.errors import Conflict
from tongban.base.words import Words
from tongban.registries import names
from tongban.registries.models import FirmName
from tongban.registries.queries.firm_names import check_name, keys_of, stored_keys
from tongban.trail import actions as trail

MONTHS_RESERVED = 2  # 《企业名称登记管理规定》第十八条


class NameRefused(Conflict):
    """The name cannot be had. ``verdict`` says why and which names are free."""

    def __init__(self, verdict: names.NameVerdict) -> None:
        free = "、".join(verdict.suggestions)
        what = verdict.next_step
        if what and free:
            what = Words(zh=f"{what.zh}：{free}", en=f"{what.en}: {free}")
        super().__init__(f"name_{verdict.code}", verdict.says, cites=verdict.cites, next_step=what, field="firm.name")
        self.verdict = verdict


@transaction.atomic
def reserve_name(
    *, name: str, city: str, reserved_for: str, by: Actor, now: datetime, related: Collection[str] = ()
) -> FirmName:
    """Keep ``name`` in ``city`` for the draft or case ``reserved_for`` for two months. Asked again it answers the same;
    another name reserved for the same is let go. Raises NameRefused (409) where somebody else was first, even in the
    same instant, or the name may not be had."""
    lock(city, keys_of(name, city))
    verdict = check_name(name=name, city=city, now=now, reserved_for=reserved_for, related=related)
    if not verdict.ok or verdict.parsed is None:
        raise NameRefused(verdict)
    parsed = verdict.parsed
    FirmName.objects.filter(division_id=city, name=parsed.name, state="reserved", until__lte=now).delete()
    held = FirmName.objects.filter(division_id=city, reserved_for=reserved_for, state="reserved")
    held.exclude(name=parsed.name).delete()
    kept = held.filter(name=parsed.name).first()
    if kept is None:
        kept = _keep(parsed, city=city, reserved_for=reserved_for, until=later(now, MONTHS_RESERVED), now=now)
        trail.record(by=by, verb="name.reserve", subject_kind="firm-name", subject=str(kept.pk), now=now)
    return kept


@transaction.atomic
def release_name(*, reserved_for: str, city: str, by: Actor, now: datetime) -> bool:
    """Let go of what this draft or case reserved; True if there was something. A taken name is not touched."""
    held = FirmName.objects.filter(division_id=city, reserved_for=reserved_for, state=FirmName.State.RESERVED)
    ids = [str(pk) for pk in held.values_list("pk", flat=True)]
    for pk in ids:
        trail.record(by=by, verb="name.release", subject_kind="firm-name", subject=pk, now=now)
    held.delete()
    return bool(ids)


def fill(row: FirmName, parsed: names.Parsed) -> FirmName:
    """Give ``row`` everything that follows from the name."""
    row.name = row.shown = parsed.name
    row.core, row.trade, row.form = parsed.core, parsed.trade, parsed.form
    row.families, row.keys = sorted(parsed.families), stored_keys(row.division_id, names.keys(parsed.core))
    row.pinyin = names.sound(parsed.core)
    return row


def _keep(parsed: names.Parsed, *, city: str, reserved_for: str, until: datetime, now: datetime) -> FirmName:
    row = FirmName(
        division_id=city, state=FirmName.State.RESERVED, reserved_for=reserved_for, until=until,
        source="name-reservation", as_of=day_of(now),
    )
    try:
        with transaction.atomic():
            fill(row, parsed).save(force_insert=True)
    except IntegrityError as taken:
        raise NameRefused(_just_taken(parsed)) from taken
    return row


def _just_taken(parsed: names.Parsed) -> names.NameVerdict:
    return names.NameVerdict(
        ok=False,
        code="taken",
        says=Words(zh=f"“{parsed.name}”刚刚被别人申请了", en=f"Somebody else has just taken {parsed.name}"),
        cites=("《企业名称登记管理规定》第十七条",),
        next_step=Words(zh="换一个字号再试", en="Choose another 字号 and try again"),
        against=parsed.name,
        parsed=parsed,
    )


def lock(city: str, keys: Iterable[str]) -> None:
    """Wait for every other transaction that holds one of ``keys`` in ``city``, and hold them until this one ends: so of
    two names that only sound alike, asked for in the same second, the second is judged against the first. Locks are
    taken in order: no deadlock."""
    digests = (hashlib.sha256(f"firm-name {city} {key}".encode()).digest() for key in keys)
    for number in sorted({int.from_bytes(digest[:8], "big", signed=True) for digest in digests}):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def later(since: datetime, months: int) -> datetime:
    """The same day so many months on, or the month's last."""
    year, month = divmod(since.month - 1 + months, 12)
    year, month = since.year + year, month + 1
    return since.replace(year=year, month=month, day=min(since.day, calendar.monthrange(year, month)[1]))
