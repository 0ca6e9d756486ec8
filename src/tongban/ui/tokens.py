"""The design tokens as the style sheet says them, read from it: for the style guide and for the tests of contrast."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

SHEET = Path(__file__).parent / "static" / "ui" / "tongban.css"


@lru_cache(maxsize=1)
def read() -> dict[str, str]:
    """The tokens of ``:root`` by name without dashes: ``{"ink": "#14202b", "s1": "8px", …}``."""
    text = re.sub(r"/\*.*?\*/", "", SHEET.read_text("utf-8"), flags=re.S)
    root = re.search(r":root\s*\{(.*?)\}", text, re.S)
    assert root, "the sheet has no :root"
    return {name: value.strip() for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", root.group(1))}


def colours() -> dict[str, str]:
    """Those that are colours, each as ``#rrggbb``."""
    return {name: whole(value) for name, value in read().items() if re.fullmatch(r"#[0-9a-f]{3}([0-9a-f]{3})?", value)}


def whole(colour: str) -> str:
    """``#fff`` as ``#ffffff``."""
    return colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])
