"""A case between two cities: taken in whole or returned with the reason, and its events both ways (异地办理).

Called in the transaction of the inbox row: what is done here and the receipt are one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.base.actors import SYSTEM, Actor, Channel, Kind, Warrant
from tongban.base.cryptography import canonical, jws
from tongban.base.cryptography.errors import CryptographyError
from tongban.base.cryptography.keys import public_from_jwk
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import actions as cases
from tongban.cases import queries as stored
from tongban.engine import lifecycle
from tongban.engine.plan import Plan, PlannedStep
from tongban.exchange import actions as exchange
from tongban.exchange import queries as peers
from tongban.exchange.documents import KeyRow
from tongban.files import actions as files
from tongban.files import checks, vault
from tongban.journeys import facts as gathering
from tongban.journeys import find, handed, moves, parts, pay, signing, tell, wishes
from tongban.journeys.handed import NotOurs
from tongban.registries import queries as registries

_AHEAD = timedelta(seconds=30)  # that another node's clock may be ahead, as for a message


def apply(event: Any, verified: Any, *, now: datetime) -> dict[str, Any]:
    """Apply one event that a peer handed over. What it returns stands in the signed receipt."""
    handle = _KINDS.get(event.kind)
    if handle is None:
        raise NotOurs("unknown_kind", f"不认识的事件 {event.kind}", f"Unknown kind of event {event.kind}")
    by = Actor(kind=Kind.PEER, id=verified.sender, name=verified.name.zh, channel=Channel.API)
    with transaction.atomic():  # a refusal leaves nothing behind, whoever called
        return handle(event, by, now) or {}


def _offered(event: Any, by: Actor, now: datetime) -> dict[str, Any]:
    """Take a case over: check what was signed, compute the plan anew by this city's own rules, begin the mirror."""
    told: handed.Offered = handed.read(event.data, handed.Offered)
    content, document = event.data["content"], told.content.document
    _signed(told.content, content["document"], sender=by.id, now=now)
    plan = _own_plan(document, by=by, now=now)
    state = _history(told, plan, event.case, sender=by.id)
    key = vault.new_key()
    receipt = canonical.digest({"case": event.case, "event": str(event.id), "content": told.content.digest})
    taken = lifecycle.decide(
        state,
        lifecycle.Taken(by=SYSTEM, node=settings.TONGBAN_ADCODE, circle=moves.NOBODY, receipt=receipt),
        now,
    )
    row = cases.begin(
        id=told.id,
        number=event.case,
        events=[*told.events, *taken],
        items=document.refs,
        title=document.title,
        content={**content, "circle": _circle(told.content, now)},
        materials=plan.materials,
        files=[(f.material, _kept(f, plan, key, by, now)) for f in told.files],
        taken_in_by=by.id,
        owner="",
        now=now,
        key=key,
        bundle=document.bundle,
    )
    if plan.failed:
        _note(row, plan, now=now)
    moves.follow(row, taken, now=now)
    return {"custodian": settings.TONGBAN_ADCODE, "number": row.number}


def _history(told: handed.Offered, plan: Plan, number: str, *, sender: str) -> lifecycle.Case:
    """The case as it was submitted, by this city's own plan, and nothing else: what happens after is this city's to
    say. A sender who accepted or decided in its stead is refused."""
    try:
        state = lifecycle.replay(told.events)
    except (Refusal, ValueError, KeyError, msgspec.ValidationError) as wrong:
        raise NotOurs("malformed", "移交的事件无法读取", "The events cannot be read") from wrong
    if state is None or state.origin != sender or state.custody.offered_to != settings.TONGBAN_ADCODE:
        raise NotOurs("not_offered", "这个办件没有移交给本市", "This case was not offered to this city")
    if state.id != str(told.id) or any(e.kind not in _BEFORE or e.node != sender for e in told.events):
        raise NotOurs("other_history", "移交之前的记录不该有这些", "This should not have happened before a hand-over")
    first = told.events[0].facts
    steps = msgspec.convert(first["steps"], tuple[PlannedStep, ...])
    refs = told.content.document.refs
    own = (plan.promise, plan.legal, plan.items, _unvisited(plan.steps), refs, parts.terms(find.items_of(refs)))
    if own != _said(state, steps):
        raise NotOurs("other_plan", "步骤或时限与本市规则不符", "Steps or promise are not those of this city's rules")
    if stored.known(id=told.id, number=number):
        raise NotOurs("known_case", "这个编号已有办件", "There is a case of this number or id already")
    return state


def _said(state: lifecycle.Case, steps: tuple[PlannedStep, ...]) -> tuple[Any, ...]:
    """The same of a case as it came: terms, items, steps, and each part's own."""
    items = tuple(part.item for part in state.parts)
    terms = {part.key: part.terms for part in state.parts if part.terms}
    ordered = tuple(sorted(items, key=lambda item: item.code))
    return (state.clock.promise, state.clock.legal, ordered, _unvisited(steps), items, terms)


_BEFORE = ("submitted", "custody_offered", "custody_returned")


def _unvisited(steps: tuple[PlannedStep, ...]) -> list[PlannedStep]:
    return [msgspec.structs.replace(s, visit=None) for s in steps]


def _signed(content: handed.Content, document: dict[str, Any], *, sender: str, now: datetime) -> None:
    """Every signature is the taking-in node's word on this very document, and every party who must sign did. It counts by
    the key that was valid as it was made: between signing and hand-over a node may have rotated its keys."""
    if canonical.digest(document) != content.digest:
        raise NotOurs("digest", "签名的内容与摘要不符", "The signed content does not match its digest")
    rows = peers.lasting_keys(peers.peer(sender, now=now), now=now)
    signed = set()
    for each in content.signatures:
        found = _said_by(each.signature, rows, now=now)
        if found.digest != content.digest or found.role != each.role or found.level < 2:
            raise NotOurs("signature", "签名与内容不符", "A signature is for something else")
        signed.add(found.role)
    missing = {role.key for role in content.document.roles if role.signs} - signed
    if missing:
        raise NotOurs("not_signed", "还有当事人没有签名", "A party has not signed")


def _said_by(signature: str, rows: dict[str, KeyRow], *, now: datetime) -> handed.Said:
    """What a node vouched for, by a key of ``rows`` that was valid when it did. Raises NotOurs."""
    try:
        ring = {id: public_from_jwk(row.jwk) for id, row in rows.items()}
        token = jws.verify(signature, ring, kind=signing.KIND)
        found: handed.Said = handed.read(canonical.loads(token.payload), handed.Said)
    except CryptographyError as wrong:
        raise NotOurs("signature", "签名无效", "A signature is not valid") from wrong
    at = found.at or now
    if at > now + _AHEAD or not rows[token.key_id].valid(at):
        raise NotOurs("signature", "签名时密钥无效", "The key was not valid when this was signed")
    return found


def _own_plan(document: handed.Document, *, by: Actor, now: datetime) -> Plan:
    """The plan by this city's own versions of the items, with its own facts in place of whatever was sent of them."""
    items = find.items_of(document.refs)
    others = {k: v for k, v in document.facts.items() if not k.startswith(("place:", "name-check:"))}
    asking = gathering.Asking(by=by, city=settings.TONGBAN_ADCODE, ref=document.ref, purpose="take-in", now=now)
    return gathering.gather(items, facts=others, answers=document.answers, asking=asking).plan


def _kept(file: handed.File, plan: Plan, key: Any, by: Actor, now: datetime) -> Any:
    """A file that came with the case, checked as if it had been uploaded here."""
    accepts = next((m.accepts for m in plan.materials if m.type == file.material), ())
    safe = checks.safe(file.content, name=file.name, accepts=accepts)
    return files.store(content=safe.content, media_type=safe.media_type, name=safe.name, key=key, by=by, now=now)


def _circle(content: handed.Content, now: datetime) -> dict[str, list[str]]:
    """Whose case it is, with the people this city's own registry knows among them and near to them."""
    warrant = Warrant(actor=SYSTEM, purpose="conflict-of-interest")
    persons, relatives = set(content.circle.persons), set[str]()
    for role in content.document.roles:
        found = registries.person_by_id_number(role.person, warrant=warrant, now=now) if role.person else None
        if found is not None:
            persons.add(str(found.id))
            relatives |= {str(r.person) for r in registries.relatives_of(found, warrant=warrant, now=now)}
    return {
        "persons": sorted(persons),
        "firms": sorted(content.circle.firms),
        "relatives": sorted(relatives - persons),
    }


def _note(row: Any, plan: Plan, *, now: datetime) -> None:
    """By now a rule fails (a name was lost, an address is gone): noted for the window officer, who decides what to do."""
    says = [{"zh": f.says.zh, "en": f.says.en, "cites": list(f.cites)} for f in plan.failed]
    cases.amend(number=row.number, change={"findings": says}, now=now)


def _events(event: Any, by: Actor, now: datetime) -> dict[str, Any]:
    """Add the deciding city's events to the mirror, tell the owner, keep certificates and letters that came along."""
    told = handed.read(event.data.get("events"), tuple[lifecycle.Event, ...])
    before = stored.by_number(event.case)
    if before.city != by.id or any(e.node != by.id for e in told):
        raise NotOurs("not_custodian", "这个办件不由对方办理", "This case is not the sender's to decide")
    row = cases.mirror(number=event.case, events=told)
    tell.about(row, told, now=now)
    pay.tell_of_step(row, now=now)
    return {"sequence": row.sequence}


def _papers(event: Any, by: Actor, now: datetime) -> dict[str, Any]:
    """A certificate or letter of the deciding city, for the owner's space: data, PDF and where it is verified."""
    row = stored.by_number(event.case)
    if row.city != by.id:
        raise NotOurs("not_custodian", "这个办件不由对方办理", "This case is not the sender's to decide")
    for paper in handed.read(event.data.get("papers"), tuple[handed.SentPaper, ...]):
        kept = msgspec.structs.asdict(paper)
        cases.keep_paper(number=row.number, city=by.id, paper=kept, pdf=paper.pdf, by=by, now=now)
    return {}


def _asked(event: Any, by: Actor, now: datetime) -> dict[str, Any]:
    """What the applicant asked for at the node that took the case in: withdraw, supplement, deliver, rate."""
    row = stored.by_number(event.case)
    if row.taken_in_by != by.id:
        raise NotOurs("not_taken_in_by", "这个办件不是对方受理的", "The sender did not take this case in")
    asked: handed.Asked = handed.read(event.data, handed.Asked)
    person = f"{by.id}:{asked.person}"
    actor = Actor(
        kind=Kind.PERSON,
        id=asked.account,
        level=2,
        person=None if asked.behalf else person,
        behalf=person if asked.behalf else None,
        entity=asked.entity or None,
        channel=Channel.API,
    )
    try:
        with transaction.atomic():
            wishes.here(row, wish=asked.wish, with_=asked.with_, by=actor, now=now)
    except Refusal as no:
        # The wish is refused, not the message: its sender is told by an event of its own and goes on.
        exchange.put_out(
            peer=by.id,
            case_ref=row.number,
            kind="case.wish-refused",
            now=now,
            data={"wish": asked.wish, "code": no.code, "brief": msgspec.to_builtins(no.brief)},
        )
        return {"refused": no.code}
    return {}


def _wish_refused(event: Any, by: Actor, now: datetime) -> dict[str, Any]:
    row = stored.by_number(event.case)
    if row.city != by.id:
        raise NotOurs("not_custodian", "这个办件不由对方办理", "This case is not the sender's to decide")
    tell.wish_refused(row, handed.read(event.data.get("brief"), Words), now=now)
    return {}


_KINDS = {
    "case.offered": _offered,
    "case.events": _events,
    "case.papers": _papers,
    "case.asked": _asked,
    "case.wish-refused": _wish_refused,
}
