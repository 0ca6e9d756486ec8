"""What a newer version of a bundle changes for people: the services in it, the questions, the texts."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.engine.bundles.model import Bundle
from tongban.engine.items.changes import About, Change, change, paired, renamed
from tongban.engine.ways import Asked


def changes(old: Bundle, new: Bundle) -> tuple[Change, ...]:
    """What changes for people from one version to another; equal bundles give nothing."""
    return (*_members(old, new), *_audience(old, new), *_questions(old, new), *_words(old, new))


def _members(old: Bundle, new: Bundle) -> Iterator[Change]:
    for was, now in paired(old.members, new.members, lambda m: m.item):
        if was is None:
            yield change(About.SERVICES, "一起办：{c}（{t}）", "Now with it: {c} ({t})", c=now.item, t=now.why)
        elif now is None:
            yield change(About.SERVICES, "不再一起办：{c}（{t}）", "No longer with it: {c} ({t})", c=was.item, t=was.why)
        elif was.when != now.when:
            yield change(About.SERVICES, "何时一起办有调整：{c}", "When it belongs to it is changed: {c}", c=now.item)
        elif was.why != now.why:
            yield change(About.WORDS, "{c}：{t}", "{c}: {t}", c=now.item, t=now.why)
    if [each.item for each in old.members] != [each.item for each in new.members] and _same(old, new):
        yield change(About.SERVICES, "事项的先后有调整", "The order of the services is changed")


def _same(old: Bundle, new: Bundle) -> bool:
    return {each.item for each in old.members} == {each.item for each in new.members}


def _audience(old: Bundle, new: Bundle) -> Iterator[Change]:
    if old.audience != new.audience:
        yield change(About.WHO, "服务对象有调整", "Who may apply is changed")


def _questions(old: Bundle, new: Bundle) -> Iterator[Change]:
    for was, now in paired(old.questions, new.questions, lambda q: q.key):
        if was is None:
            yield change(About.QUESTIONS, "新增问题：{t}", "A new question: {t}", True, t=now.ask)
        elif now is None:
            yield change(About.QUESTIONS, "不再询问：{t}", "No longer asked: {t}", False, t=was.ask)
        elif _told(was) != _told(now):
            yield change(About.QUESTIONS, "问题有调整：{t}", "A question is changed: {t}", t=now.ask)
    if old.settles != new.settles:
        yield change(About.QUESTIONS, "由一件事直接填好的内容有调整", "What the bundle itself fills in is changed")


def _told(asked: Asked) -> tuple[object, ...]:
    return asked.ask, asked.options, asked.why, asked.when


def _words(old: Bundle, new: Bundle) -> Iterator[Change]:
    if old.title != new.title:
        yield renamed(About.WORDS, old.title, new.title)
    pairs = (
        ("说明有更新", "The description is new", old.summary, new.summary),
        ("改革前的数字有更新", "What was stated of before is new", old.stated, new.stated),
        ("依据有更新", "The articles it stands on are new", old.cites, new.cites),
        ("搜索用语有更新", "The words to search by are new", old.says, new.says),
        ("由本市确认的内容有更新", "What the city has yet to confirm is new", old.to_confirm, new.to_confirm),
        ("牵头部门有调整", "Another office leads", old.office, new.office),
    )
    yield from (change(About.WORDS, zh, en) for zh, en, was, now in pairs if was != now)
