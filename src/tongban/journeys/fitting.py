"""What goes to another city in one message: an application (or a supplement) with all its files, or it is refused while
it can still be changed, never after everybody has signed (一次移交的大小)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.exchange import events

MB: Final = 1024 * 1024  # bytes, as people are told them
# Bytes of a message beside files and document: the events of the hand-over, signatures, whose case it is. A hundred
# parties and as many steps are not half of it.
BESIDE: Final = MB // 2
_DOCUMENT: Final = MB // 2  # bytes kept free for what is signed; few documents are a tenth of it
_EACH: Final = 1024  # bytes of a file's name and kind


class TooMuch(Refusal):
    """Files that do not fit into one hand-over: how much there is, how much there may be, what is left."""

    def __init__(self, files: Sequence[int], more: int | None, room: int, city: Words) -> None:
        left = (room - sum(map(_weight, files)) - _EACH) * 3 // 4
        told = {
            "city": city,
            "most": _down(room * 3 // 4),
            "used": _up(sum(files)),
            "more": _up(more or 0),
            "left": _down(max(left, 0)),
            "over": _up(max(-left, 0)),
        }
        brief, because, next_step = (_TOGETHER, _ALL, _OVER) if more is None else (_NO_ROOM, _AND_THIS, _LEFT)
        super().__init__(
            "files_too_large_together",
            brief,
            because=because.format(**told),
            next_step=next_step.format(**told),
            field="file",
        )


def check(files: Sequence[int], *, city: Words, more: int | None = None, document: int = 0) -> None:
    """Say no where files of these sizes, and one ``more``, do not fit into one hand-over to ``city`` beside a signed
    ``document``; all in bytes. Raises TooMuch."""
    room = events.LARGEST - BESIDE - max(document, _DOCUMENT)  # the same before it is written and after
    every = [*files, *([more] if more is not None else [])]
    if sum(map(_weight, every)) > room:
        raise TooMuch(files, more, room, city)


def _weight(size: int) -> int:
    """Bytes of a file in a message: as base64, with its name and kind."""
    return (size + 2) // 3 * 4 + _EACH


def _down(size: int) -> str:
    """What there is room for, in MB with one decimal, never told larger than it is."""
    return f"{size * 10 // MB / 10:.1f}"


def _up(size: int) -> str:
    """What takes room, in MB with one decimal, never told smaller than it is."""
    return f"{-(-size * 10 // MB) / 10:.1f}"


_NO_ROOM = Words(zh="这份文件放不下了", en="There is no room left for this file")
_TOGETHER = Words(zh="全部文件合计过大", en="All files together are too large")
_AND_THIS = Words(
    zh="由{city}办理，全部文件随申请一次移交，合计最多 {most} MB；已有 {used} MB，这份 {more} MB。",
    en="It goes to {city} with all its files at once, {most} MB together at most; there are {used} MB, and this is {more} MB.",
)
_ALL = Words(
    zh="由{city}办理，全部文件一次移交，合计最多 {most} MB；现有 {used} MB。",
    en="It goes to {city} with all its files at once, {most} MB together at most; there are {used} MB.",
)
_LEFT = Words(
    zh="还可以放 {left} MB：请把文件扫描得小一些（灰度、150 dpi），或先删去别的文件再传。",
    en="{left} MB are left: scan it smaller (grey, 150 dpi), or take another file out first.",
)
_OVER = Words(
    zh="请至少减少 {over} MB：把文件扫描得小一些（灰度、150 dpi）再传，或删去不需要的文件。",
    en="Take away {over} MB at least: scan the files smaller (grey, 150 dpi), or take out what is not needed.",
)
