"""A department's own system takes its step and answers by signed API, with retries and reconciliation (部门自建系统)."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor, Channel, Kind
from tongban.base.cryptography import canonical
from tongban.base.errors import Conflict, Denied, Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine import forms, lifecycle
from tongban.exchange import actions as exchange
from tongban.exchange import queries as peers
from tongban.exchange.refusals import PeerUnavailable, WireRefusal
from tongban.identity import queries as identity
from tongban.identity import timetable
from tongban.journeys import demands, moves, parts

QUIET = timedelta(hours=6)  # without a word about a step that was taken, and it is given again: it may be lost there
MOST = 50  # steps that one run of reconciling tries, two seconds each at most: less than until the next run
ENOUGH = 3  # steps that fail at one system, and it is left alone for the run
PURPOSE = "agency-step"
RESOURCE = "case-facts"
_log = logging.getLogger(__name__)
OUTCOMES = {"answered": lifecycle.Outcome.ANSWERED, "refused": lifecycle.Outcome.FAILED}


class Missed(msgspec.Struct, frozen=True):
    """What a department's system misses before acceptance: ``lines`` are types of papers, or ``form``; ``note`` says what."""

    case: str
    step: str
    lines: tuple[str, ...]
    note: str
    reference: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What a department's system answers: ``answered`` or ``refused`` with its reason, and its own reference."""

    case: str
    step: str
    outcome: str
    note: str = ""
    reference: str = ""
    result: dict[str, Any] | None = None


def peer_of(role: str) -> str:
    """The peer id of the system that does the steps of an office role here."""
    return f"{settings.TONGBAN_ADCODE}:{role}"


def show(*, number: str, step: str, now: datetime) -> None:
    """Show a step to come to the department's system (job), which may say what it misses until the case is accepted. One that
    does not look ahead answers 404 or 405, and has its step in time all the same."""
    row = stored.by_number(number)
    state = stored.state(row)
    found = state.step(step)
    if found is None or state.status is not lifecycle.Status.SUBMITTED:
        return
    last = lifecycle.answer_by(state, timetable.calendar())
    body = {
        "case": number,
        "step": step,
        "missing_url": f"{settings.TONGBAN_BASE_URL}/api/agency/missing/{number}/{step}",
        "answer_by": last.isoformat() if last else "",
    }
    if _post(row, found, "/cases", body, now=now) not in (200, 202, 404, 405):
        raise RuntimeError(f"{peer_of(found.office)} did not take step {step} to look at")


def tell(*, number: str, step: str, now: datetime) -> None:
    """Give a step to the department's system with the facts that its contract names (job; the system knows repetitions). As
    it takes it, the step is in its hands."""
    row = stored.by_number(number)
    found = stored.state(row).step(step)
    if found is None or found.done:
        return
    body = {
        "step": step,
        "case": number,
        "callback_url": f"{settings.TONGBAN_BASE_URL}/api/agency/steps/{number}/{step}",
    }
    status = _post(row, found, "/tasks", body, now=now)
    if status not in (200, 202):
        raise RuntimeError(f"{peer_of(found.office)} answered {status} to step {step}")
    _taken(number, step, now=now)


def _post(row: Any, step: lifecycle.Step, path: str, body: dict[str, Any], *, now: datetime) -> int:
    """Send something of a step to its system, with the facts of its part; the status of the answer."""
    peer = peer_of(step.office)
    granted = peers.grant(provider=settings.TONGBAN_ADCODE, consumer=peer, resource=RESOURCE, purpose=PURPOSE, now=now)
    content = canonical.dumps({**body, "facts": granted.filter(_facts(row, step.part, now=now))})
    answer = exchange.call(
        peer=peer, method="POST", path=path, body=content, purpose=PURPOSE, case=row.number, now=now
    )
    return int(answer.status)


def _taken(number: str, step: str, *, now: datetime) -> None:
    """The system has the step in hand, unless it has answered by now or the clock stands."""
    found = stored.state(stored.by_number(number)).step(step)
    if found is None or found.state is not lifecycle.StepState.OPEN:
        return
    name = identity.office_for_role(found.office).name["zh"]
    command = lifecycle.TakeStep(
        by=_system(peer_of(found.office), name, found.office), node=settings.TONGBAN_ADCODE, circle=moves.NOBODY, step=step
    )
    with suppress(Refusal):
        moves.move(number=number, command=command, now=now)


def _system(id: str, name: str, office: str) -> Actor:
    return Actor(kind=Kind.AGENCY, id=id, name=name, office=office, channel=Channel.API)


def _facts(row: Any, part: str, *, now: datetime) -> dict[str, Any]:
    """The answers of a case that one part asks for, by data element, each joined with what the registries said of it."""
    document = stored.content(row, warrant=moves.SELF, now=now)["document"]
    item = parts.item(document, part)
    known = parts.known(row, document, now=now)
    found: dict[str, Any] = {}
    for field in item.form:
        if field.key in document["answers"]:
            value = document["answers"][field.key]
            looked = [known[k].value for k in forms.lookups(field.widget, value) if k in known]
            found[field.element] = _joined(value, looked)
    return found


def _joined(value: Any, looked: list[Any]) -> Any:
    if isinstance(value, dict) and looked and isinstance(looked[0], dict):
        about = {**looked[0], **value}
        return {**about, "address": about.get("text", about.get("address", "")), "id_number": about.get("id", "")}
    return value


def answered(*, number: str, step: str, body: bytes, verified: Any, now: datetime) -> dict[str, Any]:
    """Take a system's verified answer to its step. The same answer again is answered alike; only its own step is its."""
    said: Answer = _read(body, Answer)
    row = stored.by_number(number)
    found = _own_step(row, said, number, step, verified)
    if said.outcome not in OUTCOMES:
        raise _Unfit()
    note = canonical.sha256(body)
    if found.done:
        if found.note == note:
            return {"case": number, "step": step, "taken": True}
        raise _over(found)
    command = lifecycle.FinishStep(
        by=_system(verified.sender, verified.name.zh, found.office),
        node=settings.TONGBAN_ADCODE,
        circle=moves.NOBODY,
        step=step,
        outcome=OUTCOMES[said.outcome],
        note=note,
    )
    writing = _writing(note, "answer", said, found, now) | {"result": said.result}
    moves.move(number=number, command=command, now=now, writing=writing)
    return {"case": number, "step": step, "taken": True}


def missed(*, number: str, step: str, body: bytes, verified: Any, now: datetime) -> dict[str, Any]:
    """Take what a system misses before acceptance: the window tells it with all else, once (art. 32). The same again is
    answered alike."""
    said: Missed = _read(body, Missed)
    row = stored.by_number(number)
    found = _own_step(row, said, number, step, verified)
    _check_lines(row, found.part, said.lines)
    note = canonical.sha256(body)
    if note not in {each.reasons for each in stored.state(row).missing}:
        command = lifecycle.NoteMissing(
            by=_system(verified.sender, verified.name.zh, found.office),
            node=settings.TONGBAN_ADCODE,
            circle=moves.NOBODY,
            lines=said.lines,
            reasons=note,
        )
        moves.move(number=number, command=command, now=now, writing=_writing(note, "missing", said, found, now))
    return {"case": number, "step": step, "noted": True}


def _read(body: bytes, shape: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError as wrong:
        raise Refusal(
            "malformed", Words(zh="答复格式不对", en=f"The answer is malformed: {wrong}"), status=400
        ) from wrong


class _Unfit(Refusal):
    """What was said is for something else than where it was sent."""

    def __init__(self) -> None:
        super().__init__("wrong_step", Words(zh="答复与步骤不符", en="The answer is for something else"))


def _own_step(row: Any, said: Answer | Missed, number: str, step: str, verified: Any) -> lifecycle.Step:
    """The step that is spoken of, which is the sender's own."""
    found = stored.state(row).step(step)
    if (said.case, said.step) != (number, step) or verified.case != number:
        raise _Unfit()
    if found is None or peer_of(found.office) != verified.sender:
        raise Refusal("not_its_step", Words(zh="这不是该部门的步骤", en="This step is not this system's"), status=403)
    return found


def _over(found: lifecycle.Step) -> Refusal:
    """Why a step takes no answer any more."""
    if found.outcome is lifecycle.Outcome.DROPPED:
        return Conflict("step_dropped", Words(zh="该事项已终止办理，不再需要答复", en="Its part has ended; no answer is needed"))
    return Conflict("answered_already", Words(zh="这个步骤已有答复", en="This step has been answered"))


def _check_lines(row: Any, part: str, lines: Collection[str]) -> None:
    """What is missed are papers of the part, or what its form asks."""
    known = {material.type for material in parts.of_row(row, part).materials} | {"form"}
    strange = sorted(set(lines) - known)
    if strange:
        raise Refusal(
            "unknown_line",
            Words(zh=f"该事项没有这些材料：{'、'.join(strange)}", en=f"The service asks for no {', '.join(strange)}"),
            next_step=Words(zh=f"可写：{'、'.join(sorted(known))}", en=f"Name any of {', '.join(sorted(known))}"),
            field="lines",
        )
    demands.check(row, lines)


def _writing(note: str, kind: str, said: Answer | Missed, step: lifecycle.Step, now: datetime) -> dict[str, Any]:
    """What a system said, as it is kept sealed with the case beside its digest."""
    office = identity.office_for_role(step.office)
    return {
        "digest": note,
        "kind": kind,
        "step": step.key,
        "by": office.name["zh"],
        "office": office.key,
        "text": said.note[:4000],
        "reference": said.reference,
        "at": now.isoformat(),
    }


def reconcile(*, now: datetime) -> int:
    """Give again what got lost between here and departments' systems (job): every open step, and those taken of which
    nothing was heard for ``QUIET``. Returns how many were given.

    A run tries ``MOST`` steps at most. A system that is down, or whose contract has ended, is left alone until the next run,
    and so is one that fails ``ENOUGH`` steps: the others have their turn.
    """
    given, tried, failed = 0, 0, Counter[str]()
    for number, step, office in stored.owed_by_systems(city=settings.TONGBAN_ADCODE, quiet_since=now - QUIET):
        if tried >= MOST:
            break
        if failed[office] >= ENOUGH:
            continue
        tried += 1
        try:
            tell(number=number, step=step, now=now)
            given += 1
        except (PeerUnavailable, WireRefusal, Denied) as no:
            failed[office] = ENOUGH
            _log.warning("%s is left alone for now: %s", peer_of(office), no)
        except Exception:  # whatever is wrong with one step: the others shall not wait for it
            failed[office] += 1
            _log.exception("%s was not given step %s of %s", peer_of(office), step, number)
    return given
