"""Papers that an answer still to come lets a registry check; read from the catalogue, so no part of the mutation run."""

from __future__ import annotations

from datetime import date

from tongban.engine.compose import checked_later, compose
from tongban.engine.plan import Known
from tongban.engine.tests.services import repository


def test_a_paper_that_an_answer_to_come_lets_a_registry_check_is_told_apart() -> None:
    founding = repository().items["company-registration"]
    plan = compose([founding], facts={}, answers={}, today=date(2026, 3, 2), city="330100")
    assert checked_later([founding], plan.materials) == {"identity-of-parties", "proof-of-address"}
    example = founding.examples[0]
    facts = {key: Known(value=value, source="x") for key, value in example.facts.items()}
    plan = compose([founding], facts=facts, answers=example.answers, today=date.fromisoformat(example.today), city=example.city)
    assert checked_later([founding], plan.materials) == frozenset()
