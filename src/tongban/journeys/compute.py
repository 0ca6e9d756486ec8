"""Cases that the rules alone receive and decide (秒批), and what the calendar does to cases nobody touches."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings

from tongban.base.actors import SYSTEM
from tongban.base.calendar import CalendarUnknown, day_of
from tongban.base.cryptography import canonical
from tongban.base.errors import Refusal
from tongban.cases import queries as stored
from tongban.engine import compose, lifecycle
from tongban.engine.items import Decision
from tongban.engine.plan import StepKind, Verdict
from tongban.identity import timetable
from tongban.journeys import moves, parts
from tongban.queue import apart


def by_rules(*, number: str, now: datetime) -> None:
    """Let the rules decide a case (job): accept, finish the computed step with the digest of what was evaluated, grant.

    A case whose rules do not all hold any more is left for an officer: the rules never decide against a person.
    """
    row = stored.by_number(number)
    state = stored.state(row)
    if state.status is lifecycle.Status.SUBMITTED:
        moves.move(number=number, command=lifecycle.Accept(**_system()), now=now)
        state = stored.state(stored.by_number(number))
    for step in state.steps:
        if step.kind is StepKind.COMPUTED and step.state is lifecycle.StepState.OPEN:
            proof = _proof(row, step.part, now=now)
            if proof is None:
                return
            _grant(number, step, proof, now)


def _grant(number: str, step: lifecycle.Step, proof: str, now: datetime) -> None:
    finish = lifecycle.FinishStep(step=step.key, outcome=lifecycle.Outcome.PASSED, proof=proof, **_system())
    moves.move(number=number, command=finish, now=now)
    moves.move(number=number, command=lifecycle.Decide(granted=True, part=step.part, **_system()), now=now)


def _system() -> dict[str, Any]:
    return {"by": SYSTEM, "node": settings.TONGBAN_ADCODE, "circle": moves.NOBODY}


def _proof(row: Any, part: str, *, now: datetime) -> str | None:
    """The digest of facts, answers and verdict when every rule of a part holds; None otherwise. What another part brought
    forth is there by now: the step waited for it."""
    document = stored.content(row, warrant=moves.SELF, now=now)["document"]
    item, facts = parts.item(document, part), parts.known(row, document, now=now)
    plan = compose.compose(
        [item], facts=facts, answers=document["answers"], today=day_of(now), city=row.city
    )
    given = frozenset(m.type for m in stored.materials(row) if m.blob_id or m.verdict == Verdict.PRODUCED.value)
    if compose.decision(plan, uploaded=given) is not Decision.GRANT:
        return None
    version = parts.version(row, part).sha256
    return canonical.digest(
        {"document": canonical.digest(document), "verdict": Decision.GRANT.value, "item": version}
    )


def watch(*, now: datetime) -> int:
    """Do what the calendar does by law (job, once an hour): a case nobody answered counts as accepted (art. 32), one that
    was not supplemented in time ends. Returns how many were moved. A case that fails keeps no other from being looked at (``apart``)."""
    moved: list[str] = []

    def look(number: str) -> None:
        command = _by_calendar(stored.state(stored.by_number(number)), now)
        if command is None:
            return
        with suppress(Refusal):  # somebody was faster; the refusal is on the trail
            moves.move(number=number, command=command, now=now)
            moved.append(number)

    apart.each({number: partial(look, number) for number in stored.waiting_numbers()})
    return len(moved)


def _by_calendar(state: lifecycle.Case, now: datetime) -> lifecycle.Command | None:
    if state.custody.held != settings.TONGBAN_ADCODE:
        return None
    if state.status is lifecycle.Status.SUPPLEMENT:
        late = state.supplement_by is not None and day_of(now) > state.supplement_by
        return lifecycle.LapseSupplement(**_system()) if late else None
    try:
        if not lifecycle.deemed_accepted(state, now, timetable.calendar()):
            return None
        return lifecycle.DeemAccepted(told_by=lifecycle.answer_by(state, timetable.calendar()), **_system())
    except CalendarUnknown:
        return None
