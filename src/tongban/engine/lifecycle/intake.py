"""Coming in: submit, accept or not, supplement (行政许可法 arts. 29–32)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from tongban.base.actors import Actor, Kind
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.engine.lifecycle import checks
from tongban.engine.lifecycle.checks import Said
from tongban.engine.lifecycle.commands import (
    Accept,
    AskSupplement,
    Basis,
    Command,
    DeemAccepted,
    LapseSupplement,
    NotAccept,
    NoteMissing,
    Submit,
    Supplement,
)
from tongban.engine.lifecycle.powers import Power, check_officer, check_party, check_step, may
from tongban.engine.lifecycle.state import Case, Status, Step, StepState, deciding, planned, upstream
from tongban.engine.lifecycle.wording import refusal
from tongban.engine.plan import StepKind

_BASES = frozenset(basis.value for basis in Basis)


def submit(command: Submit, now: datetime) -> list[Said]:
    """The first event. Refuses a plan that could get stuck."""
    steps = tuple(planned(s) for s in command.steps)
    _check_keys(steps)
    _check_order(steps)
    _check_parts(command, steps)
    names = ("items", "steps", "promise", "legal", *(["terms"] if command.terms else []))
    facts = {name: msgspec.to_builtins(getattr(command, name)) for name in names}
    return [("submitted", facts)]


def _bad(what: str) -> Refusal:
    return refusal("bad_plan", what=what)


def _check_keys(steps: tuple[Step, ...]) -> None:
    keys = [s.key for s in steps]
    twice = sorted({k for k in keys if keys.count(k) > 1})
    if twice:
        raise _bad(f"twice {', '.join(twice)}")
    for s in steps:
        strange = sorted({*s.needs, *s.separate_from} - set(keys))
        if strange:
            raise _bad(f"{s.key} needs {', '.join(strange)}")
        if s.stops_clock is not None and s.stops_clock not in _BASES:
            raise _bad(f"{s.key} stops the clock for {s.stops_clock}")


def _check_order(steps: tuple[Step, ...]) -> None:
    _check_rounds(steps)
    # A decision also rests on steps that it does not name: read with those, the line must not turn on itself either.
    _check_rounds(tuple(replace(s, needs=(*s.needs, *checks.unsaid(steps, s))) for s in steps))


def _check_rounds(steps: tuple[Step, ...]) -> None:
    for s in steps:
        if any(u.key == s.key for u in upstream(steps, s)):
            raise _bad(f"{s.key} needs itself")


def _check_parts(command: Submit, steps: tuple[Step, ...]) -> None:
    codes = [item.code for item in command.items]
    if not codes or len(set(codes)) < len(codes):
        raise _bad("items")
    for code in codes:
        if deciding(steps, code) is None:
            raise _bad(f"{code} is never decided")
    for s in steps:
        if s.kind is StepKind.DECIDE and deciding(steps, s.part) != s:
            raise _bad(f"{s.part} is decided twice")
        if s.kind in (StepKind.DECIDE, StepKind.PAY, StepKind.ISSUE) and s.part not in codes:
            raise _bad(f"{s.key} is of no item")
        if s.kind is StepKind.ISSUE and not _after_decision(steps, s):
            raise _bad(f"{s.key} does not need the decision")


def _after_decision(steps: tuple[Step, ...], step: Step) -> bool:
    head = deciding(steps, step.part)
    return any(u == head for u in upstream(steps, step))


def _receivers(case: Case) -> tuple[Step, ...]:
    return tuple(s for s in case.steps if s.kind is StepKind.ACCEPT)


def _check_receiver(case: Case, command: Command) -> None:
    """One window receives for all (一窗受理): it is enough to be fit for one of the ACCEPT steps."""
    steps = _receivers(case)
    fit = [_refused(command, s) for s in steps]
    if not steps:
        check_officer(command.by, case, command.offices, Power.ACCEPT)
    elif None not in fit:
        raise next(no for no in fit if no is not None)
    for s in steps:
        if s.state is StepState.TAKEN:
            checks.in_reach(s, command.by)


def _refused(command: Command, step: Step) -> Refusal | None:
    try:
        check_step(command.by, step, command.offices)
    except Refusal as no:
        return no
    return None


def _rules_receive(case: Case) -> bool:
    """Nobody has to look at the application first: the rules decide, or the plan leaves acceptance to the system."""
    by_system = all(s.by == "system" for s in _receivers(case))
    heads = [deciding(case.steps, p.key) for p in case.parts]
    return by_system and all(h is not None and h.kind is StepKind.COMPUTED for h in heads)


def accept(case: Case, command: Accept, now: datetime) -> list[Said]:
    """受理; the system itself may accept only what the rules decide (秒批)."""
    checks.status(case, Status.SUBMITTED)
    if not (command.by.kind is Kind.SYSTEM and _rules_receive(case)):
        _check_receiver(case, command)
    started = max(now, case.updated_at)
    return [("accepted", {"deemed": False, "started_at": started.isoformat()})]


def deem_accepted(case: Case, command: DeemAccepted, now: datetime) -> list[Said]:
    """Counts as accepted from the day received (art. 32); see ``acceptance.deemed_accepted`` for when."""
    checks.status(case, Status.SUBMITTED)
    _system_only(command.by)
    if day_of(now) <= command.told_by:
        raise refusal("not_deemed_yet", until=command.told_by)
    return [("accepted", {"deemed": True, "started_at": case.clock.received_at.isoformat()})]


def _system_only(actor: Actor) -> None:
    if actor.kind is not Kind.SYSTEM:
        raise refusal("system_only")


def not_accept(case: Case, command: NotAccept, now: datetime) -> list[Said]:
    """不予受理, in writing."""
    checks.status(case, Status.SUBMITTED)
    _check_receiver(case, command)
    return [("not_accepted", checks.reasons(command.reasons, command.cites))]


def note_missing(case: Case, command: NoteMissing, now: datetime) -> list[Said]:
    """Every office in time for the one notice that the applicant gets (art. 32)."""
    if case.supplement_asked:
        raise refusal("supplement_already_asked")
    checks.status(case, Status.SUBMITTED)
    _check_misser(case, command)
    if not command.lines:
        raise refusal("say_what_is_missing", field="lines")
    office = command.by.office or ""
    reasons = checks.digest(command.reasons, "reasons")
    return [("missing_noted", {"office": office, "lines": list(command.lines), "reasons": reasons})]


def _check_misser(case: Case, command: Command) -> None:
    """An officer of an office of the case, or the system of an office that has a step of it to do."""
    if command.by.kind is not Kind.AGENCY:
        check_officer(command.by, case, command.offices, Power.EXAMINE, Power.DECIDE, Power.ANSWER)
    elif not any(may(command.by, s, command.offices) for s in case.steps):
        raise refusal("wrong_office", office=command.by.office or "-")


def ask_supplement(case: Case, command: AskSupplement, now: datetime) -> list[Said]:
    """Once in the life of a case, everything at once (art. 32)."""
    if case.supplement_asked:
        raise refusal("supplement_already_asked")
    checks.status(case, Status.SUBMITTED)
    _check_receiver(case, command)
    if not command.lines:
        raise refusal("say_what_is_missing", field="lines")
    left_out = sorted({line for noted in case.missing for line in noted.lines} - set(command.lines))
    if left_out:
        raise refusal("supplement_leaves_out", field="lines", lines=", ".join(left_out))
    if command.supplement_by <= day_of(now):
        raise refusal("supplement_by_past", field="supplement_by")
    written = checks.reasons(command.reasons, command.cites)
    until = command.supplement_by.isoformat()
    return [("supplement_asked", {"lines": list(command.lines), "supplement_by": until, **written})]


def supplement(case: Case, command: Supplement, now: datetime) -> list[Said]:
    """By a party, or by the window for one who stands there."""
    if case.status in (Status.SUBMITTED, Status.ACCEPTED):
        raise refusal("not_asked_to_supplement")
    checks.status(case, Status.SUPPLEMENT)
    if command.by.kind is Kind.OFFICER:
        _check_receiver(case, command)
    else:
        check_party(command.by, command.circle)
    if not command.digests:
        raise refusal("nothing_supplemented", field="digests")
    return [("supplemented", {"digests": [checks.digest(d, "digests") for d in command.digests]})]


def lapse_supplement(case: Case, command: LapseSupplement, now: datetime) -> list[Said]:
    """补正不来办结."""
    if case.status is not Status.SUPPLEMENT or case.supplement_by is None:
        raise refusal("not_asked_to_supplement")
    if command.by.kind is not Kind.SYSTEM:
        _check_receiver(case, command)
    if day_of(now) <= case.supplement_by:
        raise refusal("supplement_still_open", until=case.supplement_by)
    return [("supplement_lapsed", {"supplement_by": case.supplement_by.isoformat()})]


HANDLERS: dict[type[Command], Callable[[Case, Any, datetime], list[Said]]] = {
    Accept: accept,
    DeemAccepted: deem_accepted,
    NotAccept: not_accept,
    NoteMissing: note_missing,
    AskSupplement: ask_supplement,
    Supplement: supplement,
    LapseSupplement: lapse_supplement,
}
