"""The wide drawing: every edge leaves pieces of track in the cells that it passes."""

from __future__ import annotations

from tongban.ui.line.types import BEND, BUS, DOT, PERCENT, Cell, Piece, Plan, Y

_Kind = tuple[str, str]  # where a track enters a cell and where it leaves: W, E, N, S or D (the dot)


def _shape(kind: _Kind, strong: bool) -> tuple[Piece, ...]:
    """The pieces of one passage through a cell."""
    down, up = f"{Y + BEND}", f"{Y - BEND}"
    end = {"D": str(DOT), "E": PERCENT}
    line = lambda *xy: Piece(strong, line=tuple(map(str, xy)))  # noqa: E731
    curve = lambda d: Piece(strong, d=d)  # noqa: E731
    enter, leave = kind
    if enter == "W" and leave in end:
        return (line(-1, Y, end[leave], Y),)
    if enter == "D":
        return (line(DOT, Y, PERCENT, Y),)
    if kind == ("N", "S"):
        return (line(BUS, -1, BUS, PERCENT),)
    if kind == ("S", "N"):
        return (line(BUS, -1, BUS, PERCENT),)
    if enter == "W":
        bend = f"M-1 {Y}H{BUS - BEND}Q{BUS} {Y} {BUS} " + (down if leave == "S" else up)
        rest = line(BUS, down, BUS, PERCENT) if leave == "S" else line(BUS, -1, BUS, up)
        return (curve(bend), rest)
    bend = f"M{BUS} {down if enter == 'S' else up}Q{BUS} {Y} {BUS + BEND} {Y}"
    first = line(BUS, down, BUS, PERCENT) if enter == "S" else line(BUS, -1, BUS, up)
    return (first, curve(bend), line(BUS + BEND, Y, end[leave], Y))


def _passages(plan: Plan, start: str, end: str) -> list[tuple[int, int, _Kind]]:
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


def _travelled(plan: Plan, start: str, end: str) -> bool:
    """The track is solid: what is before it is done and the next station has begun."""
    return plan.stations[start].state == "done" and plan.stations[end].state != "ahead"


def cells(plan: Plan) -> tuple[Cell, ...]:
    """Every cell that a track passes; of two tracks the travelled one lies on top."""
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
