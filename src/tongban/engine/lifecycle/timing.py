"""Stopping the clock and giving it more time (行政许可法 arts. 42 and 45)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tongban.engine.lifecycle import checks
from tongban.engine.lifecycle.checks import Said
from tongban.engine.lifecycle.commands import AskExtension, Command, Extend, Resume, Suspend
from tongban.engine.lifecycle.powers import Power, check_officer
from tongban.engine.lifecycle.state import Case, Status
from tongban.engine.lifecycle.wording import refusal

_ALONE, _JOINTLY = 10, 15  # working days, art. 42


def suspend(case: Case, command: Suspend, now: datetime) -> list[Said]:
    """Stop the clock, in writing, for one of the procedures that art. 45 names."""
    checks.status(case, Status.ACCEPTED)
    check_officer(command.by, case, command.offices, Power.EXAMINE, Power.DECIDE)
    reasons = checks.digest(command.reasons, "reasons")
    return [("suspended", {"basis": command.basis.value, "reasons": reasons})]


def resume(case: Case, command: Resume, now: datetime) -> list[Said]:
    if case.status is not Status.SUSPENDED:
        raise refusal("not_suspended")
    check_officer(command.by, case, command.offices, Power.EXAMINE, Power.DECIDE)
    return [("resumed", {})]


def most_extension(case: Case) -> int:
    """Working days by which the term may be extended: 10, or 15 where several offices decide jointly (art. 42)."""
    return _JOINTLY if len({p.office for p in case.parts}) > 1 else _ALONE


def ask_extension(case: Case, command: AskExtension, now: datetime) -> list[Said]:
    checks.status(case, Status.ACCEPTED, Status.SUSPENDED)
    check_officer(command.by, case, command.offices, Power.EXAMINE, Power.DECIDE)
    _check_first(case)
    most = most_extension(case)
    if not 1 <= command.days <= most:
        raise refusal("extension_too_long", field="days", most=most)
    return [("extension_asked", {"days": command.days, "reasons": checks.digest(command.reasons, "reasons")})]


def _check_first(case: Case) -> None:
    if case.clock.extended:
        raise refusal("already_extended")
    if case.extension is not None:
        raise refusal("extension_asked")


def extend(case: Case, command: Extend, now: datetime) -> list[Said]:
    """Approved by another than who asked."""
    checks.status(case, Status.ACCEPTED, Status.SUSPENDED)
    check_officer(command.by, case, command.offices, Power.EXTEND)
    asked = case.extension
    if asked is None:
        raise refusal("no_extension_asked")
    if asked.asked_by == command.by.id:
        raise refusal("same_hand")
    return [("extended", {"days": asked.days, "asked_by": asked.asked_by})]


HANDLERS: dict[type[Command], Callable[[Case, Any, datetime], list[Said]]] = {
    Suspend: suspend,
    Resume: resume,
    AskExtension: ask_extension,
    Extend: extend,
}
