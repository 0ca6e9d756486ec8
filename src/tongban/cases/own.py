"""Everything of one account in this room, for an export of a person's data."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from tongban.cases.drafts import STANDS
from tongban.cases.models import Case, Draft, Party


def drafts(owner: str, person: str) -> QuerySet[Draft]:
    """Every draft that an account began, or that is in its person's own name whoever began it; those that became cases
    too. ``in_own_name`` tells them apart."""
    rows = Draft.objects.select_related("key").filter(STANDS | ~Q(case_number=""))
    return rows.filter(Q(owner=owner) | Q(person=person, entity="")).order_by("created_at", "id")


def cases(owner: str, person: str) -> QuerySet[Case]:
    """Every case that an account submitted, or that is in its person's own name."""
    return Case.objects.select_related("key", "draft").filter(Q(owner=owner) | Q(person=person, entity="")).order_by("received_at", "id")


def in_own_name(row: Draft | Case, person: str) -> bool:
    """Whether a draft or case is the person's own matter: not a firm's, nor somebody's whom they acted for."""
    return (row.entity, row.person) == ("", person)


def signed(account: str) -> QuerySet[Party]:
    """What an account signed, for itself or for a firm."""
    return Party.objects.select_related("draft").filter(account=account).order_by("signed_at", "id")
