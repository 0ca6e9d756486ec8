"""What kinds of certificates there are: folders of data. Pure: bytes and folders in, values out.

A type's *body* is the canonical JSON (RFC 8785) of its ``type.yaml`` and templates, so that any node can verify and
draw a certificate from the body alone. ``services/certificates/README.md`` describes the files.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from tongban.base.cryptography import canonical
from tongban.base.words import Words

CODE = re.compile(r"[a-z][a-z0-9-]{1,62}")
HolderCode = Literal["111", "001", "any"]
Kind = Literal["text", "paragraph", "date", "month", "money", "amount", "number", "list"]


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field.

    ``kind``: money and amount are integer fen (shown in capitals alone, or with figures before them), date and month
    are ISO 8601 (2026-11-23, 2026-11), list is a list of texts. ``public`` fields are shown to whoever verifies;
    ``element`` names the data element of ``services/elements``.
    """

    key: str
    title: Words
    element: str = ""
    kind: Kind = "text"
    required: bool = True
    public: bool = False
    longest: int = 4000


class Validity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long: so many years, months and days from the day of issue, or the dates in two fields. None: unlimited."""

    years: int = 0
    months: int = 0
    days: int = 0
    from_field: str = ""
    until_field: str = ""


class CertificateType(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A type of certificate.

    ``type_code`` is the 21-character 证照类型代码 (GB/T 36904: definer's USCC and three digits). ``number`` is a
    pattern over ``short`` (issuer), ``year``, ``serial`` and ``fields``. ``holder`` is the code type of its holders
    (``any``: people and firms alike). ``issued_by`` are office roles; ``any`` of them: every office, for its own matters.
    ``supersedes`` are types whose certificate in force of the same holder ends when this one is issued. ``sealed`` types
    keep their content encrypted under a key of their own.
    """

    code: str
    name: Words
    type_code: str
    number: str
    holder: HolderCode
    issued_by: tuple[str, ...]
    fields: tuple[Field, ...]
    valid: Validity | None = None
    supersedes: tuple[str, ...] = ()
    sealed: bool = True
    cites: tuple[str, ...] = ()
    template: str
    common: str

    def field(self, key: str) -> Field | None:
        """The field of this key, or None."""
        return next((field for field in self.fields if field.key == key), None)


def load(folder: Path, *, common: Path | None = None) -> CertificateType:
    """Read ``type.yaml``, ``template.typ`` and the shared ``common.typ`` (beside the folder unless said).

    Raises ``ValueError`` naming the file.
    """
    path = folder / "type.yaml"
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
        texts = {
            "template": (folder / "template.typ").read_text("utf-8"),
            "common": (common or folder.parent / "common.typ").read_text("utf-8"),
        }
        found = msgspec.convert({"code": folder.name, **raw, **texts}, CertificateType)
    except (OSError, yaml.YAMLError, msgspec.ValidationError, TypeError) as wrong:
        raise ValueError(f"{path}: {wrong}") from wrong
    _checked(found)
    return found


def parse(body: bytes) -> CertificateType:
    """The type of a canonical body, perhaps another node's. Raises ``ValueError``."""
    try:
        found = msgspec.json.decode(body, type=CertificateType)
    except msgspec.DecodeError as wrong:
        raise ValueError(f"not a certificate type: {wrong}") from wrong
    _checked(found)
    return found


def body(type: CertificateType) -> bytes:
    """The canonical JSON of a type."""
    return canonical.dumps(msgspec.to_builtins(type))


def period(type: CertificateType, fields: dict[str, Any], on: date) -> tuple[date, date | None]:
    """First and last day of validity (both included); the last is None where validity is unlimited."""
    rule = type.valid
    if rule is None:
        return on, None
    first = date.fromisoformat(fields[rule.from_field]) if rule.from_field else on
    if rule.until_field:
        return first, date.fromisoformat(fields[rule.until_field])
    return first, _after(first, rule) - timedelta(days=1)


def _after(first: date, rule: Validity) -> date:
    months = first.month - 1 + rule.months
    year, month = first.year + rule.years + months // 12, months % 12 + 1
    # The last day of February stands for days that a month lacks.
    day = min(first.day, (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day)
    return date(year, month, day) + timedelta(days=rule.days)


def _checked(type: CertificateType) -> None:
    """What the structs cannot say."""
    keys = [field.key for field in type.fields]
    if len(set(keys)) != len(keys):
        raise ValueError(f"{type.code}: a field appears twice")
    if not re.fullmatch(r"[0-9A-HJ-NP-RTUW-Y]{18}\d{3}", type.type_code):
        raise ValueError(f"{type.code}: type_code is a USCC and three digits")
    if not CODE.fullmatch(type.code):
        raise ValueError(f"{type.code}: a code is lower-case letters, digits and hyphens")
    if re.search(r'"@|\b(read|plugin)\s*\(', type.template + type.common):
        # A template may come from another node: it draws, it fetches and reads nothing.
        raise ValueError(f"{type.code}: a template imports no package and reads no file")
    for name in (type.valid.from_field, type.valid.until_field) if type.valid else ():
        if name and name not in keys:
            raise ValueError(f"{type.code}: validity names the unknown field {name}")
