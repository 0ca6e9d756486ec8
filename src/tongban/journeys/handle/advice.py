"""A second opinion: a colleague or another office is asked in writing and answers in writing; the step stays (会商)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.base.actors import Actor
from tongban.base.errors import Conflict, Denied, NotFound, Refusal
from tongban.base.words import Words
from tongban.cases import actions as cases
from tongban.cases import queries as stored
from tongban.identity import queries as identity
from tongban.journeys import moves
from tongban.journeys.handle import giving

SHORTEST = 4


@transaction.atomic
def ask(*, number: str, office: str, officer: str, question: str, by: Actor, now: datetime) -> Any:
    """Ask an office, or one officer of it. They see the case until they have answered. Raises Refusal."""
    row = stored.by_number(number)
    state = stored.state(row)
    if not state.offices & giving.reach(by):
        raise Denied("not_your_office", Words(zh="这个办件不在您的单位", en="This case is not with your office"))
    _not_near(by, row, now)
    asked = _asked(office, officer, by)
    _said(question, "question")
    made = cases.ask_opinion(
        case=row,
        office=asked[0],
        officer=asked[1],
        question=moves.digest_of(question.strip()),
        by=by,
        now=now,
    )
    _keep(number, made, made.question, "opinion-asked", question, by, now)
    return made


def _asked(office: str, officer: str, by: Actor) -> tuple[str, str]:
    """Whom: an officer (and so their office), or everybody of an office."""
    if officer:
        found = identity.officer(officer) if identity.is_id(officer) else None
        if found is None or str(found.id) == by.id:
            raise Refusal("no_colleague", Words(zh="请选择一位在岗的同事", en="Choose a colleague"), field="officer")
        return found.office.key, str(found.id)
    if office not in identity.office_names([office]):
        raise Refusal("no_office", Words(zh="请选择征求意见的单位", en="Choose whom to ask"), field="office")
    return office, ""


def _said(text: str, field: str) -> None:
    if len(text.strip()) < SHORTEST:
        raise Refusal(
            "say_what",
            Words(zh="请写明内容", en="Write what it is about"),
            next_step=Words(zh="写明后再提交。", en="Write it and send it again."),
            field=field,
        )


def _not_near(by: Actor, row: Any, now: datetime) -> None:
    """Nobody has a say in their own or a relative's case (回避)."""
    circle = moves.circle_of(row, now=now)
    if by.person in circle.persons | circle.relatives:
        raise Denied(
            "own_case",
            Words(zh="不得办理本人或近亲属的办件，应当回避", en="Nobody handles their own or a relative's case"),
            cites=("公务员法 第七十六条",),
        )


def _keep(number: str, row: Any, digest: str, kind: str, text: str, by: Actor, now: datetime) -> None:
    written = giving.written(digest, kind=kind, text=text, step="", by=by, now=now)
    cases.amend(number=number, change={"writings": [{**written, "opinion": str(row.id)}]}, now=now)


@transaction.atomic
def answer(*, opinion: UUID | str, text: str, by: Actor, now: datetime) -> Any:
    """Answer in writing; the asker is told. Raises Refusal for whoever was not asked, and for a second answer."""
    found = stored.opinion(str(opinion), lock=True)
    if found is None or not asked_of(found, by):
        raise NotFound("no_opinion", Words(zh="没有这条征求意见", en="Nobody asked you for this opinion"))
    if found.answered_at:
        raise Conflict("opinion_given", Words(zh="这条意见已经答复过", en="This was answered already"))
    _not_near(by, found.case, now)
    _said(text, "answer")
    made = cases.answer_opinion(opinion=found, answer=moves.digest_of(text.strip()), by=by, now=now)
    _keep(found.number, made, made.answer, "opinion-given", text, by, now)
    return made


def asked_of(opinion: Any, by: Actor) -> bool:
    """Whether this officer is the one asked, or of the office that is, and not the one who asks."""
    if opinion.asked_by == by.id:
        return False
    return opinion.officer == by.id if opinion.officer else opinion.office == (by.office or "")


def to_answer(*, by: Actor) -> list[Any]:
    """What this officer is asked and nobody has answered, oldest first."""
    return [each for each in stored.opinions_asked(by.office or "") if asked_of(each, by)]


def told_back(*, by: Actor) -> list[Any]:
    """Answers to what this officer asked that they have not opened yet, oldest first."""
    return list(stored.opinions_answered(by.id))


def may_see(number: str, *, by: Actor) -> bool:
    """Whether a question that nobody has answered opens this case to the officer."""
    return any(asked_of(each, by) for each in stored.opinions_of(number) if each.answered_at is None)


def offices(*, by: Actor) -> list[tuple[str, Words]]:
    """Offices whose desks can be asked: all with officers, but the asker's own; colleagues there are asked by name."""
    return [(key, name) for key, name in identity.staffed().items() if key != by.office]
