"""Finding what got lost between here and the acquirer, and mending it (对账): every few minutes what is open, each day all.

A person is asked only where both sides say different things of the same money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from tongban.base.actors import SYSTEM
from tongban.base.calendar import SHANGHAI, day_of
from tongban.base.errors import Refusal
from tongban.journeys.pay import paying_out, settling, taking
from tongban.payments import believing, comparisons, port
from tongban.payments import queries as paid
from tongban.payments.comparisons import Difference

QUIET = timedelta(minutes=2)  # after which an order that nothing was heard of is asked about
AGAIN = 14  # days that are compared once more while something of them differs
BEHIND = 31  # days back that are made up for, where a night was missed


def watch(*, now: datetime) -> int:
    """Ask about orders, refunds and payouts that nothing was heard of (job); how much was booked."""
    silent = set[str]()
    moved = sum(_asked(order.acquirer, silent, _believed(order, now)) for order in _quiet(now))
    for row in paid.payouts_asked(before=now - QUIET):
        moved += _asked(row.acquirer, silent, lambda row=row: paying_out.look(row, now=now))
    for refund in paid.refunds_asked(before=now - 5 * QUIET):
        again = partial(settling.give_back, refund=str(refund.id), now=now)
        moved += _asked(refund.payment.acquirer, silent, again)
    return moved


def _quiet(now: datetime) -> list[paid.Order]:
    asked = [refund.payment.order for refund in paid.refunds_asked(before=now - QUIET)]
    return [*paid.open_since(before=now - QUIET), *asked]


def _believed(order: Any, now: datetime) -> Callable[[], int]:
    return lambda: taking.believe(order, port.acquirer(order.acquirer).look(order, now=now), now=now)


def _asked(acquirer: str, silent: set[str], ask: Callable[[], int]) -> int:
    """How much was booked of an acquirer's answer; one that does not answer is not asked again in this round."""
    if acquirer in silent:
        return 0
    try:
        return ask()
    except port.NotAsAgreed:
        pass  # it answers: of the others it may say what was agreed
    except port.Unavailable:
        silent.add(acquirer)
    except Refusal:
        pass  # what it says of this one does not hold; the day's statement will show it
    return 0


def daily(*, now: datetime) -> int:
    """Compare the statements of every acquirer with the ledger, yesterday's and of each day that was missed, and again those
    of days of which something still differs (job); how many differences want a person. Raises Unavailable; what was compared
    by then stands."""
    day = day_of(now) - timedelta(days=1)
    found = 0
    for acquirer in paid.acquirers():
        new = {day, *_missed(acquirer, day)}
        again = {row.statement.day for row in paid.drifts_open(acquirer=acquirer)} - new
        for past in sorted(each for each in again if each >= day - timedelta(days=AGAIN)):
            compare(acquirer=acquirer, day=past, now=now)
        found += sum(compare(acquirer=acquirer, day=each, now=now).differing for each in sorted(new))
    return found


def _missed(acquirer: str, day: date) -> Iterator[date]:
    """Days before that one which nobody has compared, since this acquirer was first asked for anything."""
    first = max(day_of(paid.asked_first(acquirer)), day - timedelta(days=BEHIND - 1))
    had = paid.compared(acquirer, since=first)
    days = (first + timedelta(days=n) for n in range((day - first).days))
    yield from (each for each in days if each not in had)


def compare(*, acquirer: str, day: date, now: datetime) -> paid.Statement:
    """Read an acquirer's statement of a day beside the ledger: what is missing here is booked, the rest is put on record.
    Raises Unavailable."""
    told = port.acquirer(acquirer).statement(day, now=now)
    since = datetime.combine(day, time(), SHANGHAI)
    ours = _ours(acquirer, since, since + timedelta(days=1))
    lines = {kind: [line for line in told.lines if line.kind == kind] for kind in ours}
    found = [each for kind in ours for each in _differences(lines[kind], ours[kind], _NAMES[kind], acquirer, now)]
    sums = {kind: sum(line.fen for line in lines[kind]) for kind in ours}
    return comparisons.note_statement(
        acquirer=acquirer,
        day=day,
        read=len(told.lines),
        paid_fen=sums["paid"],
        refunded_fen=sums["refunded"],
        paid_out_fen=sums["paid_out"],
        digest=told.digest,
        found=found,
        by=SYSTEM,
        now=now,
    )


_NAMES: Mapping[str, Callable[[port.Event], str]] = {
    "paid": lambda line: line.number,
    "refunded": lambda line: line.refund,
    "paid_out": lambda line: line.payout,
}


def _ours(acquirer: str, since: datetime, until: datetime) -> dict[str, dict[str, int]]:
    """What the ledger has of that time, by what it is, each by its name in a statement."""
    return {
        "paid": {p.number: p.fen for p in paid.payments_between(acquirer, since, until)},
        "refunded": {str(r.id): r.fen for r in paid.refunds_between(acquirer, since, until)},
        "paid_out": {str(p.id): p.fen for p in paid.payouts_between(acquirer, since, until)},
    }


def _differences(
    lines: list[port.Event], ours: dict[str, int], name: Callable[[port.Event], str], acquirer: str, now: datetime
) -> Iterator[Difference]:
    theirs = {name(line) for line in lines}
    for line in lines:
        subject = name(line)
        if subject not in ours:
            yield _missing_here(line, subject, acquirer, now)
        elif ours[subject] != line.fen:
            yield Difference(kind="other-amount", subject=subject, ours_fen=ours[subject], theirs_fen=line.fen)
    for subject, fen in ours.items():
        if subject not in theirs:
            yield Difference(kind="missing-there", subject=subject, ours_fen=fen, theirs_fen=0)


def _missing_here(line: port.Event, subject: str, acquirer: str, now: datetime) -> Difference:
    """Book it as if its message had come; where that cannot be, say why."""
    said = believing.Said(
        acquirer=acquirer, order=line.order, number=line.number, fen=line.fen, currency=line.currency, at=line.at
    )
    try:
        if line.kind == "paid_out":
            new = paying_out.happened(line.kind, line.payout, said, why="", now=now)
        else:
            new = taking.happened(line.kind, said, refund=line.refund, now=now)
    except Refusal as no:
        return Difference(kind=no.code[:24], subject=subject, ours_fen=0, theirs_fen=line.fen)
    return Difference(kind="missing-here" if new else "other-day", subject=subject, ours_fen=0, theirs_fen=line.fen, mended=True)
