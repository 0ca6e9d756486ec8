"""Conditions of items: CEL over named facts, compiled once, bounded, and honest about what it does not know.

No item can run code: an expression has a bounded length, depth and number of macros, macros never nest (a thousand by a
thousand elements took half a minute), and the lists it may walk are bounded too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import cel
import msgspec

from tongban.base import money
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine import effort as work
from tongban.engine.effort import Effort, effort

SOURCE_LIMIT = 1_000
DEPTH_LIMIT = 16
OPERATOR_LIMIT = 120
MACRO_LIMIT = 6
LIST_LIMIT = 200
TEXT_LIMIT = 20_000
BUILTIN = {"size", "has", "contains", "startsWith", "endsWith", "matches", "string", "int", "double"}
VARIABLES = ("facts", "applicant", "firm", "answers", "found", "today", "city")

_STRINGS = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")
_MACRO = re.compile(r"\.\s*(?:map|filter|all|exists|exists_one)\s*\(")
_BOUND = re.compile(_MACRO.pattern + r"\s*([A-Za-z_]\w*)\s*,")
_OPERATOR = re.compile(r"&&|\|\||[-+*/%!?<>=]")
_FACT = re.compile(r"""\bfacts\s*\[\s*(?:"([^"]+)"|'([^']+)')\s*\]""")
_MEMBER = re.compile(r"\b(applicant|firm|answers|found)\s*\.\s*([A-Za-z_]\w*)")
_PREFIX = {"applicant": "person.", "firm": "firm."}


class Unclear(msgspec.Struct, frozen=True):
    """A condition that cannot be told yet. ``missing`` are the names it lacks: ``facts:<key>``, ``answers:<key>``,
    ``found:<key>``. ``absent``: all is there, but something was looked for and is not known to anybody."""

    missing: frozenset[str] = frozenset()
    absent: bool = False


class Condition(msgspec.Struct, frozen=True):
    """A compiled expression, the variables it reads (names as in :class:`Unclear`), its source, and what it could cost."""

    source: str
    program: Any
    reads: frozenset[str]
    effort: Effort


def age(birth: str, today: str) -> int:
    """Whole years from ``birth`` to ``today`` (ISO dates); born on 29 February counts from 1 March."""
    born, now = date.fromisoformat(birth), date.fromisoformat(today)
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day))


def days(start: str, end: str) -> int:
    """Calendar days from ``start`` to ``end`` (ISO dates)."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def total(numbers: list[int]) -> int:
    """The sum of whole numbers; of none, 0."""
    return sum(int(number) for number in numbers)


def distinct(values: list[Any]) -> bool:
    """Whether no value appears twice."""
    return all(value not in values[:index] for index, value in enumerate(values))


def digits(text: str) -> int:
    """The number that a text of digits writes; anything else is 0."""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else 0


def clip(number: int, low: int, high: int) -> int:
    """``number``, no lower than ``low`` and no higher than ``high``."""
    return max(low, min(high, number))


def join(values: list[Any], between: str) -> str:
    """The values as one text."""
    return between.join(str(value) for value in values)


def part(text: str, start: int, end: int) -> str:
    """The characters of ``text`` from ``start`` up to ``end`` (not included; counted from 0)."""
    return text[start:end]


def masked(text: str) -> str:
    """All but the last four characters as ``*``: account numbers on paper."""
    return "*" * max(0, len(text) - 4) + text[-4:]


def yuan(fen: int) -> str:
    """Fen as yuan with two places: 100050 → 1,000.50."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "age": age,
    "clip": clip,
    "days": days,
    "digits": digits,
    "distinct": distinct,
    "join": join,
    "masked": masked,
    "part": part,
    "portion": money.portion,
    "tiers": money.tiers,
    "total": total,
    "yuan": yuan,
}
NAMED = {"label", "labels", "text"}  # of a situation: they read the options of its questions and the texts of its items


def refusal(source: str, why_zh: str, why_en: str, code: str = "rule_broken") -> Refusal:
    """The named refusal of an expression that cannot be compiled or evaluated."""
    shown = source if len(source) <= 120 else source[:117] + "..."
    return Refusal(
        code,
        Words(zh=f"规则“{shown}”无法计算：{why_zh}", en=f"The rule '{shown}' cannot be computed: {why_en}"),
        next_step=Words(zh="请联系事项的主管部门", en="Ask the office that owns the item"),
        status=500,
    )


@lru_cache(maxsize=16_384)
def condition(source: str) -> Condition:
    """Compile ``source`` once. Raises the refusal ``rule_broken`` for what is too large, nests macros, names a
    variable or function that does not exist, or is not CEL."""
    _bounded(source)
    try:
        program = cel.compile(source)
    except (ValueError, RuntimeError) as error:
        text = str(error).splitlines()[0]
        raise refusal(source, f"不是有效的 CEL：{text}", f"it is not CEL: {text}") from error
    names = program.references()
    bound = set(_BOUND.findall(_STRINGS.sub('""', source)))
    if unknown := set(names["variables"]) - set(VARIABLES) - bound:
        listed = ", ".join(sorted(unknown))
        raise refusal(source, f"没有变量 {listed}", f"there is no variable {listed}")
    if unknown := {name for name in names["functions"] if name.isidentifier()} - BUILTIN - FUNCTIONS.keys() - NAMED:
        listed = ", ".join(sorted(unknown))
        raise refusal(source, f"没有函数 {listed}", f"there is no function {listed}")
    return Condition(source, program, reads(source), effort(source))


def reads(source: str) -> frozenset[str]:
    """The names an expression reads: ``facts:person.birth``, ``answers:place``, ``found:place``."""
    found = {f"facts:{one or other}" for one, other in _FACT.findall(source)}
    bare = _STRINGS.sub('""', source)
    for variable, name in _MEMBER.findall(bare):
        found.add(f"facts:{_PREFIX[variable]}{name}" if variable in _PREFIX else f"{variable}:{name}")
    if "facts:person.age" in found:
        found = found - {"facts:person.age"} | {"facts:person.birth"}
    return frozenset(found)


def _bounded(source: str) -> None:
    bare = _STRINGS.sub('""', source)
    if len(source) > SOURCE_LIMIT:
        raise refusal(source, f"超过 {SOURCE_LIMIT} 个字符", f"it is longer than {SOURCE_LIMIT} characters")
    if len(_OPERATOR.findall(bare)) > OPERATOR_LIMIT:
        raise refusal(source, f"运算超过 {OPERATOR_LIMIT} 次", f"it has more than {OPERATOR_LIMIT} operators")
    openings = [match.end() - 1 for match in _MACRO.finditer(bare)]
    if len(openings) > MACRO_LIMIT:
        raise refusal(source, f"遍历超过 {MACRO_LIMIT} 次", f"it has more than {MACRO_LIMIT} macros")
    depth, inside = 0, 0
    macros: list[int] = []
    for index, character in enumerate(bare):
        if character in "([{":
            depth += 1
            if index in openings:
                macros.append(depth)
            inside = max(inside, len(macros))
        elif character in ")]}":
            if macros and macros[-1] == depth:
                macros.pop()
            depth -= 1
        if depth > DEPTH_LIMIT:
            raise refusal(source, f"嵌套超过 {DEPTH_LIMIT} 层", f"it nests deeper than {DEPTH_LIMIT}")
    if inside > 1:
        raise refusal(source, "遍历里面套着遍历", "a macro stands inside another macro")


class Situation:
    """The variables of one evaluation. Not shared between threads: make one for each computation.

    ``facts``: fact key → value (None: looked for, and nobody knows); ``answers``: question key → value; ``found``:
    question key → what was looked up for its answer. ``applicant`` and ``firm`` are the facts ``person.*`` and
    ``firm.*``, with ``applicant.age`` computed on ``today``. ``names``: question key → option → its Chinese name, for
    ``label(key, value)`` and ``labels(key, values)``; ``text``: a text of the items, filled in, for ``text(name)``.
    """

    def __init__(
        self,
        facts: Mapping[str, Any],
        answers: Mapping[str, Any],
        found: Mapping[str, Any],
        today: date,
        city: str,
        names: Mapping[str, Mapping[str, str]] | None = None,
        text: Callable[[str], str] = lambda name: "",
    ) -> None:
        names = {} if names is None else names
        self.facts, self.answers, self.found = dict(facts), dict(answers), dict(found)
        applicant, firm = under(self.facts, "person."), under(self.facts, "firm.")
        if "birth" in applicant:
            applicant["age"] = age(applicant["birth"], today.isoformat()) if applicant["birth"] else None
        self.values: dict[str, Any] = {"facts": self.facts, "applicant": applicant, "firm": firm, "answers": self.answers,
                       "found": self.found, "today": today.isoformat(), "city": city}  # fmt: skip
        _bounded_value("facts", self.facts, top=True)
        _bounded_value("answers", self.answers, top=True)
        _bounded_value("found", self.found, top=True)
        try:
            self.context = cel.Context(self.values)
        except (ValueError, OverflowError, TypeError) as error:
            raise refusal("answers", "有一个回答无法计算", f"an answer cannot be computed with: {error}") from error
        for name, function in FUNCTIONS.items():
            self.context.add_function(name, function)
        self.context.add_function("text", text)
        self.context.add_function("label", lambda key, value: names.get(key, {}).get(value, value))
        self.context.add_function("labels", lambda key, values: [names.get(key, {}).get(v, v) for v in values])

    def value(self, source: str) -> Any:
        """What the expression yields, or :class:`Unclear`. Raises the refusal ``rule_failed`` for an error in it."""
        rule = condition(source)
        if rule.effort.growth > 1 or rule.effort.walks > 1:
            self._affordable(rule)
        try:
            return rule.program.execute(self.context)
        except KeyError as error:
            missing = self.missing(rule)
            return Unclear(missing or frozenset({f"member:{error.args[0]}"}))
        except (RuntimeError, TypeError, ValueError, ArithmeticError) as error:
            if missing := self.missing(rule):
                return Unclear(missing)
            if self.absent(rule):
                return Unclear(absent=True)
            raise refusal(source, str(error), str(error), code="rule_failed") from error

    def _affordable(self, rule: Condition) -> None:
        """Refuse what could build more text than there is room for, before it begins."""
        names = (self._get(name) for name in rule.reads)
        read = self.values.values() if rule.effort.whole else (value for value in names if value is not _NOTHING)
        sizes = [work.measure(value) for value in read]
        text, members = (max((size[n] for size in sizes), default=0) for n in (0, 1))
        if rule.effort.copies(text, members) > work.LIMIT:
            zh, en = "要拼接的文字过多", "it would join more text than there is room for"
            raise refusal(rule.source, zh, en, code="too_large")

    def holds(self, source: str | None) -> bool | Unclear:
        """Whether a condition is true; no condition always is. A value that is no truth is refused."""
        if source is None:
            return True
        value = self.value(source)
        if isinstance(value, bool | Unclear):
            return value
        raise refusal(
            source, "结果不是“是”或“否”", f"it yields {type(value).__name__}, not a truth", code="rule_failed"
        )

    def missing(self, rule: Condition) -> frozenset[str]:
        """The names that the rule reads and that nobody has looked for yet."""
        return frozenset(name for name in rule.reads if self._get(name) is _NOTHING)

    def absent(self, rule: Condition) -> bool:
        """Whether something the rule reads was looked for and is not known."""
        return any(self._get(name) is None for name in rule.reads)

    def _get(self, name: str) -> Any:
        kind, _, key = name.partition(":")
        return self.values[kind].get(key, _NOTHING)


_NOTHING = object()


def under(facts: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The facts below ``prefix`` without it: ``person.birth`` → ``birth``."""
    return {key[len(prefix) :]: value for key, value in facts.items() if key.startswith(prefix)}


def _bounded_value(name: str, value: Any, *, top: bool = False, depth: int = 0) -> None:
    """Refuse what a rule must not be made to walk: long lists, long texts, deep nesting."""
    if depth > 8:
        raise refusal(name, "数据嵌套过深", "the data nest too deeply", code="too_large")
    if isinstance(value, str):
        if len(value) > TEXT_LIMIT:
            raise refusal(name, "文本过长", f"a text has {len(value)} characters", code="too_large")
    elif isinstance(value, dict | list | tuple):
        if len(value) > (10 * LIST_LIMIT if top else LIST_LIMIT):
            raise refusal(name, "列表过长", f"a list has {len(value)} members", code="too_large")
        for each in value.values() if isinstance(value, dict) else value:
            _bounded_value(name, each, depth=depth + 1)
