"""Who is away, from when until when, and who stands in (请假与代办)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tongban.base import memo
from tongban.base.actors import Actor
from tongban.base.errors import Denied, NotFound, Refusal
from tongban.base.words import Words
from tongban.identity.models import Absence, Officer
from tongban.trail import actions as trail

LONGEST = timedelta(days=366)


@transaction.atomic
def enter(
    *, officer: Officer, deputy: Officer, from_on: date, until_on: date, today: date, by: Actor, now: datetime
) -> Absence:
    """Note that ``officer`` is away and ``deputy``, of the same office, stands in. Raises Refusal ``absence_*``."""
    _check(officer, deputy, from_on, until_on, today)
    Officer.objects.select_for_update().get(pk=officer.pk)  # of two entered at once the second sees the first
    made = Absence.objects.create(
        officer=officer, deputy=deputy, from_on=from_on, until_on=until_on, entered_at=now, entered_by=by.id
    )
    _check_overlap(made)
    facts = {"deputy": str(deputy.id), "from": from_on.isoformat(), "until": until_on.isoformat()}
    trail.record(by=by, verb="absence.enter", subject_kind="officer", subject=str(officer.id), now=now, facts=facts)
    return made


def _check(officer: Officer, deputy: Officer, from_on: date, until_on: date, today: date) -> None:
    if until_on < from_on or until_on < today:
        raise _no(
            "days", "结束日期不能早于开始日期或今天", "The last day lies before the first, or before today", "until_on"
        )
    if until_on - from_on > LONGEST:
        raise _no("long", "一次最长登记一年", "One entry lasts a year at most", "until_on")
    if deputy.pk == officer.pk or deputy.office_id != officer.office_id or not deputy.active:
        raise _no("deputy", "请选择本单位的另一位同事代办", "Choose another officer of the same office", "deputy")
    if not set(officer.powers) & set(deputy.powers):
        raise _no("powers", "这位同事没有您的任何一项权限", "This colleague holds none of your powers", "deputy")


def _check_overlap(made: Absence) -> None:
    """Nobody is away twice at once, and nobody stands in while away: work would go round in a circle."""
    others = standing(made.from_on, made.until_on).exclude(pk=made.pk)
    if others.filter(officer=made.officer).exists():
        raise _no("twice", "这段时间已经登记过", "These days are entered already", "from_on")
    if others.filter(officer=made.deputy).exists():
        raise _no("away", "这位同事在这段时间也不在岗", "This colleague is away then, too", "deputy")
    if others.filter(deputy=made.officer).exists():
        raise _no("stands", "这段时间您在为同事代办，请先另行安排", "You stand in for a colleague then", "from_on")


def _no(code: str, zh: str, en: str, field: str) -> Refusal:
    return Refusal(
        f"absence_{code}",
        Words(zh=zh, en=en),
        next_step=Words(zh="请改正后再登记。", en="Mend it and enter it again."),
        field=field,
    )


@transaction.atomic
def end(*, absence: UUID | str, by: Actor, now: datetime) -> Absence:
    """End an absence now: the officer is back. By the officer, or by one who supervises."""
    found = Absence.objects.select_for_update().filter(pk=absence, ended_at=None).first()
    if found is None:
        raise NotFound("no_absence", Words(zh="没有这条请假记录", en="There is no such absence"))
    if str(found.officer_id) != by.id and "supervise" not in by.powers:
        raise Denied("not_your_absence", Words(zh="只能销自己的假", en="Only your own absence is yours to end"))
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    trail.record(by=by, verb="absence.end", subject_kind="officer", subject=str(found.officer_id), now=now)
    return found


def standing(from_on: date, until_on: date) -> QuerySet[Absence]:
    """Absences that touch these days and were not ended."""
    rows = Absence.objects.filter(ended_at=None, from_on__lte=until_on, until_on__gte=from_on)
    return rows.select_related("officer", "deputy").order_by("from_on", "id")


def of_offices(offices: frozenset[str], *, on: date) -> QuerySet[Absence]:
    """Present and coming absences of these offices' officers, by day."""
    return standing(on, date.max).filter(officer__office__key__in=offices)


@memo.once
def away(*, on: date) -> tuple[Absence, ...]:
    """Absences of a day, each with who stands in."""
    return tuple(standing(on, on))


def stood_in_for(officer: str, *, on: date) -> frozenset[str]:
    """Ids of the officers whom this one stands in for on a day."""
    return frozenset(str(each.officer_id) for each in away(on=on) if str(each.deputy_id) == officer)


def deputy_of(officer: str, *, on: date) -> Officer | None:
    """Who stands in for this officer on a day; None when the officer is there."""
    found = standing(on, on).filter(officer_id=officer).select_related("deputy__office").first()
    return found.deputy if found else None
