"""A city's accent, made safe: whatever colour a city chooses, text on it and in it can be read."""

from __future__ import annotations

import re

WHITE = (255, 255, 255)
DEFAULT_ACCENT = "#0b5c8a"


def parse(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three numbers 0-255. ValueError when it is anything else."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"not a colour as #rrggbb: {colour!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(rgb: tuple[int, ...]) -> str:
    return "#" + "".join(f"{c:02x}" for c in rgb)


def luminance(rgb: tuple[int, ...]) -> float:
    """Relative luminance 0-1 (WCAG 2.2)."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast 1-21 of two colours (WCAG 2.2, 1.4.3)."""
    a, b = sorted((luminance(parse(one)), luminance(parse(other))), reverse=True)
    return (a + 0.05) / (b + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """``colour`` with ``share`` (0-1) of ``other`` in it."""
    pairs = zip(parse(colour), parse(other), strict=True)
    return _hex(tuple(round(a + (b - a) * share) for a, b in pairs))


def darkened(colour: str, *, until: float, on: str = "#ffffff") -> str:
    """The lightest shade of ``colour`` (towards black, in steps of 4 %) with at least ``until`` contrast on ``on``."""
    shades = (mix(colour, "#000000", step / 25) for step in range(26))
    return next(shade for shade in shades if contrast(shade, on) >= until)


def accent_css(colour: str) -> str:
    """The served sheet that sets a city's accent: the colour itself, a darker one for hover, and two washes."""
    wash = mix(colour, "#ffffff", 0.92)
    accent = darkened(colour, until=5.2, on=wash)
    tokens = {
        "--accent": accent,
        "--accent-deep": mix(accent, "#000000", 0.24),
        "--accent-wash": mix(accent, "#ffffff", 0.93),
        "--accent-line": mix(accent, "#ffffff", 0.62),
    }
    return ":root{" + ";".join(f"{name}:{value}" for name, value in tokens.items()) + "}\n"
