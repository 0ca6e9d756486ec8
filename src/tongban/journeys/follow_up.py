"""A bad rating is followed up: called back, classed, answered, closed (差评整改)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.base.actors import Actor
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.identity import queries as identity
from tongban.ratings import actions, queries


def waiting(*, by: Actor) -> list[Any]:
    """Bad ratings that this officer's office has yet to answer, due first."""
    return list(queries.open_follow_ups(identity.acting_for(by.office or "")))


def close(*, id: str, classed: str, answer: str, by: Actor, now: datetime) -> None:
    """Close one of this office's follow-ups."""
    found = next((f for f in waiting(by=by) if str(f.id) == id), None)
    if found is None:
        raise NotFound("no_follow_up", Words(zh="没有这条差评", en="There is no such rating to answer"))
    actions.close_follow_up(follow_up=found, classed=classed, answer=answer, by=by, now=now)
