"""Devices and sign-ins: where one is signed in, ending it there, and saying of a device that it is one's own (登录设备)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.contrib.sessions.backends.base import SessionBase

from tongban.base.actors import Actor
from tongban.identity import queries as identity
from tongban.identity import sessions


class Open(msgspec.Struct, frozen=True, kw_only=True):
    """A session that can be used now. ``kind`` is the browser's, coarse; ``here`` is the one that asks."""

    id: str
    kind: str
    began_at: datetime
    seen_at: datetime
    own: bool
    here: bool


def signed_in(*, session: SessionBase, by: Actor, now: datetime) -> list[Open]:
    """Where this person is signed in, this session first, then the last used."""
    here = session.get("sign_in", "")
    rows = [_open(row, here) for row in sessions.open_of(by.id, now=now)]
    return sorted(rows, key=lambda row: not row.here)


def _open(row: Any, here: str) -> Open:
    return Open(
        id=str(row.id),
        kind=row.kind,
        began_at=row.at,
        seen_at=row.seen_at,
        own=bool(row.device and row.device.own),
        here=str(row.id) == here,
    )


def history(*, by: Actor, most: int = 50) -> list[Any]:
    """Every try to sign in to this account, right or wrong, newest first."""
    account = identity.account(by.id)
    return list(sessions.history_of(account)[:most]) if account else []


def end(*, sign_in: str, by: Actor, now: datetime) -> None:
    """End one session of one's own. Raises NoSession."""
    sessions.end(sign_in=sign_in, by=by, now=now)


def end_others(*, session: SessionBase, by: Actor, now: datetime) -> int:
    """End every session but this one; how many."""
    return sessions.end_others(keep=session.get("sign_in", ""), by=by, now=now)


def own(*, session: SessionBase, own: bool, by: Actor, now: datetime) -> None:
    """Say of this device that it is one's own, or that it is not: only then anything may be kept on it."""
    sessions.own(sign_in=session.get("sign_in", ""), own=own, by=by, now=now)
    session["own_device"] = own
