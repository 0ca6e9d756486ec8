"""Putting work off by a declared name. `jobs` holds exactly one handler for each name."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongban.queue.names import Name


def put(
    name: Name, *, at: datetime | None = None, lock: str | None = None, once: str | None = None, **what: str
) -> None:
    """Put work off until after this transaction commits (or until ``at``).

    ``lock`` runs jobs of the same lock one after another; ``once`` keeps a single waiting job of that key. Values
    are text, so that a job carries references and never content.
    """
    deferrer = app.configure_task(name.value, lock=lock, queueing_lock=once, schedule_at=at, allow_unknown=True)
    # A savepoint, because a job that waits already must not undo the change that asks for it again.
    with suppress(AlreadyEnqueued), transaction.atomic():
        deferrer.defer(**what)
