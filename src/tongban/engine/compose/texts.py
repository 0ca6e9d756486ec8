"""Texts made from answers: ``{{ CEL }}`` filled in, everything else as the lawyer wrote it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from tongban.engine.rules import Unclear

if TYPE_CHECKING:
    from tongban.engine.compose.world import World

BLANK = "＿＿＿＿"
_HOLE = re.compile(r"\{\{\s*(.+?)\s*\}\}")
_EACH = re.compile(r"^\{% each ([a-z_]\w*) %\}\n(.*?)^\{% end %\}\n?", re.MULTILINE | re.DOTALL)
_MEMBER = re.compile(r"\{\{\s*each\.(\w+)(\s*\|\s*yuan)?\s*\}\}")


def fill(text: str, world: World) -> str:
    """``text`` with each ``{{ expression }}`` as what it yields; ``{% each <question> %}`` … ``{% end %}`` repeats its
    lines for each member of a list answer (``{{ each.name }}``); ``| yuan`` writes fen as yuan."""

    def members(match: re.Match[str]) -> str:
        found = world.answers.get(match[1])
        listed = found if isinstance(found, list) else [found] if found is not None else []
        return "".join(_MEMBER.sub(partial(_member, each), match[2]) for each in listed)

    def value(match: re.Match[str]) -> str:
        expression, _, shown = match[1].partition(" | ")
        return _text(world.value(expression), yuan=shown.strip() == "yuan")

    parts: list[str] = []
    rest = 0
    for block in _EACH.finditer(text):
        parts += (_HOLE.sub(value, text[rest : block.start()]), members(block))
        rest = block.end()
    return "".join((*parts, _HOLE.sub(value, text[rest:])))


def holes(text: str) -> list[str]:
    """The expressions of a text."""
    return [match[1].partition(" | ")[0] for match in _HOLE.finditer(_EACH.sub("", text))]


def _member(each: Any, hole: re.Match[str]) -> str:
    value = each.get(hole[1]) if isinstance(each, dict) else each
    return _text(value, yuan=bool(hole[2]))


def _text(value: Any, *, yuan: bool) -> str:
    if isinstance(value, Unclear) or value is None:
        return BLANK
    if yuan and isinstance(value, int):
        return f"{value // 100:,}.{value % 100:02d}"
    return "、".join(str(each) for each in value) if isinstance(value, list) else str(value)
