"""Putting work off by a declared name. `jobs` holds exactly one handler for each name."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongban.queue.names import Name

# Put so often that some transaction would always hold the job that waits; every two minutes `agencies.reconcile` looks
# for what was left.
LOOKED_FOR = {Name.SEND_ACROSS}


def put(
    name: Name, *, at: datetime | None = None, lock: str | None = None, once: str | None = None, **what: str
) -> None:
    """Put work off until after this transaction commits (or until ``at``).

    ``lock`` runs jobs of the same lock one after another; ``once`` keeps a single waiting job of that key, which does not
    start before this transaction commits either, and so sees what it wrote. One that failed and is tried again does not
    count. Values are text, so that a job carries references and never content.
    """
    deferrer = app.configure_task(name.value, lock=lock, queueing_lock=once, schedule_at=at, allow_unknown=True)
    while True:
        try:
            # A savepoint, because a job that waits already must not undo the change that asks for it again.
            with transaction.atomic():
                deferrer.defer(**what)
            return
        except AlreadyEnqueued:
            if name in LOOKED_FOR or _held(once):
                return


def _held(once: str | None) -> bool:
    """Keep the waiting job of a key from starting until this transaction ends: workers skip a row that is locked. False
    when it has just started, and may not see what this transaction wrote: then another is needed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo' FOR SHARE", [once])
        return cursor.rowcount > 0
