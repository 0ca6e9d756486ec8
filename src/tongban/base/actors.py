"""Who does something: the same small value in every room, on every event."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from tongban.base.words import Words


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


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How far a mandate reaches: ``items`` are ``<city>/<code>``, ``covers`` says it in plain words."""

    items: frozenset[str]
    covers: Words


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, how surely we know it, and for whom.

    ``id`` is the account's, officer's, agency's or peer's own id as text. ``level`` is the level of assurance of a
    person: 0 known contact, 1 name and number match the registry, 2 face, national-ID port, passkey or counter.
    ``person`` is the registry id (UUID as text) once level >= 1. ``entity`` is the USCC of the firm acted for,
    ``behalf`` the registry id of the person acted for, ``principal`` the name of either; under ``mandate``, or by law
    (as legal representative, as guardian) where there is none. ``reach`` is how far the mandate goes, None for
    everything. ``office`` and ``powers`` are an officer's. ``assisted_by`` is
    the officer at whose window a person is.
    """

    kind: Kind
    id: str
    name: str = ""
    level: int = 0
    person: str | None = None
    entity: str | None = None
    behalf: str | None = None
    principal: str = ""
    mandate: str | None = None
    reach: Reach | None = None
    office: str | None = None
    powers: frozenset[str] = frozenset()
    channel: Channel = Channel.WEB
    assisted_by: Assistant | None = None

    @property
    def subject(self) -> str | None:
        """The registry id of the person whose matter it is: whom one acts for, else oneself."""
        return self.behalf or self.person

    @property
    def basis(self) -> str:
        """By what power somebody acts for another: mandate, guardian, representative; empty for oneself."""
        if not (self.entity or self.behalf):
            return ""
        return "mandate" if self.mandate else "guardian" if self.behalf else "representative"

    def reaches(self, city: str, item: str) -> bool:
        """Whether an item of a city lies within what this actor may do for whom they act for."""
        return self.reach is None or f"{city}/{item}" in self.reach.items


SYSTEM = Actor(kind=Kind.SYSTEM, id="system", name="system", channel=Channel.SYSTEM)


class Warrant(msgspec.Struct, frozen=True, kw_only=True):
    """The right to look at personal data: who, for which purpose, in which case. No warrant, no data.

    ``purpose`` is a short code of the purpose list (e.g. ``apply``, ``examine``, ``own-data``, ``issue``).
    """

    actor: Actor
    purpose: str
    case: str | None = None
