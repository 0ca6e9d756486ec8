"""Pages of certificates and letters: data in, signed PDF/A-3b out. Pure: fonts and keys are parameters."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tongban.base.calendar import day_of
from tongban.certificates import display, letters
from tongban.certificates.press import Press, qr
from tongban.certificates.seal import Signer
from tongban.certificates.types import CertificateType

_HERE = ZoneInfo("Asia/Shanghai")


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around a letter: the office, to whom, its number, the case's, when, and where it can be checked."""

    issuer: str
    addressee: str
    number: str
    case: str
    at: datetime
    address: str
    demo: bool


def certificate(
    press: Press, signer: Signer, type: CertificateType, payload: dict[str, Any], token: str, *, place: str
) -> bytes:
    """The signed PDF of a data certificate (``payload`` as signed in ``token``), with both attached to it."""
    at = datetime.fromisoformat(payload["issued_at"])
    data = {
        "name": type.name.zh,
        "number": payload["number"],
        "holder": payload["holder"]["name"],
        "others": [other["name"] for other in payload["others"]],
        "fields": display.shown(type, payload["fields"]),
        "issuer": payload["issuer"]["name"],
        "issued": display.day(day_of(at)),
        "identifier": payload["identifier"],
        "address": payload["verify"],
        "qr": qr(payload["verify"]),
        "demo": payload["demo"],
    }
    page = press.print(type.common + type.template, data, at=at, attach=token.encode())
    return signer.sign_pdf(page, reason=f"签发{type.name.zh}", place=place, at=at)


def letter(
    press: Press,
    signer: Signer,
    kind: letters.LetterKind,
    text: tuple[letters.Entry, ...],
    head: Letterhead,
    *,
    place: str,
) -> bytes:
    """The signed PDF of a letter in Chinese."""
    data = {
        "name": kind.name.zh,
        "number": head.number,
        "case": head.case,
        "addressee": head.addressee,
        "parts": [_part(entry) for entry in text],
        "fields": [],
        "issuer": head.issuer,
        "issued": display.day(day_of(head.at)),
        "identifier": "",
        "address": head.address,
        "qr": qr(head.address),
        "demo": head.demo,
    }
    page = press.print(kind.template, data, at=head.at)
    return signer.sign_pdf(page, reason=kind.name.zh, place=place, at=head.at)


def _part(entry: letters.Entry) -> dict[str, Any]:
    if entry.text is None:
        return {"kind": "list", "entries": [one.zh for one in entry.entries]}
    return {"kind": "text", "text": entry.text.zh}
