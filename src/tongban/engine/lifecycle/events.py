"""What happened. An event holds facts of procedure and digests, never personal content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from tongban.base.actors import Actor, Channel, Kind

PERSON = "person"


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """An actor as an event keeps them: no name, no registry id. ``on_behalf`` is the USCC of the firm acted for, or
    ``person`` for somebody whom the case's content names; under ``mandate``, else by law. ``assisted_by`` is the officer
    at whose window the person was, of ``office``."""

    kind: Kind
    id: str
    office: str | None = None
    on_behalf: str | None = None
    mandate: str | None = None
    channel: Channel = Channel.WEB
    assisted_by: str | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """``sequence`` counts from 1 without gaps within the case; ``at`` never runs backwards; ``node`` is the adcode of
    the node where it happened; ``facts`` are JSON values."""

    kind: str
    case: str
    sequence: int
    at: datetime
    node: str
    actor: Who
    facts: dict[str, Any] = {}


def who(actor: Actor) -> Who:
    """The actor as events keep them."""
    assistant = actor.assisted_by
    return Who(
        kind=actor.kind,
        id=actor.id,
        office=assistant.office if assistant else actor.office,
        on_behalf=actor.entity or (PERSON if actor.behalf else None),
        mandate=actor.mandate,
        channel=actor.channel,
        assisted_by=assistant.id if assistant else None,
    )
