"""The desk: what is mine to do, one case on one screen, and every command an officer may give (受理、审查、决定)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.base.actors import Actor, Warrant
from tongban.base.calendar import SHANGHAI, CalendarUnknown
from tongban.base.errors import Denied, Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.certificates import actions as certificates
from tongban.engine import lifecycle
from tongban.engine.plan import ItemRef
from tongban.files import queries as files
from tongban.identity import queries as identity
from tongban.identity import timetable
from tongban.journeys import find, issue, moves, see
from tongban.ratings import queries as ratings
from tongban.trail import actions as trail

SUPPLEMENT_WITHIN = 10  # working days that an applicant is given to supplement


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a queue: a step that this desk can do now."""

    number: str
    title: Words
    step: str
    kind: str
    state: str
    mine: bool
    due_at: datetime | None
    received_at: datetime
    taken_in_by: str


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """A case as an officer sees it: form beside evidence, history, the law at hand, and what may be done now."""

    view: see.View
    item: Any
    document: dict[str, Any]
    digest: str
    signatures: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    writings: list[dict[str, Any]]
    letters: tuple[Any, ...]
    certificates: tuple[Any, ...]
    can: tuple[str, ...]
    steps: tuple[Any, ...]


def queue(*, by: Actor, now: datetime, limit: int = 100) -> list[Row]:
    """What this officer can do now, by what is due first. What others have taken is left out."""
    acting = identity.acting_for(by.office or "")
    found = []
    for step in stored.queue_of(acting, kinds=_kinds(by))[: limit * 2]:
        if step.assignee in ("", by.id):
            found.append(
                Row(
                    number=step.case.number,
                    title=Words(**step.case.title),
                    step=step.key,
                    kind=step.kind,
                    state=step.state,
                    mine=step.assignee == by.id,
                    due_at=step.due_at,
                    received_at=step.case.received_at,
                    taken_in_by=step.case.taken_in_by,
                )
            )
    return found[:limit]


_KIND_POWER = {
    "accept": "accept",
    "examine": "examine",
    "inspect": "inspect",
    "ask": "answer",
    "tell": "answer",
    "decide": "decide",
    "issue": "issue",
}


def _kinds(by: Actor) -> tuple[str, ...]:
    return tuple(kind for kind, power in _KIND_POWER.items() if power in by.powers)


def told(*, by: Actor, limit: int = 50) -> list[Row]:
    """What this office was only told of (no answer asked), newest first."""
    acting = identity.acting_for(by.office or "")
    return [
        Row(
            number=s.case.number,
            title=Words(**s.case.title),
            step=s.key,
            kind=s.kind,
            state=s.state,
            mine=False,
            due_at=None,
            received_at=s.case.received_at,
            taken_in_by=s.case.taken_in_by,
        )
        for s in stored.told_to(acting)[:limit]
    ]


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


def screen(number: str, *, by: Actor, now: datetime, reason: str = "") -> Screen:
    """Open a case. Raises NotYourOffice unless the officer's office has to do with it, or a ``reason`` is given, which is
    put on the trail for a supervisor. The people it is about can read who opened it."""
    row = stored.by_number(number)
    state = stored.state(row)
    acting = identity.acting_for(by.office or "")
    if not state.offices & acting and "supervise" not in by.powers:
        _break_glass(number, by, reason, now)
    warrant = Warrant(actor=by, purpose="handle", case=number)
    circle = moves.circle_of(row, now=now)
    content = stored.content(row, warrant=warrant, now=now, persons=sorted(circle.persons))
    document = content["document"]
    return Screen(
        view=see.view(row, now=now),
        item=find.item_of(msgspec.convert(document["item"], ItemRef)),
        document=document,
        digest=content["digest"],
        signatures=content["signatures"],
        findings=content.get("findings", []),
        writings=content.get("writings", []),
        letters=tuple(issue.issued.letters_of(number)),
        certificates=tuple(issue.issued.of_case(number)),
        can=lifecycle_can(state, by, acting, circle),
        steps=tuple(s for s in state.steps if lifecycle.may(by, s, acting) and not s.done),
    )


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


def lifecycle_can(
    state: lifecycle.Case, by: Actor, acting: frozenset[str], circle: lifecycle.Circle
) -> tuple[str, ...]:
    """Names of the commands that this officer could give now: what the page offers, in the order of the line."""
    open_kinds = {
        s.kind.value
        for s in state.steps
        if lifecycle.may(by, s, acting) and s.state in (lifecycle.StepState.OPEN, lifecycle.StepState.TAKEN)
    }
    held = state.custody.held == settings.TONGBAN_ADCODE and state.custody.offered_to is None
    if not held or by.person in circle.persons | circle.relatives:
        return ()
    found: list[str] = []
    if state.status is lifecycle.Status.SUBMITTED and "accept" in open_kinds:
        found += ["accept", "not-accept"] + ([] if state.supplement_asked else ["supplement"])
    if state.status is lifecycle.Status.ACCEPTED:
        found += [name for name in ("examine", "inspect", "ask", "decide") if name in open_kinds]
        if open_kinds & {"examine", "inspect", "decide"}:
            found.append("suspend")
    if state.status is lifecycle.Status.SUSPENDED and by.powers & {"examine", "inspect", "decide"}:
        found.append("resume")
    return tuple(found)


def accept(*, number: str, by: Actor, now: datetime) -> None:
    """受理: the clock of the promise starts; the acceptance letter is written."""
    with transaction.atomic():
        _move(number, lifecycle.Accept, by, now)
        _letter(number, "acceptance", by, now, {})


def not_accept(*, number: str, reasons: str, cites: str, by: Actor, now: datetime) -> None:
    """不予受理, in writing with the article and the right of appeal (art. 38)."""
    with transaction.atomic():
        _move(number, lifecycle.NotAccept, by, now, text=reasons, kind="not-accept", cites=_cites(cites))
        _letter(number, "not-accepted", by, now, {"reasons": _lines(reasons), "basis": cites})


def ask_supplement(*, number: str, lines: list[str], text: str, by: Actor, now: datetime) -> None:
    """一次性告知补正: everything that is missing, told once (art. 32)."""
    until = _supplement_by(now)
    with transaction.atomic():
        _move(
            number,
            lifecycle.AskSupplement,
            by,
            now,
            text=text,
            kind="supplement",
            lines=tuple(lines),
            cites=("《中华人民共和国行政许可法》第三十二条第一款第四项",),
            supplement_by=until,
        )
        _letter(number, "supplement", by, now, {"missing": _lines(text), "until": until.isoformat()})


def _supplement_by(now: datetime) -> date:
    today = now.astimezone(SHANGHAI).date()
    try:
        return timetable.calendar().add_workdays(today, SUPPLEMENT_WITHIN)
    except CalendarUnknown:
        return date.fromordinal(today.toordinal() + 14)


def take(*, number: str, step: str, by: Actor, now: datetime) -> None:
    """Take a step into one's own hands; an inspection stops the clock from now (art. 45)."""
    _move(number, lifecycle.TakeStep, by, now, step=step)


def release(*, number: str, step: str, by: Actor, now: datetime) -> None:
    """Give a step back to the desk."""
    _move(number, lifecycle.ReleaseStep, by, now, step=step)


def finish(*, number: str, step: str, outcome: str, text: str, by: Actor, now: datetime) -> None:
    """Finish a step with its opinion: passed, failed, answered or told."""
    try:
        how = lifecycle.Outcome(outcome)
    except ValueError as wrong:
        raise Refusal("outcome", Words(zh="请选择结论", en="Choose an outcome"), field="outcome") from wrong
    with transaction.atomic():
        row = stored.by_number(number)
        found = stored.state(row).step(step)
        if found is not None and found.state is lifecycle.StepState.OPEN:
            take(number=number, step=step, by=by, now=now)
        _move(number, lifecycle.FinishStep, by, now, text=text, kind="opinion", field="note", step=step, outcome=how)


def decide(*, number: str, granted: bool, reasons: str, cites: str, by: Actor, now: datetime) -> None:
    """准予 or 不予许可; a refusal in writing with reasons, articles and the right of appeal (art. 38)."""
    with transaction.atomic():
        _move(number, lifecycle.Decide, by, now, text=reasons, kind="decision", granted=granted, cites=_cites(cites))
        values: dict[str, Any] = {} if granted else {"reasons": _lines(reasons), "basis": cites}
        _letter(number, "granted" if granted else "refused", by, now, values)


def suspend(*, number: str, basis: str, text: str, by: Actor, now: datetime) -> None:
    """Stop the clock on a basis of art. 45, in writing."""
    try:
        found = lifecycle.Basis(basis)
    except ValueError as wrong:
        raise Refusal("basis", Words(zh="请选择法定事由", en="Choose a statutory ground"), field="basis") from wrong
    _move(number, lifecycle.Suspend, by, now, text=text, kind="suspension", basis=found)


def resume(*, number: str, by: Actor, now: datetime) -> None:
    """The clock goes on."""
    _move(number, lifecycle.Resume, by, now)


def file(*, number: str, material: str, by: Actor, now: datetime) -> tuple[Any, bytes]:
    """One file of a case for the officer who handles it: its row and its bytes, on the record."""
    screen(number, by=by, now=now)
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


def follow_ups_open(*, by: Actor) -> int:
    """How many bad ratings wait for this officer's office."""
    return ratings.open_follow_ups(identity.acting_for(by.office or "")).count()


def _move(
    number: str,
    command: type[lifecycle.Command],
    by: Actor,
    now: datetime,
    *,
    text: str = "",
    kind: str = "",
    field: str = "reasons",
    **with_: Any,
) -> None:
    """Give a command with the officer's reach and the case's circle; a text goes sealed beside it, its digest into it."""
    row = stored.by_number(number)
    writing = None
    text = text.strip()
    if text:
        with_[field] = moves.digest_of(text)
        writing = {
            "digest": with_[field],
            "kind": kind,
            "text": text[:4000],
            "by": by.name,
            "office": by.office,
            "at": now.isoformat(),
            "step": with_.get("step", ""),
        }
    elif kind and field == "reasons":
        with_.setdefault(field, None if command is lifecycle.Decide and with_.get("granted") else "")
    made = command(
        by=by,
        node=settings.TONGBAN_ADCODE,
        circle=moves.circle_of(row, now=now),
        offices=identity.acting_for(by.office or ""),
        **with_,
    )
    moves.move(number=number, command=made, now=now, writing=writing)


def _letter(number: str, kind: str, by: Actor, now: datetime, values: dict[str, Any]) -> None:
    """Write, sign and send the letter that the law wants for what was just done."""
    row = stored.by_number(number)
    content = stored.content(row, warrant=moves.SELF, now=now)
    role = stored.state(row).parts[0].office
    office = issue.issuer(role)
    letter = certificates.write_letter(
        kind=kind,
        issuer=office,
        addressee="、".join(r["name"] for r in content["document"]["roles"] if r.get("name")),
        values={
            "item": Words(**row.title),
            "applied_on": row.received_at.astimezone(SHANGHAI).date().isoformat(),
            "accepted_on": now.astimezone(SHANGHAI).date().isoformat(),
            "case_number": number,
            **_appeal(),
            **{key: value for key, value in values.items() if value},
        },
        case_ref=number,
        by=by,
        now=now,
        key=row.key,
    )
    issue.send_letter(row, letter, now=now)


def _appeal() -> dict[str, Words]:
    """Where a decision of this city can be appealed against."""
    city = settings.TONGBAN_CITY.name
    return {
        "review_body": Words(zh=f"{city.zh}人民政府", en=f"the People's Government of {city.en}"),
        "court": Words(zh="有管辖权的人民法院", en="the people's court that has jurisdiction"),
    }


def _cites(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.replace("；", "\n").splitlines() if line.strip())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
