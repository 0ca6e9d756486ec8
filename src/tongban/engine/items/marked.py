"""YAML that remembers its lines, and that can do no harm.

Only plain data: no tags, no anchors (a few of them can eat all memory), no key twice; ``yes``, ``no`` and dates stay
text, as their writer meant them.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from tongban.base.words import Words
from tongban.engine.items.findings import Broken, Finding

Path = tuple[str | int, ...]
LIMIT = 262_144
DEPTH = 24
_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
WRITE_OUT = Words(zh="请写全，这里不读锚点", en="write it out: anchors are not read here")
NO_TAGS = Words(zh="请去掉标签", en="leave tags out")
FLATTER = Words(zh="请减少层次", en="make it flatter")
PLAIN_KEY = Words(zh="键请用普通的词", en="use a plain word as the key")
ONE = Words(zh="请只留一个", en="keep one of them")
MEND = Words(zh="请检查缩进、引号和冒号", en="mend the YAML (indentation, quotes, colons)")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Marked:
    """The data of one file and the line on which each path of it stands."""

    def __init__(self, file: str, data: Any, lines: dict[Path, int]) -> None:
        self.file = file
        self.data = data
        self.lines = lines

    def line(self, path: Path) -> int:
        """The line of ``path``, or of the nearest thing above it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def finding(self, path: Path, rule: str, what: Words, fix: Words, *, warning: bool = False) -> Finding:
        """A finding at ``path`` of this file."""
        return Finding(file=self.file, line=self.line(path), rule=rule, what=what, fix=fix, warning=warning)


def read(file: str, content: bytes) -> Marked:
    """Parse one file. Raises :class:`Broken` with file and line for anything that is not plain YAML."""
    if len(content) > LIMIT:
        what = Words(zh=f"文件有 {len(content)} 字节", en=f"the file has {len(content)} bytes")
        fix = Words(zh=f"不得超过 {LIMIT} 字节", en=f"keep below {LIMIT}")
        raise Broken(Finding(file=file, line=0, rule="size", what=what, fix=fix))
    reader = _Reader(file)
    try:
        data = reader.document(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        what = Words(zh=f"不是 UTF-8 编码：{error}", en=str(error))
        fix = Words(zh="请存为 UTF-8", en="save it as UTF-8")
        raise Broken(Finding(file=file, line=0, rule="yaml", what=what, fix=fix)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = mark.line + 1 if mark else 0
        what = Words(zh=f"YAML 写法有误：{problem}", en=problem)
        found = Finding(file=file, line=line, rule="yaml", what=what, fix=MEND)
        raise Broken(found) from error
    return Marked(file, data, reader.lines)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}

    def document(self, text: str) -> Any:
        self.events = iter(yaml.parse(text, Loader=_Loader))
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                return self.node(next(self.events), ())
        return None

    def refuse(self, event: Any, what: Words, fix: Words) -> Broken:
        return Broken(Finding(file=self.file, line=_line(event), rule="yaml", what=what, fix=fix))

    def node(self, event: Any, path: Path) -> Any:
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise self.refuse(event, Words(zh="用了锚点或别名", en="an anchor or alias"), WRITE_OUT)
        if event.tag is not None:
            raise self.refuse(event, Words(zh=f"用了标签 {event.tag}", en=f"the tag {event.tag}"), NO_TAGS)
        if len(path) > DEPTH:
            raise self.refuse(event, Words(zh=f"嵌套超过 {DEPTH} 层", en=f"nested deeper than {DEPTH}"), FLATTER)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event.value) if event.implicit[0] else event.value
        return self.sequence(path) if isinstance(event, yaml.SequenceStartEvent) else self.mapping(path)

    def sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.node(event, (*path, len(found))))
        return found

    def mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.refuse(event, Words(zh="键不是文字", en="a key that is not text"), PLAIN_KEY)
            key = event.value
            if key in found:
                raise self.refuse(event, Words(zh=f"键“{key}”重复", en=f"the key '{key}' twice"), ONE)
            self.lines[(*path, key)] = _line(event)
            found[key] = self.node(next(self.events), (*path, key))
        return found


def _scalar(text: str) -> Any:
    if text.lower() in _WORDS and text.lower() == text:
        return _WORDS[text]
    return int(text) if _INT.match(text) else text


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
