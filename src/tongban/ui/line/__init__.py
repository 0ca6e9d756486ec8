"""The line with stations: a service drawn as people read a metro map.

``draw(stations)`` is a pure function from a list of stations to a drawing. Stations stand in columns by how many
others must come before them, and on lanes: lane 0 is the trunk, stations that work at the same time stand on tracks
beside it. The text is HTML, one ordered list; the tracks are small SVG pieces in the cells of the same grid, whose
coordinates are pixels or percents, so that the drawing follows the text at any size, zoom or width. Each station also
carries the pieces of the stacked drawing (top to bottom, for a phone), where parallel tracks are passing loops.
"""

from __future__ import annotations

from collections.abc import Sequence

from tongban.ui.line.places import needs_of, set_columns, set_lanes
from tongban.ui.line.stacked import stops
from tongban.ui.line.types import Cell, Drawing, Piece, Plan, State, Station, Stop
from tongban.ui.line.wide import cells

__all__ = ["Cell", "Drawing", "Piece", "State", "Station", "Stop", "draw"]


def draw(stations: Sequence[Station]) -> Drawing:
    """The drawing of ``stations``. ValueError when keys repeat, a need is unknown, or the needs go in a circle."""
    plan = Plan({s.key: s for s in stations}, needs_of(stations))
    if len(plan.stations) != len(stations):
        raise ValueError("two stations with one key")
    set_columns(plan)
    set_lanes(plan)
    columns = max(plan.column.values(), default=-1) + 1
    drawn = cells(plan)
    lanes = max([*plan.lane.values(), *(cell.lane for cell in drawn)], default=-1) + 1
    return Drawing(stops(plan), drawn, columns, lanes)
