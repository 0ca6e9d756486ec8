"""Charts as plain geometry: numbers in, SVG coordinates out. The macro ``ui.chart`` draws them with a table beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, FOOT = 640, 220, 28


@dataclass(frozen=True)
class Bar:
    """One bar in user units of a 640 x 220 view box."""

    x: float
    y: float
    width: float
    height: float


def _top(values: Sequence[float]) -> float:
    """A round number (1, 2 or 5 times a power of ten) at or above the largest value; 1 when all are zero."""
    largest = max(values, default=0)
    step = 1.0
    while step * 10 <= largest:
        step *= 10
    return next((step * k for k in (1, 2, 5, 10) if step * k >= largest), 1.0)


def bars(values: Sequence[float]) -> tuple[list[Bar], float]:
    """Bars for ``values`` (all >= 0), and the value that the top of the view box stands for."""
    top, floor = _top(values), HEIGHT - FOOT
    slot = WIDTH / max(len(values), 1)
    width = min(slot * 0.6, 56)
    return [
        Bar(round(i * slot + (slot - width) / 2, 1), round(floor - floor * v / top, 1), round(width, 1),
            round(floor * v / top, 1))
        for i, v in enumerate(values)
    ], top


def curve(values: Sequence[float]) -> tuple[list[tuple[float, float]], float]:
    """Points of a line through ``values`` (all >= 0), and the value that the top of the view box stands for."""
    top, floor = _top(values), HEIGHT - FOOT
    slot = WIDTH / max(len(values), 1)
    return [(round((i + 0.5) * slot, 1), round(floor - floor * v / top, 1)) for i, v in enumerate(values)], top
