"""Phrases that officers put into supplements, refusals and opinions: data, each with its articles (常用语)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.laws import cite
from tongban.engine.items.model import Item, Strict
from tongban.engine.items.shared import convert


class Use(StrEnum):
    """What a phrase is for."""

    SUPPLEMENT = "supplement"
    NOT_ACCEPT = "not-accept"
    REFUSE = "refuse"
    PASS = "pass"
    FAIL = "fail"
    SUSPEND = "suspend"
    SEND_BACK = "send-back"
    EXTENSION = "extension"


BOTH = Words(zh="中英文都要写", en="write both zh and en")
RENAME = Words(zh="请改其中一个的名字", en="rename one")
NEEDS_ARTICLE = (Use.NOT_ACCEPT, Use.REFUSE)


class RawPhrase(Strict, frozen=True, kw_only=True):
    """One entry of a ``services/phrases/*.yaml``. ``items`` and ``types`` (事项类型) narrow where it is offered, ``material``
    goes with one paper; ``standard`` is what stands when an officer writes nothing (of uses that may be left empty)."""

    key: str
    use: Use
    text: Words
    cites: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    material: str = ""
    standard: bool = False


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase with its articles in words."""

    key: str
    use: Use
    text: Words
    cites: tuple[Words, ...] = ()
    items: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    material: str = ""
    standard: bool = False

    def fits(self, item: Item) -> bool:
        """Whether it is offered for this item."""
        papers = {m.type for m in item.materials}
        return (
            (not self.items or item.code in self.items)
            and (not self.types or item.type in self.types)
            and (not self.material or self.material in papers)
        )


def load_phrases(
    files: Mapping[str, bytes], laws: Mapping[str, Words], items: Mapping[str, Item] | None = None
) -> tuple[dict[str, Phrase], tuple[Finding, ...]]:
    """Read ``phrases/*.yaml`` (paths below ``services/``): phrases by key in the order written, and what is wrong.
    With ``items`` the codes and papers that phrases name are looked up there."""
    found: dict[str, Phrase] = {}
    findings: list[Finding] = []
    for path in sorted(p for p in files if p.startswith("phrases/") and p.endswith(".yaml")):
        try:
            file = marked.read(f"services/{path}", files[path])
            raw: tuple[RawPhrase, ...] = convert(file, tuple[RawPhrase, ...])
        except Broken as broken:
            findings += broken.findings
            continue
        for index, each in enumerate(raw):
            wrong = [file.finding((index, key), "phrases", what, fix) for key, what, fix in _faults(each, laws, items)]
            if each.key in found:
                wrong.append(file.finding((index, "key"), "phrases", _twice(each.key), RENAME))
            findings += wrong
            if not wrong:
                found[each.key] = _worded(each, laws)
    return found, tuple(findings)


def _twice(key: str) -> Words:
    return Words(zh=f"“{key}”重复", en=f"'{key}' is there twice")


def _worded(raw: RawPhrase, laws: Mapping[str, Words]) -> Phrase:
    given = {name: getattr(raw, name) for name in RawPhrase.__struct_fields__ if name != "cites"}
    return Phrase(**given, cites=tuple(cite(each, dict(laws)) for each in raw.cites))


def _faults(
    raw: RawPhrase, laws: Mapping[str, Words], items: Mapping[str, Item] | None
) -> Iterator[tuple[str, Words, Words]]:
    """What is wrong with a phrase: at which key, what, and how to mend it."""
    if not raw.text.zh.strip() or not raw.text.en.strip():
        yield "text", Words(zh="缺少一种语言的文字", en="the text is empty in a language"), BOTH
    if raw.use in NEEDS_ARTICLE and not raw.cites:
        what = Words(zh="不予受理、不予许可的用语没有引用条文", en="a phrase that refuses names no article")
        yield "use", what, Words(zh="请加上 cites: [law#article]", en="add cites: [law#article]")
    for each in raw.cites:
        try:
            cite(each, dict(laws))
        except (KeyError, ValueError) as wrong:
            what = Words(zh=f"“{each}”没有引用到已知的条文（{wrong}）", en=f"'{each}' cites nothing that is known ({wrong})")
            yield "cites", what, Words(zh="请把法律列入 vocab/laws.yaml", en="list the law in vocab/laws.yaml")
    if items is not None:
        yield from _unknown(raw, items)


def _unknown(raw: RawPhrase, items: Mapping[str, Item]) -> Iterator[tuple[str, Words, Words]]:
    for code in raw.items:
        if code not in items:
            what = Words(zh=f"没有事项“{code}”", en=f"there is no item '{code}'")
            yield "items", what, Words(zh="请写事项代码", en="name items by their code")
    papers = {m.type for code, item in items.items() if not raw.items or code in raw.items for m in item.materials}
    if raw.material and raw.material not in papers:
        what = Words(zh=f"没有事项要材料“{raw.material}”", en=f"no item asks for the paper '{raw.material}'")
        yield "material", what, Words(zh="请写 materials.yaml 里的材料", en="name a paper of materials.yaml")
