"""The services of the repository, read once for the tests of this folder, and items made up by Hypothesis."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from tongban.base.words import Words
from tongban.engine.items import (
    Contact,
    Field,
    Item,
    Library,
    Material,
    Outcome,
    Party,
    Rule,
    Step,
    Subjects,
    Tariff,
    library,
)
from tongban.engine.plan import Promise, StepKind

ROOT = Path(__file__).parents[4]
CHINESE = re.compile("[一-鿿]")


@lru_cache(maxsize=1)
def files() -> dict[str, bytes]:
    """Everything below ``services/``."""
    found = (ROOT / "services").rglob("*")
    return {p.relative_to(ROOT / "services").as_posix(): p.read_bytes() for p in found if p.suffix in (".yaml", ".md")}


@lru_cache(maxsize=1)
def own_files() -> dict[str, bytes]:
    """Items that one city alone offers, as if they stood below ``services/``."""
    found = ROOT.glob("cities/*/items/*/*/*.yaml")
    return {f"items/{p.parent.parent.name}/{p.parent.name}/{p.name}": p.read_bytes() for p in found}


@lru_cache(maxsize=1)
def everything() -> Library:
    """All items, those of one city alone too, read once for all tests of a process."""
    return library(files() | own_files())


@lru_cache(maxsize=1)
def repository() -> Library:
    """The services of the repository that every city offers."""
    found, own = everything(), {path.split("/")[2] for path in own_files()}
    items, sources = ({code: each for code, each in of.items() if code not in own} for of in (found.items, found.sources))
    return msgspec.structs.replace(found, items=items, sources=sources)


def words(text: str) -> Words:
    """The same text in both languages."""
    return Words(zh=text, en=text)


def item(code: str, **changes: Any) -> Item:
    """A small complete item: accept, examine, decide, issue."""
    office = changes.get("office", "window")
    steps = (
        Step(key="accept", kind=StepKind.ACCEPT, office="window", title=words("受理")),
        Step(key="examine", kind=StepKind.EXAMINE, office=office, title=words("审查"), needs=("accept",)),
        Step(key="decide", kind=StepKind.DECIDE, office=office, title=words("决定"), needs=("examine",),
             separate_from=("examine",)),
        Step(key="issue", kind=StepKind.ISSUE, office=office, title=words("发证"), needs=("decide",)),
    )  # fmt: skip
    plain: dict[str, Any] = {
        "title": words(code), "summary": words(code), "catalog_code": "000131127004", "type": "20", "level": "3",
        "audience": ("1",), "subjects": Subjects(persons=("999",)), "office": office, "channels": ("1", "2"),
        "promise": Promise(working_days=3), "legal": Promise(working_days=20), "steps": steps,
        "contact": Contact(consult="1", complaint="2"), "outcome": Outcome(title=words(f"{code} done")),
        "parties": (Party(key="applicant", title=words("申请人")),),
    }  # fmt: skip
    return Item(code=code, **{**plain, **changes})


def text_field(element: str, **changes: Any) -> Field:
    """A question for a text."""
    plain: dict[str, Any] = {"title": words(element), "ask": words(element), "widget": "text"}
    return Field(key=element.replace(".", "_"), element=element, **{**plain, **changes})


ELEMENTS = [f"person.e{n}" for n in range(6)]
PAPERS = [f"paper-{n}" for n in range(5)]


@st.composite
def made_items(draw: st.DrawFn) -> list[Item]:
    """One to six items with crossing questions and papers. An item yields only papers that later ones may need, so
    there is no circle."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        elements = draw(st.lists(st.sampled_from(ELEMENTS), unique=True, max_size=5))
        needs = draw(st.lists(st.sampled_from(PAPERS), unique=True, max_size=4))
        produces = draw(st.lists(st.sampled_from([f"made-{n}" for n in range(number, 6)]), unique=True, max_size=2))
        made = [f"made-{n}" for n in range(number) if draw(st.booleans())]
        found.append(item(
            f"item-{number}",
            form=tuple(
                text_field(e, source=draw(st.sampled_from([None, "population"])), editable=draw(st.booleans()))
                for e in elements
            ),
            materials=tuple(draw(materials(kind)) for kind in [*needs, *made]),
            outcome=Outcome(title=words("done"), produces=tuple(p for p in produces if p not in made)),
            promise=Promise(working_days=draw(st.integers(1, 9))),
            fees=(Tariff(key="fee", title=words("fee"), payee=draw(st.sampled_from("abc")), fen=draw(st.integers(0, 9)),
                         cites=("x",)),),
            rules=(Rule(key="named", holds="answers.person_e0 != 'no'", says=words("no"), cites=("x",)),)
            if "person.e0" in elements else (),
        ))  # fmt: skip
    return found


@st.composite
def materials(draw: st.DrawFn, kind: str) -> Material:
    """A paper with or without a basis and substitutes."""
    return Material(
        type=kind,
        title=words(kind),
        cites=draw(st.sampled_from([(), ("《法》第一条",)])),
        certificates=draw(st.sampled_from([(), ("card",)])),
        required=draw(st.booleans()),
    )


def replaced(of: Item, **changes: Any) -> Item:
    """The item with changes."""
    return msgspec.structs.replace(of, **changes)
