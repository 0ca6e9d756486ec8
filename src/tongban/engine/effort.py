"""How much text an expression could build, before it runs: joining texts within a walk over a list grows fast.

Sixty texts of 20,000 characters joined for each of 200 members took a minute and a half and two gigabytes, and six walks
that double their members each have no end at all. What could copy more than ``LIMIT`` characters is refused.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

LIMIT = 8_000_000
_STRINGS = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")
_WALK = re.compile(r"\.\s*(?:map|filter|all|exists|exists_one)\s*\(")
_JOIN = re.compile(r"\b(?:join|labels)\s*\(")
_NAMED = re.compile(r"""\b(?:applicant|firm|answers|found)\s*\.\s*(?!(?:map|filter|all|exists|exists_one)\s*\()[A-Za-z_]\w*"""
                    r"""|\bfacts\s*\[\s*''\s*\]""")  # fmt: skip
_WHOLE = re.compile(r"\b(?:facts|applicant|firm|answers|found)\b")


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """What an expression does to its texts: ``growth`` is by how much it could lengthen one, ``walks`` how many times the
    members of a list count, ``literal`` the longest text in itself, ``members`` of a list in itself; ``whole``: it may
    read more than the names it names."""

    growth: int
    walks: int
    literal: int
    members: int
    whole: bool

    def copies(self, text: int, members: int) -> int:
        """Characters that it could copy, where the longest text and list that it reads are so long."""
        many = max(members, self.members, 1)
        return int(self.growth * many**self.walks * max(text, self.literal, 1))


def effort(source: str) -> Effort:
    """The effort of an expression whose walks do not nest (``rules`` refuses those that do)."""
    bare = _STRINGS.sub("''", source)
    inside, outside, joined = _additions(bare)
    joins = len(_JOIN.findall(bare))
    growth = _times(outside)
    for count in inside:
        growth *= _times(count)
    return Effort(
        growth=growth,
        walks=joins + joined if joins else bool(inside),
        literal=max((len(text) for text in _STRINGS.findall(source)), default=0),
        members=bare.count(","),
        whole=bool(_WHOLE.search(_NAMED.sub("", bare))),
    )


def _times(additions: int) -> int:
    """Each of several additions copies what the ones before it built."""
    return 1 + additions * (additions + 1) // 2


def _additions(bare: str) -> tuple[list[int], int, bool]:
    """How many ``+`` stand in the body of each walk, how many outside, and whether a list is joined within a walk."""
    joins = {match.start() for match in _JOIN.finditer(bare)}
    joined = False
    openings = {match.end() - 1 for match in _WALK.finditer(bare)}
    found, outside, depth = [0] * len(openings), 0, 0
    current: tuple[int, int] | None = None
    seen = -1
    for index, character in enumerate(bare):
        joined = joined or (current is not None and index in joins)
        if character in "([{":
            depth += 1
            if index in openings and current is None:
                seen += 1
                current = (seen, depth)
        elif character in ")]}":
            if current and current[1] == depth:
                current = None
            depth -= 1
        elif character == "+":
            if current:
                found[current[0]] += 1
            else:
                outside += 1
    return found, outside, joined


def measure(value: Any) -> tuple[int, int]:
    """The longest text and the longest list in a value."""
    if isinstance(value, str):
        return len(value), 0
    if not isinstance(value, dict | list | tuple):
        return 0, 0
    inner = [measure(each) for each in (value.values() if isinstance(value, dict) else value)]
    return max((text for text, _ in inner), default=0), max(len(value), *(many for _, many in inner), 0)
