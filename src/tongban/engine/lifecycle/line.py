"""The steps of a case as one line: opening what is ready, freeing, resetting and dropping; the clock that goes along."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec.structs import replace

from tongban.engine.clock import Clock, Stop
from tongban.engine.lifecycle.state import Case, Outcome, Part, Step, StepState, deciding, upstream
from tongban.engine.plan import StepKind

Change = Callable[[Step], Step]


def settle(steps: Iterable[Step], parts: Iterable[Part]) -> tuple[Step, ...]:
    """Open every waiting step whose needs are met."""
    everything = tuple(steps)
    met = {s.key for s in everything if s.done} - _awaiting_decision(everything, parts)
    met -= {s.key for s in everything if _early(everything, s, met)}
    return _received(tuple(_opened(s) if s.state is StepState.WAITING and met.issuperset(s.needs) else s for s in everything))


def _received(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Somebody can always take a case in: where every acceptance waits for what the rules decide first, the foremost ones
    are open at once, and one window takes in for all."""
    accepts = [s for s in steps if s.kind is StepKind.ACCEPT]
    if any(s.state is not StepState.WAITING for s in accepts):
        return steps
    first = {s.key for s in accepts if _behind_others(s, upstream(steps, s))}
    return tuple(_opened(s) if s.key in first else s for s in steps)


def _behind_others(step: Step, before: Iterable[Step]) -> bool:
    """Whether an acceptance waits for another part, and for no other acceptance."""
    found = list(before)
    return any(s.part != step.part for s in found) and not any(s.kind is StepKind.ACCEPT for s in found)


def _early(steps: tuple[Step, ...], step: Step, met: set[str]) -> bool:
    """One window accepts for all at once; what then waits for another part's outcome still does."""
    return step.kind is StepKind.ACCEPT and any(s.key not in met for s in upstream(steps, step))


def _awaiting_decision(steps: tuple[Step, ...], parts: Iterable[Part]) -> set[str]:
    """Steps at which the rules came out but nobody has decided yet: nothing may follow from them."""
    open_parts = [p.key for p in parts if not p.ended]
    found = [deciding(steps, key) for key in open_parts]
    return {s.key for s in found if s is not None and s.kind is StepKind.COMPUTED}


def _opened(step: Step) -> Step:
    return replace(step, state=StepState.OPEN)


def change(case: Case, keys: Iterable[str], how: Change) -> Case:
    """The case with ``how`` applied to the named steps, and everything opened that is ready then."""
    wanted = set(keys)
    steps = tuple(how(s) if s.key in wanted else s for s in case.steps)
    return replace(case, steps=settle(steps, case.parts))


def take(by: str) -> Change:
    """Into the hands of ``by``."""
    return lambda step: replace(step, state=StepState.TAKEN, assignee=by)


def free(step: Step) -> Step:
    """Out of anybody's hands; steps that nobody has in hand stay as they are."""
    if step.state is not StepState.TAKEN:
        return step
    return replace(step, state=StepState.OPEN, assignee=None)


def redone(case: Case, keys: set[str]) -> set[str]:
    """Those that can be done again: acceptance stands, and a part that is gone stays so."""
    gone = {p.key for p in case.parts if p.gone is not None}
    return {s.key for s in case.steps if s.key in keys and s.kind is not StepKind.ACCEPT and s.part not in gone}


def reset(step: Step) -> Step:
    """As if it had not been done; who did it is not forgotten (``hands``)."""
    return replace(
        step,
        state=StepState.WAITING,
        assignee=None,
        outcome=None,
        note=None,
        proof=None,
        done_by=None,
        done_at=None,
    )


def finish(
    by: str, at: datetime, outcome: Outcome, *, note: str | None = None, proof: str | None = None
) -> Change:
    """Done by ``by``, with an outcome."""
    return lambda step: replace(
        step,
        state=StepState.DONE,
        assignee=None,
        outcome=outcome,
        note=note,
        proof=proof,
        done_by=by,
        done_at=at,
        hands=step.hands if by in step.hands else (*step.hands, by),
    )


def drop(at: datetime) -> Change:
    """No longer needed; what is done stays done."""

    def dropped(step: Step) -> Step:
        if step.done:
            return step
        return replace(step, state=StepState.DONE, assignee=None, outcome=Outcome.DROPPED, done_at=at)

    return dropped


def stop(clock: Clock, at: datetime, basis: str, step: str | None = None) -> Clock:
    """The clock stands still from ``at``."""
    return replace(clock, stops=(*clock.stops, Stop(since=at, basis=basis, step=step)))


def go_on(clock: Clock, at: datetime, steps: Iterable[str | None]) -> Clock:
    """Close the open stops of the named steps (None: an officer's suspension)."""
    wanted = set(steps)
    stops = tuple(_closed(s, at) if s.step in wanted else s for s in clock.stops)
    return replace(clock, stops=stops)


def _closed(one: Stop, at: datetime) -> Stop:
    return one if one.until is not None else replace(one, until=at)


def end(clock: Clock, at: datetime) -> Clock:
    """The clock ends for good; what still stopped it is closed."""
    stops = tuple(_closed(s, at) for s in clock.stops)
    return replace(clock, stops=stops, ended_at=clock.ended_at or at)


def going_on(case: Case, at: datetime, keys: Iterable[str]) -> Case:
    """The clock goes on where these steps had stopped it."""
    return replace(case, clock=go_on(case.clock, at, keys))


def freed(case: Case, at: datetime) -> Case:
    """Nobody has anything in hand any more."""
    keys = [s.key for s in case.steps if s.state is StepState.TAKEN]
    return going_on(change(case, keys, free), at, keys)
