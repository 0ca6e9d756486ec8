"""Any history of commands, from any actor, in any order, on any plan: what must hold of the case all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from tongban.base.actors import Actor
from tongban.base.calendar import builtin
from tongban.base.errors import Refusal
from tongban.engine.clock import used
from tongban.engine.lifecycle import (
    Accept,
    AskExtension,
    AskSupplement,
    Assign,
    Basis,
    Case,
    Close,
    Command,
    Decide,
    DeemAccepted,
    Event,
    Extend,
    FinishStep,
    Issue,
    LapseSupplement,
    NotAccept,
    NoteMissing,
    Offer,
    Outcome,
    ReleaseStep,
    Reopen,
    ReportDelivery,
    Resume,
    Returned,
    SendBack,
    Status,
    StepState,
    Submit,
    Supplement,
    Suspend,
    Taken,
    TakeStep,
    Transfer,
    Withdraw,
    decide,
    evolve,
    replay,
    ways_out,
)
from tongban.engine.lifecycle.checks import grounds
from tongban.engine.lifecycle.state import Step, deciding, upstream
from tongban.engine.plan import PlannedStep, Promise, StepKind
from tongban.engine.tests.lifecycle_samples import (
    AWAY,
    CIRCLE,
    D1,
    HOME,
    PARTY,
    STRANGER,
    SYSTEM,
    T0,
    WRITTEN,
    item,
    officer,
    peer,
    second_of,
    step,
)

OFFICES = ("window", "market", "city")
PARTS = ("a", "b", "c")
ALL = frozenset({*OFFICES, "elsewhere"})
ACTORS: tuple[Actor, ...] = (
    *(officer(f"o{n}", office) for n in range(2) for office in OFFICES),
    officer("near", "market", person="p-li"),
    SYSTEM, PARTY, STRANGER, peer(AWAY), peer(HOME),
)
WAYS: dict[type[Command], dict[str, Any]] = {
    Accept: {},
    DeemAccepted: {"told_by": [date(2026, 3, 1), date(2026, 3, 6), date(2026, 4, 1)]},
    NotAccept: {},
    NoteMissing: {"lines": [("x",), ("y",), ()], "reasons": [D1]},
    AskSupplement: {"lines": [("x",), ("x", "y")], "supplement_by": [date(2026, 3, 3), date(2026, 3, 6), date(2026, 3, 20)]},
    Supplement: {"digests": [(D1,)]},
    LapseSupplement: {},
    TakeStep: {"step": ...},
    ReleaseStep: {"step": ...},
    Assign: {"step": ..., "to": list(ACTORS), "to_offices": [ALL], "reasons": [D1]},
    FinishStep: {
        "step": ..., "outcome": [*Outcome], "note": [None, D1],
        "proof": [None, D1],
    },
    SendBack: {"step": ..., "reasons": [D1]},
    Transfer: {"step": ..., "to": [*OFFICES], "reasons": [D1]},
    Suspend: {"basis": [*Basis], "reasons": [D1]},
    Resume: {},
    AskExtension: {"days": [0, 1, 10, 15, 16], "reasons": [D1]},
    Extend: {},
    Offer: {"to": [HOME, AWAY]},
    Taken: {"receipt": [D1]},
    Returned: {"reasons": [D1]},
    Decide: {"granted": [True, True, False], "part": [*PARTS]},
    Issue: {"step": ..., "identifier": ["x", "y", "z"], "digest": [D1]},
    ReportDelivery: {"state": ["ordered", "collected", "delivered"], "report": [D1]},
    Withdraw: {"part": [None, *PARTS]},
    Reopen: {"part": [None, None, *PARTS]},
    Close: {},
}
KINDS = sorted(WAYS, key=lambda k: k.__name__)
FORWARD = (Accept, FinishStep, Decide, Issue, Close, Resume, Supplement, Returned, Taken)
ENDING = (Withdraw, NotAccept, LapseSupplement)
NEEDS_WRITING = (NotAccept, AskSupplement, Decide, Reopen)


@st.composite
def plans(draw: st.DrawFn) -> tuple[PlannedStep, ...]:
    """Three items of any shape that is sound: needs point to what stands before."""
    made: list[PlannedStep] = []

    def add(key: str, kind: StepKind, **more: Any) -> None:
        before = [s.key for s in made]
        needs = draw(st.lists(st.sampled_from(before), unique=True, max_size=2)) if before else []
        needs += [n for n in more.pop("also", ()) if n not in needs]
        made.append(step(key, kind, draw(st.sampled_from(OFFICES)), *needs, **more))

    for part in PARTS:
        if draw(st.booleans()):
            add(f"{part}.accept", StepKind.ACCEPT)
        computed = draw(st.booleans())
        for n in range(draw(st.integers(0, 2))):
            kind = draw(st.sampled_from([StepKind.EXAMINE, StepKind.INSPECT, StepKind.ASK, StepKind.TELL]))
            add(f"{part}.work{n}", kind, stops_clock=draw(st.sampled_from([None, None, "testing"])))
        add(f"{part}.head", StepKind.COMPUTED if computed else StepKind.DECIDE)
        if draw(st.booleans()):
            add(f"{part}.issue", StepKind.ISSUE, also=[f"{part}.head"])
        if draw(st.booleans()):
            add(f"{part}.after", draw(st.sampled_from([StepKind.TELL, StepKind.INSPECT])), also=[f"{part}.head"])
    return tuple(made)


class Histories(RuleBasedStateMachine):
    """Commands at random, half of them from those that the case would take, so that histories get deep."""

    case: Case

    @initialize(steps=plans())
    def submit(self, steps: tuple[PlannedStep, ...]) -> None:
        self.now = T0
        self.events: list[Event] = []
        terms = {"promise": Promise(working_days=3), "legal": Promise(working_days=20)}
        command = Submit(by=PARTY, node=HOME, circle=CIRCLE, case="c", items=tuple(map(item, PARTS)), steps=steps, **terms)
        (event,) = decide(None, command, self.now)
        self.events.append(event)
        self.case = evolve(None, event)
        self.planned = [s.key for s in steps]
        self.asked = 0

    @rule(seed=st.integers(0, 2**32))
    def a_while_passes(self, seed: int) -> None:
        """Some commands that fit, some at random; drawn from a seed, because deep histories matter more than small ones."""
        draw = Random(seed)
        for _ in range(25):
            self.now += timedelta(hours=draw.choice([0, 0, 1, 30]))
            self._give(self._wild(draw) if draw.random() < 0.2 else self._fit(draw))
            self._check_all()

    @rule(seed=st.integers(0, 2**32))
    def two_at_once(self, seed: int) -> None:
        """Both decide on what they see; one is stored first; the other goes on from there or hears why not."""
        draw = Random(seed)
        one, two = self._fit(draw), self._fit(draw)
        first, second = self._events(one), self._events(two)
        if first and second:
            assert {e.sequence for e in first} & {e.sequence for e in second}
        for winner, loser in ((one, two), (two, one)):
            second_of(self.case, winner, loser, self.now)
        self._give(one)
        self._give(two)

    def _check_all(self) -> None:
        self.there_is_a_way_out()
        self.no_part_rests_on_what_never_comes()
        self.nothing_begins_before_what_it_needs()
        self.a_part_has_an_end_exactly_when_the_case_says_so()
        self.no_step_is_lost()
        self.time_does_not_run_backwards()
        self.a_stop_is_open_exactly_while_somebody_is_at_it()
        self.exactly_one_node_holds_the_case()

    def _fit(self, draw: Random) -> Command:
        """A command that somebody can give now, if one is found; what brings the case forward four times as often."""
        ways = sorted(ways_out(self.case), key=lambda k: k.__name__) or KINDS
        ways = [k for k in ways if k not in ENDING or draw.random() < 0.05] or ways
        kind = draw.choice(ways + [k for k in ways if k in FORWARD] * 3)
        facts = {name: draw.choice(how) for name, how in WAYS[kind].items() if how is not ...}
        keys = [{"step": key} for key in self.planned] if "step" in WAYS[kind] else [{}]
        tried = [self._made(kind, by, self.case.custody.held, {**facts, **key}) for key in keys for by in ACTORS]
        draw.shuffle(tried)
        return next((command for command in tried if self._events(command)), tried[0])

    def _wild(self, draw: Random) -> Command:
        kind = draw.choice(KINDS)
        facts = {name: draw.choice(self.planned if how is ... else how) for name, how in WAYS[kind].items()}
        return self._made(kind, draw.choice(ACTORS), draw.choice([HOME, AWAY]), facts)

    def _made(self, kind: type[Command], by: Actor, node: str, facts: dict[str, Any]) -> Command:
        written = WRITTEN if kind in NEEDS_WRITING else {}
        return kind(by=by, node=node, circle=CIRCLE, offices=ALL, **facts, **written)

    def _events(self, command: Command) -> tuple[Event, ...]:
        try:
            return decide(self.case, command, self.now)
        except Refusal as no:
            assert no.code and no.brief.zh and no.brief.en and no.next_step is not None
            return ()

    def _give(self, command: Command) -> None:
        for event in self._events(command):
            before, self.case = self.case, evolve(self.case, event)
            self.events.append(event)
            self._check_change(before, command, event)

    def _check_change(self, before: Case, command: Command, event: Event) -> None:
        assert event.actor.id != "near"
        self.asked += event.kind == "supplement_asked"
        assert self.asked <= 1
        if before.status is Status.CLOSED:
            assert event.kind in ("reopened", "part_reopened", "delivery_reported")
        if event.kind == "part_decided":
            self._check_decision(before, event)
        if event.kind in ("part_withdrawn", "part_fell"):
            self._check_end(before, event)
        if event.kind not in ("custody_taken", "custody_returned"):
            assert event.node == before.custody.held == self.case.custody.held
        if self.case.clock.started_at and before.clock.started_at and "reopened" not in event.kind:
            calendar = builtin()
            run = [used(c.clock, self.now, calendar) for c in (before, self.case)]
            assert run[0] is not None and run[1] is not None and run[0] <= run[1]

    def _check_decision(self, before: Case, event: Event) -> None:
        head = deciding(before.steps, event.facts["part"])
        assert head is not None
        rests = grounds(before, head)
        assert all(s.done for s in rests)
        examined = {h for s in before.steps if s.part == head.part and s.kind in ("examine", "inspect") for h in s.hands}
        assert event.actor.id not in examined
        if event.facts["granted"]:
            assert not [s for s in rests if s.outcome in (Outcome.FAILED, Outcome.DROPPED)]
        if event.actor.kind == "system":
            assert head.kind is StepKind.COMPUTED and event.facts["granted"] and head.proof is not None

    def _check_end(self, before: Case, event: Event) -> None:
        """Only what is undecided ends so, and it falls with a part that came to a bad end a moment before."""
        part, root = before.part(event.facts["part"]), before.part(event.facts.get("with", event.facts["part"]))
        assert part is not None and not part.ended and root is not None
        if event.kind == "part_fell":
            assert root.gone is not None or (root.decision is not None and not root.decision.granted)
            assert self.events[-2].kind in ("part_withdrawn", "part_decided", "part_fell")

    @invariant()
    def no_part_rests_on_what_never_comes(self) -> None:
        """Whoever needs the outcome of a part that ended badly has fallen with it; all others can still be granted. Only a
        part that a review brings back may rest on one that was refused in the meantime: it can be refused."""
        if self._part_came_back():
            return
        bad = {p.key for p in self.case.parts if p.gone or (p.decision and not p.decision.granted)}
        for part in (p for p in self.case.parts if not p.ended):
            head = deciding(self.case.steps, part.key)
            assert head is not None
            for s in grounds(self.case, head):
                assert s.outcome is not Outcome.DROPPED
                assert s.part not in bad or deciding(self.case.steps, s.part) != s

    def _part_came_back(self) -> bool:
        return any(e.kind == "part_reopened" for e in self.events)

    @invariant()
    def nothing_begins_before_what_it_needs(self) -> None:
        """Not even behind the acceptance of all parts at once."""
        if self.case.reopened:
            return
        standing = {p.key for p in self.case.parts if p.gone is None}
        for s in self.case.steps:
            if s.state is not StepState.WAITING and s.kind is not StepKind.ACCEPT and s.part in standing:
                assert s.outcome is Outcome.DROPPED or all(u.done for u in self._before(s))

    def _before(self, step: Step) -> Iterator[Step]:
        """What a step needs, near or far; what lies behind a step that was dropped is waited for no more."""
        kept = tuple(replace(s, needs=()) if s.outcome is Outcome.DROPPED else s for s in self.case.steps)
        return upstream(kept, step)

    @invariant()
    def a_part_has_an_end_exactly_when_the_case_says_so(self) -> None:
        told = {e.facts["part"] for e in self.events if e.kind in ("part_withdrawn", "part_fell")}
        assert {p.key for p in self.case.parts if p.gone} <= told
        if self.case.status is Status.DECIDED:
            assert all(p.ended for p in self.case.parts)

    @invariant()
    def there_is_a_way_out(self) -> None:
        ways = ways_out(self.case)
        assert ways or (self.case.status is Status.CLOSED and self.case.withdrawn)

    @invariant()
    def no_step_is_lost(self) -> None:
        assert [s.key for s in self.case.steps] == self.planned
        for s in self.case.steps:
            assert (s.state is StepState.DONE) == (s.outcome is not None) == (s.done_at is not None)
            assert (s.state is StepState.TAKEN) == (s.assignee is not None)
            if s.state is not StepState.WAITING and s.kind is not StepKind.ACCEPT and s.outcome is not Outcome.DROPPED:
                assert self._part_came_back() or all(self.case.step(n).done for n in s.needs)

    @invariant()
    def time_does_not_run_backwards(self) -> None:
        moments = [e.at for e in self.events]
        assert moments == sorted(moments)
        clock = self.case.clock
        for stop in clock.stops:
            assert stop.until is None or stop.since <= stop.until
        if self.case.status in (Status.CLOSED, Status.DECIDED):
            assert clock.ended_at and all(s.until for s in clock.stops)
        else:
            assert clock.ended_at is None

    @invariant()
    def a_stop_is_open_exactly_while_somebody_is_at_it(self) -> None:
        reasons = {s.step for s in self.case.clock.stops if s.until is None}
        assert (None in reasons) == (self.case.status is Status.SUSPENDED)
        at_it = {s.key for s in self.case.steps if s.state is StepState.TAKEN}
        assert reasons - {None} <= at_it

    @invariant()
    def exactly_one_node_holds_the_case(self) -> None:
        custody = self.case.custody
        assert custody.held in (HOME, AWAY) and custody.offered_to != custody.held

    @invariant()
    def the_events_make_the_case(self) -> None:
        assert self.case.version == len(self.events)
        wire = msgspec.json.encode(self.events)
        assert replay(msgspec.json.decode(wire, type=list[Event])) == self.case


Histories.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestHistories = Histories.TestCase
