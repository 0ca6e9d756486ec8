"""One item with its files at hand, so that a rule can say where the fault stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.model import Item


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule found: in which file (``item``, ``form``, ``materials``, ``rules``, ``flow``, ``examples``), where."""

    file: str
    path: marked.Path
    what: Words
    fix: Words
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


def findings(
    item: Item,
    around: Around,
    folder: str,
    files: Mapping[str, bytes],
    sources: Mapping[str, marked.Marked] | None = None,
) -> Iterator[Finding]:
    """Every finding of every rule for one item. ``sources`` are the files as they were read, those of the item's kind too;
    without them ``files`` (name → bytes of the folder) are read; without either the line is 0."""
    read: dict[str, marked.Marked | None] = dict(sources or {})
    for name, judge in RULES.items():
        for fault in judge(item, around):
            if fault.file not in read:
                read[fault.file] = _source(f"{folder}/{fault.file}.yaml" if folder else f"{fault.file}.yaml", files)
            yield _found(name, fault, read[fault.file], read.get("item"), folder)


def _source(path: str, files: Mapping[str, bytes]) -> marked.Marked | None:
    try:
        content = files.get(path.rpartition("/")[2])
        return marked.read(path, content) if content is not None else None
    except Broken:
        return None


def _found(
    name: str, fault: Fault, source: marked.Marked | None, item: marked.Marked | None, folder: str
) -> Finding:
    """The finding where the thing at fault is written: in a section's file, or at the key of item.yaml that chose it."""
    path = fault.path
    if source is None and item is not None and (fault.file,) in item.lines:
        source, path = item, (fault.file,)
    if source is not None:
        return source.finding(path, name, fault.what, fault.fix, warning=fault.warning)
    file = f"{folder}/{fault.file}.yaml" if folder else f"{fault.file}.yaml"
    return Finding(file=file, line=0, rule=name, what=fault.what, fix=fault.fix, warning=fault.warning)
