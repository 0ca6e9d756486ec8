"""Reading stored bytes back."""

from __future__ import annotations

from uuid import UUID

from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.files import store as disk
from tongban.files import vault
from tongban.files.models import Blob


def blob(id: UUID | str) -> Blob:
    """The blob of this id; NotFound otherwise."""
    found = Blob.objects.filter(pk=id).select_related("key").first()
    if found is None:
        raise NotFound("no_file", Words(zh="没有这个文件", en="There is no such file"))
    return found


def read(stored: Blob) -> bytes:
    """The plain bytes."""
    return vault.unseal(stored.key, disk.read(stored.id), f"blob:{stored.id}")
