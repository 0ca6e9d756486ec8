"""Adding to the trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tongban.base.actors import Actor, Kind, Warrant
from tongban.trail.models import Entry, Read


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
        on_behalf=by.entity or "",
        channel=by.channel,
        verb=verb,
        subject_kind=subject_kind,
        subject=subject,
        refused=refused,
        facts={**(facts or {}), **helped},
    )


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
