"""Everything that can be found wrong with services before anybody applies: ``tongban items check``."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tongban.engine.check import elements, examples, references
from tongban.engine.check.subject import RULES, Around, Fault, findings, rule
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.loading import Library, library
from tongban.engine.items.overlays import overlay
from tongban.engine.items.phrases import load_phrases
from tongban.engine.occasions import load_occasions

__all__ = ["RULES", "Around", "Fault", "Report", "check", "elements", "examples", "findings", "references", "rule"]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was read and what was found, in order of file and line."""

    library: Library
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop a publication."""
        return tuple(each for each in self.findings if not each.warning)


def check(
    files: Mapping[str, bytes],
    *,
    overlays: Mapping[str, Mapping[str, bytes]] | None = None,
    only: frozenset[str] | None = None,
) -> Report:
    """Check all services (paths below ``services/`` → bytes) and the cities' overlays (adcode → item code → bytes).

    ``only`` limits the findings to items with these codes; everything is read all the same.
    """
    read = library(files)
    found = list(read.findings)
    certificates = {
        path.split("/")[1] for path in files if path.startswith("certificates/") and path.endswith("/type.yaml")
    }
    around = Around(codes=frozenset(read.items), certificates=frozenset(certificates))
    for code, item in read.items.items():
        if only is None or code in only:
            found += findings(item, around, f"services/items/{item.subject_folder}/{code}", {}, read.sources[code])
    if only is None:
        found += load_phrases(files, read.shared.laws, read.items)[1]
        found += [msgspec.structs.replace(each, warning=True) for each in load_occasions(files, read.items)[1]]
    for city, each in (overlays or {}).items():
        found += _overlaid(read, city, each)
    return Report(library=read, findings=tuple(sorted(dict.fromkeys(found))))


def _overlaid(read: Library, city: str, overlays: Mapping[str, bytes]) -> list[Finding]:
    found: list[Finding] = []
    for code, content in overlays.items():
        file = f"cities/{city}/overlays/{code}.yaml"
        if code not in read.items:
            what = f"there is no item '{code}'"
            found.append(Finding(file=file, line=1, rule="overlay-eases", what=what, fix="name an item's code"))
            continue
        try:
            overlay(read.items[code], content, read.shared, file=file)
        except Broken as broken:
            found += broken.findings
    return found
