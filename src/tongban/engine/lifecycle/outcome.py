"""How a case ends: decide, issue, deliver, withdraw, close; and reopen by review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tongban.base.actors import Kind
from tongban.engine.lifecycle import checks, joint
from tongban.engine.lifecycle.checks import Facts, Said
from tongban.engine.lifecycle.commands import Close, Command, Decide, GiveBack, Issue, Reopen, ReportDelivery, Withdraw
from tongban.engine.lifecycle.powers import (
    Power,
    check_hands,
    check_office,
    check_officer,
    check_party,
    check_power,
    check_step,
)
from tongban.engine.lifecycle.state import Case, Closing, Status, Step, parts_ended
from tongban.engine.lifecycle.wording import refusal
from tongban.engine.plan import StepKind

_OFFICIAL = frozenset({Kind.SYSTEM, Kind.OFFICER, Kind.AGENCY})
DELIVERIES: dict[str | None, frozenset[str]] = {
    None: frozenset({"ordered"}),
    "ordered": frozenset({"collected", "on-the-way", "delivered", "failed"}),
    "collected": frozenset({"on-the-way", "delivered", "failed"}),
    "on-the-way": frozenset({"delivered", "failed"}),
    "failed": frozenset({"ordered"}),
    "delivered": frozenset(),
}
"""What may follow on what: a courier's word never takes the paper back to where it was."""


def decide_part(case: Case, command: Decide, now: datetime) -> list[Said]:
    """准予 / 不予许可: by another than who examined, when everything it rests on is done, granted only if all passed."""
    checks.status(case, Status.ACCEPTED)
    part = checks.undecided(case, command.part)
    head = checks.head_of(case, part)
    _check_decider(case, command, head)
    _check_grounds(case, command, head)
    said: Said = ("part_decided", {"part": part.key, "granted": command.granted, **_written(command)})
    return [said] if command.granted else [said, *_falls(case, part.key)]


def _falls(case: Case, part: str) -> list[Said]:
    """The parts that end with this one: whoever needs its outcome has nothing to rest on."""
    return [("part_fell", {"part": key, "with": part}) for key in joint.falling(case, part)]


def _check_decider(case: Case, command: Decide, head: Step) -> None:
    if command.by.kind is Kind.SYSTEM:
        return _check_rules(command, head)
    if head.kind is StepKind.COMPUTED:
        check_power(command.by, Power.DECIDE)
        check_office(command.by, frozenset({head.office}), command.offices)
    else:
        checks.in_reach(head, command.by)
        check_step(command.by, head, command.offices)
    return check_hands(command.by, case, head)


def _check_rules(command: Decide, head: Step) -> None:
    """The system decides only where the plan has the rules decide, and never against a person."""
    if head.kind is not StepKind.COMPUTED:
        raise refusal("rules_do_not_decide")
    if not command.granted:
        raise refusal("system_only_grants")


def _check_grounds(case: Case, command: Decide, head: Step) -> None:
    rests_on = checks.grounds(case, head)
    waits = tuple(s for s in rests_on if not s.done)
    if waits:
        raise refusal("step_waiting", step=head.title, waits=checks.titles(waits))
    checks.not_waiting(case, head)
    failed = checks.failed(rests_on)
    if command.granted and failed:
        raise refusal("step_failed", waits=checks.titles(failed))


def _written(command: Decide) -> Facts:
    """A refusal is reasoned and cites; a grant may be."""
    if not command.granted:
        return checks.reasons(command.reasons, command.cites)
    reasons = None if command.reasons is None else checks.digest(command.reasons, "reasons")
    return {"reasons": reasons, "cites": list(command.cites)}


def issue(case: Case, command: Issue, now: datetime) -> list[Said]:
    """By an officer, or by the system: what was decided is made out, nothing is judged."""
    checks.status(case, Status.ACCEPTED, Status.DECIDED)
    step = checks.step(case, command.step)
    if step.kind is not StepKind.ISSUE:
        raise refusal("not_finished_here", step=step.title)
    checks.in_reach(step, command.by)
    check_step(command.by, step, command.offices)
    check_hands(command.by, case, step)
    part = checks.part(case, step.part)
    if part.decision is None or not part.decision.granted:
        raise refusal("not_granted")
    checks.not_waiting(case, step)
    _check_identifier(case, command.identifier)
    made = {"identifier": command.identifier, "digest": checks.digest(command.digest, "digest")}
    return [("issued", {"step": step.key, "part": step.part, **made})]


def _check_identifier(case: Case, identifier: str) -> None:
    if not identifier or identifier in {c.identifier for c in case.certificates}:
        raise refusal("certificate_unfit", field="identifier")


def report_delivery(case: Case, command: ReportDelivery, now: datetime) -> list[Said]:
    """A party orders the paper; what happens to it then, the courier says through the system."""
    if command.by.kind not in _OFFICIAL:
        check_party(command.by, command.circle)
        if command.state != "ordered":
            raise refusal("officers_only")
    if not case.certificates:
        raise refusal("nothing_to_deliver")
    if command.state not in DELIVERIES[case.delivery]:
        raise refusal("delivery_out_of_order", last=case.delivery or "-", state=command.state)
    return [("delivery_reported", {"state": command.state, "report": checks.digest(command.report, "report")})]


def give_back(case: Case, command: GiveBack, now: datetime) -> list[Said]:
    """At any time, whatever became of the case: the ledger holds the money, the history says that it went back."""
    if command.by.kind not in _OFFICIAL:
        raise refusal("officers_only")
    if command.fen <= 0:
        raise refusal("nothing_goes_back", field="fen")
    return [("money_given_back", {"fen": command.fen, "reasons": checks.digest(command.reasons, "reasons")})]


def withdraw(case: Case, command: Withdraw, now: datetime) -> list[Said]:
    """By a party: all of it until anything is decided, or one part until that is decided. With the last part that stands
    the whole application is taken back."""
    check_party(command.by, command.circle)
    if command.part is not None:
        return _withdraw_part(case, checks.undecided(case, command.part).key)
    if any(p.decision is not None for p in case.parts):
        raise refusal("too_late_to_withdraw")
    return [("withdrawn", {})]


def _withdraw_part(case: Case, part: str) -> list[Said]:
    falls = _falls(case, part)
    ends = {part, *(facts["part"] for _, facts in falls)}
    if all(p.gone is not None or p.key in ends for p in case.parts):
        return [("withdrawn", {})]
    return [("part_withdrawn", {"part": part}), *falls]


def reopen(case: Case, command: Reopen, now: datetime) -> list[Said]:
    """By review only: the outcome of the case, or the decision on one of its parts, is set aside and a new term begins."""
    if command.part is not None and len(case.parts) > 1:
        return _reopen_part(case, command)
    if case.status is not Status.CLOSED:
        raise refusal("not_closed")
    check_officer(command.by, case, command.offices, Power.REVIEW)
    if case.withdrawn:
        raise refusal("withdrawn")
    return [("reopened", checks.reasons(command.reasons, command.cites))]


def _reopen_part(case: Case, command: Reopen) -> list[Said]:
    """The part and what fell with it come back, whatever else goes on or has ended; a part that nobody decided does not."""
    checks.status(case, Status.ACCEPTED, Status.DECIDED, Status.CLOSED)
    part = checks.part(case, command.part)
    check_officer(command.by, case, command.offices, Power.REVIEW)
    if part.decision is None:
        raise refusal("part_undecided")
    written = checks.reasons(command.reasons, command.cites)
    back: list[Said] = [("part_back", {"part": key, "with": part.key}) for key in joint.returning(case, {part.key})]
    return [("part_reopened", {"part": part.key, **written}), *back]


def close(case: Case, command: Close, now: datetime) -> list[Said]:
    """办结, when every step is done."""
    if not parts_ended(case.parts):
        raise refusal("not_decided")
    if command.by.kind is not Kind.SYSTEM:
        check_officer(command.by, case, command.offices, Power.ISSUE, Power.DECIDE)
    waits = tuple(s for s in case.steps if not s.done)
    if waits:
        raise refusal("steps_left", waits=checks.titles(waits))
    return [("closed", {"closing": _closing(case, command).value, "granted": case.granted})]


def _closing(case: Case, command: Close) -> Closing:
    if command.forwarded:
        return Closing.FORWARDED
    return Closing.CERTIFICATE if case.certificates else Closing.OTHER


HANDLERS: dict[type[Command], Callable[[Case, Any, datetime], list[Said]]] = {
    Decide: decide_part,
    Issue: issue,
    ReportDelivery: report_delivery,
    GiveBack: give_back,
    Withdraw: withdraw,
    Reopen: reopen,
    Close: close,
}
