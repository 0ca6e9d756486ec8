"""Publishing what a city offers: one clerk drafts, another reviews, it takes effect on its day (拟稿、审核、生效)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.conf import settings

from tongban.base.actors import Actor
from tongban.base.calendar import read_day
from tongban.base.errors import Denied
from tongban.base.words import Words
from tongban.catalog import actions, bundles, revisions, stock
from tongban.catalog import queries as catalog
from tongban.engine import bundles as joint
from tongban.engine import items as engine
from tongban.engine.bundles import plain as together
from tongban.engine.items import plain
from tongban.journeys import interchange

T = TypeVar("T")
MOST = 200  # drafts that are begun at once by somebody who waits for the page


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """What changes of an item or bundle (``kind``) on a day that has not come: what it changes for people, or that it ends."""

    kind: str
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
    """One draft as it is read and judged: of an item, or a bundle. ``old`` is what it began with (none: a new one); ``can``
    are the things that this officer may do now."""

    row: Any
    item: Any
    old: Any
    changes: tuple[engine.Change, ...]
    findings: tuple[Mapping[str, Any], ...]
    can: frozenset[str]

    @property
    def errors(self) -> int:
        """How many findings stop it."""
        return sum(not each["warning"] for each in self.findings)


class History(msgspec.Struct, frozen=True, kw_only=True):
    """All versions of one item or bundle, what was approved by whom, what is coming, and whether it is offered now."""

    kind: str
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
    ahead = [_ahead(of, row, title, ()) for of in stock.KINDS.values() for row, title in _coming(of, city)]
    ordered = tuple(sorted(ahead, key=lambda each: (each.on, each.code)))
    return Board(drafts=tuple(revisions.open_ones(city=city)), coming=ordered)


def _coming(of: stock.Stock, city: str) -> list[tuple[Any, Words]]:
    rows = stock.all_coming(of, city=city)
    names = catalog.titles({row.code for row in rows}) if of is stock.ITEMS else bundles.titles(city=city)
    return [(row, names.get(row.code, Words(zh=row.code, en=row.code))) for row in rows]


def ahead(code: str, *, city: str, kind: str = "item") -> tuple[Ahead, ...]:
    """What changes of an item or bundle on coming days, each against what stands before it."""
    of = stock.KINDS[kind]
    entry = stock.offered_now(of, code, city=city)
    before = stock.read(of, entry)
    found = []
    for row in stock.coming(of, code, city=city):
        after = stock.read(of, row.version)
        known = after or before
        title = known.title if known else Words(zh=code, en=code)
        found.append(_ahead(of, row, title, _changes(of, before, after)))
        before = after
    return tuple(found)


def _changes(of: stock.Stock, before: Any, after: Any) -> tuple[engine.Change, ...]:
    judge: Callable[[Any, Any], tuple[engine.Change, ...]] = engine.changes if of is stock.ITEMS else joint.changes
    return judge(before, after) if before and after else ()


def _ahead(of: stock.Stock, row: Any, title: Words, changes: tuple[engine.Change, ...]) -> Ahead:
    number = row.version.number if row.version else None
    return Ahead(
        kind=of.kind,
        id=str(row.id),
        code=row.code,
        title=title,
        on=row.on,
        number=number,
        changes=changes,
        successor=row.successor,
    )


def history(code: str, *, kind: str = "item") -> History:
    """The versions of one item or bundle. NoItem or NoBundle (404) where there never was one."""
    city, of = settings.TONGBAN_ADCODE, stock.KINDS[kind]
    versions = stock.history(of, code, city=city)
    if not versions:
        raise of.none()
    in_force = stock.digest_in_force(of, code, city=city) or ""
    drafts = [row for row in revisions.open_ones(city=city) if (row.kind, row.code) == (kind, code)]
    shown = stock.published(of, code, in_force or versions[0].sha256, city=city)
    return History(
        kind=kind,
        code=code,
        title=stock.read(of, shown).title,
        now=in_force,
        versions=tuple(versions),
        approved=revisions.done(city=city, code=code, kind=kind),
        coming=ahead(code, city=city, kind=kind),
        draft=drafts[0] if drafts else None,
    )


def sheet(revision: UUID | str, *, by: Actor) -> Sheet:
    """One draft, with what it changes for people against what it began with."""
    row = revisions.one(revision)
    of = stock.KINDS[row.kind]
    item = revisions.read(row)
    old = stock.read(of, stock.published(of, row.code, row.base, city=row.city) if row.base else None)
    return Sheet(
        row=row,
        item=item,
        old=old,
        changes=_changes(of, old, item),
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


def start(code: str, *, by: Actor, now: datetime, kind: str = "item") -> str:
    """Begin a draft with what is published of an item or bundle; the draft's id."""
    return str(revisions.start(city=settings.TONGBAN_ADCODE, code=code, by=by, now=now, kind=kind).id)


def send(content: bytes, *, name: str, by: Actor, now: datetime) -> str:
    """Begin or replace a draft with the folder of an item or bundle in a ZIP; the draft's id."""
    row = revisions.take_folder(city=settings.TONGBAN_ADCODE, content=content, name=name, by=by, now=now)
    return str(row.id)


def send_table(content: bytes, *, kind: str, by: Actor, now: datetime) -> interchange.Taken:
    """Begin a draft with each row of a national table that says something new, ``MOST`` at once; what came of each."""
    revisions.must(by, revisions.DRAFT)
    return interchange.take(content, kind=kind, by=by, now=now, most=MOST)


def fields(found: Sheet) -> dict[str, str]:
    """The draft as the fields of the plain form."""
    return plain.fields(found.item) if found.row.kind == "item" else together.fields(found.item)


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


def _day(text: str) -> date | None:
    try:
        return read_day(text)
    except ValueError:
        return None


def _told(revision: UUID | str, what: str, by: Actor, now: datetime, do: Callable[[], T]) -> T:
    """Do it; who may not leaves a row on the trail."""
    try:
        return do()
    except Denied as denied:
        revisions.refused(revision=revision, what=what, denied=denied, by=by, now=now)
        raise
