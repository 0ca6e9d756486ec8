"""Reading the trail."""

from __future__ import annotations

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from tongban.trail.models import Entry, Read


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
