"""What items share: data elements, form parts, flows, code lists and laws."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.model import Contact, Element, Step, Strict
from tongban.engine.plan import Option

T = TypeVar("T")
_AT = re.compile(r" - at `(?:key in )?\$([^`]*)`")
_PART = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\[\.\.\.\]")


class RawField(Strict, frozen=True, kw_only=True, rename={"as_": "as"}):
    """One entry of a form.yaml: an element and what differs here; or a shared ``part``. ``as_`` names the question
    where the same element is asked of somebody else too; same element and same name are asked once."""

    element: str | None = None
    part: str | None = None
    as_: str | None = None
    title: Words | None = None
    ask: Words | None = None
    why: Words | None = None
    help: Words | None = None
    widget: str | None = None
    schema: dict[str, Any] | None = None
    options: tuple[Option, ...] | None = None
    vocab: str | None = None
    required: bool = True
    when: str | None = None
    editable: bool = False
    choose_from: str | None = None


class Part(Strict, frozen=True, kw_only=True):
    """A form part that several items take."""

    title: Words
    fields: tuple[RawField, ...]


class Flow(Strict, frozen=True, kw_only=True):
    """A flow that several items take. The office ``owner`` is the office of the item."""

    title: Words
    steps: tuple[Step, ...]


class Vocabulary(Strict, frozen=True, kw_only=True):
    """A code list, with the standard it is taken from."""

    title: Words
    options: tuple[Option, ...]
    standard: str | None = None
    partial: bool = False


class Kind(Strict, frozen=True, kw_only=True, rename={"unlike": "not"}):
    """A kind of matter (事项种类): what its items ask and how they are handled.

    ``names`` are words by which a name shows its kind (several, with blanks between, must all be there), ``unlike`` words
    that speak against it, ``types`` the only 事项类型 it has, and ``weight`` how much its words tell beside those of other
    kinds. ``like`` is the kind it takes over whatever it does not say itself.
    """

    title: Words
    names: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    weight: int = 0
    like: str | None = None
    item: dict[str, Any] = {}
    form: list[dict[str, Any]] | None = None
    materials: list[dict[str, Any]] | None = None
    rules: list[dict[str, Any]] | None = None
    examples: list[dict[str, Any]] | None = None
    checklist: list[dict[str, Any]] | None = None
    texts: dict[str, Words] = {}


class KindFile(msgspec.Struct, frozen=True, kw_only=True):
    """A kind with its file, and what was made of it for items of one audience."""

    kind: Kind
    file: Any
    made: dict[Any, Any] = {}


class TypeDefaults(Strict, frozen=True, kw_only=True):
    """What holds for every item of one 事项类型 that is of a kind and does not say it: the general law that certainly
    applies, its terms, and under which article papers may be asked for (``papers``)."""

    title: Words
    papers: tuple[str, ...]
    item: dict[str, Any] = {}


class Role(Strict, frozen=True, kw_only=True):
    """An office role: what people call it, the two digits of its catalogue codes, and where to ask and to complain."""

    title: Words
    authority: str
    contact: Contact


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """All of ``services/{elements,parts,papers,kinds,flows,vocab,defaults}``, and the findings of the files that could
    not be read."""

    elements: dict[str, Element] = {}
    parts: dict[str, Part] = {}
    papers: dict[str, dict[str, Any]] = {}
    kinds: dict[str, KindFile] = {}
    flows: dict[str, Flow] = {}
    vocab: dict[str, Vocabulary] = {}
    laws: dict[str, Words] = {}
    types: dict[str, TypeDefaults] = {}
    roles: dict[str, Role] = {}
    cast: dict[str, dict[str, Any]] = {}
    findings: tuple[Finding, ...] = ()


FOLDERS = ("elements", "parts", "papers", "kinds", "flows", "vocab", "defaults")


def place(error: msgspec.ValidationError) -> tuple[str, marked.Path]:
    """What a msgspec error says, and the path that it says it of."""
    text = str(error)
    found = _AT.search(text)
    if not found:
        return text, ()
    path = tuple(int(index) if index else name for name, index in _PART.findall(found[1]) if index or name)
    return text[: found.start()], path


def convert(file: marked.Marked, kind: type[T] | Any, data: Any = ..., under: marked.Path = ()) -> T:
    """``data`` (by default the whole file) as ``kind``. Raises :class:`Broken` with the line."""
    try:
        return msgspec.convert(file.data if data is ... else data, kind)
    except msgspec.ValidationError as error:
        what, path = place(error)
        raise Broken(file.finding((*under, *path), "shape", shaped(what), _fix(what))) from error


SEE = Words(zh="这里该写什么，见 docs/reference/items.md", en="see docs/reference/items.md for what belongs here")
KEEP_ONE = Words(zh="请只留一个", en="keep one of them")
_SHAPES = (
    (re.compile(r"Object missing required field `(.+)`"), "缺少“{0}”"),
    (re.compile(r"Object contains unknown field `(.+)`"), "没有“{0}”这一项"),
    (re.compile(r"Invalid enum value '?(.+?)'?"), "“{0}”不是可选的值"),
    (re.compile(r"Expected `(.+)`, got `(.+)`"), "应为 {0}，写的是 {1}"),
)


def shaped(what: str) -> Words:
    """What the reader of shapes says, in both languages."""
    for pattern, zh in _SHAPES:
        if found := pattern.fullmatch(what):
            return Words(zh=zh.format(*found.groups()), en=what)
    return Words(zh=f"内容不合规定：{what}", en=what)


def _fix(what: str) -> Words:
    if "missing required field" in what:
        return Words(zh="请补上（文字须中英文都有）", en="add it (texts need both zh and en)")
    if "unknown field" in what:
        return Words(
            zh="请检查拼写，或者去掉：全部键见 docs/reference/items.md",
            en="mend the spelling, or take it out: docs/reference/items.md lists every key",
        )
    if "Expected `str`, got `int`" in what:
        return Words(zh="请加引号", en="put it in quotes")
    return SEE


def load_shared(files: Mapping[str, bytes]) -> Shared:
    """Read what items share (paths below ``services/``).

    An elements file is a list of elements, a papers file a list of materials; ``vocab/laws.yaml`` maps a law's short name
    to its title. A broken file is named in ``findings`` and the others are read.
    """
    shared = Shared()
    findings: list[Finding] = []
    for path in sorted(files):
        folder, _, name = path.partition("/")
        if folder not in FOLDERS or not name.endswith(".yaml"):
            continue
        try:
            _TAKE.get(folder, _defaults)(shared, name.removesuffix(".yaml"), marked.read(f"services/{path}", files[path]))
        except Broken as broken:
            findings += broken.findings
    return msgspec.structs.replace(shared, findings=tuple(findings))


def _elements(shared: Shared, name: str, file: marked.Marked) -> None:
    elements: tuple[Element, ...] = convert(file, tuple[Element, ...])
    for index, element in enumerate(elements):
        if element.key in shared.elements:
            what = Words(zh=f"数据元“{element.key}”定义了两次", en=f"the element '{element.key}' is defined twice")
            raise Broken(file.finding((index, "key"), "elements", what, KEEP_ONE))
        shared.elements[element.key] = element


def _papers(shared: Shared, name: str, file: marked.Marked) -> None:
    papers: list[dict[str, Any]] = convert(file, list[dict[str, Any]])
    for index, paper in enumerate(papers):
        kind = paper.get("type")
        if not isinstance(kind, str) or kind in shared.papers:
            what = Words(zh=f"材料的 type“{kind}”缺少或者重复", en=f"a paper's type '{kind}' is missing or there twice")
            fix = Words(zh="每种材料用各自的 type", en="give each paper a type of its own")
            raise Broken(file.finding((index,), "papers", what, fix))
        shared.papers[kind] = paper


def _vocab(shared: Shared, name: str, file: marked.Marked) -> None:
    if name == "laws":
        shared.laws.update(convert(file, dict[str, Words]))
    else:
        shared.vocab[name] = convert(file, Vocabulary)


def _defaults(shared: Shared, name: str, file: marked.Marked) -> None:
    tables: dict[str, tuple[dict[str, Any], Any]] = {
        "types": (shared.types, dict[str, TypeDefaults]),
        "roles": (shared.roles, dict[str, Role]),
        "cast": (shared.cast, dict[str, dict[str, Any]]),
    }
    if name not in tables:
        what = Words(zh=f"没有程序读“{name}”", en=f"nothing reads '{name}'")
        fix = Words(zh=f"这里的文件只有 {', '.join(tables)}", en=f"the files here are {', '.join(tables)}")
        raise Broken(file.finding((), "shape", what, fix))
    table, kind = tables[name]
    table.update(convert(file, kind))


_TAKE: dict[str, Callable[[Shared, str, marked.Marked], None]] = {
    "elements": _elements,
    "papers": _papers,
    "vocab": _vocab,
    "parts": lambda shared, name, file: shared.parts.update({name: convert(file, Part)}),
    "flows": lambda shared, name, file: shared.flows.update({name: convert(file, Flow)}),
    "kinds": lambda shared, name, file: shared.kinds.update({name: KindFile(kind=convert(file, Kind), file=file)}),
}
