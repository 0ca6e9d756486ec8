"""Rules on what an item's files say of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tongban.base.errors import Refusal
from tongban.engine import forms, rules
from tongban.engine.check import codes
from tongban.engine.check.subject import Around, Fault, rule
from tongban.engine.compose.graph import ordered
from tongban.engine.items import marked
from tongban.engine.items.model import Item
from tongban.engine.plan import StepKind

OWN = ("applicant", "firm")
LOOKED_UP = ("firm-name", "place", "person", "pick", "people", "holders", "certificate")


def expressions(item: Item) -> Iterator[tuple[str, marked.Path, str]]:
    """Every CEL expression of an item: the file, the path in it, the source."""
    for index, field in enumerate(item.form):
        if field.when:
            yield "form", (index, "when"), field.when
    for index, each in enumerate(item.rules):
        yield "rules", (index, "holds"), each.holds
        if each.when:
            yield "rules", (index, "when"), each.when
    for index, material in enumerate(item.materials):
        if material.when:
            yield "materials", (index, "when"), material.when
        for number, check in enumerate(material.verified):
            yield "materials", (index, "verified", number, "when"), check.when
        if material.commitment and material.commitment.when:
            yield "materials", (index, "commitment", "when"), material.commitment.when
    for index, step in enumerate(item.steps):
        if step.when:
            yield "flow", (index, "when"), step.when
    for index, party in enumerate(item.parties):
        if party.when:
            yield "item", ("parties", index, "when"), party.when
    for index, fee in enumerate(item.fees):
        for name in ("when", "amount"):
            if source := getattr(fee, name):
                yield "item", ("fees", index, name), source
    for table in ("values", "entry"):
        for name, source in getattr(item.outcome, table).items():
            yield "item", ("outcome", table, name), source


@rule
def conditions(item: Item, around: Around) -> Iterator[Fault]:
    """Every condition is CEL within its bounds, and reads questions that there are."""
    fields = {field.key: field for field in item.form}
    for file, path, source in expressions(item):
        try:
            read = rules.condition(source).reads
        except Refusal as no:
            yield Fault(file=file, path=path, what=no.brief.en, fix="mend the expression: docs/reference/items.md")
            continue
        for name in sorted(read):
            kind, _, key = name.partition(":")
            if kind in ("answers", "found") and key not in fields:
                what = f"it reads {kind}.{key}, but no question has that key"
                yield Fault(file=file, path=path, what=what, fix=f"the keys are {', '.join(fields) or 'none'}")
            elif kind == "found" and fields[key].widget not in LOOKED_UP:
                what = f"nothing is looked up for '{key}' ({fields[key].widget})"
                yield Fault(file=file, path=path, what=what, fix="read answers instead")


@rule
def questions(item: Item, around: Around) -> Iterator[Fault]:
    """Widgets exist, choices have options, people are chosen from a question that names some."""
    fields = {field.key: field for field in item.form}
    for index, field in enumerate(item.form):
        if field.widget not in forms.WIDGETS:
            fix = f"take one of {', '.join(sorted(forms.WIDGETS))}"
            yield Fault(file="form", path=(index,), what=f"there is no widget '{field.widget}'", fix=fix)
        if field.widget in ("choice", "choices", "industry") and not field.options:
            yield Fault(file="form", path=(index,), what=f"'{field.key}' has no options", fix="add options or a vocab")
        if field.choose_from and field.choose_from not in fields:
            what = f"'{field.key}' chooses from '{field.choose_from}', which is not asked"
            yield Fault(file="form", path=(index, "choose_from"), what=what, fix="name a question")
    yield from _twice("form", [field.key for field in item.form])


@rule
def keys_once(item: Item, around: Around) -> Iterator[Fault]:
    """No rule, material, step, party or fee is there twice."""
    yield from _twice("rules", [each.key for each in item.rules])
    yield from _twice("materials", [each.type for each in item.materials])
    yield from _twice("flow", [each.key for each in item.steps])
    yield from _twice("item", [each.key for each in item.parties])
    yield from _twice("item", [each.key for each in item.fees])
    yield from _twice("checklist", [each.key for each in item.checklist])


def _twice(file: str, keys: list[str]) -> Iterator[Fault]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield Fault(file=file, path=(keys.index(key),), what=f"'{key}' is there {count} times", fix="keep one")


@rule
def named_things_exist(item: Item, around: Around) -> Iterator[Fault]:
    """Rules name questions, parties name questions, generated papers name texts, conditions name items."""
    keys = {field.key for field in item.form}
    for index, each in enumerate(item.rules):
        if each.field and each.field not in keys:
            fix = "name a question's key"
            yield Fault(file="rules", path=(index, "field"), what=f"there is no question '{each.field}'", fix=fix)
        if not each.cites:
            what = f"the rule '{each.key}' cites nothing"
            yield Fault(file="rules", path=(index,), what=what, fix="cite the article, or take the rule out")
    for index, party in enumerate(item.parties):
        if party.each not in (*OWN, *keys):
            fix = "applicant, firm, or the key of a question"
            yield Fault(file="item", path=("parties", index, "each"), what=f"there is no '{party.each}'", fix=fix)
    for index, key in enumerate(item.outcome.holders):
        if key not in {party.key for party in item.parties}:
            fix = "name a party's key"
            yield Fault(file="item", path=("outcome", "holders", index), what=f"there is no party '{key}'", fix=fix)
    for index, material in enumerate(item.materials):
        if material.generated and material.generated not in item.texts:
            fix = "write texts/<name>.zh.md and .en.md"
            what = f"there is no text '{material.generated}'"
            yield Fault(file="materials", path=(index, "generated"), what=what, fix=fix)


@rule
def flow(item: Item, around: Around) -> Iterator[Fault]:
    """Steps wait for steps that there are, in no circle; somebody decides, and not who examined; stops are lawful."""
    keys = {step.key for step in item.steps}
    for index, step in enumerate(item.steps):
        for name in {*step.needs, *step.separate_from} - keys:
            yield Fault(file="flow", path=(index,), what=f"there is no step '{name}'", fix="name a step of this flow")
        if step.stops_clock and step.stops_clock not in codes.STOPS:
            fix = f"one of {', '.join(sorted(codes.STOPS))} (行政许可法 art. 45)"
            yield Fault(file="flow", path=(index, "stops_clock"), what=f"'{step.stops_clock}' stops no clock", fix=fix)
        if step.by not in ("desk", "system"):
            yield Fault(file="flow", path=(index, "by"), what=f"by '{step.by}'", fix="desk or system")
        examined = {each.key for each in item.steps if each.kind is StepKind.EXAMINE}
        if step.kind is StepKind.DECIDE and examined - set(step.separate_from):
            what = "who examines may decide"
            yield Fault(file="flow", path=(index,), what=what, fix="add the examination to separate_from")
    yield from _inspected(item)
    try:
        ordered({step.key: set(step.needs) & keys for step in item.steps})
    except Refusal as no:
        yield Fault(file="flow", path=(), what=no.brief.en, fix="take one of the needs out")
    if item.steps and not any(step.kind in (StepKind.DECIDE, StepKind.COMPUTED) for step in item.steps):
        yield Fault(file="flow", path=(), what="nobody decides", fix="add a step of kind decide or computed")
    if item.outcome.certificate and not any(step.kind is StepKind.ISSUE for step in item.steps):
        yield Fault(file="flow", path=(), what="a certificate, but nobody issues it", fix="add a step of kind issue")


def _inspected(item: Item) -> Iterator[Fault]:
    """Who goes on site knows what to look at, under which article; nobody keeps a list that nobody looks at."""
    inspects = any(step.kind is StepKind.INSPECT for step in item.steps)
    if inspects and not item.checklist:
        yield Fault(file="flow", path=(), what="an inspection without a checklist", fix="write checklist.yaml")
    if item.checklist and not inspects:
        yield Fault(file="checklist", path=(), what="a checklist, but nobody inspects", fix="add a step of kind inspect")
    for index, point in enumerate(item.checklist):
        if not point.cites:
            what = f"the check '{point.key}' cites nothing"
            yield Fault(file="checklist", path=(index,), what=what, fix="cite the article, or take it out")
