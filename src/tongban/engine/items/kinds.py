"""Kinds of matters: what an item takes over from its kind, and which kind a name shows.

Only files know of kinds: an item's body holds everything that it took over.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.shared import KindFile, Shared

ADDED = ("materials", "rules", "examples")  # a kind's own come after those of the kind it is like
EACH = (("resident", "enterprise"), ("个人", "单位"), ("a person", "an organisation"))
SECTIONS = ("form", "materials", "rules", "examples", "checklist")
PERSONS = "1"
SERVED: dict[str, Callable[[bool, bool], bool]] = {
    "persons": lambda persons, firms: persons,
    "firms": lambda persons, firms: firms,
    "only-persons": lambda persons, firms: persons and not firms,
    "only-firms": lambda persons, firms: firms and not persons,
}


class Merged(marked.Marked):
    """An item.yaml over what its kind says: a finding stands where the thing at fault is written."""

    def __init__(self, own: marked.Marked, under: marked.Marked, data: Any) -> None:
        super().__init__(own.file, data, own.lines)
        self.under = under

    def finding(self, path: marked.Path, rule: str, what: Words, fix: Words, *, warning: bool = False) -> Finding:
        if path and path[:1] not in self.lines and ("item", *path[:1]) in self.under.lines:
            return self.under.finding(("item", *path), rule, what, fix, warning=warning)
        return super().finding(path, rule, what, fix, warning=warning)


class Section(marked.Marked):
    """A section put together from kinds: each entry with the file and the place where it is written."""

    def __init__(self, file: str, data: list[Any], origins: list[tuple[marked.Marked, marked.Path]]) -> None:
        super().__init__(file, data, {})
        self.origins = origins

    def finding(self, path: marked.Path, rule: str, what: Words, fix: Words, *, warning: bool = False) -> Finding:
        if path and isinstance(path[0], int) and path[0] < len(self.origins):
            file, at = self.origins[path[0]]
            return file.finding((*at, *path[1:]), rule, what, fix, warning=warning)
        return super().finding(path, rule, what, fix, warning=warning)


class Inherited(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind gives to the items of one audience: defaults of item.yaml, sections with their lines, texts."""

    item: dict[str, Any]
    sections: dict[str, Section]
    texts: dict[str, Words]
    file: Any


def inherited(key: str, shared: Shared, audience: Iterable[str]) -> Inherited:
    """What the kind ``key`` gives to items that serve ``audience``. Raises KeyError for a kind that there is not, Broken
    for kinds that are like each other in a circle. What comes back is shared: copy it before changing anything."""
    leaf = shared.kinds[key]
    served = (PERSONS in audience, any(each != PERSONS for each in audience))
    if served not in leaf.made:
        leaf.made[served] = _made(_chain(key, shared), served)
    return leaf.made[served]  # type: ignore[no-any-return]


def _chain(key: str, shared: Shared) -> list[KindFile]:
    """The kind and those it is like, the farthest first."""
    found: list[KindFile] = []
    name: str | None = key
    while name is not None:
        if name not in shared.kinds or any(each is shared.kinds[name] for each in found):
            what = Words(zh=f"“{name}”不存在，或者互相引用", en=f"it is like '{name}', which there is not, or which is like it")
            fix = Words(zh="请改用别的种类，或者去掉", en="name another kind, or leave it out")
            raise Broken(found[-1].file.finding(("like",), "kinds", what, fix))
        found.append(shared.kinds[name])
        name = found[-1].kind.like
    return found[::-1]


def _made(chain: list[KindFile], served: tuple[bool, bool]) -> Inherited:
    item: dict[str, Any] = {}
    sections: dict[str, Section] = {}
    texts: dict[str, Words] = {}
    for each in chain:
        said = {key: _kept(value, served) for key, value in each.kind.item.items()}
        item = {**item, **said, "outcome": {**item.get("outcome", {}), **said.get("outcome", {})}}
        texts |= each.kind.texts
        if each.kind.form is not None and "examples" in sections:
            sections["examples"] = _unanswered(sections["examples"])
        for name in SECTIONS:
            if (entries := getattr(each.kind, name)) is not None:
                sections[name] = _section(each.file, name, entries, served, sections.get(name))
    return Inherited(item=item, sections=sections, texts=texts, file=chain[-1].file)


def _unanswered(under: Section) -> Section:
    """The examples that hold whatever is asked: another form has other answers."""
    kept = [pair for pair in zip(under.data, under.origins, strict=True) if not pair[0].get("answers")]
    return Section(under.file, [each for each, _ in kept], [origin for _, origin in kept])


def _kept(value: Any, served: tuple[bool, bool]) -> Any:
    return [each for each, _ in _for(value, served)] if isinstance(value, list) else value


def _for(entries: list[Any], served: tuple[bool, bool]) -> list[tuple[Any, int]]:
    """The entries that are for these people (``for``), with the place of each."""
    kept = []
    for place, each in enumerate(entries):
        if isinstance(each, dict) and "for" in each:
            if not SERVED[each["for"]](*served):
                continue
            each = {key: value for key, value in each.items() if key != "for"}
        kept.append((each, place))
    return kept


def _section(
    file: marked.Marked, name: str, entries: list[Any], served: tuple[bool, bool], under: Section | None
) -> Section:
    """The section of a kind; what its like says comes first where the section adds to it."""
    kept: list[tuple[Any, tuple[marked.Marked, tuple[str | int, ...]]]]
    kept = [(each, (file, (name, place))) for each, place in _for(entries, served)]
    if name == "examples":
        kept = [(played, origin) for each, origin in kept for played in _played(each, served)]
    if under is not None and name in ADDED:
        own = {_key(each) for each, _ in kept}
        kept = [each for each in zip(under.data, under.origins, strict=True) if _key(each[0]) not in own] + kept
    return Section(file.file, [each for each, _ in kept], [origin for _, origin in kept])


def _key(entry: dict[str, Any]) -> Any:
    return entry.get("key") or entry.get("paper") or entry.get("type") or str(entry.get("title"))


def _played(example: dict[str, Any], served: tuple[bool, bool]) -> list[dict[str, Any]]:
    """An example that ``cast: each`` plays once for a person and once for an organisation, where they are served."""
    if example.get("cast") != "each":
        return [example]
    title = example["title"]
    return [
        {**example, "cast": cast, "title": {"zh": f"{title['zh']}（{zh}）", "en": f"{title['en']} ({en})"}}
        for serves, cast, zh, en in zip(served, *EACH, strict=True)
        if serves
    ]


def filled(data: Any, words: Mapping[str, Words]) -> Any:
    """A copy of ``data`` with ``$title``, ``$summary`` … in its texts for people as this item says them."""
    if isinstance(data, list):
        return [filled(each, words) for each in data]
    if isinstance(data, Words):
        return Words(zh=_fill(data.zh, words, "zh"), en=_fill(data.en, words, "en"))
    if not isinstance(data, dict):
        return data
    if data.keys() == {"zh", "en"} and all(isinstance(each, str) for each in data.values()):
        return {language: _fill(text, words, language) for language, text in data.items()}
    return {key: filled(each, words) for key, each in data.items()}


def _fill(text: str, words: Mapping[str, Words], language: str) -> str:
    if "$" not in text:
        return text
    for name, said in words.items():
        text = text.replace(f"${name}", getattr(said, language))
    return text


def expanded(entries: list[Any], section: str, shared: Shared) -> list[Any]:
    """Materials that name a shared ``paper``, and examples that name their ``cast``, written out. KeyError for a name that
    there is not."""
    found = []
    for each in entries:
        if isinstance(each, dict) and section == "materials" and "paper" in each:
            own = {key: value for key, value in each.items() if key != "paper"}
            each = {**copy.deepcopy(shared.papers[each["paper"]]), **own}
        elif isinstance(each, dict) and section == "examples" and "cast" in each:
            own = {key: value for key, value in each.items() if key != "cast"}
            each = {**own, "facts": {**shared.cast[each["cast"]], **own.get("facts", {})}}
        found.append(each)
    return found


def guess(name: str, type: str, kinds: Mapping[str, KindFile]) -> list[str]:
    """The kinds that a name shows, the likeliest first: whose words cover most of it (and weigh most), then whose words
    come last in it: what is done stands at the end of a Chinese name."""
    scored = []
    for key, each in kinds.items():
        kind = each.kind
        if (kind.types and type not in kind.types) or any(word in name for word in kind.unlike):
            continue
        said = [words.split() for words in kind.names]
        shown = [words for words in said if words and all(word in name for word in words)]
        if shown:
            best = max((sum(map(len, words)), max(name.rfind(word) for word in words)) for words in shown)
            scored.append((-best[0] - kind.weight, -best[1], key))
    return [key for *_, key in sorted(scored)]
