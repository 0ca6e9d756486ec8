"""What can be found wrong with a bundle before anybody begins it: ``tongban items check`` names it with file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine import compose, ways
from tongban.engine.bundles.model import MEASURES, Baseline, Bundle, Situation, Stated
from tongban.engine.bundles.planning import chosen, counted, plan, situation_for
from tongban.engine.bundles.reading import MAIN, SITUATIONS, Read
from tongban.engine.items import marked
from tongban.engine.items.findings import Finding
from tongban.engine.items.model import Field, Item
from tongban.engine.plan import Plan

FEWEST = 2
Fault = tuple[str, tuple[str | int, ...], Words, Words]
OPTION = Words(zh="请用它的选项", en="take one of its options")
MEND = Words(zh="请修改一件事、其中的事项，或者这个示例", en="mend the bundle or its items, or the situation")


def judged(read: Read, items: Mapping[str, Item]) -> list[Finding]:
    """Every finding about bundles: those of the files, and what is wrong with each bundle among these items."""
    found = list(read.findings)
    for code, bundle in read.bundles.items():
        sources = read.sources.get(code, {})
        faults = [_finding(sources, code, fault) for fault in _faults(bundle, items)]
        found += faults
        if not faults:
            found += [_finding(sources, code, fault, warning=True) for fault in _counted(bundle, items)]
    return found


def _finding(sources: Mapping[str, marked.Marked], code: str, fault: Fault, *, warning: bool = False) -> Finding:
    """A finding with its line; of a bundle that came without its files, without one."""
    name, at, what, fix = fault
    source = sources.get(name) or sources.get(MAIN)
    if source is None:
        return Finding(file=code, line=0, rule="bundles", what=what, fix=fix, warning=warning)
    return source.finding(at if name in sources else (), "bundles", what, fix, warning=warning)


def _faults(bundle: Bundle, items: Mapping[str, Item]) -> Iterator[Fault]:
    if bundle.audience not in ("person", "firm"):
        yield MAIN, ("audience",), ways.no_audience(bundle.audience), ways.AUDIENCES
    if len(bundle.members) < FEWEST:
        what = Words(zh=f"只有 {len(bundle.members)} 个事项", en=f"it has {len(bundle.members)} members")
        yield MAIN, ("members",), what, Words(zh=f"至少写 {FEWEST} 个", en=f"name {FEWEST} items at least")
    for at, what, fix in ways.faults(bundle, items, under="members"):
        yield MAIN, at, what, fix
    yield from _stated(bundle)
    yield from _settled(bundle, items)
    if ways.sound(bundle) and all(member.item in items for member in bundle.members):
        yield from _joined(bundle, items)
        yield from _played(bundle, items)


def _stated(bundle: Bundle) -> Iterator[Fault]:
    """What was stated is one of the four that are counted."""
    for index, each in enumerate(bundle.stated):
        if each.what not in MEASURES:
            what = Words(zh=f"不统计“{each.what}”", en=f"nobody counts '{each.what}'")
            one_of = ', '.join(MEASURES)
            yield MAIN, ("stated", index, "what"), what, Words(zh=f"请用 {one_of}", en=f"one of {one_of}")
        if each.count < 0 or (each.after or 0) < 0:
            what = Words(zh="数字小于零", en="it is less than nothing")
            yield MAIN, ("stated", index, "count"), what, Words(zh="请照原文写数字", en="give the figure as it was stated")


def _counted(bundle: Bundle, items: Mapping[str, Item]) -> Iterator[Fault]:
    """What is said of before is what the items themselves come to. A warning: where a city eases an item, the figures of
    its bundle are smaller than the files say, and that stops nobody."""
    if (saved := counted(bundle, items, {})) is not None:
        before = Baseline(
            items=saved.items[0], visits=saved.visits[0], papers=saved.papers.alone, days=saved.days[0]
        )
        told = ", ".join(f"{name}: {getattr(before, name)}" for name in MEASURES)
        if bundle.baseline != before:
            what = Words(zh=f"逐项办合计应为 {told}", en=f"one by one it comes to {told}")
            fix = Words(zh=f"请写 baseline: {{{told}}}", en=f"write baseline: {{{told}}}")
            yield MAIN, ("baseline",) if bundle.baseline else (), what, fix
    for index, each in enumerate(bundle.stated):
        if each.counted is not None and (pair := _pair(bundle, items, each)) != (each.count, each.after):
            what = Words(zh=f"按事项数出来是 {pair}", en=f"the items come to {pair}")
            yield MAIN, ("stated", index, "counted"), what, Words(zh="请改数字，或去掉 counted", en="mend it, or leave `counted` out")


def _pair(bundle: Bundle, items: Mapping[str, Item], stated: Stated) -> tuple[int, int] | None:
    """Before and after of one measure as the items come to it; of papers what is on the one list."""
    saved = counted(bundle, items, stated.counted or {})
    if saved is None:
        return None
    if stated.what == "papers":
        return saved.papers.alone, saved.papers.listed
    pair: tuple[int, int] = getattr(saved, stated.what)
    return pair


def _settled(bundle: Bundle, items: Mapping[str, Item]) -> Iterator[Fault]:
    """What a bundle answers itself, or asks under the key of an item's question, is a question with that option."""
    fields = [field for member in bundle.members if member.item in items for field in items[member.item].form]
    keys = {field.key for field in fields}
    for key, value in bundle.settles.items():
        if key not in keys:
            what = Words(zh=f"没有事项问“{key}”", en=f"no member asks '{key}'")
            yield MAIN, ("settles", key), what, Words(zh="请写事项里问题的 key", en="name the key of a member's question")
        elif wrong := _not_offered(fields, key, [value] if isinstance(value, str) else value):
            what = Words(zh=f"“{wrong}”不是“{key}”的选项", en=f"'{wrong}' is no answer to '{key}'")
            yield MAIN, ("settles", key), what, OPTION
    for index, asked in enumerate(bundle.questions):
        if asked.key in keys and all(_not_offered(fields, asked.key, [each.value]) for each in asked.options):
            what = Words(zh=f"没有一个选项是“{asked.key}”的回答", en=f"no option is an answer to '{asked.key}' of a member")
            yield MAIN, ("questions", index), what, OPTION


def _not_offered(fields: Collection[Field], key: str, values: Any) -> Any:
    offered = {option.value for field in fields if field.key == key for option in field.options}
    return next((value for value in values if offered and value not in offered), None) if isinstance(values, list) else None


def _joined(bundle: Bundle, items: Mapping[str, Item]) -> Iterator[Fault]:
    """Whatever is answered, the items that it comes to can be done together: none contradicts another, none waits for
    itself."""
    seen: dict[tuple[str, ...], None] = {}
    for given in ways.every(bundle):
        try:
            chosen = ways.way(bundle, given).sure
        except Refusal:
            return  # named by the ways already
        if not chosen:
            what = Words(zh=f"{given} 没有对应的事项", en=f"{given} leads to no item")
            fix = Words(zh="怎样回答都要有一个事项", en="one member at least applies whatever is answered")
            yield MAIN, ("members",), what, fix
            return
        seen.setdefault(chosen)
    for chosen in seen:
        try:
            plan(bundle, [items[code] for code in chosen])
        except Refusal as no:
            what = Words(zh="{all}：{why}", en="{all}: {why}").format(all=", ".join(chosen), why=no.brief)
            fix = Words(zh="请修改事项，或者不要放在一起办", en="mend the items, or do not do them together")
            yield MAIN, ("members",), what, fix


def _played(bundle: Bundle, items: Mapping[str, Item]) -> Iterator[Fault]:
    """Each situation comes out as it says, and each member is in one of them."""
    played: set[str] = set()
    for index, situation in enumerate(bundle.situations):
        found = ways.way(bundle, situation.chosen).sure
        played.update(found)
        try:
            of = [items[code] for code in found]
            differences = list(_compared(situation, of, plan(bundle, of, situation)))
        except (Refusal, ValueError) as error:
            why = error.brief if isinstance(error, Refusal) else str(error)
            what = Words(zh="算不出来：{why}", en="it cannot be computed: {why}").format(why=why)
            yield SITUATIONS, (index,), what, MEND
            continue
        for name, wanted, got in differences:
            told = {"of": situation.title, "name": name, "wanted": str(wanted), "got": str(got)}
            what = Words(zh="“{of}”：{name} 应为 {wanted}，却是 {got}", en="'{of}': {name} should be {wanted}, but is {got}")
            yield SITUATIONS, (index, "expect", name), what.format(**told), MEND
    if bundle.situations and situation_for(bundle, chosen(bundle, {}).sure) is None:
        what = Words(zh="没有示例是每题都选第一项的", en="no situation is that of the first answers")
        yield SITUATIONS, (), what, Words(zh="请加一个，人们最先看到它", en="add one: it is what people see first")
    for index, member in enumerate(bundle.members):
        if member.item not in played:
            what = Words(zh=f"没有示例办到“{member.item}”", en=f"no situation comes to '{member.item}'")
            yield MAIN, ("members", index), what, Words(zh="请在 examples.yaml 加一个", en="add one to examples.yaml")


def _compared(situation: Situation, items: list[Item], found: Plan) -> Iterator[tuple[str, Any, Any]]:
    """What a situation expects and does not get."""
    expect, saved = situation.expect, compose.saving(items, found)
    got: dict[str, Any] = {
        "items": sorted(item.code for item in items),
        "failed": sorted(each.rule for each in found.failed),
        "needs": sorted(found.needs),
        "roles": sorted(role.key for role in found.roles),
        "visits": saved.visits[1],
        "offices": saved.visits[0],
        "days": saved.days[1],
        "decision": compose.decision(found),
    }
    for name, value in got.items():
        wanted = getattr(expect, name)
        if wanted is not None and (sorted(wanted) if isinstance(wanted, tuple) else wanted) != value:
            yield name, wanted, value
    yield from _tables(situation, found, saved)


def _tables(situation: Situation, found: Plan, saved: compose.Saving) -> Iterator[tuple[str, Any, Any]]:
    expect, verdicts = situation.expect, {paper.type: paper.verdict.value for paper in found.materials}
    waits = {code: tuple(sorted(others)) for code, others in compose.waits(found).items()}
    payees: dict[str, int] = {}
    for fee in found.fees:
        payees[fee.payee] = payees.get(fee.payee, 0) + fee.fen
    several = (("materials", expect.materials, verdicts), ("waits", expect.waits, waits))
    for name, wanted, got in several:
        for key, value in (wanted or {}).items():
            if got.get(key) != (tuple(sorted(value)) if isinstance(value, tuple) else value):
                yield name, f"{key}: {value}", got.get(key)
    if expect.payees is not None and expect.payees != payees:
        yield "payees", expect.payees, payees
    for name in ("alone", "listed", "brought") if expect.papers else ():
        if (wanted := getattr(expect.papers, name)) is not None and wanted != getattr(saved.papers, name):
            yield "papers", f"{name} {wanted}", getattr(saved.papers, name)
