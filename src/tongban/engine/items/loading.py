"""From the bytes of a folder to an item: strict, and every error with its file, its line and a fix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.items import kinds, marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.laws import cite
from tongban.engine.items.model import Field, Item, Step
from tongban.engine.items.shared import SEE, RawField, Shared, convert, load_shared, place, shaped
from tongban.engine.plan import Option

SECTIONS = ("form", "materials", "rules", "examples", "flow", "checklist")
NOT_KEYS = Words(zh="文件的内容不是键和值", en="the file is not keys")
NOT_A_LIST = Words(zh="文件的内容不是列表", en="the file is not a list")
BOTH = Words(zh="请写上：每段文字都要中英文", en="write it: every text is in both languages")
SEE_PAPERS = Words(
    zh="见 services/papers 和 services/defaults/cast.yaml", en="see services/papers and services/defaults/cast.yaml"
)
_OF_SECTION = {"steps": "flow"}


def one_of(names: Iterable[str]) -> Words:
    """How to mend what names nothing: the names that there are."""
    known = ", ".join(sorted(names))
    return Words(zh=f"可用的有 {known}", en=f"take one of {known}")


class Library(msgspec.Struct, frozen=True, kw_only=True):
    """All items that could be read, what they share, and a finding for everything that could not. ``sources`` are the files
    that an item was read from, those of its kind too: code → section → what stands where."""

    shared: Shared
    items: dict[str, Item]
    findings: tuple[Finding, ...] = ()
    sources: dict[str, dict[str, Any]] = {}


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Some folders as they were read: folder → item; and as a :class:`Library` has it. ``sources`` stay where they were read."""

    items: dict[str, Item]
    findings: tuple[Finding, ...] = ()
    sources: dict[str, dict[str, Any]] = {}


def library(files: Mapping[str, bytes]) -> Library:
    """Load everything below ``services/``: ``files`` maps paths (``items/<subject>/<code>/item.yaml``) to bytes.

    A broken folder is named in ``findings`` and the rest is loaded.
    """
    shared = load_shared(files)
    return together(shared, [read_folders(folders(files), shared)])


def folders(files: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The files of each item's folder (``items/<subject>/<code>``), in order."""
    found: dict[str, dict[str, bytes]] = {}
    for path, content in files.items():
        parts = path.split("/", 3)
        if parts[0] == "items" and len(parts) == 4:
            found.setdefault("/".join(parts[:3]), {})[parts[3]] = content
    return dict(sorted(found.items()))


def read_folders(found: Mapping[str, Mapping[str, bytes]], shared: Shared) -> Reading:
    """Each of these folders as an item, or what is wrong with it."""
    items: dict[str, Item] = {}
    sources: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    for folder, files in found.items():
        try:
            items[folder], sources[folder] = read_item(files, shared, at=f"services/{folder}")
        except Broken as broken:
            findings += broken.findings
    return Reading(items=items, findings=tuple(findings), sources=sources)


def together(shared: Shared, readings: Iterable[Reading]) -> Library:
    """All that was read as one library; of two folders with one code the later one is named and left out."""
    items: dict[str, Item] = {}
    sources: dict[str, dict[str, Any]] = {}
    findings = list(shared.findings)
    read: dict[str, tuple[Item, dict[str, Any] | None]] = {}
    for each in readings:
        findings += each.findings
        read |= {folder: (item, each.sources.get(folder)) for folder, item in each.items.items()}
    for folder in sorted(read):
        item, source = read[folder]
        if item.code in items:
            findings.append(_taken(item.code, items[item.code].subject_folder, f"services/{folder}/item.yaml"))
            continue
        items[item.code] = item
        if source is not None:
            sources[item.code] = source
    return Library(shared=shared, items=items, findings=tuple(dict.fromkeys(findings)), sources=sources)


def _taken(code: str, folder: str, file: str) -> Finding:
    what = Words(zh=f"代码“{code}”已被 {folder} 占用", en=f"the code '{code}' is taken by {folder}")
    fix = Words(zh="请给文件夹换一个名字", en="give it another folder name")
    return Finding(file=file, line=1, rule="code", what=what, fix=fix)


def load(files: Mapping[str, bytes], shared: Shared, *, at: str = "") -> Item:
    """One folder (name → bytes: ``item.yaml``, ``form.yaml``, ``texts/guide.zh.md`` …) as an item, all resolved.

    ``at`` is the folder's path: its last part is the item's code where ``item.yaml`` names none, the part before it
    the subject. Raises :class:`Broken` with every finding that could be made.
    """
    return _Loader(files, shared, at).item()


def read_item(files: Mapping[str, bytes], shared: Shared, *, at: str) -> tuple[Item, dict[str, Any]]:
    """As :func:`load`, with the files that the item was read from, those of its kind too: section → what stands where."""
    loader = _Loader(files, shared, at)
    return loader.item(), loader.read


class _Loader:
    def __init__(self, files: Mapping[str, bytes], shared: Shared, at: str) -> None:
        self.files, self.shared, self.at = files, shared, at.rstrip("/")
        self.laws: dict[str, Words] = {}
        self.findings: list[Finding] = []
        self.read: dict[str, marked.Marked] = {}
        self.kept: dict[str, Words] = {}

    def stop(self) -> None:
        if self.findings:
            raise Broken(*self.findings)

    def item(self) -> Item:
        if "item.yaml" not in self.files:
            what, fix = Words(zh="没有 item.yaml", en="there is no item.yaml"), Words(zh="请写一个", en="write one")
            raise Broken(Finding(file=self.path("item.yaml"), line=0, rule="shape", what=what, fix=fix))
        for name in ("item", *SECTIONS):
            self.open(name)
        self.stop()
        core = self.inherit(self.read["item"].data)
        for section, file in self.read.items():
            self.expand_section(section, file, core)
            self.cite(file, file.data, ())
        self.stop()
        core = dict(core)
        self.identity(core)
        flow = core.pop("flow", None)
        core["steps"] = self.steps(flow, core.get("office", ""))
        core["form"] = msgspec.to_builtins(self.fields())
        for section in ("materials", "rules", "examples", "checklist"):
            core[section] = self.read[section].data if section in self.read else []
        core["texts"] = {**msgspec.to_builtins(self.kept), **self.texts()}
        for name, words in self.laws.items():
            core.setdefault("laws", {})[name] = msgspec.to_builtins(words)
        return self.convert(core)

    def identity(self, core: dict[str, Any]) -> None:
        *above, code = self.at.split("/") if self.at else [""]
        core.setdefault("code", code)
        core["subject_folder"] = above[-1] if above else ""
        if code and core["code"] != code:
            own = core["code"]
            what = Words(zh=f"代码“{own}”与文件夹名“{code}”不同", en=f"the code '{own}' is not the folder's name '{code}'")
            fix = Words(zh="请去掉 `code:`", en="leave `code:` out")
            self.findings.append(self.read["item"].finding(("code",), "code", what, fix))

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
        kind, what = (dict, NOT_KEYS) if name == "item" else (list, NOT_A_LIST)
        if not isinstance(file.data, kind):
            self.findings.append(file.finding((), "shape", what, SEE))
            return
        self.read[name] = file

    def inherit(self, core: dict[str, Any]) -> dict[str, Any]:
        """What item.yaml says over what its kind, its type and its office say; the kind's sections where it has none."""
        own = self.read["item"]
        kind, type, office = (str(core.get(name, "")) for name in ("kind", "type", "office"))
        if not kind:
            return core
        try:
            given = kinds.inherited(kind, self.shared, core.get("audience") or ())
        except KeyError:
            what = Words(zh=f"没有种类“{kind}”", en=f"there is no kind '{kind}'")
            raise Broken(own.finding(("kind",), "kinds", what, one_of(self.shared.kinds))) from None
        under = {**(self.shared.types[type].item if type in self.shared.types else {}), **given.item}
        if office in self.shared.roles:
            under.setdefault("contact", msgspec.to_builtins(self.shared.roles[office].contact))
        words = self.words(core, under)
        outcome = {"outcome": {**under.get("outcome", {}), **core["outcome"]}} if isinstance(core.get("outcome"), dict) else {}
        core = kinds.filled({**under, **outcome}, words) | {key: value for key, value in core.items() if key not in outcome}
        self.read["item"] = kinds.Merged(own, given.file, core)
        for name, section in given.sections.items():
            if name not in self.read:
                self.read[name] = kinds.Section(section.file, kinds.filled(section.data, words), section.origins)
        self.kept = {name: kinds.filled(text, words) for name, text in given.texts.items()}
        return core

    def words(self, core: dict[str, Any], under: dict[str, Any]) -> dict[str, Words]:
        """What a kind's texts may speak of: ``$title``, ``$office``, ``$consult``, ``$complaint``, ``$basis``."""
        merged = {**under, **core}
        try:
            title: Words = convert(self.read["item"], Words, merged.get("title"), ("title",))
        except Broken as broken:
            self.findings += broken.findings
            self.stop()
        office, phones = self.shared.roles.get(merged.get("office", "")), merged.get("contact") or {}
        found = {name: Words(zh=str(phones.get(name, "")), en=str(phones.get(name, ""))) for name in ("consult", "complaint")}
        laws = [cite(each, self.shared.laws) for each in merged.get("cites", ()) if each.partition("#")[0] in self.shared.laws]
        found["basis"] = Words(zh="、".join(each.zh for each in laws), en="; ".join(each.en for each in laws))
        return {**found, "title": title, "office": office.title if office else Words(zh="主管部门", en="the office in charge")}

    def expand_section(self, section: str, file: marked.Marked, core: dict[str, Any]) -> None:
        """Write out shared papers and casts, and ``$papers`` as the articles of this type of item."""
        if section in ("materials", "examples"):
            try:
                file.data = kinds.expanded(file.data, section, self.shared)
            except KeyError as unknown:
                kind = Words(zh="共用材料", en="paper") if section == "materials" else Words(zh="演示人物", en="cast")
                what = Words(zh="没有{kind} {name}", en="there is no {kind} {name}").format(kind=kind, name=unknown)
                self.findings.append(file.finding((), "papers", what, SEE_PAPERS))
        basis = self.shared.types.get(str(core.get("type")))
        _based(file.data, basis.papers if basis else ())

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
            what = Words(zh=f"法律 {unknown} 没有列出", en=f"the law {unknown} is not listed")
            fix = Words(zh="请列入 services/vocab/laws.yaml", en="list the law in services/vocab/laws.yaml")
            self.findings.append(file.finding(path, "cites", what, fix))
        except ValueError as wrong:
            what = Words(zh=f"条文写法有误：{wrong}", en=str(wrong))
            fix = Words(zh="请写 法律#条.款.项", en="write law#article.paragraph.item")
            self.findings.append(file.finding(path, "cites", what, fix))
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
            what = Words(zh=f"没有流程“{flow}”", en=f"there is no flow '{flow}'")
            or_own = Words(zh="{one}，或者写 flow.yaml", en="{one}, or write flow.yaml")
            fix = or_own.format(one=one_of(self.shared.flows))
            self.findings.append(self.read["item"].finding(("flow",), "flow", what, fix))
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
        what = Words(zh=f"没有表单部件“{raw.part}”", en=f"there is no part '{raw.part}'")
        self.findings.append(file.finding((index, "part"), "form", what, one_of(self.shared.parts)))
        return ()

    def field(self, raw: RawField, file: marked.Marked, index: int) -> Field | None:
        element = self.shared.elements.get(raw.element or "")
        if element is None:
            what = Words(zh=f"没有数据元“{raw.element}”", en=f"there is no element '{raw.element}'")
            fix = Words(zh="请在 services/elements 里定义", en="define it in services/elements")
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
            amount=element.amount,
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
        what = Words(zh=f"没有代码表“{vocab}”", en=f"there is no code list '{vocab}'")
        fix = Words(zh="请加入 services/vocab", en="add it to services/vocab")
        self.findings.append(file.finding((index,), "form", what, fix))
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
                file = self.path(f"texts/{stem}.{language}.md")
                lacks = Words(zh="中文", en="zh") if language == "zh" else Words(zh="英文", en="en")
                what = Words(zh="文本“{stem}”没有{lacks}", en="the text '{stem}' has no {lacks}").format(stem=stem, lacks=lacks)
                self.findings.append(Finding(file=file, line=0, rule="texts", what=what, fix=BOTH))
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
            raise Broken(*self.findings, file.finding(inside, "shape", shaped(what), SEE)) from error
        if self.findings:
            raise Broken(*self.findings)
        return item


def _based(data: Any, papers: tuple[str, ...]) -> None:
    """Put the general basis of papers where ``$papers`` stands, in place."""
    for each in data if isinstance(data, list) else data.values() if isinstance(data, dict) else ():
        if isinstance(each, dict | list):
            _based(each, papers)
    if isinstance(data, dict) and "$papers" in (cites := data.get("cites") or ()):
        data["cites"] = [one for each in cites for one in (papers if each == "$papers" else (each,))]


def _both(one: str | None, other: str | None) -> str | None:
    return f"({one}) && ({other})" if one and other else one or other
