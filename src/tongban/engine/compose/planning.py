"""The plan itself, put together from its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.compose import graph, materials, parties
from tongban.engine.compose.questions import contradiction, questions, unite
from tongban.engine.compose.texts import fill, holes
from tongban.engine.compose.world import World
from tongban.engine.items.body import ref
from tongban.engine.items.model import Decision, Item, Rule
from tongban.engine.plan import Failed, Known, Plan, StepKind, Verdict
from tongban.engine.rules import Unclear, condition

UNKNOWN = Words(zh="（登记库中没有相关记录）", en=" (no registry has a record of it)")
COMPUTED = frozenset({StepKind.COMPUTED, StepKind.PAY, StepKind.ISSUE, StepKind.TELL})


def planned(
    items: Sequence[Item],
    *,
    facts: Mapping[str, Known],
    answers: Mapping[str, Any],
    today: date,
    city: str,
    grade: str,
    digest: str | None = None,
) -> Plan:
    """The plan of these items; see :func:`tongban.engine.compose.compose`. ``grade`` is told, not computed here;
    ``digest`` stands for those of the items where nobody will ask for these versions."""
    world = _world(items, facts, answers, today, city)
    papers = materials.answers(world)
    waits = graph.edges(world, papers)
    graph.ordered(waits)
    failed, pending = _rules(world, waits)
    steps = graph.steps(world, waits)
    fees = parties.fees(world)
    roles = parties.roles(world)
    world.needs.update(each for item in world.items for each in outcome_facts(item) if each not in facts)
    return Plan(
        items=tuple(ref(item, city, digest) for item in world.items),
        questions=questions(world),
        known=_known(world),
        materials=materials.united(papers),
        steps=steps,
        promise=graph.promise(world.items, waits, legal=False),
        legal=graph.promise(world.items, waits, legal=True),
        fees=fees,
        roles=roles,
        failed=(*world.failed, *failed),
        needs=tuple(sorted(world.needs)),
        outcomes=tuple(item.outcome.certificate for item in world.items if item.outcome.certificate),
        pending=pending,
        grade=grade,
    )


def _world(
    items: Sequence[Item], facts: Mapping[str, Known], answers: Mapping[str, Any], today: date, city: str
) -> World:
    by_code: dict[str, Item] = {}
    for item in items:
        first = by_code.setdefault(item.code, item)
        if first is not item and first != item:
            raise contradiction(item, item, item.code)
    if not by_code:
        raise Refusal("no_items", Words(zh="没有选择任何事项", en="No item is chosen"))
    ordered = [by_code[code] for code in sorted(by_code)]
    _check_together(ordered)
    return World(ordered, unite(ordered), facts, answers, today, city)


def _check_together(items: Sequence[Item]) -> None:
    """Raises the refusal ``items_exclude`` where one item says that it cannot hold beside another."""
    codes = {item.code: item for item in items}
    pairs = sorted(tuple(sorted((item.code, each))) for item in items for each in item.excludes if each in codes)
    if not pairs:
        return
    one, other = (codes[code].title for code in pairs[0])
    raise Refusal(
        "items_exclude",
        _APART.format(one=one, other=other),
        because=Words(zh="两个事项的结果不能同时成立。", en="The outcomes of the two cannot both hold."),
        next_step=Words(
            zh="请只选其中一个；确需先后办理的，等前一个办结后再申请另一个。",
            en="Choose one of them; if one is to follow the other, apply for it when the first is closed.",
        ),
    )


_APART = Words(zh="“{one}”和“{other}”不能一并申请", en="{one} and {other} cannot be applied for together")


def outcome_facts(item: Item) -> frozenset[str]:
    """The facts that the outcome's values read, those of the texts that they quote too; not what only comes of the grant."""
    sources = (*item.outcome.values.values(), *item.outcome.entry.values())
    quoted = tuple(text.zh for name, text in item.texts.items() if any(f'text("{name}' in each for each in sources))
    return _facts_read(sources, quoted)


@lru_cache(maxsize=4_096)
def _facts_read(sources: tuple[str, ...], texts: tuple[str, ...]) -> frozenset[str]:
    found = {name for source in (*sources, *(each for text in texts for each in holes(text))) for name in condition(source).reads}
    return frozenset(name[6:] for name in found if name.startswith("facts:") and not name.startswith("facts:outcome."))


def _known(world: World) -> dict[str, Known]:
    """What the questions need not ask, by question key."""
    return {each.key: known for each in world.asked if each.applies is not False and (known := world.known(each))}


def _rules(world: World, waits: graph.Edges) -> tuple[list[Failed], tuple[str, ...]]:
    """The conditions that do not hold, and the names of those that cannot be told yet."""
    failed: list[Failed] = []
    pending: list[str] = []
    for item in world.items:
        coming = {name for other in world.items if other.code in waits[item.code] for name in graph.yields(other)}
        for rule in item.rules:
            told = _holds(rule, world, coming)
            if isinstance(told, Unclear) and not told.absent:
                pending.append(f"{item.code}.{rule.key}")
            elif told is not True:
                failed.append(_failed(item, rule, absent=isinstance(told, Unclear)))
    return failed, tuple(pending)


def _holds(rule: Rule, world: World, coming: set[str]) -> bool | Unclear:
    today = world.today.isoformat()
    if (rule.since and today < rule.since) or (rule.until and today > rule.until):
        return True
    applies = world.tell(rule.when)
    if applies is not True:
        return True if applies is False or applies.absent else applies
    awaited = {name[18:] for name in condition(rule.holds).reads if name.startswith("facts:certificate:")}
    if any(kind in coming and world.values.get(f"certificate:{kind}") is None for kind in awaited):
        return True
    return world.tell(rule.holds)


def _failed(item: Item, rule: Rule, *, absent: bool) -> Failed:
    says = Words(zh=rule.says.zh + UNKNOWN.zh, en=rule.says.en + UNKNOWN.en) if absent else rule.says
    return Failed(rule=rule.key, item=item.code, says=says, cites=rule.cites, remedy=rule.remedy, question=rule.field)


def mended_by(items: Sequence[Item], failed: Failed, asked: Sequence[str]) -> str | None:
    """Which of the questions that are ``asked`` a person answers anew to mend what failed: the one that the rule names, else
    the first that it reads. None where no answer of theirs would do."""
    if failed.question in asked:
        return failed.question
    rule = next((r for item in items if item.code == failed.item for r in item.rules if r.key == failed.rule), None)
    if rule is None:
        return None
    names = {name for each in (rule.holds, rule.when) if each for name in condition(each).reads}
    return next((key for key in asked if {f"answers:{key}", f"found:{key}"} & names), None)


def decision(plan: Plan, *, uploaded: frozenset[str] = frozenset()) -> Decision:
    """What the rules alone say to a plan. ``uploaded`` are the types of the papers that were handed in.

    Only a plan whose every step is computed is granted without an officer; whatever is not known leaves it incomplete.
    """
    if plan.failed:
        return Decision.REFUSE
    missing = [paper for paper in plan.materials if paper.verdict is Verdict.UPLOAD and paper.required]
    missing = [paper for paper in missing if paper.type not in uploaded and not paper.deferrable]
    unanswered = [each for each in plan.questions if each.required and not each.answered and each.known is None]
    if plan.needs or plan.pending or missing or unanswered:
        return Decision.INCOMPLETE
    computed = plan.steps and all(step.kind in COMPUTED for step in plan.steps)
    return Decision.GRANT if computed else Decision.EXAMINE


def outcome_values(
    item: Item,
    *,
    facts: Mapping[str, Known],
    answers: Mapping[str, Any],
    today: date,
    city: str,
    only: frozenset[str] | None = None,
) -> dict[str, Any]:
    """The data of the outcome (of its certificate) for one item: each value of ``outcome.values`` (or ``only`` some),
    computed. Raises the refusal ``outcome_unclear`` where one of them cannot be told.
    """
    wanted = {name: source for name, source in item.outcome.values.items() if only is None or name in only}
    return _computed(wanted, _world([item], facts, answers, today, city))


def registry_entry(
    item: Item, *, facts: Mapping[str, Known], answers: Mapping[str, Any], today: date, city: str
) -> dict[str, Any]:
    """What the registry that the outcome ``enters`` is given: each value of ``outcome.entry``, computed. Raises as
    :func:`outcome_values`."""
    return _computed(item.outcome.entry, _world([item], facts, answers, today, city))


def charges(
    item: Item, *, facts: Mapping[str, Known], answers: Mapping[str, Any], today: date, city: str
) -> dict[str, int | None]:
    """What each fee of an item comes to, by its key: fen, 0 where nothing is due, None while it cannot be told."""
    world = _world([item], facts, answers, today, city)
    return {tariff.key: parties.charge(tariff, world) for tariff in item.fees}


def _computed(expressions: Mapping[str, str], world: World) -> dict[str, Any]:
    found = {name: world.value(expression) for name, expression in expressions.items()}
    for name, value in found.items():
        if isinstance(value, Unclear):
            missing = ", ".join(sorted(value.missing)) or name
            raise Refusal(
                "outcome_unclear", Words(zh=f"结果中的“{name}”还缺少：{missing}", en=f"{name} lacks {missing}")
            )
    return found


def documents(
    item: Item, *, facts: Mapping[str, Known], answers: Mapping[str, Any], today: date, city: str
) -> dict[str, Words]:
    """The texts that are made from the answers (``generated`` of the materials), by material type, filled in.

    ``{{ expression }}`` in a text is CEL; what cannot be told yet is a blank line.
    """
    world = _world([item], facts, answers, today, city)
    made = [material for material in item.materials if material.generated in item.texts]
    return {
        material.type: Words(zh=fill(text.zh, world), en=fill(text.en, world))
        for material in made
        if (text := item.texts[material.generated or ""])
    }
