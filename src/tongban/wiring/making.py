"""``tongban items new``: five questions, or every row of a table, made into folders that pass ``items check``."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.catalog.folders import read_services
from tongban.engine.check import Around, findings
from tongban.engine.items import Broken, kinds, library, making
from tongban.engine.items.loading import read_item

SKIPPED = ("-", "=")
COLUMNS = ("name", "en", "folder", "slug", "office", "type", "audience")


class Made(msgspec.Struct, kw_only=True):
    """What came of it: folders written, rows that are there already or marked to be left out, and rows that are broken."""

    written: list[str] = []
    skipped: int = 0
    broken: list[str] = []


class Workshop:
    """The services as they are, and what is added to them."""

    def __init__(self, services: Path, *more: Path) -> None:
        self.services = services
        read = read_services(services, *more)
        found = library(read)
        self.shared = found.shared
        self.titles = {code: item.title.zh for code, item in found.items.items()}
        self.codes = {item.catalog_code for item in found.items.values()}
        types = {p.split("/")[1] for p in read if p.startswith("certificates/") and p.endswith("/type.yaml")}
        self.around = Around(codes=frozenset(found.items), certificates=frozenset(types))

    def known(self, row: making.Row) -> bool:
        """Whether there is an item of this name under any code."""
        return row.name.zh in self.titles.values()

    def make(self, row: making.Row) -> list[str]:
        """Write the folder; what is wrong with it instead, if anything is: then nothing is written."""
        faults = making.faults(row, self.shared, self.titles)
        if wrong := [f"{what.zh} · {what.en} → {fix.zh} · {fix.en}" for what, fix in faults]:
            return wrong
        content = {"item.yaml": making.item_yaml(row, self.shared, self.codes)}
        folder = f"services/items/{row.folder}/{row.code}"
        try:
            item, sources = read_item(content, self.shared, at=folder)
        except Broken as broken:
            return [str(each) for each in broken.findings]
        if wrong := [str(each) for each in findings(item, self.around, folder, {}, sources) if not each.warning]:
            return wrong
        path = self.services / "items" / row.folder / row.code
        path.mkdir(parents=True, exist_ok=True)
        (path / "item.yaml").write_bytes(content["item.yaml"])
        self.titles[row.code] = row.name.zh
        self.codes.add(item.catalog_code)
        return []


def table(shop: Workshop, file: Path) -> Made:
    """Every row of a tab-separated table with a header. A broken row is named with its line and why, and the rest goes on;
    rows whose code begins with ``=`` or is ``-``, and those whose name an item has already, are left out."""
    made = Made()
    for line, cells in _rows(file):
        if missing := [name for name in COLUMNS if not (cells.get(name) or "").strip()]:
            if (cells.get("slug") or "").startswith(SKIPPED):
                made.skipped += 1
            else:
                lacks = ", ".join(missing)
                made.broken.append(f"{file}:{line}: 错误 error: 缺少 {lacks} → 请填写 · no {lacks} → fill it in")
            continue
        row = row_of(cells)
        if row.code.startswith(SKIPPED) or shop.known(row):
            made.skipped += 1
        elif wrong := shop.make(row):
            made.broken += [f"{file}:{line}: 错误 error: {each}" for each in wrong]
        else:
            made.written.append(row.code)
    return made


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if absent := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise ValueError(f"{file}:1: the header lacks {', '.join(absent)}")
        for cells in reader:
            yield reader.line_num, cells


def row_of(cells: dict[str, Any]) -> making.Row:
    """A row from the cells of a table."""
    said = {
        name: (cells.get(name) or "").strip() for name in (*COLUMNS, "persons", "firms", "says_zh", "says_en", "kind")
    }

    def split(name: str, mark: str | None) -> tuple[str, ...]:
        return tuple(each.strip() for each in said[name].split(mark) if each.strip())

    return making.Row(
        name=Words(zh=said["name"], en=said["en"]),
        folder=said["folder"],
        code=said["slug"],
        office=said["office"],
        type=said["type"].zfill(2),
        audience=split("audience", None),
        persons=split("persons", None),
        firms=split("firms", None),
        says_zh=split("says_zh", ";"),
        says_en=split("says_en", ";"),
        kind=said["kind"],
    )


def asked(shop: Workshop, ask: Callable[[str], str]) -> making.Row:
    """The five questions: name, office, type, for whom, kind (what the name shows stands first, to be accepted)."""
    zh, _, en = ask("1/5 名称，中文 / English (name in both): ").partition("/")
    office = ask(f"2/5 主管部门 office ({', '.join(sorted(shop.shared.roles))}): ").strip()
    type = ask(f"3/5 事项类型 type ({', '.join(f'{k} {v.title.zh}' for k, v in shop.shared.types.items())}): ").strip()
    whom = ask("4/5 服务对象 for whom (1 自然人 2 企业 3 事业单位 4 社会组织 6 其他, with blanks between): ")
    row = making.Row(
        name=Words(zh=zh.strip(), en=en.strip()),
        folder=office,
        code=making.code_of(en),
        office=office,
        type=type.zfill(2),
        audience=tuple(whom.split()),
    )
    shown = kinds.guess(row.name.zh, row.type, shop.shared.kinds)
    offered = "; ".join(
        f"{key} {shop.shared.kinds[key].kind.title.zh}" for key in (shown or sorted(shop.shared.kinds))[:6]
    )
    chosen = ask(f"5/5 种类 kind ({offered}) [{shown[0] if shown else ''}]: ").strip()
    return msgspec.structs.replace(row, kind=chosen or (shown[0] if shown else ""))
