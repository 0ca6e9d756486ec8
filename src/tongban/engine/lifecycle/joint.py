"""Several parts of one case: what falls with a part that ends without a grant, what stands, and each part's own clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from tongban.engine.clock import Clock
from tongban.engine.lifecycle import checks
from tongban.engine.lifecycle.state import Case, Outcome, Part, deciding, downstream
from tongban.engine.plan import StepKind


def falling(case: Case, part: str) -> tuple[str, ...]:
    """The keys of the undecided parts that fall if this one ends without a grant: those that rest, near or far, on what
    will never come about then."""
    ends = [part]
    for each in ends:  # what falls may have others rest on it: the list grows while it is walked
        lost = _lost(case, each)
        ends += [p.key for p in case.parts if p.key not in ends and not p.ended and _rests(case, p, lost)]
    return tuple(ends[1:])


def returning(case: Case, roots: Collection[str]) -> tuple[str, ...]:
    """The keys of the parts that come back if the decisions on these are set aside: those that fell, and now rest on nothing
    that ended without a grant and stays so."""
    back = [p.key for p in case.parts if p.gone is not None and p.gone.fell_with is not None]
    stay = [p.key for p in case.parts if _bad(p) and p.key not in {*roots, *back}]
    for each in stay:  # what does not come back holds others: the list grows while it is walked
        lost = _lost(case, each)
        held = [p.key for p in case.parts if p.key in back and p.key not in stay and _rests(case, p, lost)]
        stay += held
    return tuple(key for key in back if key not in stay)


def _bad(part: Part) -> bool:
    return part.gone is not None or (part.decision is not None and not part.decision.granted)


def _lost(case: Case, part: str) -> set[str]:
    """The steps that never come about: the decision, what follows from it, and what is not done. Acceptance is of the
    whole case."""
    head = deciding(case.steps, part)
    after = {head.key, *(s.key for s in downstream(case.steps, head))} if head else set()
    mine = [s for s in case.steps if s.part == part and s.kind is not StepKind.ACCEPT]
    return {s.key for s in mine if s.key in after or s.outcome in (None, Outcome.DROPPED)}


def _rests(case: Case, part: Part, lost: set[str]) -> bool:
    return any(s.key in lost for s in checks.grounds(case, checks.head_of(case, part)))


def clock_of(case: Case, part: Part) -> Clock:
    """The clock of one part: it runs from acceptance (or from when a review had it decided anew), or from when what the part
    needs of others is there, until its own end; only its own steps, and what stops the whole case, stop it. More time that
    was given before a review is not of the new term."""
    if part.kept is not None:
        return part.kept
    own = {s.key for s in case.steps if s.part == part.key}
    terms = part.terms
    return Clock(
        promise=terms.promise if terms else case.clock.promise,
        legal=terms.legal if terms else case.clock.legal,
        received_at=part.again or case.clock.received_at,
        started_at=_started(case, part, own),
        ended_at=_ended(part) or case.clock.ended_at,
        stops=tuple(stop for stop in case.clock.stops if stop.step is None or stop.step in own),
        extended=case.clock.extended if part.again in (None, case.clock.started_at) else 0,
    )


def _started(case: Case, part: Part, own: set[str]) -> datetime | None:
    needed = {need for s in case.steps if s.key in own for need in s.needs} - own
    others = [s for s in case.steps if s.key in needed]
    moments = [part.again or case.clock.started_at, *(None if s.outcome is Outcome.DROPPED else s.done_at for s in others)]
    known = [moment for moment in moments if moment is not None]
    return max(known) if len(known) == len(moments) else None


def _ended(part: Part) -> datetime | None:
    if part.decision is not None:
        return part.decision.at
    return part.gone.at if part.gone is not None else None
