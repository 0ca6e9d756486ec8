"""A guide as its page shows it: what it comes to in the reader's case, where one goes, how far it goes without."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.base.words import Words
from tongban.engine import compose
from tongban.engine.items import Item
from tongban.engine.plan import Promise
from tongban.journeys import find, guides, nearby
from tongban.portal import against, counters, presenters, visits
from tongban.ui import words

NEAR = 3  # places that a guide names
USUAL = Words(
    zh="按登记信息齐全时通常的情况列出；开始办理后用您自己的信息逐项核验。",
    en="Shown as is usual when the registries have your details; once you start, each is checked with your own data.",
)
WORST = Words(
    zh="按系统一样都查不到的情况列出；开始办理后逐项核验，能免的都免。",
    en="Shown as if no registry had your details; once you start, each is checked and whatever can be spared is spared.",
)
REAL = Words(
    zh="已用您名下的登记信息核对，查看已记录在“谁看过我的数据”。",
    en="Checked against your registry records; the look is recorded under Who read my data.",
)


def of_case(found: find.Guide, case: guides.Case) -> dict[str, Any]:
    """The few questions, and the plan for their answers."""
    told, plan = case.told, case.plan
    barred = case.barred
    return {
        "asks": [
            {"key": a.key, "ask": a.ask, "why": a.why, "options": [(o.value, o.label) for o in a.options]} for a in told.asks
        ],
        "answers": told.answers,
        "picked": [(a.ask, _label(a, told.answers[a.key])) for a in told.asks if a.key in told.answers],
        "kept": {key: value for key, value in told.answers.items() if key in {field.key for field in found.item.form}},
        "plan": plan,
        "real": case.real,
        "basis": REAL if case.real else USUAL if told.proven else WORST,
        "barred": [against.row(found.item, f) for f in told.against if f in barred],
        "against": [against.row(found.item, f) for f in told.against if f not in barred],
        "stats": _stats(found.item, plan, case),
        "materials": presenters.materials(plan.materials, laws=found.item.laws, later=case.later),
        "stations": presenters.stations(plan, found),
        "roles": list(dict.fromkeys(words.w(role.title) for role in plan.roles if role.signs)),
    }


def _label(ask: compose.Ask, value: str) -> Words:
    return next(option.label for option in ask.options if option.value == value)


def _stats(item: Item, plan: Any, case: guides.Case) -> list[tuple[Any, str, str | None]]:
    t = words.t
    term, minutes = legal(item), item.promise.office_minutes
    by_law = t("法定 ", "by law ") + term if term else t("法定时限由本市确认", "the legal term: see the city")
    fee = words.money(sum(each.fen for each in plan.fees)) if plan.fees else t("不收费", "Free")
    return [
        (words.duration(minutes), t("承诺时限", "Promised within"), t("办公时间；", "of office time; ") + by_law)
        if minutes
        else (presenters.promise(item.promise), t("承诺时限", "Promised within"), by_law),
        _papers(*case.papers, later=len(case.later)),
        (fee, t("费用", "Fee"), None),
        (sum(step.visit is not None for step in plan.steps), t("要跑几次", "Visits"), None),
    ]


def _papers(now: int, most: int, all_of: int, *, later: int) -> tuple[Any, str, str | None]:
    """How many papers are brought, and why no more: some are only checked once the reader has filled in."""
    t = words.t
    notes = [t(f"另有 {later} 份填好后自动核验", f"{later} more checked once you have filled in")] if later else []
    if most > now:
        notes.append(t(f"查不到登记时最多 {most} 份", f"{most} at most, if no registry has your details"))
    elif all_of > now and not later:
        notes.append(t(f"共 {all_of} 份，其余免交", f"of {all_of}; the others are not needed"))
    papers = t(f"{now} 份", f"{now}") if all_of else t("无", "None")
    return papers, t("要交的材料", "Papers to hand in"), t("；", "; ").join(notes) or None


def legal(item: Item) -> str:
    """The term of the law in words; empty where it is to be confirmed."""
    return presenters.promise(item.legal) if item.legal != Promise() else ""


def where(found: find.Guide, *, now: datetime) -> dict[str, Any]:
    """Where somebody goes who must, or would rather: the city's places for it, drawn, and which steps want them there."""
    city, office = found.ref.city, found.item.office
    needed = presenters.visits(found)
    shown = nearby.near(city, office=office, visit=bool(needed), kinds=("hall",), now=now, most=NEAR)
    return {
        "visits": needed,
        "counters": [
            counters.row(each, now=now, visit=visits.offered(city, each.hall, [("item", found.ref.code)]))
            for each in shown
        ],
        "areas": counters.areas(city) if shown else [],
        "pins": counters.pins(shown, now=now),
        "map_note": counters.NOTE,
    }


def grade(item: Item) -> dict[str, Any]:
    """How far the item has come, with the proof of each step and what the next one lacks; and whether the city has yet to
    confirm something of it."""
    reached = compose.grade(item)
    return {"proof": reached.proof, "lacks": reached.lacks, "confirmed": reached.confirmed}
