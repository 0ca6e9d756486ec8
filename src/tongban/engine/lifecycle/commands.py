"""What can be asked of a case. Every command is a struct; a text that people wrote is there as its digest only."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from tongban.base.actors import Actor
from tongban.engine.lifecycle.state import Outcome, Terms
from tongban.engine.plan import ItemRef, PlannedStep, Promise


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """Whose case it is: ``persons`` (registry ids) and ``firms`` (USCC) are its parties, ``relatives`` the registry ids
    of people known to be near to them. Passed in with each command and never kept in an event."""

    persons: frozenset[str] = frozenset()
    firms: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """``by`` whom, at which ``node`` (adcode), in whose case (``circle``). ``offices`` are further offices the actor
    may act for: children in the tree, or by a mandate."""

    by: Actor
    node: str
    circle: Circle
    offices: frozenset[str] = frozenset()


class Basis(StrEnum):
    """What stops the clock: the closed list of 行政许可法 art. 45."""

    HEARING = "hearing"
    BIDDING = "bidding"
    AUCTION = "auction"
    INSPECTION = "inspection"
    TESTING = "testing"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert-review"


class Submit(Command, frozen=True, kw_only=True):
    """Begin a case. A step's ``part`` is the code of its item; every item has a DECIDE or a COMPUTED step. ``terms`` are
    each item's own, by its code, where there are several."""

    case: str
    items: tuple[ItemRef, ...]
    steps: tuple[PlannedStep, ...]
    promise: Promise
    legal: Promise
    terms: dict[str, Terms] = {}


class Accept(Command, frozen=True, kw_only=True):
    """受理: one window accepts for all offices of the case."""


class DeemAccepted(Command, frozen=True, kw_only=True):
    """Record that the case counts as accepted, nobody having answered by ``told_by`` (art. 32)."""

    told_by: date


class NotAccept(Command, frozen=True, kw_only=True):
    """不予受理, in writing: ``reasons`` is the digest of the writing (art. 38)."""

    reasons: str
    cites: tuple[str, ...]


class NoteMissing(Command, frozen=True, kw_only=True):
    """An office that will have a step, or its own system, says what it misses, for the window to tell with all else;
    ``reasons`` is a digest."""

    lines: tuple[str, ...]
    reasons: str


class AskSupplement(Command, frozen=True, kw_only=True):
    """一次性告知补正: ``lines`` are keys of materials or data elements, ``reasons`` the digest of what was written."""

    lines: tuple[str, ...]
    reasons: str
    cites: tuple[str, ...]
    supplement_by: date


class Supplement(Command, frozen=True, kw_only=True):
    """What came in: digests of materials or of the answers that changed."""

    digests: tuple[str, ...]


class LapseSupplement(Command, frozen=True, kw_only=True):
    """补正不来办结: the last day to supplement has passed."""


class TakeStep(Command, frozen=True, kw_only=True):
    step: str


class ReleaseStep(Command, frozen=True, kw_only=True):
    step: str


class Assign(Command, frozen=True, kw_only=True):
    """A step goes into a colleague's hands: ``to`` is the colleague, ``to_offices`` what that one may act for besides
    their own. ``standing_in`` are ids of absent officers whose deputy the actor is."""

    step: str
    to: Actor
    reasons: str
    to_offices: frozenset[str] = frozenset()
    standing_in: frozenset[str] = frozenset()


class FinishStep(Command, frozen=True, kw_only=True):
    """``note`` is the digest of the opinion; ``proof``, for a COMPUTED step, the digest of the rules' evaluation."""

    step: str
    outcome: Outcome
    note: str | None = None
    proof: str | None = None


class SendBack(Command, frozen=True, kw_only=True):
    """退回: who is to decide has a step done again, with the digest of the reasons."""

    step: str
    reasons: str


class Place(Command, frozen=True, kw_only=True):
    """Which office of the tree does each step, where an office role is filled at several levels (by step key)."""

    to: dict[str, str]


class Transfer(Command, frozen=True, kw_only=True):
    """Another office does a step from now on."""

    step: str
    to: str
    reasons: str


class Suspend(Command, frozen=True, kw_only=True):
    """Stop the clock on a basis of art. 45; ``reasons`` is the digest of the written notice."""

    basis: Basis
    reasons: str


class Resume(Command, frozen=True, kw_only=True):
    pass


class AskExtension(Command, frozen=True, kw_only=True):
    """延长审批 is asked for by the one who handles the case, with the digest of the reasons (art. 42)."""

    days: int
    reasons: str


class Extend(Command, frozen=True, kw_only=True):
    """延长审批 is approved, by another than who asked."""


class Offer(Command, frozen=True, kw_only=True):
    to: str


class Taken(Command, frozen=True, kw_only=True):
    """The node to which the case was offered takes it: given at that node, or reported by it as a peer."""

    receipt: str


class Returned(Command, frozen=True, kw_only=True):
    """The offer is declined, or the custodian gives the case back to its origin."""

    reasons: str


class Decide(Command, frozen=True, kw_only=True):
    """准予 / 不予许可 for one part; ``part`` may be left out where the case has one."""

    granted: bool
    part: str | None = None
    reasons: str | None = None
    cites: tuple[str, ...] = ()


class Issue(Command, frozen=True, kw_only=True):
    """Finish an ISSUE step with the certificate's GB/T 36904 identifier and the digest of its data."""

    step: str
    identifier: str
    digest: str


class ReportDelivery(Command, frozen=True, kw_only=True):
    """What the courier says of the paper: ordered, collected, on-the-way, delivered, failed; ``report`` is a digest."""

    state: str
    report: str


class GiveBack(Command, frozen=True, kw_only=True):
    """So much of what was paid for the case goes back on an officer's word, in fen; ``reasons`` is the digest of why, and
    under which article."""

    fen: int
    reasons: str


class Withdraw(Command, frozen=True, kw_only=True):
    """A party takes the application back, or only one ``part`` of it."""

    part: str | None = None


class Reopen(Command, frozen=True, kw_only=True):
    """A review sets the outcome of the case aside (复议、监督), or only the decision on one ``part`` of it."""

    reasons: str
    cites: tuple[str, ...]
    part: str | None = None


class Close(Command, frozen=True, kw_only=True):
    """办结. ``forwarded`` says that the outcome was sent up to a higher authority (转报办结)."""

    forwarded: bool = False
