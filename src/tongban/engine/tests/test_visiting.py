"""Times, the fair order of those who wait, and how long it takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.engine import visiting

SERVICES = Path(__file__).parents[4] / "services"
TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
AHEAD = 90


def load(text=None):
    return visiting.load_rules({visiting.FILE: text.encode() if text else (SERVICES / visiting.FILE).read_bytes()})


RULES, FINDINGS = load()


def at(minutes):
    return TEN + timedelta(minutes=minutes)


def came(key, minutes, *, ahead=0, due=None):
    return visiting.Waiting(key=key, since=at(minutes), ahead=ahead, due=None if due is None else at(due))


def called(*waiting, now=0):
    return "".join(w.key for w in visiting.order(waiting, now=at(now), booked_ahead=AHEAD))


def test_the_rules_of_the_repository_are_sound():
    assert FINDINGS == () and {"hall", "neighbourhood"} <= RULES.lanes.keys()
    assert RULES.group("elder").ahead and RULES.group("nobody") is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("letter: B", "letter: A"), "the same letter"),
        (("key: firms", "key: general"), "the same key"),
        (("takes: [market-supervision, tax, seal]", "take: []"), "take"),
        (("late: 15", "late: 40"), "after their time is over"),
        (("key: rescuer", "key: soldier"), "is there twice"),
        (("slot: 30", "slot: 0"), ">= 5"),
        (("slot: 30", "slot: ["), "expected"),
    ],
)
def test_what_is_wrong_with_rules_is_said_with_its_place(change, says):
    text = (SERVICES / visiting.FILE).read_text("utf-8")
    assert change[0] in text
    findings = load(text.replace(*change))[1]
    assert findings and any(says in each.what.en for each in findings), findings
    assert all(each.file == "services/halls/rules.yaml" and each.line for each in findings)


def test_a_hall_without_a_lane_for_everything_is_wrong():
    lanes = [lane for lane in RULES.lanes["hall"] if lane.takes]
    assert [what.en for what, _ in visiting.wrong_lanes(lanes)] == ["no lane takes everything"]


@pytest.mark.parametrize(
    ("offices", "lane"),
    [
        ([], "general"),
        (["", "natural-resources"], "property"),
        (["natural-resources", "tax", "housing"], "property"),
        (["market-supervision", "tax"], "firms"),
        (["natural-resources", "civil-affairs"], "general"),
        (["nobody-knows"], "general"),
    ],
)
def test_one_lane_serves_all_offices_of_a_matter(offices, lane):
    assert visiting.lane_for(RULES.lanes["hall"], offices).key == lane


def test_a_day_is_cut_into_whole_slots():
    spans = [(at(0), at(100)), (at(120), at(150)), (at(160), at(185))]
    assert visiting.slots(spans, 30) == [(at(0), at(30)), (at(30), at(60)), (at(60), at(90)), (at(120), at(150))]
    assert visiting.slots([], 30) == []


def test_who_came_first_is_called_first():
    assert called(came("b", 5), came("a", 0), came("c", 5)) == "abc"


def test_who_goes_first_by_law_overtakes_those_who_came_little_earlier_but_nobody_waits_without_end():
    assert called(came("a", 0), came("e", 30, ahead=60)) == "ea"
    assert called(came("a", 0), came("e", 61, ahead=60)) == "ae"


def test_booked_people_are_next_at_their_time_and_like_all_others_before_it():
    booked = came("b", 20, due=30)
    walked = came("a", 0)
    assert called(walked, booked, now=29) == "ab"
    assert called(walked, booked, now=30) == "ba"


def test_who_booked_and_goes_first_by_law_has_the_better_of_both():
    assert visiting.stands(came("x", 0, ahead=120, due=30), now=at(30), booked_ahead=AHEAD) == at(-120)
    assert visiting.stands(came("x", 0, ahead=60, due=30), now=at(30), booked_ahead=AHEAD) == at(-90)


people = st.lists(
    st.builds(
        lambda key, since, ahead, due: came(key, since, ahead=ahead, due=None if due is None else since + due),
        st.uuids().map(str),
        st.integers(-300, 0),
        st.sampled_from([0, 0, 60, 120]),
        st.one_of(st.none(), st.integers(-RULES.late, RULES.early)),
    ),
    max_size=12,
    unique_by=lambda w: w.key,
)


@given(people, st.randoms())
def test_the_order_does_not_depend_on_how_the_list_was_made(waiting, random):
    shuffled = list(waiting)
    random.shuffle(shuffled)
    assert visiting.order(waiting, now=TEN, booked_ahead=AHEAD) == visiting.order(shuffled, now=TEN, booked_ahead=AHEAD)


@given(people)
def test_nobody_is_overtaken_by_people_who_came_more_than_the_greatest_advantage_later(waiting):
    found = visiting.order(waiting, now=TEN, booked_ahead=AHEAD)
    for place, earlier in enumerate(found):
        for later in found[place + 1 :]:
            assert earlier.since - later.since <= timedelta(minutes=120)


def windows(*lanes, free_in=()):
    told = [*free_in, *[0.0] * (len(lanes) - len(free_in))]
    return [visiting.Window(lanes=frozenset(each), free_in=at) for each, at in zip(lanes, told, strict=True)]


TAKES = {"a": 10, "b": 20}


@pytest.mark.parametrize(
    ("queue", "at", "expected"),
    [
        ("aaa", windows("a"), [0, 10, 20]),
        ("aaa", windows("a", "a"), [0, 0, 10]),
        ("aaa", windows("a", free_in=[4]), [4, 14, 24]),
        ("aba", windows("ab"), [0, 10, 30]),
        ("aba", windows("a", "b"), [0, 0, 10]),
        ("bbba", windows("ab", "a"), [0, 20, 40, 0]),
        ("ab", windows("a"), [0]),
        ("", windows("a"), []),
        ("a", [], []),
    ],
)
def test_when_each_is_called_follows_from_which_windows_serve_what(queue, at, expected):
    keyed = [(f"{n}", lane) for n, lane in enumerate(queue)]
    assert list(visiting.project(keyed, windows=at, minutes=TAKES).values()) == sorted(expected)
    found = visiting.project(keyed, windows=at, minutes=TAKES)
    assert [found[key] for key, _ in keyed if key in found] == expected


@given(st.lists(st.sampled_from("ab"), max_size=40), st.lists(st.sampled_from(["a", "b", "ab"]), max_size=6))
def test_one_window_more_makes_nobody_wait_longer_where_all_serve_everything(queue, at):
    keyed = [(f"{n}", lane) for n, lane in enumerate(queue)]
    few = visiting.project(keyed, windows=windows(*["ab"] * len(at)), minutes={"a": 10, "b": 10})
    more = visiting.project(keyed, windows=windows(*["ab"] * (len(at) + 1)), minutes={"a": 10, "b": 10})
    assert all(more[key] <= few[key] for key in few)
    mixed = visiting.project(keyed, windows=windows(*at), minutes=TAKES)
    served = {lane for each in at for lane in each}
    assert mixed.keys() == {key for key, lane in keyed if lane in served}, "everybody whom a window serves is called"


def test_who_is_served_longer_than_usual_is_still_there():
    assert [visiting.remains(12, since=since) for since in (0, 6, 12, 60)] == [12, 6, 3, 3]


def test_what_was_seen_counts_more_than_the_rules_once_there_is_enough():
    assert visiting.usual([1, 2, 3, 4], 12) == 12
    assert visiting.usual([4, 4, 90, 5, 7], 12) == 5
    assert visiting.usual([0.1] * 9, 12) == 1
