"""Rating the service (好差评)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.base.actors import Actor
from tongban.base.calendar import CalendarUnknown, day_of
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.identity import timetable
from tongban.ratings import actions as ratings

ANSWER_WITHIN = 5  # working days to answer a bad rating; a city may grant more time in its own rules


def keep(row: Any, *, code: int, words: str, by: Actor, now: datetime) -> None:
    """Keep the rating of a case that is over. Raises AlreadyRated, or Refusal ``not_over``."""
    state = cases.state(row)
    if state.status.value != "closed":
        raise Refusal("not_over", Words(zh="办结后才能评价", en="It can be rated when it is over"))
    ratings.rate(
        case=row.number,
        item=row.item,
        city=row.city,
        code=code,
        words=words,
        office=state.parts[0].office,
        due_on=_due(now),
        by=by,
        now=now,
    )


def _due(now: datetime) -> Any:
    try:
        return timetable.calendar().add_workdays(day_of(now), ANSWER_WITHIN)
    except CalendarUnknown:
        return None
