"""Files that somebody sends to do harm: each is refused with its reason, quickly, and none is stored."""

import io
import zlib

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tongban.files import checks

ALL = ("application/pdf", "image/jpeg", "image/png")


def refused(content: bytes, accepts=ALL, name="a.pdf") -> str:
    with pytest.raises(checks.BadFile) as no:
        checks.safe(content, name=name, accepts=accepts)
    assert no.value.next_step is not None
    return no.value.code


def written(change=lambda writer: None) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    change(writer)
    writer.write(out)
    return out.getvalue()


def raw(*objects: str | bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1, with a right cross-reference table."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + (body if isinstance(body, bytes) else body.encode()) + b"\nendobj\n"
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, root, at)


PAGES = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


def test_a_plain_pdf_is_taken_as_it_is():
    content = written()
    assert checks.safe(content, name="../../etc/<b>x</b>.exe", accepts=ALL) == checks.Safe(
        content=content, media_type="application/pdf", name="b.pdf"
    )


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 10, b"MZ\x90", b"<html><script>", b"PK\x03\x04", b"GIF89a", b"%PDF-"]
)
def test_what_is_no_document_is_refused_whatever_it_is_called(content):
    assert refused(content) in ("file_empty", "file_type", "file_broken", "file_pages")


def test_a_hundred_megabytes_are_refused():
    assert refused(b"%PDF-1.7" + b"0" * (100 * 1024 * 1024)) == "file_too_large"


def test_a_pdf_with_a_script_is_refused():
    catalog = "<</Type/Catalog/Pages 2 0 R/Names<</JavaScript 4 0 R>>>>"
    assert refused(raw(catalog, PAGES, PAGE, "<</Names[(a)<</S/JavaScript/JS(app.alert(1))>>]>>")) == "file_active"


def test_a_pdf_that_carries_a_file_is_refused():
    assert refused(written(lambda w: w.add_attachment("a.exe", b"MZ"))) == "file_active"


def test_a_pdf_sealed_in_a_way_that_nobody_here_reads_is_refused():
    sealed = raw("<</Type/Catalog/Pages 2 0 R>>", PAGES, PAGE, "<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4>>")
    sealed = sealed.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]")
    assert refused(sealed) == "file_broken"


def test_a_photograph_with_a_second_picture_behind_it_is_taken_without_that():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30), "black")])
    safe = checks.safe(out.getvalue(), name="a.jpg", accepts=ALL)
    with Image.open(io.BytesIO(safe.content)) as picture:
        assert (picture.format, safe.media_type, getattr(picture, "n_frames", 1)) == ("JPEG", "image/jpeg", 1)


def test_a_pdf_that_launches_a_program_is_refused():
    def launch(writer):
        action = {"/S": NameObject("/Launch"), "/F": TextStringObject("cmd.exe")}
        action = DictionaryObject({NameObject(k): v for k, v in action.items()})
        writer._root_object[NameObject("/OpenAction")] = action

    assert refused(written(launch)) == "file_active"


def test_an_action_whose_kind_is_said_elsewhere_is_refused_too():
    catalog = "<</Type/Catalog/Pages 2 0 R/OpenAction<</S 4 0 R/F(cmd.exe)>>>>"
    assert refused(raw(catalog, PAGES, PAGE, "/Launch")) == "file_active"


def test_a_script_under_a_disguised_name_is_refused():
    catalog = "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/J#61vaScript/J#53(app.alert(1))>>>>"
    assert refused(raw(catalog, PAGES, PAGE)) == "file_active"


def test_a_pdf_whose_pages_are_pages_of_pages_is_refused_in_good_time():
    levels = 30
    kids = [f"<</Type/Pages/Kids[{n + 3} 0 R {n + 3} 0 R]/Count 2>>" for n in range(levels)]
    content = raw("<</Type/Catalog/Pages 2 0 R>>", *kids, PAGE)
    assert refused(content) in ("file_broken", "file_pages")


def test_a_pdf_whose_page_is_its_own_parent_is_refused_in_good_time():
    assert refused(raw("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>")) in (
        "file_broken",
        "file_pages",
    )


def test_a_pdf_that_says_it_has_a_page_and_has_thousands_is_refused():
    kids = " ".join(["3 0 R"] * 5000)
    assert refused(raw("<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count 1>>", PAGE)) in (
        "file_broken",
        "file_pages",
    )


def test_a_pdf_whose_objects_unpack_to_gigabytes_is_refused_in_good_time():
    packed = zlib.compress(b"0" * (400 * 1024 * 1024), 9)
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    head = b"%PDF-1.7\n"
    at = len(head)
    index = len(head) + len(b"4 0 obj\n" + stream + b"\nendobj\n")
    rows = b"".join(
        kind + place.to_bytes(4, "big") + b"\x00"
        for kind, place in ((b"\x00", 0), (b"\x02", 4), (b"\x02", 4), (b"\x02", 4), (b"\x01", at), (b"\x01", index))
    )
    cross = b"<</Type/XRef/Size 6/Root 1 0 R/W[1 4 1]/Length %d>>stream\n%s\nendstream" % (len(rows), rows)
    content = (
        head + b"4 0 obj\n" + stream + b"\nendobj\n5 0 obj\n" + cross + b"\nendobj\nstartxref\n%d\n%%%%EOF" % index
    )
    assert refused(content) in ("file_broken", "file_pages")


def test_a_picture_that_unpacks_to_a_wall_of_pixels_is_refused():
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert len(out.getvalue()) < checks.LARGEST
    assert refused(out.getvalue(), name="a.png") in ("file_too_large", "file_type")


@pytest.mark.parametrize("mode", ["1", "L"])
@pytest.mark.parametrize("size", [(8_200, 5_000), (9_000, 9_000), (600, 70_000)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_picture_of_more_pixels_than_are_taken_is_refused_by_our_own_bound(mode, size):
    """41 to 81 million pixels in a few kilobytes: Pillow itself would draw every one of these, were it let."""
    assert checks.PIXELS < size[0] * size[1] <= Image.MAX_IMAGE_PIXELS
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    assert len(out.getvalue()) < 150_000
    assert refused(out.getvalue(), name="a.png") == "file_too_large"


def test_a_picture_whose_comment_unpacks_to_gigabytes_is_refused():
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    plain = out.getvalue()
    said = b"iTXtx\x00\x01\x00\x00\x00" + zlib.compress(b"0" * (200 * 1024 * 1024), 9)
    chunk = (len(said) - 4).to_bytes(4, "big") + said + zlib.crc32(said).to_bytes(4, "big")
    bomb = plain[:33] + chunk + plain[33:]
    try:
        taken = checks.safe(bomb, name="a.png", accepts=ALL)
    except checks.BadFile as no:
        assert no.code == "file_type"
    else:
        assert len(taken.content) < 10_000, "nothing of the comment is kept"


def test_what_was_hidden_behind_a_picture_stays_behind():
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "JPEG", comment=b"<script>")
    taken = checks.safe(out.getvalue() + b"<script>alert(1)</script>PK\x03\x04", name="a.jpg", accepts=ALL)
    assert b"script" not in taken.content and taken.media_type == "image/jpeg"


def test_a_picture_that_is_called_a_pdf_is_known_by_its_content():
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    assert refused(out.getvalue(), accepts=("application/pdf",), name="a.pdf") == "file_type"


def test_a_cut_off_picture_is_refused():
    out = io.BytesIO()
    Image.effect_noise((300, 300), 50).save(out, "JPEG")
    assert refused(out.getvalue()[:2000], name="a.jpg") == "file_type"
