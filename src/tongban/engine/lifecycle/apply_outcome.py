"""What the events that end a case, or open it again, make of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from msgspec.structs import replace

from tongban.engine.clock import Clock
from tongban.engine.lifecycle import joint, line
from tongban.engine.lifecycle.events import Event
from tongban.engine.lifecycle.state import (
    Case,
    Certificate,
    Closing,
    Decision,
    Gone,
    Outcome,
    Part,
    Status,
    deciding,
    downstream,
    parts_ended,
)
from tongban.engine.plan import StepKind

Apply = Callable[[Case, Event], Case]


def _closed(case: Case, event: Event, closing: Closing) -> Case:
    return replace(case, status=Status.CLOSED, closing=closing, clock=line.end(case.clock, event.at))


def _not_accepted(case: Case, event: Event) -> Case:
    return _closed(line.freed(case, event.at), event, Closing.RETURNED)


def _supplement_lapsed(case: Case, event: Event) -> Case:
    return _closed(case, event, Closing.NOT_SUPPLEMENTED)


def _withdrawn(case: Case, event: Event) -> Case:
    return replace(_closed(line.freed(case, event.at), event, Closing.VOIDED), withdrawn=True)


def _was_closed(case: Case, event: Event) -> Case:
    return _closed(case, event, Closing(event.facts["closing"]))


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
    return _ended(case if decision.granted else _dropped(case, event, key), event)


def _ended(case: Case, event: Event) -> Case:
    """The case is decided when its last part has come to its end."""
    if not parts_ended(case.parts):
        return case
    return replace(case, status=Status.DECIDED, clock=line.end(case.clock, event.at), extension=None)


def _part_gone(case: Case, event: Event) -> Case:
    """Taken back by a party, or fallen with another part."""
    key, gone = event.facts["part"], Gone(at=event.at, fell_with=event.facts.get("with"))
    case = replace(case, parts=tuple(replace(p, gone=gone) if p.key == key else p for p in case.parts))
    return _ended(_dropped(case, event, key), event)


def _decided_step(case: Case, event: Event, *, granted: bool) -> Case:
    """The DECIDE step is finished by deciding; where the rules decided their step is done, and what follows opens."""
    outcome = Outcome.PASSED if granted else Outcome.FAILED
    keys = [s.key for s in case.steps if s.part == event.facts["part"] and s.kind is StepKind.DECIDE]
    return line.change(case, keys, line.finish(event.actor.id, event.at, outcome))


def _dropped(case: Case, event: Event, part: str) -> Case:
    """What is not done of a part is not needed any more; acceptance is of the whole case."""
    keys = [s.key for s in case.steps if s.part == part and not s.done and s.kind is not StepKind.ACCEPT]
    return line.going_on(line.change(case, keys, line.drop(event.at)), event.at, keys)


def _issued(case: Case, event: Event) -> Case:
    facts = event.facts
    case = line.change(case, [facts["step"]], line.finish(event.actor.id, event.at, Outcome.PASSED))
    made = Certificate(part=facts["part"], identifier=facts["identifier"], digest=facts["digest"])
    return replace(case, certificates=(*case.certificates, made))


def _delivery_reported(case: Case, event: Event) -> Case:
    return replace(case, delivery=event.facts["state"])


def _money_given_back(case: Case, event: Event) -> Case:
    """Money is none of the procedure's state."""
    return case


def _reopened(case: Case, event: Event) -> Case:
    """A decision is set aside and a new term begins; a case never accepted is received anew (行政复议法). What a party took
    back, and what cannot be without it, no review brings back."""
    again = case.clock.started_at is not None
    back = set(joint.returning(case, {p.key for p in case.parts if p.decision is not None}))
    case = replace(
        case,
        status=Status.ACCEPTED if again else Status.SUBMITTED,
        clock=_anew(case.clock, event.at, again=again),
        parts=tuple(_kept(case, p) if p.gone is not None and p.key not in back else _undecided(p) for p in case.parts),
        closing=None,
        extension=None,
        certificates=(),
        delivery=None,
        reopened=case.reopened + 1,
    )
    return line.change(case, _to_redo(case), line.reset)


def _anew(clock: Clock, at: datetime, *, again: bool = True) -> Clock:
    """A new term from ``at``."""
    started = at if again else None
    return replace(clock, received_at=at, started_at=started, ended_at=None, stops=(), extended=0)


def _kept(case: Case, part: Part) -> Part:
    """A part that a review leaves as it is, on the clock that it had."""
    return replace(part, kept=joint.clock_of(case, part))


def _undecided(part: Part, since: datetime | None = None) -> Part:
    return replace(part, decision=None, gone=None, again=since, kept=None)


def _part_reopened(case: Case, event: Event) -> Case:
    """The decision on one part is set aside: with it goes what rests on it and is not decided. What is decided otherwise
    stands; where all had ended the whole runs again."""
    key, at = event.facts["part"], event.at
    parts = tuple(_undecided(p, at) if p.key == key else _kept(case, p) if p.ended else p for p in case.parts)
    case = replace(
        case,
        status=Status.ACCEPTED,
        clock=_anew(case.clock, at) if case.clock.ended_at is not None else case.clock,
        parts=parts,
        closing=None,
        certificates=tuple(c for c in case.certificates if c.part != key),
        delivery=None if case.delivery == "delivered" else case.delivery,
        reopened=case.reopened + 1,
    )
    keys = _to_redo_of(case, key)
    return line.going_on(line.change(case, keys, line.reset), at, keys)


def _to_redo_of(case: Case, part: str) -> set[str]:
    """The deciding step of a part, what was dropped of it, and all that rests on them in parts that are not decided."""
    head = deciding(case.steps, part)
    after = {head.key, *(s.key for s in downstream(case.steps, head))} if head is not None else set()
    return _undecided_of(case, after | _coming_back(case, {part}))


def _undecided_of(case: Case, keys: set[str]) -> set[str]:
    """Those of these steps that can be done again and belong to a part that is not decided."""
    ended = {p.key for p in case.parts if p.ended}
    return line.redone(case, {s.key for s in case.steps if s.key in keys and s.part not in ended})


def _part_back(case: Case, event: Event) -> Case:
    """What had fallen with a part whose decision is set aside goes on from where it was."""
    key = event.facts["part"]
    case = replace(case, parts=tuple(_undecided(p, event.at) if p.key == key else p for p in case.parts))
    return line.change(case, _undecided_of(case, _coming_back(case, {key})), line.reset)


def _to_redo(case: Case) -> set[str]:
    """The deciding steps, what rests on them, and what was dropped; nothing of parts that are gone for good."""
    heads = [s for p in case.parts if (s := deciding(case.steps, p.key)) is not None]
    rests = {s.key for head in heads for s in downstream(case.steps, head)}
    back = _coming_back(case, {p.key for p in case.parts if p.gone is None})
    return line.redone(case, {s.key for s in heads} | rests | back)


def _coming_back(case: Case, parts: Collection[str]) -> set[str]:
    """What was dropped of these parts and comes back, with all that rests on it: it was done without."""
    dropped = [s for s in case.steps if s.part in parts and s.outcome is Outcome.DROPPED]
    return {s.key for s in dropped} | {s.key for each in dropped for s in downstream(case.steps, each)}


APPLY: dict[str, Apply] = {
    "part_decided": _part_decided,
    "part_withdrawn": _part_gone,
    "part_fell": _part_gone,
    "part_reopened": _part_reopened,
    "part_back": _part_back,
    "issued": _issued,
    "delivery_reported": _delivery_reported,
    "money_given_back": _money_given_back,
    "withdrawn": _withdrawn,
    "closed": _was_closed,
    "reopened": _reopened,
    "not_accepted": _not_accepted,
    "supplement_lapsed": _supplement_lapsed,
}
