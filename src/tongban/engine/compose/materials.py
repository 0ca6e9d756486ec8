"""The four cancels: for each paper, in the order of the law, why it is not needed; else it is uploaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.compose.world import World
from tongban.engine.items.model import Item, Material
from tongban.engine.plan import PlannedMaterial, Verdict
from tongban.engine.rules import Unclear, condition

NO_BASIS = Words(zh="没有法律法规依据，不再收取", en="No longer required by law")
ON_FILE = Words(zh="电子证照库里已有，免于提交", en="The e-certificate is on file and proves it")
FROM_ANSWERS = Words(zh="由系统根据您填写的内容生成，签名即可", en="Made from your answers; you only sign it")
FROM_ITEM = Words(zh="同时办理的“{title}”会产生它，部门间流转", en="'{title}', handled together with this, produces it")
UPLOAD = Words(zh="目前没有可核验的来源，请上传", en="No source can confirm it yet: please upload it")
LATER = Words(
    zh="目前没有可核验的来源，请上传；也可以先受理后补", en="Please upload it; it may follow after acceptance"
)
ASKING = (UPLOAD, LATER)  # reasons that only ask for the paper, so that nothing is left of them once it is given
_RANK = list(Verdict)


class Answer(msgspec.Struct, kw_only=True):
    """The engine's answer for one paper of one item."""

    item: Item
    material: Material
    verdict: Verdict
    reason: Words
    source: str | None = None
    cites: tuple[str, ...] = ()
    breach: Words | None = None
    awaits: set[str]


def answers(world: World) -> list[Answer]:
    """An answer for each paper of each item that asks for it here."""
    found: list[Answer] = []
    for item in world.items:
        for material in item.materials:
            applies = world.tell(material.when)
            if applies is not False:
                awaits = set(applies.missing) if isinstance(applies, Unclear) else set()
                found.append(answer(item, material, world, awaits))
    return found


def answer(item: Item, material: Material, world: World, awaits: set[str]) -> Answer:
    """The first of the reasons that holds: no basis, certificate, registry, commitment, produced; else upload. A certificate
    on file is an older one where another item is about to make it out: what comes of that item is what this one wants."""

    def told(verdict: Verdict, reason: Words, source: str | None = None, **more: Any) -> Answer:
        cites = more.pop("cites", ()) or material.cites
        return Answer(item=item, material=material, verdict=verdict, reason=reason, source=source, cites=cites,
                      awaits=awaits, **more)  # fmt: skip

    if material.waived:
        return told(Verdict.CANCELLED, material.waived, f"city:{item.overlay}")
    if not material.cites:
        return told(Verdict.CANCELLED, NO_BASIS)
    maker = next((each for each in world.items if each is not item and material.type in each.outcome.produces), None)
    if maker is None and (source := _certificate(material, world, awaits)):
        return told(Verdict.CERTIFICATE, ON_FILE, source)
    for check in material.verified:
        if _holds(world, check.when, awaits):
            return told(Verdict.VERIFIED, check.reason, check.by)
    if (promise := material.commitment) and _holds(world, promise.when, awaits):
        return told(Verdict.COMMITMENT, promise.says, "applicant", cites=promise.cites, breach=promise.breach)
    if maker is not None:
        return told(Verdict.PRODUCED, FROM_ITEM.format(title=maker.title), f"item:{maker.code}")
    if material.generated:
        return told(Verdict.PRODUCED, FROM_ANSWERS, "answers")
    return told(Verdict.UPLOAD, LATER if material.deferrable else UPLOAD)


def checked_later(items: Sequence[Item], planned: Iterable[PlannedMaterial]) -> frozenset[str]:
    """The types of papers that are to be uploaded only as long as an answer is not given by which a registry checks them."""
    checks: dict[str, set[str]] = {}
    for item in items:
        for material in item.materials:
            reads = {name for check in material.verified if check.when for name in condition(check.when).reads}
            checks.setdefault(material.type, set()).update(name for name in reads if name.startswith(("answers:", "found:")))
    waits = (each for each in planned if each.verdict is Verdict.UPLOAD)
    return frozenset(each.type for each in waits if checks.get(each.type, set()) & set(each.awaits))


def _holds(world: World, condition: str | None, awaits: set[str]) -> bool:
    holds = world.tell(condition)
    if isinstance(holds, Unclear):
        awaits.update(holds.missing)
    return holds is True


def _certificate(material: Material, world: World, awaits: set[str]) -> str | None:
    """The source of the first certificate in force that proves it. One without dates is in force as its source says."""
    for kind in material.certificates:
        key = f"certificate:{kind}"
        value = world.fact(key)
        if key not in world.facts:
            awaits.add(f"facts:{key}")
        if value is None:
            continue
        until = value.get("valid_to") if isinstance(value, dict) else None
        if not isinstance(until, str) or until[:10] >= world.today.isoformat():
            return world.facts[key].source
    return None


def united(found: list[Answer]) -> tuple[PlannedMaterial, ...]:
    """One paper of each type. Where items disagree the one that asks most of people counts: nothing is dropped."""
    by_type: dict[str, list[Answer]] = {}
    for each in found:
        by_type.setdefault(each.material.type, []).append(each)
    return tuple(_one(by_type[kind]) for kind in by_type)


def _one(same: list[Answer]) -> PlannedMaterial:
    worst = max(same, key=lambda each: _RANK.index(each.verdict))
    uploads = [each.material for each in same if each.verdict is worst.verdict]
    accepts = [kind for kind in uploads[0].accepts if all(kind in each.accepts for each in uploads)]
    return PlannedMaterial(
        type=worst.material.type,
        title=same[0].material.title,
        verdict=worst.verdict,
        reason=worst.reason,
        source=worst.source,
        cites=tuple(dict.fromkeys(cite for each in same for cite in each.cites)),
        items=tuple(dict.fromkeys(each.item.code for each in same)),
        deferrable=all(each.deferrable for each in uploads),
        accepts=tuple(accepts) or uploads[0].accepts,
        breach=worst.breach,
        required=any(each.required for each in uploads),
        awaits=tuple(sorted({name for each in same for name in each.awaits})),
        generated=worst.material.generated if worst.source == "answers" else None,
    )
