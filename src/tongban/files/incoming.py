"""Files that come in parts: what came before a lost connection need not come again. Parts are sealed like all else."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.base.actors import Actor
from tongban.base.errors import Conflict, NotFound, Refusal
from tongban.base.words import Words
from tongban.files import checks, vault
from tongban.files import store as disk
from tongban.files.models import Incoming

LASTS = timedelta(hours=24)  # since the last part
PART = 1024 * 1024  # bytes of one part at most
OPEN = 20  # files that one person may have on their way


class NotThere(NotFound):
    """There is no such file on its way, for this person."""

    def __init__(self) -> None:
        super().__init__(
            "no_upload",
            Words(zh="这次上传已经结束或过期", en="This upload is over, or too old"),
            next_step=Words(zh="请重新选择文件上传。", en="Choose the file again."),
        )


class OtherOffset(Conflict):
    """The part does not begin where the last one ended; ``received`` says where it should."""

    def __init__(self, received: int) -> None:
        super().__init__(
            "other_offset",
            Words(zh="上传位置不符，将从上次中断处继续", en="The part does not follow the last; go on where that ended"),
        )
        self.received = received


class TooManyOpen(Refusal):
    """One person has too many files on their way."""

    status = 429

    def __init__(self) -> None:
        super().__init__(
            "too_many_uploads",
            Words(zh="同时上传的文件太多", en="Too many files are on their way at once"),
            next_step=Words(zh="请等前面的传完再传。", en="Wait until the others are in."),
        )


@transaction.atomic
def begin(*, about: str, name: str, size: int, by: Actor, now: datetime) -> Incoming:
    """A file of ``size`` bytes is announced. Raises what ``checks`` says of its size, and TooManyOpen."""
    checks.fits(size)
    if Incoming.objects.filter(owner=by.id, touched_at__gt=now - LASTS).count() >= OPEN:
        raise TooManyOpen
    key = vault.new_key()
    row = Incoming(key=key, owner=by.id, about=about, size=size, touched_at=now)
    row.name_sealed = vault.seal(key, name[:200].encode(), f"incoming-name:{row.id}")
    row.save(force_insert=True)
    return row


def of(id: UUID | str, *, by: Actor, now: datetime) -> Incoming:
    """A file of this person's that is on its way; NotThere otherwise."""
    row = Incoming.objects.select_related("key").filter(pk=id, owner=by.id, touched_at__gt=now - LASTS).first()
    if row is None:
        raise NotThere
    return row


@transaction.atomic
def add(*, id: UUID | str, offset: int, part: bytes, by: Actor, now: datetime) -> Incoming:
    """Keep one part. Raises OtherOffset when it does not begin where the last one ended, and what ``checks`` says when
    more comes than was announced."""
    row = Incoming.objects.select_for_update(of=("self",)).select_related("key").filter(pk=id, owner=by.id).first()
    if row is None or row.touched_at <= now - LASTS:
        raise NotThere
    if offset != row.received:
        raise OtherOffset(row.received)
    if not part or len(part) > PART or offset + len(part) > row.size:
        raise checks.BadFile("file_part", "这一段不是约定的大小", "This part is not of the size that was agreed")
    disk.write_part(row.id, offset, vault.seal(row.key, part, f"incoming:{row.id}:{offset}"))
    row.received, row.parts, row.touched_at = offset + len(part), [*row.parts, offset], now
    row.save(update_fields=["received", "parts", "touched_at"])
    return row


def whole(row: Incoming) -> tuple[str, bytes]:
    """Name and bytes of a file that has come in full."""
    read = (vault.unseal(row.key, disk.read_part(row.id, at), f"incoming:{row.id}:{at}") for at in row.parts)
    return vault.unseal(row.key, row.name_sealed, f"incoming-name:{row.id}").decode(), b"".join(read)


@transaction.atomic
def drop(*, id: UUID | str, by: Actor, now: datetime) -> None:
    """Forget a file that was taken or is not wanted: its parts are removed and its key is destroyed."""
    for row in Incoming.objects.select_related("key").filter(pk=id, owner=by.id):
        _forget(row, now)


def forget_old(*, now: datetime) -> int:
    """Forget what nobody went on with for a day; how many."""
    old = list(Incoming.objects.select_related("key").filter(touched_at__lte=now - LASTS).order_by("id")[:500])
    for row in old:
        _forget(row, now)
    return len(old)


def _forget(row: Incoming, now: datetime) -> None:
    vault.erase(row.key, now=now)
    disk.drop_parts(row.id)
    row.delete()
