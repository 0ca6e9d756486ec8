"""Mandates (委托授权): given by a firm or a person, with scope and term; revoked, declined, or ended with a capacity."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet

from tongban.base.actors import Actor
from tongban.identity.models import Mandate
from tongban.identity.refusals import MandateOver
from tongban.registries.models import LegalEntity, Person
from tongban.trail import actions as trail

ALL = "*"


@transaction.atomic
def give(
    *,
    giver: LegalEntity | None,
    given_by: Person,
    receiver: Person,
    scope: list[str],
    from_on: date,
    until_on: date,
    by: Actor,
    now: datetime,
    signature: str = "",
) -> Mandate:
    """A firm (by its legal representative) or a person (no ``giver``) lets a person act from one day to another."""
    mandate = Mandate.objects.create(
        giver=giver,
        given_by=given_by,
        receiver=receiver,
        scope=scope,
        from_on=from_on,
        until_on=until_on,
        given_at=now,
        signature=signature,
    )
    facts = {"scope": scope, "from": str(from_on), "until": str(until_on)}
    _record(mandate, "identity.give-mandate", by, now, facts)
    return mandate


@transaction.atomic
def revoke(*, mandate: UUID | str, by: Actor, now: datetime) -> Mandate:
    """End a mandate now: from this moment it can be used no more. Raises MandateOver where it is over already."""
    return _end(mandate, "revoked_at", "identity.revoke-mandate", by, now)


@transaction.atomic
def decline(*, mandate: UUID | str, by: Actor, now: datetime) -> Mandate:
    """Who received a mandate does not want it (any more)."""
    return _end(mandate, "declined_at", "identity.decline-mandate", by, now)


def _end(id: UUID | str, how: str, verb: str, by: Actor, now: datetime) -> Mandate:
    row = Mandate.objects.select_for_update(of=("self",)).select_related("giver", "given_by", "receiver").get(pk=id)
    if row.revoked_at or row.declined_at:
        raise MandateOver
    setattr(row, how, now)
    row.save(update_fields=[how])
    _record(row, verb, by, now, {})
    return row


def _record(row: Mandate, verb: str, by: Actor, now: datetime, facts: dict[str, object]) -> None:
    kind, subject = ("entity", row.giver.uscc) if row.giver else ("person", str(row.given_by_id))
    trail.record(by=by, verb=verb, subject_kind=kind, subject=subject, now=now, facts={"mandate": str(row.id), **facts})


def standing(person: UUID | str, on: date) -> list[Mandate]:
    """Mandates that this person can act under on a day, firms before people, by name."""
    rows = _rows().filter(_stands(on), receiver_id=person)
    return list(rows.order_by(F("giver__name").asc(nulls_last=True), "given_by__name", "id"))


def stands(id: UUID | str, *, receiver: UUID | str, on: date) -> Mandate | None:
    """The mandate of this id if this person can act under it on a day."""
    try:
        return _rows().filter(_stands(on), pk=id, receiver_id=receiver).first()
    except (ValueError, ValidationError):
        return None


def given(person: UUID | str) -> QuerySet[Mandate]:
    """What a person gave for themself, and what was given for firms that they represent now; newest first."""
    firms = Q(giver__representative_id=person, giver__status="active")
    return _rows().filter(firms | Q(giver=None, given_by_id=person)).order_by("-given_at", "-id")


def received(person: UUID | str) -> QuerySet[Mandate]:
    """What a person was ever given, newest first."""
    return _rows().filter(receiver_id=person).order_by("-given_at", "-id")


def state(row: Mandate, on: date) -> str:
    """Where a mandate stands on a day: revoked, declined, over, capacity (its giver's has ended), coming, stands."""
    if row.revoked_at or row.declined_at:
        return "revoked" if row.revoked_at else "declined"
    if on > row.until_on:
        return "over"
    if not _capable(row):
        return "capacity"
    return "coming" if on < row.from_on else "stands"


def _capable(row: Mandate) -> bool:
    if row.receiver.deceased_on is not None:
        return False
    if row.giver:
        return row.giver.status == "active" and row.giver.representative_id == row.given_by_id
    return row.given_by.deceased_on is None


def _rows() -> QuerySet[Mandate]:
    return Mandate.objects.select_related("giver", "given_by", "receiver")


def _stands(on: date) -> Q:
    """The same as :func:`state` says ``stands``, in the database."""
    term = Q(revoked_at=None, declined_at=None, from_on__lte=on, until_on__gte=on)
    firm = Q(giver__representative_id=F("given_by_id"), giver__status="active")
    return term & Q(receiver__deceased_on=None) & (firm | Q(giver=None, given_by__deceased_on=None))
