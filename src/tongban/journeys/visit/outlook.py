"""How long it takes in a hall now: who waits in which order, which windows serve what, how long people take.

A window calls the first of all its lanes, so a lane's wait depends on the others that its windows serve too.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from tongban.appointments import queries as visits
from tongban.base.calendar import day_of
from tongban.engine import visiting
from tongban.journeys import nearby
from tongban.journeys.visit import rules as by_rules

UNMANNED = timedelta(minutes=10)  # a window that lets people wait so long and has called nobody lately is not manned
NEXT = "next"  # who comes now


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """A hall now: those who wait in the order of calling, the windows, and what a person takes in each lane."""

    waiting: tuple[Any, ...]
    windows: tuple[visiting.Window, ...]
    minutes: dict[str, float]

    def before(self, row: Any) -> int:
        """How many are called before a number by the windows that serve it."""
        lane = row.line.lane
        shared = frozenset[str]().union(*(each.lanes for each in self.windows if lane in each.lanes)) | {lane}
        ahead = [each.pk for each in self.waiting if each.line.lane in shared or each.pk == row.pk]
        return ahead.index(row.pk) if row.pk in ahead else 0

    def until(self, row: Any) -> float:
        """In how many minutes a number is likely to be called."""
        return self._projected().get(str(row.pk), 0.0)

    def newcomer(self, lane: str) -> float:
        """In how many minutes somebody is likely to be called who comes now."""
        return self._projected(((NEXT, lane),)).get(NEXT, 0.0)

    def _projected(self, more: tuple[tuple[str, str], ...] = ()) -> dict[str, float]:
        queue = [(str(each.pk), each.line.lane) for each in self.waiting]
        return visiting.project([*queue, *more], windows=self.windows, minutes=self.minutes)


def of(hall: nearby.Hall, *, now: datetime) -> Outlook:
    """How it looks in a hall."""
    day, lanes = day_of(now), by_rules.lanes(hall)
    waiting = visits.waiting(hall.key, day=day, now=now, booked_ahead=by_rules.rules().booked_ahead)
    seen = visits.seen(hall.key, now=now)
    minutes = {lane.key: visiting.usual(seen.get(lane.key, ()), lane.minutes) for lane in lanes}
    for each in waiting:  # of a lane that is gone
        minutes.setdefault(each.line.lane, minutes[by_rules.lane(hall, each.line.lane).key])
    manned = _manned(hall, waiting, minutes, day, now)
    return Outlook(waiting=tuple(waiting), windows=(*manned, *_usual(lanes, manned)), minutes=minutes)


def _manned(
    hall: nearby.Hall, waiting: list[Any], minutes: dict[str, float], day: date, now: datetime
) -> list[visiting.Window]:
    """The windows at which somebody sits and works."""
    serving = visits.serving(hall.key, day=day)
    lately = visits.lately(hall.key, day=day, now=now) | set(serving)
    found = []
    for post in visits.posts(hall.key, day=day):
        waits = [each for each in waiting if each.line.lane in post.lanes]
        let_wait = bool(waits) and min(now - each.taken_at for each in waits[:1]) > UNMANNED
        if post.window in lately or not let_wait or now - post.sat_at < UNMANNED:
            found.append(
                visiting.Window(lanes=frozenset(post.lanes), free_in=_free_in(serving.get(post.window), minutes, now))
            )
    return found


def _free_in(served: tuple[str, datetime] | None, minutes: dict[str, float], now: datetime) -> float:
    """In how many minutes a window is likely to be free."""
    if served is None:
        return 0.0
    lane, since = served
    return visiting.remains(minutes.get(lane, 0.0), since=(now - since).total_seconds() / 60)


def _usual(lanes: tuple[visiting.Lane, ...], manned: list[visiting.Window]) -> list[visiting.Window]:
    """As many windows as the rules say, for lanes that nobody serves yet."""
    open_ = [lane for lane in lanes if not any(lane.key in each.lanes for each in manned)]
    return [visiting.Window(lanes=frozenset((lane.key,))) for lane in open_ for _ in range(lane.windows)]
