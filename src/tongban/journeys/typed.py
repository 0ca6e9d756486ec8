"""A form that came when the session had ended: kept sealed beside the new one for as long as signing in takes."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from tongban.files import vault

NAME = "typed"  # where it lies in a session; ``journeys.enter`` carries it over signing in
LARGEST = 30_000  # characters of a form
LASTS = timedelta(minutes=30)


def keep(*, session: SessionBase, path: str, form: str, now: datetime) -> None:
    """Put a form aside for the page at ``path``; one at a time, and not one that is too large to have been typed."""
    take(session=session, path="", now=now)
    if len(form) > LARGEST:
        return
    key, sealed = vault.put_aside(form.encode(), f"typed:{path}")
    session[NAME] = {"key": key, "sealed": base64.b64encode(sealed).decode(), "path": path, "at": now.timestamp()}


def take(*, session: SessionBase, path: str, now: datetime) -> str | None:
    """What was typed at ``path``, once; None where nothing is kept for it. What is kept for another page stays unless
    ``path`` is empty, which forgets it."""
    kept = session.get(NAME)
    if not kept or (path and kept["path"] != path):
        return None
    del session[NAME]
    found = vault.take_back(kept["key"], base64.b64decode(kept["sealed"]), f"typed:{path}", now=now)
    return found.decode() if found and now.timestamp() - kept["at"] < LASTS.total_seconds() else None
