"""What the events of acceptance, work, time and custody make of a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from tongban.engine.lifecycle import line
from tongban.engine.lifecycle.events import Event
from tongban.engine.lifecycle.state import (
    Case,
    Custody,
    Extension,
    Missing,
    Outcome,
    Status,
    Step,
    deciding,
    downstream,
)
from tongban.engine.lifecycle.wording import refusal
from tongban.engine.plan import StepKind

Apply = Callable[[Case, Event], Case]


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(text)


def _accepted(case: Case, event: Event) -> Case:
    started = _moment(event.facts["started_at"])
    keys = [s.key for s in case.steps if s.kind is StepKind.ACCEPT]
    case = line.change(case, keys, line.finish(event.actor.id, event.at, Outcome.PASSED))
    return replace(case, status=Status.ACCEPTED, clock=replace(case.clock, started_at=started))


def _missing_noted(case: Case, event: Event) -> Case:
    facts = event.facts
    noted = Missing(office=facts["office"], lines=tuple(facts["lines"]), reasons=facts["reasons"])
    return replace(case, missing=(*case.missing, noted))


def _supplement_asked(case: Case, event: Event) -> Case:
    until = date.fromisoformat(event.facts["supplement_by"])
    return replace(line.freed(case, event.at), status=Status.SUPPLEMENT, supplement_asked=True, supplement_by=until)


def _supplemented(case: Case, event: Event) -> Case:
    """The five days to answer (art. 32) run from the day on which the supplement came in."""
    digests = (*case.supplements, *event.facts["digests"])
    clock = replace(case.clock, received_at=event.at)
    return replace(case, status=Status.SUBMITTED, supplements=digests, clock=clock)


def _step_taken(case: Case, event: Event) -> Case:
    key, basis = event.facts["step"], event.facts["stops_clock"]
    case = line.change(case, [key], line.take(event.actor.id))
    return replace(case, clock=line.stop(case.clock, event.at, basis, key)) if basis else case


def _step_assigned(case: Case, event: Event) -> Case:
    """In other hands; the clock stops only where the step begins with it."""
    key, basis = event.facts["step"], event.facts["stops_clock"]
    case = line.change(case, [key], line.take(event.facts["to"]))
    return replace(case, clock=line.stop(case.clock, event.at, basis, key)) if basis else case


def _step_released(case: Case, event: Event) -> Case:
    key = event.facts["step"]
    return line.going_on(line.change(case, [key], line.free), event.at, [key])


def _step_finished(case: Case, event: Event) -> Case:
    facts = event.facts
    how = line.finish(
        event.actor.id, event.at, Outcome(facts["outcome"]), note=facts["note"], proof=facts["proof"]
    )
    return line.going_on(line.change(case, [facts["step"]], how), event.at, [facts["step"]])


def _step_sent_back(case: Case, event: Event) -> Case:
    """The step and all that rests on it are to be done again."""
    step = _step(case, event)
    keys = line.redone(case, {step.key, *(s.key for s in downstream(case.steps, step))})
    return line.going_on(line.change(case, keys, line.reset), event.at, keys)


def _placed(case: Case, event: Event) -> Case:
    for key, to in event.facts["to"].items():
        case = _at(case, key, to, _moved(to))
    return case


def _moved(to: str) -> Callable[[Step], Step]:
    return lambda step: replace(step, office=to)


def _step_transferred(case: Case, event: Event) -> Case:
    step, to = _step(case, event), event.facts["to"]
    case = _at(case, step.key, to, lambda s: replace(line.free(s), office=to, former=(*s.former, s.office)))
    return line.going_on(case, event.at, [step.key])


def _at(case: Case, key: str, to: str, how: Callable[[Step], Step]) -> Case:
    """A step changed to another office; a part that is decided there is that office's."""
    decides = {p.key for p in case.parts if (s := deciding(case.steps, p.key)) is not None and s.key == key}
    parts = tuple(replace(p, office=to) if p.key in decides else p for p in case.parts)
    return replace(line.change(case, [key], how), parts=parts)


def _step(case: Case, event: Event) -> Step:
    step = case.step(event.facts["step"])
    if step is None:
        raise refusal("no_such_step", step=event.facts["step"])
    return step


def _suspended(case: Case, event: Event) -> Case:
    return replace(case, status=Status.SUSPENDED, clock=line.stop(case.clock, event.at, event.facts["basis"]))


def _resumed(case: Case, event: Event) -> Case:
    return replace(case, status=Status.ACCEPTED, clock=line.go_on(case.clock, event.at, [None]))


def _extension_asked(case: Case, event: Event) -> Case:
    asked = Extension(days=event.facts["days"], asked_by=event.actor.id, reasons=event.facts["reasons"])
    return replace(case, extension=asked)


def _extended(case: Case, event: Event) -> Case:
    return replace(case, extension=None, clock=replace(case.clock, extended=event.facts["days"]))


def _offered(case: Case, event: Event) -> Case:
    return replace(case, custody=replace(case.custody, offered_to=event.facts["to"]))


def _custody_taken(case: Case, event: Event) -> Case:
    custody = Custody(held=event.facts["to"], taken=event.facts["receipt"])
    return replace(line.freed(case, event.at), custody=custody)


def _custody_returned(case: Case, event: Event) -> Case:
    to, before = event.facts["to"], case.custody
    custody = Custody(held=to, taken=before.taken if to == before.held else None)
    return replace(line.freed(case, event.at), custody=custody)


APPLY: dict[str, Apply] = {
    "accepted": _accepted,
    "missing_noted": _missing_noted,
    "supplement_asked": _supplement_asked,
    "supplemented": _supplemented,
    "step_taken": _step_taken,
    "step_assigned": _step_assigned,
    "step_released": _step_released,
    "step_finished": _step_finished,
    "step_sent_back": _step_sent_back,
    "placed": _placed,
    "step_transferred": _step_transferred,
    "suspended": _suspended,
    "resumed": _resumed,
    "extension_asked": _extension_asked,
    "extended": _extended,
    "custody_offered": _offered,
    "custody_taken": _custody_taken,
    "custody_returned": _custody_returned,
}
