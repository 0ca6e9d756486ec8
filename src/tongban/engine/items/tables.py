"""Rows of the national exchange's elements as JSON or CSV: written one item a line, read with the line of each fault."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.items.interchange import COLUMNS, LISTS, Wrong

LARGEST, MOST = 64 * 1024 * 1024, 20_000
_BLANK = re.compile(r"[\s,]*")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row as it was read, or why it could not be; ``number`` is the line of the file that it begins on."""

    number: int
    row: dict[str, Any] | None = None
    wrong: Any = None


class NoTable(Refusal):
    """A file in which there are no rows at all."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(
            code,
            Words(zh="无法读取这个文件", en="This file cannot be read"),
            because=Words(zh=zh, en=en),
            next_step=Words(
                zh="请使用 UTF-8 的 JSON 或 CSV。", en="Use JSON or CSV in UTF-8: see docs/reference/items.md."
            ),
        )


def to_json(rows: Iterable[dict[str, Any]]) -> bytes:
    """``{"items": [...]}`` with one item a line, so that a line can be named and compared."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{{"items": [\n{lines}\n]}}\n'.encode()


def to_csv(rows: Iterable[dict[str, Any]]) -> bytes:
    """A table with a heading; lists are JSON in their cell. The mark at its beginning tells spreadsheets that it is UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    for row in rows:
        cells = {
            name: row[name] if name not in LISTS else json.dumps(row[name], ensure_ascii=False) for name in COLUMNS
        }
        writer.writerow(cells)
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def read(content: bytes, kind: str) -> Iterator[Line]:
    """Every row of a ``.json`` or ``.csv``, broken ones with why. Raises :class:`NoTable` where there is none."""
    if len(content) > LARGEST:
        raise NoTable("table_too_large", "文件超过 64 MB。", "It is larger than 64 MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise NoTable("table_encoding", "不是 UTF-8 编码。", "It is not UTF-8.") from wrong
    if kind not in (".json", ".csv"):
        raise NoTable("table_kind", f"不认识的格式 {kind[:10]}。", f"'{kind[:10]}' is no format that is read here.")
    lines = _json(text) if kind == ".json" else _csv(text)
    for count, line in enumerate(lines):
        if count >= MOST:
            raise NoTable("table_too_large", f"超过 {MOST} 行。", f"It has more than {MOST} rows.")
        yield line


def _json(text: str) -> Iterator[Line]:
    """Items one after another; after a broken one it goes on with the next that begins a line."""
    at = text.find("[")
    if at < 0:
        raise NoTable("table_empty", "里面没有列表。", "There is no list in it.")
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    at += 1
    line, counted = text.count("\n", 0, at) + 1, at
    while True:
        at = _BLANK.match(text, at).end()  # type: ignore[union-attr]
        if at >= len(text) or text[at] == "]":
            return
        line, counted = line + text.count("\n", counted, at), at
        try:
            found, at = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError, ValueError) as wrong:
            place = getattr(wrong, "lineno", line)
            why = getattr(wrong, "msg", type(wrong).__name__)
            yield Line(number=place, wrong=Wrong("-", f"不是有效的 JSON：{why}", f"it is not JSON: {why}"))
            at = text.find("\n{", at)
            if at < 0:
                return
            continue
        if isinstance(found, dict):
            yield Line(number=line, row=found)
        else:
            yield Line(number=line, wrong=Wrong("-", "应为对象", "it is an object"))


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _csv(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading = next(_cells(reader), (1, None, None))[1]
    if not heading or "task_name" not in heading:
        raise NoTable(
            "table_heading",
            "第一行应为要素名，至少有 task_name。",
            "Its first line names the elements, task_name at least.",
        )
    for name in heading:
        if name not in COLUMNS:
            yield Line(number=1, wrong=Wrong(name[:40], "不认识的要素，已略过", "no element of this name; left out"))
    for number, cells, wrong in _cells(reader):
        if wrong is not None:
            yield Line(number=number, wrong=wrong)
        elif cells and any(cells):
            yield _row(number, heading, cells)


def _cells(reader: Any) -> Iterator[tuple[int, list[str] | None, Wrong | None]]:
    """Rows with the line that each begins on, past those that break the form."""
    while True:
        began = reader.line_num + 1
        try:
            yield began, next(reader), None
        except StopIteration:
            return
        except csv.Error as error:
            yield began, None, Wrong("-", f"不是有效的 CSV：{error}", f"it is not CSV: {error}")


def _row(number: int, heading: list[str], cells: list[str]) -> Line:
    if len(cells) != len(heading):
        zh, en = f"有 {len(cells)} 格，应为 {len(heading)} 格", f"it has {len(cells)} cells, not {len(heading)}"
        return Line(number=number, wrong=Wrong("-", zh, en))
    found: dict[str, Any] = {name: cell for name, cell in zip(heading, cells, strict=True) if name in COLUMNS}
    for name in LISTS:
        if name in found:
            try:
                found[name] = json.loads(found[name] or "[]", parse_constant=_no_constant)
            except (ValueError, RecursionError):
                return Line(number=number, wrong=Wrong(name, "应为 JSON 列表", "it is a list in JSON"))
    return Line(number=number, row=found)
