"""Storing bytes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import PurePath

from django.db import transaction

from tongban.base.actors import Actor
from tongban.files import store as disk
from tongban.files import vault
from tongban.files.models import Blob, Key


@transaction.atomic
def store(*, content: bytes, media_type: str, name: str, by: Actor, now: datetime, key: Key | None = None) -> Blob:
    """Keep ``content`` sealed under ``key`` (a fresh one when None); durable before the row is."""
    key = key or vault.new_key()
    blob = Blob(
        key=key,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        media_type=media_type,
        stored_at=now,
        stored_by=by.id,
    )
    blob.name_sealed = vault.seal(key, PurePath(name).name[:200].encode(), f"blob-name:{blob.id}")
    disk.write(blob.id, vault.seal(key, content, f"blob:{blob.id}"))
    blob.save(force_insert=True)
    return blob
