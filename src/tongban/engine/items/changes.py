"""What a newer version of an item changes for people: days, papers, fees, conditions, questions, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.items.model import Field, Item, Material, Rule, Tariff
from tongban.engine.items.overlays import minutes
from tongban.engine.plan import Promise
from tongban.engine.rules import yuan


class About(StrEnum):
    """What a change is about, in the order in which people ask."""

    SERVICES = "services"
    WHO = "who"
    DAYS = "days"
    FEES = "fees"
    PAPERS = "papers"
    CONDITIONS = "conditions"
    QUESTIONS = "questions"
    VISITS = "visits"
    OUTCOME = "outcome"
    WORDS = "words"


ABOUT_NAMES: dict[About, Words] = {
    About.SERVICES: Words(zh="一起办的事项", en="Services in it"),
    About.WHO: Words(zh="服务对象", en="Who may apply"),
    About.DAYS: Words(zh="时限", en="Days"),
    About.FEES: Words(zh="费用", en="Fees"),
    About.PAPERS: Words(zh="材料", en="Papers"),
    About.CONDITIONS: Words(zh="条件", en="Conditions"),
    About.QUESTIONS: Words(zh="填写内容", en="Questions"),
    About.VISITS: Words(zh="到场", en="Visits"),
    About.OUTCOME: Words(zh="结果", en="Outcome"),
    About.WORDS: Words(zh="文字说明", en="Texts"),
}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changes. ``harder``: True asks more of people, False less, None neither."""

    about: About
    says: Words
    harder: bool | None = None


def changes(old: Item, new: Item) -> tuple[Change, ...]:
    """What changes for people from one version to another, in the order of :class:`About`; what only machines see (a
    schema, a shared part that moved) is left out. Equal items give nothing."""
    return tuple(change for judge in JUDGES for change in judge(old, new))


def change(about: About, zh: str, en: str, harder: bool | None = None, **values: Any) -> Change:
    """A change in words, filled in."""
    return Change(about=about, says=Words(zh=zh, en=en).format(**values), harder=harder)


def paired(old: Iterable[Any], new: Iterable[Any], key: Callable[[Any], str]) -> Iterator[tuple[Any, Any]]:
    """Old beside new by key: what went (new is None) first, then what stayed or came, in the new order."""
    before, after = {key(each): each for each in old}, {key(each): each for each in new}
    yield from ((each, None) for name, each in before.items() if name not in after)
    yield from ((before.get(name), each) for name, each in after.items())


def term(promise: Promise) -> Words:
    """A length of time in words."""
    if promise.working_days is not None:
        return Words(zh=f"{promise.working_days} 个工作日", en=f"{promise.working_days} working days")
    if promise.office_minutes is not None:
        return Words(zh=f"{promise.office_minutes} 分钟", en=f"{promise.office_minutes} office minutes")
    return Words(zh="未规定", en="no term")


def _who(old: Item, new: Item) -> Iterator[Change]:
    before, after = set(old.audience), set(new.audience)
    if before != after:
        zh, en = "服务对象有调整", "Who may apply is changed"
        yield change(About.WHO, zh, en, None if after > before else bool(before - after) or None)
    for was, now in paired(old.parties, new.parties, lambda p: p.key):
        if was is None and now.signs:
            yield change(About.WHO, "新增需签名的当事人：{t}", "Somebody more must sign: {t}", True, t=now.title)
        elif now is None and was.signs:
            yield change(About.WHO, "不再需要签名：{t}", "Need no longer sign: {t}", False, t=was.title)


def _days(old: Item, new: Item) -> Iterator[Change]:
    pairs = (("承诺时限", "Promised within", old.promise, new.promise), ("法定时限", "By law", old.legal, new.legal))
    for zh, en, was, now in pairs:
        if was != now:
            longer = minutes(now) - minutes(was)
            yield change(
                About.DAYS,
                zh + "：{a} → {b}",
                en + ": {a} → {b}",
                longer > 0 if longer else None,
                a=term(was),
                b=term(now),
            )


def _fees(old: Item, new: Item) -> Iterator[Change]:
    for was, now in paired(old.fees, new.fees, lambda f: f.key):
        if was is None:
            yield change(
                About.FEES, "新增收费：{t}，{f}", "A new fee: {t}, {f}", _costs(now), t=now.title, f=_sum(now)
            )
        elif now is None:
            yield change(About.FEES, "取消收费：{t}", "No longer charged: {t}", False, t=was.title)
        elif (was.fen, was.amount, was.when) != (now.fen, now.amount, now.when):
            more = now.fen > was.fen if not (was.amount or now.amount) and was.fen != now.fen else None
            yield change(About.FEES, "{t}：{a} → {b}", "{t}: {a} → {b}", more, t=now.title, a=_sum(was), b=_sum(now))
        elif was.payer != now.payer:
            yield change(About.FEES, "{t}：改由另一方缴纳", "{t}: owed by another party now", None, t=now.title)
        elif was.title != now.title:
            yield renamed(About.FEES, was.title, now.title)


def _costs(fee: Tariff) -> bool | None:
    return True if fee.fen or fee.amount else None


def _sum(fee: Tariff) -> Words:
    if fee.amount:
        return Words(zh="按情况计算", en="computed in each case")
    return Words(zh=f"{yuan(fee.fen)} 元", en=f"CNY {yuan(fee.fen)}") if fee.fen else Words(zh="不收费", en="free")


def _papers(old: Item, new: Item) -> Iterator[Change]:
    for was, now in paired(old.materials, new.materials, lambda m: m.type):
        if was is None:
            harder = now.required and not now.waived
            yield change(About.PAPERS, "新增材料：{t}", "A new paper: {t}", harder or None, t=now.title)
        elif now is None:
            yield change(About.PAPERS, "不再需要：{t}", "No longer asked for: {t}", False, t=was.title)
        else:
            yield from _paper(was, now)


def _paper(was: Material, now: Material) -> Iterator[Change]:
    title = now.title
    if was.title != now.title:
        yield renamed(About.PAPERS, was.title, now.title)
    if bool(was.waived) != bool(now.waived):
        zh, en = ("免交：{t}", "Spared: {t}") if now.waived else ("恢复收取：{t}", "Asked for again: {t}")
        yield change(About.PAPERS, zh, en, not now.waived, t=title)
    if was.required != now.required:
        zh, en = ("改为必要：{t}", "Now required: {t}") if now.required else ("改为可选：{t}", "Now optional: {t}")
        yield change(About.PAPERS, zh, en, now.required, t=title)
    spared, sparing = _ways(was), _ways(now)
    if sparing - spared:
        yield change(About.PAPERS, "{t}：增加了免交的办法", "{t}: more ways to be spared it", False, t=title)
    if spared - sparing:
        yield change(About.PAPERS, "{t}：减少了免交的办法", "{t}: fewer ways to be spared it", True, t=title)
    if was.original != now.original:
        zh, en = (
            ("{t}：须带原件", "{t}: bring the original") if now.original else ("{t}：不再要原件", "{t}: no original")
        )
        yield change(About.PAPERS, zh, en, now.original, t=title)
    if (was.stand, was.pages, was.when) != (now.stand, now.pages, now.when):
        yield change(About.PAPERS, "{t}：要求有调整", "{t}: what is asked of it is changed", t=title)


def _ways(material: Material) -> set[str]:
    """What may stand in for a paper: a certificate, a check, a commitment, a generated text, time."""
    found = {f"certificate:{each}" for each in material.certificates} | {f"check:{c.by}" for c in material.verified}
    flags = {"commitment": material.commitment, "generated": material.generated, "later": material.deferrable}
    return found | {name for name, given in flags.items() if given}


def _conditions(old: Item, new: Item) -> Iterator[Change]:
    for was, now in paired(old.rules, new.rules, lambda r: r.key):
        if was is None:
            yield change(About.CONDITIONS, "新增条件：{t}", "A new condition: {t}", True, t=now.condition)
        elif now is None:
            yield change(About.CONDITIONS, "取消条件：{t}", "No longer a condition: {t}", False, t=was.condition)
        elif _law(was) != _law(now):
            yield change(About.CONDITIONS, "条件有调整：{t}", "A condition is changed: {t}", t=now.condition)
        elif (was.says, was.asks, was.remedy) != (now.says, now.asks, now.remedy):
            yield change(About.CONDITIONS, "条件的说明：{t}", "A condition in other words: {t}", t=now.condition)


def _law(rule: Rule) -> tuple[Any, ...]:
    return rule.holds, rule.when, rule.since, rule.until, rule.cites


def _questions(old: Item, new: Item) -> Iterator[Change]:
    for was, now in paired(old.form, new.form, lambda f: f.key):
        if was is None:
            harder = True if now.required else None
            yield change(About.QUESTIONS, "新增问题：{t}", "A new question: {t}", harder, t=now.title)
        elif now is None:
            yield change(About.QUESTIONS, "不再询问：{t}", "No longer asked: {t}", False, t=was.title)
        elif _asked(was) != _asked(now):
            yield change(About.QUESTIONS, "问题有调整：{t}", "A question is changed: {t}", t=now.title)


def _asked(field: Field) -> tuple[Any, ...]:
    return field.title, field.ask, field.widget, field.options, field.required, field.when, field.help, field.why


def _visits(old: Item, new: Item) -> Iterator[Change]:
    for was, now in paired(old.steps, new.steps, lambda s: s.key):
        came, comes = bool(was and was.visit), bool(now and now.visit)
        if came != comes:
            step = (now or was).title
            zh, en = ("“{t}”须到场一次", "Come once for: {t}") if comes else ("“{t}”不用再到场", "No visit for: {t}")
            yield change(About.VISITS, zh, en, comes, t=step)
    if online(old) != online(new):
        zh, en = ("可以网上办理", "Can be done online") if online(new) else ("不再网上办理", "No longer online")
        yield change(About.VISITS, zh, en, not online(new))


def online(item: Item) -> bool:
    """Whether an item is offered online at all (办理形式)."""
    return bool({"2", "3"} & set(item.channels))


def _outcome(old: Item, new: Item) -> Iterator[Change]:
    was, now = old.outcome, new.outcome
    if was.title != now.title or was.certificate != now.certificate:
        yield change(About.OUTCOME, "结果：{a} → {b}", "Outcome: {a} → {b}", a=was.title, b=now.title)
    for way in sorted(set(was.delivery) ^ set(now.delivery)):
        names = {
            "electronic": Words(zh="电子结果", en="the outcome as a file"),
            "courier": Words(zh="快递送达", en="delivery by courier"),
            "counter": Words(zh="窗口领取", en="collecting it at a counter"),
        }
        gone = way in was.delivery
        zh, en = ("不再提供：{t}", "No longer offered: {t}") if gone else ("新增：{t}", "New: {t}")
        yield change(About.OUTCOME, zh, en, gone, t=names.get(way, Words(zh=way, en=way)))


def _words(old: Item, new: Item) -> Iterator[Change]:
    if old.title != new.title:
        yield renamed(About.WORDS, old.title, new.title)
    pairs = (
        ("事项说明有更新", "The description is new", old.summary, new.summary),
        ("常见问题有更新", "The questions people ask are new", old.faq, new.faq),
        ("咨询投诉电话有更新", "The telephone numbers are new", old.contact, new.contact),
        ("由本市确认的内容有更新", "What the city has yet to confirm is new", old.to_confirm, new.to_confirm),
        ("文书内容有更新", "Texts of papers are new", old.texts, new.texts),
        ("依据有更新", "The articles it stands on are new", (old.cites, old.legal_cites), (new.cites, new.legal_cites)),
        ("搜索用语有更新", "The words to search by are new", old.says, new.says),
    )
    yield from (change(About.WORDS, zh, en) for zh, en, was, now in pairs if was != now)


def renamed(about: About, was: Words, now: Words) -> Change:
    """Something is called otherwise."""
    return change(about, "名称：{a} → {b}", "Its name: {a} → {b}", a=was, b=now)


JUDGES = (_who, _days, _fees, _papers, _conditions, _questions, _visits, _outcome, _words)
