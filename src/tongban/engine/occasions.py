"""Occasions of a life (人生大事): a few questions, and the items that apply to the answers in the order of doing them.

Data, ``services/life-events/<key>.yaml``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from tongban.base.words import Words
from tongban.engine import ways
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.model import Strict
from tongban.engine.items.shared import convert
from tongban.engine.ways import Asked, Lead, Way, way

__all__ = ["FOLDER", "Asked", "Lead", "Occasion", "Way", "load_occasions", "way"]

FOLDER = "life-events/"


class Raw(Strict, frozen=True, kw_only=True):
    """A file as it is written. ``subjects`` are codes of GB/T 39046: where more of the kind is found."""

    order: int
    audience: str
    title: Words
    says: Words
    subjects: tuple[str, ...] = ()
    questions: tuple[Asked, ...] = ()
    leads: tuple[Lead, ...] = ()


class Occasion(Raw, frozen=True, kw_only=True):
    """A life event for a ``person`` or a ``firm``; ``key`` is its file's name."""

    key: str

    @property
    def themes(self) -> tuple[str, ...]:
        """Its subjects as lists know them: ``p005``, ``f010``."""
        mark = "p" if self.audience == "person" else "f"
        return tuple(f"{mark}{code}" for code in self.subjects)


def load_occasions(
    files: Mapping[str, bytes], codes: Collection[str] | None = None
) -> tuple[tuple[Occasion, ...], tuple[Finding, ...]]:
    """Read ``life-events/*.yaml`` (paths below ``services/``): the occasions in the order of a life, and what is wrong. With
    ``codes`` the items that they lead to are looked up there. A broken one is named and the others are read."""
    found: list[Occasion] = []
    findings: list[Finding] = []
    for path in sorted(p for p in files if p.startswith(FOLDER) and p.endswith(".yaml")):
        key = path.removeprefix(FOLDER).removesuffix(".yaml")
        try:
            file = marked.read(f"services/{path}", files[path])
            raw: Raw = convert(file, Raw)
        except Broken as broken:
            findings += broken.findings
            continue
        occasion = Occasion(key=key, **{name: getattr(raw, name) for name in Raw.__struct_fields__})
        wrong = [file.finding(at, "occasions", what, fix) for at, what, fix in _faults(occasion, codes)]
        findings += wrong
        found += [] if wrong else [occasion]
    ordered = sorted(found, key=lambda each: (each.audience != "person", each.order, each.key))
    return tuple(ordered), tuple(findings)


def _faults(occasion: Occasion, codes: Collection[str] | None) -> Iterator[ways.Fault]:
    """What is wrong with an occasion: where, what, and how to mend it."""
    if occasion.audience not in ("person", "firm"):
        yield ("audience",), ways.no_audience(occasion.audience), ways.AUDIENCES
    yield from ways.faults(occasion, codes, under="leads")
