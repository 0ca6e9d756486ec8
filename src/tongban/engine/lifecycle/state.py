"""A case in motion: what is known of its procedure, and nothing about the people in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum

import msgspec

from tongban.base.words import Words
from tongban.engine.clock import Clock
from tongban.engine.plan import ItemRef, PlannedStep, Promise, StepKind


class Status(StrEnum):
    """Where the whole case stands. ``SUPPLEMENT``: the applicant was told, once, what is missing (补正, art. 32)."""

    SUBMITTED = "submitted"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    SUSPENDED = "suspended"
    DECIDED = "decided"
    CLOSED = "closed"


class StepState(StrEnum):
    """``OPEN`` means that everything the step needs is done and nobody has taken it yet."""

    WAITING = "waiting"
    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"


class Outcome(StrEnum):
    """What came out of a step. ``DROPPED``: no longer needed, because its part was refused."""

    PASSED = "passed"
    FAILED = "failed"
    ANSWERED = "answered"
    TOLD = "told"
    DROPPED = "dropped"


class Closing(StrEnum):
    """How a case ended (办结方式, GB/T 39046-2020)."""

    CERTIFICATE = "0"
    RETURNED = "1"
    VOIDED = "2"
    DELETED = "3"
    FORWARDED = "4"
    NOT_SUPPLEMENTED = "5"
    OTHER = "6"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One station of the line and how far it is. ``hands`` are the ids of all who ever finished it, so that a step
    that was sent back does not forget who examined. ``former`` are the offices that passed it on. ``note`` and ``proof``
    are SHA-256 digests in hex."""

    key: str
    part: str
    kind: StepKind
    office: str
    title: Words
    needs: tuple[str, ...] = ()
    separate_from: tuple[str, ...] = ()
    by: str = "desk"
    stops_clock: str | None = None
    state: StepState = StepState.WAITING
    assignee: str | None = None
    outcome: Outcome | None = None
    note: str | None = None
    proof: str | None = None
    done_by: str | None = None
    done_at: datetime | None = None
    hands: tuple[str, ...] = ()
    former: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return self.state is StepState.DONE


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """准予 or 不予许可 for one part. ``reasons`` is the digest of the writing (art. 38)."""

    granted: bool
    reasons: str | None
    cites: tuple[str, ...]
    by: str
    at: datetime


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that the case brought forth: its GB/T 36904 identifier and the digest of its data."""

    part: str
    identifier: str
    digest: str


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What one part is called, what it is promised by itself, and what the law allows it."""

    title: Words
    promise: Promise
    legal: Promise


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """A part that ended without a decision: a party took it back, or it fell with the part ``fell_with``, whose outcome it
    needed and which was refused or taken back."""

    at: datetime
    fell_with: str | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One item within the case. ``key`` is the item's code; ``office`` decides. ``terms`` are its own, where the case has
    several parts; it ends by its ``decision``, or is ``gone``. ``again`` is since when a review has it decided anew; ``kept``
    is the clock that it had when a review brought back another part."""

    key: str
    item: ItemRef
    office: str
    decision: Decision | None = None
    gone: Gone | None = None
    terms: Terms | None = None
    again: datetime | None = None
    kept: Clock | None = None

    @property
    def ended(self) -> bool:
        return self.decision is not None or self.gone is not None


class Custody(msgspec.Struct, frozen=True, kw_only=True):
    """Which node (adcode) holds the case. ``held`` is the only custodian, also while an offer is out; ``taken`` is the
    digest of the receipt under which the present custodian took it over."""

    held: str
    offered_to: str | None = None
    taken: str | None = None


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """More time, in working days, that ``asked_by`` (an officer's id) asked for; ``reasons`` is a digest."""

    days: int
    asked_by: str
    reasons: str


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """What an office found missing before acceptance: keys of materials or data elements, and the digest of its words. The
    window tells the applicant all of it at once."""

    office: str
    lines: tuple[str, ...]
    reasons: str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """All of a case's procedure. ``version`` counts the events that made it: the next event has ``version + 1``.

    ``supplement_asked`` stays true for the life of the case (told once, art. 32); ``supplement_by`` is the last day to
    supplement, ``missing`` what offices found before that. ``extension`` was asked for and not yet approved. ``delivery``
    is the last word of the courier. ``granted`` is 准予 (all parts but those that are gone), 不予 (none), or None where
    undecided or mixed.
    """

    id: str
    status: Status
    origin: str
    custody: Custody
    clock: Clock
    parts: tuple[Part, ...]
    steps: tuple[Step, ...]
    submitted_at: datetime
    updated_at: datetime
    version: int
    supplement_asked: bool = False
    supplement_by: date | None = None
    missing: tuple[Missing, ...] = ()
    supplements: tuple[str, ...] = ()
    extension: Extension | None = None
    certificates: tuple[Certificate, ...] = ()
    delivery: str | None = None
    closing: Closing | None = None
    withdrawn: bool = False
    reopened: int = 0

    @property
    def granted(self) -> bool | None:
        words = {part.decision.granted if part.decision else None for part in self.parts if part.gone is None}
        return words.pop() if len(words) == 1 else None

    @property
    def offices(self) -> frozenset[str]:
        """Every office that has a step in the case or decides a part of it."""
        return frozenset(s.office for s in self.steps) | frozenset(p.office for p in self.parts)

    @property
    def known_to(self) -> frozenset[str]:
        """Every office that may look: those of ``offices``, and those that had a step and passed it on."""
        return self.offices | {office for s in self.steps for office in s.former}

    def step(self, key: str) -> Step | None:
        return next((s for s in self.steps if s.key == key), None)

    def part(self, key: str) -> Part | None:
        return next((p for p in self.parts if p.key == key), None)


def planned(step: PlannedStep) -> Step:
    """A step of the plan as it stands before anything happened."""
    return Step(
        key=step.key,
        part=step.part,
        kind=step.kind,
        office=step.office,
        title=step.title,
        needs=step.needs,
        separate_from=step.separate_from,
        by=step.by,
        stops_clock=step.stops_clock,
    )


def deciding(steps: Iterable[Step], part: str) -> Step | None:
    """The step at which ``part`` is decided: its DECIDE step, or where the rules decide (秒批) its COMPUTED one."""
    mine = [s for s in steps if s.part == part]
    for kind in (StepKind.DECIDE, StepKind.COMPUTED):
        for step in mine:
            if step.kind is kind:
                return step
    return None


def parts_ended(parts: Iterable[Part]) -> bool:
    """Whether every part has come to its end."""
    return all(p.ended for p in parts)


def upstream(steps: Iterable[Step], step: Step) -> Iterator[Step]:
    """All steps that ``step`` needs, near or far, each once."""
    by_key = {s.key: s for s in steps}
    todo, seen = list(step.needs), set[str]()
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            yield by_key[key]
            todo.extend(by_key[key].needs)


def downstream(steps: Iterable[Step], step: Step) -> tuple[Step, ...]:
    """All steps that need ``step``, near or far."""
    everything = tuple(steps)
    return tuple(s for s in everything if any(u.key == step.key for u in upstream(everything, s)))


def separated(steps: Iterable[Step], step: Step) -> tuple[Step, ...]:
    """Steps whose officers may not do ``step``: what the plan says, read both ways, and always: who examined or
    inspected a part does not decide it, nor the other way round."""
    return tuple(s for s in steps if s.key != step.key and _apart(step, s))


_LOOKS = (StepKind.EXAMINE, StepKind.INSPECT)
_DECIDES = (StepKind.DECIDE, StepKind.COMPUTED)


def _apart(one: Step, other: Step) -> bool:
    if other.key in one.separate_from or one.key in other.separate_from:
        return True
    if one.part != other.part:
        return False
    return (one.kind in _LOOKS and other.kind in _DECIDES) or (other.kind in _LOOKS and one.kind in _DECIDES)
