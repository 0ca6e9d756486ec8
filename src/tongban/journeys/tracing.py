"""Looking for parcels (查件): the courier is asked about what nothing was heard of, and its answer believed as its reports are.

What the courier does not know, contradicts, or has no news of for too long is doubted; an officer looks for it and answers
for what they found. Another address that a person wants is asked for here too.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db import transaction

from tongban.base.actors import SYSTEM, Actor
from tongban.base.cryptography import canonical
from tongban.base.errors import NotFound, Refusal
from tongban.base.words import Words
from tongban.cases import queries as cases
from tongban.delivery import actions as delivery
from tongban.delivery import queries as deliveries
from tongban.engine import lifecycle
from tongban.exchange import actions as exchange
from tongban.exchange.refusals import PeerUnavailable, WireRefusal
from tongban.journeys import deliver, moves, posted

QUIET = timedelta(hours=12)  # after which the courier is asked
AGAIN = timedelta(hours=6)  # between two questions about one parcel
PATIENCE = 6.0  # seconds: no page waits
# So long without news, and it is looked for. 《快递服务》 GB/T 27917.3 calls a parcel between cities lost after 7 days.
TOO_LONG = {"ordered": timedelta(days=3), "collected": timedelta(days=7), "on-the-way": timedelta(days=7)}


class Event(msgspec.Struct, frozen=True):
    """One report as the courier's answer repeats it."""

    id: str
    number: int
    status: str
    note: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]


class Standing(msgspec.Struct, frozen=True):
    """What the courier says of a parcel when it is asked."""

    parcel: UUID
    tracking: str
    status: str
    events: tuple[Event, ...]


class Mute(Exception):
    """The courier does not answer, or in a way that cannot be believed: nothing more is asked for now."""


class NoAnswer(Exception):
    """The courier says nothing that makes sense of this parcel."""


class NotKnown(Exception):
    """The courier knows of no such parcel."""


def watch(*, now: datetime) -> int:
    """Ask about every parcel that nothing was heard of (job); how many moved. A courier that does not answer is left alone
    until the next time."""
    moved, mute = 0, set[str]()
    for parcel in deliveries.silent(heard_before=now - QUIET, asked_before=now - AGAIN):
        if parcel.courier not in mute:
            try:
                moved += ask(parcel, now=now)
            except Mute:
                mute.add(parcel.courier)
        _too_long(str(parcel.id), now)
    return moved


def ask(parcel: Any, *, now: datetime) -> bool:
    """Ask the courier about one parcel and believe its answer in order; what does not follow is doubted. Raises Mute."""
    delivery.asked(parcel=parcel, now=now)
    try:
        if not parcel.tracking:
            deliver.place_order(parcel=str(parcel.id), now=now)  # asked again it answers the same
            return False
        return _believe(parcel, _standing(parcel, now), now)
    except NotKnown:
        delivery.doubt(parcel=parcel, why="unknown", by=SYSTEM, now=now)
    except (PeerUnavailable, WireRefusal) as no:
        raise Mute from no
    except (NoAnswer, RuntimeError):
        pass  # asked again later; after too long an officer looks for it
    return False


def _standing(parcel: Any, now: datetime) -> Standing:
    answer = _call(parcel, "GET", f"/orders/{parcel.id}", b"", now)
    if answer.status == 404:
        raise NotKnown
    if answer.status != 200:
        raise NoAnswer
    try:
        found = msgspec.json.decode(answer.body, type=Standing)
    except msgspec.DecodeError as wrong:
        raise NoAnswer from wrong
    if found.parcel != parcel.id or found.tracking != parcel.tracking:
        raise NoAnswer  # rightly signed, of another parcel: no word about this one
    return found


def _call(parcel: Any, method: str, path: str, body: bytes, now: datetime) -> Any:
    return exchange.call(
        peer=parcel.courier,
        method=method,
        path=path,
        body=body,
        purpose=deliver.PURPOSE,
        case=parcel.case,
        limit=PATIENCE,
        now=now,
    )


def _believe(parcel: Any, said: Standing, now: datetime) -> bool:
    """Each event as if it had been called back; False where nothing is new."""
    moved = False
    try:
        for event in said.events:
            moved |= deliver.take(_report(said, event), courier=parcel.courier, now=now)
    except Refusal:
        delivery.doubt(parcel=parcel, why="contradicts", by=SYSTEM, now=now)
        return moved
    last = said.events[-1].status if said.events else "ordered"
    if len(said.events) < deliveries.last_number(parcel) or said.status != last:
        delivery.doubt(parcel=parcel, why="contradicts", by=SYSTEM, now=now)
    return moved


def _report(said: Standing, event: Event) -> deliver.Callback:
    return deliver.Callback(
        event=event.id,
        parcel=said.parcel,
        tracking=said.tracking,
        number=event.number,
        status=event.status,
        at=event.at,
        note=event.note,
    )


def _too_long(id: str, now: datetime) -> None:
    """What still nothing was heard of for too long is looked for."""
    parcel = deliveries.by_id(id)
    if parcel is None or now - parcel.heard_at < TOO_LONG.get(parcel.state, timedelta.max):
        return
    why = "silent" if parcel.state != "ordered" else "not-collected" if parcel.tracking else "not-ordered"
    delivery.doubt(parcel=parcel, why=why, by=SYSTEM, now=now)


# -- the officer who looks for it --------------------------------------------------------------------------------------


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel to look for: what is inside, why it is doubted, and what may have been found."""

    parcel: Any
    numbers: tuple[str, ...]
    findings: tuple[str, ...]


class NoParcel(NotFound):
    """There is no such parcel."""

    def __init__(self) -> None:
        super().__init__("no_parcel", Words(zh="没有这个包裹", en="There is no such parcel"))


def doubted() -> list[Lost]:
    """Parcels that somebody must look for, the longest first."""
    return [
        Lost(
            parcel=parcel,
            numbers=tuple(part.case for part in parcel.consigned.all()),
            findings=tuple(each for each, states in delivery.FINDINGS.items() if parcel.state in states),
        )
        for parcel in deliveries.doubted()
    ]


def found(*, parcel: UUID | str, finding: str, words: str, by: Actor, now: datetime) -> None:
    """An officer says what became of a parcel: it waits on, is lost, was delivered, or was never collected. What follows is
    what follows on the courier's own word; nobody does so for a case of their own. Raises NoDoubt, NoSuchFinding."""
    row = deliveries.by_id(str(parcel))
    if row is None:
        raise NoParcel
    _apart(row, by, now)
    with moves.together():
        row = delivery.found(parcel=row, finding=finding, words=words, by=by, now=now)
        if finding == "waits":
            posted.about(row, [part.case for part in row.consigned.all()], what="waits", now=now)
        else:
            deliver.follow(row, canonical.digest({"found": finding, "at": now.isoformat()}), by=by, now=now)


def _apart(parcel: Any, by: Actor, now: datetime) -> None:
    """Refuse an officer in whose own, or a relative's, case this is."""
    for row in filter(None, (cases.find(part.case) for part in parcel.consigned.all())):
        lifecycle.check_conflict(by, moves.circle_of(row, now=now))


# -- another address ---------------------------------------------------------------------------------------------------


def readdress(*, parcel: str, now: datetime) -> None:
    """Ask the courier to bring a parcel to the address that the person wants, and tell them what it answers (job)."""
    row = deliveries.by_id(parcel)
    wanted = deliveries.wanted_of(row) if row else None
    if row is None or wanted is None:
        return
    agreed = row.state in delivery.OPEN and _agreed(row, wanted, now)
    ends = {**deliveries.ends_of(row), "to": wanted} if agreed else None
    with transaction.atomic():
        if not delivery.redirected(parcel=row, ends=ends):
            raise RuntimeError("yet another address is wanted meanwhile")
        what = "redirected" if agreed else "not-redirected"
        posted.about(row, [part.case for part in row.consigned.all()], what=what, now=now)


def _agreed(parcel: Any, to: dict[str, Any], now: datetime) -> bool:
    """Whether the courier brings it there; it may be too late for that."""
    if not parcel.tracking:
        raise RuntimeError("the courier has not taken the order yet")
    answer = _call(parcel, "POST", f"/orders/{parcel.id}/recipient", canonical.dumps({"recipient": to}), now)
    if answer.status not in (200, 404, 409, 422):
        raise RuntimeError(f"the courier answered {answer.status}")
    return bool(answer.status == 200)
