"""What an event makes of a case. The same for the node where it happened and for every node that mirrors the case."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from tongban.engine.clock import Clock
from tongban.engine.lifecycle import apply_outcome, apply_work, line
from tongban.engine.lifecycle.apply_work import Apply
from tongban.engine.lifecycle.events import Event
from tongban.engine.lifecycle.state import Case, Custody, Part, Status, Step, Terms, deciding, planned
from tongban.engine.lifecycle.wording import refusal
from tongban.engine.plan import ItemRef, PlannedStep, Promise

APPLY: dict[str, Apply] = {**apply_work.APPLY, **apply_outcome.APPLY}


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


def _submitted(event: Event) -> Case:
    facts = event.facts
    items = msgspec.convert(facts["items"], tuple[ItemRef, ...])
    steps = tuple(planned(s) for s in msgspec.convert(facts["steps"], tuple[PlannedStep, ...]))
    terms = msgspec.convert(facts.get("terms", {}), dict[str, Terms])
    parts = tuple(_part(item, steps, terms.get(item.code)) for item in items)
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


def _part(item: ItemRef, steps: tuple[Step, ...], terms: Terms | None) -> Part:
    step = deciding(steps, item.code)
    return Part(key=item.code, item=item, office=step.office if step else "", terms=terms)
