"""What happened. An event holds facts of procedure and digests, never personal content."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from tongban.base.actors import Actor, Channel, Kind


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """An actor as an event keeps them: no name, no registry id. ``on_behalf`` is the USCC of the firm acted for, under
    ``mandate``."""

    kind: Kind
    id: str
    office: str | None = None
    on_behalf: str | None = None
    mandate: str | None = None
    channel: Channel = Channel.WEB


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
    return Who(
        kind=actor.kind,
        id=actor.id,
        office=actor.office,
        on_behalf=actor.entity,
        mandate=actor.mandate,
        channel=actor.channel,
    )
