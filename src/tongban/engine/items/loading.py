"""From the bytes of a folder to an item: strict, and every error with its file, its line and a fix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.laws import cite
from tongban.engine.items.model import Field, Item, Step
from tongban.engine.items.shared import RawField, Shared, convert, load_shared, place
from tongban.engine.plan import Option

SECTIONS = ("form", "materials", "rules", "examples", "flow", "checklist")
_OF_SECTION = {"steps": "flow"}


class Library(msgspec.Struct, frozen=True, kw_only=True):
    """All items that could be read, what they share, and a finding for everything that could not."""

    shared: Shared
    items: dict[str, Item]
    findings: tuple[Finding, ...] = ()


def library(files: Mapping[str, bytes]) -> Library:
    """Load everything below ``services/``: ``files`` maps paths (``items/<subject>/<code>/item.yaml``) to bytes.

    A broken folder is named in ``findings`` and the rest is loaded.
    """
    shared = load_shared(files)
    folders: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        parts = path.split("/", 3)
        if parts[0] == "items" and len(parts) == 4:
            folders.setdefault("/".join(parts[:3]), {})[parts[3]] = content
    items: dict[str, Item] = {}
    findings = list(shared.findings)
    for folder in sorted(folders):
        try:
            item = load(folders[folder], shared, at=f"services/{folder}")
            if item.code in items:
                what = f"the code '{item.code}' is taken by {items[item.code].subject_folder}"
                name = f"services/{folder}/item.yaml"
                raise Broken(Finding(file=name, line=1, rule="code", what=what, fix="give it another folder name"))
            items[item.code] = item
        except Broken as broken:
            findings += broken.findings
    return Library(shared=shared, items=items, findings=tuple(findings))


def load(files: Mapping[str, bytes], shared: Shared, *, at: str = "") -> Item:
    """One folder (name → bytes: ``item.yaml``, ``form.yaml``, ``texts/guide.zh.md`` …) as an item, all resolved.

    ``at`` is the folder's path: its last part is the item's code where ``item.yaml`` names none, the part before it
    the subject. Raises :class:`Broken` with every finding that could be made.
    """
    return _Loader(files, shared, at).item()


class _Loader:
    def __init__(self, files: Mapping[str, bytes], shared: Shared, at: str) -> None:
        self.files, self.shared, self.at = files, shared, at.rstrip("/")
        self.laws: dict[str, Words] = {}
        self.findings: list[Finding] = []
        self.read: dict[str, marked.Marked] = {}

    def item(self) -> Item:
        if "item.yaml" not in self.files:
            what = "there is no item.yaml"
            raise Broken(Finding(file=self.path("item.yaml"), line=0, rule="shape", what=what, fix="write one"))
        for name in ("item", *SECTIONS):
            self.open(name)
        if self.findings:
            raise Broken(*self.findings)
        core = dict(self.read["item"].data)
        self.identity(core)
        flow = core.pop("flow", None)
        core["steps"] = self.steps(flow, core.get("office", ""))
        core["form"] = msgspec.to_builtins(self.fields())
        for section in ("materials", "rules", "examples", "checklist"):
            core[section] = self.read[section].data if section in self.read else []
        core["texts"] = self.texts()
        for name, words in self.laws.items():
            core.setdefault("laws", {})[name] = msgspec.to_builtins(words)
        return self.convert(core)

    def identity(self, core: dict[str, Any]) -> None:
        *above, code = self.at.split("/") if self.at else [""]
        core.setdefault("code", code)
        core["subject_folder"] = above[-1] if above else ""
        if code and core["code"] != code:
            what = f"the code '{core['code']}' is not the folder's name '{code}'"
            self.findings.append(self.read["item"].finding(("code",), "code", what, "leave `code:` out"))

    def path(self, name: str) -> str:
        return f"{self.at}/{name}" if self.at else name

    def open(self, name: str) -> None:
        if f"{name}.yaml" not in self.files:
            return
        try:
            file = marked.read(self.path(f"{name}.yaml"), self.files[f"{name}.yaml"])
        except Broken as broken:
            self.findings += broken.findings
            return
        kind, what = (dict, "keys") if name == "item" else (list, "a list")
        if not isinstance(file.data, kind):
            self.findings.append(file.finding((), "shape", f"the file is not {what}", "see docs/reference/items.md"))
            return
        self.read[name] = file
        self.cite(file, file.data, ())

    def cite(self, file: marked.Marked, data: Any, path: marked.Path) -> None:
        """Put every citation below ``data`` in words, in place."""
        if isinstance(data, list):
            for index, each in enumerate(data):
                self.cite(file, each, (*path, index))
        elif isinstance(data, dict):
            for key, value in data.items():
                if (key == "cites" or key.endswith("_cites")) and isinstance(value, list):
                    data[key] = [self.in_words(file, each, (*path, key, n)) for n, each in enumerate(value)]
                else:
                    self.cite(file, value, (*path, key))

    def in_words(self, file: marked.Marked, reference: Any, path: marked.Path) -> str:
        try:
            words = cite(str(reference), self.shared.laws)
        except KeyError as unknown:
            fix = "list the law in services/vocab/laws.yaml"
            self.findings.append(file.finding(path, "cites", f"the law {unknown} is not listed", fix))
        except ValueError as wrong:
            self.findings.append(file.finding(path, "cites", str(wrong), "write law#article.paragraph.item"))
        else:
            self.laws[words.zh] = words
            return words.zh
        return str(reference)

    def steps(self, flow: Any, office: str) -> list[Any]:
        if "flow" in self.read:
            steps: tuple[Step, ...] = convert(self.read["flow"], tuple[Step, ...])
        elif flow is None:
            return []
        elif flow in self.shared.flows:
            steps = self.shared.flows[flow].steps
        else:
            fix = f"take one of {', '.join(sorted(self.shared.flows))}, or write flow.yaml"
            self.findings.append(self.read["item"].finding(("flow",), "flow", f"there is no flow '{flow}'", fix))
            return []
        owned = [msgspec.structs.replace(s, office=office if s.office == "owner" else s.office) for s in steps]
        return msgspec.to_builtins(owned)  # type: ignore[no-any-return]

    def fields(self) -> list[Field]:
        if "form" not in self.read:
            return []
        found: list[Field] = []
        file = self.read["form"]
        raws: tuple[RawField, ...] = convert(file, tuple[RawField, ...])
        for index, raw in enumerate(raws):
            for each in self.expand(raw, file, index):
                field = self.field(each, file, index)
                if field:
                    found.append(field)
        return found

    def expand(self, raw: RawField, file: marked.Marked, index: int) -> tuple[RawField, ...]:
        if raw.part is None:
            return (raw,)
        if raw.part in self.shared.parts:
            when, fields = raw.when, self.shared.parts[raw.part].fields
            return tuple(msgspec.structs.replace(f, when=_both(f.when, when)) for f in fields)
        fix = f"take one of {', '.join(sorted(self.shared.parts))}"
        self.findings.append(file.finding((index, "part"), "form", f"there is no part '{raw.part}'", fix))
        return ()

    def field(self, raw: RawField, file: marked.Marked, index: int) -> Field | None:
        element = self.shared.elements.get(raw.element or "")
        if element is None:
            what, fix = f"there is no element '{raw.element}'", "define it in services/elements"
            self.findings.append(file.finding((index, "element"), "form", what, fix))
            return None
        title = raw.title or element.title
        return Field(
            key=raw.as_ or element.key.replace(".", "_").replace("-", "_"),
            element=element.key,
            widget=raw.widget or element.widget,
            title=title,
            ask=raw.ask or element.ask or title,
            why=raw.why,
            help=raw.help or element.help,
            schema={**element.schema, **(raw.schema or {})},
            options=self.options(raw, raw.vocab or element.vocab, file, index),
            required=raw.required,
            when=raw.when,
            editable=raw.editable,
            personal=element.personal,
            lookup=element.lookup,
            source=element.source,
            choose_from=raw.choose_from,
        )

    def options(self, raw: RawField, vocab: str | None, file: marked.Marked, index: int) -> tuple[Option, ...]:
        if raw.options is not None or vocab is None:
            return raw.options or ()
        if vocab in self.shared.vocab:
            return self.shared.vocab[vocab].options
        fix = "add it to services/vocab"
        self.findings.append(file.finding((index,), "form", f"there is no code list '{vocab}'", fix))
        return ()

    def texts(self) -> dict[str, Any]:
        found: dict[str, dict[str, str]] = {}
        for path in sorted(self.files):
            folder, _, name = path.partition("/")
            stem, _, language = name.removesuffix(".md").rpartition(".")
            if folder == "texts" and name.endswith(".md") and language in ("zh", "en") and stem:
                found.setdefault(stem, {})[language] = self.files[path].decode("utf-8", errors="replace")
        for stem, both in found.items():
            for language in {"zh", "en"} - set(both):
                file, fix = self.path(f"texts/{stem}.{language}.md"), "write it: every text is in both languages"
                what = f"the text '{stem}' has no {language}"
                self.findings.append(Finding(file=file, line=0, rule="texts", what=what, fix=fix))
                both[language] = ""
        return found

    def convert(self, core: dict[str, Any]) -> Item:
        try:
            item = msgspec.convert(core, Item)
        except msgspec.ValidationError as error:
            what, path = place(error)
            section = _OF_SECTION.get(str(path[0]), str(path[0])) if path else "item"
            file = self.read.get(section if section in SECTIONS else "item", self.read["item"])
            inside = path[1:] if section in SECTIONS else path
            fix = "see docs/reference/items.md for what belongs here"
            raise Broken(*self.findings, file.finding(inside, "shape", what, fix)) from error
        if self.findings:
            raise Broken(*self.findings)
        return item


def _both(one: str | None, other: str | None) -> str | None:
    return f"({one}) && ({other})" if one and other else one or other
