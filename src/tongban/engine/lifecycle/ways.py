"""Which commands a case would take now, from somebody: the proof that no state is a dead end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.engine.lifecycle import commands as c
from tongban.engine.lifecycle.decide import decide
from tongban.engine.lifecycle.outcome import DELIVERIES
from tongban.engine.lifecycle.powers import Power
from tongban.engine.lifecycle.state import Case, Step
from tongban.engine.lifecycle.work import OUTCOMES

_PARTY = Actor(kind=Kind.PERSON, id="party", person="party")
_CIRCLE = c.Circle(persons=frozenset({"party"}))
_ZERO = "0" * 64
_NEVER = timedelta(days=36500)
Try = Callable[[Case, dict[str, Any]], Iterator[c.Command]]


def ways_out(case: Case) -> frozenset[type[c.Command]]:
    """The types of command that some actor with the right power, office and clean hands could give with success.

    It asks ``decide`` itself, with a made-up officer who never touched the case, the officer who has each step in hand,
    the system, a party, and the peer to which the case is offered. Never empty unless the case is closed.
    """
    return frozenset(type(command) for command in _tries(case) if _goes(case, command))


def _goes(case: Case, command: c.Command) -> bool:
    far = case.updated_at + _NEVER  # so that a day to wait for has passed
    try:
        decide(case, command, far)
    except Refusal:
        return False
    return True


def _tries(case: Case) -> Iterator[c.Command]:
    for actor in (_officer(case, "somebody-else"), SYSTEM, _PARTY):
        common = {"by": actor, "node": case.custody.held, "circle": _CIRCLE}
        yield from _of_case(case, common)
        for step in case.steps:
            yield from _of_step(step, {**common, "offices": case.offices})
    for step in case.steps:
        if step.assignee is not None:
            common = {"by": _officer(case, step.assignee), "node": case.custody.held, "circle": _CIRCLE}
            yield from _of_step(step, {**common, "offices": case.offices})
            yield from _of_case(case, common)
    yield from _of_peer(case)


def _officer(case: Case, id_: str) -> Actor:
    office = min(case.offices)
    return Actor(kind=Kind.OFFICER, id=id_, office=office, powers=frozenset(Power))


def _of_case(case: Case, common: dict[str, Any]) -> Iterator[c.Command]:
    common = {**common, "offices": case.offices}
    written: dict[str, Any] = {"reasons": _ZERO, "cites": ("-",)}
    until = day_of(case.updated_at + 2 * _NEVER)
    yield c.Accept(**common)
    yield c.DeemAccepted(**common, told_by=day_of(case.clock.received_at))
    yield c.NotAccept(**common, **written)
    yield c.NoteMissing(**common, lines=("-",), reasons=_ZERO)
    yield c.AskSupplement(**common, **written, lines=("-",), supplement_by=until)
    yield c.Supplement(**common, digests=(_ZERO,))
    yield c.LapseSupplement(**common)
    yield c.Suspend(**common, basis=c.Basis.HEARING, reasons=_ZERO)
    yield c.Resume(**common)
    yield c.AskExtension(**common, days=1, reasons=_ZERO)
    yield c.Extend(**common)
    yield c.Offer(**common, to="999999")
    yield c.Returned(**common, reasons=_ZERO)
    for part in case.parts:
        yield c.Decide(**common, part=part.key, granted=True)
        yield c.Decide(**common, part=part.key, granted=False, **written)
    for state in sorted(DELIVERIES[case.delivery]):
        yield c.ReportDelivery(**common, state=state, report=_ZERO)
    yield c.Withdraw(**common)
    for part in case.parts:
        yield c.Withdraw(**common, part=part.key)
    yield c.Reopen(**common, **written)
    for part in case.parts:
        yield c.Reopen(**common, **written, part=part.key)
    yield c.Close(**common)


def _of_step(step: Step, common: dict[str, Any]) -> Iterator[c.Command]:
    common = {**common, "step": step.key}
    yield c.TakeStep(**common)
    yield c.ReleaseStep(**common)
    for outcome in sorted(OUTCOMES.get(step.kind, ())):
        yield c.FinishStep(**common, outcome=outcome, note=_ZERO, proof=_ZERO)
    yield c.SendBack(**common, reasons=_ZERO)
    yield c.Transfer(**common, to=f"{step.office}-", reasons=_ZERO)
    yield c.Issue(**common, identifier=f"-{step.key}", digest=_ZERO)


def _of_peer(case: Case) -> Iterator[c.Command]:
    to = case.custody.offered_to
    if to is not None:
        peer = Actor(kind=Kind.PEER, id=to)
        yield c.Taken(by=peer, node=case.custody.held, circle=_CIRCLE, receipt=_ZERO)
        yield c.Returned(by=peer, node=case.custody.held, circle=_CIRCLE, reasons=_ZERO)
