"""The catalogue in the national exchange's element names: out as JSON or CSV, and in as drafts (国家平台要素导入导出)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.catalog import queries as catalog
from tongban.catalog import revisions
from tongban.engine import check, compose
from tongban.engine import items as engine
from tongban.engine.items import interchange, tables
from tongban.engine.items.interchange import Wrong
from tongban.identity import queries as identity


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """A row that did not go in: its line, the column and why."""

    line: int
    column: str
    why: Words

    def __str__(self) -> str:
        return f"{self.line}: {self.column}: {self.why.en} · {self.why.zh}"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a file: codes of items that are now drafts, those that are the same, and what was broken."""

    drafted: tuple[str, ...]
    same: tuple[str, ...]
    wrong: tuple[Broken, ...]


def export(kind: str) -> bytes:
    """Everything this city offers, as ``.json`` or ``.csv``."""
    write = {".json": tables.to_json, ".csv": tables.to_csv}.get(kind)
    if write is None:
        raise tables.NoTable(
            "table_kind", f"不认识的格式 {kind[:10]}。", f"'{kind[:10]}' is no format that is written here."
        )
    return write(rows())


def rows() -> list[dict[str, Any]]:
    """The elements of everything this city offers, by code."""
    offices = identity.offices_by_role()
    found = []
    for version in catalog.in_force_of(settings.TONGBAN_ADCODE):
        item = catalog.item(version)
        office: Mapping[str, Any] = offices.get(item.office, {})
        name = office.get("name") or {"zh": item.office}
        depth = compose.grade(item).level
        uscc = str(office.get("uscc", ""))
        found.append(interchange.row(item, dept_name=str(name["zh"]), uscc=uscc, version=version.number, depth=depth))
    return found


def take(content: bytes, *, kind: str, by: Actor, now: datetime, most: int = tables.MOST) -> Taken:
    """Take rows in: each that says something new becomes a draft (``most`` of them), which two clerks still have to
    publish; a broken row is named and the rest goes in."""
    drafted, same, wrong = [], [], []
    codes, known = _codes(), catalog.in_force_of(settings.TONGBAN_ADCODE)
    offices = dict.fromkeys({catalog.item(version).office for version in known}) | identity.offices_by_role()
    for line in tables.read(content, kind):
        try:
            item, new = _item(line, offices, codes)
            if not new:
                same.append(item.code)
                continue
            if len(drafted) >= most:
                raise Wrong("-", f"一次最多起草 {most} 个事项，请再传一次", f"at most {most} drafts at once: send it again")
            revisions.begin(city=settings.TONGBAN_ADCODE, item=item, origin="import", by=by, now=now)
            drafted.append(item.code)
        except Wrong as no:
            wrong.append(Broken(line=line.number, column=no.column, why=no.why))
        except Refusal as no:
            why = (
                Words(zh=f"{no.brief}（{no.because}）", en=f"{no.brief.en} ({no.because.en})")
                if no.because
                else no.brief
            )
            wrong.append(Broken(line=line.number, column="local_code", why=why))
    return Taken(drafted=tuple(drafted), same=tuple(same), wrong=tuple(wrong))


def _codes() -> dict[str, str]:
    """基本编码 → code of what is offered, where one item alone has it."""
    found: dict[str, list[str]] = {}
    for version in catalog.in_force_of(settings.TONGBAN_ADCODE):
        found.setdefault(catalog.item(version).catalog_code, []).append(version.code)
    return {basic: codes[0] for basic, codes in found.items() if len(codes) == 1}


def _item(line: tables.Line, offices: Mapping[str, Any], codes: Mapping[str, str]) -> tuple[engine.Item, bool]:
    """The item that a row says, and whether that is anything new."""
    if line.row is None:
        raise line.wrong
    row = dict(line.row)
    code = str(row.get("local_code") or codes.get(str(row.get("catalog_code", "")), ""))
    row["dept_code"] = _office(row, offices)
    base = _base(code, row)
    item = interchange.taken(row, base)
    for fault in (
        *check.elements.catalog_code(item, check.Around()),
        *check.elements.listed_codes(item, check.Around()),
    ):
        column = _COLUMNS.get(str(fault.path[0]), str(fault.path[0]))
        raise Wrong(column, f"不符合国家标准代码：{fault.what.zh}；{fault.fix.zh}", f"{fault.what.en}; {fault.fix.en}")
    return item, item != base


def _base(code: str, row: Mapping[str, Any]) -> engine.Item | None:
    """What a row is held against: the version in force where the row says just that, else the newest one."""
    city = settings.TONGBAN_ADCODE
    now, newest = catalog.offered_now(code, city=city), catalog.newest_or_none(code, city=city)
    if now and (item := catalog.item(now)) and interchange.taken(row, item) == item:
        return item
    return catalog.item(newest) if newest else None


_COLUMNS = {
    "catalog_code": "catalog_code",
    "type": "task_type",
    "level": "use_level",
    "audience": "server_type",
    "channels": "handle_type",
    "scope": "handle_area",
}


def _office(row: Mapping[str, Any], offices: Mapping[str, Any]) -> str:
    """The office role that a row means: by its code, else by the office's name here."""
    told, name = str(row.get("dept_code") or ""), str(row.get("dept_name") or "")
    if told in offices:
        return told
    for role, office in offices.items():
        if not told and name and office and office["name"]["zh"] == name:
            return role
    raise Wrong("dept_code", f"本市没有部门“{(told or name)[:40]}”", f"this city has no office '{(told or name)[:40]}'")
