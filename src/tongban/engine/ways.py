"""A few questions whose answers lead to items: what occasions of a life and bundles have in common.

Conditions are CEL over ``answers`` alone, so that the way stands in an address that anybody may keep: nothing of it is
personal, nothing is looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any, Protocol

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.model import Strict
from tongban.engine.plan import Option
from tongban.engine.rules import Situation, Unclear, condition

MOST = 4  # questions that are asked
NO_DAY = date(2000, 1, 1)  # the answers alone decide


class Asked(Strict, frozen=True, kw_only=True):
    """A question, with the answers to choose from; asked where ``when`` (CEL) does not fail."""

    key: str
    ask: Words
    options: tuple[Option, ...]
    why: Words | None = None
    when: str | None = None


class Lead(Strict, frozen=True, kw_only=True):
    """An item that answers lead to: why it is done, and when (CEL) it applies."""

    item: str
    why: Words
    when: str | None = None


class Leading(Protocol):
    """What asks and leads."""

    @property
    def questions(self) -> tuple[Asked, ...]: ...

    @property
    def leads(self) -> tuple[Lead, ...]: ...


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """The way for some answers: the questions that are asked, the answers that count, the leads that apply; ``open`` are
    the items among them that an answer may still rule out."""

    asked: tuple[Asked, ...]
    answers: dict[str, str]
    leads: tuple[Lead, ...]
    open: frozenset[str]

    @property
    def sure(self) -> tuple[str, ...]:
        """The items that apply whatever is answered yet."""
        return tuple(lead.item for lead in self.leads if lead.item not in self.open)


def way(of: Leading, answers: Mapping[str, str]) -> Way:
    """What it comes to for these answers. One that nobody offers, or to a question that is not asked (any more), does not
    count."""
    given = {
        each.key: told
        for each in of.questions
        if (told := answers.get(each.key)) in [option.value for option in each.options]
    }
    given = settled(of, given)
    situation = _situation(given)
    judged = [(lead, situation.holds(lead.when)) for lead in of.leads]
    return Way(
        asked=tuple(each for each in of.questions if situation.holds(each.when) is True),
        answers={key: value for key, value in given.items() if value},
        leads=tuple(lead for lead, applies in judged if applies is not False),
        open=frozenset(lead.item for lead, applies in judged if isinstance(applies, Unclear)),
    )


def settled(of: Leading, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers, and nothing for each question that these answers leave unasked: its answer is empty, not awaited."""
    given = dict(answers)
    for each in of.questions:
        if _situation(given).holds(each.when) is False:
            given[each.key] = ""
    return given


def _situation(answers: Mapping[str, str]) -> Situation:
    return Situation({}, answers, {}, NO_DAY, "")


def every(of: Leading) -> Iterator[dict[str, str]]:
    """Every way to answer all questions."""
    for chosen in product(*([option.value for option in each.options] for each in of.questions)):
        yield dict(zip([each.key for each in of.questions], chosen, strict=True))


Fault = tuple[marked.Path, Words, Words]
AUDIENCES = Words(zh="person 或者 firm", en="person or firm")
TRUE_OR_FALSE = Words(zh="条件须为真或假", en="write a condition that is true or false")
BY_CODE = Words(zh="请写事项代码", en="name an item by its code")


def no_audience(told: str) -> Words:
    """It is for nobody that there is."""
    return Words(zh=f"没有“{told}”这类对象", en=f"no audience '{told}'")


def faults(of: Leading, codes: Collection[str] | None, *, under: str) -> Iterator[Fault]:
    """What is wrong with questions and leads: where, what, and how to mend it. ``under`` is what the file calls its leads;
    with ``codes`` the items are looked up there."""
    if len(of.questions) > MOST:
        what = Words(zh=f"问了 {len(of.questions)} 个问题", en=f"it asks {len(of.questions)} questions")
        yield ("questions",), what, Words(zh=f"最多问 {MOST} 个", en=f"ask {MOST} at most")
    known = {each.key for each in of.questions}
    several: tuple[tuple[str, Sequence[Any]], ...] = (("questions", of.questions), (under, of.leads))
    for kind, rows in several:
        for index, row in enumerate(rows):
            yield from _unsound((kind, index, "when"), row.when, known)
    for index, lead in enumerate(of.leads):
        if codes is not None and lead.item not in codes:
            yield (under, index, "item"), Words(zh=f"没有事项“{lead.item}”", en=f"there is no item '{lead.item}'"), BY_CODE
        if lead.item in [each.item for each in of.leads[:index]]:
            what = Words(zh=f"两次指向“{lead.item}”", en=f"it leads to '{lead.item}' twice")
            yield (under, index, "item"), what, Words(zh="请合并为一条，条件写在一起", en="keep one, with a condition for both")
    yield from _unreached(of, under)


def sound(of: Leading) -> bool:
    """Whether every condition can be computed from the answers."""
    known = {each.key for each in of.questions}
    rows: tuple[Any, ...] = (*of.questions, *of.leads)
    return len(of.questions) <= MOST and not any(list(_unsound((), row.when, known)) for row in rows)


def _unsound(at: marked.Path, when: str | None, known: Collection[str]) -> Iterator[Fault]:
    """A condition that cannot be computed, or that reads something else than an answer of this file."""
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


def _unreached(of: Leading, under: str) -> Iterator[Fault]:
    """Leads that no answers lead to, and conditions that some answers break."""
    if not sound(of):
        return
    left = {index: lead.when for index, lead in enumerate(of.leads) if lead.when}
    for given in every(of):
        if not left:
            return
        try:
            situation = _situation(settled(of, given))
        except Refusal as no:
            yield ("questions",), no.brief, TRUE_OR_FALSE
            return
        for index, when in list(left.items()):
            try:
                if situation.holds(when) is not True:
                    continue
            except Refusal as no:
                yield (under, index, "when"), no.brief, TRUE_OR_FALSE
            del left[index]
    for index in left:
        code = of.leads[index].item
        what = Words(zh=f"怎样回答都到不了“{code}”", en=f"no answers lead to '{code}'")
        yield (under, index, "when"), what, Words(zh="请与选项的值比较", en="compare with an option's value")
