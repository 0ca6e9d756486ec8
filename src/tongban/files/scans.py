"""Pages that were photographed one by one, bound into one PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from tongban.files import checks

MOST = 20  # pages that one paper has


def bind(pages: Sequence[bytes]) -> bytes:
    """One PDF of these pictures in their order, each drawn anew first. Raises BadFile, also for too many."""
    if len(pages) > MOST:
        raise checks.BadFile("file_pages", f"一份材料最多 {MOST} 页", f"A paper has {MOST} pages at most")
    drawn = [_drawn(content) for content in pages]
    out = io.BytesIO()
    drawn[0].save(out, format="PDF", save_all=True, append_images=drawn[1:], resolution=150)
    return out.getvalue()


def _drawn(content: bytes) -> Image.Image:
    safe = checks.safe(content, name="page", accepts=("image/jpeg", "image/png"))
    return Image.open(io.BytesIO(safe.content)).convert("RGB")


def blank(of: checks.Safe) -> bool:
    """Whether a picture shows nothing at all: one colour from edge to edge."""
    if not of.media_type.startswith("image/"):
        return False
    low, high = Image.open(io.BytesIO(of.content)).convert("L").getextrema()
    return low == high
