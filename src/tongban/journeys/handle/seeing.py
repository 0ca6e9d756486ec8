"""One case on one screen: form beside evidence, history, the law at hand, and what may be done now (办件一屏)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor, Warrant
from tongban.base.calendar import day_of
from tongban.base.errors import Denied, Refusal
from tongban.base.words import Words
from tongban.cases import actions as cases
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.engine.plan import StepKind
from tongban.files import drawing
from tongban.files import queries as files
from tongban.identity import absences, timetable
from tongban.identity import queries as identity
from tongban.journeys import issue, moves, parts, see
from tongban.journeys.handle import advice, giving, handing, phrasing, reviewing
from tongban.trail import actions as trail


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A case as an officer sees it: form beside evidence, history, the law at hand, and what may be done now. ``item`` is
    all services of the case read as one, ``own`` those in which this officer's office has a step, ``mine`` their codes."""

    view: see.View
    item: Any
    own: Any
    document: dict[str, Any]
    digest: str
    signatures: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    writings: list[dict[str, Any]]
    letters: tuple[Any, ...]
    certificates: tuple[Any, ...]
    can: tuple[str, ...]
    steps: tuple[Any, ...]
    phrases: dict[str, list[Any]] = {}
    opinions: tuple[Any, ...] = ()
    to_answer: tuple[Any, ...] = ()
    holders: dict[str, str] = {}
    hand_to: dict[str, list[tuple[str, str]]] = {}
    extension: Any = None
    redo: tuple[Any, ...] = ()
    answer_by: date | None = None
    standing_in: frozenset[str] = frozenset()
    mine: frozenset[str] = frozenset()
    missing: tuple[dict[str, Any], ...] = ()
    review: tuple[reviewing.Reviewable, ...] = ()


def _signatures(row: Any, content: dict[str, Any]) -> list[dict[str, Any]]:
    """Who signed. What was written by hand stays where it was taken in: elsewhere its digest is all there is."""
    here = row.taken_in_by == settings.TONGBAN_ADCODE
    return [signature if here else {**signature, "ink": ""} for signature in content["signatures"]]


class NotYourOffice(Denied):
    """The case is no business of this officer's office; opening it all the same needs a reason that is reviewed."""

    def __init__(self) -> None:
        super().__init__(
            "not_your_office",
            Words(zh="这个办件不在您的单位", en="This case is not with your office"),
            because=Words(
                zh="工作人员只能查看本单位及下级单位的办件。",
                en="Officers see the cases of their office and those below it.",
            ),
            next_step=Words(
                zh="确需查看的，请写明理由紧急调阅；主管会复核每一次调阅。",
                en="If you must, state a reason to open it; a supervisor reviews every such look.",
            ),
        )


def check_known(number: str, state: lifecycle.Case, *, by: Actor, now: datetime, reason: str = "") -> None:
    """Raises NotYourOffice, with a row on the trail, where no office that an officer acts for has to do with a case, nobody
    asked them for advice on it, and no ``reason`` is given."""
    if not state.known_to & giving.reach(by) and not advice.may_see(number, by=by):
        _break_glass(number, by, reason, now)


def screen(number: str, *, by: Actor, now: datetime, reason: str = "") -> Screen:
    """Open a case. Raises NotYourOffice unless the officer's office has to do with it, or a ``reason`` is given, which is
    put on the trail for a supervisor. The people it is about can read who opened it."""
    row = stored.by_number(number)
    state = stored.state(row)
    acting = giving.reach(by)
    check_known(number, state, by=by, now=now, reason=reason)
    warrant = Warrant(actor=by, purpose="handle", case=number)
    circle = moves.circle_of(row, now=now)
    content = stored.content(row, warrant=warrant, now=now, persons=sorted(circle.persons))
    document = content["document"]
    item, mine = parts.read_as_one(document), _mine(state, acting)
    opinions = stored.opinions_of(number)
    can = lifecycle_can(state, by, acting, circle)
    standing_in = absences.stood_in_for(by.id, on=day_of(now))
    if any(o.asked_by == by.id and o.answered_at and not o.seen_at for o in opinions):
        cases.opinion_seen(number=number, by=by, now=now)
    return Screen(
        view=see.view(row, now=now),
        item=item,
        own=parts.read_as_one(document, mine),
        document=document,
        digest=content["digest"],
        signatures=_signatures(row, content),
        findings=content.get("findings", []),
        writings=content.get("writings", []),
        letters=tuple(issue.issued.letters_of(number)),
        certificates=tuple(issue.issued.of_case(number)),
        can=can,
        steps=tuple(s for s in state.steps if lifecycle.may(by, s, acting) and not s.done),
        phrases=phrasing.for_item(item),
        opinions=tuple(opinions),
        to_answer=tuple(o for o in opinions if o.answered_at is None and advice.asked_of(o, by)),
        holders=_holders(state, row),
        standing_in=standing_in,
        mine=mine,
        missing=_missing(state, content),
        hand_to=_hand_to(state, by, acting, standing_in, now) if can or "supervise" in by.powers else {},
        extension=state.extension,
        review=reviewing.reviewable(row, state) if "reopen" in can else (),
        redo=_redo(state) if "decide" in can else (),
        answer_by=lifecycle.answer_by(state, timetable.calendar()) if state.status in _UNANSWERED else None,
    )


def _mine(state: lifecycle.Case, acting: frozenset[str]) -> frozenset[str]:
    """The parts in which these offices do more than to accept for all."""
    steps = [s for s in state.steps if s.office in acting and s.kind is not StepKind.ACCEPT]
    return frozenset(s.part for s in steps) if len(state.parts) > 1 else frozenset()


def _missing(state: lifecycle.Case, content: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """What offices miss, each with its words, while it can still be told."""
    said = {w["digest"]: w for w in content.get("writings", []) if w.get("digest")}
    if state.status is not lifecycle.Status.SUBMITTED or state.supplement_asked:
        return ()
    return tuple({"lines": m.lines, **said[m.reasons]} for m in state.missing if m.reasons in said)


def _holders(state: lifecycle.Case, row: Any) -> dict[str, str]:
    """Names of the officers who have a step in hand or did something, by id."""
    ids = {s.assignee for s in state.steps} | {e.actor["id"] for e in stored.events(row)}
    return identity.officer_names(ids - {None})


def _hand_to(
    state: lifecycle.Case, by: Actor, acting: frozenset[str], standing_in: frozenset[str], now: datetime
) -> dict[str, list[tuple[str, str]]]:
    """For each step that this officer may hand on: the colleagues who may be given it."""
    passer = "transfer" in by.powers
    found = {}
    for step in state.steps:
        here = step.state in (lifecycle.StepState.OPEN, lifecycle.StepState.TAKEN) and step.by == "desk"
        mine = (step.assignee in (None, by.id) or step.assignee in standing_in) and lifecycle.may(by, step, acting)
        if here and (mine or (passer and step.office in acting)):
            found[step.key] = [c for c in handing.colleagues(step=step, by=by, now=now) if c[0] != by.id]
    return found


def _redo(state: lifecycle.Case) -> tuple[lifecycle.Step, ...]:
    """What who decides may have done again: examinations, inspections and answers that are done."""
    kinds = ("examine", "inspect", "ask")
    done = (s for s in state.steps if s.done and s.kind.value in kinds)
    return tuple(s for s in done if s.outcome is not lifecycle.Outcome.DROPPED)


def _break_glass(number: str, by: Actor, reason: str, now: datetime) -> None:
    refused = "" if len(reason.strip()) >= 10 else "not_your_office"
    trail.record(
        by=by,
        verb="case.break-glass",
        subject_kind="case",
        subject=number,
        now=now,
        refused=refused,
        facts={"reason": reason[:300]},
    )
    if refused:
        raise NotYourOffice


def _about_time(state: lifecycle.Case, by: Actor) -> list[str]:
    """Whether more time may be asked for, or what was asked for approved (art. 42)."""
    if state.status not in _RUNNING or state.clock.extended:
        return []
    if state.extension is None:
        return ["ask-extension"] if by.powers & {"examine", "decide"} else []
    return ["extend"] if "extend" in by.powers and state.extension.asked_by != by.id else []


_UNANSWERED = (lifecycle.Status.SUBMITTED,)
_RUNNING = (lifecycle.Status.ACCEPTED, lifecycle.Status.SUSPENDED)
_REVIEWED = (lifecycle.Status.ACCEPTED, lifecycle.Status.DECIDED, lifecycle.Status.CLOSED)


def lifecycle_can(
    state: lifecycle.Case, by: Actor, acting: frozenset[str], circle: lifecycle.Circle
) -> tuple[str, ...]:
    """Names of the commands that this officer could give now: what the page offers, in the order of the line."""
    open_kinds = {
        s.kind.value
        for s in state.steps
        if lifecycle.may(by, s, acting) and (s.state is lifecycle.StepState.OPEN or s.assignee == by.id)
    }
    held = state.custody.held == settings.TONGBAN_ADCODE and state.custody.offered_to is None
    if not held or by.person in circle.persons | circle.relatives:
        return ()
    found: list[str] = []
    if state.status is lifecycle.Status.SUBMITTED and "accept" in open_kinds:
        found += ["accept", "not-accept"] + ([] if state.supplement_asked else ["supplement"])
    if state.status is lifecycle.Status.SUBMITTED and not found and _may_miss(state, by, acting):
        found.append("missing")
    if state.status is lifecycle.Status.ACCEPTED:
        found += [name for name in ("examine", "inspect", "ask", "decide") if name in open_kinds]
        if open_kinds & {"examine", "inspect", "decide"}:
            found.append("suspend")
    if not state.offices & acting:
        return tuple(found)
    found += _about_time(state, by)
    if "review" in by.powers and state.status in _REVIEWED:
        found.append("reopen")
    if state.status is lifecycle.Status.SUSPENDED and by.powers & {"examine", "inspect", "decide"}:
        found.append("resume")
    return tuple(found)


def _may_miss(state: lifecycle.Case, by: Actor, acting: frozenset[str]) -> bool:
    """Whether this office, which does not accept, may still say what it misses."""
    return (
        not state.supplement_asked
        and bool(state.offices & acting)
        and bool(by.powers & {"examine", "decide", "answer"})
    )


def picture(*, number: str, material: str, by: Actor, now: datetime) -> bytes:
    """One file of a case as a picture to look at in the page, on the record. Raises NotDrawn."""
    blob, content = file(number=number, material=material, by=by, now=now)
    return drawing.picture(content, blob.media_type)


def file(*, number: str, material: str, by: Actor, now: datetime) -> tuple[Any, bytes]:
    """One file of a case for the officer who handles it: its row and its bytes, on the record. ``material`` is a
    material's id, or that of the picture of a signature."""
    shown = screen(number, by=by, now=now)
    if material in {signature.get("ink") for signature in shown.signatures}:
        blob = files.blob(material)
        return blob, files.read(blob)
    row = stored.by_number(number)
    found = next((m for m in stored.materials(row) if str(m.id) == material and m.blob_id), None)
    if found is None or found.blob is None:
        raise Refusal("no_file", Words(zh="没有这个文件", en="There is no such file"), status=404)
    return found.blob, files.read(found.blob)


def paper(*, number: str, paper: str, by: Actor, now: datetime) -> tuple[str, bytes]:
    """A letter or certificate of a case: a file name and the signed PDF."""
    found = screen(number, by=by, now=now)
    made = next((p for p in (*found.letters, *found.certificates) if str(p.id) == paper), None)
    if made is None:
        raise Refusal("no_paper", Words(zh="没有这份文书", en="There is no such paper"), status=404)
    return f"{issue.issued.name_of(made).zh}-{made.number}.pdf", issue.issued.pdf_bytes(made)


def names_of(found: Screen) -> dict[str, Words]:
    """What each letter and certificate of a case is called, by its id."""
    return {str(p.id): issue.issued.name_of(p) for p in (*found.letters, *found.certificates)}
