"""Photographed pages become one paper: readable, and with no more memory than one page needs."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from tongban.files import checks, scans

MB = 1024 * 1024


def photograph(width: int, height: int, form: str = "JPEG") -> bytes:
    """A picture of so many pixels."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, form)
    return out.getvalue()


def pages(content: bytes) -> list[tuple[int, int]]:
    """Width and height of each page, in points."""
    return [(round(p.mediabox.width), round(p.mediabox.height)) for p in PdfReader(io.BytesIO(content)).pages]


BIND = """
import sys
from pathlib import Path
from tongban.files import scans
page = Path(sys.argv[1]).read_bytes()
scans.bind([page] * 8)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel tells no peak of memory")
def test_eight_large_photographs_need_the_memory_of_one(tmp_path):
    page = tmp_path / "page.jpg"
    page.write_bytes(photograph(7000, 5000))
    ran = subprocess.run([sys.executable, "-c", BIND, str(page)], capture_output=True, text=True, check=True)
    assert int(ran.stdout) * 1024 < 400 * MB


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_page_is_a4_at_most_whichever_way_it_lies(form):
    bound = scans.bind([photograph(3000, 4243, form), photograph(4243, 3000, form), photograph(500, 700, form)])
    upright, lying, small = pages(bound)
    assert upright == lying[::-1] and abs(upright[0] - 595) <= 1 and abs(upright[1] - 842) <= 1
    assert small == (180, 252), "nothing is blown up"
    assert len(bound) < checks.LARGEST


def test_a_page_that_was_photographed_sideways_stands_upright():
    out = io.BytesIO()
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.linear_gradient("L").resize((4243, 3000)).convert("RGB").save(out, "JPEG", exif=turned)
    ((width, height),) = pages(scans.bind([out.getvalue()]))
    assert (width, height) == (595, 842)


def test_too_many_pages_and_no_pictures_are_refused():
    page = photograph(20, 30)
    for wrong in ([page] * (scans.MOST + 1), [page, b"<script>"]):
        with pytest.raises(checks.BadFile):
            scans.bind(wrong)


@pytest.mark.parametrize(
    ("sizes", "code"),
    [
        ([1] * 4, "files_many"),
        ([4, 4, 4], "files_large"),
        ([5, 0], "file_empty"),
        ([checks.LARGEST + 1], "file_too_large"),
    ],
)
def test_files_that_come_at_once_are_judged_by_number_and_size_alone(sizes, code):
    with pytest.raises(checks.BadFile) as no:
        checks.together(iter(sizes), most=3, whole=10)
    assert no.value.code == code and no.value.next_step and no.value.field == "file"


def test_what_fits_together_is_taken():
    checks.together([3, 3, 4], most=3, whole=10)
    checks.together([], most=3, whole=10)
