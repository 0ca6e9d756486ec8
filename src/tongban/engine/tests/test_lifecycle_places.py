"""Which office of the tree does a step: said by the node before anybody begins."""

from __future__ import annotations

from tongban.base.actors import SYSTEM, Actor, Assistant, Channel, Kind
from tongban.engine.lifecycle import Accept, Place, TakeStep
from tongban.engine.lifecycle.events import PERSON, Who, who
from tongban.engine.tests.lifecycle_samples import AGENT, EXAMINER, PAIR, PARTY, WINDOW, World, states


def offices(world: World) -> dict[str, str]:
    return {s.key: s.office for s in world.case.steps}


def test_steps_fall_to_the_offices_that_the_node_says() -> None:
    world = World(PAIR, ("a", "b"))
    before = world.case
    world.do(Place, SYSTEM, to={"b.examine": "city-west", "a.accept": "window-2"})
    assert world.last() == ("placed", {"to": {"a.accept": "window-2", "b.examine": "city-west"}})
    assert list(world.last()[1]["to"]) == ["a.accept", "b.examine"]
    assert offices(world) == {
        "a.accept": "window-2", "a.decide": "market", "a.issue": "market", "b.examine": "city-west", "b.decide": "city",
    }  # fmt: skip
    assert states(world) == {s.key.split(".")[1]: s.state.value for s in before.steps}
    assert [p.office for p in world.case.parts] == [p.office for p in before.parts] == ["market", "city"]


def test_a_part_that_is_decided_elsewhere_is_that_offices() -> None:
    world = World(PAIR, ("a", "b"))
    world.do(Place, SYSTEM, to={"b.decide": "city-west"})
    assert [p.office for p in world.case.parts] == ["market", "city-west"]
    assert all(s.former == () for s in world.case.steps)


def test_to_say_nothing_changes_nothing() -> None:
    world = World()
    many = len(world.events)
    world.do(Place, SYSTEM, to={})
    assert len(world.events) == many


def test_only_the_node_itself_says_it() -> None:
    for by in (PARTY, EXAMINER, WINDOW):
        World().no("officers_only", Place, by, to={"firm.tax": "tax-2"})


def test_it_is_said_before_the_case_is_accepted_and_before_the_step_is_begun() -> None:
    world = World()
    world.do(Accept, WINDOW)
    world.no("already_accepted", Place, SYSTEM, to={"firm.tax": "tax-2"})
    taken = World()
    taken.do(TakeStep, WINDOW, step="firm.accept")
    no = taken.no("step_taken", Place, SYSTEM, to={"firm.tax": "tax-2", "firm.accept": "window-2"})
    assert "环节firm.accept" in no.brief.zh and "step firm.accept" in no.brief.en


def test_a_step_that_is_not_there_or_an_office_that_says_nothing_new_is_refused() -> None:
    world = World()
    world.no("no_such_step", Place, SYSTEM, to={"firm.none": "x"})
    assert world.no("same_office", Place, SYSTEM, to={"firm.tax": "tax"}).field == "to"
    assert world.no("same_office", Place, SYSTEM, to={"firm.tax": ""}).field == "to"


def test_an_event_says_who_for_whom_and_with_whose_help() -> None:
    assert who(PARTY) == Who(
        kind=Kind.PERSON, id="li", office=None, on_behalf=None, mandate=None, channel=Channel.WEB, assisted_by=None
    )
    assert who(AGENT) == Who(
        kind=Kind.PERSON,
        id="wang",
        office=None,
        on_behalf="firm-1",
        mandate="m-1",
        channel=Channel.WEB,
        assisted_by=None,
    )
    ward = Actor(kind=Kind.PERSON, id="li", person="p-li", behalf="p-child", channel=Channel.TERMINAL)
    assert who(ward) == Who(
        kind=Kind.PERSON,
        id="li",
        office=None,
        on_behalf=PERSON,
        mandate=None,
        channel=Channel.TERMINAL,
        assisted_by=None,
    )
    assert who(WINDOW).office == "window"
    served = Actor(
        kind=Kind.PERSON,
        id="li",
        person="p-li",
        channel=Channel.WINDOW,
        assisted_by=Assistant(id="o-window", office="window", name="窗口"),
    )
    assert (who(served).office, who(served).assisted_by, who(served).channel) == ("window", "o-window", Channel.WINDOW)
