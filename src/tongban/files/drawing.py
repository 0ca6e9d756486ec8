"""A picture of a stored file, to be looked at in a page: drawn anew, so that nothing of the file itself reaches a browser.

PDFs are drawn in a process of their own with little memory and time: what breaks the reader breaks nothing else.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys

from PIL import Image

from tongban.base.errors import Refusal
from tongban.base.words import Words

PAGES = 5
WIDTH = 1100  # pixels; what is wider is made smaller
SECONDS = 15
MEMORY = 1024 * 1024 * 1024  # bytes of address space


class NotDrawn(Refusal):
    """This file cannot be shown as a picture; it can still be saved and opened."""

    def __init__(self) -> None:
        super().__init__(
            "not_drawn",
            Words(zh="这个文件不能预览", en="This file cannot be shown here"),
            next_step=Words(zh="请下载后查看。", en="Download it to read it."),
        )


def picture(content: bytes, media_type: str) -> bytes:
    """A JPEG of an image, or of the first pages of a PDF one below another. Raises NotDrawn."""
    if media_type == "application/pdf":
        return _in_a_box(content)
    try:
        with Image.open(io.BytesIO(content)) as image:
            return _jpeg(_fitted(image.convert("RGB")))
    except (OSError, ValueError, Image.DecompressionBombError) as wrong:
        raise NotDrawn from wrong


def _fitted(image: Image.Image) -> Image.Image:
    if image.width <= WIDTH:
        return image
    return image.resize((WIDTH, max(1, image.height * WIDTH // image.width)))


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=82, optimize=True)
    return out.getvalue()


def _in_a_box(content: bytes) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tongban.files.drawing"],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            preexec_fn=_bounded,
            env={"PYTHONPATH": ":".join(sys.path), "OPENBLAS_NUM_THREADS": "1"},
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as wrong:
        raise NotDrawn from wrong
    return done.stdout


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def pages(content: bytes) -> bytes:
    """The first pages of a PDF as one picture, one below another."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    drawn = [_page(document[n]) for n in range(min(len(document), PAGES))]
    sheet = Image.new("RGB", (max(p.width for p in drawn), sum(p.height + 12 for p in drawn)), (214, 219, 224))
    top = 0
    for each in drawn:
        sheet.paste(each, (0, top))
        top += each.height + 12
    return _jpeg(sheet)


def _page(page: object) -> Image.Image:
    width, height = page.get_size()  # type: ignore[attr-defined]
    scale = min(WIDTH / max(width, 1), 1600 / max(height, 1), 3)
    image: Image.Image = page.render(scale=scale).to_pil()  # type: ignore[attr-defined]
    return image.convert("RGB")


if __name__ == "__main__":
    sys.stdout.buffer.write(pages(sys.stdin.buffer.read()))
