"""A service item as the engine reads it: everything resolved, nothing left on disk."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from tongban.base.words import Words
from tongban.engine.plan import Option, Promise, StepKind


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A struct of the files: a key that it does not know is a typing error, not a feature."""


class Element(Strict, frozen=True, kw_only=True):
    """A data element (数据元) of ``services/elements``: what one kind of answer is, once for all items.

    ``key`` is dotted (``person.address``) and is also the key of the fact a registry gives. ``source`` names the
    registry that may know it; ``standard`` the GB number behind it. ``schema`` narrows the widget's JSON schema.
    ``lookup`` false keeps an answer of this element from being looked up. ``amount`` is what a holder's sum is called.
    """

    key: str
    title: Words
    widget: str
    ask: Words | None = None
    help: Words | None = None
    schema: dict[str, Any] = {}
    vocab: str | None = None
    amount: Words | None = None
    source: str | None = None
    standard: str | None = None
    personal: bool = False
    lookup: bool = True


class Field(Strict, frozen=True, kw_only=True):
    """One question of an item, its element resolved. ``key`` is what rules call it (``answers.<key>``).

    ``when`` is a CEL condition: absent means always. ``editable`` asks even for what is known (filled in, may be
    mended). ``choose_from`` is the key of a question whose people are offered here.
    """

    key: str
    element: str
    widget: str
    title: Words
    ask: Words
    why: Words | None = None
    help: Words | None = None
    amount: Words | None = None
    schema: dict[str, Any] = {}
    options: tuple[Option, ...] = ()
    required: bool = True
    when: str | None = None
    editable: bool = False
    personal: bool = False
    lookup: bool = True
    source: str | None = None
    choose_from: str | None = None


class Rule(Strict, frozen=True, kw_only=True):
    """A condition with its article. ``holds`` is CEL and must be true; it applies where ``when`` is true, from day
    ``since`` until day ``until`` (ISO dates, both included). ``field`` is the question it is about, if one. ``says`` is
    told to whom it fails; ``asks`` is what must hold, for a guide, where ``says`` does not read as that."""

    key: str
    holds: str
    says: Words
    asks: Words | None = None
    cites: tuple[str, ...] = ()
    remedy: Words | None = None
    when: str | None = None
    since: str | None = None
    until: str | None = None
    field: str | None = None

    @property
    def condition(self) -> Words:
        """What must hold, in words."""
        return self.asks or self.says


class Check(Strict, frozen=True, kw_only=True):
    """A registry or network check that stands in for a paper where ``when`` (CEL) is true. ``by`` is the source that
    people are told (population | legal-entities | places | …)."""

    by: str
    when: str
    reason: Words


class Commitment(Strict, frozen=True, kw_only=True):
    """告知承诺: a written commitment may replace the paper; ``breach`` says what breaking it means."""

    says: Words
    breach: Words
    cites: tuple[str, ...] = ()
    when: str | None = None


class Material(Strict, frozen=True, kw_only=True):
    """One paper that an item asks for, its legal basis (``cites``; none: it is cancelled), and what else proves it.

    ``certificates`` are types of e-certificates that prove it; ``generated`` names a text of the item that is filled
    in from the answers; ``origin``: applicant | government | other (来源渠道). ``deferrable`` is 容缺后补.
    """

    type: str
    title: Words
    cites: tuple[str, ...] = ()
    when: str | None = None
    required: bool = True
    deferrable: bool = False
    origin: str = "applicant"
    certificates: tuple[str, ...] = ()
    verified: tuple[Check, ...] = ()
    commitment: Commitment | None = None
    generated: str | None = None
    waived: Words | None = None
    accepts: tuple[str, ...] = ("application/pdf", "image/jpeg", "image/png")
    pages: int = 1
    form: str = "electronic"
    stand: Words | None = None
    original: bool = False


class Step(Strict, frozen=True, kw_only=True):
    """One station. ``office`` is a role that each city's offices fill; ``by``: desk | system; ``when`` is CEL;
    ``visit`` says why the applicant must come in person for it (none: nobody comes)."""

    key: str
    kind: StepKind
    office: str
    title: Words
    needs: tuple[str, ...] = ()
    separate_from: tuple[str, ...] = ()
    by: str = "desk"
    stops_clock: str | None = None
    when: str | None = None
    visit: Words | None = None
    cites: tuple[str, ...] = ()


class Party(Strict, frozen=True, kw_only=True):
    """Who takes part. ``each`` is ``applicant`` or the key of a question whose people and firms fill this party;
    ``mandate`` lets somebody act for a firm (or person) that fills it."""

    key: str
    title: Words
    each: str = "applicant"
    signs: bool = True
    level: int = 2
    mandate: bool = True
    when: str | None = None


class Tariff(Strict, frozen=True, kw_only=True):
    """What is charged: ``fen`` (integer), or ``amount``, CEL that yields fen. ``payee`` is a role of the city, ``payer`` the
    party who owes it (none: the first, who applies)."""

    key: str
    title: Words
    payee: str
    payer: str = ""
    fen: int = 0
    amount: str | None = None
    cites: tuple[str, ...] = ()
    online: bool = True
    when: str | None = None


class Outcome(Strict, frozen=True, kw_only=True):
    """What comes out. ``certificate`` is a certificate type; ``enters`` a registry that the grant writes to;
    ``produces`` material types that other items need not ask; ``values`` (name → CEL) is the certificate's data,
    ``entry`` (name → CEL) what the registry is given. ``holders`` are the parties whose certificate it is; empty: all
    who sign."""

    title: Words
    certificate: str | None = None
    enters: str | None = None
    holders: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    values: dict[str, str] = {}
    entry: dict[str, str] = {}
    sample: str | None = None
    delivery: tuple[str, ...] = ("electronic",)
    cites: tuple[str, ...] = ()


class Contact(Strict, frozen=True, kw_only=True):
    """Where to ask and where to complain: two different numbers."""

    consult: str
    complaint: str


class Faq(Strict, frozen=True, kw_only=True):
    """A question people really ask, and its answer."""

    question: Words
    answer: Words


class Says(Strict, frozen=True, kw_only=True):
    """How people say it, for search."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Subjects(Strict, frozen=True, kw_only=True):
    """Subject codes of GB/T 39046: for natural persons and for legal persons."""

    persons: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()


class CheckPoint(Strict, frozen=True, kw_only=True):
    """One thing that is looked at on site: what, under which article, and how to tell that it is right (``stand``)."""

    key: str
    title: Words
    stand: Words | None = None
    cites: tuple[str, ...] = ()


class Withdrawal(StrEnum):
    """Who may take an application back that several have signed: all of them together (``joint``, what is applied for
    jointly), ``each`` by themself (what rests on the will of both), or the ``applicant``, the others having only agreed to
    something in it."""

    JOINT = "joint"
    EACH = "each"
    APPLICANT = "applicant"


class Decision(StrEnum):
    """What the rules alone say: ``grant`` (computed), ``refuse`` (a condition fails), ``examine`` (an officer must),
    ``incomplete`` (answers or facts are missing)."""

    GRANT = "grant"
    REFUSE = "refuse"
    EXAMINE = "examine"
    INCOMPLETE = "incomplete"


class Expect(Strict, frozen=True, kw_only=True):
    """What must come out of an example. Absent keys are not compared; ``materials`` maps type to verdict."""

    failed: tuple[str, ...] | None = None
    materials: dict[str, str] | None = None
    questions: tuple[str, ...] | None = None
    needs: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    fees: int | None = None
    decision: Decision | None = None
    values: dict[str, Any] | None = None


class Example(Strict, frozen=True, kw_only=True):
    """A situation a lawyer can read. ``facts`` maps fact keys to values; a fact that is looked for and absent is null.
    ``today`` is an ISO date, ``city`` the adcode of the deciding city."""

    title: Words
    today: str
    city: str = "000000"
    facts: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    expect: Expect


class Item(Strict, frozen=True, kw_only=True, weakref=True):
    """One service item, complete: enough to render, compose and decide without any file.

    ``catalog_code`` is the 基本编码 of GB/T 39554 (12 characters); ``type`` 事项类型, ``level`` 行使层级, ``audience``
    服务对象, ``channels`` 办理形式 are codes of GB/T 39046. ``scope`` is 通办范围 (national | province | city | county,
    meaning across them). ``office`` is the role that owns it. ``laws`` maps each citation to both languages. ``excludes``
    are codes of items that cannot both hold with this one, so that nobody applies for them together.
    """

    code: str
    title: Words
    summary: Words
    catalog_code: str
    type: str
    level: str
    audience: tuple[str, ...]
    subjects: Subjects
    office: str
    promise: Promise
    legal: Promise
    contact: Contact
    outcome: Outcome
    says: Says = Says()
    cites: tuple[str, ...] = ()
    legal_cites: tuple[str, ...] = ()
    extension: Promise | None = None
    extension_cites: tuple[str, ...] = ()
    scope: str | None = None
    channels: tuple[str, ...] = ("1",)
    partners: tuple[str, ...] = ()
    form: tuple[Field, ...] = ()
    materials: tuple[Material, ...] = ()
    rules: tuple[Rule, ...] = ()
    steps: tuple[Step, ...] = ()
    checklist: tuple[CheckPoint, ...] = ()
    parties: tuple[Party, ...] = ()
    fees: tuple[Tariff, ...] = ()
    faq: tuple[Faq, ...] = ()
    examples: tuple[Example, ...] = ()
    texts: dict[str, Words] = {}
    laws: dict[str, Words] = {}
    to_confirm: tuple[Words, ...] = ()
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    withdrawal: Withdrawal = Withdrawal.JOINT
    subject_folder: str = ""
    kind: str = ""
    overlay: str | None = None
