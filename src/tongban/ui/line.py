"""The line with stations: a service drawn as people read a metro map.

``draw(stations)`` is a pure function from a list of stations to a drawing. Stations stand in columns by how many
others must come before them, and on lanes: lane 0 is the trunk, stations that work at the same time stand on tracks
beside it. The text is HTML, one ordered list; the tracks are small SVG pieces in the cells of the same grid, whose
coordinates are pixels or percents, so that the drawing follows the text at any size, zoom or width. Each station also
carries the pieces of the stacked drawing (top to bottom, for a phone), where parallel tracks are passing loops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from tongban.base.words import Words

State = Literal["done", "current", "ahead", "waiting", "refused"]

# Pixels inside a cell: the bus is where tracks change lanes, the dot is the station, BEND is the corner's radius.
BUS, DOT, BEND, Y = 8, 28, 10, 18
# The stacked drawing: the trunk, the passing loop beside it, the station's height in its row.
TRUNK, LOOP, ROW = 14, 38, 20


@dataclass(frozen=True, kw_only=True)
class Station:
    """One step: ``office`` works on it, ``clock`` is what is said beside it, ``node`` is the other city when the line
    changes there (an interchange), ``needs`` are keys of stations that come before. Without ``needs`` anywhere in the
    list, the stations follow one another."""

    key: str
    title: Words
    office: Words | None = None
    state: State = "ahead"
    clock: Words | None = None
    node: Words | None = None
    needs: tuple[str, ...] = ()
    href: str | None = None


@dataclass(frozen=True)
class Piece:
    """A stretch of track in a cell: a straight line (``line``: x1, y1, x2, y2, numbers or percents) or a path ``d``."""

    strong: bool
    line: tuple[str, str, str, str] | None = None
    d: str | None = None


@dataclass(frozen=True)
class Cell:
    """Column and lane (from 0) and the track in it."""

    column: int
    lane: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Stop:
    """A station in its place. ``beside`` is how many others work at the same time; ``opens`` is true for the first of
    them in reading order; ``stacked`` is its row of the phone drawing and ``dot`` the station's x there."""

    station: Station
    column: int
    lane: int
    beside: int
    opens: bool
    dot: int
    stacked: tuple[Piece, ...]


@dataclass(frozen=True)
class Drawing:
    """What ``ui.line`` draws: ``stops`` in reading order, ``cells`` of the wide drawing, and its size."""

    stops: tuple[Stop, ...]
    cells: tuple[Cell, ...]
    columns: int
    lanes: int

    @property
    def span(self) -> str:
        """How much width the wide drawing needs: short, middle, long, or many (it stays stacked)."""
        if self.columns > 8 or self.lanes > 10:
            return "many"
        return "short" if self.columns <= 4 else "middle" if self.columns <= 6 else "long"


@dataclass
class _Plan:
    stations: dict[str, Station]
    needs: dict[str, tuple[str, ...]]
    column: dict[str, int] = field(default_factory=dict)
    lane: dict[str, int] = field(default_factory=dict)


def draw(stations: Sequence[Station]) -> Drawing:
    """The drawing of ``stations``. ValueError when keys repeat, a need is unknown, or the needs go in a circle."""
    plan = _Plan({s.key: s for s in stations}, _needs(stations))
    if len(plan.stations) != len(stations):
        raise ValueError("two stations with one key")
    _columns(plan)
    _lanes(plan)
    columns = max(plan.column.values(), default=-1) + 1
    cells = _cells(plan)
    lanes = max([*plan.lane.values(), *(cell.lane for cell in cells)], default=-1) + 1
    return Drawing(_stops(plan), cells, columns, lanes)


def _needs(stations: Sequence[Station]) -> dict[str, tuple[str, ...]]:
    """Who waits for whom, without edges that a longer way already says (transitive reduction)."""
    keys = [s.key for s in stations]
    if not any(s.needs for s in stations):
        return {key: ((keys[i - 1],) if i else ()) for i, key in enumerate(keys)}
    unknown = {need for s in stations for need in s.needs} - set(keys)
    if unknown:
        raise ValueError(f"no such station: {', '.join(sorted(unknown))}")
    direct = {s.key: tuple(dict.fromkeys(s.needs)) for s in stations}
    before: dict[str, frozenset[str]] = {}
    for key in _in_order(direct):
        before[key] = frozenset(direct[key]).union(*(before[n] for n in direct[key]))
    return {k: tuple(n for n in ns if not any(n in before[m] for m in ns if m != n)) for k, ns in direct.items()}


def _in_order(needs: dict[str, tuple[str, ...]]) -> list[str]:
    """Keys with every need before its dependant, otherwise as given. ValueError on a circle."""
    order: list[str] = []
    left = dict(needs)
    while left:
        ready = [key for key, ns in left.items() if not any(n in left for n in ns)]
        if not ready:
            raise ValueError(f"stations that wait for each other: {', '.join(left)}")
        order += ready
        left = {key: ns for key, ns in left.items() if key not in ready}
    return order


def _columns(plan: _Plan) -> None:
    for key in _in_order(plan.needs):
        plan.column[key] = max((plan.column[n] + 1 for n in plan.needs[key]), default=0)


def _lanes(plan: _Plan) -> None:
    """The trunk takes the longest way; each other station follows the lane of a need when that lane is free up to it."""
    trunk = _trunk(plan)
    busy: dict[int, set[int]] = {0: {plan.column[key] for key in trunk}}
    plan.lane.update(dict.fromkeys(trunk, 0))
    for key in sorted((k for k in plan.stations if k not in trunk), key=lambda k: plan.column[k]):
        column = plan.column[key]
        homes = [n for n in plan.needs[key] if plan.lane[n] > 0]
        span = {column} | {c for n in plan.needs[key] for c in range(plan.column[n] + 1, column)}
        span |= _way_back(plan, key)
        lane = next((plan.lane[n] for n in homes if not span & busy[plan.lane[n]]), None)
        if lane is None:
            lane = next(i for i in range(1, len(plan.stations) + 2) if not span & busy.get(i, set()))
        plan.lane[key] = lane
        busy.setdefault(lane, set()).update(span)


def _way_back(plan: _Plan, key: str) -> set[int]:
    """Columns that the track from ``key`` passes before the next station that waits for it."""
    ahead = [plan.column[k] for k, ns in plan.needs.items() if key in ns]
    return set(range(plan.column[key] + 1, min(ahead))) if ahead else set()


def _trunk(plan: _Plan) -> list[str]:
    """The longest way through; among equals the one through stations that come first in the list."""
    if not plan.stations:
        return []
    order = {key: place for place, key in enumerate(plan.stations)}
    at = min(plan.stations, key=lambda k: (-plan.column[k], order[k]))
    way = [at]
    while plan.needs[at]:
        at = min(plan.needs[at], key=lambda k: (-plan.column[k], order[k]))
        way.append(at)
    return way[::-1]


# The wide drawing: every edge leaves pieces in the cells it passes.

_Kind = tuple[str, str]  # where a track enters a cell and where it leaves: W, E, N, S or D (the dot)
_PERCENT = "100%"


def _shape(kind: _Kind, strong: bool) -> tuple[Piece, ...]:
    """The pieces of one passage through a cell."""
    down, up = f"{Y + BEND}", f"{Y - BEND}"
    end = {"D": str(DOT), "E": _PERCENT}
    line = lambda *xy: Piece(strong, line=tuple(map(str, xy)))  # noqa: E731
    curve = lambda d: Piece(strong, d=d)  # noqa: E731
    enter, leave = kind
    if enter == "W" and leave in end:
        return (line(-1, Y, end[leave], Y),)
    if enter == "D":
        return (line(DOT, Y, _PERCENT, Y),)
    if kind == ("N", "S"):
        return (line(BUS, -1, BUS, _PERCENT),)
    if kind == ("S", "N"):
        return (line(BUS, -1, BUS, _PERCENT),)
    if enter == "W":
        bend = f"M-1 {Y}H{BUS - BEND}Q{BUS} {Y} {BUS} " + (down if leave == "S" else up)
        rest = line(BUS, down, BUS, _PERCENT) if leave == "S" else line(BUS, -1, BUS, up)
        return (curve(bend), rest)
    bend = f"M{BUS} {down if enter == 'S' else up}Q{BUS} {Y} {BUS + BEND} {Y}"
    first = line(BUS, down, BUS, _PERCENT) if enter == "S" else line(BUS, -1, BUS, up)
    return (first, curve(bend), line(BUS + BEND, Y, end[leave], Y))


def _passages(plan: _Plan, start: str, end: str) -> list[tuple[int, int, _Kind]]:
    """The cells (column, lane, kind) that the track from ``start`` to ``end`` passes: along a lane with no other station
    on the way, its own or the other's if it can be."""
    (c1, l1), (c2, l2) = (plan.column[start], plan.lane[start]), (plan.column[end], plan.lane[end])
    taken = {(plan.column[k], plan.lane[k]) for k in plan.stations}
    between = range(c1 + 1, c2)
    way = next(lane for lane in (l2, l1, *range(1, len(taken) + 2)) if not any((c, lane) in taken for c in between))
    passed: list[tuple[int, int, _Kind]] = [(c1, l1, ("D", "E"))]
    if not between:
        return passed + _turn(c2, l1, l2, "D")
    passed += _turn(c1 + 1, l1, way, "E") + [(c, way, ("W", "E")) for c in range(c1 + 2, c2)]
    return passed + _turn(c2, way, l2, "D")


def _turn(column: int, before: int, after: int, goal: str) -> list[tuple[int, int, _Kind]]:
    """The cells of one column where a track changes from lane ``before`` to lane ``after``, or runs straight on."""
    if before == after:
        return [(column, after, ("W", goal))]
    out, back = ("S", "N") if after > before else ("N", "S")
    crossed = range(min(before, after) + 1, max(before, after))
    return [(column, before, ("W", out)), *((column, lane, ("N", "S")) for lane in crossed), (column, after, (back, goal))]


def _travelled(plan: _Plan, start: str, end: str) -> bool:
    """The track is solid: what is before it is done and the next station has begun."""
    return plan.stations[start].state == "done" and plan.stations[end].state != "ahead"


def _cells(plan: _Plan) -> tuple[Cell, ...]:
    kinds: dict[tuple[int, int], dict[_Kind, bool]] = {}
    for end, needs in plan.needs.items():
        for start in needs:
            strong = _travelled(plan, start, end)
            for column, lane, kind in _passages(plan, start, end):
                cell = kinds.setdefault((column, lane), {})
                cell[kind] = cell.get(kind, False) or strong
    return tuple(
        Cell(c, lane, tuple(p for kind, strong in sorted(found.items(), key=lambda f: f[1]) for p in _shape(kind, strong)))
        for (c, lane), found in sorted(kinds.items())
    )


# The stacked drawing.


def _regions(plan: _Plan) -> list[list[str]]:
    """Stations in reading order, cut into regions: a lone station of the trunk, or all that runs side by side."""
    columns = range(max(plan.column.values(), default=-1) + 1)
    wide = {plan.column[k] for k in plan.stations if plan.lane[k] > 0}
    regions: list[list[str]] = []
    for column in columns:
        here = [k for k in plan.stations if plan.column[k] == column]
        joins = column in wide and column - 1 in wide and bool(regions)
        (regions[-1].extend(here) if joins else regions.append(here))
    return [_track_by_track(plan, region) for region in regions]


def _track_by_track(plan: _Plan, region: list[str]) -> list[str]:
    """Every station after all it needs; where that leaves a choice, along the track, then by lane."""
    order: list[str] = []
    left = list(region)
    while left:
        ready = [k for k in left if not any(n in left for n in plan.needs[k])]
        before = order[-1] if order else None
        chosen = min(ready, key=lambda k: (before not in plan.needs[k], plan.lane[k], plan.column[k]))
        left.remove(chosen)
        order.append(chosen)
    return order


def _stops(plan: _Plan) -> tuple[Stop, ...]:
    regions = _regions(plan)
    stops: list[Stop] = []
    for place, region in enumerate(regions):
        last = place == len(regions) - 1
        for i, key in enumerate(region):
            side = len({plan.lane[k] for k in region}) > 1
            pieces = _loop(plan, region, i, place == 0, last) if side else _straight(plan, key, regions, place)
            beside = sum(plan.column[k] == plan.column[key] for k in region) - 1 if side else 0
            stops.append(
                Stop(plan.stations[key], plan.column[key], plan.lane[key], beside, side and i == 0,
                     LOOP if side else TRUNK, pieces)
            )
    return tuple(stops)


def _begun(plan: _Plan, keys: list[str]) -> bool:
    return any(plan.stations[k].state != "ahead" for k in keys)


def _straight(plan: _Plan, key: str, regions: list[list[str]], place: int) -> tuple[Piece, ...]:
    pieces = []
    if place:
        pieces.append(Piece(_begun(plan, [key]), line=(str(TRUNK), "-1", str(TRUNK), str(ROW))))
    if place < len(regions) - 1:
        strong = plan.stations[key].state == "done" and _begun(plan, regions[place + 1])
        pieces.append(Piece(strong, line=(str(TRUNK), str(ROW), str(TRUNK), _PERCENT)))
    return tuple(pieces)


def _loop(plan: _Plan, region: list[str], i: int, first: bool, last: bool) -> tuple[Piece, ...]:
    """A station on a passing loop: the trunk runs on beside it; the track leaves it before the station and comes back
    after, when something waits for it, or runs straight on to the next row when that is the next on its track."""
    key = region[i]
    begun, strong = _begun(plan, [key]), plan.stations[key].state == "done"
    from_above = i > 0 and _follows(plan, region[i - 1], key)
    goes_below = i + 1 < len(region) and _follows(plan, key, region[i + 1])
    pieces = [*_beside(plan, region, i, first, last)]
    if from_above:
        pieces.append(Piece(begun, line=(str(LOOP), "-1", str(LOOP), str(ROW))))
    elif not (first and i == 0):
        pieces.append(Piece(begun, d=f"M{TRUNK} {ROW - 32}C{TRUNK} {ROW - 12} {LOOP} {ROW - 20} {LOOP} {ROW}"))
    if goes_below:
        pieces.append(Piece(strong, line=(str(LOOP), str(ROW), str(LOOP), _PERCENT)))
    elif any(key in needs for needs in plan.needs.values()):
        pieces.append(Piece(strong, d=f"M{LOOP} {ROW}C{LOOP} {ROW + 20} {TRUNK} {ROW + 12} {TRUNK} {ROW + 32}"))
    return tuple(pieces)


def _follows(plan: _Plan, before: str, after: str) -> bool:
    """``after`` is the next station on the track of ``before``."""
    return plan.lane[before] == plan.lane[after] and before in plan.needs[after]


def _beside(plan: _Plan, region: list[str], i: int, first: bool, last: bool) -> tuple[Piece, ...]:
    """The trunk beside a passing loop. Nothing runs above the first station of all, nor below the last."""
    done = all(plan.stations[k].state == "done" for k in region)
    top = str(ROW + 30) if first and i == 0 else "-1"
    if last and i == len(region) - 1:
        return ()
    return (Piece(done, line=(str(TRUNK), top, str(TRUNK), _PERCENT)),)
