"""What a line is made of: stations in, pieces of track out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tongban.base.words import Words

State = Literal["done", "current", "ahead", "waiting", "refused"]

# Pixels inside a cell: the bus is where tracks change lanes, the dot is the station, BEND is the corner's radius.
BUS, DOT, BEND, Y = 8, 28, 10, 18
# The stacked drawing: the trunk, the passing loop beside it, the station's height in its row.
TRUNK, LOOP, ROW = 14, 38, 20
PERCENT = "100%"


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
class Plan:
    """The stations while they find their places: who needs whom, and each one's column and lane."""

    stations: dict[str, Station]
    needs: dict[str, tuple[str, ...]]
    column: dict[str, int] = field(default_factory=dict)
    lane: dict[str, int] = field(default_factory=dict)
