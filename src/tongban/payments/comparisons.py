"""The acquirer's statements beside the ledger: each difference is kept until something was done about it, and then too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from django.db import transaction

from tongban.base.actors import Actor
from tongban.payments import queries
from tongban.payments.believing import uuid
from tongban.payments.models import Drift, Mending, Statement
from tongban.payments.refusals import DealtAlready, NoDrift
from tongban.trail import actions as trail


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement says otherwise than the ledger: about which payment or refund, how much here and there."""

    kind: str
    subject: str
    ours_fen: int
    theirs_fen: int
    mended: bool = False


@transaction.atomic
def note_statement(
    *,
    acquirer: str,
    day: date,
    read: int,
    paid_fen: int,
    refunded_fen: int,
    paid_out_fen: int,
    digest: str,
    found: Sequence[Difference],
    by: Actor,
    now: datetime,
) -> Statement:
    """Keep what came of comparing a day's statement with the ledger. A difference that waits for a person already is not
    kept twice; one that is gone was mended by itself."""
    mended = sum(each.mended for each in found)
    row = Statement.objects.create(
        acquirer=acquirer,
        day=day,
        read=read,
        paid_fen=paid_fen,
        refunded_fen=refunded_fen,
        paid_out_fen=paid_out_fen,
        mended=mended,
        differing=len(found) - mended,
        digest=digest,
        at=now,
    )
    waiting = {(d.kind, d.subject, d.ours_fen, d.theirs_fen): d for d in queries.drifts_open(acquirer=acquirer, day=day)}
    new = [each for each in found if waiting.pop(_what(each), None) is None]
    Drift.objects.bulk_create([Drift(statement=row, **msgspec.to_builtins(each)) for each in new])
    for gone in waiting.values():
        Mending.objects.create(drift=gone, done=Mending.AGREED, by=by.id, at=now)
    facts = {"read": read, "mended": mended, "differing": row.differing}
    trail.record(by=by, verb="payment.reconcile", subject_kind="acquirer", subject=f"{acquirer} {day}", now=now, facts=facts)
    return row


def _what(found: Difference) -> tuple[str, str, int, int]:
    return found.kind, found.subject, found.ours_fen, found.theirs_fen


@transaction.atomic
def deal(*, drift: str, done: str, words: str, by: Actor, now: datetime) -> Mending:
    """Keep what an officer did about a difference. Raises NoDrift, DealtAlready."""
    row = Drift.objects.filter(pk=uuid(drift), mended=False).first()
    if row is None:
        raise NoDrift
    made, new = Mending.objects.get_or_create(
        drift=row, defaults={"done": done, "words": words, "by": by.id, "by_name": by.name, "at": now}
    )
    if not new:
        raise DealtAlready
    facts = {"drift": str(row.id), "kind": row.kind, "done": done}
    trail.record(by=by, verb="payment.mend", subject_kind="payment", subject=row.subject, now=now, facts=facts)
    return made
