"""What is known, asked and looked up while a plan is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine import forms
from tongban.engine.compose.texts import fill
from tongban.engine.forms.widgets import person_name
from tongban.engine.items.model import Field, Item
from tongban.engine.plan import Failed, Known
from tongban.engine.rules import Situation, Unclear, age

NOT_FOUND = Words(zh="登记库中查不到“{shown}”", en="'{shown}' is in none of the registries that could be asked")
CHECK_IT = Words(
    zh="请核对有没有填错；确认无误的，可到窗口核实", en="Check it; if it is right, a window can confirm it"
)
MISMATCH = Words(
    zh="“{shown}”与登记的姓名或名称不一致", en="'{shown}' is not the name that the registry has for this number"
)
NOT_OK = Words(zh="“{shown}”不能使用", en="'{shown}' cannot be used")


class Asked(msgspec.Struct, kw_only=True):
    """One question of the plan: the same key asked by one or several items."""

    key: str
    uses: list[tuple[Item, Field]]
    applies: bool | Unclear = True

    @property
    def field(self) -> Field:
        """The first item's own words for it (items are in order of their codes)."""
        return self.uses[0][1]

    @property
    def plain(self) -> bool:
        """Whether it is about the applicant's own element, which a fact of the same key answers."""
        return self.key == plain_key(self.field.element)


def plain_key(element: str) -> str:
    """The key of the question that asks an element of the applicant: ``person.address`` → ``person_address``."""
    return element.replace(".", "_").replace("-", "_")


class World:
    """The facts, the answers that count, what they led to, and the names that are still missing.

    An answer to a question that does not apply (any more) does not count, nor one that would overrule a registry.
    """

    def __init__(
        self,
        items: Sequence[Item],
        asked: Sequence[Asked],
        facts: Mapping[str, Known],
        answers: Mapping[str, Any],
        today: date,
        city: str,
    ) -> None:
        self.items, self.asked, self.facts, self.today, self.city = items, asked, facts, today, city
        self.values = msgspec.to_builtins({key: known.value for key, known in facts.items()})
        self.needs: set[str] = set()
        self.filling = False
        self.failed: list[Failed] = []
        given = msgspec.to_builtins(dict(answers))
        dropped: set[str] = set()
        names = _Names(asked)
        while True:
            self.answers = self._answers(given, dropped)
            self.found = {each.key: found for each in asked if (found := self._found(each)) is not None}
            self.situation = Situation(self.values, self.answers, self.found, today, city, names, self.text)
            for each in asked:
                each.applies = self._applies(each)
            stale = {each.key for each in asked if each.applies is False} & self.answers.keys()
            if not stale:
                break
            dropped |= stale
        self._look()

    def known(self, asked: Asked) -> Known | None:
        """What a registry says to this question, if it does."""
        known = self.facts.get(asked.field.element) if asked.plain else None
        return known if known is not None and known.value is not None else None

    def tell(self, condition: str | None) -> bool | Unclear:
        """Whether a condition holds; the facts that it lacks are noted as needed."""
        told = self.situation.holds(condition)
        if isinstance(told, Unclear):
            self.needs.update(name[6:] for name in told.missing if name.startswith("facts:"))
        return told

    def value(self, expression: str) -> Any:
        """What an expression yields, or :class:`Unclear`; what it lacks is noted."""
        value = self.situation.value(expression)
        if isinstance(value, Unclear):
            self.needs.update(name[6:] for name in value.missing if name.startswith("facts:"))
        return value

    def text(self, name: str) -> str:
        """The text ``name`` of the items in Chinese (``name.en``: in English), filled in; none is empty. A text that speaks
        of another text finds it empty, so that two cannot go round in a circle."""
        stem, _, language = name.partition(".")
        said = next((item.texts[stem] for item in self.items if stem in item.texts), None)
        if said is None or self.filling:
            return ""
        self.filling = True
        try:
            return fill(said.en if language == "en" else said.zh, self).strip()
        finally:
            self.filling = False

    def fact(self, key: str) -> Any:
        """A fact's value, or None; one that nobody has looked for yet is noted as needed."""
        if key not in self.facts:
            self.needs.add(key)
        return self.values.get(key)

    def _answers(self, given: Mapping[str, Any], dropped: set[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for each in self.asked:
            known = self.known(each)
            fixed = known is not None and not any(field.editable for _, field in each.uses)
            if not fixed and given.get(each.key) is not None and each.key not in dropped:
                found[each.key] = given[each.key]
            elif known is not None and each.key not in dropped:
                found[each.key] = self.values[each.field.element]
        return found

    def _applies(self, asked: Asked) -> bool | Unclear:
        told = [self.situation.holds(field.when) for _, field in asked.uses]
        if any(each is True for each in told):
            return True
        unclear = [each for each in told if isinstance(each, Unclear)]
        missing = frozenset(name for each in unclear for name in each.missing)
        return Unclear(missing) if missing else False

    def lookups(self, asked: Asked) -> tuple[str, ...]:
        """The fact keys that this question's answer calls for."""
        if not asked.field.lookup or asked.key not in self.answers:
            return ()
        return forms.lookups(asked.field.widget, self.answers[asked.key])

    def _found(self, asked: Asked) -> Any:
        keys = self.lookups(asked)
        if not keys or any(key not in self.facts for key in keys):
            return None
        found = [self._aged(self.values[key]) for key in keys]
        return found if isinstance(self.answers[asked.key], list) else found[0]

    def _aged(self, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("birth"), str):
            return {**value, "age": age(value["birth"], self.today.isoformat())}
        return value

    def _look(self) -> None:
        """Note every fact that a question calls for, and every answer that a registry says no to."""
        for each in self.asked:
            if each.applies is False:
                continue
            if isinstance(each.applies, Unclear):
                self.needs.update(name[6:] for name in each.applies.missing if name.startswith("facts:"))
            if each.plain and each.field.source and each.field.element not in self.facts:
                self.needs.add(each.field.element)
            keys = self.lookups(each)
            self.needs.update(key for key in keys if key not in self.facts)
            names = [member.get("name") for _, member in forms.members(each.field.widget, self.answers.get(each.key))]
            for index, key in enumerate(keys):
                if key in self.facts:
                    self._judge(each, key, names[index] if index < len(names) else None)

    def _judge(self, asked: Asked, key: str, name: Any) -> None:
        value, shown = self.values[key], str(name or key.partition(":")[2])
        if value is None:
            self._fail(asked, "not-found", NOT_FOUND.format(shown=shown), CHECK_IT, {})
        elif isinstance(value, dict) and value.get("ok") is False:
            says = words(value.get("says")) or NOT_OK.format(shown=shown)
            self._fail(asked, str(value.get("code") or "not-ok"), says, words(value.get("remedy")), value)
        elif isinstance(value, dict) and name and value.get("name") and person_name(value["name"]) != name:
            self._fail(asked, "name-mismatch", MISMATCH.format(shown=shown), CHECK_IT, {})

    def _fail(self, asked: Asked, code: str, says: Words, remedy: Words | None, value: dict[str, Any]) -> None:
        self.failed.append(
            Failed(
                rule=f"{asked.key}:{code}",
                item=asked.uses[0][0].code,
                says=says,
                cites=tuple(value.get("cites") or ()),
                remedy=remedy,
                question=asked.key,
                suggestions=tuple(str(each) for each in value.get("suggestions") or ()),
            )
        )


class _Names(dict[str, dict[str, str]]):
    """The Chinese names of a question's options, made when a rule asks for them."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        super().__init__()
        self.fields = {each.key: each.field for each in asked}

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self and key in self.fields:
            self[key] = {option.value: option.label.zh for option in self.fields[key].options}
        return super().get(key, default)


def words(value: Any) -> Words | None:
    """``{zh, en}`` of a looked-up fact as Words; anything else is none."""
    if isinstance(value, dict) and isinstance(value.get("zh"), str) and isinstance(value.get("en"), str):
        return Words(zh=value["zh"], en=value["en"])
    return None
