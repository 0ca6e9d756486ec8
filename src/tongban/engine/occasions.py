"""Occasions of a life (人生大事): a few questions, and the items that apply to the answers in the order of doing them.

Data, ``services/life-events/<key>.yaml``. Conditions are CEL over ``answers`` alone, so that the way through an occasion
stands in an address that anybody may keep: nothing of it is personal, nothing is looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.model import Strict
from tongban.engine.items.shared import convert
from tongban.engine.plan import Option
from tongban.engine.rules import Situation, Unclear, condition

FOLDER = "life-events/"
MOST = 4  # questions that an occasion asks
NO_DAY = date(2000, 1, 1)  # the answers alone decide


class Asked(Strict, frozen=True, kw_only=True):
    """A question of an occasion, with the answers to choose from; asked where ``when`` (CEL) does not fail."""

    key: str
    ask: Words
    options: tuple[Option, ...]
    why: Words | None = None
    when: str | None = None


class Lead(Strict, frozen=True, kw_only=True):
    """An item that an occasion leads to: why it is done, and when (CEL) it applies."""

    item: str
    why: Words
    when: str | None = None


class Raw(Strict, frozen=True, kw_only=True):
    """A file as it is written. ``subjects`` are codes of GB/T 39046: where more of the kind is found."""

    order: int
    audience: str
    title: Words
    says: Words
    subjects: tuple[str, ...] = ()
    questions: tuple[Asked, ...] = ()
    leads: tuple[Lead, ...] = ()


class Occasion(Raw, frozen=True, kw_only=True):
    """A life event for a ``person`` or a ``firm``; ``key`` is its file's name."""

    key: str

    @property
    def themes(self) -> tuple[str, ...]:
        """Its subjects as lists know them: ``p005``, ``f010``."""
        mark = "p" if self.audience == "person" else "f"
        return tuple(f"{mark}{code}" for code in self.subjects)


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """An occasion with answers: the questions that are asked, the answers that count, the leads that apply; ``open`` are
    the items among them that an answer may still rule out."""

    asked: tuple[Asked, ...]
    answers: dict[str, str]
    leads: tuple[Lead, ...]
    open: frozenset[str]


def way(occasion: Occasion, answers: Mapping[str, str]) -> Way:
    """What an occasion comes to for these answers. One that nobody offers, or to a question that is not asked (any more),
    does not count."""
    given = {
        each.key: told
        for each in occasion.questions
        if (told := answers.get(each.key)) in [option.value for option in each.options]
    }
    given = _settled(occasion, given)
    situation = _situation(given)
    judged = [(lead, situation.holds(lead.when)) for lead in occasion.leads]
    return Way(
        asked=tuple(each for each in occasion.questions if situation.holds(each.when) is True),
        answers={key: value for key, value in given.items() if value},
        leads=tuple(lead for lead, applies in judged if applies is not False),
        open=frozenset(lead.item for lead, applies in judged if isinstance(applies, Unclear)),
    )


def _settled(occasion: Occasion, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers, and nothing for each question that these answers leave unasked: its answer is empty, not awaited."""
    given = dict(answers)
    for each in occasion.questions:
        if _situation(given).holds(each.when) is False:
            given[each.key] = ""
    return given


def _situation(answers: Mapping[str, str]) -> Situation:
    return Situation({}, answers, {}, NO_DAY, "")


def load_occasions(
    files: Mapping[str, bytes], codes: Collection[str] | None = None
) -> tuple[tuple[Occasion, ...], tuple[Finding, ...]]:
    """Read ``life-events/*.yaml`` (paths below ``services/``): the occasions in the order of a life, and what is wrong. With
    ``codes`` the items that they lead to are looked up there. A broken one is named and the others are read."""
    found: list[Occasion] = []
    findings: list[Finding] = []
    for path in sorted(p for p in files if p.startswith(FOLDER) and p.endswith(".yaml")):
        key = path.removeprefix(FOLDER).removesuffix(".yaml")
        try:
            file = marked.read(f"services/{path}", files[path])
            raw: Raw = convert(file, Raw)
        except Broken as broken:
            findings += broken.findings
            continue
        occasion = Occasion(key=key, **{name: getattr(raw, name) for name in Raw.__struct_fields__})
        wrong = [file.finding(at, "occasions", what, fix) for at, what, fix in _faults(occasion, codes)]
        findings += wrong
        found += [] if wrong else [occasion]
    ordered = sorted(found, key=lambda each: (each.audience != "person", each.order, each.key))
    return tuple(ordered), tuple(findings)


Fault = tuple[marked.Path, Words, Words]
TRUE_OR_FALSE = Words(zh="条件须为真或假", en="write a condition that is true or false")
BY_CODE = Words(zh="请写事项代码", en="name an item by its code")


def _faults(occasion: Occasion, codes: Collection[str] | None) -> Iterator[Fault]:
    """What is wrong with an occasion: where, what, and how to mend it."""
    if occasion.audience not in ("person", "firm"):
        what = Words(zh=f"没有“{occasion.audience}”这类对象", en=f"no audience '{occasion.audience}'")
        yield ("audience",), what, Words(zh="person 或者 firm", en="person or firm")
    if len(occasion.questions) > MOST:
        count = len(occasion.questions)
        what = Words(zh=f"问了 {count} 个问题", en=f"it asks {count} questions")
        yield ("questions",), what, Words(zh=f"最多问 {MOST} 个", en=f"ask {MOST} at most")
    known = {each.key for each in occasion.questions}
    several: tuple[tuple[str, Sequence[Any]], ...] = (("questions", occasion.questions), ("leads", occasion.leads))
    for kind, rows in several:
        for index, row in enumerate(rows):
            yield from _unsound((kind, index, "when"), row.when, known)
    for index, lead in enumerate(occasion.leads):
        if codes is not None and lead.item not in codes:
            what = Words(zh=f"没有事项“{lead.item}”", en=f"there is no item '{lead.item}'")
            yield ("leads", index, "item"), what, BY_CODE
        if lead.item in [each.item for each in occasion.leads[:index]]:
            what = Words(zh=f"两次指向“{lead.item}”", en=f"it leads to '{lead.item}' twice")
            fix = Words(zh="请合并为一条，条件写在一起", en="keep one, with a condition for both")
            yield ("leads", index, "item"), what, fix
    yield from _unreached(occasion, known)


def _unsound(at: marked.Path, when: str | None, known: Collection[str]) -> Iterator[Fault]:
    """A condition that cannot be computed, or that reads something else than an answer of this occasion."""
    if when is None:
        return
    try:
        read = condition(when).reads
    except Refusal as no:
        yield at, no.brief, Words(zh="请用 answers.<问题> 写 CEL", en="write CEL over answers.<question>")
        return
    for name in sorted(read - {f"answers:{key}" for key in known}):
        what = Words(zh=f"用到 {name}，但这里没有问", en=f"it reads {name}, which is not asked here")
        yield at, what, Words(zh="请用本文件的 answers.<问题>", en="read answers.<question> of this file")


def _unreached(occasion: Occasion, known: Collection[str]) -> Iterator[Fault]:
    """Leads that no answers lead to, and conditions that some answers break."""
    rows: tuple[Any, ...] = (*occasion.questions, *occasion.leads)
    if any(list(_unsound((), row.when, known)) for row in rows):
        return
    left = {index: lead.when for index, lead in enumerate(occasion.leads) if lead.when}
    for chosen in product(*([option.value for option in each.options] for each in occasion.questions)):
        if not left:
            return
        given = dict(zip([each.key for each in occasion.questions], chosen, strict=True))
        try:
            situation = _situation(_settled(occasion, given))
        except Refusal as no:
            yield ("questions",), no.brief, TRUE_OR_FALSE
            return
        for index, when in list(left.items()):
            try:
                if situation.holds(when) is not True:
                    continue
            except Refusal as no:
                yield ("leads", index, "when"), no.brief, TRUE_OR_FALSE
            del left[index]
    for index in left:
        code = occasion.leads[index].item
        what = Words(zh=f"怎样回答都到不了“{code}”", en=f"no answers lead to '{code}'")
        yield ("leads", index, "when"), what, Words(zh="请与选项的值比较", en="compare with an option's value")
