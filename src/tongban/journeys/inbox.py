"""Messages: what one was told, what is new, and how one wants to be told (消息)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tongban.base.actors import Actor
from tongban.identity import queries as identity
from tongban.notices import actions as notices
from tongban.notices import queries as told

PAGE = 20


class Page(msgspec.Struct, frozen=True):
    """Some messages in order and where the following page begins (empty at the end)."""

    rows: tuple[Any, ...]
    next: str


def page(*, by: Actor, unread: bool = False, after: str = "", size: int = PAGE) -> Page:
    """A person's messages, newest first, or only those they have not opened."""
    rows = told.page(by.id, unread=unread, after=after, size=size + 1)
    return Page(rows=tuple(rows[:size]), next=str(rows[size - 1].id) if len(rows) > size else "")


def read(id: UUID | str, *, by: Actor, now: datetime) -> Any:
    """One message of this person's; from now on it is read. NotFound for anybody else's."""
    found = told.one(id, account=by.id)
    notices.mark_read(notice=id, account=by.id, now=now)
    return found


def all_read(*, until: datetime, by: Actor, now: datetime) -> int:
    """Every message that stood on the page (up to the moment it was made) is read; how many were new."""
    return notices.mark_all_read(account=by.id, until=until, now=now)


def choices(*, by: Actor) -> dict[str, bool]:
    """By kind of message, whether it comes by text message as well."""
    return told.wants_text(by.id)


def prefer(*, kind: str, text: bool, by: Actor, now: datetime) -> None:
    """Choose for one kind. Raises Refusal for what is always told."""
    account = identity.account(by.id)
    if account is not None:
        notices.prefer(account=account, kind=kind, text=text, now=now)
