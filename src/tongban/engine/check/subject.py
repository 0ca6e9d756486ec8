"""One item with its files at hand, so that a rule can say where the fault stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.model import Item


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule found: in which file (``item``, ``form``, ``materials``, ``rules``, ``flow``, ``examples``), where."""

    file: str
    path: marked.Path
    what: str
    fix: str
    warning: bool = False


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around an item: the codes of the others and the certificate types there are."""

    codes: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()


Judge = Callable[[Item, Around], Iterator[Fault]]
RULES: dict[str, Judge] = {}


def rule(judge: Judge) -> Judge:
    """Register one rule; its name is the function's, its docstring says what it holds."""
    RULES[judge.__name__.replace("_", "-")] = judge
    return judge


def findings(item: Item, around: Around, folder: str, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Every finding of every rule for one item. ``files`` are the folder's (name → bytes); without them line 0."""
    read: dict[str, marked.Marked | None] = {}

    def line(fault: Fault) -> int:
        if fault.file not in read:
            try:
                content = files.get(f"{fault.file}.yaml")
                read[fault.file] = marked.read(fault.file, content) if content is not None else None
            except Broken:
                read[fault.file] = None
        source = read[fault.file]
        return source.line(fault.path) if source else 0

    for name, judge in RULES.items():
        for fault in judge(item, around):
            yield Finding(
                file=f"{folder}/{fault.file}.yaml" if folder else f"{fault.file}.yaml",
                line=line(fault),
                rule=name,
                what=fault.what,
                fix=fault.fix,
                warning=fault.warning,
            )
