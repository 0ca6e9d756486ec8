"""The file store on disk: one sealed file a blob, written so that a crash leaves either all of it or nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings


def write(id: UUID, sealed: bytes) -> None:
    """Write and sync, then give the file its name."""
    path = _path(id)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    part.rename(path)


def read(id: UUID) -> bytes:
    """The sealed bytes."""
    return _path(id).read_bytes()


def _path(id: UUID) -> Path:
    text = id.hex
    return Path(settings.TONGBAN_HOME) / "files" / text[-2:] / text


def write_part(id: UUID, offset: int, sealed: bytes) -> None:
    """Write one sealed part of a file that is on its way; the same part again replaces it."""
    path = _incoming(id) / str(offset)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
    part.rename(path)


def read_part(id: UUID, offset: int) -> bytes:
    """One sealed part."""
    return (_incoming(id) / str(offset)).read_bytes()


def drop_parts(id: UUID) -> None:
    """Remove all parts of a file; nothing where there are none."""
    shutil.rmtree(_incoming(id), ignore_errors=True)


def _incoming(id: UUID) -> Path:
    return Path(settings.TONGBAN_HOME) / "incoming" / id.hex
