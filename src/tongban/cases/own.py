"""Everything of one account in this room, for an export of a person's data."""

from __future__ import annotations

from django.db.models import QuerySet

from tongban.cases.models import Case, Draft, Party


def drafts(owner: str) -> QuerySet[Draft]:
    """Every draft that an account began, those that became cases too."""
    return Draft.objects.select_related("key").filter(owner=owner).order_by("created_at", "id")


def cases(owner: str) -> QuerySet[Case]:
    """Every case of an account."""
    return Case.objects.select_related("key", "draft").filter(owner=owner).order_by("received_at", "id")


def signed(account: str) -> QuerySet[Party]:
    """What an account signed, for itself or for a firm."""
    return Party.objects.select_related("draft").filter(account=account).order_by("signed_at", "id")
