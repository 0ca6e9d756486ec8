"""Identifiers of electronic certificates (GB/T 36904): ``1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>``.

``type`` is its definer's USCC and 3 digits, ``issuer`` a USCC; the check is ISO 7064 MOD 37,36 over segments
two to five (type, issuer, serial, version) joined without dots.
"""

from __future__ import annotations

import re

import msgspec

from tongban.base.errors import Refusal
from tongban.base.identifiers import organisation
from tongban.base.identifiers.text import mask, normalise, refuse
from tongban.base.words import Words

__all__ = ["CertificateId", "check_character", "compose", "issue", "mask", "normalise", "parse"]

ROOT = "1.2.156.3005.2"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPE = re.compile(
    r"1\.2\.156\.3005\.2\.(?P<definer>[0-9A-Z]{18})(?P<type>[0-9]{3})\.(?P<issuer>[0-9A-Z]{18})"
    r"\.(?P<serial>[0-9A-Z]{1,64})\.(?P<version>[0-9A-Z]{3})\.(?P<check>[0-9A-Z])",
    re.ASCII,
)


class CertificateId(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate identifier says: ``type`` is the 21 characters, ``definer`` and ``issuer`` the USCCs read."""

    kind: str
    value: str
    type: str
    definer: organisation.OrganisationId
    issuer: organisation.OrganisationId
    serial: str
    version: str
    check: str


def parse(value: str, *, field: str | None = None) -> CertificateId:
    """Read an identifier. Raises Refusal ``certificate_id_format``, ``_check``, ``_type`` or ``_issuer``."""
    text = normalise(value)
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise refuse(
            "certificate_id_format", f"电子证照标识应为 {ROOT}.类型21位.颁发机构18位.流水号.版本3位.校验位",
            f"An identifier reads {ROOT}.type (21).issuer (18).serial.version (3).check", field=field,
        )
    type_ = found["definer"] + found["type"]
    if check_character(type_ + found["issuer"] + found["serial"] + found["version"]) != found["check"]:
        raise refuse("certificate_id_check", "校验位不对，请核对有没有输错",
                     "The check character does not match: a character is mistyped", field=field)
    return CertificateId(
        kind="certificate", value=text, type=type_, definer=_uscc(found["definer"], "type", field),
        issuer=_uscc(found["issuer"], "issuer", field), serial=found["serial"], version=found["version"],
        check=found["check"],
    )


def compose(*, type: str, issuer: str, serial: str, version: int = 1) -> str:
    """The identifier from its parts, with its check. ``version`` is 1 to 999. Raises Refusal as ``parse``."""
    if not 1 <= version <= 999:
        raise refuse("certificate_id_version", "版本号应为1至999", "A version is 1 to 999")
    segments = [normalise(type), normalise(issuer), normalise(serial), f"{version:03d}"]
    joined = "".join(segments)
    check = check_character(joined) if set(joined) <= set(_ALPHABET) else "0"  # parse says what is wrong
    return parse(".".join([ROOT, *segments, check])).value


issue = compose


def check_character(text: str) -> str:
    """ISO 7064 MOD 37,36 of digits and capital letters. Raises ValueError for any other character."""
    p = 36
    for character in text:
        p = ((p + _ALPHABET.index(character)) % 36 or 36) * 2 % 37
    return _ALPHABET[(37 - p) % 36]


def _uscc(text: str, part: str, field: str | None) -> organisation.OrganisationId:
    try:
        return organisation.parse(text)
    except Refusal as no:
        brief = Words("其中的统一社会信用代码无效", "A social credit code in it is not valid")
        raise Refusal(f"certificate_id_{part}", brief, because=no.brief, field=field) from no
