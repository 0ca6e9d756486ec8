"""Everything of one account in this room, for an export of a person's data."""

from __future__ import annotations

from django.db.models import QuerySet

from tongban.cases.models import Case, Draft, Party


def drafts(person: str) -> QuerySet[Draft]:
    """Every draft in a person's own name, whoever began it, those that became cases too. What they did for a firm or for
    somebody else is the firm's or that person's."""
    return Draft.objects.select_related("key").filter(person=person, entity="").order_by("created_at", "id")


def cases(person: str) -> QuerySet[Case]:
    """Every case in a person's own name."""
    return Case.objects.select_related("key", "draft").filter(person=person, entity="").order_by("received_at", "id")


def signed(account: str) -> QuerySet[Party]:
    """What an account signed, for itself or for a firm."""
    return Party.objects.select_related("draft").filter(account=account).order_by("signed_at", "id")
