"""Submitting: once, however often it is pressed; a number and a receipt (提交、受理号)."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from tongban.base.actors import SYSTEM, Actor, Warrant
from tongban.base.calendar import day_of
from tongban.base.errors import Refusal
from tongban.base.identifiers import item as codes
from tongban.base.ids import uuid7
from tongban.base.words import Words
from tongban.cases import actions as cases
from tongban.cases import drafts, numbers, saved
from tongban.cases import queries as stored
from tongban.engine import compose, lifecycle
from tongban.engine import items as engine
from tongban.engine.plan import PlannedMaterial
from tongban.exchange import actions as exchange
from tongban.files import queries as files
from tongban.journeys import draft as drafting
from tongban.journeys import find, moves, parts
from tongban.registries import queries as registries
from tongban.trail import actions as trail


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a person has after submitting: the case's number and when it was received."""

    number: str
    received_at: datetime


class NotSigned(Refusal):
    """Somebody has yet to sign."""

    def __init__(self, names: list[str]) -> None:
        zh, en = "、".join(names) or "申请人", ", ".join(names) or "the applicant"
        super().__init__(
            "not_signed",
            Words(zh="还不能提交：等待签名", en="It cannot be submitted yet: a signature is missing"),
            because=Words(zh=f"{zh} 还没有签名。", en=f"{en} has not signed yet."),
            next_step=Words(
                zh="对方登录后在“待我签名”中确认；全部签名后即可提交。",
                en="They sign in and confirm under “To sign”; once all have signed you can submit.",
            ),
        )


def submit(id: UUID | str, *, by: Actor, now: datetime) -> Receipt:
    """Make the locked and signed draft a case. Pressing again, at once or later, gives the same receipt."""
    drafts.of(id, by=by, now=now)
    with transaction.atomic():
        draft = drafts.locked(id)
        if draft.case_number:
            return _receipt(stored.by_number(draft.case_number))
        parties = stored.parties(draft)
        unsigned = [p.name for p in parties if p.signed_at is None]
        if unsigned or not parties or not draft.sealed_digest:
            raise NotSigned(unsigned)
        return _receipt(_begin(draft, parties, by=by, now=now))


def _begin(draft: drafts.Draft, parties: list[Any], *, by: Actor, now: datetime) -> Any:
    sheet = drafting.sheet(draft.id, by=by, now=now)
    document = drafts.content(draft)["document"]
    id, circle = uuid7(), circle_of(document["roles"], draft, by=by, now=now)
    events = lifecycle.decide(None, _submission(sheet, id, circle, by=by), now)
    number = numbers.next_number(implementing=implementing_code(sheet.items[0], city=sheet.ref.city), on=day_of(now))
    given = [(u.material, u.blob) for u in stored.uploads(draft)]
    row = cases.begin(
        id=id,
        number=number,
        events=events,
        items=sheet.refs,
        title=msgspec.to_builtins(sheet.title),
        content=content_of(document, parties, circle=circle, digest=draft.sealed_digest),
        materials=msgspec.convert(document["materials"], tuple[PlannedMaterial, ...]),
        files=given,
        taken_in_by=settings.TONGBAN_ADCODE,
        owner=by.id,
        person=draft.person,
        entity=draft.entity,
        now=now,
        draft=draft,
        bundle=sheet.bundle,
    )
    saved.record(case=row, parts=compose.own(sheet.items, sheet.plan), bundle=sheet.bundle, now=now)
    drafts.submitted(draft=draft, number=number, now=now)
    trail.record(by=by, verb="case.submit", subject_kind="case", subject=number, now=now)
    if sheet.ref.city == settings.TONGBAN_ADCODE:
        moves.follow(row, events, now=now)
    else:
        _hand_over(row, given, now=now)
    return row


def _submission(sheet: drafting.Sheet, id: UUID, circle: lifecycle.Circle, *, by: Actor) -> lifecycle.Submit:
    return lifecycle.Submit(
        by=by,
        node=settings.TONGBAN_ADCODE,
        circle=circle,
        case=str(id),
        items=sheet.refs,
        steps=sheet.plan.steps,
        promise=sheet.plan.promise,
        legal=sheet.plan.legal,
        terms=parts.terms(sheet.items),
    )


def content_of(
    document: dict[str, Any], parties: list[Any], *, circle: lifecycle.Circle, digest: str
) -> dict[str, Any]:
    """The personal part of a case: the signed document, who signed it and how, and whose case it is."""
    return {
        "document": document,
        "digest": digest,
        "signatures": [
            {
                "role": p.role,
                "title": p.title,
                "name": p.name,
                "entity": p.entity,
                "signer": p.signer,
                "basis": p.basis,
                "signature": p.signature,
                "signed_at": p.signed_at.isoformat(),
                "ink": str(p.ink_id) if p.ink_id else "",
            }
            for p in parties
        ],
        "circle": {name: sorted(ids) for name, ids in msgspec.to_builtins(circle).items()},
        "writings": [],
    }


def circle_of(roles: list[dict[str, Any]], draft: drafts.Draft, *, by: Actor, now: datetime) -> lifecycle.Circle:
    """The parties and who is near to them, as far as this node's registries know. Who only acts for another is near to
    the case, and no party to it."""
    warrant = Warrant(actor=SYSTEM, purpose="conflict-of-interest")
    persons = {draft.person} if draft.person and not draft.entity else set()
    firms = {role["entity"] for role in roles if role.get("entity")} | ({draft.entity} if draft.entity else set())
    relatives = {by.person} if by.person else set()
    for role in roles:
        found = registries.person_by_id_number(role["person"], warrant=warrant, now=now) if role.get("person") else None
        if found is not None:
            persons.add(str(found.id))
            relatives |= {str(r.person) for r in registries.relatives_of(found, warrant=warrant, now=now)}
    return lifecycle.Circle(
        persons=frozenset(persons), firms=frozenset(firms), relatives=frozenset(relatives - persons)
    )


def implementing_code(item: engine.Item, *, city: str) -> str:
    """The item's 实施编码 (31 characters): the deciding office's code, the level, the 基本编码 (GB/T 39554)."""
    office = find.office(city, item.office)
    return codes.issue(office=str(office["uscc"]), level=item.level, basic=item.catalog_code)


def _hand_over(row: Any, given: list[tuple[str, Any]], *, now: datetime) -> None:
    """Offer the case to the city that decides, with all that it needs, in the submitting transaction."""
    command = lifecycle.Offer(by=SYSTEM, node=settings.TONGBAN_ADCODE, circle=moves.NOBODY, to=row.city)
    row, _ = cases.handle(number=row.number, command=command, now=now)
    content = stored.content(row, warrant=moves.SELF, now=now)
    here = settings.TONGBAN_ADCODE
    circle = {**content["circle"], "persons": [f"{here}:{p}" for p in content["circle"]["persons"]]}
    exchange.put_out(
        peer=row.city,
        case_ref=row.number,
        kind="case.offered",
        now=now,
        data={
            "id": str(row.id),
            "events": [event_data(e) for e in stored.events(row)],
            "content": {**content, "circle": {**circle, "relatives": []}},
            "files": [_file(material, blob) for material, blob in given],
        },
    )


def _file(material: str, blob: Any) -> dict[str, Any]:
    content = base64.b64encode(files.read(blob)).decode()
    return {"material": material, "name": blob.name, "media_type": blob.media_type, "content": content}


def event_data(event: Any) -> dict[str, Any]:
    """A stored event as the engine and other nodes read it."""
    return {
        "kind": event.kind,
        "case": str(event.case_id),
        "sequence": event.sequence,
        "at": event.at.isoformat(),
        "node": event.node,
        "actor": event.actor,
        "facts": event.facts,
    }


def _receipt(row: Any) -> Receipt:
    return Receipt(number=row.number, received_at=row.received_at)
