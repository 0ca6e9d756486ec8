"""How halls receive people: times that can be booked, the fair order of those who wait, how long it will take.

Pure. The rules are data (``services/halls/rules.yaml``). The order has one idea: everybody stands by the moment at which
they came; who goes first by law stands as if they had come earlier, and whoever booked does so from their time on. So
nobody is overtaken by people who come much later, whoever they are.
"""

from __future__ import annotations

import heapq
import math
import statistics
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.model import Strict
from tongban.engine.items.shared import convert

FILE = "halls/rules.yaml"
SEEN = 5  # so many people served say more than the rules do
Minutes = Annotated[int, msgspec.Meta(ge=0, le=1440)]
Some = Annotated[int, msgspec.Meta(ge=1, le=500)]
Span = tuple[datetime, datetime]


class Lane(Strict, frozen=True, kw_only=True):
    """What one queues for in a hall. ``takes`` are office roles (none: all); ``seats`` people in one slot; ``windows`` and
    ``minutes`` a person are the usual ones, until a hall has seen its own."""

    key: str
    letter: Annotated[str, msgspec.Meta(pattern="^[A-Z]$")]
    title: Words
    seats: Some
    windows: Some
    minutes: Some
    takes: tuple[str, ...] = ()


class Group(Strict, frozen=True, kw_only=True):
    """People who go first: they stand as if they had come ``ahead`` minutes earlier. ``shows`` says what they show."""

    key: str
    title: Words
    ahead: Minutes
    shows: Words
    cites: tuple[str, ...] = ()


class NoShows(Strict, frozen=True, kw_only=True):
    """Who did not come so many times within some days books no time for a while; a number they may always take."""

    times: Some
    within_days: Some
    pause_days: Some


class Bring(Strict, frozen=True, kw_only=True):
    """What everybody brings to a hall, and the types of materials that it covers."""

    title: Words
    covers: tuple[str, ...] = ()


class Rules(Strict, frozen=True, kw_only=True):
    """The file, as its comments tell."""

    slot: Annotated[int, msgspec.Meta(ge=5, le=240)]
    ahead_days: Annotated[int, msgspec.Meta(ge=1, le=60)]
    closes: Minutes
    early: Minutes
    late: Minutes
    booked_ahead: Minutes
    most_open: Some
    remind_hours: tuple[Some, ...]
    back: Some
    no_shows: NoShows
    bring: Bring
    lanes: dict[str, tuple[Lane, ...]]
    groups: tuple[Group, ...]

    def group(self, key: str) -> Group | None:
        """A group by its key."""
        return next((each for each in self.groups if each.key == key), None)


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who waits: since when, how far ahead (minutes), and from which moment on they are due if they booked."""

    key: str
    since: datetime
    ahead: int = 0
    due: datetime | None = None


def load_rules(files: Mapping[str, bytes]) -> tuple[Rules | None, tuple[Finding, ...]]:
    """Read ``halls/rules.yaml`` (a path below ``services/``), and what is wrong with it."""
    try:
        file = marked.read(f"services/{FILE}", files[FILE])
        rules: Rules = convert(file, Rules)
    except Broken as broken:
        return None, tuple(broken.findings)
    return rules, tuple(file.finding(at, "halls", what, fix) for at, what, fix in _faults(rules))


def _faults(rules: Rules) -> Iterator[tuple[marked.Path, Words, Words]]:
    """What is wrong with rules that can be read: where, what, and how to mend it."""
    for kind, lanes in rules.lanes.items():
        yield from ((("lanes", kind), what, fix) for what, fix in wrong_lanes(lanes))
    keys = [each.key for each in rules.groups]
    for key in sorted({each for each in keys if keys.count(each) > 1}):
        says = Words(zh="优先人群“{key}”写了两次", en="the group '{key}' is there twice").format(key=key)
        yield ("groups",), says, Words(zh="只留一个", en="keep one")
    if rules.late >= rules.slot:
        says = Words(zh="时段结束以后还能取号", en="somebody may come after their time is over")
        yield ("late",), says, Words(zh="要小于时段的长度", en="keep it below the slot")


def wrong_lanes(lanes: Sequence[Lane]) -> Iterator[tuple[Words, Words]]:
    """What is wrong with the lanes of one hall: keys and letters are its own, and one lane takes everything."""
    for name in ("key", "letter"):
        told = [getattr(lane, name) for lane in lanes]
        if len(set(told)) < len(told):
            says = Words(zh="两类窗口的 {name} 相同", en="two lanes have the same {name}").format(name=name)
            yield says, Words(zh="各用各的", en="give each its own")
    if not any(not lane.takes for lane in lanes):
        fix = Words(
            zh="留一类不写 takes：一个窗口受理所有事项", en="leave `takes` out of one: one window accepts every item"
        )
        yield Words(zh="没有一类窗口受理所有事项", en="no lane takes everything"), fix


def lane_for(lanes: Sequence[Lane], offices: Collection[str]) -> Lane:
    """The lane for items of these office roles: one that takes them all, else the one that takes everything. One ticket
    is enough for all offices of a matter, and never two queues."""
    asked = {each for each in offices if each}
    special = [lane for lane in lanes if asked and lane.takes and asked <= set(lane.takes)]
    general = [lane for lane in lanes if not lane.takes]
    return (special or general or list(lanes))[0]


def slots(spans: Sequence[Span], minutes: int) -> list[Span]:
    """The openings of a day cut into whole slots; what is left over is nobody's."""
    step = timedelta(minutes=minutes)
    found = []
    for start, end in spans:
        while start + step <= end:
            found.append((start, start + step))
            start += step
    return found


def order(waiting: Collection[Waiting], *, now: datetime, booked_ahead: int) -> list[Waiting]:
    """Who is called first, next, and so on. Total: of two who stand alike the smaller key is first."""
    return sorted(waiting, key=lambda each: (stands(each, now=now, booked_ahead=booked_ahead), each.key))


def stands(who: Waiting, *, now: datetime, booked_ahead: int) -> datetime:
    """As if when they had come. Before their booked time people stand like all others."""
    if who.due is not None and who.due <= now:
        booked = min(who.since, who.due) - timedelta(minutes=booked_ahead)
        return min(booked, who.since - timedelta(minutes=who.ahead))
    return who.since - timedelta(minutes=who.ahead)


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A window that serves some lanes, and in how many minutes it is likely to be free."""

    lanes: frozenset[str]
    free_in: float = 0.0


def project(
    queue: Sequence[tuple[str, str]], *, windows: Collection[Window], minutes: Mapping[str, float]
) -> dict[str, float]:
    """In how many minutes each of a queue (key, lane; in the order of calling) is likely to be called: each window, as it
    becomes free, takes the first of its lanes. Whom no window serves is left out."""
    rows: dict[str, deque[tuple[int, str]]] = {}
    for place, (key, lane) in enumerate(queue):
        rows.setdefault(lane, deque()).append((place, key))
    free = [(window.free_in, n, window.lanes) for n, window in enumerate(windows)]
    heapq.heapify(free)
    found: dict[str, float] = {}
    while free and len(found) < len(queue):
        at, n, lanes = heapq.heappop(free)
        heads = [(rows[lane][0], lane) for lane in lanes if rows.get(lane)]
        if heads:  # a window for which nobody waits is free to the end
            (_, key), lane = min(heads)
            rows[lane].popleft()
            found[key] = at
            heapq.heappush(free, (at + minutes[lane], n, lanes))
    return found


def remains(minutes: float, *, since: float) -> float:
    """How much longer somebody is likely to take who has been served for so long: never nothing, for they are still there."""
    return max(minutes - since, minutes / 4)


def usual(seen: Sequence[float], otherwise: int) -> float:
    """How many minutes a person takes: the mean of what was seen but for the longest tenth, once enough was."""
    if len(seen) < SEEN:
        return float(otherwise)
    kept = sorted(seen)[: len(seen) - math.ceil(len(seen) / 10)]
    return max(1.0, statistics.mean(kept))
