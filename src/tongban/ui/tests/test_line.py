"""Properties of the line with stations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.base.words import Words
from tongban.ui.line import Drawing, Station, draw
from tongban.ui.line.types import TRUNK


def station(key: str, *needs: str, state: str = "ahead") -> Station:
    return Station(key=key, title=Words(zh=key, en=key), needs=needs, state=state)


@st.composite
def plans(draw_: st.DrawFn) -> list[Station]:
    """Stations that only need earlier ones, then shuffled."""
    count = draw_(st.integers(1, 12))
    made = []
    for i in range(count):
        needs = draw_(st.sets(st.integers(0, i - 1), max_size=3)) if i else set()
        state = draw_(st.sampled_from(["done", "current", "ahead", "waiting", "refused"]))
        made.append(station(f"s{i}", *(f"s{n}" for n in sorted(needs)), state=state))
    return draw_(st.permutations(made))


def places(drawing: Drawing) -> dict[str, tuple[int, int]]:
    return {s.station.key: (s.column, s.lane) for s in drawing.stops}


@given(plans())
def test_every_station_is_drawn_once_in_a_place_of_its_own(plan):
    drawing = draw(plan)
    assert sorted(places(drawing)) == sorted(s.key for s in plan)
    assert len(set(places(drawing).values())) == len(plan)


@given(plans())
def test_a_station_stands_to_the_right_of_all_it_needs(plan):
    if not any(s.needs for s in plan):
        return
    where = places(draw(plan))
    assert all(where[need][0] < where[s.key][0] for s in plan for need in s.needs)


@given(plans())
def test_a_station_is_read_after_all_it_needs(plan):
    if not any(s.needs for s in plan):
        return
    order = {s.station.key: i for i, s in enumerate(draw(plan).stops)}
    assert all(order[need] < order[s.key] for s in plan for need in s.needs)


@given(plans())
def test_nothing_is_drawn_outside_the_grid(plan):
    drawing = draw(plan)
    assert all(0 <= c.column < drawing.columns and 0 <= c.lane < drawing.lanes for c in drawing.cells)
    assert any(s.lane == 0 for s in drawing.stops)


@given(plans())
def test_no_track_runs_through_a_station_that_it_does_not_concern(plan):
    """A piece right across a station's cell (from edge to edge on its lane) would look like a stop there."""
    drawing = draw(plan)
    taken = set(places(drawing).values())
    for cell in drawing.cells:
        if (cell.column, cell.lane) in taken:
            across = [p for p in cell.pieces if p.line and p.line[0] == "-1" and p.line[2] == "100%"]
            assert across == []


@given(plans())
def test_the_drawing_of_one_plan_is_always_the_same(plan):
    assert draw(plan) == draw(plan)


def test_stations_without_needs_follow_one_another_on_one_track():
    drawing = draw([station("a"), station("b"), station("c")])
    assert places(drawing) == {"a": (0, 0), "b": (1, 0), "c": (2, 0)}
    assert [s.beside for s in drawing.stops] == [0, 0, 0]


def test_offices_that_work_at_the_same_time_stand_in_one_column_on_lanes_of_their_own():
    drawing = draw([station("a"), *(station(k, "a") for k in "bcd"), station("e", "b", "c", "d")])
    where = places(drawing)
    assert {where[k][0] for k in "bcd"} == {1}
    assert {where[k][1] for k in "bcd"} == {0, 1, 2}
    assert where["e"] == (2, 0)
    assert [s.beside for s in drawing.stops] == [0, 2, 2, 2, 0]
    assert [s.opens for s in drawing.stops] == [False, True, False, False, False]


def test_at_the_end_the_stacked_trunk_stops_where_the_last_station_leaves_it():
    stops = draw([station("a"), *(station(k, "a") for k in "bcd")]).stops
    assert [stop.opens for stop in stops] == [False, True, False, False]
    trunk = [[p for p in stop.stacked if p.line and p.line[0] == str(TRUNK)] for stop in stops]
    assert [bool(each) for each in trunk] == [True, True, True, False]
    bends = [[p.d for p in stop.stacked if p.d] for stop in stops]
    assert bends[1] == bends[2] != bends[3] and bends[3][0].startswith(f"M{TRUNK} -1C")


def test_no_stacked_trunk_runs_on_beside_stations_that_follow_one_another_to_the_end():
    stops = draw([station("a"), station("b", "a"), station("c", "a"), station("d", "b"), station("e", "c")]).stops[1:]
    beside = [any(p.line and p.line[0] == str(TRUNK) for p in stop.stacked) for stop in stops]
    assert beside == [True, True, False, False] and {stop.lane for stop in stops[2:]} == {stops[3].lane}


def test_the_longest_way_is_the_trunk():
    drawing = draw([station("a"), station("short", "a"), station("b", "a"), station("c", "b"), station("e", "short", "c")])
    assert {k for k, (_, lane) in places(drawing).items() if lane == 0} == {"a", "b", "c", "e"}


def test_a_need_that_a_longer_way_already_says_is_not_drawn_twice():
    longer = draw([station("a"), station("b", "a"), station("c", "a", "b")])
    plain = draw([station("a"), station("b", "a"), station("c", "b")])
    assert longer.cells == plain.cells


def test_the_track_is_solid_up_to_the_station_where_one_is():
    drawing = draw([station("a", state="done"), station("b", state="current"), station("c")])
    strength = [[p.strong for p in cell.pieces] for cell in drawing.cells]
    assert strength == [[True], [False, True], [False]]


def test_an_empty_plan_draws_nothing():
    assert draw([]) == Drawing((), (), 0, 0)


def test_a_long_line_stays_stacked():
    assert draw([station(str(i)) for i in range(9)]).span == "many"
    assert draw([station(str(i)) for i in range(8)]).span == "long"


@pytest.mark.parametrize(
    "stations",
    [
        [station("a"), station("a")],
        [station("a", "nowhere")],
        [station("a", "b"), station("b", "a")],
    ],
)
def test_a_plan_that_cannot_be_drawn_says_so(stations):
    with pytest.raises(ValueError):
        draw(stations)
