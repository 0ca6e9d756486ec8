"""Checks that many commands share. Each returns what it found or raises the refusal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongban.base.actors import Actor
from tongban.base.words import Words
from tongban.engine.lifecycle.state import Case, Outcome, Part, Status, Step, StepState, deciding, downstream, upstream
from tongban.engine.lifecycle.wording import refusal
from tongban.engine.plan import StepKind

Facts = dict[str, object]
Said = tuple[str, Facts]
"""What a command leads to: the kind of an event and its facts."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_STATUS_SAYS: dict[Status, str] = {
    Status.SUBMITTED: "not_yet_accepted",
    Status.SUPPLEMENT: "awaiting_supplement",
    Status.ACCEPTED: "already_accepted",
    Status.SUSPENDED: "already_suspended",
    Status.DECIDED: "already_decided",
    Status.CLOSED: "already_closed",
}


def status(case: Case, *allowed: Status) -> None:
    """Refuse in any other status, saying what the present one means."""
    if case.status not in allowed:
        raise refusal(_STATUS_SAYS[case.status])


def digest(value: str | None, field: str) -> str:
    """A SHA-256 in lower-case hex."""
    if value is None or not _DIGEST.fullmatch(value):
        raise refusal("digest_expected", field=field, name=field)
    return value


def reasons(value: str | None, cites: tuple[str, ...]) -> Facts:
    """Reasons and articles in writing (art. 38), as facts."""
    if not value or not cites:
        raise refusal("say_why", field="reasons")
    return {"reasons": digest(value, "reasons"), "cites": list(cites)}


def step(case: Case, key: str) -> Step:
    found = case.step(key)
    if found is None:
        raise refusal("no_such_step", step=key)
    return found


def titles(steps: tuple[Step, ...]) -> Words:
    """The titles in a row, in both languages."""
    return Words(zh="、".join(s.title.zh for s in steps), en=", ".join(s.title.en for s in steps))


def in_reach(found: Step, actor: Actor) -> None:
    """Refuse unless the step is open, or in the actor's own hands; a waiting one names what it waits for."""
    if found.done:
        raise refusal("step_done", step=found.title)
    if found.state is StepState.TAKEN and found.assignee != actor.id:
        raise refusal("step_taken", step=found.title)


def not_waiting(case: Case, found: Step) -> None:
    """Refuse a step that still waits, naming for which others."""
    if found.state is StepState.WAITING:
        raise refusal("step_waiting", step=found.title, waits=titles(tuple(_awaited(case, found))))


def _awaited(case: Case, found: Step) -> Iterator[Step]:
    """What a step waits for. Acceptance waits for nothing itself: what it needs, whoever comes after it needs."""
    for s in case.steps:
        if s.key in found.needs and (not s.done or _undecided(case, s)):
            yield s
        elif s.key in found.needs and s.kind is StepKind.ACCEPT:
            yield from _awaited(case, s)


def _undecided(case: Case, found: Step) -> bool:
    part = case.part(found.part)
    return part is not None and not part.ended and deciding(case.steps, found.part) == found


def workable(case: Case, found: Step) -> None:
    """Refuse unless work on this step may go on now: while the clock stands still only what stopped it does."""
    if case.status is Status.SUSPENDED and stop_basis(found) is not None:
        return
    status(case, Status.ACCEPTED, Status.DECIDED)


def stop_basis(found: Step) -> str | None:
    """The basis of art. 45 on which doing this step stops the clock; an inspection always does."""
    return found.stops_clock or ("inspection" if found.kind is StepKind.INSPECT else None)


_GROUNDS = (StepKind.EXAMINE, StepKind.INSPECT, StepKind.COMPUTED)


def grounds(case: Case, head: Step) -> tuple[Step, ...]:
    """The steps on which the decision at ``head`` rests: all that it needs, near and far, and every examination,
    inspection and computation of its part, said or not."""
    near = {s.key for s in upstream(case.steps, head)} | unsaid(case.steps, head)
    if head.kind is StepKind.COMPUTED:
        near = near | {head.key}
    return tuple(s for s in case.steps if s.key in near)


def unsaid(steps: tuple[Step, ...], head: Step) -> set[str]:
    """What a decision rests on without the plan saying so; nothing for a step at which nothing is decided."""
    if deciding(steps, head.part) != head:
        return set()
    after = {head.key, *(s.key for s in downstream(steps, head))}
    return {s.key for s in steps if s.part == head.part and s.kind in _GROUNDS} - after


def failed(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Those that did not pass, or that will never come about because their part was refused."""
    return tuple(s for s in steps if s.outcome in (Outcome.FAILED, Outcome.DROPPED))


def part(case: Case, key: str | None) -> Part:
    """The part of that key; the only one, where none is named."""
    if key is None and len(case.parts) == 1:
        return case.parts[0]
    found = case.part(key or "")
    if found is None:
        raise refusal("no_such_part", part=key or "-")
    return found


def undecided(case: Case, key: str | None) -> Part:
    """The part of that key, which has not come to its end."""
    found = part(case, key)
    if found.decision is not None:
        raise refusal("part_decided")
    if found.gone is not None:
        raise refusal("part_gone")
    return found


def head_of(case: Case, found: Part) -> Step:
    """The step at which the part is decided; a plan without one is refused when it is submitted."""
    head = deciding(case.steps, found.key)
    if head is None:
        raise refusal("no_such_part", part=found.key)
    return head
