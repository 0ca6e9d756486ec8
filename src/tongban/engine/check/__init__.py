"""Everything that can be found wrong with services before anybody applies: ``tongban items check``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import msgspec

from tongban.base.words import Words
from tongban.engine import bundles, visiting
from tongban.engine.check import elements, examples, references
from tongban.engine.check.subject import RULES, Around, Fault, findings, rule
from tongban.engine.compose.grades import Grade, grade
from tongban.engine.items import loading
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.loading import Library
from tongban.engine.items.model import Item
from tongban.engine.items.overlays import overlay
from tongban.engine.items.phrases import load_phrases
from tongban.engine.items.shared import Shared, load_shared
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


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """Some folders as they were read, what was found in their items, and the grade of each."""

    items: dict[str, Item]
    findings: tuple[Finding, ...]
    grades: dict[str, Grade]


Judge = Callable[[Sequence[str]], Judged]
Spread = Callable[[Judge, Sequence[str]], Iterable[Judged]]


def at_once(judge: Judge, folders: Sequence[str]) -> Iterable[Judged]:
    """All folders by one pair of hands; a caller who has more spreads them."""
    return (judge(folders),)


def check(
    files: Mapping[str, bytes],
    *,
    overlays: Mapping[str, Mapping[str, bytes]] | None = None,
    only: frozenset[str] | None = None,
    spread: Spread = at_once,
) -> Report:
    """Check all services (paths below ``services/`` → bytes) and the cities' overlays (adcode → item code → bytes).

    ``only`` limits the findings to items with these codes; everything is read all the same. ``spread`` may have the folders
    read and judged side by side.
    """
    shared, folders = load_shared(files), loading.folders(files)
    parts = [*spread(partial(_judged, shared, folders, _around(files, folders), only), list(folders))]
    read = loading.together(shared, [loading.Reading(items=part.items) for part in parts])
    found = [*read.findings, *(each for part in parts for each in part.findings)]
    grades = {code: grade for part in parts for code, grade in part.grades.items()}
    if only is None:
        found += load_phrases(files, read.shared.laws, read.items)[1]
        found += load_occasions(files, read.items)[1]
        found += load_recommendations(files, read.items)[1]
        found += visiting.load_rules(files)[1] if visiting.FILE in files else ()
        found += bundles.judged(bundles.load_bundles(files, read.shared.laws), read.items)
    for city, each in (overlays or {}).items():
        found += _overlaid(read, city, each)
    return Report(library=read, findings=tuple(sorted(dict.fromkeys(found))), grades=grades)


def _around(files: Mapping[str, bytes], folders: Iterable[str]) -> Around:
    types = {path.split("/")[1] for path in files if path.startswith("certificates/") and path.endswith("/type.yaml")}
    return Around(codes=frozenset(each.rpartition("/")[2] for each in folders), certificates=frozenset(types))


def _judged(
    shared: Shared,
    folders: Mapping[str, Mapping[str, bytes]],
    around: Around,
    only: frozenset[str] | None,
    wanted: Sequence[str],
) -> Judged:
    read = loading.read_folders({folder: folders[folder] for folder in wanted}, shared)
    found = list(read.findings)
    grades: dict[str, Grade] = {}
    for folder, item in read.items.items():
        if only is not None and item.code not in only:
            continue
        faults = [*findings(item, around, f"services/{folder}", {}, read.sources[folder])]
        found += faults
        if all(each.warning for each in faults):
            grades[item.code] = grade(item)
    return Judged(items=read.items, findings=tuple(found), grades=grades)


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
