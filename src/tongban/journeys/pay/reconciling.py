"""Finding what got lost between here and the acquirer, and mending it (对账): every few minutes what is open, each day all.

A person is asked only where both sides say different things of the same money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from tongban.base.actors import SYSTEM
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Refusal
from tongban.journeys.pay import settling, taking
from tongban.payments import actions as payments
from tongban.payments import port
from tongban.payments import queries as paid
from tongban.payments.actions import Difference

QUIET = timedelta(minutes=2)  # after which an order that nothing was heard of is asked about


def watch(*, now: datetime) -> int:
    """Ask about orders and refunds that nothing was heard of (job); how much was booked."""
    moved, silent = 0, set[str]()
    for order in [*paid.open_since(before=now - QUIET), *_refunding(now)]:
        if order.acquirer in silent:
            continue
        try:
            moved += taking.believe(order, port.acquirer(order.acquirer).look(order, now=now), now=now)
        except port.Unavailable:
            silent.add(order.acquirer)
        except Refusal:
            continue  # what it says of this one does not hold; the day's statement will show it
    for refund in paid.refunds_asked(before=now - 5 * QUIET):
        if refund.payment.acquirer not in silent:
            settling.give_back(refund=str(refund.id), now=now)
    return moved


def _refunding(now: datetime) -> list[paid.Order]:
    return [refund.payment.order for refund in paid.refunds_asked(before=now - QUIET)]


def daily(*, now: datetime) -> int:
    """Compare yesterday's statement of every acquirer with the ledger (job); how many differences want a person."""
    day = now.astimezone(SHANGHAI).date() - timedelta(days=1)
    return sum(compare(acquirer=acquirer, day=day, now=now).differing for acquirer in paid.acquirers())


def compare(*, acquirer: str, day: date, now: datetime) -> paid.Statement:
    """Read an acquirer's statement of a day beside the ledger: what is missing here is booked, the rest is put on record.
    Raises Unavailable."""
    told = port.acquirer(acquirer).statement(day, now=now)
    since = datetime.combine(day, time(), SHANGHAI)
    until = since + timedelta(days=1)
    ours = {p.number: p.fen for p in paid.payments_between(acquirer, since, until)}
    back = {str(r.id): r.fen for r in paid.refunds_between(acquirer, since, until)}
    took = [line for line in told.lines if line.kind == "paid"]
    gave = [line for line in told.lines if line.kind == "refunded"]
    found = [
        *_differences(took, ours, lambda line: line.number, acquirer, now),
        *_differences(gave, back, lambda line: line.refund, acquirer, now),
    ]
    return payments.note_statement(
        acquirer=acquirer,
        day=day,
        read=len(told.lines),
        paid_fen=sum(line.fen for line in took),
        refunded_fen=sum(line.fen for line in gave),
        digest=told.digest,
        found=found,
        by=SYSTEM,
        now=now,
    )


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
    said = payments.Said(
        acquirer=acquirer, order=line.order, number=line.number, fen=line.fen, currency=line.currency, at=line.at
    )
    try:
        taking.happened(line.kind, said, refund=line.refund, now=now)
    except Refusal as no:
        return Difference(kind=no.code[:24], subject=subject, ours_fen=0, theirs_fen=line.fen)
    return Difference(kind="missing-here", subject=subject, ours_fen=0, theirs_fen=line.fen, mended=True)
