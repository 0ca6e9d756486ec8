"""Reading copies, and who verified what."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tongban.base.calendar import day_of
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.certificates.models import Certificate, Check, Copy


def by_id(id: str) -> Certificate | None:
    """The certificate of this id."""
    return Certificate.objects.select_related("key", "pdf__key", "type_version").filter(pk=id).first()


def copies_of(held: str, *, account: str) -> QuerySet[Copy]:
    """Copies that this person made of a certificate, newest first."""
    return Copy.objects.select_related("pdf__key").filter(held=held, account=account).order_by("-made_at", "-id")


def all_copies(account: str) -> QuerySet[Copy]:
    """Every copy that this person made, newest first."""
    return Copy.objects.select_related("pdf__key").filter(account=account).order_by("-made_at", "-id")


def copy(id: UUID | str, *, account: str) -> Copy:
    """One copy of this person's; NotFound otherwise."""
    found = Copy.objects.select_related("pdf__key").filter(pk=id, account=account).first()
    if found is None:
        raise NotFound("no_copy", Words(zh="没有这份副本", en="There is no such copy"))
    return found


def copy_by_code(code: str) -> Copy | None:
    """The copy that this code stands on."""
    return Copy.objects.select_related("pdf").filter(code=code.strip().upper()).first()


def standing(copy: Copy, *, now: datetime) -> str:
    """Whether a copy can still be used: valid, expired, ended."""
    if copy.ended_at is not None:
        return "ended"
    return "expired" if copy.until_on < day_of(now) else "valid"


def checks_of(held: str, most: int = 20) -> list[Check]:
    """Who verified a certificate lately, newest first."""
    return list(Check.objects.filter(held=held).order_by("-at", "-id")[:most])
