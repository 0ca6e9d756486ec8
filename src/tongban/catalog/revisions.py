"""Publication by two clerks: one drafts, another reviews and says from which day; nobody does both (拟稿、审核、发布)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.errors import Denied, NotFound
from tongban.base.words import Words
from tongban.catalog import archives, judging, queries, stock, stocking
from tongban.catalog.models import Revision
from tongban.catalog.refusals import (
    DRAFT,
    PUBLISH,
    AlreadyDrafted,
    BaseMoved,
    Moved,
    OtherEdition,
    OwnDraft,
    must,
    no,
)
from tongban.engine import items as engine
from tongban.engine.bundles import plain as joint
from tongban.engine.items import plain
from tongban.engine.items.body import canonical
from tongban.trail import actions as trail

AHEAD = timedelta(days=730)
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")


def start(*, city: str, code: str, by: Actor, now: datetime, kind: str = "item") -> Revision:
    """Begin a draft with the newest version of an item or a bundle: the one that is coming, else the one in force."""
    must(by, DRAFT)
    of = stock.KINDS[kind]
    newest = stock.newest(of, code, city=city)
    return _begin(of.parse(bytes(newest.body)), kind, city=city, origin="form", base=newest.sha256, by=by, now=now)


def take_folder(*, city: str, content: bytes, name: str, by: Actor, now: datetime) -> Revision:
    """Begin a draft with the folder of an item or a bundle in a ZIP, of a new one or of one that there is; who has a draft
    of it open has it replaced. Raises ``BadArchive``, or ``Broken`` with file, line and fix of everything that cannot be read."""
    must(by, DRAFT)
    folder = archives.folder(content, name)
    if not _CODE.match(folder.code):
        raise archives.BadArchive(
            "archive_code",
            "文件夹名应为小写字母、数字和连字符。",
            "The folder's name is lower-case letters, digits and hyphens.",
        )
    newest = stock.newest_or_none(stock.KINDS[folder.kind], folder.code, city=city)
    read = _read(folder, newest)
    with transaction.atomic():
        mine = _open(folder.kind, city, read.code).select_for_update().first()
        if mine and by.id in mine.authors and mine.state != Revision.State.REVIEW:
            return _put(mine, read, files=folder.files, by=by, now=now)
        base = newest.sha256 if newest else ""
        return _begin(read, folder.kind, city=city, origin="upload", base=base, files=folder.files, by=by, now=now)


def _read(folder: archives.Folder, newest: Any) -> Any:
    if folder.kind == "bundle":
        return judging.load_bundle(folder.code, folder.files)
    subject = folder.subject or (queries.item(newest).subject_folder if newest else "")
    return judging.load(folder.files, at=f"{subject or 'items'}/{folder.code}")


def _open(kind: str, city: str, code: str) -> QuerySet[Revision]:
    return Revision.objects.filter(kind=kind, city=city, code=code, state__in=Revision.OPEN)


@transaction.atomic
def begin(*, city: str, item: engine.Item, origin: str, by: Actor, now: datetime) -> Revision:
    """Begin a draft with an item that came another way (an import), against what is published of it."""
    newest = queries.newest_or_none(item.code, city=city)
    return _begin(item, "item", city=city, origin=origin, base=newest.sha256 if newest else "", by=by, now=now)


def _begin(
    read: Any,
    kind: str,
    *,
    city: str,
    origin: str,
    base: str,
    by: Actor,
    now: datetime,
    files: Mapping[str, bytes] | None = None,
) -> Revision:
    try:
        with transaction.atomic():
            row = Revision.objects.create(
                **_content(kind, read, city, files),
                kind=kind,
                city=city,
                code=read.code,
                origin=origin,
                base=base,
                authors=[by.id],
                drafted_by=by.id,
                drafted_name=by.name,
                drafted_at=now,
                changed_at=now,
            )
            _record("catalog.draft", row, by=by, now=now, origin=origin)
            return row
    except IntegrityError as twice:
        other = _open(kind, city, read.code).first()
        raise AlreadyDrafted(read.title, other.drafted_name if other else "") from twice


@transaction.atomic
def change(*, revision: UUID | str, form: Mapping[str, str], edition: int, by: Actor, now: datetime) -> Revision:
    """Take what the plain form says into a draft. Raises ``Unfit`` with each field that cannot be taken."""
    must(by, DRAFT)
    row = _locked(revision, Revision.State.DRAFT, Revision.State.RETURNED)
    _same(row, edition)
    fill = plain.filled if row.kind == "item" else joint.filled
    return _put(row, fill(read(row), form), files=None, by=by, now=now)


def _put(row: Revision, new: Any, *, files: Mapping[str, bytes] | None, by: Actor, now: datetime) -> Revision:
    if canonical(new) == bytes(row.body) and not files:
        return row
    for name, value in _content(row.kind, new, row.city, files).items():
        setattr(row, name, value)
    row.authors = sorted({*row.authors, by.id})
    row.edition, row.changed_at = row.edition + 1, now
    row.save()
    _record("catalog.change-draft", row, by=by, now=now, edition=row.edition)
    return row


def _content(kind: str, read: Any, city: str, files: Mapping[str, bytes] | None) -> dict[str, Any]:
    judge = judging.findings if kind == "item" else judging.bundle_findings
    return {
        "title": {"zh": read.title.zh, "en": read.title.en},
        "body": canonical(read),
        "findings": judge(read, city=city, files=files),
    }


@transaction.atomic
def ask(*, revision: UUID | str, note: str, by: Actor, now: datetime) -> Revision:
    """Ask for review: nothing in it may be an error, and something in it must be new. Whoever asks answers for it as
    its author."""
    must(by, DRAFT)
    row = _locked(revision, Revision.State.DRAFT, Revision.State.RETURNED)
    if any(not each["warning"] for each in row.findings):
        raise no(
            "has_errors", "还有错误，不能提交审核", "There are errors in it yet", "请先逐条改正。", "Mend each of them."
        )
    if engine.sha256(bytes(row.body)) == row.base:
        raise no(
            "nothing_new", "内容没有变化", "Nothing in it is new", "请先修改，再提交审核。", "Change something first."
        )
    row.state, row.asked_at, row.note, row.words = Revision.State.REVIEW, now, note[:1000], ""
    row.authors = sorted({*row.authors, by.id})
    row.save()
    _record("catalog.ask-review", row, by=by, now=now)
    return row


@transaction.atomic
def take_back(*, revision: UUID | str, by: Actor, now: datetime) -> Revision:
    """Take a draft back from review, to go on writing."""
    must(by, DRAFT)
    row = _locked(revision, Revision.State.REVIEW)
    row.state, row.asked_at = Revision.State.DRAFT, None
    row.save()
    _record("catalog.take-back", row, by=by, now=now)
    return row


@transaction.atomic
def send_back(*, revision: UUID | str, words: str, edition: int, by: Actor, now: datetime) -> Revision:
    """Send it back to who drafted it, with words."""
    row = _reviewed(revision, edition, by=by)
    if not words.strip():
        raise no("no_words", "请写明退回的原因", "Say why it is sent back", field="words")
    row.state, row.words = Revision.State.RETURNED, words.strip()[:1000]
    row.reviewed_by, row.reviewed_name, row.reviewed_at = by.id, by.name, now
    row.save()
    _record("catalog.send-back", row, by=by, now=now)
    return row


@transaction.atomic
def approve(*, revision: UUID | str, on: date | None, edition: int, by: Actor, now: datetime) -> Revision:
    """Approve what was read, and publish it from a day on. What it began with must still be the newest version."""
    row = _reviewed(revision, edition, by=by)
    today = day_of(now)
    if on is None or not today <= on <= today + AHEAD:
        zh, en = "请选择今天起两年内的日期", "Choose a day from today on, within two years"
        raise no("bad_day", zh, en, field="on")
    of = stock.KINDS[row.kind]
    newest = stock.newest_or_none(of, row.code, city=row.city)
    if (newest.sha256 if newest else "") != row.base:
        raise BaseMoved
    row.state, row.effective_on = Revision.State.APPROVED, on
    row.reviewed_by, row.reviewed_name, row.reviewed_at = by.id, by.name, now
    row.save()
    _record("catalog.approve", row, by=by, now=now, on=on.isoformat(), sha256=engine.sha256(bytes(row.body)))
    stocking.publish(of, city=row.city, body=bytes(row.body), effective_on=on, by=by, now=now)
    return row


@transaction.atomic
def drop(*, revision: UUID | str, by: Actor, now: datetime) -> Revision:
    """Give a draft up. What is published stays as it is."""
    must(by, DRAFT)
    row = _locked(revision, *Revision.OPEN)
    row.state = Revision.State.DROPPED
    row.save()
    _record("catalog.drop-draft", row, by=by, now=now)
    return row


def read(row: Revision) -> Any:
    """The drafted item or bundle."""
    return stock.KINDS[row.kind].parse(bytes(row.body))


def _reviewed(revision: UUID | str, edition: int, *, by: Actor) -> Revision:
    must(by, PUBLISH)
    row = _locked(revision, Revision.State.REVIEW)
    if by.id in row.authors:
        raise OwnDraft
    _same(row, edition)
    return row


def _locked(revision: UUID | str, *states: str) -> Revision:
    row = Revision.objects.select_for_update().filter(pk=revision).first()
    if row is None:
        raise NotFound("no_revision", Words(zh="没有这份稿件", en="There is no such draft"))
    if row.state not in states:
        raise Moved(row)
    return row


def _same(row: Revision, edition: int) -> None:
    if row.edition != edition:
        raise OtherEdition


def _record(verb: str, row: Revision, *, by: Actor, now: datetime, **facts: Any) -> None:
    facts = {"revision": str(row.id), **facts}
    trail.record(by=by, verb=verb, subject_kind=row.kind, subject=f"{row.city}/{row.code}", now=now, facts=facts)


def refused(*, revision: UUID | str, what: str, denied: Denied, by: Actor, now: datetime) -> None:
    """Leave a row of what somebody tried and may not."""
    row = Revision.objects.filter(pk=revision).first()
    subject = f"{row.city}/{row.code}" if row else str(revision)
    kind = row.kind if row else "item"
    trail.record(by=by, verb=f"catalog.{what}", subject_kind=kind, subject=subject, now=now, refused=denied.code)


def open_ones(*, city: str) -> list[Revision]:
    """Drafts that are not done, those that wait for review first, without their bodies."""
    rows = Revision.objects.filter(city=city, state__in=Revision.OPEN).defer("body")
    order = {"review": 0, "returned": 1, "draft": 2}
    return sorted(rows.order_by("-changed_at", "id"), key=lambda row: order[row.state])


def done(*, city: str, code: str, kind: str = "item") -> dict[str, Revision]:
    """What was approved of one item or bundle, by the digest of the version that it became."""
    rows = Revision.objects.filter(kind=kind, city=city, code=code, state=Revision.State.APPROVED).order_by("reviewed_at")
    return {engine.sha256(bytes(row.body)): row for row in rows}


def one(revision: UUID | str) -> Revision:
    """One draft. Raises NotFound."""
    row = Revision.objects.filter(pk=revision).first()
    if row is None:
        raise NotFound("no_revision", Words(zh="没有这份稿件", en="There is no such draft"))
    return row
