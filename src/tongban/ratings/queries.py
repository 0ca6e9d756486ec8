"""Reading ratings."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from tongban.base import memo
from tongban.ratings.models import FollowUp, Rating


@memo.once
def of_case(case: str) -> Rating | None:
    """The rating of a case, if it was given."""
    return Rating.objects.select_related("follow_up").filter(case=case).first()


def open_follow_ups(offices: Iterable[str]) -> QuerySet[FollowUp]:
    """Bad ratings that these offices have yet to answer, due first."""
    return (
        FollowUp.objects.select_related("rating")
        .filter(office__in=list(offices), closed_at=None)
        .order_by("due_on", "id")
    )
