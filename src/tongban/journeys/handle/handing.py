"""Handing work on: to a colleague, back to be done again, more time asked for and approved (转办、退回、延长审批)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine import clock as statutory
from tongban.engine import lifecycle
from tongban.identity import absences, timetable
from tongban.identity import queries as identity
from tongban.journeys import moves
from tongban.journeys.handle import giving, writing

SHORTEST = 4  # characters that a reason has at least


def assign(*, number: str, step: str, to: str, note: str, by: Actor, now: datetime) -> str:
    """Put a step into a colleague's hands with a note; while that one is away, into the deputy's. Gives whose it is."""
    colleague = _colleague(to, now)
    row = stored.by_number(number)
    text = note.strip() or "转办"
    command = lifecycle.Assign(
        by=by,
        node=settings.TONGBAN_ADCODE,
        circle=moves.circle_of(row, now=now),
        offices=giving.reach(by),
        step=step,
        to=colleague,
        to_offices=identity.acting_for(colleague.office or ""),
        standing_in=absences.stood_in_for(by.id, on=day_of(now)),
        reasons=moves.digest_of(text),
    )
    written = giving.written(command.reasons, kind="hand-over", text=text, step=step, by=by, now=now)
    moves.move(number=number, command=command, now=now, writing={**written, "to": colleague.name})
    return colleague.name


def _colleague(id: str, now: datetime) -> Actor:
    if not identity.is_id(id) or (found := identity.officer(id)) is None:
        raise Refusal(
            "no_colleague",
            Words(zh="请选择一位在岗的同事", en="Choose a colleague who works here"),
            next_step=Words(zh="请从名单中选择。", en="Choose one from the list."),
            field="to",
        )
    deputy = absences.deputy_of(id, on=day_of(now))
    return identity.officer_actor(deputy or found)


def colleagues(*, step: lifecycle.Step, by: Actor, now: datetime) -> list[tuple[str, str]]:
    """Who may be given this step: id and name, with the deputy's beside whoever is away today."""
    today = day_of(now)
    away = {str(a.officer_id): a.deputy.name for a in absences.away(on=today)}
    found = []
    for each in identity.officers_of(giving.reach(by)):
        actor = identity.officer_actor(each)
        if actor.id != step.assignee and lifecycle.may(actor, step, identity.acting_for(each.office.key)):
            stands_in = away.get(actor.id)
            found.append((actor.id, f"{each.name} → {stands_in}" if stands_in else each.name))
    return found


def send_back(*, number: str, step: str, reasons: str, by: Actor, now: datetime) -> None:
    """退回: a ground of the decision is done again, with the reasons in writing."""
    long_enough(reasons)
    giving.move(number, lifecycle.SendBack, by, now, text=reasons, kind="send-back", step=step)


def ask_extension(*, number: str, days: str, reasons: str, by: Actor, now: datetime) -> None:
    """申请延长审批: more working days (art. 42), for another to approve."""
    long_enough(reasons)
    count = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
    giving.move(number, lifecycle.AskExtension, by, now, text=reasons, kind="extension", days=count)


def extend(*, number: str, by: Actor, now: datetime) -> None:
    """批准延长: the applicant is told in writing, with the reasons (art. 42)."""
    with moves.together():
        row = stored.by_number(number)
        asked = stored.state(row).extension
        giving.move(number, lifecycle.Extend, by, now)
        if asked is not None:
            said = stored.writing(row, digest=asked.reasons, warrant=moves.SELF, now=now)
            values = {"days": str(asked.days), "reasons": writing.lines(said), "due_on": _last_day(number)}
            writing.letter(number, "extension", by, now, values)


def _last_day(number: str) -> Words | None:
    """The last day of the law's own term as it is extended now; None while it is pending."""
    state = stored.state(stored.by_number(number))
    last = statutory.due(state.clock, timetable.calendar(), legal=True)
    return writing.day(last) if last is not None and not isinstance(last, datetime) else None


def long_enough(reasons: str) -> None:
    """Raises Refusal where nobody could tell from it why."""
    if len(reasons.strip()) < SHORTEST:
        raise Refusal(
            "say_why",
            Words(zh="请写明理由", en="Write the reasons"),
            next_step=Words(zh="写明理由后再提交。", en="Write them and send it again."),
            field="reasons",
        )


def colleagues_of(*, by: Actor, now: datetime) -> list[tuple[str, str]]:
    """Everybody of this officer's own office (for one who supervises: of all that is looked after) who handles cases."""
    works = {"accept", "examine", "inspect", "answer", "decide"}
    mine = identity.officers_of(giving.reach(by))
    return [(str(o.id), o.name) for o in mine if works & set(o.powers) and str(o.id) != by.id]
