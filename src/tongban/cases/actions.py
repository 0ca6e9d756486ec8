"""Beginning a case and moving it: load, decide, write events, columns and queue rows in one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.base import memo
from tongban.base.actors import SYSTEM, Actor
from tongban.base.cryptography import canonical
from tongban.base.errors import Conflict, NotFound
from tongban.base.words import Words
from tongban.cases import store
from tongban.cases.models import Case, Draft, Material, Opinion, Paper
from tongban.engine import lifecycle
from tongban.engine.plan import ItemRef, PlannedMaterial
from tongban.files import actions as files
from tongban.files import vault
from tongban.files.models import Blob, Key
from tongban.trail import actions as trail


class NoCase(NotFound):
    """There is no such case, or none that the asker may know of."""

    def __init__(self) -> None:
        super().__init__(
            "no_case",
            Words(zh="没有找到这个办件", en="There is no such case"),
            next_step=Words(zh="请核对办件编号。", en="Check the case number."),
        )


@transaction.atomic
def begin(
    *,
    id: UUID,
    number: str,
    events: Sequence[lifecycle.Event],
    items: Sequence[ItemRef],
    title: dict[str, str],
    content: dict[str, Any],
    materials: Sequence[PlannedMaterial],
    files: Sequence[tuple[str, Blob]],
    taken_in_by: str,
    owner: str,
    now: datetime,
    person: str = "",
    entity: str = "",
    draft: Draft | None = None,
    key: Key | None = None,
    bundle: str = "",
) -> Case:
    """A new case of these items (the one that leads first) from its first events. ``content`` is the personal part, sealed
    under the case's own key; ``materials`` are the plan's, ``files`` what was uploaded, each with the type of the material
    that it was given for."""
    plain = canonical.dumps(content)
    key, item = key or vault.new_key(), items[0]
    row = Case(
        id=id,
        number=number,
        draft=draft,
        city=item.city,
        taken_in_by=taken_in_by,
        item=item.code,
        sha256=item.sha256,
        codes=[each.code for each in items] if len(items) > 1 else [],
        bundle=bundle,
        title=title,
        owner=owner,
        person=person,
        entity=entity,
        state={},
        custodian=taken_in_by,
        key=key,
        content=vault.seal(key, plain, f"case:{id}"),
        content_digest=canonical.sha256(plain),
        received_at=now,
    )
    row.status = lifecycle.Status.SUBMITTED.value
    row.save(force_insert=True)
    store.fold(row, events)
    Material.objects.bulk_create([m for planned in materials for m in _materials(row, planned, files)])
    return row


def _materials(row: Case, planned: PlannedMaterial, files: Sequence[tuple[str, Blob]]) -> list[Material]:
    """One for each file that was given for it (the same file twice is one), or the one without a file."""
    given = {blob.sha256: blob for type, blob in files if type == planned.type}
    return [_material(row, planned, blob, digest) for digest, blob in given.items()] or [_material(row, planned, None, "")]


def _material(row: Case, planned: PlannedMaterial, blob: Blob | None, digest: str) -> Material:
    return Material(
        case=row,
        type=planned.type,
        title={"zh": planned.title.zh, "en": planned.title.en},
        verdict=planned.verdict.value,
        reason={"zh": planned.told.zh, "en": planned.told.en},
        source=planned.source or "",
        items=list(planned.items),
        blob=blob,
        digest=digest,
    )


@transaction.atomic
def handle(*, number: str, command: lifecycle.Command, now: datetime) -> tuple[Case, tuple[lifecycle.Event, ...]]:
    """One command on one case; concurrent ones wait for each other, so that one wins and the other is refused clearly.

    Raises what the lifecycle refuses with (leaving a row on the trail), or NoCase.
    """
    row = Case.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NoCase
    events = lifecycle.decide(store.state_of(row), command, now)
    store.fold(row, events)
    return row, events


def refused(*, number: str, command: lifecycle.Command, code: str, now: datetime) -> None:
    """Leave a row about a command that the lifecycle refused (written after its transaction was undone)."""
    trail.record(
        by=command.by, verb=f"case.{type(command).__name__}", subject_kind="case", subject=number, now=now, refused=code
    )


@transaction.atomic
def mirror(*, number: str, events: Sequence[lifecycle.Event]) -> Case:
    """Add another node's events to this node's copy of a case, in order; events that are there already are skipped."""
    row = Case.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NoCase
    fresh = [e for e in events if e.sequence > row.sequence]
    if fresh and fresh[0].sequence != row.sequence + 1:
        raise Conflict(
            "event_gap",
            Words(zh="事件不连续，缺第 {n} 号", en="Events are not consecutive: number {n} is missing").format(
                n=row.sequence + 1
            ),
        )
    if fresh:
        store.fold(row, fresh)
    return row


@transaction.atomic
def amend(*, number: str, change: dict[str, Any], now: datetime) -> Case:
    """Add to a case's sealed personal content (a supplement, a letter's text), keeping what was there."""
    row = Case.objects.select_for_update().select_related("key").get(number=number)
    content = json.loads(vault.unseal(row.key, row.content, f"case:{row.id}"))
    for name, value in change.items():
        content[name] = [*content.get(name, []), *value] if isinstance(value, list) else value
    plain = canonical.dumps(content)
    row.content = vault.seal(row.key, plain, f"case:{row.id}")
    row.content_digest = canonical.sha256(plain)
    row.save(update_fields=["content", "content_digest"])
    memo.forget()
    return row


@transaction.atomic
def add_material(*, number: str, planned: PlannedMaterial, blob: Blob, now: datetime) -> Material:
    """A file that came in later (补正)."""
    row = Case.objects.select_for_update().get(number=number)
    existing = Material.objects.filter(case=row, type=planned.type, digest=blob.sha256).first()
    if existing:
        return existing
    made = _material(row, planned, blob, blob.sha256)
    made.save(force_insert=True)
    return made


@transaction.atomic
def redate(*, now: datetime) -> int:
    """Count the promised moment of every pending case again, after the calendar has changed; how many have moved."""
    moved = []
    for row in Case.objects.select_for_update().filter(closed_at=None).order_by("id").iterator(chunk_size=500):
        state = store.state_of(row)
        due = store.due(state)
        if due != row.due_at:
            row.due_at = due
            row.save(update_fields=["due_at"])
            moved.append(row.number)
        store.write_steps(row, state)
    if moved:
        trail.record(
            by=SYSTEM,
            verb="cases.redate",
            subject_kind="calendar",
            subject="working-days",
            now=now,
            facts={"cases": len(moved)},
        )
    return len(moved)


@transaction.atomic
def keep_paper(*, number: str, city: str, paper: dict[str, Any], pdf: bytes, by: Actor, now: datetime) -> Paper:
    """Keep a certificate or letter that the deciding city sent, sealed under the case's key. Sent again, it is the same."""
    row = Case.objects.select_for_update(of=("self",)).select_related("key").get(number=number)
    there = Paper.objects.filter(case=row, kind=paper["kind"], number=paper["number"]).first()
    if there is not None:
        return there
    name = f"{paper['kind']}.pdf"
    blob = (
        files.store(content=pdf, media_type="application/pdf", name=name, key=row.key, by=by, now=now) if pdf else None
    )
    kept = {field: paper[field] for field in ("kind", "name", "number", "identifier", "token", "verify_url")}
    roles = list(paper["roles"])
    return Paper.objects.create(case=row, city=city, pdf=blob, received_at=now, roles=roles, **kept)


@transaction.atomic
def ask_opinion(*, case: Case, office: str, officer: str, question: str, by: Actor, now: datetime) -> Opinion:
    """Note that somebody is asked for a second opinion; ``question`` is the digest of what was written."""
    made = Opinion.objects.create(
        case=case,
        number=case.number,
        title=case.title,
        asked_by=by.id,
        asked_by_name=by.name,
        office=office,
        officer=officer,
        question=question,
        asked_at=now,
    )
    facts = {"office": office, "officer": officer, "question": question}
    trail.record(by=by, verb="case.ask-opinion", subject_kind="case", subject=case.number, now=now, facts=facts)
    return made


@transaction.atomic
def answer_opinion(*, opinion: Opinion, answer: str, by: Actor, now: datetime) -> Opinion:
    """Note the answer by its digest."""
    opinion.answer, opinion.answered_by, opinion.answered_at = answer, by.id, now
    opinion.save(update_fields=["answer", "answered_by", "answered_at"])
    facts = {"opinion": str(opinion.id), "answer": answer}
    trail.record(by=by, verb="case.give-opinion", subject_kind="case", subject=opinion.number, now=now, facts=facts)
    return opinion


def opinion_seen(*, number: str, by: Actor, now: datetime) -> None:
    """The asker has the case open before them: the answers are no longer news."""
    Opinion.objects.filter(number=number, asked_by=by.id, answered_at__isnull=False, seen_at=None).update(seen_at=now)
