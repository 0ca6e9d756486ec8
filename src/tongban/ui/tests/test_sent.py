"""What is too much is refused by its size, and not one byte of it is read."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile

from tongban.files.checks import BadFile
from tongban.ui import sent


class Unread(UploadedFile):
    """A file that must not be read."""

    def __init__(self, size: int) -> None:
        super().__init__(io.BytesIO(), "a.png", size=size)

    def read(self, *args: object) -> bytes:
        raise AssertionError("it was read")


@pytest.mark.parametrize("sizes", [[1] * 4, [6, 5], [0], [11 * 1024 * 1024]])
def test_nothing_is_read_of_what_is_too_much(sizes):
    with pytest.raises(BadFile):
        sent.read([Unread(size) for size in sizes], most=3, whole=10)


def test_what_fits_comes_in_order_with_its_names():
    came = [SimpleUploadedFile("a.png", b"one"), SimpleUploadedFile("b.png", b"two")]
    assert sent.read(came, most=2, whole=6) == [("a.png", b"one"), ("b.png", b"two")]
