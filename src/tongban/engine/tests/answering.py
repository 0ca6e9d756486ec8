"""An applicant who fills in whatever is asked: answers made from the questions' own schemas, facts for what is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.engine import forms
from tongban.engine.compose import compose
from tongban.engine.items import Item
from tongban.engine.plan import Known, Plan, Question
from tongban.engine.tests.services import repository

TODAY, CITY = date(2026, 11, 23), "330100"
PERSON = {"name": "演示负责人", "id": "330106198505051230"}
FIRM = "91330100MA0044EE3F"
COMPANY = {"type": "firm", "name": "演示实业有限公司", "id": FIRM, "amount": 100_00}
ROUNDS = 40


TEXTS = ("演示内容", "浙A12345", "2026-11", "12345678", "LSVAA4182E2184847", "A1", "80", "80.50", "JY13301060000001", "3301060000000001")
DATES = ("2026-12-20", "2026-10-12", "2026-11-23", "2027-06-30", "2020-01-02", "2026-10-28")


def tries(question: Question) -> list[Any]:
    """Answers to try, as a form would send them: those that the question's own schema takes."""
    schema = question.schema.get("allOf", [question.schema])[0]
    options = schema.get("enum") or [option.value for option in question.options]
    low = schema.get("minimum", 0)
    made: dict[str, list[Any]] = {
        "choice": options,
        "choices": [[each] for each in options],
        "industry": [[each] for each in options],
        "number": [max(1, low), low, 20, 60],
        "area": [max(10, low), low],
        "money": [max(100_00, low), low, 10_000_00],
        "date": list(DATES),
        "slot": ["2026-12-21T09:30", "2026-11-30T10:00"],
        "mobile": ["13800000005"],
        "name": [PERSON["name"]],
        "person": [dict(PERSON)],
        "pick": [dict(PERSON)],
        "people": [[dict(PERSON)]],
        "holders": [[each] for each in ({"type": "person", **PERSON, "amount": 100_00}, COMPANY)],
        "person-id": [PERSON["id"]],
        "organisation-id": [FIRM],
        "firm-name": ["杭州演示星汉软件有限公司"],
        "place": [{"code": "demo-place"}],
        "bank-account": [{"bank": "演示银行", "number": "6222000000000000005"}],
        "confirm": [True],
        "certificate": ["演示证字0001号"],
    }
    offered = made.get(question.widget, [*TEXTS, "演" * max(1, schema.get("minLength", 1))])
    return [each for each in offered if _taken(question, each)]


def _taken(question: Question, raw: Any) -> bool:
    try:
        return forms.validate(question, raw) is not None
    except forms.Invalid:
        return False


Told = Mapping[str, Any]


def known(key: str, cast: str, own: Told) -> Any:
    """What the registries of the play know under a key; None for what nobody knows. ``own`` is told before the cast: of
    another person it tells what they are like, whoever they are."""
    facts = {**repository().shared.cast[cast], **own}
    if key in facts:
        return facts[key]
    kind, _, name = key.partition(":")
    if alike := next((value for other, value in own.items() if name and other.startswith(f"{kind}:") and value), None):
        return {**alike, "id": name, "name": PERSON["name"]}
    answers: dict[str, Any] = {
        "person": {"id": name, "name": PERSON["name"], "birth": "1985-05-05", "sex": "male", "alive": True},
        "firm": {"id": name, "name": "演示实业有限公司", "status": "active", "kind": "有限责任公司"},
        "place": {"ok": True, "code": name, "text": "演示路 1 号", "use": "commercial", "owner": ""},
        "licence": {"known": False},
        "name-check": {"ok": True},
    }
    return answers.get(kind) if name else None


def filled(item: Item, cast: str, own: Told | None = None) -> tuple[Plan, dict[str, Any], dict[str, Known]]:
    """The item filled in by a ``resident`` or an ``enterprise`` of the cast, until nothing is left to ask or to look up.
    An answer that a condition says no to is mended where another would do, as people do."""
    answers: dict[str, Any] = {}
    facts: dict[str, Known] = {}
    told = own or {}
    for _ in range(ROUNDS):
        plan = _plan(item, facts, answers, cast, told)
        asked = next((q for q in plan.questions if not q.answered and q.key not in answers), None)
        if asked is None:
            return plan, answers, facts
        offered = [forms.validate(asked, each) for each in tries(asked)]
        assert offered, f"{item.code}: nothing answers {asked.key}: {asked.widget} {asked.schema}"
        answers[asked.key] = offered[0]
        for each in offered:
            after = _plan(item, facts, answers | {asked.key: each}, cast, told)
            if not any(failed.question == asked.key for failed in after.failed):
                answers[asked.key] = each
                break
    raise AssertionError(f"{item.code}: no end of questions")


def _plan(item: Item, facts: dict[str, Known], answers: Mapping[str, Any], cast: str, told: Told) -> Plan:
    """The plan when whatever it needs has been looked up."""
    while True:
        plan = compose([item], facts=facts, answers=answers, today=TODAY, city=CITY)
        wanted = [key for key in plan.needs if key not in facts]
        if not wanted:
            return plan
        facts |= {key: Known(value=known(key, cast, told), source="cast") for key in wanted}
