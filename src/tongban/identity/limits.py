"""How often a door may be tried, by account and by address. Counted in PostgreSQL, so that all web processes agree."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.files import vault
from tongban.identity.models import Attempt

# door -> (tries, within); a node may set other numbers of tries (`limits` in node.json)
LIMITS = {
    "code-send": (5, timedelta(hours=1)),
    "code-address": (200, timedelta(hours=1)),
    "code-try": (10, timedelta(minutes=15)),
    "person-match": (5, timedelta(hours=24)),
    "counter": (300, timedelta(hours=24)),
    "officer": (10, timedelta(minutes=15)),
    "proof": (20, timedelta(hours=24)),
    "answer": (600, timedelta(hours=1)),
    "suggest": (600, timedelta(hours=1)),
    "number": (300, timedelta(hours=1)),
    "mandate-receiver": (20, timedelta(hours=24)),
}
KEPT = max(within for _, within in LIMITS.values())  # a try counts no longer, so it is kept no longer


class TooOften(Refusal):
    """The door was tried too often; it opens again later."""

    status = 429

    def __init__(self, within: timedelta) -> None:
        self.retry_after = max(60, int(within.total_seconds()))
        minutes = -(-self.retry_after // 60)
        super().__init__(
            "too_often",
            Words(zh="尝试次数过多，请稍后再试", en="Too many tries; please try again later"),
            next_step=Words(
                zh="请在 {minutes} 分钟后再试，或到窗口办理。",
                en="Try again in {minutes} minutes, or come to a service counter.",
            ).format(minutes=minutes),
        )


def count(*, door: str, who: str, now: datetime) -> None:
    """Note one try; TooOften when it is one too many. Kept even when the caller's own change is undone."""
    with transaction.atomic():
        again = opens_at(door=door, who=who, now=now)
        if again is not None:
            raise TooOften(again - now)
        Attempt.objects.create(door=door, who=_who(door, who), at=now)


def opens_at(*, door: str, who: str, now: datetime) -> datetime | None:
    """When the door can be tried again; None where it can be tried now."""
    tries, within = LIMITS[door]
    tries = settings.TONGBAN_LIMITS.get(door, tries)
    done = Attempt.objects.filter(door=door, who=_who(door, who), at__gt=now - within).order_by("-at")
    first = done.values_list("at", flat=True)[tries - 1 : tries].first() if tries else now
    return first + within if first is not None else None


def _who(door: str, who: str) -> str:
    return vault.lookup(f"attempt-{door}", who)


def forget(*, now: datetime) -> int:
    """Remove tries that no limit counts any more (job); how many."""
    return Attempt.objects.filter(at__lte=now - KEPT).delete()[0]
