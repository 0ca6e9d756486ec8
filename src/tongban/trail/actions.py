"""Adding to the trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tongban.base.actors import Actor, Warrant
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
    return Entry.objects.create(
        at=now,
        actor_kind=by.kind,
        actor_id=by.id,
        office=by.office or "",
        on_behalf=by.entity or "",
        channel=by.channel,
        verb=verb,
        subject_kind=subject_kind,
        subject=subject,
        refused=refused,
        facts=facts or {},
    )


def read(*, warrant: Warrant, person: str, resource: str, fields: Iterable[str], now: datetime) -> Read:
    """Write down a look at a person's data before it is shown. ``person`` is the registry id as text."""
    by = warrant.actor
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
