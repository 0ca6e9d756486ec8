"""What an event makes of a case. The same for the node where it happened and for every node that mirrors the case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from tongban.engine.clock import Clock
from tongban.engine.lifecycle import line
from tongban.engine.lifecycle.events import Event
from tongban.engine.lifecycle.state import (
    Case,
    Certificate,
    Closing,
    Custody,
    Decision,
    Extension,
    Outcome,
    Part,
    Status,
    Step,
    StepState,
    deciding,
    downstream,
    parts_decided,
    planned,
)
from tongban.engine.lifecycle.wording import refusal
from tongban.engine.plan import ItemRef, PlannedStep, Promise, StepKind

Apply = Callable[[Case, Event], Case]


def replay(events: Iterable[Event]) -> Case | None:
    """The case that these events make; None of none."""
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    return case


def evolve(case: Case | None, event: Event) -> Case:
    """The case after the event. Raises Refusal ``out_of_order`` (a gap, a repetition, another case's event; 409),
    ``not_custodian`` (an event of a node that did not hold the case), ValueError for an unknown kind."""
    _check_order(case, event)
    if case is None:
        return _submitted(event)
    apply = APPLY.get(event.kind)
    if apply is None:
        raise ValueError(f"unknown kind of event: {event.kind}")
    _check_custodian(case, event)
    return replace(apply(case, event), version=event.sequence, updated_at=max(case.updated_at, event.at))


def _check_order(case: Case | None, event: Event) -> None:
    expected = 1 if case is None else case.version + 1
    same = case is None or case.id == event.case
    begins = (case is None) == (event.kind == "submitted")
    if event.sequence != expected or not same or not begins:
        raise refusal("out_of_order", expected=expected)


def _check_custodian(case: Case, event: Event) -> None:
    allowed = {case.custody.held}
    if event.kind in ("custody_taken", "custody_returned"):
        allowed.add(case.custody.offered_to or case.custody.held)
    if event.node not in allowed:
        raise refusal("not_custodian", held=case.custody.held)


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(text)


def _submitted(event: Event) -> Case:
    facts = event.facts
    items = msgspec.convert(facts["items"], tuple[ItemRef, ...])
    steps = tuple(planned(s) for s in msgspec.convert(facts["steps"], tuple[PlannedStep, ...]))
    parts = tuple(_part(item, steps) for item in items)
    return Case(
        id=event.case,
        status=Status.SUBMITTED,
        origin=event.node,
        custody=Custody(held=event.node),
        clock=Clock(
            promise=msgspec.convert(facts["promise"], Promise),
            legal=msgspec.convert(facts["legal"], Promise),
            received_at=event.at,
        ),
        parts=parts,
        steps=line.settle(steps, parts),
        submitted_at=event.at,
        updated_at=event.at,
        version=event.sequence,
    )


def _part(item: ItemRef, steps: tuple[Step, ...]) -> Part:
    step = deciding(steps, item.code)
    return Part(key=item.code, item=item, office=step.office if step else "")


def _accepted(case: Case, event: Event) -> Case:
    started = _moment(event.facts["started_at"])
    keys = [s.key for s in case.steps if s.kind is StepKind.ACCEPT]
    case = line.change(case, keys, line.finish(event.actor.id, event.at, Outcome.PASSED))
    return replace(case, status=Status.ACCEPTED, clock=replace(case.clock, started_at=started))


def _closed(case: Case, event: Event, closing: Closing) -> Case:
    return replace(case, status=Status.CLOSED, closing=closing, clock=line.end(case.clock, event.at))


def _not_accepted(case: Case, event: Event) -> Case:
    return _closed(_freed(case, event), event, Closing.RETURNED)


def _supplement_asked(case: Case, event: Event) -> Case:
    until = date.fromisoformat(event.facts["supplement_by"])
    return replace(_freed(case, event), status=Status.SUPPLEMENT, supplement_asked=True, supplement_by=until)


def _supplemented(case: Case, event: Event) -> Case:
    """The five days to answer (art. 32) run from the day on which the supplement came in."""
    digests = (*case.supplements, *event.facts["digests"])
    clock = replace(case.clock, received_at=event.at)
    return replace(case, status=Status.SUBMITTED, supplements=digests, clock=clock)


def _supplement_lapsed(case: Case, event: Event) -> Case:
    return _closed(case, event, Closing.NOT_SUPPLEMENTED)


def _step_taken(case: Case, event: Event) -> Case:
    key, basis = event.facts["step"], event.facts["stops_clock"]
    case = line.change(case, [key], line.take(event.actor.id))
    return replace(case, clock=line.stop(case.clock, event.at, basis, key)) if basis else case


def _going_on(case: Case, event: Event, keys: Iterable[str]) -> Case:
    return replace(case, clock=line.go_on(case.clock, event.at, keys))


def _step_released(case: Case, event: Event) -> Case:
    key = event.facts["step"]
    return _going_on(line.change(case, [key], line.free), event, [key])


def _step_finished(case: Case, event: Event) -> Case:
    facts = event.facts
    how = line.finish(
        event.actor.id, event.at, Outcome(facts["outcome"]), note=facts["note"], proof=facts["proof"]
    )
    return _going_on(line.change(case, [facts["step"]], how), event, [facts["step"]])


def _step_sent_back(case: Case, event: Event) -> Case:
    """The step and all that rests on it are to be done again."""
    step = _step(case, event)
    keys = [step.key, *(s.key for s in downstream(case.steps, step))]
    return _going_on(line.change(case, keys, line.reset), event, keys)


def _step_transferred(case: Case, event: Event) -> Case:
    step, to = _step(case, event), event.facts["to"]
    decides = {p.key for p in case.parts if deciding(case.steps, p.key) == step}
    parts = tuple(replace(p, office=to) if p.key in decides else p for p in case.parts)
    case = line.change(case, [step.key], lambda s: replace(line.free(s), office=to))
    return _going_on(replace(case, parts=parts), event, [step.key])


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


def _freed(case: Case, event: Event) -> Case:
    """Nobody has anything in hand any more."""
    keys = [s.key for s in case.steps if s.state is StepState.TAKEN]
    return _going_on(line.change(case, keys, line.free), event, keys)


def _custody_taken(case: Case, event: Event) -> Case:
    custody = Custody(held=event.facts["to"], taken=event.facts["receipt"])
    return replace(_freed(case, event), custody=custody)


def _custody_returned(case: Case, event: Event) -> Case:
    to, before = event.facts["to"], case.custody
    custody = Custody(held=to, taken=before.taken if to == before.held else None)
    return replace(_freed(case, event), custody=custody)


def _part_decided(case: Case, event: Event) -> Case:
    facts, key = event.facts, event.facts["part"]
    decision = Decision(
        granted=facts["granted"],
        reasons=facts["reasons"],
        cites=tuple(facts["cites"]),
        by=event.actor.id,
        at=event.at,
    )
    case = replace(case, parts=tuple(replace(p, decision=decision) if p.key == key else p for p in case.parts))
    case = _decided_step(case, event, granted=decision.granted)
    if not decision.granted:
        case = _dropped(case, event, key)
    if parts_decided(case.parts):
        return replace(case, status=Status.DECIDED, clock=line.end(case.clock, event.at), extension=None)
    return case


def _decided_step(case: Case, event: Event, *, granted: bool) -> Case:
    """The DECIDE step is finished by deciding; where the rules decided their step is done, and what follows opens."""
    outcome = Outcome.PASSED if granted else Outcome.FAILED
    keys = [s.key for s in case.steps if s.part == event.facts["part"] and s.kind is StepKind.DECIDE]
    return line.change(case, keys, line.finish(event.actor.id, event.at, outcome))


def _dropped(case: Case, event: Event, part: str) -> Case:
    keys = [s.key for s in case.steps if s.part == part and not s.done]
    return _going_on(line.change(case, keys, line.drop(event.at)), event, keys)


def _issued(case: Case, event: Event) -> Case:
    facts = event.facts
    case = line.change(case, [facts["step"]], line.finish(event.actor.id, event.at, Outcome.PASSED))
    made = Certificate(part=facts["part"], identifier=facts["identifier"], digest=facts["digest"])
    return replace(case, certificates=(*case.certificates, made))


def _delivery_reported(case: Case, event: Event) -> Case:
    return replace(case, delivery=event.facts["state"])


def _withdrawn(case: Case, event: Event) -> Case:
    return replace(_closed(_freed(case, event), event, Closing.VOIDED), withdrawn=True)


def _was_closed(case: Case, event: Event) -> Case:
    return _closed(case, event, Closing(event.facts["closing"]))


def _reopened(case: Case, event: Event) -> Case:
    """A decision is set aside and a new term begins; a case never accepted is received anew (行政复议法)."""
    again = case.clock.started_at is not None
    clock = replace(
        case.clock,
        received_at=event.at,
        started_at=event.at if again else None,
        ended_at=None,
        stops=(),
        extended=0,
    )
    case = replace(
        case,
        status=Status.ACCEPTED if again else Status.SUBMITTED,
        clock=clock,
        parts=tuple(replace(p, decision=None) for p in case.parts),
        closing=None,
        extension=None,
        certificates=(),
        delivery=None,
        reopened=case.reopened + 1,
    )
    return line.change(case, _to_redo(case), line.reset)


def _to_redo(case: Case) -> set[str]:
    """The deciding steps, what rests on them, and what was dropped."""
    heads = [s for p in case.parts if (s := deciding(case.steps, p.key)) is not None]
    rests = {s.key for head in heads for s in downstream(case.steps, head)}
    dropped = {s.key for s in case.steps if s.outcome is Outcome.DROPPED}
    return {s.key for s in heads} | rests | dropped


APPLY: dict[str, Apply] = {
    "accepted": _accepted,
    "not_accepted": _not_accepted,
    "supplement_asked": _supplement_asked,
    "supplemented": _supplemented,
    "supplement_lapsed": _supplement_lapsed,
    "step_taken": _step_taken,
    "step_released": _step_released,
    "step_finished": _step_finished,
    "step_sent_back": _step_sent_back,
    "step_transferred": _step_transferred,
    "suspended": _suspended,
    "resumed": _resumed,
    "extension_asked": _extension_asked,
    "extended": _extended,
    "custody_offered": _offered,
    "custody_taken": _custody_taken,
    "custody_returned": _custody_returned,
    "part_decided": _part_decided,
    "issued": _issued,
    "delivery_reported": _delivery_reported,
    "withdrawn": _withdrawn,
    "closed": _was_closed,
    "reopened": _reopened,
}
