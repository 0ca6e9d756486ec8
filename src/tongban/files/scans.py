"""Pages that were photographed one by one, bound into one PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image
from pypdf import PdfWriter

from tongban.files import checks

MOST = 20  # pages that one paper has
WHOLE = 60 * 1024 * 1024  # bytes of all of them as they come
DPI = 200  # small print can be read, and twenty pages fit into one file
A4 = (1654, 2339)  # pixels of a page


def bind(pages: Sequence[bytes]) -> bytes:
    """One PDF of these pictures in their order, each drawn anew no larger than A4. One is let go before the next is
    opened: twenty photographs need no more memory than one. Raises BadFile, also for too many."""
    if len(pages) > MOST:
        raise checks.BadFile("file_pages", f"一份材料最多 {MOST} 页", f"A paper has {MOST} pages at most")
    bound, out = PdfWriter(), io.BytesIO()
    for content in pages:
        bound.append(io.BytesIO(_page(content)), import_outline=False)
    bound.write(out)
    return out.getvalue()


def _page(content: bytes) -> bytes:
    """A PDF of one page."""
    safe = checks.safe(content, name="page", accepts=("image/jpeg", "image/png"), within=A4)
    out = io.BytesIO()
    with Image.open(io.BytesIO(safe.content)) as picture:
        picture.convert("RGB").save(out, format="PDF", resolution=DPI)
    return out.getvalue()


def blank(of: checks.Safe) -> bool:
    """Whether a picture shows nothing at all: one colour from edge to edge."""
    if not of.media_type.startswith("image/"):
        return False
    low, high = Image.open(io.BytesIO(of.content)).convert("L").getextrema()
    return low == high
