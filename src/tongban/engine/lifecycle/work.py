"""Working on steps: take, give back, finish, send back, pass to another office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tongban.base.actors import Kind
from tongban.engine.lifecycle import checks
from tongban.engine.lifecycle.checks import Said
from tongban.engine.lifecycle.commands import (
    Assign,
    Command,
    FinishStep,
    Place,
    ReleaseStep,
    SendBack,
    TakeStep,
    Transfer,
)
from tongban.engine.lifecycle.powers import (
    Power,
    check_conflict,
    check_hands,
    check_office,
    check_power,
    check_step,
    may,
)
from tongban.engine.lifecycle.state import Case, Outcome, Status, Step, StepState, downstream
from tongban.engine.lifecycle.wording import refusal
from tongban.engine.plan import StepKind

_LOOKED = frozenset({Outcome.PASSED, Outcome.FAILED})
OUTCOMES: dict[StepKind, frozenset[Outcome]] = {
    StepKind.EXAMINE: _LOOKED,
    StepKind.INSPECT: _LOOKED,
    StepKind.COMPUTED: _LOOKED,
    StepKind.ASK: _LOOKED | {Outcome.ANSWERED},
    StepKind.TELL: frozenset({Outcome.TOLD}),
    StepKind.PAY: frozenset({Outcome.PASSED}),
}
"""How a step of each kind may end; kinds that are absent end by a command of their own."""


def take_step(case: Case, command: TakeStep, now: datetime) -> list[Said]:
    found = checks.step(case, command.step)
    _check_time(case, found)
    _check_reach(case, command, found)
    if found.state is StepState.TAKEN:
        raise refusal("step_taken", step=found.title)
    basis = checks.stop_basis(found) if case.clock.ended_at is None else None
    return [("step_taken", {"step": found.key, "stops_clock": basis})]


def _check_time(case: Case, found: Step) -> None:
    if found.kind is StepKind.ACCEPT:
        checks.status(case, Status.SUBMITTED)
    else:
        checks.workable(case, found)


def _check_reach(case: Case, command: Command, found: Step) -> None:
    """The step is there to be done, and by this actor."""
    checks.in_reach(found, command.by)
    check_step(command.by, found, command.offices)
    check_hands(command.by, case, found)
    checks.not_waiting(case, found)


def release_step(case: Case, command: ReleaseStep, now: datetime) -> list[Said]:
    """By who has it, by one with power to pass work on, or by the node itself for an officer who may do it no more."""
    found = checks.step(case, command.step)
    if found.done:
        raise refusal("step_done", step=found.title)
    if found.state is not StepState.TAKEN:
        raise refusal("step_not_taken", step=found.title)
    if found.assignee != command.by.id and command.by.kind is not Kind.SYSTEM:
        _check_passer(command, found)
    return [("step_released", {"step": found.key})]


def _check_passer(command: Command, found: Step) -> None:
    check_power(command.by, Power.TRANSFER)
    check_office(command.by, frozenset({found.office}), command.offices)


def assign(case: Case, command: Assign, now: datetime) -> list[Said]:
    """Into a colleague's hands, who must be fit for it as if they took it themselves."""
    found = checks.step(case, command.step)
    if found.done:
        raise refusal("step_done", step=found.title)
    _check_time(case, found)
    checks.not_waiting(case, found)
    _check_giver(command, found)
    _check_colleague(case, command, found)
    fresh = found.state is StepState.OPEN and case.clock.ended_at is None
    facts = {"step": found.key, "to": command.to.id, "stops_clock": checks.stop_basis(found) if fresh else None}
    return [("step_assigned", {**facts, "reasons": checks.digest(command.reasons, "reasons")})]


def _check_giver(command: Assign, found: Step) -> None:
    """Who has it in hand or stands in for them, whoever may do it while nobody has it, or who may pass work on."""
    if found.assignee is None and _may(command, found):
        return
    if found.assignee is None or found.assignee not in {command.by.id, *command.standing_in}:
        _check_passer(command, found)


def _may(command: Assign, found: Step) -> bool:
    return command.by.kind is Kind.OFFICER and may(command.by, found, command.offices)


def _check_colleague(case: Case, command: Assign, found: Step) -> None:
    if command.to.kind is not Kind.OFFICER:
        raise refusal("officers_only")
    check_conflict(command.to, command.circle)
    check_step(command.to, found, command.to_offices)
    check_hands(command.to, case, found)
    if found.assignee == command.to.id:
        raise refusal("same_hands", step=found.title, field="to")


def finish_step(case: Case, command: FinishStep, now: datetime) -> list[Said]:
    found = checks.step(case, command.step)
    fitting = OUTCOMES.get(found.kind)
    if fitting is None:
        raise refusal("not_finished_here", step=found.title)
    checks.workable(case, found)
    _check_reach(case, command, found)
    if command.outcome not in fitting:
        raise refusal("outcome_unfit", step=found.title, outcome=command.outcome.value, field="outcome")
    _check_proof(command, found)
    facts = {"step": found.key, "outcome": command.outcome.value, "note": command.note, "proof": command.proof}
    return [("step_finished", dict(facts))]


def _check_proof(command: FinishStep, found: Step) -> None:
    """What no person answers for needs something else that does."""
    if command.note is not None:
        checks.digest(command.note, "note")
    if command.proof is not None:
        checks.digest(command.proof, "proof")
    if found.kind is StepKind.COMPUTED and command.outcome is Outcome.PASSED and command.proof is None:
        raise refusal("proof_expected", field="proof")
    if found.kind is StepKind.PAY and command.proof is None:
        raise refusal("payment_expected", field="proof")
    if found.kind is StepKind.TELL and command.by.kind is Kind.SYSTEM and command.note is None:
        raise refusal("note_expected", field="note")


def send_back(case: Case, command: SendBack, now: datetime) -> list[Said]:
    """Who is to decide has a ground of the decision done again, with all that rests on it."""
    checks.status(case, Status.ACCEPTED)
    found = checks.step(case, command.step)
    if not found.done or found.outcome is Outcome.DROPPED:
        raise refusal("step_not_done", step=found.title)
    _check_decider(case, command, found)
    _check_undecided(case, found)
    return [("step_sent_back", {"step": found.key, "reasons": checks.digest(command.reasons, "reasons")})]


def _check_decider(case: Case, command: SendBack, found: Step) -> None:
    heads = [h for h in map(_head(case), case.parts) if found in checks.grounds(case, h)]
    if found.kind in (StepKind.ACCEPT, StepKind.PAY) or not heads:
        raise refusal("not_sent_back_here", step=found.title)
    offices = frozenset(h.office for h in heads)
    check_power(command.by, Power.DECIDE)
    check_office(command.by, offices, command.offices)


def _head(case: Case) -> Callable[[Any], Step]:
    return lambda part: checks.head_of(case, part)


def _check_undecided(case: Case, found: Step) -> None:
    if any(p.key == found.part and p.gone is not None for p in case.parts):
        raise refusal("part_gone")
    touched = {found.part} | {s.part for s in downstream(case.steps, found)}
    decided = {p.key for p in case.parts if p.decision is not None}
    if touched & decided:
        raise refusal("downstream_decided", step=found.title)


def place(case: Case, command: Place, now: datetime) -> list[Said]:
    """Before anybody has begun: the node says which of its offices each step falls to."""
    checks.status(case, Status.SUBMITTED)
    if command.by.kind is not Kind.SYSTEM:
        raise refusal("officers_only")
    for key, to in command.to.items():
        found = checks.step(case, key)
        if found.state is StepState.TAKEN or found.done:
            raise refusal("step_taken", step=found.title)
        if not to or to == found.office:
            raise refusal("same_office", field="to")
    return [("placed", {"to": dict(sorted(command.to.items()))})] if command.to else []


def transfer(case: Case, command: Transfer, now: datetime) -> list[Said]:
    """Another office does the step from now on; whoever had it in hand has it no longer."""
    found = checks.step(case, command.step)
    if found.done:
        raise refusal("step_done", step=found.title)
    _check_passer(command, found)
    if not command.to or command.to == found.office:
        raise refusal("same_office", field="to")
    reasons = checks.digest(command.reasons, "reasons")
    facts = {"step": found.key, "from": found.office, "to": command.to, "reasons": reasons}
    return [("step_transferred", dict(facts))]


HANDLERS: dict[type[Command], Callable[[Case, Any, datetime], list[Said]]] = {
    TakeStep: take_step,
    ReleaseStep: release_step,
    Assign: assign,
    FinishStep: finish_step,
    SendBack: send_back,
    Place: place,
    Transfer: transfer,
}
