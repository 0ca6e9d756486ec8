"""Rating once; a bad rating opens a follow-up."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from tongban.base.actors import Actor
from tongban.base.errors import Conflict, Refusal
from tongban.base.words import Words
from tongban.ratings.models import FollowUp, Rating
from tongban.trail import actions as trail

BAD = (4, 5)  # 不满意, 非常不满意 (GB/T 39046)


class AlreadyRated(Conflict):
    """One rating a case."""

    def __init__(self) -> None:
        super().__init__("already_rated", Words(zh="这个办件已经评价过了", en="This case is rated already"))


@transaction.atomic
def rate(
    *,
    case: str,
    item: str,
    city: str,
    code: int,
    words: str,
    office: str,
    due_on: date | None,
    by: Actor,
    now: datetime,
) -> Rating:
    """Keep a rating (1 best … 5 worst). A bad one opens a follow-up of ``office``, due on ``due_on`` (None while the
    calendar ends before it). Raises AlreadyRated."""
    if code not in range(1, 6):
        raise Refusal("rating_code", Words(zh="请选择一项评价", en="Please choose one of the five"), field="code")
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                case=case, item=item, city=city, code=code, channel=by.channel, words=words[:2000], at=now, by=by.id
            )
    except IntegrityError as twice:
        raise AlreadyRated from twice
    if code in BAD:
        FollowUp.objects.create(rating=rating, office=office, due_on=due_on, opened_at=now)
    trail.record(by=by, verb="rating.give", subject_kind="case", subject=case, now=now, facts={"code": code})
    return rating


@transaction.atomic
def close_follow_up(*, follow_up: FollowUp, classed: str, answer: str, by: Actor, now: datetime) -> FollowUp:
    """Close a follow-up with its class (合理 reasonable | 误评 mistaken | 恶意 malicious) and the answer given."""
    if classed not in ("reasonable", "mistaken", "malicious") or not answer.strip():
        raise Refusal("follow_up", Words(zh="请写明定性和答复", en="State the class and the answer"), field="answer")
    row = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if row.closed_at is None:
        row.classed, row.answer, row.closed_at, row.closed_by = classed, answer, now, by.id
        row.save()
        trail.record(by=by, verb="rating.follow-up", subject_kind="case", subject=row.rating.case, now=now)
    return row
