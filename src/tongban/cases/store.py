"""A case's folded state and its row: how one becomes the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec
from django.conf import settings

from tongban.base import memo
from tongban.base.calendar import SHANGHAI, CalendarUnknown
from tongban.base.cryptography import canonical
from tongban.cases.models import Case, Event, Step
from tongban.engine import clock as statutory
from tongban.engine import lifecycle
from tongban.engine.plan import StepKind
from tongban.identity import timetable


def state_of(row: Case) -> lifecycle.Case:
    """The engine's state of a stored case."""
    return msgspec.convert(row.state, lifecycle.Case)


def fold(row: Case, events: Iterable[lifecycle.Event]) -> lifecycle.Case:
    """Write events and everything that is read from the new state, in the caller's transaction."""
    state = state_of(row) if row.state else None
    for event in events:
        state = lifecycle.evolve(state, event)
        _keep(row, event)
    assert state is not None
    _columns(row, state)
    write_steps(row, state)
    return state


def _keep(row: Case, event: lifecycle.Event) -> None:
    facts = msgspec.to_builtins(event)
    Event.objects.create(
        case=row,
        sequence=event.sequence,
        node=event.node,
        kind=event.kind,
        at=event.at,
        actor=facts["actor"],
        facts=facts["facts"],
        digest=digest_of(event),
    )


def digest_of(event: lifecycle.Event) -> str:
    """The digest of an event: the same wherever and whenever it is computed, whatever time zone its moment is told in."""
    return canonical.digest(msgspec.to_builtins(msgspec.structs.replace(event, at=event.at.astimezone(UTC))))


def _columns(row: Case, state: lifecycle.Case) -> None:
    row.state = msgspec.to_builtins(state)
    row.sequence = state.version
    row.status = state.status.value
    row.custodian = state.custody.held
    row.result = _result(state)
    row.due_at = due(state)
    closed = state.status is lifecycle.Status.CLOSED
    row.closed_at = (row.closed_at or state.updated_at) if closed else None
    row.closed_by = (row.closed_by or "case") if closed else None
    row.save()
    memo.forget()


def _result(state: lifecycle.Case) -> str:
    """What came of all parts together; ``partly`` where some were granted and some refused."""
    if state.granted is not None:
        return "granted" if state.granted else "refused"
    decided = {part.decision.granted for part in state.parts if part.decision}
    return "partly" if len(decided) > 1 and all(part.ended for part in state.parts) else ""


def due(state: lifecycle.Case) -> datetime | None:
    """When the promise ends: a moment, the end of a working day, or None while it is pending (clock stopped, or the
    calendar ends)."""
    return _due(state.clock, _office_key(state))


def _due(clock: statutory.Clock, office: str) -> datetime | None:
    try:
        found = statutory.due(clock, timetable.calendar(), timetable.hours(office))
    except CalendarUnknown:
        return None
    if found is None or isinstance(found, datetime):
        return found
    return _end_of(found)


def _office_key(state: lifecycle.Case) -> str:
    return state.parts[0].office if state.parts else ""


def _step_due(row: Case, state: lifecycle.Case, step: lifecycle.Step) -> datetime | None:
    """When a step is due: acceptance within the days that the law gives to answer (art. 32), all else by the promise: of
    its part, where there are several."""
    if step.kind is not StepKind.ACCEPT or state.status is not lifecycle.Status.SUBMITTED:
        part = state.part(step.part) if len(state.parts) > 1 else None
        return row.due_at if part is None else _due(lifecycle.clock_of(state, part), part.office)
    last = lifecycle.answer_by(state, timetable.calendar())
    return _end_of(last) if last else None


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=SHANGHAI)


def write_steps(row: Case, state: lifecycle.Case) -> None:
    """Queue rows for the node that holds the case; the other node keeps none."""
    live = state.custody.held == _here() and state.status in (
        lifecycle.Status.SUBMITTED,
        lifecycle.Status.ACCEPTED,
        lifecycle.Status.DECIDED,
    )
    elsewhere = _accepted_elsewhere(state)
    rows = [
        Step(
            case=row,
            key=step.key,
            kind=step.kind.value,
            office=step.office,
            by=step.by,
            state=step.state.value if (live and step.key not in elsewhere) or step.done else "waiting",
            assignee=step.assignee or "",
            due_at=_step_due(row, state, step),
            number=row.number,
            item=step.part if row.codes else row.item,
            title=_title(row, state, step),
            received_at=row.received_at,
            taken_in_by=row.taken_in_by,
        )
        for step in state.steps
    ]
    Step.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["case", "key"],
        update_fields=["office", "state", "assignee", "due_at"],
    )


def _accepted_elsewhere(state: lifecycle.Case) -> set[str]:
    """One window takes in for all parts: their other acceptances wait in no queue."""
    order = [part.key for part in state.parts]
    found = [step for step in state.steps if step.kind is StepKind.ACCEPT and step.part in order]
    ranked = sorted(found, key=lambda step: (step.state is lifecycle.StepState.WAITING, order.index(step.part)))
    return {step.key for step in ranked[1:] if step.assignee is None}


def _title(row: Case, state: lifecycle.Case, step: lifecycle.Step) -> dict[str, str]:
    """What a queue calls a step's case: where there are several parts, with the name of the step's own."""
    part = state.part(step.part)
    if part is None or part.terms is None or step.kind is StepKind.ACCEPT:
        return row.title
    own = part.terms.title
    return {"zh": f"{row.title['zh']} · {own.zh}", "en": f"{row.title['en']} · {own.en}"}


def _here() -> str:
    return str(settings.TONGBAN_ADCODE)
