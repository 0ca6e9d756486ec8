"""Exports of a person's data: asked for once at a time, counted while they are made, destroyed when their time is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from tongban.base.actors import Actor
from tongban.base.errors import Conflict, NotFound
from tongban.base.words import Words
from tongban.files import actions as files
from tongban.files import vault
from tongban.files.models import Blob
from tongban.identity.models import Account, Dispute, Export, Mandate
from tongban.queue import actions as queue
from tongban.queue.names import Name
from tongban.trail import actions as trail

KEPT = timedelta(days=7)


class AlreadyMaking(Conflict):
    """One is being made."""

    def __init__(self) -> None:
        super().__init__(
            "export_making",
            Words(zh="正在导出，请稍候", en="An export is being made already"),
            next_step=Words(zh="做好后会发消息给您。", en="You are told by message when it is ready."),
        )


def ask(*, account: Account, steps: int, by: Actor, now: datetime) -> Export:
    """Ask for an export; a job makes it. Raises AlreadyMaking."""
    try:
        with transaction.atomic():
            export = Export.objects.create(account=account, asked_at=now, of=steps)
            queue.put(Name.EXPORT, export=str(export.id))
            trail.record(by=by, verb="identity.export", subject_kind="account", subject=str(account.id), now=now)
    except IntegrityError as twice:
        raise AlreadyMaking from twice
    return export


def waiting(id: str) -> Export | None:
    """An export that is still to be made."""
    rows = Export.objects.select_related("account__person", "account__key")
    return rows.filter(pk=id, made_at=None, gone_at=None).first()


def progressed(*, export: Export, done: int) -> None:
    """So many steps are done."""
    Export.objects.filter(pk=export.pk).update(done=done)


@transaction.atomic
def finish(*, export: Export, content: bytes, by: Actor, now: datetime) -> Blob:
    """Keep what was made, sealed under a key of its own; earlier ones are destroyed."""
    _destroy(Export.objects.filter(account=export.account, gone_at=None).exclude(pk=export.pk), now)
    blob = files.store(content=content, media_type="application/zip", name="tongban-export.zip", by=by, now=now)
    Export.objects.filter(pk=export.pk).update(blob=blob, made_at=now, done=export.of)
    return blob


def last(account: str) -> Export | None:
    """The last export of a person that is being made or can be had."""
    rows = Export.objects.select_related("blob__key").filter(account_id=account, gone_at=None)
    return rows.order_by("-asked_at", "-id").first()


def ready(id: UUID | str, *, account: str, now: datetime) -> Export:
    """An export of this person's that can be had. Raises NotFound."""
    rows = Export.objects.select_related("blob__key", "account").filter(pk=id, account_id=account, gone_at=None)
    found = rows.filter(made_at__gt=now - KEPT).first()
    if found is None:
        raise NotFound(
            "no_export",
            Words(zh="没有这份导出，或已过 7 天", en="There is no such export, or its seven days are over"),
            next_step=Words(zh="可以再导出一次。", en="You may make another."),
        )
    return found


@transaction.atomic
def forget(*, now: datetime) -> int:
    """Destroy exports whose days are over; how many."""
    return _destroy(Export.objects.filter(made_at__lte=now - KEPT, gone_at=None), now)


def _destroy(rows: QuerySet[Export], now: datetime) -> int:
    found = list(rows.select_related("blob__key"))
    for export in found:
        if export.blob is not None:
            vault.erase(export.blob.key, now=now)
    Export.objects.filter(pk__in=[export.pk for export in found]).update(gone_at=now)
    return len(found)


def of(account: str) -> QuerySet[Export]:
    """Every export that a person asked for, newest first."""
    return Export.objects.filter(account_id=account).order_by("-asked_at", "-id")


def mandates_of(person: UUID | str) -> QuerySet[Mandate]:
    """Every mandate that a person gave or received, newest first."""
    return Mandate.objects.filter(Q(given_by_id=person) | Q(receiver_id=person)).order_by("-from_on", "-id")


def disputes_of(account: str) -> QuerySet[Dispute]:
    """Disputes about who somebody is that this account is part of."""
    return Dispute.objects.filter(Q(claimant_id=account) | Q(holder_id=account)).order_by("opened_at", "id")
