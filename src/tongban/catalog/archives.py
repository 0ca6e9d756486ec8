"""The folder of an item or a bundle as a clerk sends it: a ZIP of its YAML and Markdown files, looked at within bounds, never unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

import msgspec

from tongban.base.errors import Refusal
from tongban.base.words import Words

LARGEST, MOST, MEMBER, WHOLE = 2 * 1024 * 1024, 200, 262_144, 4 * 1024 * 1024
_KINDS = (".yaml", ".md")
MAIN = {"item.yaml": "item", "bundle.yaml": "bundle"}  # what a folder is, by the file it has


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one item or bundle (``kind``) by their names below its folder; ``code`` is the folder's name, ``subject``
    that of the one above (empty where the archive has none)."""

    kind: str
    code: str
    subject: str
    files: dict[str, bytes]


class BadArchive(Refusal):
    """A file that is no folder of an item, with why."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(
            code,
            Words(zh="无法读取这个压缩包", en="This archive cannot be read"),
            because=Words(zh=zh, en=en),
            next_step=Words(
                zh="请把一个事项的文件夹（含 item.yaml）或一件事的文件夹（含 bundle.yaml）压缩为 ZIP 后重新上传。",
                en="Put one folder, of an item (with its item.yaml) or a bundle (bundle.yaml), into a ZIP and send it again.",
            ),
            field="folder",
        )


def folder(content: bytes, name: str = "") -> Folder:
    """The folder in a ZIP. ``name`` is the file's own, which names what it is where the archive has no folder. Raises
    :class:`BadArchive`."""
    files = read(content)
    found = sorted((path for path in files if path.name in MAIN), key=lambda path: len(path.parts))
    if not found:
        zh, en = "里面没有 item.yaml，也没有 bundle.yaml。", "There is no item.yaml or bundle.yaml in it."
        raise BadArchive("archive_no_item", zh, en)
    if len(found) > 1:
        raise BadArchive("archive_two_items", "里面有不止一个事项。", "There is more than one item in it.")
    at = found[0].parent
    inside = {path.relative_to(at).as_posix(): files[path] for path in files if path.is_relative_to(at)}
    code = at.name or PurePosixPath(name.replace("\\", "/")).stem
    return Folder(kind=MAIN[found[0].name], code=code, subject=at.parent.name, files=inside)


def read(content: bytes) -> dict[PurePosixPath, bytes]:
    """Every YAML and Markdown file of a ZIP. What it claims of sizes is not believed: each is read to its bound."""
    if len(content) > LARGEST:
        raise BadArchive("archive_too_large", "文件超过 2 MB。", "It is larger than 2 MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _members(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError) as wrong:
        raise BadArchive("archive_broken", "它不是完整的 ZIP 文件。", "It is not a whole ZIP file.") from wrong


def _members(archive: zipfile.ZipFile) -> dict[PurePosixPath, bytes]:
    rows = [row for row in archive.infolist() if not row.is_dir()]
    if len(rows) > MOST:
        raise BadArchive("archive_too_many", f"文件超过 {MOST} 个。", f"It holds more than {MOST} files.")
    found: dict[PurePosixPath, bytes] = {}
    left = WHOLE
    for row in rows:
        path = PurePosixPath(row.filename.replace("\\", "/"))
        if path.suffix not in _KINDS or path.name.startswith("."):
            continue
        if path.is_absolute() or ".." in path.parts or path in found:
            raise BadArchive("archive_paths", "里面的文件路径不正常。", "A path in it is not in order.")
        found[path] = _bounded(archive, row, min(MEMBER, left))
        left -= len(found[path])
    return found


def _bounded(archive: zipfile.ZipFile, row: zipfile.ZipInfo, most: int) -> bytes:
    if row.flag_bits & 1:
        raise BadArchive("archive_locked", "里面的文件有密码。", "A file in it is locked by a password.")
    with archive.open(row) as member:
        content = member.read(most + 1)
    if len(content) > most:
        raise BadArchive("archive_bomb", "里面的文件展开后过大。", "What is in it is too large.")
    return content
