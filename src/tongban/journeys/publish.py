"""Publishing what a city offers: one clerk drafts, another reviews, it takes effect on its day (拟稿、审核、生效)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.calendar import SHANGHAI
from tongban.base.errors import Denied
from tongban.base.words import Words
from tongban.catalog import actions, revisions
from tongban.catalog import queries as catalog
from tongban.engine import items as engine
from tongban.engine.items import plain
from tongban.journeys import interchange

T = TypeVar("T")
MOST = 200  # drafts that are begun at once by somebody who waits for the page


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """What changes of an item on a day that has not come: what it changes for people, or that the item ends."""

    id: str
    code: str
    title: Words
    on: date
    number: int | None
    changes: tuple[engine.Change, ...]
    successor: str = ""


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is on its way: drafts, those to review first, and changes whose day has not come."""

    drafts: tuple[Any, ...]
    coming: tuple[Ahead, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One draft as it is read and judged. ``old`` is what it began with (none: a new item); ``can`` are the things that
    this officer may do now."""

    row: Any
    item: engine.Item
    old: engine.Item | None
    changes: tuple[engine.Change, ...]
    findings: tuple[Mapping[str, Any], ...]
    can: frozenset[str]

    @property
    def errors(self) -> int:
        """How many findings stop it."""
        return sum(not each["warning"] for each in self.findings)


class History(msgspec.Struct, frozen=True, kw_only=True):
    """All versions of one item, what was approved by whom, what is coming, and whether it is offered now."""

    code: str
    title: Words
    now: str
    versions: tuple[Any, ...]
    approved: dict[str, Any]
    coming: tuple[Ahead, ...]
    draft: Any


def board() -> Board:
    """What is on its way in this city."""
    city = settings.TONGBAN_ADCODE
    rows = catalog.all_coming(city=city)
    names = catalog.titles({row.code for row in rows})
    ahead = tuple(_ahead(row, names[row.code], ()) for row in rows)
    return Board(drafts=tuple(revisions.open_ones(city=city)), coming=ahead)


def ahead(code: str, *, city: str) -> tuple[Ahead, ...]:
    """What changes of an item on coming days, each against what stands before it."""
    entry = catalog.offered_now(code, city=city)
    before = catalog.item(entry) if entry else None
    found = []
    for row in catalog.coming(code, city=city):
        after = catalog.item(row.version) if row.version else None
        changes = engine.changes(before, after) if before and after else ()
        known = after or before
        title = known.title if known else Words(zh=code, en=code)
        found.append(_ahead(row, title, changes))
        before = after
    return tuple(found)


def _ahead(row: Any, title: Words, changes: tuple[engine.Change, ...]) -> Ahead:
    number = row.version.number if row.version else None
    return Ahead(
        id=str(row.id), code=row.code, title=title, on=row.on, number=number, changes=changes, successor=row.successor
    )


def history(code: str) -> History:
    """One item's versions. NoItem (404) where there never was one."""
    city = settings.TONGBAN_ADCODE
    versions = catalog.history(code, city=city)
    if not versions:
        raise catalog.NoItem
    in_force = catalog.digest_in_force(code, city=city) or ""
    drafts = [row for row in revisions.open_ones(city=city) if row.code == code]
    return History(
        code=code,
        title=catalog.item(catalog.version(city, code, in_force or versions[0].sha256)).title,
        now=in_force,
        versions=tuple(versions),
        approved=revisions.done(city=city, code=code),
        coming=ahead(code, city=city),
        draft=drafts[0] if drafts else None,
    )


def sheet(revision: UUID | str, *, by: Actor) -> Sheet:
    """One draft, with what it changes for people against what it began with."""
    row = revisions.one(revision)
    item = revisions.item_of(row)
    base = catalog.published(row.city, row.code, row.base) if row.base else None
    old = catalog.item(base) if base else None
    return Sheet(
        row=row,
        item=item,
        old=old,
        changes=engine.changes(old, item) if old else (),
        findings=tuple(row.findings),
        can=_can(row, by),
    )


def _can(row: Any, by: Actor) -> frozenset[str]:
    found = set()
    if revisions.DRAFT in by.powers:
        found |= {"draft": {"edit", "ask", "drop"}, "returned": {"edit", "ask", "drop"}, "review": {"take-back"}}.get(
            row.state, set()
        )
    if revisions.PUBLISH in by.powers and row.state == "review" and by.id not in row.authors:
        found |= {"approve", "send-back"}
    return frozenset(found)


def start(code: str, *, by: Actor, now: datetime) -> str:
    """Begin a draft with what is published of an item; the draft's id."""
    return str(revisions.start(city=settings.TONGBAN_ADCODE, code=code, by=by, now=now).id)


def send(content: bytes, *, name: str, by: Actor, now: datetime) -> str:
    """Begin or replace a draft with an item's folder in a ZIP; the draft's id."""
    row = revisions.take_folder(city=settings.TONGBAN_ADCODE, content=content, name=name, by=by, now=now)
    return str(row.id)


def send_table(content: bytes, *, kind: str, by: Actor, now: datetime) -> interchange.Taken:
    """Begin a draft with each row of a national table that says something new, ``MOST`` at once; what came of each."""
    revisions.must(by, revisions.DRAFT)
    return interchange.take(content, kind=kind, by=by, now=now, most=MOST)


def fields(found: Sheet) -> dict[str, str]:
    """The draft as the fields of the plain form."""
    return plain.fields(found.item)


def change(revision: UUID | str, *, form: Mapping[str, str], edition: int, by: Actor, now: datetime) -> None:
    """Keep what the plain form says. Raises ``Unfit`` with each field that cannot be taken."""
    known = {name: text for name, text in form.items() if "." in name}
    revisions.change(revision=revision, form=known, edition=edition, by=by, now=now)


def ask(revision: UUID | str, *, note: str, by: Actor, now: datetime) -> None:
    """Ask another clerk for review."""
    revisions.ask(revision=revision, note=note, by=by, now=now)


def take_back(revision: UUID | str, *, by: Actor, now: datetime) -> None:
    """Take a draft back from review."""
    revisions.take_back(revision=revision, by=by, now=now)


def drop(revision: UUID | str, *, by: Actor, now: datetime) -> None:
    """Give a draft up."""
    revisions.drop(revision=revision, by=by, now=now)


def send_back(revision: UUID | str, *, words: str, edition: int, by: Actor, now: datetime) -> None:
    """Send a draft back with words."""
    do = revisions.send_back
    _told(revision, "send-back", by, now, lambda: do(revision=revision, words=words, edition=edition, by=by, now=now))


def approve(revision: UUID | str, *, on: str, edition: int, by: Actor, now: datetime) -> None:
    """Approve a draft and publish it from the day that was typed."""
    day = _day(on)
    do = revisions.approve
    _told(revision, "approve", by, now, lambda: do(revision=revision, on=day, edition=edition, by=by, now=now))


def withdraw(coming: UUID | str, *, by: Actor, now: datetime) -> None:
    """Take back a change whose day has not come."""
    revisions.must(by, revisions.PUBLISH)
    actions.withdraw(coming=coming, by=by, now=now)


def today(now: datetime) -> date:
    """The day it is in the city."""
    return now.astimezone(SHANGHAI).date()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        return None


def _told(revision: UUID | str, what: str, by: Actor, now: datetime, do: Callable[[], T]) -> T:
    """Do it; who may not leaves a row on the trail."""
    try:
        return do()
    except Denied as denied:
        revisions.refused(revision=revision, what=what, denied=denied, by=by, now=now)
        raise
