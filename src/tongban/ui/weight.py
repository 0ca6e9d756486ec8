"""What pages weigh: text is compressed, and static files are served compressed, under names that change with them.

Pages with secrets are compressed too. BREACH needs a secret that stands still beside what an attacker may write, and
lengths that tell the truth: the only secret in our pages is the CSRF token, which Django masks anew at every answer,
and the length of every compressed answer is blurred by up to 100 random octets (``GZipMiddleware``).
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware

YEAR = 365 * 24 * 3600
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
TEXT = ("text/", "application/json", "application/problem+json", "application/javascript", "application/manifest+json",
        "image/svg+xml")  # fmt: skip


def is_text(media_type: str) -> bool:
    """Whether compression is worth its while: PDF and pictures are small already."""
    return media_type.startswith(TEXT)


class Compressed(GZipMiddleware):
    """Compresses what is text. Stands first of all."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Everything else is left as it is."""
        if not is_text(response.headers.get("Content-Type", "")):
            return response
        return super().process_response(request, response)


class Storage(ManifestStaticFilesStorage):
    """Static files under names with the digest of what is in them; by their plain names before they are collected."""

    def stored_name(self, name: str) -> str:
        """``ui/tongban.css`` → ``ui/tongban.0123456789ab.css``."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name


@dataclass(frozen=True)
class File:
    """A static file as it is sent."""

    whole: bytes
    small: bytes | None
    media_type: str
    keep: int


_shelf: dict[Path, File] = {}


def find(root: Path, name: str) -> File | None:
    """A collected file by its path below ``STATIC_URL``, read once; None when there is none or it lies elsewhere."""
    if "\x00" in name:
        return None
    path = (root / name).resolve()
    if path not in _shelf:
        if not path.is_relative_to(root.resolve()) or not path.is_file():
            return None
        _shelf[path] = _file(path)
    return _shelf[path]


def _file(path: Path) -> File:
    whole = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    small = gzip.compress(whole, 9, mtime=0) if is_text(media_type) and len(whole) > 500 else None
    return File(whole, small, media_type, YEAR if HASHED.search(path.name) else 3600)


class Static:
    """Answers what lies under ``STATIC_URL``, before sessions and all else. A name with a digest is kept for a year."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        found = find(Path(settings.STATIC_ROOT), request.path.removeprefix(settings.STATIC_URL))
        if found is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return _answer(request, found)


def _answer(request: HttpRequest, found: File) -> HttpResponse:
    small = found.small is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(found.small if small else found.whole, content_type=found.media_type)
    if found.small is not None:
        answer.headers["Vary"] = "Accept-Encoding"
    if small:
        answer.headers["Content-Encoding"] = "gzip"
    kept = f"public, max-age={found.keep}"
    answer.headers["Cache-Control"] = kept + (", immutable" if found.keep == YEAR else "")
    answer.headers["Content-Length"] = str(len(answer.content))
    return answer
