"""A department's own system takes its step and answers by signed API, with retries and reconciliation (部门自建系统)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from tongban.base.actors import Actor, Channel, Kind
from tongban.base.cryptography import canonical
from tongban.base.errors import Conflict, Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.engine import forms, lifecycle
from tongban.exchange import actions as exchange
from tongban.exchange import queries as peers
from tongban.identity import queries as identity
from tongban.journeys import moves, parts

PURPOSE = "agency-step"
RESOURCE = "case-facts"
OUTCOMES = {"answered": lifecycle.Outcome.ANSWERED, "refused": lifecycle.Outcome.FAILED}


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


def tell(*, number: str, step: str, now: datetime) -> None:
    """Give a step to the department's system with the facts that its contract names (job; the system knows repetitions)."""
    row = stored.by_number(number)
    found = stored.state(row).step(step)
    if found is None or found.done:
        return
    peer = peer_of(found.office)
    granted = peers.grant(provider=settings.TONGBAN_ADCODE, consumer=peer, resource=RESOURCE, purpose=PURPOSE, now=now)
    body = {
        "step": step,
        "case": number,
        "callback_url": f"{settings.TONGBAN_BASE_URL}/api/agency/steps/{number}/{step}",
        "facts": granted.filter(_facts(row, found.part, now=now)),
    }
    answer = exchange.call(
        peer=peer, method="POST", path="/tasks", body=canonical.dumps(body), purpose=PURPOSE, case=number, now=now
    )
    if answer.status not in (200, 202):
        raise RuntimeError(f"{peer} answered {answer.status} to step {step}")


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
    try:
        said = msgspec.json.decode(body, type=Answer)
    except msgspec.DecodeError as wrong:
        raise Refusal(
            "malformed", Words(zh="答复格式不对", en=f"The answer is malformed: {wrong}"), status=400
        ) from wrong
    row = stored.by_number(number)
    found = stored.state(row).step(step)
    if (said.case, said.step) != (number, step) or verified.case != number or said.outcome not in OUTCOMES:
        raise Refusal("wrong_step", Words(zh="答复与步骤不符", en="The answer is for something else"))
    if found is None or peer_of(found.office) != verified.sender:
        raise Refusal("not_its_step", Words(zh="这不是该部门的步骤", en="This step is not this system's"), status=403)
    note = canonical.sha256(body)
    if found.done:
        if found.note == note:
            return {"case": number, "step": step, "taken": True}
        raise Conflict("answered_already", Words(zh="这个步骤已有答复", en="This step has been answered"))
    actor = Actor(kind=Kind.AGENCY, id=verified.sender, name=verified.name.zh, office=found.office, channel=Channel.API)
    command = lifecycle.FinishStep(
        by=actor,
        node=settings.TONGBAN_ADCODE,
        circle=moves.NOBODY,
        step=step,
        outcome=OUTCOMES[said.outcome],
        note=note,
    )
    writing = {
        "digest": note,
        "kind": "answer",
        "step": step,
        "by": identity.office_for_role(found.office).name["zh"],
        "text": said.note,
        "reference": said.reference,
        "result": said.result,
        "at": now.isoformat(),
    }
    moves.move(number=number, command=command, now=now, writing=writing)
    return {"case": number, "step": step, "taken": True}


def reconcile(*, now: datetime) -> int:
    """Give every step that a system still owes to it again (job): what got lost on either side is found, what is there
    is known. Returns how many steps are owed."""
    owed = list(stored.owed_by_systems())
    for number, step in owed:
        tell(number=number, step=step, now=now)
    return len(owed)
