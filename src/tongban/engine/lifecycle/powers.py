"""Who may do what: powers, offices, and keeping hands apart (security.md)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from tongban.base.actors import Actor, Kind
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine.lifecycle.commands import Circle
from tongban.engine.lifecycle.state import Case, Step, separated
from tongban.engine.lifecycle.wording import refusal
from tongban.engine.plan import StepKind


class Power(StrEnum):
    """What an officer may be given power to do. ``EXTEND`` approves more time, ``TRANSFER`` passes work between
    officers, offices and nodes, ``REVIEW`` sets an outcome aside."""

    ACCEPT = "accept"
    EXAMINE = "examine"
    INSPECT = "inspect"
    ANSWER = "answer"
    DECIDE = "decide"
    ISSUE = "issue"
    EXTEND = "extend"
    TRANSFER = "transfer"
    REVIEW = "review"


POWER_NAMES: dict[Power, Words] = {
    Power.ACCEPT: Words(zh="受理", en="accept"),
    Power.EXAMINE: Words(zh="审查", en="examine"),
    Power.INSPECT: Words(zh="勘验", en="inspect"),
    Power.ANSWER: Words(zh="协办答复", en="answer"),
    Power.DECIDE: Words(zh="决定", en="decide"),
    Power.ISSUE: Words(zh="制证", en="issue"),
    Power.EXTEND: Words(zh="批准延期", en="approve more time"),
    Power.TRANSFER: Words(zh="转办", en="transfer"),
    Power.REVIEW: Words(zh="监督复核", en="review"),
}

POWER_OF: dict[StepKind, Power] = {
    StepKind.ACCEPT: Power.ACCEPT,
    StepKind.EXAMINE: Power.EXAMINE,
    StepKind.INSPECT: Power.INSPECT,
    StepKind.ASK: Power.ANSWER,
    StepKind.TELL: Power.ANSWER,
    StepKind.DECIDE: Power.DECIDE,
    StepKind.COMPUTED: Power.DECIDE,
    StepKind.ISSUE: Power.ISSUE,
}

# What needs no judgement: the rules' own result, a message sent, money that came in, a certificate made of what was decided.
_SYSTEM_DOES = frozenset({StepKind.COMPUTED, StepKind.TELL, StepKind.PAY, StepKind.ISSUE})


def may(actor: Actor, step: Step, offices: frozenset[str] = frozenset()) -> bool:
    """Whether ``actor`` may do ``step`` at all, in any case; ``offices`` are those they act for besides their own."""
    return _held(lambda: check_step(actor, step, offices))


def _held(check: Callable[[], None]) -> bool:
    try:
        check()
    except Refusal:
        return False
    return True


def check_step(actor: Actor, step: Step, offices: frozenset[str]) -> None:
    """Refuse unless the actor's kind, power and office fit the step."""
    check = _BY_KIND.get(actor.kind)
    if check is None:
        raise refusal("officers_only")
    if step.kind is StepKind.PAY and actor.kind is not Kind.SYSTEM:
        raise refusal("paid_by_payment", step=step.title)
    check(actor, step, offices)


def _officer(actor: Actor, step: Step, offices: frozenset[str]) -> None:
    if step.kind is StepKind.COMPUTED:
        raise refusal("rules_decide", step=step.title)
    check_power(actor, POWER_OF[step.kind])
    check_office(actor, frozenset({step.office}), offices)


def _agency(actor: Actor, step: Step, offices: frozenset[str]) -> None:
    if step.by != "system":
        raise refusal("by_desk", step=step.title)
    check_office(actor, frozenset({step.office}), offices)


def _system(actor: Actor, step: Step, offices: frozenset[str]) -> None:
    if step.kind not in _SYSTEM_DOES:
        raise refusal("officers_only")


_BY_KIND: dict[Kind, Callable[[Actor, Step, frozenset[str]], None]] = {
    Kind.OFFICER: _officer,
    Kind.AGENCY: _agency,
    Kind.SYSTEM: _system,
}


def check_power(actor: Actor, *any_of: Power) -> None:
    """Refuse unless the actor is an officer who holds one of the powers."""
    if actor.kind is not Kind.OFFICER:
        raise refusal("officers_only")
    if not actor.powers.intersection(any_of):
        raise refusal("no_power", power=POWER_NAMES[any_of[0]])


def check_office(actor: Actor, wanted: frozenset[str], offices: frozenset[str]) -> None:
    """Refuse unless the actor's office, or one they act for, is among those ``wanted``."""
    own = {actor.office} if actor.office else set()
    if not wanted & (offices | own):
        raise refusal("wrong_office", office=", ".join(sorted(wanted)))


def check_officer(actor: Actor, case: Case, offices: frozenset[str], *any_of: Power) -> None:
    """Refuse unless an officer with one of the powers, of an office that has to do with the case."""
    check_power(actor, *any_of)
    check_office(actor, case.offices, offices)


def check_conflict(actor: Actor, circle: Circle) -> None:
    """Refuse an officer in whose own, or a relative's, case this is (回避), also where they only serve at the window."""
    near = circle.persons | circle.relatives
    officer = actor if actor.kind is Kind.OFFICER else actor.assisted_by
    if officer is not None and officer.person in near:
        raise refusal("own_case")


def check_party(actor: Actor, circle: Circle) -> None:
    """Refuse all but a party, in person, or who acts for a person or firm that is one."""
    person = not actor.entity and actor.subject in circle.persons
    firm = actor.entity in circle.firms
    if actor.kind is not Kind.PERSON or not (person or firm):
        raise refusal("not_a_party")


def check_hands(actor: Actor, case: Case, step: Step) -> None:
    """Refuse who did a step that this one must be kept apart from."""
    for other in separated(case.steps, step):
        if actor.id in other.hands:
            raise _apart(step, other)


def _apart(step: Step, other: Step) -> Refusal:
    if step.kind in (StepKind.DECIDE, StepKind.COMPUTED):
        return refusal("examined_cannot_decide")
    return refusal("separate_hands", step=step.title, other=other.title)
