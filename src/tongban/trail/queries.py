"""Reading the trail."""

from __future__ import annotations

from django.db.models import QuerySet

from tongban.trail.models import Entry, Read


def reads_of(person: str) -> QuerySet[Read]:
    """Who looked at this person's data and why, newest first."""
    return Read.objects.filter(person=person).order_by("-at", "-id")


def entries_about(subject_kind: str, subject: str) -> QuerySet[Entry]:
    """What was done to one thing, oldest first."""
    return Entry.objects.filter(subject_kind=subject_kind, subject=subject).order_by("at", "id")
