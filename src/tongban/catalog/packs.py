"""A whole catalogue as one file: a ZIP of bodies and a signed manifest that names each by its digest (事项目录包): items
and bundles.

``manifest.jws`` is a JWS in general JSON serialization over canonical JSON; ``bodies/<sha256>.json`` are canonical
bodies. A pack is read within bounds and nothing of it is believed but what was signed.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from tongban.base.calendar import read_day
from tongban.base.cryptography import canonical, jws
from tongban.base.cryptography import keys as crypto
from tongban.base.cryptography.errors import CryptographyError
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.engine import bundles
from tongban.engine import items as engine

KIND = "tongban-catalogue+jws"
LARGEST = 64 * 1024 * 1024  # of the file
WHOLE = 512 * 1024 * 1024  # of all bodies
MOST = 20_000  # items
BODY = 1_048_576
MANIFEST = 8 * 1024 * 1024
_WHEN = (2020, 1, 1, 0, 0, 0)


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version in force: of which item or bundle, which body, from which day it was meant to be."""

    code: str
    sha256: str
    size: int
    effective_on: str


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes on a coming day: a body that takes effect, or (no digest) the end of an item."""

    code: str
    on: str
    sha256: str = ""
    size: int = 0
    successor: str = ""


class Ended(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item that is no longer offered, and its successor."""

    code: str
    successor: str = ""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is in a pack, and of which city it is."""

    city: str
    made_at: datetime
    items: tuple[Row, ...]
    coming: tuple[Turn, ...] = ()
    ended: tuple[Ended, ...] = ()
    bundles: tuple[Row, ...] = ()
    bundles_coming: tuple[Turn, ...] = ()
    bundles_ended: tuple[Ended, ...] = ()


class Pack:
    """A pack whose manifest was verified and whose bodies are all there. ``sha256`` names it."""

    def __init__(self, manifest: Manifest, sha256: str, archive: zipfile.ZipFile) -> None:
        self.manifest, self.sha256 = manifest, sha256
        self._archive = archive

    def body(self, sha256: str, size: int) -> bytes:
        """One body, of this digest and no other."""
        content = _member(self._archive, _name(sha256), size)
        if len(content) != size or hashlib.sha256(content).hexdigest() != sha256:
            raise Unsound("pack_digest", f"{sha256[:12]} 的内容与摘要不符。", f"A body is not {sha256[:12]}.")
        return content

    def bodies(self) -> Iterator[tuple[str, bytes]]:
        """Every body of an item with its code, one at a time."""
        return self._of(self.manifest.items, self.manifest.coming)

    def bundles(self) -> Iterator[tuple[str, bytes]]:
        """The same of the bundles."""
        return self._of(self.manifest.bundles, self.manifest.bundles_coming)

    def _of(self, rows: tuple[Row, ...], turns: tuple[Turn, ...]) -> Iterator[tuple[str, bytes]]:
        for row in (*rows, *(turn for turn in turns if turn.sha256)):
            yield row.code, self.body(row.sha256, row.size)


class Unsound(Refusal):
    """A pack that is not taken, and why. Nothing of it is."""

    def __init__(self, code: str, zh: str, en: str, *, next_zh: str = "", next_en: str = "") -> None:
        super().__init__(
            code,
            Words(zh="不能接收这个目录包", en="This pack is not taken"),
            because=Words(zh=zh, en=en),
            next_step=Words(
                zh=next_zh or "请在来源节点重新导出，原样传送。",
                en=next_en or "Export it anew at its node, and carry it over unchanged.",
            ),
        )


def write(manifest: Manifest, bodies: Mapping[str, bytes], key: crypto.PrivateKey) -> bytes:
    """The pack as bytes; the same content gives the same bytes but for the signature's moment in ``made_at``."""
    signed = jws.sign_json([key], canonical.dumps(msgspec.to_builtins(manifest)), kind=KIND)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("manifest.jws", signed), *((_name(k), bodies[k]) for k in sorted(bodies))):
            row = zipfile.ZipInfo(name, date_time=_WHEN)
            row.compress_type, row.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(row, content)
    return out.getvalue()


def signers(content: bytes) -> tuple[str, ...]:
    """The ids of the keys that a pack says it was signed by: only to tell people whose it may be."""
    with _opened(content) as archive:
        return jws.signers(_member(archive, "manifest.jws", MANIFEST))


def read(content: bytes, keyring: Mapping[str, crypto.PublicKey]) -> Pack:
    """The pack, once every part of it holds: bounds, signature by a key of ``keyring``, the members that the manifest
    names and no others, each of its digest, each an item of its code. Raises :class:`Unsound`."""
    archive = _opened(content)
    payload, signed_by = _verified(_member(archive, "manifest.jws", MANIFEST), keyring)
    if not signed_by:
        raise Unsound("pack_untrusted", "签名人不在信任名单内。", "Its signer is not trusted here.")
    manifest = _manifest(payload)
    wanted = {_name(row.sha256) for row in _rows(manifest) if row.sha256}
    if {row.filename for row in archive.infolist()} != wanted | {"manifest.jws"}:
        raise Unsound("pack_members", "包内文件与清单不一致。", "Its files are not those that its manifest names.")
    pack = Pack(manifest, canonical.sha256(payload), archive)
    for code, body in pack.bodies():
        _item(code, body)
    for code, body in pack.bundles():
        _bundle(code, body)
    return pack


def _rows(manifest: Manifest) -> tuple[Row | Turn, ...]:
    return (*manifest.items, *manifest.coming, *manifest.bundles, *manifest.bundles_coming)


def _opened(content: bytes) -> zipfile.ZipFile:
    if len(content) > LARGEST:
        raise Unsound("pack_too_large", "文件超过 64 MB。", "It is larger than 64 MB.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as wrong:
        raise Unsound("pack_broken", "文件不完整，或不是目录包。", "It is cut short, or no pack at all.") from wrong
    names = [row.filename for row in archive.infolist()]
    if len(names) > 2 * MOST + 1 or len(names) != len(set(names)):
        raise Unsound("pack_members", "包内文件过多或重复。", "It holds too many files, or one twice.")
    return archive


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """One member, read to its bound whatever it claims to be."""
    try:
        row = archive.getinfo(name)
        if row.flag_bits & 1 or row.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unsound("pack_broken", "包内文件的格式不正常。", "A file in it is packed in an odd way.")
        with archive.open(row) as member:
            content = member.read(most + 1)
    except KeyError as missing:
        raise Unsound("pack_members", f"缺少 {name[:40]}。", f"{name[:40]} is missing.") from missing
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as wrong:
        raise Unsound("pack_broken", "文件在传送中损坏。", "It was damaged on its way.") from wrong
    if len(content) > most:
        raise Unsound(
            "pack_bomb", "包内文件展开后超出清单所写的大小。", "A file in it is larger than its manifest says."
        )
    return content


def _verified(document: bytes, keyring: Mapping[str, crypto.PublicKey]) -> tuple[bytes, frozenset[str]]:
    try:
        return jws.verify_json(document, keyring, kind=KIND)
    except CryptographyError as wrong:
        raise Unsound(
            "pack_forged", "清单的签名不成立。", f"The signature of its manifest does not hold: {wrong}"
        ) from wrong


def _manifest(payload: bytes) -> Manifest:
    try:
        value = canonical.loads(payload)
        manifest = msgspec.convert(value, Manifest)
        if canonical.dumps(value) != payload:
            raise msgspec.ValidationError("not canonical")
    except (CryptographyError, msgspec.ValidationError) as wrong:
        raise Unsound("pack_manifest", "清单的格式不对。", f"Its manifest is malformed: {wrong}") from wrong
    sizes = [row.size for row in _rows(manifest)]
    _few("pack_too_large", len(sizes) <= MOST and all(0 <= size <= BODY for size in sizes) and sum(sizes) <= WHOLE)
    for rows in (manifest.items, manifest.bundles):
        _few("pack_manifest", len({row.code for row in rows}) == len(rows))
    days = [turn.on for turn in (*manifest.coming, *manifest.bundles_coming)]
    days += [row.effective_on for row in (*manifest.items, *manifest.bundles)]
    _few("pack_manifest", all(_is_day(day) for day in days))
    return manifest


def _few(code: str, holds: bool) -> None:
    if not holds:
        raise Unsound(code, "清单超出范围或自相矛盾。", "Its manifest is out of bounds, or contradicts itself.")


def _is_day(text: str) -> bool:
    try:
        return bool(read_day(text))
    except ValueError:
        return False


def _item(code: str, body: bytes) -> engine.Item:
    """A body as it is: one that an older release wrote lacks what newer ones know, and stays what its digest says."""
    try:
        item = engine.parse(body)
    except engine.Broken as broken:
        raise Unsound("pack_item", f"事项 {code} 无法读取。", f"The item {code} cannot be read: {broken}") from broken
    if item.code != code:
        raise Unsound("pack_item", f"事项 {code} 的内容不符。", f"The body of {code} is another item's.")
    return item


def _bundle(code: str, body: bytes) -> None:
    try:
        bundle = bundles.parse(body)
    except engine.Broken as broken:
        raise Unsound("pack_bundle", f"一件事 {code} 无法读取。", f"The bundle {code} cannot be read: {broken}") from broken
    if bundle.code != code:
        raise Unsound("pack_bundle", f"一件事 {code} 的内容不符。", f"The body of {code} is another bundle's.")


def _name(sha256: str) -> str:
    return f"bodies/{sha256}.json"
