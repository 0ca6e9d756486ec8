"""Every command that an officer may give on a case (受理、补正、审查、决定、暂停)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.calendar import CalendarUnknown, day_of
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.engine.plan import StepKind
from tongban.identity import queries as identity
from tongban.identity import timetable
from tongban.journeys import demands, moves
from tongban.journeys.handle import phrasing, writing


class NoReason(Refusal):
    """What does not pass says why: the person reads it, and whoever decides rests on it."""

    def __init__(self) -> None:
        super().__init__(
            "say_why",
            Words(zh="不通过须写明理由", en="What does not pass needs its reasons"),
            next_step=Words(zh="请填写意见后再提交。", en="Write the opinion and send it again."),
            field="note",
        )


SUPPLEMENT_WITHIN = 10  # working days that an applicant is given to supplement


def accept(*, number: str, by: Actor, now: datetime) -> None:
    """受理: the clock of the promise starts; the acceptance letter is written."""
    with moves.together():
        move(number, lifecycle.Accept, by, now)
        writing.letter(number, "acceptance", by, now, {})


def not_accept(*, number: str, reasons: str, cites: str, by: Actor, now: datetime) -> None:
    """不予受理, in writing with the article and the right of appeal (art. 38)."""
    with moves.together():
        move(number, lifecycle.NotAccept, by, now, text=reasons, kind="not-accept", cites=writing.articles(cites))
        writing.letter(number, "not-accepted", by, now, {"reasons": writing.lines(reasons), "basis": cites})


def ask_supplement(*, number: str, lines: list[str], text: str, by: Actor, now: datetime) -> None:
    """一次性告知补正: everything that is missing, told once (art. 32). Raises Abolished for a paper without a basis."""
    demands.check(stored.by_number(number), lines)
    until = _supplement_by(now)
    with moves.together():
        move(
            number,
            lifecycle.AskSupplement,
            by,
            now,
            text=text,
            kind="supplement",
            lines=tuple(lines),
            cites=("《中华人民共和国行政许可法》第三十二条第一款第四项",),
            supplement_by=until,
        )
        writing.letter(number, "supplement", by, now, {"missing": writing.lines(text), "until": writing.day(until)})


def note_missing(*, number: str, lines: list[str], text: str, by: Actor, now: datetime) -> None:
    """What this office misses, before acceptance: the window tells it with all else, once (art. 32). Raises Abolished."""
    demands.check(stored.by_number(number), lines)
    move(number, lifecycle.NoteMissing, by, now, text=text, kind="missing", lines=tuple(lines))


def _supplement_by(now: datetime) -> date:
    today = day_of(now)
    try:
        return timetable.calendar().add_workdays(today, SUPPLEMENT_WITHIN)
    except CalendarUnknown:
        return date.fromordinal(today.toordinal() + 14)


def take(*, number: str, step: str, by: Actor, now: datetime) -> None:
    """Take a step into one's own hands; an inspection stops the clock from now (art. 45)."""
    move(number, lifecycle.TakeStep, by, now, step=step)


def release(*, number: str, step: str, by: Actor, now: datetime) -> None:
    """Give a step back to the desk."""
    move(number, lifecycle.ReleaseStep, by, now, step=step)


def finish(*, number: str, step: str, outcome: str, text: str, by: Actor, now: datetime) -> None:
    """Finish a step with its opinion: passed, failed, answered or told."""
    try:
        how = lifecycle.Outcome(outcome)
    except ValueError as wrong:
        raise Refusal("outcome", Words(zh="请选择结论", en="Choose an outcome"), field="outcome") from wrong
    if how is lifecycle.Outcome.FAILED and not text.strip():
        raise NoReason
    found = stored.state(stored.by_number(number)).step(step)
    text = text.strip() or phrasing.standard(number, "pass", found.part if found else "")
    with moves.together():
        if found is not None and found.state is lifecycle.StepState.OPEN:
            take(number=number, step=step, by=by, now=now)
        move(number, lifecycle.FinishStep, by, now, text=text, kind="opinion", field="note", step=step, outcome=how)


def decide(*, number: str, granted: bool, reasons: str, cites: str, by: Actor, now: datetime, part: str = "") -> None:
    """准予 or 不予许可 for one part; a refusal in writing with reasons, articles and the right of appeal (art. 38)."""
    part = part or deciding(number, by=by)
    with moves.together():
        move(
            number,
            lifecycle.Decide,
            by,
            now,
            text=reasons,
            kind="decision",
            part=part,
            granted=granted,
            cites=writing.articles(cites),
        )
        values = _granted(number, part) if granted else {"reasons": writing.lines(reasons), "basis": cites}
        writing.letter(number, writing.decided(number, granted=granted, part=part), by, now, values, part)


def deciding(number: str, *, by: Actor) -> str:
    """The part that this officer is to decide: the first whose decision is theirs to make now, else the first of all."""
    state = stored.state(stored.by_number(number))
    acting = reach(by)
    due = (s for s in state.steps if s.kind is StepKind.DECIDE and not s.done and lifecycle.may(by, s, acting))
    ready = sorted(due, key=lambda step: step.state is lifecycle.StepState.WAITING)
    return ready[0].part if ready else state.parts[0].key


def _granted(number: str, part: str) -> dict[str, Any]:
    """What a letter that grants says beyond the decision: which certificate follows."""
    outcome = writing.item_of(number, part).outcome
    return {"certificate": outcome.title if outcome.certificate else None}


def suspend(*, number: str, basis: str, text: str, by: Actor, now: datetime) -> None:
    """Stop the clock on a basis of art. 45, in writing."""
    try:
        found = lifecycle.Basis(basis)
    except ValueError as wrong:
        raise Refusal("basis", Words(zh="请选择法定事由", en="Choose a statutory ground"), field="basis") from wrong
    move(number, lifecycle.Suspend, by, now, text=text, kind="suspension", basis=found)


def resume(*, number: str, by: Actor, now: datetime) -> None:
    """The clock goes on."""
    move(number, lifecycle.Resume, by, now)


def move(
    number: str,
    command: type[lifecycle.Command],
    by: Actor,
    now: datetime,
    *,
    text: str = "",
    kind: str = "",
    field: str = "reasons",
    **with_: Any,
) -> None:
    """Give a command with the officer's reach and the case's circle; a text goes sealed beside it, its digest into it."""
    row = stored.by_number(number)
    kept = None
    text = text.strip()
    if text:
        with_[field] = moves.digest_of(text)
        kept = written(with_[field], kind=kind, text=text, step=with_.get("step", ""), by=by, now=now)
    elif kind and field == "reasons":
        with_.setdefault(field, None if command is lifecycle.Decide and with_.get("granted") else "")
    made = command(
        by=by,
        node=settings.TONGBAN_ADCODE,
        circle=moves.circle_of(row, now=now),
        offices=reach(by),
        **with_,
    )
    moves.move(number=number, command=made, now=now, writing=kept)


def written(digest: str, *, kind: str, text: str, step: str, by: Actor, now: datetime) -> dict[str, Any]:
    """What an officer wrote, as it is kept sealed with the case beside its digest."""
    return {
        "digest": digest,
        "kind": kind,
        "text": text.strip()[:4000],
        "by": by.name,
        "office": by.office,
        "at": now.isoformat(),
        "step": step,
    }


def reach(by: Actor) -> frozenset[str]:
    """The offices that an officer acts for; one who supervises, for all that their office looks after."""
    acting = identity.acting_for(by.office or "")
    return acting | identity.supervised_by(by.office or "") if "supervise" in by.powers else acting
