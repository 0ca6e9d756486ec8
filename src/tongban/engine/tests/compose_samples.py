"""The shortest way to a plan, for the tests of compose."""

from __future__ import annotations

from datetime import date
from typing import Any

from tongban.engine.compose import compose
from tongban.engine.items import Field, Item, Material, Rule, Step
from tongban.engine.plan import Known, Plan, StepKind
from tongban.engine.tests.services import item, text_field, words

TODAY = date(2026, 3, 2)
CITY = "000000"
COMPUTED = (
    Step(key="a", kind=StepKind.COMPUTED, office="x", title=words("a")),
    Step(key="b", kind=StepKind.ISSUE, office="x", title=words("b"), needs=("a",)),
    Step(key="c", kind=StepKind.TELL, office="x", title=words("c"), needs=("a",)),
)
PAPER = Material(type="p", title=words("Paper"), cites=("x",))


def known(facts: dict[str, Any] | None) -> dict[str, Known]:
    """Facts that the population registry gave."""
    return {key: Known(value=value, source="population") for key, value in (facts or {}).items()}


def given(facts: dict[str, Any] | None = None, answers: dict[str, Any] | None = None) -> dict[str, Any]:
    """What compose and its kin take besides items, on ``TODAY`` in ``CITY``."""
    return {"facts": known(facts), "answers": answers or {}, "today": TODAY, "city": CITY}


def plan(items: list[Item], facts: dict[str, Any] | None = None, answers: dict[str, Any] | None = None) -> Plan:
    """The plan on ``TODAY`` in ``CITY``."""
    return compose(items, **given(facts, answers))


def bare(code: str = "one", **changes: Any) -> Item:
    """An item without parties, so that nothing but what a test adds is asked or looked for."""
    return item(code, **{"parties": (), **changes})


def asks(*fields: Field, **changes: Any) -> Item:
    """A bare item with these questions."""
    return bare(form=fields, **changes)


def question(key: str, **changes: Any) -> Field:
    """A question for ``person.<key>``."""
    return text_field(f"person.{key}", **changes)


def rule(holds: str, **changes: Any) -> Rule:
    """A condition without more than an article."""
    return Rule(key="r", holds=holds, says=words("no"), cites=("《法》第一条",), **changes)
