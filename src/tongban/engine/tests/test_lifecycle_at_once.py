"""Two at once: what is done once has one winner, in any history, and whoever comes second hears who was first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from msgspec.structs import replace

from tongban.engine.lifecycle import (
    Accept,
    AskSupplement,
    Close,
    Command,
    Decide,
    DeemAccepted,
    Extend,
    FinishStep,
    Issue,
    LapseSupplement,
    NotAccept,
    Outcome,
    Power,
    Resume,
    Returned,
    SendBack,
    Supplement,
    Suspend,
    Taken,
    TakeStep,
    Withdraw,
)
from tongban.engine.tests.lifecycle_samples import (
    D1,
    DECIDER,
    EXAMINER,
    PARTY,
    SYSTEM,
    WINDOW,
    WRITTEN,
    World,
    officer,
    said,
    second_of,
    to_decision,
)
from tongban.engine.tests.test_lifecycle_machine import ACTORS, Histories

ONCE: dict[type[Command], frozenset[str]] = {
    kind: frozenset(codes.split())
    for kind, codes in {
        Accept: "already_accepted",
        DeemAccepted: "already_accepted",
        NotAccept: "already_closed",
        AskSupplement: "supplement_already_asked awaiting_supplement",
        Supplement: "not_asked_to_supplement",
        LapseSupplement: "already_closed",
        TakeStep: "step_taken",
        FinishStep: "step_done",
        SendBack: "step_not_done",
        Suspend: "already_suspended",
        Resume: "not_suspended",
        Extend: "no_extension_asked",
        Taken: "not_offered",
        Returned: "nothing_to_give_back not_custodian officers_only",
        Decide: "already_decided part_decided",
        Issue: "step_done already_decided",
        Withdraw: "already_closed part_gone",
        Close: "already_closed",
    }.items()
}
"""What is done once, and the codes of the refusals of whoever comes second."""


def twins(one: Command) -> list[Command]:
    """The same command from everybody, and for a decision the contrary one."""
    same = [replace(one, by=by) for by in ACTORS]
    if isinstance(one, Decide):
        same += [replace(each, granted=not one.granted, **WRITTEN) for each in same]
    return same


class AtOnce(Histories):
    """Before each command of a history, everybody else who could give it at the same moment gives it too."""

    def _give(self, command: Command) -> None:
        if type(command) in ONCE and self._events(command):
            for other in twins(command):
                if said(self.case, other, self.now):
                    for winner, loser in ((command, other), (other, command)):
                        no = second_of(self.case, winner, loser, self.now)
                        assert no is not None, f"both {winner} and {loser} were done"
                        assert no.code in ONCE[type(command)], no
                        assert no.status == 409 or (type(command), no.code) == (Returned, "officers_only"), no
        super()._give(command)


AtOnce.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAtOnce = AtOnce.TestCase


MARKET = officer("o-market-2", "market", *Power)
COUNTER = officer("o-window-2", "window", Power.ACCEPT)
EXAMINED = {"step": "firm.examine", "outcome": Outcome.PASSED}
FAILED = {"step": "firm.examine", "outcome": Outcome.FAILED, "note": D1}
MISSING = {"lines": ("x",), "supplement_by": date(2026, 3, 20), **WRITTEN}
ISSUED = {"step": "firm.issue", "identifier": "1.2.3", "digest": D1}
DEEMED = {"told_by": date(2026, 2, 27)}
Given = tuple[type[Command], Any, dict[str, Any]]
PAIRS: list[tuple[str, Given, Given, str, str]] = [
    ("new", (Accept, WINDOW, {}), (Accept, COUNTER, {}), "already_accepted", "already_accepted"),
    ("new", (Accept, WINDOW, {}), (Accept, WINDOW, {}), "already_accepted", "already_accepted"),
    ("new", (Accept, WINDOW, {}), (DeemAccepted, SYSTEM, DEEMED), "already_accepted", "already_accepted"),
    ("new", (Accept, WINDOW, {}), (NotAccept, COUNTER, WRITTEN), "already_accepted", "already_closed"),
    ("new", (Accept, WINDOW, {}), (AskSupplement, COUNTER, MISSING), "already_accepted", "awaiting_supplement"),
    ("new", (NotAccept, WINDOW, WRITTEN), (Withdraw, PARTY, {}), "already_closed", "already_closed"),
    ("accepted", (TakeStep, EXAMINER, {"step": "firm.examine"}), (TakeStep, MARKET, {"step": "firm.examine"}), "step_taken",
     "step_taken"),
    ("accepted", (FinishStep, EXAMINER, EXAMINED), (FinishStep, MARKET, FAILED), "step_done", "step_done"),
    ("accepted", (FinishStep, EXAMINER, EXAMINED), (TakeStep, MARKET, {"step": "firm.examine"}), "step_done", "step_taken"),
    ("examined", (Decide, DECIDER, {"granted": True}), (Decide, MARKET, {"granted": True}), "already_decided", "already_decided"),
    ("examined", (Decide, DECIDER, {"granted": True}), (Decide, MARKET, {"granted": False, **WRITTEN}), "already_decided",
     "already_decided"),
    ("examined", (Decide, DECIDER, {"granted": True}), (SendBack, MARKET, {"step": "firm.tax", "reasons": D1}),
     "already_decided", "step_waiting"),
    ("examined", (Decide, DECIDER, {"granted": True}), (Withdraw, PARTY, {}), "too_late_to_withdraw", "already_closed"),
    ("decided", (Issue, SYSTEM, ISSUED), (Issue, DECIDER, ISSUED), "step_done", "step_done"),
    ("done", (Close, SYSTEM, {}), (Close, DECIDER, {}), "already_closed", "already_closed"),
]


def at(stage: str) -> World:
    world = World()
    if stage == "accepted":
        world.do(Accept, WINDOW)
    elif stage != "new":
        to_decision(world)
    if stage in ("decided", "done"):
        world.do(Decide, DECIDER, granted=True)
    if stage == "done":
        world.do(Issue, SYSTEM, **ISSUED)
        world.do(FinishStep, SYSTEM, step="firm.tell", outcome=Outcome.TOLD, note=D1)
    world.now += timedelta(minutes=1)
    return world


@pytest.mark.parametrize(
    ("stage", "one", "two", "two_hears", "one_hears"), PAIRS, ids=lambda v: v if isinstance(v, str) else v[0].__name__
)
def test_of_two_who_decide_on_the_same_state_one_wins_and_the_other_hears_why_not(stage, one, two, two_hears, one_hears):
    world = at(stage)
    first, second = (world.command(kind, by, **facts) for kind, by, facts in (one, two))
    assert said(world.case, first, world.now) and said(world.case, second, world.now), "each alone is done"
    for winner, loser, hears in ((first, second, two_hears), (second, first, one_hears)):
        no = second_of(world.case, winner, loser, world.now)
        assert no is not None and (no.code, no.status) == (hears, 409)


def test_what_two_do_at_once_on_different_steps_is_done_by_both():
    world = at("accepted")
    one = world.command(TakeStep, EXAMINER, step="firm.examine")
    two = world.command(FinishStep, officer("o-city", "city"), step="firm.inspect", outcome=Outcome.PASSED)
    assert second_of(world.case, one, two, world.now) is None
    assert second_of(world.case, two, one, world.now) is None
