"""A new item from the answers to a few questions: the few lines of its folder, by its kind."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping

import msgspec

from tongban.base.identifiers import item as codes
from tongban.base.words import Words
from tongban.engine.items import kinds
from tongban.engine.items.shared import Shared

NATIONAL = "00"
OTHER = "999"
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
LONGEST = 80


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


def faults(row: Row, shared: Shared, taken: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a row before anything is made of it: what, and how to mend it. ``taken``: code → title."""
    if not row.name.zh or not row.name.en:
        yield "the name is missing in a language", "give it in Chinese and in English"
    for what, text in (("code", row.code), ("folder", row.folder)):
        if not CODE.match(text) or len(text) > LONGEST:
            yield f"the {what} '{text}' is no folder's name", "small letters, digits and hyphens, 80 at most"
    if row.code in taken:
        yield f"the code '{row.code}' is taken by {taken[row.code]}", "give it another code"
    if row.type not in codes.TYPES:
        yield f"there is no 事项类型 '{row.type}'", f"take one of {', '.join(codes.TYPES)}"
    if row.office not in shared.roles:
        yield f"there is no office role '{row.office}'", "take one of services/defaults/roles.yaml"
    if not kind_of(row, shared):
        yield f"the name '{row.name.zh}' shows no kind", f"name one: {', '.join(sorted(shared.kinds))}"


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
