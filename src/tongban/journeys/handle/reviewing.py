"""A review (行政复议、监督) sets a decision aside: of a case, or of one of its parts, which is then decided anew (重新办理)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from tongban.base.actors import Actor
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.certificates import actions as certificates
from tongban.certificates import queries as issued
from tongban.engine import lifecycle
from tongban.journeys import moves, parts
from tongban.journeys.handle import giving, handing, writing

QUASHED = "03"
_WORTH = ("01", "02", "99")  # valid, withheld, other: what can still be quashed


class Reviewable(msgspec.Struct, frozen=True, kw_only=True):
    """What a review may have decided anew: one part of a case, or the whole (``part`` empty); ``back`` comes back with it."""

    part: str
    title: Words
    granted: bool | None
    back: tuple[Words, ...] = ()


def reviewable(row: Any, state: lifecycle.Case) -> tuple[Reviewable, ...]:
    """What of a case a review could set aside now: each decided part of several, else the closed case."""
    if len(state.parts) > 1 and any(p.decision for p in state.parts):
        return _parts(state) if state.status in _RUNNING else ()
    if state.status is not lifecycle.Status.CLOSED or state.withdrawn:
        return ()
    return (Reviewable(part="", title=Words(**row.title), granted=state.granted),)


_RUNNING = (lifecycle.Status.ACCEPTED, lifecycle.Status.DECIDED, lifecycle.Status.CLOSED)


def _parts(state: lifecycle.Case) -> tuple[Reviewable, ...]:
    titles = {p.key: p.terms.title for p in state.parts if p.terms}
    return tuple(
        Reviewable(
            part=p.key,
            title=titles[p.key],
            granted=p.decision.granted,
            back=tuple(titles[key] for key in lifecycle.returning(state, {p.key})),
        )
        for p in state.parts
        if p.decision is not None
    )


def reopen(*, number: str, reasons: str, cites: str, by: Actor, now: datetime, part: str = "") -> None:
    """Set the decision aside, quash what was issued under it, and say so in writing to those whom it concerns."""
    handing.long_enough(reasons)
    values, named = told(number, part, reasons, cites), writing.articles(cites)
    made = _issued(number, part)
    with moves.together():
        giving.move(number, lifecycle.Reopen, by, now, text=reasons, kind="review", part=part or None, cites=named)
        for each in made:
            certificates.change_status(
                certificate=each, to=QUASHED, why=reasons.strip()[:500], cites=named, by=by, now=now
            )
        writing.letter(number, "reopened", by, now, values, part)


def told(number: str, part: str, reasons: str, cites: str) -> dict[str, Any]:
    """What the letter says: why, on which articles, what is quashed and what comes back with it."""
    row = stored.by_number(number)
    back = lifecycle.returning(stored.state(row), {part}) if part and row.codes else ()
    return {
        "reasons": writing.lines(reasons),
        "basis": "、".join(writing.articles(cites)),
        "back": _row(parts.of_row(row, key).title for key in back),
        "certificate": _row(issued.name_of(each) for each in _issued(number, part)),
    }


def _issued(number: str, part: str) -> list[Any]:
    """What was issued under the decision and can still be quashed."""
    return [each for each in issued.of_case(number).filter(status__in=_WORTH) if part in ("", each.part)]


def _row(titles: Iterable[Words]) -> Words | None:
    found = list(titles)
    return Words(zh="、".join(t.zh for t in found), en=", ".join(t.en for t in found)) if found else None
