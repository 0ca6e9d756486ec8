"""Giving a file in parts, so that a lost connection loses nothing (断点续传). See docs/reference/uploads.md."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from tongban.base.actors import Actor
from tongban.base.errors import Refusal
from tongban.cases import drafts
from tongban.files import incoming
from tongban.journeys import draft


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How far a file has come. ``taken``: it is whole, was checked and is with the draft."""

    id: str
    received: int
    size: int
    taken: bool = False


def begin(draft_id: UUID, *, material: str, name: str, size: int, by: Actor, now: datetime) -> State:
    """Announce a file for one material of a draft. Raises what giving it would, as far as it can be known now."""
    draft.check_announced(draft_id, material=material, name=name, size=size, by=by, now=now)
    return _state(incoming.begin(about=f"{draft_id}/{material}", name=name, size=size, by=by, now=now))


def look(id: UUID, *, by: Actor, now: datetime) -> State:
    """How far it has come."""
    return _state(_of(id, by=by, now=now))


def go_on(id: UUID, *, offset: int, part: bytes, by: Actor, now: datetime) -> State:
    """Take one part; with the last one, check the file and give it to the draft. A file that is refused is forgotten."""
    _of(id, by=by, now=now)
    row = incoming.add(id=id, offset=offset, part=part, by=by, now=now)
    if row.received < row.size:
        return _state(row)
    try:
        name, content = incoming.whole(row)
        owner, _, material = row.about.partition("/")
        draft.upload(owner, material=material, name=name, content=content, by=by, now=now)
    except Refusal:
        incoming.drop(id=id, by=by, now=now)
        raise
    incoming.drop(id=id, by=by, now=now)
    return State(id=str(row.id), received=row.size, size=row.size, taken=True)


def _of(id: UUID, *, by: Actor, now: datetime) -> incoming.Incoming:
    """A file on its way to a draft that is still this person's to change, for whom they act for."""
    row = incoming.of(id, by=by, now=now)
    drafts.of(row.about.partition("/")[0], by=by, now=now)
    return row


def _state(row: incoming.Incoming) -> State:
    return State(id=str(row.id), received=row.received, size=row.size)


def forget_old(*, now: datetime) -> None:
    """Forget files that nobody went on with."""
    incoming.forget_old(now=now)
