"""What a hall says of the wait, held against a day: people come as they do, take as long as they do, windows open and close.

The people of the day are drawn by a seed; the numbers, the calls and the waits that were told are the hall's own.
"""

from __future__ import annotations

import heapq
import random
import statistics
from datetime import datetime, timedelta

import pytest

from tongban.base.calendar import SHANGHAI
from tongban.journeys.visit import calling, numbers, rules

pytestmark = pytest.mark.django_db
HALL = "day-and-night"
OPENS = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
LANES = {
    "general": (11, 0.5),
    "firms": (16, 0.2),
    "property": (22, 0.15),
    "welfare": (9, 0.15),
}  # minutes, share of people


class Day:
    """People and windows of one day, moved from one thing that happens to the next."""

    def __init__(self, seat, clock, seed: int) -> None:
        self.draw, self.clock = random.Random(seed), clock
        self.told: dict[str, tuple[datetime, int, int]] = {}
        self.waited: dict[str, float] = {}
        self.happens: list[tuple[datetime, int, str]] = []
        self.idle: set[str] = set()
        clock.now = OPENS
        self.clerks = {
            "1": seat("hz-window-1", "1", HALL),
            "2": seat("hz-window-2", "2", HALL, ["general", "welfare"]),
        }

    def people(self, many: int, until: int) -> None:
        for n in range(many):
            self.at(self.draw.uniform(0, until), f"come-{n}")

    def at(self, minutes: float, what: str) -> None:
        heapq.heappush(self.happens, (OPENS + timedelta(minutes=minutes), len(self.happens), what))

    def run(self) -> None:
        for window in self.clerks:
            self.at(0, f"free-{window}")
        while self.happens:
            self.clock.now, _, what = heapq.heappop(self.happens)
            kind, _, which = what.partition("-")
            self.comes() if kind == "come" else self.calls(which)

    def comes(self) -> None:
        lane = self.draw.choices(list(LANES), [share for _, share in LANES.values()])[0]
        group = "elder" if self.draw.random() < 0.1 else ""
        _, by = self.clerks["1"]
        row = numbers.hand_out(HALL, lane=lane, group=group, by=by, now=self.clock.now)
        found = numbers.standing(row.id, now=self.clock.now)
        self.told[row.label] = (self.clock.now, found.minutes, found.before)
        for window in sorted(self.idle):
            self.idle.discard(window)
            self.calls(window)

    def calls(self, window: str) -> None:
        session, by = self.clerks[window]
        row = calling.next_(session, by=by, now=self.clock.now)
        if row is None:
            self.idle.add(window)
            return
        self.waited[row.label] = (self.clock.now - self.told[row.label][0]).total_seconds() / 60
        mean = LANES[row.line.lane][0]
        takes = self.draw.lognormvariate(0, 0.5) * mean / 1.13  # most are quick, a few take long
        self.at((self.clock.now - OPENS).total_seconds() / 60 + takes, f"free-{window}")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_wait_that_is_told_is_about_the_wait_that_it_was(seat, clock, society, seed):
    day = Day(seat, clock, seed)
    day.people(70, until=360)
    day.run()
    assert len(day.waited) == 70, "everybody was called"
    pairs = [(minutes, day.waited[label]) for label, (_, minutes, _) in day.told.items()]
    longest = max(waited for _, waited in pairs)
    assert longest > 30, "a day with a queue"
    off = [abs(said - waited) for said, waited in pairs]
    assert statistics.median(off) <= 10, f"half of them within ten minutes, not {statistics.median(off):.0f}"
    assert statistics.mean(said - waited for said, waited in pairs) <= 15, "not told far too long"
    assert statistics.mean(waited - said for said, waited in pairs) <= 15, "nor far too short"
    long = [(said, waited) for said, waited in pairs if waited > 30]
    assert sum(said > waited / 2 for said, waited in long) >= 0.8 * len(long), (
        "who waits long is not told that it is short"
    )
    short = [said for said, waited in pairs if waited < 1]
    assert all(said <= 30 for said in short), "nor who is called at once that it is long"


def test_more_people_before_one_and_fewer_windows_are_never_told_as_a_shorter_wait(seat, clock, society):
    clock.now = OPENS
    session, by = seat("hz-window-1", "1", HALL)
    said = []
    for _ in range(12):
        row = numbers.hand_out(HALL, lane="general", group="", by=by, now=clock.now)
        said.append(numbers.standing(row.id, now=clock.now).minutes)
    assert said == sorted(said) and said[-1] == 11 * rules.lane(rules.hall(HALL), "general").minutes
    seat("hz-window-2", "2", HALL)
    assert numbers.standing(row.id, now=clock.now).minutes < said[-1]
    calling.rise(session=session, by=by, now=clock.now)
    assert numbers.standing(row.id, now=clock.now).minutes == said[-1]
