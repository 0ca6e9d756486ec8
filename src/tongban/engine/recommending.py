"""What a person's registries and certificates make worth a look: rules as data, each with its reason in words.

Data, ``services/recommendations.yaml``: CEL over ``applicant`` and a few facts that ``FACTS`` names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.items import marked
from tongban.engine.items.findings import Broken, Finding
from tongban.engine.items.model import Strict
from tongban.engine.items.shared import convert
from tongban.engine.rules import Situation, condition

FILE = "recommendations.yaml"
PERSON = ("birth", "sex", "married", "division")
FACTS = ("children", "firms", "certificates")
READABLE = frozenset([*(f"facts:person.{name}" for name in PERSON), *(f"facts:{name}" for name in FACTS)])


class Recommendation(Strict, frozen=True, kw_only=True):
    """One rule: the item, when (CEL) it is worth a look, and why, as the person reads it."""

    key: str
    item: str
    when: str
    why: Words

    @property
    def renews(self) -> bool:
        """Whether it is about a certificate that the person has: then having had the item before is no reason against."""
        return "facts:certificates" in condition(self.when).reads


def fitting(
    rules: Collection[Recommendation], facts: Mapping[str, Any], *, today: date, city: str
) -> tuple[Recommendation, ...]:
    """The rules that hold for these facts, in their order; each item once. What is not known makes no recommendation."""
    situation = Situation(facts, {}, {}, today, city)
    found: dict[str, Recommendation] = {}
    for rule in rules:
        if rule.item not in found and _holds(situation, rule):
            found[rule.item] = rule
    return tuple(found.values())


def _holds(situation: Situation, rule: Recommendation) -> bool:
    try:
        return situation.holds(rule.when) is True
    except Refusal:  # a fact of another shape than the rule expects
        return False


def load_recommendations(
    files: Mapping[str, bytes], codes: Collection[str] | None = None
) -> tuple[tuple[Recommendation, ...], tuple[Finding, ...]]:
    """Read ``recommendations.yaml`` (a path below ``services/``): the rules that are sound, and what is wrong with others.
    With ``codes`` the items that they name are looked up there."""
    if FILE not in files:
        return (), ()
    try:
        file = marked.read(f"services/{FILE}", files[FILE])
        rows: tuple[Recommendation, ...] = convert(file, tuple[Recommendation, ...])
    except Broken as broken:
        return (), broken.findings
    found: list[Recommendation] = []
    findings: list[Finding] = []
    for index, rule in enumerate(rows):
        wrong = [
            file.finding((index, key), "recommendations", what, fix)
            for key, what, fix in _faults(rule, {each.key for each in rows[:index]}, codes)
        ]
        findings += wrong
        found += [] if wrong else [rule]
    return tuple(found), tuple(findings)


def _faults(
    rule: Recommendation, before: Collection[str], codes: Collection[str] | None
) -> Iterator[tuple[str, Words, Words]]:
    """What is wrong with a rule: at which key, what, and how to mend it."""
    if rule.key in before:
        what = Words(zh=f"“{rule.key}”重复", en=f"'{rule.key}' is there twice")
        yield "key", what, Words(zh="请改其中一个的名字", en="rename one")
    if codes is not None and rule.item not in codes:
        what = Words(zh=f"没有事项“{rule.item}”", en=f"there is no item '{rule.item}'")
        yield "item", what, Words(zh="请写事项代码", en="name an item by its code")
    try:
        read = condition(rule.when).reads
    except Refusal as no:
        fix = Words(zh="请用文件开头列出的内容写 CEL", en="write CEL over what the head of the file names")
        yield "when", no.brief, fix
        return
    for name in sorted(read - READABLE):
        what = Words(zh=f"用到 {name}，但这里不查它", en=f"it reads {name}, which is not looked up for this")
        known = ", ".join(sorted(READABLE))
        yield "when", what, Words(zh=f"可用的有 {known}", en=f"read one of {known}")
    if not read:
        what = Words(zh="没有用到这个人的任何情况", en="it reads nothing of the person")
        yield "when", what, Words(zh="请写明对谁有用", en="say for whom it is worth a look")
