"""What may be stored: type by content, bounds on size and pages, nothing that runs, images drawn anew."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import PurePath

import msgspec
from PIL import Image, ImageOps
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from tongban.base.errors import Refusal
from tongban.base.words import Words

LARGEST = 10 * 1024 * 1024  # bytes
PAGES = 50
PIXELS = 40_000_000
_ACTIVE = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/RichMedia",
    "/XFA",
    "/SubmitForm",
    "/ImportData",
}
# MPO is a JPEG with a second picture behind it, as many phones write them: the first one is taken.
_IMAGES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png"}


class BadFile(Refusal):
    """A file that is not taken: what is wrong with it, and what would do."""

    def __init__(self, code: str, zh: str, en: str, next_step: Words | None = None) -> None:
        otherwise = Words(
            zh="请上传 10 MB 以内的 PDF、JPG 或 PNG 文件，也可以直接拍照上传。",
            en="Upload a PDF, JPG or PNG of up to 10 MB; a photo will do.",
        )
        super().__init__(code, Words(zh=zh, en=en), next_step=next_step or otherwise, field="file")


class Safe(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored in place of what came: its bytes, the type its content has, and a harmless name."""

    content: bytes
    media_type: str
    name: str


def fits(size: int) -> None:
    """Say no to a file of no bytes, or of too many, before it is sent. Raises BadFile."""
    if size < 1:
        raise BadFile("file_empty", "这个文件是空的", "This file is empty")
    if size > LARGEST:
        raise BadFile("file_too_large", "文件超过 10 MB", "The file is larger than 10 MB")


def together(sizes: Iterable[int], *, most: int, whole: int) -> None:
    """Say no to files that come at once before one of them is read: more than ``most``, more than ``whole`` bytes in all,
    or one that does not fit. Raises BadFile."""
    found = list(sizes)
    less = Words(
        zh="请把一份材料的几页合成一个 PDF，或把照片缩小后再交。",
        en="Bind the pages of one paper into one PDF, or make the pictures smaller.",
    )
    if len(found) > most:
        raise BadFile("files_many", f"一次最多交 {most} 个文件", f"At most {most} files are taken at once", less)
    for size in found:
        fits(size)
    if sum(found) > whole:
        large = whole // 2**20
        raise BadFile("files_large", f"这些文件合计超过 {large} MB", f"Together the files exceed {large} MB", less)


def safe(content: bytes, *, name: str, accepts: Sequence[str], within: tuple[int, int] | None = None) -> Safe:
    """Check a file that somebody sent. A picture is made no larger than ``within`` (pixels of an upright page, its short
    side first), where that is given. Raises BadFile: ``file_empty``, ``file_too_large``, ``file_type``, ``file_active``,
    ``file_pages``, ``file_broken``."""
    fits(len(content))
    made = _pdf(content) if content.startswith(b"%PDF-") else _image(content, within)
    kind, body = made
    if kind not in accepts:
        raise BadFile("file_type", "这份材料不收这种文件", "This paper is not taken as this kind of file")
    stem = "".join(c for c in PurePath(name.replace("\\", "/")).stem if c.isprintable() and c not in '<>:"|?*')[:100]
    return Safe(content=body, media_type=kind, name=f"{stem or 'file'}.{kind.rpartition('/')[2]}")


def _image(content: bytes, within: tuple[int, int] | None = None) -> tuple[str, bytes]:
    """The picture drawn anew: what was hidden in its metadata or after its end stays behind."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.format not in _IMAGES:
                raise BadFile("file_type", "不是 PDF、JPG 或 PNG 文件", "This is not a PDF, JPG or PNG file")
            if picture.width * picture.height > PIXELS:
                raise BadFile("file_too_large", "图片尺寸过大", "The picture has too many pixels")
            kind, out = _IMAGES[picture.format], io.BytesIO()
            pixels = _upright(picture, within)
            drawn = Image.new("RGB", pixels.size)  # of its own: Pillow would write comments and profiles over again
            drawn.paste(pixels)
            drawn.save(out, format=kind.rpartition("/")[2], quality=90)
    except BadFile:
        raise
    except Exception as wrong:  # as with a PDF
        raise BadFile("file_type", "不是 PDF、JPG 或 PNG 文件", "This is not a PDF, JPG or PNG file") from wrong
    return kind, out.getvalue()


def _upright(picture: Image.Image, within: tuple[int, int] | None) -> Image.Image:
    """The picture the right way up, no larger than a page, whichever way the page lies."""
    if within is None:
        return ImageOps.exif_transpose(picture).convert("RGB")
    page = sorted(within, reverse=picture.width > picture.height)
    picture.draft("RGB", (page[0], page[1]))  # a JPEG of 40 million pixels is not unpacked whole only to be made small
    pixels = picture.convert("RGB")
    pixels.thumbnail((page[0], page[1]))
    return ImageOps.exif_transpose(pixels)


def _pdf(content: bytes) -> tuple[str, bytes]:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise BadFile("file_broken", "文件有密码，无法查看", "The file has a password and cannot be read")
        pages = _pages(reader)
        active = _runs(reader)
    except BadFile:
        raise
    except Exception as wrong:  # a parser may stumble over hostile bytes in any way: none is a fault of ours
        raise BadFile("file_broken", "文件已损坏，无法打开", "The file is damaged and cannot be opened") from wrong
    if not 1 <= pages <= PAGES:
        raise BadFile("file_pages", f"文件应有 1 至 {PAGES} 页", f"The file must have 1 to {PAGES} pages")
    if active:
        raise BadFile("file_active", "文件里含有程序或附件，不予接收", "The file holds a script or an attachment")
    return "application/pdf", content


def _pages(reader: PdfReader) -> int:
    """How many pages there are, counted no further than one too many: a tree whose branches are all the same branch
    has more leaves than anybody can wait for."""
    todo: list[object] = [reader.root_object.get("/Pages")]
    pages, looked = 0, 0
    while todo and pages <= PAGES and looked <= PAGES * 20:
        one, looked = todo.pop(), looked + 1
        one = one.get_object() if isinstance(one, IndirectObject) else one
        if isinstance(one, DictionaryObject) and "/Kids" in one:
            kids = one["/Kids"]
            todo += list(kids)[: PAGES + 1] if isinstance(kids, ArrayObject) else []
        elif isinstance(one, DictionaryObject):
            pages += 1
    return pages if looked <= PAGES * 20 else PAGES + 1


def _runs(reader: PdfReader) -> bool:
    """Whether anything in the PDF would run, launch or carry another file. Every object is looked at, once."""
    todo: list[object] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while todo:
        one = todo.pop()
        if isinstance(one, IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            if _ACTIVE & set(one) or str(one.raw_get("/S") if "/S" in one else "") in _ACTIVE:
                return True
            todo += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            todo += list(one)
    return False
