"""YAML that remembers its lines, and that can do no harm.

Only plain data: no tags, no anchors (a few of them can eat all memory), no key twice; ``yes``, ``no`` and dates stay
text, as their writer meant them.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from tongban.engine.items.findings import Broken, Finding

Path = tuple[str | int, ...]
LIMIT = 262_144
DEPTH = 24
_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
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

    def finding(self, path: Path, rule: str, what: str, fix: str, *, warning: bool = False) -> Finding:
        """A finding at ``path`` of this file."""
        return Finding(file=self.file, line=self.line(path), rule=rule, what=what, fix=fix, warning=warning)


def read(file: str, content: bytes) -> Marked:
    """Parse one file. Raises :class:`Broken` with file and line for anything that is not plain YAML."""
    if len(content) > LIMIT:
        raise Broken(Finding(file=file, line=0, rule="size", what=f"{len(content)} bytes", fix=f"keep below {LIMIT}"))
    reader = _Reader(file)
    try:
        data = reader.document(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Broken(Finding(file=file, line=0, rule="yaml", what=str(error), fix="save it as UTF-8")) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        line = mark.line + 1 if mark else 0
        found = Finding(file=file, line=line, rule="yaml", what=what, fix="mend the YAML (indentation, quotes, colons)")
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

    def refuse(self, event: Any, what: str, fix: str) -> Broken:
        return Broken(Finding(file=self.file, line=_line(event), rule="yaml", what=what, fix=fix))

    def node(self, event: Any, path: Path) -> Any:
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise self.refuse(event, "an anchor or alias", "write it out: anchors are not read here")
        if event.tag is not None:
            raise self.refuse(event, f"the tag {event.tag}", "leave tags out")
        if len(path) > DEPTH:
            raise self.refuse(event, f"nested deeper than {DEPTH}", "make it flatter")
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
                raise self.refuse(event, "a key that is not text", "use a plain word as the key")
            key = event.value
            if key in found:
                raise self.refuse(event, f"the key '{key}' twice", "keep one of them")
            self.lines[(*path, key)] = _line(event)
            found[key] = self.node(next(self.events), (*path, key))
        return found


def _scalar(text: str) -> Any:
    if text.lower() in _WORDS and text.lower() == text:
        return _WORDS[text]
    return int(text) if _INT.match(text) else text


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
