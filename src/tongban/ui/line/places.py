"""Which column and which lane each station stands in."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.ui.line.types import Plan, Station


def needs_of(stations: Sequence[Station]) -> dict[str, tuple[str, ...]]:
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


def set_columns(plan: Plan) -> None:
    for key in _in_order(plan.needs):
        plan.column[key] = max((plan.column[n] + 1 for n in plan.needs[key]), default=0)


def set_lanes(plan: Plan) -> None:
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


def _way_back(plan: Plan, key: str) -> set[int]:
    """Columns that the track from ``key`` passes before the next station that waits for it."""
    ahead = [plan.column[k] for k, ns in plan.needs.items() if key in ns]
    return set(range(plan.column[key] + 1, min(ahead))) if ahead else set()


def _trunk(plan: Plan) -> list[str]:
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
