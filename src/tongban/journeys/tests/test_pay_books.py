"""The acquirer's statement beside the ledger: what differs is mended, or kept until somebody has dealt with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.journeys import pay
from tongban.journeys.tests.tills import case as case
from tongban.journeys.tests.tills import offer as offer
from tongban.journeys.tests.tills import ordered, paid
from tongban.journeys.tests.tills import till as till
from tongban.payments import comparisons
from tongban.payments.comparisons import Difference
from tongban.payments.models import Drift, Order, Statement

pytestmark = pytest.mark.django_db


def test_the_days_statement_finds_what_was_lost_and_says_what_differs(case, till, clock, work):
    by, number, _ = case
    order = ordered(number, by, clock)
    till.pay(order, clock.now)
    till.hear()
    day = clock.now.astimezone(SHANGHAI).date()
    first = pay.compare(acquirer=till.id, day=day, now=clock.now)
    assert (first.read, first.mended, first.differing, first.paid_fen) == (1, 1, 0, 32_505)
    assert Order.objects.get().state == "paid"
    assert pay.daily(now=clock.forward(days=1)) == 0
    till.left_out.add(f"N-{order.id}")
    till._tell(str(order.id), "paid", "N-ghost", 100, clock.now - timedelta(days=1))
    assert pay.daily(now=clock.now) == 2
    found = {drift.kind: (drift.ours_fen, drift.theirs_fen) for drift in Drift.objects.filter(mended=False)}
    assert found == {"missing-there": (32_505, 0), "other_amount": (0, 100)}
    assert Statement.objects.count() == 3
    books = pay.books()
    assert [(b.kind, b.fen) for b in books.accounts] == [("held", 32_505), ("to-pay-out", 2_000), ("to-pay-out", 30_505)]
    assert len(books.open) == 2 and [d.kind for d in books.past] == ["missing-here"]


@pytest.fixture
def differing(case, till, clock, work):
    """A day whose statement leaves a payment out."""
    by, number, _ = case
    order = paid(number, by, till, clock, work)
    till.left_out.add(f"N-{order.id}")
    day = clock.now.astimezone(SHANGHAI).date()
    pay.compare(acquirer=till.id, day=day, now=clock.now)
    return order, day


SUPERVISOR = Actor(kind=Kind.OFFICER, id="s", name="监督员（演示）", office="supervision", powers=frozenset({"supervise"}))


def deal(drift, clock, **changes):
    said = {"done": "corrected-there", "words": "已电话核实，次日补列", **changes}
    pay.deal(drift=str(drift.id), **said, by=SUPERVISOR, now=clock.now)


def test_a_difference_stays_until_somebody_says_what_was_done_about_it(differing, clock):
    (drift,) = pay.books().open
    for changes, code in (({"done": ""}, "done"), ({"done": "x"}, "done"), ({"words": "好"}, "say_what")):
        with pytest.raises(Refusal, match=code):
            deal(drift, clock, **changes)
    assert len(pay.books().open) == 1
    deal(drift, clock)
    (past,) = pay.books().past
    assert not pay.books().open
    assert (past.mending.done, past.mending.by_name, past.kind) == ("corrected-there", SUPERVISOR.name, "missing-there")
    with pytest.raises(Refusal, match="dealt_already"):
        deal(drift, clock)
    for unknown in ("x", "00000000-0000-7000-8000-000000000000"):
        with pytest.raises(Refusal, match="no_drift"):
            pay.deal(drift=unknown, done="other", words="没有这一笔", by=SUPERVISOR, now=clock.now)


def test_a_difference_that_is_there_again_is_kept_once_and_mended_when_both_agree(differing, till, clock):
    _, day = differing
    assert pay.compare(acquirer=till.id, day=day, now=clock.now).differing == 1
    assert Drift.objects.count() == 1, "the same difference is one"
    till.left_out.clear()
    pay.daily(now=clock.forward(days=2))
    (past,) = pay.books().past
    assert not pay.books().open and (past.mending.done, past.mending.by) == ("agrees-now", "system")


def test_of_many_differences_none_is_dropped(differing, till, clock):
    _, day = differing
    found = [Difference(kind="no_order", subject=f"N-{n}", ours_fen=0, theirs_fen=n) for n in range(1, 121)]
    comparisons.note_statement(
        acquirer=till.id, day=day - timedelta(days=1), read=120, paid_fen=0, refunded_fen=0, paid_out_fen=0, digest="",
        found=found, by=SYSTEM, now=clock.now,
    )  # fmt: skip
    assert len(pay.books().open) == 121
    for drift in pay.books().open:
        deal(drift, clock)
    pages = [pay.books(page=n) for n in (1, 2, 3)]
    assert [(len(b.past), b.more) for b in pages] == [(50, True), (50, True), (21, False)]


def compared_days() -> list:
    return list(Statement.objects.order_by("at", "day").values_list("day", flat=True))


def test_days_whose_night_was_missed_are_compared_with_the_next(case, till, clock, work):
    by, number, _ = case
    first = clock.now.astimezone(SHANGHAI).date()
    order = ordered(number, by, clock)
    assert pay.daily(now=clock.now) == 0 and compared_days() == [first - timedelta(days=1)]
    till.pay(order, clock.now)
    till.hear()
    till._tell(str(order.id), "paid", "N-ghost", 100, clock.forward(days=1))
    clock.forward(days=2)
    assert pay.daily(now=clock.now) == 1, "the day before yesterday is counted too"
    assert compared_days()[1:] == [first + timedelta(days=n) for n in range(3)]
    assert Order.objects.get().state == "paid", "what was lost on the missed day is booked"
    pay.deal(
        drift=str(Drift.objects.get(mended=False).id), done="other", words="没有这一笔", by=SUPERVISOR, now=clock.now
    )
    assert pay.daily(now=clock.now) == 0 and len(compared_days()) == 5, "again, only yesterday"


def test_a_night_that_is_made_up_for_after_midnight_leaves_no_day_out(case, till, clock, work):
    by, number, _ = case
    paid(number, by, till, clock, work)
    first = clock.now.astimezone(SHANGHAI).date()
    till.down = True
    with pytest.raises(Refusal, match="payment_unavailable"):
        pay.daily(now=clock.forward(days=1))
    till.down = False
    pay.daily(now=clock.forward(days=1))
    assert compared_days() == [first, first + timedelta(days=1)]


def test_a_day_that_was_compared_before_it_was_over_is_compared_again(case, till, clock, work):
    by, number, _ = case
    paid(number, by, till, clock, work)
    day = clock.now.astimezone(SHANGHAI).date()
    pay.compare(acquirer=till.id, day=day, now=clock.now)
    pay.daily(now=clock.forward(days=2))
    assert compared_days() == [day, day, day + timedelta(days=1)]


def test_no_more_than_a_month_is_made_up_for(case, till, clock, work):
    by, number, _ = case
    paid(number, by, till, clock, work)
    pay.daily(now=clock.forward(days=100))
    days = compared_days()
    assert len(days) == 31 and days[-1] == clock.now.astimezone(SHANGHAI).date() - timedelta(days=1)
    assert days == [days[0] + timedelta(days=n) for n in range(31)]
