"""A small world for the lifecycle's tests: actors, plans, and a case that commands are given to."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.lifecycle import (
    Accept,
    Case,
    Circle,
    Close,
    Command,
    Decide,
    Event,
    FinishStep,
    Issue,
    Outcome,
    Power,
    Submit,
    decide,
    evolve,
)
from tongban.engine.plan import ItemRef, PlannedStep, Promise, StepKind

SH = timezone(timedelta(hours=8))
T0 = datetime(2026, 3, 2, 9, 0, tzinfo=SH)  # a Monday
D1, D2, D3 = ("1" * 64, "2" * 64, "3" * 64)
HOME, AWAY = "310117", "330100"
CIRCLE = Circle(persons=frozenset({"p-li"}), firms=frozenset({"firm-1"}), relatives=frozenset({"p-li-mother"}))
PARTY = Actor(kind=Kind.PERSON, id="li", person="p-li", level=2)
AGENT = Actor(kind=Kind.PERSON, id="wang", person="p-wang", entity="firm-1", mandate="m-1", level=2)
STRANGER = Actor(kind=Kind.PERSON, id="zhao", person="p-zhao", level=2)
WRITTEN: dict[str, Any] = {"reasons": D1, "cites": ("行政许可法 第三十八条",)}


def officer(id_: str, office: str, *powers: Power, person: str | None = None) -> Actor:
    chosen = powers or tuple(Power)
    return Actor(kind=Kind.OFFICER, id=id_, office=office, powers=frozenset(chosen), person=person)


def agency(office: str) -> Actor:
    return Actor(kind=Kind.AGENCY, id=f"agency-{office}", office=office)


def peer(adcode: str) -> Actor:
    return Actor(kind=Kind.PEER, id=adcode)


WINDOW = officer("o-window", "window", Power.ACCEPT)
EXAMINER = officer("o-examiner", "market", Power.EXAMINE)
DECIDER = officer("o-decider", "market", Power.DECIDE, Power.ISSUE)
CHIEF = officer("o-chief", "market", Power.EXTEND, Power.TRANSFER, Power.REVIEW)
INSPECTOR = officer("o-inspector", "city", Power.INSPECT)
TAX = agency("tax")
STATISTICS = officer("o-stat", "statistics")


def step(key: str, kind: StepKind, office: str, *needs: str, **more: Any) -> PlannedStep:
    part = more.pop("part", key.split(".")[0])
    title = Words(zh=f"环节{key}", en=f"step {key}")
    return PlannedStep(key=key, part=part, kind=kind, office=office, title=title, needs=needs, **more)


def item(code: str) -> ItemRef:
    return ItemRef(city=AWAY, code=code, sha256=D1)


K = StepKind
FIRM = (
    step("firm.accept", K.ACCEPT, "window"),
    step("firm.examine", K.EXAMINE, "market", "firm.accept"),
    step("firm.inspect", K.INSPECT, "city", "firm.accept"),
    step("firm.tax", K.ASK, "tax", "firm.accept", by="system"),
    step("firm.decide", K.DECIDE, "market", "firm.examine", "firm.tax"),
    step("firm.issue", K.ISSUE, "market", "firm.decide"),
    step("firm.tell", K.TELL, "statistics", "firm.decide"),
)
INSTANT = (step("old.rules", K.COMPUTED, "civil"), step("old.issue", K.ISSUE, "civil", "old.rules"))
PAIR = (
    step("a.accept", K.ACCEPT, "window"),
    step("a.decide", K.DECIDE, "market", "a.accept"),
    step("a.issue", K.ISSUE, "market", "a.decide"),
    step("b.examine", K.EXAMINE, "city", "a.issue"),
    step("b.decide", K.DECIDE, "city", "b.examine"),
)


class World:
    """A case, its events, and the clock on the wall, which moves a minute with each command."""

    def __init__(self, steps: tuple[PlannedStep, ...] = FIRM, items: tuple[str, ...] = ("firm",)) -> None:
        self.now = T0
        self.node = HOME
        self.events: list[Event] = []
        self.state: Case | None = None
        terms = {"promise": Promise(working_days=3), "legal": Promise(working_days=20)}
        self.do(Submit, PARTY, case="case-1", items=tuple(map(item, items)), steps=steps, **terms)

    @property
    def case(self) -> Case:
        assert self.state is not None
        return self.state

    def command(self, kind: type[Command], by: Actor, **facts: Any) -> Command:
        return kind(**{"by": by, "node": self.node, "circle": CIRCLE, **facts})

    def do(self, kind: type[Command], by: Actor, **facts: Any) -> Case:
        for event in decide(self.state, self.command(kind, by, **facts), self.now):
            self.events.append(event)
            self.state = evolve(self.state, event)
        self.now += timedelta(minutes=1)
        return self.case

    def no(self, code: str, kind: type[Command], by: Actor, **facts: Any) -> Refusal:
        """The command is refused with that code, and says what to do next in both languages."""
        with pytest.raises(Refusal) as caught:
            decide(self.state, self.command(kind, by, **facts), self.now)
        no = caught.value
        assert no.code == code, no
        assert no.brief.zh and no.brief.en and no.next_step is not None
        assert "{" not in no.brief.zh + no.brief.en
        return no

    def last(self) -> tuple[str, dict[str, Any]]:
        return self.events[-1].kind, self.events[-1].facts


def states(world: World) -> dict[str, str]:
    return {s.key.split(".")[1]: s.state.value for s in world.case.steps}


def second_of(case: Case, winner: Command, loser: Command, now: datetime) -> Refusal | None:
    """Two decide on the same case, and the winner's events are stored first. The loser's own fit nowhere any more;
    decided anew they go on behind the winner's (None), or the refusal says in both languages what is so and what to do."""
    stale, now_is = said(case, loser, now), folded(case, said(case, winner, now))
    if now_is != case and stale:
        with pytest.raises(Refusal) as gap:
            evolve(now_is, stale[0])
        assert gap.value.code == "out_of_order"
    try:
        anew = decide(now_is, loser, now)
    except Refusal as no:
        assert no.code and no.brief.zh and no.brief.en and "{" not in no.brief.zh + no.brief.en
        assert no.next_step is not None and no.next_step.zh and no.next_step.en
        return no
    assert [e.sequence for e in anew] == [now_is.version + n for n in range(1, len(anew) + 1)]
    assert folded(now_is, anew).version == now_is.version + len(anew)
    return None


def said(case: Case, command: Command, now: datetime) -> tuple[Event, ...]:
    """What the command leads to; nothing where it is refused."""
    try:
        return decide(case, command, now)
    except Refusal:
        return ()


def folded(case: Case, events: tuple[Event, ...]) -> Case:
    for event in events:
        case = evolve(case, event)
    return case


def to_decision(world: World) -> World:
    world.do(Accept, WINDOW)
    world.do(FinishStep, EXAMINER, step="firm.examine", outcome=Outcome.PASSED, note=D1)
    world.do(FinishStep, INSPECTOR, step="firm.inspect", outcome=Outcome.PASSED)
    world.do(FinishStep, TAX, step="firm.tax", outcome=Outcome.ANSWERED)
    return world


def closed(world: World) -> World:
    to_decision(world).do(Decide, DECIDER, granted=True)
    world.do(Issue, SYSTEM, step="firm.issue", identifier="1.2.3", digest=D2)
    world.do(FinishStep, SYSTEM, step="firm.tell", outcome=Outcome.TOLD, note=D3)
    world.do(Close, SYSTEM)
    return world


__all__ = ["SYSTEM", "World", "closed", "states", "to_decision"]
