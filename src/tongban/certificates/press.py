"""Setting pages with typst. Fonts are read once for each press; a press is made once for each process."""

from __future__ import annotations

import json
import re
import threading
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import segno
import typst

from tongban.base.errors import Refusal
from tongban.base.words import Words

OWN_FONTS = Path(__file__).parent / "fonts"
_MISSING = re.compile(r"the text `\"(.+?)\"` could not be displayed")


class MissingGlyph(Refusal):
    """A character that no font of this node has. The page is not printed with a hole in somebody's name."""

    def __init__(self, characters: str) -> None:
        codes = " ".join(f"U+{ord(one):04X}" for one in characters)
        super().__init__(
            "missing_glyph",
            Words(
                zh=f"字库中没有“{characters}”（{codes}），暂不能打印",
                en=f"No font here has “{characters}” ({codes}), so the page cannot be printed yet",
            ),
            next_step=Words(
                zh="请管理员把含有该字的字体放入节点的 fonts 目录后重新打印；电子数据不受影响",
                en="An operator adds a font that has it to the node's fonts folder and prints again; the data "
                "certificate is not affected",
            ),
        )


class Press:
    """A typst compiler with bundled fonts only: the same page on every machine. Safe to share between threads."""

    def __init__(self, more_fonts: tuple[Path, ...] = ()) -> None:
        folders = (pylopdf_fonts_zh_cn.serif_path().parent, OWN_FONTS, *more_fonts)
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
        )
        # The root and the package folders hold nothing but fonts: a template can read no file of the machine.
        here = str(OWN_FONTS)
        self._compiler = typst.Compiler(
            font_paths=fonts, ignore_system_fonts=True, root=here, package_path=here, package_cache_path=here
        )
        self._one_at_a_time = threading.Lock()

    def print(self, source: str, data: dict[str, Any], *, at: datetime, attach: bytes = b"") -> bytes:
        """A PDF/A-3b of ``source`` with ``data`` as ``sys.inputs.data``, dated ``at``. ``attach`` is embedded by the
        template as it likes (``sys.inputs.attach``). Raises ``MissingGlyph``; ``ValueError`` for a bad template."""
        inputs = {"data": json.dumps(data, ensure_ascii=False), "attach": attach.decode()}
        try:
            with self._one_at_a_time:
                return self._compiler.compile(
                    source.encode(),
                    format="pdf",
                    sys_inputs=inputs,
                    pdf_standards=["a-3b"],
                    timestamp=int(at.timestamp()),
                )
        except typst.TypstError as wrong:
            if found := _MISSING.search(wrong.message):
                raise MissingGlyph(found[1]) from wrong
            raise ValueError(f"the template does not set: {wrong.message}\n{wrong.diagnostic}") from wrong


def qr(address: str) -> str:
    """A QR code (ISO/IEC 18004, error correction M) as SVG text, black on nothing, without a border, as wide as it is given
    room."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, svgns=True, omitsize=True, dark="#1f2329", light=None
    )
    return out.getvalue().decode()
