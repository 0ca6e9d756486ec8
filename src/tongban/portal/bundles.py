"""A bundle as its page shows it: questions, before and after, the line with lanes, papers and why, fees by payee."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tongban.base.words import Words
from tongban.engine import compose
from tongban.engine.plan import Plan, PlannedMaterial, Promise, Verdict
from tongban.journeys import bundles, saving
from tongban.portal import lists, presenters, ways
from tongban.ui import words
from tongban.ui.line import Station

FELL = (
    ("shared", Words(zh="只收一次", en="Asked for once only")),
    ("cancelled", Words(zh="没有依据，取消", en="No longer required by law")),
    ("certificate", Words(zh="电子证照已有", en="On file as an e-certificate")),
    ("verified", Words(zh="登记库核验", en="Checked with a registry")),
    ("commitment", Words(zh="书面承诺代替", en="Your written commitment is enough")),
    ("produced", Words(zh="办理中产生或自动生成", en="Made on the way, or for you")),
    ("optional", Words(zh="可交可不交", en="Only if you wish")),
    ("open", Words(zh="看您填写的内容", en="It depends on what you fill in")),
    ("upload", Words(zh="请您提供", en="You bring it")),
)
REAL = Words(
    zh="已用您名下的登记信息核对，查看已记录在“谁看过我的数据”。",
    en="Checked against your registry records; the look is recorded under Who read my data.",
)
LIKE = Words(
    zh="以示例“{title}”计算；开始办理后用您自己的信息逐项核验。",
    en="Calculated for an example: {title}. Once you start, your own details are checked.",
)
ONCE_TOLD = Words(
    zh="填写后由系统核验；查不到时再请您上传", en="Checked once you have filled in the form; you upload it only if that fails"
)
NOBODY = Words(
    zh="按登记库都查不到的情况列出；开始办理后逐项核验，能免的都免。",
    en="Shown as if no registry had your details; once you start, each is checked and whatever can be spared is spared.",
)


def card(bundle: bundles.Bundle, city: str) -> dict[str, Any]:
    """A bundle in a list."""
    return {
        "title": bundle.title,
        "href": reverse("portal:bundle", args=[city, bundle.code]),
        "summary": bundle.summary,
        "count": len(bundle.members),
        "papers": bundle.baseline.papers if bundle.baseline else 0,
    }


def shown(found: bundles.Together) -> dict[str, Any]:
    """All that the page asks for."""
    return {
        "bundle": found.bundle,
        "coming": found.coming,
        "city_name": found.city_name,
        "asks": ways.questions(found.way.asked),
        "answers": found.way.answers,
        "basis": REAL if found.real else LIKE.format(title=found.situation) if found.situation else NOBODY,
        "brought": found.saving.papers.brought - _open(found),
        "open": _open(found),
        "at_most": sum(each.verdict.value == "upload" and each.required for each in found.most.materials),
        "papers": found.saving.papers,
        "measures": measures(found.saving, left=_open(found)),
        "sheets": sheets(fallen(found.saving, left=_open(found))),
        "stated": stated(found.bundle),
        "stations": stations(found),
        "members": members(found),
        "materials": presenters.materials(_first_what_is_brought(found), laws=_laws(found), later=_later(found)),
        "payees": payees(found.plan, found.city),
        "roles": list(dict.fromkeys(words.w(role.title) for role in found.plan.roles if role.signs)),
        "questions": len(found.plan.questions),
        "promise": ways.promised(found.plan.promise),
        "legal": ways.promised(found.plan.legal) if found.plan.legal != Promise() else "",
        "against": found.plan.failed if found.real else (),
        "office": lists.office(found.city, found.bundle.office),
        "laws": [found.bundle.laws.get(cite, cite) for cite in found.bundle.cites],
    }


def _open(found: bundles.Together) -> int:
    """Papers that are checked once the reader has filled in: where registries were asked, nothing else keeps them open."""
    return found.saving.papers.open if found.real else 0


def _later(found: bundles.Together) -> frozenset[str]:
    """The papers that are still open as ``_open`` counts them."""
    rows = found.plan.materials if found.real else ()
    return frozenset(each.type for each in rows if each.verdict is Verdict.UPLOAD and each.awaits)


def _first_what_is_brought(found: bundles.Together) -> tuple[PlannedMaterial, ...]:
    return tuple(
        sorted(found.plan.materials, key=lambda each: (each.verdict is not Verdict.UPLOAD, each.verdict is Verdict.CANCELLED))
    )


def _laws(found: bundles.Together) -> dict[str, Words]:
    known: dict[str, Words] = {}
    for item in found.items:
        known |= item.laws
    return known


def measures(saved: compose.Saving, *, left: int = 0) -> list[dict[str, Any]]:
    """The four reductions, each with its bars: before, (on the one list,) after."""
    t, papers = words.t, saved.papers
    at_least = t("分开办，每个部门至少一趟", "one by one, each office at least once")
    listed = t("没有依据的、查得到的不收", "none without legal basis, none already on record")
    beside = t("能同时办的同时办", "at the same time where possible")
    return [
        _measure(t("事项（件）", "Applications"), saved.items, t("合成一件事", "all in one application")),
        _measure(t("要跑的地方（处）", "Places to go"), saved.visits, at_least),
        _measure(t("材料（份）", "Papers"), (papers.alone, papers.brought - left), listed, between=papers.listed),
        _measure(t("工作日", "Working days"), saved.days, beside),
    ]


def _measure(title: str, pair: tuple[int, int], note: str, *, between: int | None = None) -> dict[str, Any]:
    before, after = pair
    top = max(before, after, 1)
    bars = (("before", before), ("between", between), ("after", after))
    drawn = [(name, count, round(100 * count / top, 1)) for name, count in bars if count is not None]
    return {"title": title, "note": note, "bars": drawn}


def fallen(saved: compose.Saving, *, left: int = 0) -> dict[str, int]:
    """How each paper that was asked for fell away; they add up to all that was asked. ``left`` are those to be brought
    that may still be spared."""
    papers = saved.papers
    brought = papers.verdicts.get("upload", 0) - left
    shared = papers.alone - sum(papers.verdicts.values())
    return {"shared": shared, **papers.verdicts, "upload": brought, "open": left}


def sheets(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Papers to be drawn, by how they fell away: kind, what it is called, how many."""
    return [{"kind": kind, "title": title, "count": counts[kind]} for kind, title in FELL if counts.get(kind)]


ITEMS = Words(
    zh="本目录：各事项单独办一遍的合计（每题选第一项）", en="This catalogue: its services one by one, added up (first answers)"
)
ALSO = Words(zh="{said}；按本目录数出来也是这样", en="{said}; counted from this catalogue it is the same")


def before(bundle: bundles.Bundle) -> str:
    """Before, in one line: what its services ask for and take one by one; nothing where that is not stated."""
    told = bundle.baseline
    if told is None:
        return ""
    return words.t(
        f"{told.items} 件事、{told.visits} 处、{told.papers} 份材料、{told.days} 个工作日",
        f"{told.items} applications, {told.visits} places, {told.papers} papers, {told.days} working days",
    )


def stated(bundle: bundles.Bundle) -> list[tuple[str, Words]]:
    """How it was before, with who says so: the services of the catalogue themselves, then others."""
    own = [(before(bundle), ITEMS)] if bundle.baseline else []
    return [*own, *_stated(bundle)]


def _stated(bundle: bundles.Bundle) -> list[tuple[str, Words]]:
    return [
        (
            f"{each.count} {words.w(each.unit)}"
            + (f" → {each.after} {words.w(each.after_unit or each.unit)}" if each.after is not None else ""),
            each.source if each.counted is None else ALSO.format(said=each.source),
        )
        for each in bundle.stated
    ]


def stations(found: bundles.Together) -> list[Station]:
    """One station for each item; those that wait for none of the others stand on lanes beside each other."""
    return [
        Station(
            key=each.item.code,
            title=each.item.title,
            office=lists.office(found.city, each.item.office),
            clock=_same(ways.promised(each.item.promise)),
            needs=each.waits,
        )
        for each in found.members
    ]


def _same(text: str) -> Words | None:
    return Words(zh=text, en=text) if text else None


def members(found: bundles.Together) -> list[dict[str, Any]]:
    """Each item: why, what it asks for by itself, and its own steps."""
    titles = {each.item.code: each.item.title for each in found.members}
    return [
        {
            "title": each.item.title,
            "href": reverse("portal:guide", args=[found.city, each.item.code]),
            "why": each.why,
            "office": lists.office(found.city, each.item.office),
            "papers": each.papers,
            "waits": [titles[code] for code in each.waits if code in titles],
            "steps": [
                Station(key=step.key, title=step.title, office=lists.office(found.city, step.office),
                        needs=tuple(need for need in step.needs if need.startswith(f"{each.item.code}.")))
                for step in found.plan.steps if step.part == each.item.code
            ],
        }
        for each in found.members
    ]  # fmt: skip


def _owed(fee: Any) -> Words:
    """What a fee is called, and who owes it where that is somebody else than who applies."""
    if fee.payer is None:
        return fee.title  # type: ignore[no-any-return]
    return Words(zh="{fee}（由{who}缴纳）", en="{fee} (owed by the {who})").format(
        fee=fee.title, who=Words(zh=fee.payer.zh, en=fee.payer.en.lower())
    )


def payees(plan: Plan, city: str) -> tuple[list[tuple[Words, list[tuple[Words, str]], str]], str]:
    """Fees by payee, and their sum; nothing where nothing is charged."""
    by: dict[str, list[Any]] = {}
    for fee in plan.fees:
        by.setdefault(fee.payee, []).append(fee)
    rows = [
        (lists.office(city, payee), [(_owed(fee), words.money(fee.fen)) for fee in fees], words.money(sum(f.fen for f in fees)))
        for payee, fees in by.items()
    ]
    return rows, words.money(sum(fee.fen for fee in plan.fees))


def totals(found: saving.Totals) -> list[dict[str, Any]]:
    """Papers of many cases to be drawn as shares: how many fell away, and how."""
    counts = {kind: getattr(found, kind, 0) for kind, _ in FELL}
    return [
        {"title": title, "says": "", "count": counts[kind], "share": round(100 * counts[kind] / max(found.asked, 1), 1), "href": None}
        for kind, title in FELL
        if counts[kind]
    ]


def rows(counted: tuple[saving.Row, ...]) -> list[list[Any]]:
    """Items as rows of a table."""
    return [[each.title, *(words.number(n) for n in (each.totals.cases, each.totals.asked, each.totals.upload))] for each in counted]


def reduced(counted: tuple[saving.Row, ...]) -> list[list[Any]]:
    """Bundles as rows of a table: before and after of what their cases came to, and what is stated of before."""
    found: list[list[Any]] = []
    for each in counted:
        told = each.totals
        pairs = ((told.items, told.cases), (told.visits_before, told.visits), (told.asked, told.upload), (told.days_before, told.days))
        drawn = [f"{words.number(was)} → {words.number(now)}" for was, now in pairs]
        found.append([each.title, words.number(told.cases), *drawn, before(each.bundle) if each.bundle else ""])
    return found


STOP = Words(zh="。", en=".")


def told(found: saving.Totals | None, *, many: bool = False) -> Words | None:
    """What was saved in a case, or in ``many``, in a sentence; nothing where nothing was counted or saved."""
    if found is None or not found.spared:
        return None
    days = found.days_before - found.days
    said = [_given(found.asked, found.upload)]
    said += [_fewer(found.visits_before, found.visits, many)] if found.visits < found.visits_before else []
    said += [_sooner(days)] if days > 0 else []
    return Words(zh="".join(each.zh for each in (*said, STOP)), en="".join(each.en for each in (*said, STOP)))


def _some(count: int, one: str) -> str:
    """So many of something in English."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _given(asked: int, given: int) -> Words:
    brought = Words(zh="您一份都没交", en="you brought none") if not given else Words(zh=f"您交了 {given} 份", en=f"you brought {given}")
    return Words(zh="共 {n} 份材料，{brought}", en="Of {papers} {brought}").format(n=asked, papers=_some(asked, "paper"), brought=brought)


def _fewer(was: int, now: int, many: bool) -> Words:
    since = Words(zh="现在", en="now") if many else Words(zh="这次", en="this time")
    left = Words(zh="{since}不用跑", en="none {since}") if not now else Words(zh="{since}跑 {now} 处", en="{now} {since}")
    return Words(zh="；原来要跑 {was} 处，{left}", en="; {places} to go to before, {left}").format(
        was=was, places=_some(was, "place"), left=left.format(since=since, now=now)
    )


def _sooner(days: int) -> Words:
    return Words(zh=f"；同时办理，少等 {days} 个工作日", en=f"; handled side by side, it takes {_some(days, 'working day')} less")
