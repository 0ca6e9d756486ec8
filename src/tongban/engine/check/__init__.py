"""Everything that can be found wrong with services before anybody applies: ``tongban items check``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import msgspec

from tongban.base.words import Words
from tongban.engine.check import elements, examples, references
from tongban.engine.check.subject import RULES, Around, Fault, findings, rule
from tongban.engine.compose.grades import Grade, grade
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.loading import Library, library
from tongban.engine.items.overlays import overlay
from tongban.engine.items.phrases import load_phrases
from tongban.engine.occasions import load_occasions
from tongban.engine.recommending import load_recommendations

__all__ = [
    "RULES",
    "Around",
    "Fault",
    "Judge",
    "Judged",
    "Report",
    "check",
    "elements",
    "examples",
    "findings",
    "references",
    "rule",
]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was read and what was found, in order of file and line; the grade of each item without an error."""

    library: Library
    findings: tuple[Finding, ...]
    grades: dict[str, Grade] = {}

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop a publication."""
        return tuple(each for each in self.findings if not each.warning)


class Judged(msgspec.Struct, frozen=True):
    """What was found in some items, and the grade of each."""

    findings: tuple[Finding, ...]
    grades: dict[str, Grade]


Judge = Callable[[Sequence[str]], Judged]
Spread = Callable[[Judge, Sequence[str]], Iterable[Judged]]


def at_once(judge: Judge, codes: Sequence[str]) -> Iterable[Judged]:
    """All items by one pair of hands; a caller who has more spreads them."""
    return (judge(codes),)


def check(
    files: Mapping[str, bytes],
    *,
    overlays: Mapping[str, Mapping[str, bytes]] | None = None,
    only: frozenset[str] | None = None,
    spread: Spread = at_once,
) -> Report:
    """Check all services (paths below ``services/`` → bytes) and the cities' overlays (adcode → item code → bytes).

    ``only`` limits the findings to items with these codes; everything is read all the same. ``spread`` may have the items
    judged side by side.
    """
    read = library(files)
    found = list(read.findings)
    grades: dict[str, Grade] = {}
    codes = [code for code in read.items if only is None or code in only]
    for judged in spread(partial(_judged, read, _around(read, files)), codes):
        found += judged.findings
        grades |= judged.grades
    if only is None:
        found += load_phrases(files, read.shared.laws, read.items)[1]
        found += load_occasions(files, read.items)[1]
        found += load_recommendations(files, read.items)[1]
    for city, each in (overlays or {}).items():
        found += _overlaid(read, city, each)
    return Report(library=read, findings=tuple(sorted(dict.fromkeys(found))), grades=grades)


def _around(read: Library, files: Mapping[str, bytes]) -> Around:
    types = {path.split("/")[1] for path in files if path.startswith("certificates/") and path.endswith("/type.yaml")}
    return Around(codes=frozenset(read.items), certificates=frozenset(types))


def _judged(read: Library, around: Around, codes: Sequence[str]) -> Judged:
    found: list[Finding] = []
    grades: dict[str, Grade] = {}
    for code in codes:
        item = read.items[code]
        faults = [*findings(item, around, f"services/items/{item.subject_folder}/{code}", {}, read.sources[code])]
        found += faults
        if all(each.warning for each in faults):
            grades[code] = grade(item)
    return Judged(tuple(found), grades)


def _overlaid(read: Library, city: str, overlays: Mapping[str, bytes]) -> list[Finding]:
    found: list[Finding] = []
    for code, content in overlays.items():
        file = f"cities/{city}/overlays/{code}.yaml"
        if code not in read.items:
            what = Words(zh=f"没有事项“{code}”", en=f"there is no item '{code}'")
            fix = Words(zh="请写事项代码", en="name an item's code")
            found.append(Finding(file=file, line=1, rule="overlay-eases", what=what, fix=fix))
            continue
        try:
            overlay(read.items[code], content, read.shared, file=file)
        except Broken as broken:
            found += broken.findings
    return found
