"""The stacked drawing, top to bottom: parallel tracks are passing loops beside the trunk."""

from __future__ import annotations

from tongban.ui.line.types import LOOP, PERCENT, ROW, TRUNK, Piece, Plan, Stop


def _regions(plan: Plan) -> list[list[str]]:
    """Stations in reading order, cut into regions: a lone station of the trunk, or all that runs side by side."""
    columns = range(max(plan.column.values(), default=-1) + 1)
    wide = {plan.column[k] for k in plan.stations if plan.lane[k] > 0}
    regions: list[list[str]] = []
    for column in columns:
        here = [k for k in plan.stations if plan.column[k] == column]
        joins = column in wide and column - 1 in wide and bool(regions)
        (regions[-1].extend(here) if joins else regions.append(here))
    return [_track_by_track(plan, region) for region in regions]


def _track_by_track(plan: Plan, region: list[str]) -> list[str]:
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


def stops(plan: Plan) -> tuple[Stop, ...]:
    """The stations in reading order, each with its row of the stacked drawing."""
    regions = _regions(plan)
    found: list[Stop] = []
    for place, region in enumerate(regions):
        last = place == len(regions) - 1
        for i, key in enumerate(region):
            side = len({plan.lane[k] for k in region}) > 1
            pieces = _loop(plan, region, i, place == 0, last) if side else _straight(plan, key, regions, place)
            beside = sum(plan.column[k] == plan.column[key] for k in region) - 1 if side else 0
            found.append(
                Stop(plan.stations[key], plan.column[key], plan.lane[key], beside, side and i == 0,
                     LOOP if side else TRUNK, pieces)
            )
    return tuple(found)


def has_begun(plan: Plan, keys: list[str]) -> bool:
    return any(plan.stations[k].state != "ahead" for k in keys)


def _straight(plan: Plan, key: str, regions: list[list[str]], place: int) -> tuple[Piece, ...]:
    pieces = []
    if place:
        pieces.append(Piece(has_begun(plan, [key]), line=(str(TRUNK), "-1", str(TRUNK), str(ROW))))
    if place < len(regions) - 1:
        strong = plan.stations[key].state == "done" and has_begun(plan, regions[place + 1])
        pieces.append(Piece(strong, line=(str(TRUNK), str(ROW), str(TRUNK), PERCENT)))
    return tuple(pieces)


def _loop(plan: Plan, region: list[str], i: int, first: bool, last: bool) -> tuple[Piece, ...]:
    """A station on a passing loop: the trunk runs on beside it; the track leaves it before the station and comes back
    after, when something waits for it, or runs straight on to the next row when that is the next on its track."""
    key = region[i]
    begun, strong = has_begun(plan, [key]), plan.stations[key].state == "done"
    from_above = i > 0 and _follows(plan, region[i - 1], key)
    goes_below = i + 1 < len(region) and _follows(plan, key, region[i + 1])
    pieces = [*_beside(plan, region, i, first, last)]
    if from_above:
        pieces.append(Piece(begun, line=(str(LOOP), "-1", str(LOOP), str(ROW))))
    elif last and not _leave(plan, region, i + 1):  # where the trunk ends it bends away: nothing is left to stick out
        pieces.append(Piece(begun, d=f"M{TRUNK} -1C{TRUNK} {ROW - 8} {LOOP} {ROW - 16} {LOOP} {ROW}"))
    elif not (first and i == 0):
        pieces.append(Piece(begun, d=f"M{TRUNK} {ROW - 32}C{TRUNK} {ROW - 12} {LOOP} {ROW - 20} {LOOP} {ROW}"))
    if goes_below:
        pieces.append(Piece(strong, line=(str(LOOP), str(ROW), str(LOOP), PERCENT)))
    elif any(key in needs for needs in plan.needs.values()):
        pieces.append(Piece(strong, d=f"M{LOOP} {ROW}C{LOOP} {ROW + 20} {TRUNK} {ROW + 12} {TRUNK} {ROW + 32}"))
    return tuple(pieces)


def _follows(plan: Plan, before: str, after: str) -> bool:
    """``after`` is the next station on the track of ``before``."""
    return plan.lane[before] == plan.lane[after] and before in plan.needs[after]


def _leave(plan: Plan, region: list[str], start: int) -> bool:
    """Whether one of the stations from ``start`` on leaves the trunk, not straight on from the one before it."""
    return any(not _follows(plan, region[j - 1], region[j]) for j in range(max(start, 1), len(region)))


def _beside(plan: Plan, region: list[str], i: int, first: bool, last: bool) -> tuple[Piece, ...]:
    """The trunk beside a passing loop. Nothing runs above the first station of all, nor below the last."""
    done = all(plan.stations[k].state == "done" for k in region)
    top = str(ROW + 30) if first and i == 0 else "-1"
    if last and not _leave(plan, region, i + 1):
        return ()
    return (Piece(done, line=(str(TRUNK), top, str(TRUNK), PERCENT)),)
