"""Charts as plain geometry: numbers in, SVG coordinates out. The macro ``ui.chart`` draws them with a table beside.

Across is in percent, down in pixels: the drawing fits any width and its letters keep their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, FLOOR = 168, 192


@dataclass(frozen=True)
class Bar:
    """One bar: ``x`` and ``width`` in percent, ``y`` and ``height`` in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def head(self) -> tuple[float, float]:
        """The middle of its upper edge: where its figure stands."""
        return round(self.x + self.width / 2, 2), self.y


def top_of(values: Sequence[float]) -> float:
    """A round number (such as 15, 25, 80) at or above the largest value; 1 when all are zero."""
    largest = max(values, default=0)
    step = 1.0
    while step * 10 <= largest:
        step *= 10
    return next((step * k for k in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * k >= largest), 1.0)


def bars(values: Sequence[float]) -> tuple[list[Bar], float]:
    """Bars for ``values`` (all >= 0), and the value that the upper line stands for."""
    top = top_of(values)
    slot = 100 / max(len(values), 1)
    width = min(slot * 0.6, 9)
    heights = [round(HEIGHT * v / top, 1) for v in values]
    return [
        Bar(round(i * slot + (slot - width) / 2, 2), FLOOR - height, round(width, 2), height)
        for i, height in enumerate(heights)
    ], top


def curve(values: Sequence[float]) -> tuple[list[tuple[float, float]], float]:
    """Points of a line through ``values`` (all >= 0), and the value that the upper line stands for."""
    top = top_of(values)
    slot = 100 / max(len(values), 1)
    return [(round((i + 0.5) * slot, 2), round(FLOOR - HEIGHT * v / top, 1)) for i, v in enumerate(values)], top
