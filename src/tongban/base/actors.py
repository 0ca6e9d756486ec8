"""Who does something: the same small value in every room, on every event."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Channel(StrEnum):
    """Through which channel a request came (渠道)."""

    WEB = "web"
    PHONE = "phone"
    WINDOW = "window"
    TERMINAL = "terminal"
    HOTLINE = "hotline"
    API = "api"
    SYSTEM = "system"


class Kind(StrEnum):
    """What kind of actor. ``AGENCY`` is a department's own system, ``PEER`` another city's node."""

    VISITOR = "visitor"
    PERSON = "person"
    OFFICER = "officer"
    AGENCY = "agency"
    PEER = "peer"
    SYSTEM = "system"


class Assistant(msgspec.Struct, frozen=True, kw_only=True):
    """The officer at whose window somebody is served (窗口代办): the person acts, the officer types. ``person`` is the
    officer's own registry id, so that nobody serves themself or a relative."""

    id: str
    name: str
    office: str
    person: str | None = None


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, how surely we know it, and for whom.

    ``id`` is the account's, officer's, agency's or peer's own id as text. ``level`` is the level of assurance of a
    person: 0 known contact, 1 name and number match the registry, 2 face, national-ID port, passkey or counter.
    ``person`` is the registry id (UUID as text) once level >= 1. ``entity`` is the USCC of the firm acted for, under
    ``mandate``. ``office`` and ``powers`` are an officer's. ``assisted_by`` is the officer at whose window a person is.
    """

    kind: Kind
    id: str
    name: str = ""
    level: int = 0
    person: str | None = None
    entity: str | None = None
    mandate: str | None = None
    office: str | None = None
    powers: frozenset[str] = frozenset()
    channel: Channel = Channel.WEB
    assisted_by: Assistant | None = None


SYSTEM = Actor(kind=Kind.SYSTEM, id="system", name="system", channel=Channel.SYSTEM)


class Warrant(msgspec.Struct, frozen=True, kw_only=True):
    """The right to look at personal data: who, for which purpose, in which case. No warrant, no data.

    ``purpose`` is a short code of the purpose list (e.g. ``apply``, ``examine``, ``own-data``, ``issue``).
    """

    actor: Actor
    purpose: str
    case: str | None = None
