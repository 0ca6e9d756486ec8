"""Moving a case, and everything that follows from a move: the next computed step, work put off, the other city, people.

Whatever follows is in the move's own transaction: done with it or not at all (a confirmation is never sent for what
was rolled back).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.base.actors import SYSTEM, Warrant
from tongban.base.cryptography import canonical
from tongban.base.errors import Refusal
from tongban.cases import actions as cases
from tongban.cases import queries
from tongban.engine import lifecycle
from tongban.engine.plan import StepKind
from tongban.exchange import actions as exchange
from tongban.journeys import tell
from tongban.payments import queries as payments
from tongban.queue import actions as queue
from tongban.queue.names import Name
from tongban.registries import queries as registries

SELF = Warrant(actor=SYSTEM, purpose="handle")
OPEN = (lifecycle.StepState.OPEN,)


def move(*, number: str, command: lifecycle.Command, now: datetime, writing: dict[str, Any] | None = None) -> Any:
    """One command and all that follows from it, in one transaction. ``writing`` is the text whose digest the command
    carries: kept sealed with the case. A refusal leaves a row on the trail."""
    try:
        with transaction.atomic():
            row, events = cases.handle(number=number, command=command, now=now)
            if writing is not None:
                row = cases.amend(number=number, change={"writings": [writing]}, now=now)
            follow(row, events, now=now)
    except Refusal as no:
        no.given = {"number": number, "command": command, "now": now}
        cases.refused(**no.given, code=no.code)
        raise
    return row


@contextmanager
def together() -> Iterator[None]:
    """A transaction around moves and what belongs to them. The row about a refused command is undone with the rest, so it
    is left once more afterwards."""
    try:
        with transaction.atomic():
            yield
    except Refusal as no:
        if no.given:
            cases.refused(**no.given, code=no.code)
        raise


def follow(row: Any, events: Sequence[lifecycle.Event], *, now: datetime) -> None:
    """What these events of this node lead to."""
    if row.taken_in_by != settings.TONGBAN_ADCODE:
        exchange.put_out(
            peer=row.taken_in_by,
            case_ref=row.number,
            kind="case.events",
            data={"events": msgspec.to_builtins(events)},
            now=now,
        )
    tell.about(row, events, now=now)
    if any(e.kind.startswith("part_") or e.kind in _ENDS for e in events) and payments.anything(row.number):
        settle(row.number)
    state = queries.state(row)
    if any(e.kind in _COMES_IN for e in events) and state.custody.held == row.city == settings.TONGBAN_ADCODE:
        from tongban.journeys import levels  # which moves cases itself

        levels.place(row, now=now)
        row.refresh_from_db()
        state = queries.state(row)
    if state.custody.held == settings.TONGBAN_ADCODE and not state.custody.offered_to:
        if row.codes and any(e.kind in _COMES_IN for e in events):
            _show_ahead(row, state)
        _next(row, state, now)


def _show_ahead(row: Any, state: lifecycle.Case) -> None:
    """Departments' own systems look at a joint case before it is accepted: what they miss is in the one notice (art. 32)."""
    for step in state.steps:
        if _of_system(step):
            queue.put(Name.SHOW_AGENCY, once=f"show:{row.number}:{step.key}", number=row.number, step=step.key)


def _of_system(step: lifecycle.Step) -> bool:
    return step.by == "system" and step.kind is not StepKind.ACCEPT and step.kind not in _OWN


def _next(row: Any, state: lifecycle.Case, now: datetime) -> None:
    """Start whatever needs no officer: rules that decide, telling, departments' own systems, making out, closing."""
    if state.status is lifecycle.Status.SUBMITTED and by_rules(state):
        queue.put(Name.COMPUTE, once=f"compute:{row.number}", number=row.number)
        return
    for step in _open(state):
        if _of_system(step):
            queue.put(Name.TELL_AGENCY, once=f"agency:{row.number}:{step.key}", number=row.number, step=step.key)
        elif step.kind is StepKind.TELL:
            _told(row, step.key, now)
            return  # the move that told goes on from the new state
        elif step.kind is StepKind.PAY:
            settle(row.number)
        elif step.kind is StepKind.COMPUTED:
            queue.put(Name.COMPUTE, once=f"compute:{row.number}", number=row.number)
        elif step.kind is StepKind.ISSUE:
            queue.put(Name.ISSUE, once=f"issue:{row.number}", number=row.number)
    if state.status is lifecycle.Status.DECIDED and all(s.done for s in state.steps):
        command = lifecycle.Close(by=SYSTEM, node=settings.TONGBAN_ADCODE, circle=NOBODY)
        move(number=row.number, command=command, now=now)


def settle(number: str) -> None:
    """Bring a case in line with its money, once this transaction is done: what is paid goes on, what fell is given back."""
    queue.put(Name.SETTLE, once=f"settle:{number}", lock=f"settle:{number}", number=number)


_ENDS = ("withdrawn", "not_accepted", "supplement_lapsed", "closed")
_COMES_IN = ("submitted", "custody_taken")
_OWN = (StepKind.COMPUTED, StepKind.PAY, StepKind.ISSUE)
NOBODY = lifecycle.Circle()


def by_rules(state: lifecycle.Case) -> bool:
    """Whether the rules alone receive and decide this case (秒批)."""
    received = all(s.by == "system" for s in state.steps if s.kind is StepKind.ACCEPT)
    return received and not any(s.kind is StepKind.DECIDE for s in state.steps)


def _open(state: lifecycle.Case) -> Iterable[lifecycle.Step]:
    working = (lifecycle.Status.ACCEPTED, lifecycle.Status.DECIDED)
    return [s for s in state.steps if s.state in OPEN] if state.status in working else []


def _told(row: Any, step: str, now: datetime) -> None:
    """An office that is only informed has it on its desk's list from this moment: the row is the message."""
    note = canonical.digest({"told": step, "case": row.number})
    command = lifecycle.FinishStep(
        by=SYSTEM, node=settings.TONGBAN_ADCODE, circle=NOBODY, step=step, outcome=lifecycle.Outcome.TOLD, note=note
    )
    move(number=row.number, command=command, now=now)


def circle_of(row: Any, *, now: datetime) -> lifecycle.Circle:
    """Whose case it is: its parties and who is near to them, as noted when it began."""
    content = queries.content(row, warrant=SELF, now=now)
    return lifecycle.Circle(**{name: frozenset(ids) for name, ids in content["circle"].items()})


def digest_of(text: str) -> str:
    """The digest under which a text that an officer wrote is named in events."""
    return canonical.digest({"text": text})


def person_of(id_number: str, *, now: datetime) -> str:
    """The registry id here of who has this ID number; empty for somebody of another city."""
    found = registries.person_by_id_number(id_number, warrant=SELF, now=now)
    return str(found.id) if found else ""
