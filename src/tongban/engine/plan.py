"""What the engine computes: the plan of one or several items for what is known now."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from tongban.base.words import Words


class ItemRef(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable version of one city's item: ``city`` adcode, ``code`` slug, ``sha256`` hex of its body."""

    city: str
    code: str
    sha256: str


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A fact with its provenance. ``source``: population | legal-entities | places | certificate:<id> | answer |
    city:<adcode>. A ``value`` of None: it was looked for, and nobody knows it."""

    value: Any
    source: str
    as_of: str | None = None


class StepKind(StrEnum):
    """What a step is. ``ASK`` wants an answer from an office, ``TELL`` only informs it, ``INSPECT`` is on site and
    stops the clock (art. 45), ``COMPUTED`` is decided by the rules themselves (秒批), ``PAY`` waits for the item's fees."""

    ACCEPT = "accept"
    EXAMINE = "examine"
    INSPECT = "inspect"
    ASK = "ask"
    TELL = "tell"
    DECIDE = "decide"
    COMPUTED = "computed"
    PAY = "pay"
    ISSUE = "issue"


class PlannedStep(msgspec.Struct, frozen=True, kw_only=True):
    """One station of the line. ``key`` is unique in the plan (``<part>.<step>``); ``needs`` are keys that must be
    finished first; ``separate_from`` are keys whose officer may not do this one; ``office`` is an office key of the
    deciding node; ``by`` says whether a desk or the office's own system does it ("desk" | "system")."""

    key: str
    part: str
    kind: StepKind
    office: str
    title: Words
    needs: tuple[str, ...] = ()
    separate_from: tuple[str, ...] = ()
    by: str = "desk"
    stops_clock: str | None = None
    visit: Words | None = None   # why the applicant must come in person for it


class Option(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer that can be chosen. ``value`` is what is stored; ``parent`` groups long lists (GB/T 4754)."""

    value: str
    label: Words
    note: Words | None = None
    parent: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One thing asked of people; one page. ``schema`` is the JSON schema of its answer; ``widget`` names the input.
    ``items`` are the codes of the items that need it. ``known`` is what a registry gave (shown, filled in);
    ``answered`` says that an answer is there already. ``choose_from`` is a question whose people are offered here."""

    key: str
    element: str
    widget: str
    ask: Words
    title: Words | None = None
    why: Words | None = None
    help: Words | None = None
    amount: Words | None = None
    schema: dict[str, Any] = {}
    required: bool = True
    options: tuple[Option, ...] = ()
    known: Known | None = None
    editable: bool = True
    items: tuple[str, ...] = ()
    answered: bool = False
    personal: bool = False
    source: str | None = None
    choose_from: str | None = None


class Verdict(StrEnum):
    """Why a material is not needed, in the order that the engine asks (四个一律取消); UPLOAD when none applies."""

    CANCELLED = "cancelled"      # no legal basis
    CERTIFICATE = "certificate"  # a certificate on file proves it
    VERIFIED = "verified"        # a registry or network check verifies it
    COMMITMENT = "commitment"    # a written commitment replaces it
    PRODUCED = "produced"        # another item of the plan produces it, or it is generated from the answers
    UPLOAD = "upload"


class PlannedMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """One required material and the engine's answer for it, with the reason people see and its source. ``awaits`` names
    what could still change the verdict (``facts:<key>``, ``answers:<key>``); ``generated`` the text it is made from."""

    type: str
    title: Words
    verdict: Verdict
    reason: Words
    source: str | None = None
    cites: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    deferrable: bool = False     # 容缺后补
    accepts: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")
    breach: Words | None = None  # what breaking a commitment means
    required: bool = True
    awaits: tuple[str, ...] = ()
    generated: str | None = None

    @property
    def told(self) -> Words:
        """The reason as people read and sign it; of a written commitment also what breaking it means (告知承诺)."""
        if self.verdict is not Verdict.COMMITMENT or self.breach is None:
            return self.reason
        return Words(zh="{a}。{b}", en="{a}. {b}").format(a=self.reason, b=self.breach)


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that does not hold: what to tell the person, its article, and what would do. ``question`` is the key
    of the answer it is about; ``suggestions`` are answers that would do."""

    rule: str
    item: str
    says: Words
    cites: tuple[str, ...] = ()
    remedy: Words | None = None
    question: str | None = None
    suggestions: tuple[str, ...] = ()


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A party the plan needs: who must take part, and whether they sign. ``person``/``entity`` name who fills it where
    the answers already say (a resident ID number or a USCC). Who is needed for several things is one role: ``duties``
    are the keys of the parties, ``items`` the codes of those that need them. ``mandate``: somebody may act for them."""

    key: str
    title: Words
    name: str | None = None
    person: str | None = None
    entity: str | None = None
    signs: bool = True
    level: int = 2
    duties: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    mandate: bool = True


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A duration on the statutory clock: working days, or office minutes (opening hours of the office)."""

    working_days: int | None = None
    office_minutes: int | None = None


class Fee(msgspec.Struct, frozen=True, kw_only=True):
    """An amount in integer fen to one payee, with the basis it is charged under. ``key`` is that of the item's tariff,
    ``payer`` what the party is called who owes it, where that is not who applies."""

    payee: str
    title: Words
    fen: int
    cites: tuple[str, ...] = ()
    item: str = ""
    key: str = ""
    payer: Words | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is left to do, computed. Two equal inputs give equal plans, whatever the order of the items.
    ``needs`` are facts to be looked for (then compose again); ``pending`` are rules (``<item>.<rule>``) that cannot be
    told yet."""

    items: tuple[ItemRef, ...]
    questions: tuple[Question, ...]
    known: dict[str, Known]
    materials: tuple[PlannedMaterial, ...]
    steps: tuple[PlannedStep, ...]
    promise: Promise
    legal: Promise
    fees: tuple[Fee, ...]
    roles: tuple[Role, ...]
    failed: tuple[Failed, ...]
    needs: tuple[str, ...]
    outcomes: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    grade: str = "applicable"    # listed | applicable | no-visit | id-only | instant
