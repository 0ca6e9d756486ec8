"""A watermark over every page of a PDF, and a foot that says where the copy can be checked. Pure: a press is given."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from tongban.certificates.press import Press, qr

_PAGE = """
#let d = json(bytes(sys.inputs.data))
#set page(width: d.width * 1pt, height: d.height * 1pt, margin: 0pt, fill: none)
#set text(font: ("Noto Serif SC", "Noto Sans SC"), lang: "zh", size: 15pt, fill: rgb("#b3261e").transparentize(72%))
#for y in range(-1, 7) { for x in range(-1, 3) {
  place(dx: x * 300pt + calc.rem(y + 2, 2) * 150pt - 60pt, dy: y * 150pt + 60pt, rotate(-30deg, d.mark))
} }
#place(bottom + left, dx: 24pt, dy: -14pt, block(fill: white, inset: 4pt, radius: 2pt, stack(dir: ltr, spacing: 8pt,
  image(bytes(d.qr), format: "svg", width: 40pt),
  align(horizon, text(size: 7.5pt, fill: rgb("#14202b"), d.foot.join(linebreak()))))))
"""


def marked(press: Press, pdf: bytes, *, mark: str, foot: list[str], address: str, at: datetime) -> bytes:
    """``pdf`` with ``mark`` across every page and ``foot`` beside a code that leads to ``address``. The signature of the
    original is taken out: what is signed anew is the copy."""
    writer = PdfWriter()
    for page in PdfReader(BytesIO(pdf)).pages:
        mine = writer.add_page(page)
        mine.pop(NameObject("/Annots"), None)
        box = mine.mediabox
        data = {"mark": mark, "foot": foot, "qr": qr(address), "width": float(box.width), "height": float(box.height)}
        mine.merge_page(_over(press, data, at))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _over(press: Press, data: dict[str, Any], at: datetime) -> Any:
    return PdfReader(BytesIO(press.print(_PAGE, data, at=at))).pages[0]
