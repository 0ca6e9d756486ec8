"""A bundle (一件事) as the engine reads it: what somebody does as one thing, as data and nothing else."""

from __future__ import annotations

from typing import Any

from tongban.base.words import Words
from tongban.engine.items.model import Decision, Says, Strict, Subjects
from tongban.engine.ways import Asked, Lead

MEASURES = ("items", "visits", "papers", "days")


class Stated(Strict, frozen=True, kw_only=True):
    """What somebody said of how it was before, with who said it: ``count`` of ``what`` (items | visits | papers | days), and
    ``after`` where they said that too. ``counted``: with these answers the items themselves come to the same figures."""

    what: str
    count: int
    unit: Words
    source: Words
    after: int | None = None
    after_unit: Words | None = None
    counted: dict[str, str] | None = None


class Baseline(Strict, frozen=True, kw_only=True):
    """Before, of the situation of the first answers: what the items ask for and take when each is done by itself, one after
    the other. Nobody declares it: it is what the items say, and a check counts it again."""

    items: int
    visits: int
    papers: int
    days: int


class Papers(Strict, frozen=True, kw_only=True):
    """Papers asked for when each item is done alone, on the one list, and brought."""

    alone: int | None = None
    listed: int | None = None
    brought: int | None = None


class Expect(Strict, frozen=True, kw_only=True):
    """What must come out of a situation. Absent keys are not compared; ``waits`` maps an item to those whose outcome it
    waits for, ``materials`` a type to its verdict, ``payees`` a payee to fen."""

    items: tuple[str, ...]
    papers: Papers | None = None
    waits: dict[str, tuple[str, ...]] | None = None
    materials: dict[str, str] | None = None
    payees: dict[str, int] | None = None
    visits: int | None = None
    days: int | None = None
    offices: int | None = None
    failed: tuple[str, ...] | None = None
    needs: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    decision: Decision | None = None


class Situation(Strict, frozen=True, kw_only=True):
    """A situation that anybody can read. ``chosen`` answers the bundle's questions, ``answers`` those of its items."""

    title: Words
    today: str
    expect: Expect
    city: str = "000000"
    chosen: dict[str, str] = {}
    facts: dict[str, Any] = {}
    answers: dict[str, Any] = {}


class Raw(Strict, frozen=True, kw_only=True):
    """``bundle.yaml`` as it is written. ``office`` is the role that leads; ``members`` are its items, each with why and when
    (CEL over the answers); ``settles`` are questions of the items that the bundle itself answers."""

    title: Words
    summary: Words
    audience: str
    office: str
    order: int = 0
    says: Says = Says()
    subjects: Subjects = Subjects()
    cites: tuple[str, ...] = ()
    questions: tuple[Asked, ...] = ()
    members: tuple[Lead, ...] = ()
    settles: dict[str, Any] = {}
    baseline: Baseline | None = None
    stated: tuple[Stated, ...] = ()
    to_confirm: tuple[Words, ...] = ()


class Bundle(Raw, frozen=True, kw_only=True, weakref=True):
    """A bundle with its situations; ``code`` is its folder's name, ``laws`` maps each citation to both languages."""

    code: str
    situations: tuple[Situation, ...] = ()
    laws: dict[str, Words] = {}

    @property
    def leads(self) -> tuple[Lead, ...]:
        """What its answers lead to: its members."""
        return self.members
