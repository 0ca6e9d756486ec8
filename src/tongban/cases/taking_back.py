"""Who has agreed to take back what several applied for together (共同撤回). The wish is kept until all have, or one says no."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.base.actors import Actor
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.cases.models import Case
from tongban.trail import actions as trail


class NotAsked(NotFound):
    """Nobody has asked to take this back."""

    def __init__(self) -> None:
        super().__init__(
            "not_asked_to_withdraw",
            Words(zh="没有人请求撤回这一项", en="Nobody has asked to take this back"),
            next_step=Words(zh="刷新页面看最新情况。", en="Load the page again to see how it stands."),
        )


@transaction.atomic
def agree(
    *, number: str, part: str, must: Iterable[str], roles: Iterable[str], by: Actor, now: datetime
) -> tuple[frozenset[str], bool]:
    """Note that these ``roles`` agree, of those who ``must``; who has agreed by now, and whether it was asked just now."""
    row = Case.objects.select_for_update().get(number=number)
    wish = row.taking_back.get(part)
    agreed = sorted({*(wish["agreed"] if wish else ()), *roles} & {*must})
    first = wish or {"by": by.id, "at": now.isoformat()}
    row.taking_back = {**row.taking_back, part: {**first, "must": sorted(must), "agreed": agreed}}
    row.save(update_fields=["taking_back"])
    _note("case.agree-withdraw" if wish else "case.ask-withdraw", number, part, by, now)
    return frozenset(agreed), wish is None


@transaction.atomic
def end(*, number: str, part: str, by: Actor, now: datetime, declined: bool = False) -> dict[str, Any]:
    """The wish is done with: all agreed, or one did not. What it was. Raises NotAsked."""
    row = Case.objects.select_for_update().get(number=number)
    wish = row.taking_back.get(part)
    if wish is None:
        raise NotAsked
    row.taking_back = {key: each for key, each in row.taking_back.items() if key != part}
    row.save(update_fields=["taking_back"])
    if declined:
        _note("case.decline-withdraw", number, part, by, now)
    return dict(wish)


def _note(verb: str, number: str, part: str, by: Actor, now: datetime) -> None:
    trail.record(by=by, verb=verb, subject_kind="case", subject=number, now=now, facts={"part": part})
