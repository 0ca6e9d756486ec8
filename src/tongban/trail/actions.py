"""Adding to the trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.base.actors import Actor, Kind, Warrant
from tongban.base.errors import Conflict, Denied, NotFound, Refusal
from tongban.base.words import Words
from tongban.trail.models import Entry, Question, Read


def record(
    *,
    by: Actor,
    verb: str,
    subject_kind: str,
    subject: str,
    now: datetime,
    refused: str = "",
    facts: dict[str, Any] | None = None,
) -> Entry:
    """Write down what ``by`` did (or was refused, with the refusal's code). ``facts`` hold no personal content."""
    helped = {"assisted_by": by.assisted_by.id} if by.assisted_by else {}
    return Entry.objects.create(
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        office=by.assisted_by.office if by.assisted_by else by.office or "",
        on_behalf=by.entity or by.behalf or "",
        channel=by.channel,
        verb=verb,
        subject_kind=subject_kind,
        subject=subject,
        refused=refused,
        facts={**(facts or {}), **helped},
    )


def record_all(
    *, by: Actor, verb: str, subject_kind: str, subjects: Iterable[tuple[str, dict[str, Any]]], now: datetime
) -> None:
    """Write down what ``by`` did to many at once, a row for each: subjects with the facts of each."""
    rows = [
        Entry(
            at=now,
            actor_kind=by.kind,
            actor_id=by.id,
            office=by.office or "",
            channel=by.channel,
            verb=verb,
            subject_kind=subject_kind,
            subject=subject,
            facts=facts,
        )
        for subject, facts in subjects
    ]
    Entry.objects.bulk_create(rows, batch_size=500)


def read(*, warrant: Warrant, person: str, resource: str, fields: Iterable[str], now: datetime) -> Read:
    """Write down a look at a person's data before it is shown. ``person`` is the registry id as text. At a window it is
    the officer who sees it."""
    by = _who_sees(warrant.actor)
    return Read.objects.create(
        at=now,
        person=person,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        office=by.office or "",
        purpose=warrant.purpose,
        case=warrant.case or "",
        resource=resource,
        fields=sorted(fields),
    )


def _who_sees(actor: Actor) -> Actor:
    at = actor.assisted_by
    return Actor(kind=Kind.OFFICER, id=at.id, name=at.name, office=at.office) if at else actor


@transaction.atomic
def ask(*, read: UUID | str, words: str, by: Actor, now: datetime) -> Question:
    """Ask about a look that one did not expect. Raises NotFound for a look at somebody else, AlreadyAsked."""
    look = Read.objects.filter(pk=read, person=by.person or "-").exclude(actor_id=by.id).first()
    if look is None:
        raise NotFound("no_look", Words(zh="没有这次查看", en="There is no such look at your data"))
    try:
        with transaction.atomic():
            asked = Question.objects.create(read=look, account=by.id, words=words.strip()[:500], asked_at=now)
    except IntegrityError as twice:
        raise AlreadyAsked from twice
    record(by=by, verb="trail.ask", subject_kind="read", subject=str(look.id), now=now)
    return asked


class AlreadyAsked(Conflict):
    """The look was asked about before."""

    def __init__(self) -> None:
        super().__init__(
            "already_asked",
            Words(zh="这次查看已经问过了", en="This look was asked about already"),
            next_step=Words(zh="监督员答复后会发消息给您。", en="You are told by message when a supervisor answers."),
        )


class OwnLook(Denied):
    """Nobody judges their own look."""

    def __init__(self) -> None:
        super().__init__(
            "own_look",
            Words(zh="不能答复对自己查看的询问", en="You cannot answer for a look of your own"),
            next_step=Words(zh="请由另一位监督员答复。", en="Another supervisor answers it."),
        )


@transaction.atomic
def answer(*, question: UUID | str, finding: str, words: str, by: Actor, now: datetime) -> Question:
    """Answer a question once: whether the look was proper, and why. Raises Refusal without words, OwnLook, Conflict."""
    row = Question.objects.select_for_update(of=("self",)).select_related("read").filter(pk=question).first()
    if row is None:
        raise NotFound("no_question", Words(zh="没有这个询问", en="There is no such question"))
    if row.answered_at is not None:
        raise Conflict("already_answered", Words(zh="这个询问已有答复", en="This question is answered already"))
    if row.read.actor_id == by.id:
        raise OwnLook
    if finding not in ("proper", "improper") or not words.strip():
        raise Refusal(
            "answer_lacks",
            Words(zh="请选择结论并写明理由", en="Choose a finding and give the reason"),
            next_step=Words(zh="答复会原样发给本人。", en="The person is sent the answer as you write it."),
            field="answer" if finding in ("proper", "improper") else "finding",
        )
    row.finding, row.answer, row.answered_at, row.answered_by = finding, words.strip()[:1000], now, by.id
    row.save(update_fields=["finding", "answer", "answered_at", "answered_by"])
    record(
        by=by, verb="trail.answer", subject_kind="read", subject=str(row.read_id), now=now, facts={"finding": finding}
    )
    return row
