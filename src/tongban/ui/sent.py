"""Files that came with a form: how many and how large they are is looked at before one is read into memory."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile

from tongban.files import checks


def read(found: Sequence[UploadedFile], *, most: int, whole: int) -> list[tuple[str, bytes]]:
    """Name and bytes of each, in order. Raises BadFile for more than ``most``, more than ``whole`` bytes in all, or one that is
    empty or too large."""
    checks.together((file.size or 0 for file in found), most=most, whole=whole)
    return [(file.name or "file", file.read()) for file in found]
