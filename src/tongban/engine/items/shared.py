"""What items share: data elements, form parts, flows, code lists and laws."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.model import Element, Step, Strict
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


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """All of ``services/{elements,parts,flows,vocab}``, and the findings of the files that could not be read."""

    elements: dict[str, Element] = {}
    parts: dict[str, Part] = {}
    flows: dict[str, Flow] = {}
    vocab: dict[str, Vocabulary] = {}
    laws: dict[str, Words] = {}
    findings: tuple[Finding, ...] = ()


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
        raise Broken(file.finding((*under, *path), "shape", what, _fix(what))) from error


def _fix(what: str) -> str:
    if "missing required field" in what:
        return "add it (texts need both zh and en)"
    if "unknown field" in what:
        return "mend the spelling, or take it out: docs/reference/items.md lists every key"
    if "Expected `str`, got `int`" in what:
        return "put it in quotes"
    return "see docs/reference/items.md for what belongs here"


def load_shared(files: Mapping[str, bytes]) -> Shared:
    """Read ``elements/*.yaml``, ``parts/*.yaml``, ``flows/*.yaml`` and ``vocab/*.yaml`` (paths below ``services/``).

    An elements file is a list of elements; ``vocab/laws.yaml`` maps a law's short name to its title. A broken file is
    named in ``findings`` and the others are read.
    """
    shared = Shared()
    findings: list[Finding] = []
    for path in sorted(files):
        folder, _, name = path.partition("/")
        if folder not in ("elements", "parts", "flows", "vocab") or not name.endswith(".yaml"):
            continue
        try:
            _take(shared, folder, name.removesuffix(".yaml"), marked.read(f"services/{path}", files[path]))
        except Broken as broken:
            findings += broken.findings
    return msgspec.structs.replace(shared, findings=tuple(findings))


def _take(shared: Shared, folder: str, name: str, file: marked.Marked) -> None:
    if folder == "elements":
        elements: tuple[Element, ...] = convert(file, tuple[Element, ...])
        for index, element in enumerate(elements):
            if element.key in shared.elements:
                what = f"the element '{element.key}' is defined twice"
                raise Broken(file.finding((index, "key"), "elements", what, "keep one of them"))
            shared.elements[element.key] = element
    elif folder == "parts":
        shared.parts[name] = convert(file, Part)
    elif folder == "flows":
        shared.flows[name] = convert(file, Flow)
    elif name == "laws":
        shared.laws.update(convert(file, dict[str, Words]))
    else:
        shared.vocab[name] = convert(file, Vocabulary)
