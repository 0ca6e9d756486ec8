"""Reading the trail."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.trail.models import Entry, Question, Read


def reads_of(person: str) -> QuerySet[Read]:
    """Who looked at this person's data and why, newest first."""
    return Read.objects.filter(person=person).order_by("-at", "-id")


def entries_about(subject_kind: str, subject: str) -> QuerySet[Entry]:
    """What was done to one thing, oldest first."""
    return Entry.objects.filter(subject_kind=subject_kind, subject=subject).order_by("at", "id")


LOOK, REVIEW = "case.break-glass", "case.break-glass-review"


def looks_open() -> QuerySet[Entry]:
    """Cases opened past one's own office on a stated reason that nobody has reviewed, oldest first."""
    reviewed = Entry.objects.filter(verb=REVIEW, subject_kind="trail-entry", subject=Cast(OuterRef("id"), CharField()))
    return Entry.objects.filter(~Exists(reviewed), verb=LOOK, refused="").order_by("at", "id")


def looks_questioned() -> QuerySet[Entry]:
    """Reviews that question a look, newest first."""
    rows = Entry.objects.filter(verb=REVIEW, subject_kind="trail-entry", facts__verdict="questioned")
    return rows.order_by("-at", "-id")


# Who looked: anybody but the person, officers, the system by itself, other cities and offices' systems, the person.
WHO = {
    "others": lambda me: ~Q(actor_id=me),
    "officers": lambda me: Q(actor_kind="officer"),
    "systems": lambda me: Q(actor_kind="system"),
    "outside": lambda me: Q(actor_kind__in=("peer", "agency")),
    "me": lambda me: Q(actor_id=me),
}


def looks(person: str, *, me: str, who: str, after: str, size: int) -> list[Read]:
    """Looks at a person's data by some, newest first, beyond the one named ``after``; with the question each was asked."""
    rows = reads_of(person).filter(WHO[who](me))
    try:
        last = reads_of(person).filter(pk=UUID(after)).values_list("at", "id").first() if after else None
    except (ValueError, ValidationError):
        last = None
    beyond = Q(at__lt=last[0]) | Q(at=last[0], id__lt=last[1]) if last else Q()
    return list(rows.filter(beyond).select_related("question")[:size])


def question(id: UUID | str) -> Question:
    """One question with the look that it is about; NotFound otherwise."""
    found = Question.objects.select_related("read").filter(pk=id).first()
    if found is None:
        raise NotFound("no_question", Words(zh="没有这个询问", en="There is no such question"))
    return found


def open_questions(most: int = 100) -> list[Question]:
    """Questions that nobody has answered, the oldest first."""
    rows = Question.objects.select_related("read").filter(answered_at=None)
    return list(rows.order_by("asked_at", "id")[:most])


def answered_questions(most: int = 20) -> list[Question]:
    """The last ones that were answered."""
    rows = Question.objects.select_related("read").filter(answered_at__isnull=False)
    return list(rows.order_by("-answered_at", "-id")[:most])


def questions_of(account: str) -> QuerySet[Question]:
    """What a person has asked, newest first."""
    return Question.objects.select_related("read").filter(account=account).order_by("-asked_at", "-id")


def entries_by(actor: str) -> QuerySet[Entry]:
    """What somebody did, newest first."""
    return Entry.objects.filter(actor_id=actor).order_by("-at", "-id")
