"""Rules on what an item's files say of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine import forms, rules
from tongban.engine.check import codes
from tongban.engine.check.subject import Around, Fault, rule
from tongban.engine.compose.graph import ordered
from tongban.engine.items import marked
from tongban.engine.items.loading import one_of
from tongban.engine.items.model import Item
from tongban.engine.plan import StepKind

OWN = ("applicant", "firm")
MEND = Words(zh="请改表达式：docs/reference/items.md", en="mend the expression: docs/reference/items.md")
NAME_A_QUESTION = Words(zh="请写一个问题的键", en="name a question's key")
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
            yield Fault(file=file, path=path, what=no.brief, fix=MEND)
            continue
        for name in sorted(read):
            kind, _, key = name.partition(":")
            if kind in ("answers", "found") and key not in fields:
                what = Words(zh=f"用到 {kind}.{key}，但没有这个问题", en=f"it reads {kind}.{key}, but no question has that key")
                known = ", ".join(fields)
                fix = Words(zh=f"问题有：{known or '无'}", en=f"the keys are {known or 'none'}")
                yield Fault(file=file, path=path, what=what, fix=fix)
            elif kind == "found" and fields[key].widget not in LOOKED_UP:
                widget = fields[key].widget
                what = Words(zh=f"“{key}”（{widget}）不查库", en=f"nothing is looked up for '{key}' ({widget})")
                yield Fault(file=file, path=path, what=what, fix=Words(zh="请改用 answers", en="read answers instead"))


@rule
def questions(item: Item, around: Around) -> Iterator[Fault]:
    """Widgets exist, choices have options, people are chosen from a question that names some."""
    fields = {field.key: field for field in item.form}
    for index, field in enumerate(item.form):
        if field.widget not in forms.WIDGETS:
            what = Words(zh=f"没有控件“{field.widget}”", en=f"there is no widget '{field.widget}'")
            yield Fault(file="form", path=(index,), what=what, fix=one_of(forms.WIDGETS))
        if field.widget in ("choice", "choices", "industry") and not field.options:
            what = Words(zh=f"“{field.key}”没有选项", en=f"'{field.key}' has no options")
            fix = Words(zh="请加 options 或者 vocab", en="add options or a vocab")
            yield Fault(file="form", path=(index,), what=what, fix=fix)
        if field.choose_from and field.choose_from not in fields:
            of = field.choose_from
            what = Words(zh=f"“{field.key}”从“{of}”里选，但没有问它", en=f"'{field.key}' chooses from '{of}', which is not asked")
            yield Fault(file="form", path=(index, "choose_from"), what=what, fix=NAME_A_QUESTION)
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
            what = Words(zh=f"“{key}”有 {count} 个", en=f"'{key}' is there {count} times")
            yield Fault(file=file, path=(keys.index(key),), what=what, fix=Words(zh="请只留一个", en="keep one"))


@rule
def named_things_exist(item: Item, around: Around) -> Iterator[Fault]:
    """Rules name questions, parties name questions, generated papers name texts, conditions name items."""
    keys = {field.key for field in item.form}
    for index, each in enumerate(item.rules):
        if each.field and each.field not in keys:
            what = Words(zh=f"没有问题“{each.field}”", en=f"there is no question '{each.field}'")
            yield Fault(file="rules", path=(index, "field"), what=what, fix=NAME_A_QUESTION)
        if not each.cites:
            what = Words(zh=f"规则“{each.key}”没有引用条文", en=f"the rule '{each.key}' cites nothing")
            fix = Words(zh="请引用条文，或者去掉规则", en="cite the article, or take the rule out")
            yield Fault(file="rules", path=(index,), what=what, fix=fix)
    for index, party in enumerate(item.parties):
        if party.each not in (*OWN, *keys):
            what = Words(zh=f"没有“{party.each}”", en=f"there is no '{party.each}'")
            fix = Words(zh="applicant、firm 或者一个问题的键", en="applicant, firm, or the key of a question")
            yield Fault(file="item", path=("parties", index, "each"), what=what, fix=fix)
    for index, key in enumerate(item.outcome.holders):
        if key not in {party.key for party in item.parties}:
            what = Words(zh=f"没有当事人“{key}”", en=f"there is no party '{key}'")
            fix = Words(zh="请写一个当事人的键", en="name a party's key")
            yield Fault(file="item", path=("outcome", "holders", index), what=what, fix=fix)
    for index, material in enumerate(item.materials):
        if material.generated and material.generated not in item.texts:
            fix = Words(zh="请写 texts/<名称>.zh.md 和 .en.md", en="write texts/<name>.zh.md and .en.md")
            what = Words(zh=f"没有文本“{material.generated}”", en=f"there is no text '{material.generated}'")
            yield Fault(file="materials", path=(index, "generated"), what=what, fix=fix)


@rule
def conditions_are_told(item: Item, around: Around) -> Iterator[Fault]:
    """A guide tells what must hold: a rule that says what is wrong with somebody also says what it asks."""
    for index, each in enumerate(item.rules):
        said = codes.NOT_REFUSING.sub("", each.says.zh)
        if each.asks is None and (found := codes.REFUSING.search(said)):
            what = Words(
                zh=f"规则“{each.key}”说的是哪里不符合（“{found[0]}”），指南上要写条件",
                en=f"the rule '{each.key}' says what is wrong ('{found[0]}'); a guide tells what must hold",
            )
            fix = Words(zh="请加 asks: {zh: …, en: …}", en="add asks: {zh: …, en: …}")
            yield Fault(file="rules", path=(index,), what=what, fix=fix, warning=True)


@rule
def registry_entry(item: Item, around: Around) -> Iterator[Fault]:
    """What is entered into a registry is one that there is, and says what that registry needs."""
    enters, entry = item.outcome.enters, set(item.outcome.entry)
    if enters is None and not entry:
        return
    if enters not in codes.ENTRIES:
        what = Words(zh=f"没有登记簿“{enters}”", en=f"there is no registry '{enters}'")
        yield Fault(file="item", path=("outcome", "enters"), what=what, fix=one_of(codes.ENTRIES))
        return
    needed, more = codes.ENTRIES[enters]
    for name in sorted(needed - entry):
        what = Words(zh=f"登记内容缺少“{name}”", en=f"the entry lacks '{name}'")
        fix = Words(zh="请写在 outcome.entry", en="write it in outcome.entry")
        yield Fault(file="item", path=("outcome", "entry"), what=what, fix=fix)
    for name in sorted(entry - needed - more):
        what = Words(zh=f"登记簿没有“{name}”这一项", en=f"the registry has no '{name}'")
        yield Fault(file="item", path=("outcome", "entry", name), what=what, fix=one_of(needed | more))


@rule
def excluded_items(item: Item, around: Around) -> Iterator[Fault]:
    """What cannot hold beside an item is another item that there is."""
    for index, code in enumerate(item.excludes):
        if code == item.code or code not in around.codes:
            what = Words(zh=f"没有另一个事项“{code}”", en=f"there is no other item '{code}'")
            fix = Words(zh="请写另一个事项的代码", en="name another item's code")
            yield Fault(file="item", path=("excludes", index), what=what, fix=fix)


@rule
def flow(item: Item, around: Around) -> Iterator[Fault]:
    """Steps wait for steps that there are, in no circle; somebody decides, and not who examined; stops are lawful."""
    keys = {step.key for step in item.steps}
    for index, step in enumerate(item.steps):
        for name in {*step.needs, *step.separate_from} - keys:
            what = Words(zh=f"没有环节“{name}”", en=f"there is no step '{name}'")
            fix = Words(zh="请写本流程的环节", en="name a step of this flow")
            yield Fault(file="flow", path=(index,), what=what, fix=fix)
        if step.stops_clock and step.stops_clock not in codes.STOPS:
            what = Words(zh=f"“{step.stops_clock}”不能停钟", en=f"'{step.stops_clock}' stops no clock")
            known = ", ".join(sorted(codes.STOPS))
            fix = Words(zh=f"可用的有 {known}（行政许可法第四十五条）", en=f"one of {known} (行政许可法 art. 45)")
            yield Fault(file="flow", path=(index, "stops_clock"), what=what, fix=fix)
        if step.by not in ("desk", "system"):
            what = Words(zh=f"由“{step.by}”办理", en=f"by '{step.by}'")
            yield Fault(file="flow", path=(index, "by"), what=what, fix=Words(zh="desk 或者 system", en="desk or system"))
        examined = {each.key for each in item.steps if each.kind is StepKind.EXAMINE}
        if step.kind is StepKind.DECIDE and examined - set(step.separate_from):
            what = Words(zh="审查的人也可以决定", en="who examines may decide")
            fix = Words(zh="请把审查环节写进 separate_from", en="add the examination to separate_from")
            yield Fault(file="flow", path=(index,), what=what, fix=fix)
    yield from _inspected(item)
    try:
        ordered({step.key: set(step.needs) & keys for step in item.steps})
    except Refusal as no:
        yield Fault(file="flow", path=(), what=no.brief, fix=Words(zh="请去掉一个 needs", en="take one of the needs out"))
    if item.steps and not any(step.kind in (StepKind.DECIDE, StepKind.COMPUTED) for step in item.steps):
        what = Words(zh="没有人作决定", en="nobody decides")
        fix = Words(zh="请加一个 decide 或者 computed 环节", en="add a step of kind decide or computed")
        yield Fault(file="flow", path=(), what=what, fix=fix)
    if item.outcome.certificate and not any(step.kind is StepKind.ISSUE for step in item.steps):
        what = Words(zh="有证照，但没有人制发", en="a certificate, but nobody issues it")
        fix = Words(zh="请加一个 issue 环节", en="add a step of kind issue")
        yield Fault(file="flow", path=(), what=what, fix=fix)


def _inspected(item: Item) -> Iterator[Fault]:
    """Who goes on site knows what to look at, under which article; nobody keeps a list that nobody looks at."""
    inspects = any(step.kind is StepKind.INSPECT for step in item.steps)
    if inspects and not item.checklist:
        what = Words(zh="有现场核查，没有核查清单", en="an inspection without a checklist")
        fix = Words(zh="请写 checklist.yaml", en="write checklist.yaml")
        yield Fault(file="flow", path=(), what=what, fix=fix)
    if item.checklist and not inspects:
        what = Words(zh="有核查清单，但没有人核查", en="a checklist, but nobody inspects")
        fix = Words(zh="请加一个 inspect 环节", en="add a step of kind inspect")
        yield Fault(file="checklist", path=(), what=what, fix=fix)
    for index, point in enumerate(item.checklist):
        if not point.cites:
            what = Words(zh=f"核查点“{point.key}”没有引用条文", en=f"the check '{point.key}' cites nothing")
            fix = Words(zh="请引用条文，或者去掉", en="cite the article, or take it out")
            yield Fault(file="checklist", path=(index,), what=what, fix=fix)
