"""A new item from the answers to a few questions: the few lines of its folder, by its kind."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from tongban.base.identifiers import item as codes
from tongban.base.words import Words
from tongban.engine.items import kinds
from tongban.engine.items.shared import Shared

NATIONAL = "00"
OTHER = "999"
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
LONGEST = 80
FOLDER_NAME = Words("小写字母、数字和连字符，最多 80 个", "small letters, digits and hyphens, 80 at most")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a new item: its name, the office that decides, its 事项类型, whom it serves, its kind (empty: as the
    name shows), and for search how people say it."""

    name: Words
    folder: str
    code: str
    office: str
    type: str
    audience: tuple[str, ...]
    persons: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()
    says_zh: tuple[str, ...] = ()
    says_en: tuple[str, ...] = ()
    kind: str = ""


def code_of(english: str) -> str:
    """A folder's name from an English title: ``Taxi licence, renewal`` → ``taxi-licence-renewal``."""
    return re.sub(r"[^a-z0-9]+", "-", english.lower()).strip("-")[:LONGEST].strip("-")


def kind_of(row: Row, shared: Shared) -> str:
    """The kind that was named, or the likeliest that the name shows; empty for none."""
    return row.kind or next(iter(kinds.guess(row.name.zh, row.type, shared.kinds)), "")


def faults(row: Row, shared: Shared, taken: Mapping[str, str]) -> Iterator[tuple[Words, Words]]:
    """What is wrong with a row before anything is made of it: what, and how to mend it. ``taken``: code → title."""
    if not row.name.zh or not row.name.en:
        yield Words("缺少一种语言的名称", "the name is missing in a language"), Words("请写中文和英文", "give it in both")
    for zh, en, text in (("代码", "code", row.code), ("主题文件夹", "folder", row.folder)):
        if not CODE.match(text) or len(text) > LONGEST:
            yield Words(f"{zh}“{text}”不能作文件夹名", f"the {en} '{text}' is no folder's name"), FOLDER_NAME
    if row.code in taken:
        of = taken[row.code]
        what = Words(f"代码“{row.code}”已用于{of}", f"the code '{row.code}' is taken by {of}")
        yield what, Words("请换一个代码", "give it another code")
    if row.type not in codes.TYPES:
        yield Words(f"没有事项类型“{row.type}”", f"there is no 事项类型 '{row.type}'"), _one_of(codes.TYPES)
    if row.office not in shared.roles:
        what = Words(f"没有部门角色“{row.office}”", f"there is no office role '{row.office}'")
        yield what, Words("见 services/defaults/roles.yaml", "take one of services/defaults/roles.yaml")
    if not kind_of(row, shared):
        what = Words(f"从名称“{row.name.zh}”看不出种类", f"the name '{row.name.zh}' shows no kind")
        yield what, _one_of(sorted(shared.kinds))


def _one_of(names: Iterable[str]) -> Words:
    known = ", ".join(names)
    return Words(f"可用的有 {known}", f"take one of {known}")


def item_yaml(row: Row, shared: Shared, taken_codes: Collection[str]) -> bytes:
    """The ``item.yaml`` of the new folder. ``taken_codes`` are catalogue codes that others have."""
    persons, firms = subjects(row)
    lines = [
        f"kind: {kind_of(row, shared)}",
        f"title: {{zh: {_text(row.name.zh)}, en: {_text(row.name.en)}}}",
        *(["says:"] if row.says_zh or row.says_en else []),
        *([f"  zh: {_list(row.says_zh)}"] if row.says_zh else []),
        *([f"  en: {_list(row.says_en)}"] if row.says_en else []),
        f'catalog_code: "{catalog_code(row, shared, taken_codes)}"',
        f'type: "{row.type}"',
        f"audience: {_list(row.audience)}",
        f"subjects: {{{', '.join(f'{name}: {_list(each)}' for name, each in (('persons', persons), ('firms', firms)) if each)}}}",
        f"office: {row.office}",
    ]
    return ("\n".join(lines) + "\n").encode()


def subjects(row: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Subjects of persons and of firms; “other” (999) on a side that is served and has none."""
    persons = kinds.PERSONS in row.audience
    firms = any(each != kinds.PERSONS for each in row.audience)
    return row.persons or ((OTHER,) if persons else ()), row.firms or ((OTHER,) if firms else ())


def catalog_code(row: Row, shared: Shared, taken: Collection[str]) -> str:
    """A 基本编码 of the right structure (GB/T 39554): national, type, authority by the office, and main and sub item from
    the folder's name. The same name gives the same code whatever else is made; a taken one gives the next. To be checked
    against the national catalogue: it is nobody's official code."""
    number = int(hashlib.sha256(row.code.encode()).hexdigest()[:12], 16) % 998_000 + 1_000
    while True:
        digits = f"{number:06d}"
        code = codes.issue_basic(
            division=NATIONAL,
            type=row.type,
            authority=shared.roles[row.office].authority,
            main=digits[:3],
            sub=digits[3:],
        )
        if code not in taken:
            return code
        number = number % 998_000 + 1_001


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(_text(text) for text in texts)}]"
