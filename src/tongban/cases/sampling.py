"""Closed cases drawn for a look at their quality: by a recorded seed, so that anybody can draw the same again (质量抽查)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from tongban.base.actors import Actor
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Conflict, NotFound, Refusal
from tongban.base.words import Words
from tongban.cases.models import Case, Draw, Sample
from tongban.trail import actions as trail

RESULTS = ("good", "mend", "wrong")
MOST = 500  # cases of one draw: more than that nobody looks at


def order(seed: str, number: str) -> str:
    """Where a case stands in a draw: the lowest digests are drawn. Anybody can compute it."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def closed(city: str, from_on: date, until_on: date) -> QuerySet[Case]:
    """Cases that this city decided and that were closed on these days, both included."""
    start = datetime(from_on.year, from_on.month, from_on.day, tzinfo=SHANGHAI)
    end = datetime(until_on.year, until_on.month, until_on.day, tzinfo=SHANGHAI) + timedelta(days=1)
    return Case.objects.filter(city=city, closed_at__gte=start, closed_at__lt=end)


@transaction.atomic
def draw(*, city: str, from_on: date, until_on: date, percent: int, by: Actor, now: datetime, seed: str = "") -> Draw:
    """Draw so many of a hundred, at least one. Raises Refusal where there is nothing to draw from."""
    numbers = list(closed(city, from_on, until_on).order_by("number").values_list("number", "id"))
    if not numbers:
        raise Refusal(
            "nothing_closed",
            Words(zh="这段时间没有办结的办件", en="No case was closed on these days"),
            next_step=Words(zh="请换一段时间。", en="Choose other days."),
            field="from_on",
        )
    seed = seed or secrets.token_hex(16)
    many = min(MOST, max(1, -(-len(numbers) * percent // 100)))
    made = Draw.objects.create(
        from_on=from_on,
        until_on=until_on,
        percent=percent,
        seed=seed,
        among=len(numbers),
        drawn_at=now,
        drawn_by=by.id,
    )
    drawn = sorted(numbers, key=lambda each: order(seed, each[0]))[:many]
    Sample.objects.bulk_create([Sample(draw=made, case_id=id) for _, id in drawn])
    facts = {"from": str(from_on), "until": str(until_on), "percent": percent, "seed": seed, "drawn": many}
    trail.record(by=by, verb="quality.draw", subject_kind="draw", subject=str(made.id), now=now, facts=facts)
    return made


@transaction.atomic
def judge(*, sample: UUID | str, held: Iterable[str], result: str, words: str, by: Actor, now: datetime) -> Sample:
    """Keep what came of the look at one drawn case; once. Raises Conflict, NotFound, Refusal ``result``."""
    row = Sample.objects.select_for_update(of=("self",)).select_related("case").filter(pk=sample).first()
    if row is None:
        raise NotFound("no_sample", Words(zh="没有这条抽查", en="There is no such sample"))
    if row.judged_at:
        raise Conflict("judged", Words(zh="这条抽查已有结论", en="This sample was judged already"))
    if result not in RESULTS:
        raise Refusal("result", Words(zh="请选择结论", en="Choose a result"), field="result")
    if result != "good" and len(words.strip()) < 4:
        raise Refusal("say_why", Words(zh="请写明问题", en="Write what is wrong"), field="words")
    row.held, row.result, row.words = sorted(held), result, words.strip()[:1000]
    row.judged_by, row.judged_at = by.id, now
    row.save(update_fields=["held", "result", "words", "judged_by", "judged_at"])
    facts = {"sample": str(row.id), "result": result, "held": row.held}
    trail.record(by=by, verb="quality.judge", subject_kind="case", subject=row.case.number, now=now, facts=facts)
    return row


def draws() -> QuerySet[Draw]:
    """What was drawn, newest first."""
    return Draw.objects.order_by("-drawn_at", "-id")


def samples(draw: UUID | str) -> list[Sample]:
    """The cases of one draw in the order drawn, the ones still to be looked at first."""
    try:
        rows = Sample.objects.select_related("case", "draw").defer("case__state", "case__content").filter(draw=draw)
        return sorted(rows, key=lambda s: (s.judged_at is not None, order(s.draw.seed, s.case.number)))
    except (ValueError, ValidationError):
        return []
