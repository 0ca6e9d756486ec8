"""Asking for certificates and letters, and verifying them."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal

import msgspec
from cryptography import x509
from django.db.models import Q, QuerySet

from tongban.base import memo
from tongban.base.actors import Warrant
from tongban.base.calendar import day_of
from tongban.base.cryptography import canonical
from tongban.base.cryptography.keys import unb64
from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.certificates import display, keys, letters, seal, types
from tongban.certificates.models import Certificate, Letter, Status, StatusChange, TypeVersion
from tongban.files import queries as files
from tongban.files import vault
from tongban.trail import actions as trail

Verdict = Literal["valid", "not_yet", "expired", "ended", "tampered", "erased", "letter", "unknown"]
_ASKED = re.compile(r"[0-9A-Z.]{1,160}")
_LOOKUPS = {"111": "id-number", "001": "uscc"}


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What anyone may learn who verifies: of people a masked name, of every type only its public fields.

    ``verdict``: valid, not_yet, expired (its last day is past), ended (``status`` says how), tampered (the stored data
    does not carry our signature), erased, letter (a letter of ours: compare ``digest``), unknown.
    """

    verdict: Verdict
    type: Words | None = None
    number: str = ""
    identifier: str = ""
    holder: str = ""
    issuer: str = ""
    status: str = ""
    status_name: Words | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    issued_at: datetime | None = None
    fields: tuple[tuple[Words, str], ...] = ()
    demo: bool = False
    digest: str = ""

    @property
    def valid(self) -> bool:
        return self.verdict == "valid"


_STATUS_EN = {
    "01": "Valid", "02": "Withheld", "03": "Quashed", "04": "Cancelled", "05": "Lapsed", "06": "Moved", "07": "Revoked",
    "99": "Other",
}  # fmt: skip


def lookup(code_type: str, code: str) -> str:
    """The token by which the holder of a resident ID number (111) or USCC (001) is found."""
    return vault.lookup(_LOOKUPS[code_type], code)


def held_id(identifier: str) -> str:
    """The id of our certificate of this identifier; empty where it is none of ours."""
    found = Certificate.objects.filter(identifier=identifier).values_list("id", flat=True).first()
    return str(found) if found else ""


@memo.once
def of_case(case_ref: str) -> QuerySet[Certificate]:
    """What was issued in a case, oldest first."""
    return Certificate.objects.filter(case_ref=case_ref).order_by("issued_at", "id")


def case_of(id: str) -> str:
    """The case in which a certificate or letter of this id was made; empty for none."""
    for made in (Letter, Certificate):
        if found := made.objects.filter(pk=id).values_list("case_ref", flat=True).first():
            return str(found)
    return ""


def of_occasion(prefix: str) -> QuerySet[Certificate]:
    """What was issued for anything whose reference begins so (the receipts of a payment), oldest first."""
    return Certificate.objects.filter(case_ref__startswith=prefix).order_by("issued_at", "id")


def holdings_in(case_ref: str, *, refs: Collection[str]) -> set[Any]:
    """The ids of the certificates of a case that one of these holds (registry ids or USCC)."""
    held = Certificate.objects.filter(case_ref=case_ref, holdings__ref__in=list(refs))
    return set(held.values_list("id", flat=True))


def held_by(
    *, warrant: Warrant, now: datetime, ref: str = "", code_type: str = "", code: str = ""
) -> list[Certificate]:
    """What a holder has, newest first: by registry id or USCC (``ref``), or by number. Leaves a row that people read."""
    found = list(_held(ref, code_type, code).order_by("-issued_at", "-id"))
    if ref or code_type == "111":
        _noted(warrant, ref or lookup(code_type, code), ("list",), now, people=_of_people(found, code_type))
    return found


def proves(
    *, type: str, warrant: Warrant, now: datetime, on: date, ref: str = "", code_type: str = "", code: str = ""
) -> Certificate | None:
    """The holder's certificate of this type in force on a day, the newest; None if there is none."""
    found = (
        _held(ref, code_type, code)
        .filter(Q(valid_to=None) | Q(valid_to__gte=on), type=type, status=Status.VALID, valid_from__lte=on)
        .order_by("-issued_at", "-id")
        .first()
    )
    if found is not None and found.holder_code_type == "111":
        _noted(warrant, found.holder_ref or found.holder_lookup, (f"proves:{type}",), now)
    return found


def numbered(
    *, number: str, warrant: Warrant, now: datetime, on: date, ref: str
) -> Certificate | None:
    """The holder's certificate with this number in force on a day; None where none of theirs has it."""
    found = _held(ref, "", "").filter(number=number, status=Status.VALID, valid_from__lte=on)
    made = found.filter(Q(valid_to=None) | Q(valid_to__gte=on)).order_by("-issued_at", "-id").first()
    if made is not None and made.holder_code_type == "111":
        _noted(warrant, made.holder_ref or made.holder_lookup, ("number",), now)
    return made


def content(*, certificate: Certificate, warrant: Warrant, now: datetime) -> dict[str, Any]:
    """The signed content. Leaves a row where the holder is a person. Raises ``vault.Erased``."""
    return payload_of(token(certificate=certificate, warrant=warrant, now=now))


def token(*, certificate: Certificate, warrant: Warrant, now: datetime) -> str:
    """The data certificate itself, a compact JWS: what a person downloads and another city is sent."""
    if certificate.holder_code_type == "111":
        _noted(warrant, certificate.holder_ref or certificate.holder_lookup, ("content",), now)
    return token_of(certificate)


def pdf(*, certificate: Certificate, warrant: Warrant, now: datetime) -> bytes:
    """The signed PDF; NotFound where it has not been drawn yet."""
    if certificate.pdf is None:
        raise NotFound("not_drawn", Words(zh="PDF 尚未生成", en="The PDF has not been made yet"))
    if certificate.holder_code_type == "111":
        _noted(warrant, certificate.holder_ref or certificate.holder_lookup, ("pdf",), now)
    return files.read(certificate.pdf)


def type_of(code: str) -> types.CertificateType:
    """The type of this code as it is on disk now: what a new certificate will say. NotFound for an unknown code."""
    return keys.type_of(code)


def shown(*, certificate: Certificate, warrant: Warrant, now: datetime) -> tuple[tuple[Words, str], ...]:
    """All fields with their titles, as its page shows them, for those who may see them. Leaves a row for a person."""
    return _shown(certificate, content(certificate=certificate, warrant=warrant, now=now)["fields"], public_only=False)


@memo.once
def letters_of(case_ref: str) -> QuerySet[Letter]:
    """The letters of a case, oldest first."""
    return Letter.objects.filter(case_ref=case_ref).order_by("issued_at", "id")


class LetterText(msgspec.Struct, frozen=True):
    """A letter as it would read: its name, its parts in both languages, its articles."""

    name: Words
    parts: tuple[letters.Entry, ...]
    cites: tuple[str, ...]


def letter_text(kind: str, values: dict[str, Any]) -> LetterText:
    """What a letter of this kind would say; nothing is signed or kept. Raises Refusal ``letter_lacks``."""
    sort = keys.letter_kind(kind)
    return LetterText(sort.name, letters.write(sort, values), sort.cites)


def changes_of(certificate: Certificate) -> QuerySet[StatusChange]:
    """What became of a certificate, oldest first."""
    return certificate.changes.order_by("at", "id")


def verify(code: str, *, now: datetime) -> Verification:
    """What anyone may know by the code on the page, or by an identifier.

    An identifier can be guessed, so it alone does not tell who a person is. Shows what was signed, not what the columns
    say; only the status is ours to change.
    """
    wanted = code.strip().upper()
    if not _ASKED.fullmatch(wanted):
        return Verification(verdict="unknown")
    if letter := Letter.objects.filter(code=wanted).first():
        return _letter(letter)
    certificate = Certificate.objects.filter(Q(code=wanted) | Q(identifier=wanted)).first()
    if certificate is None:
        return Verification(verdict="unknown")
    return _certificate(certificate, named=certificate.code == wanted, now=now)


def verify_jws(data: bytes, *, at: datetime, roots: list[x509.Certificate] | None = None) -> seal.DataVerdict:
    """Judge a data certificate by itself: no database, no network. ``roots`` are this node's own when not given."""
    return seal.verify_data(data, keys.roots() if roots is None else roots, at=at)


def verify_pdf(data: bytes, *, roots: list[x509.Certificate] | None = None) -> seal.PdfVerdict:
    """Judge a PDF's signature by itself."""
    return seal.verify_pdf(data, keys.roots() if roots is None else roots)


def token_of(certificate: Certificate) -> str:
    """The JWS without a row on the trail: for this room's own work."""
    if certificate.key is None:
        return certificate.jws
    return vault.unseal(certificate.key, certificate.sealed, f"certificate:{certificate.id}").decode()


def name_of(made: Certificate | Letter) -> Words:
    """What a certificate or letter is called."""
    if isinstance(made, Letter):
        return keys.letter_kind(made.kind).name
    return _type_name(made.type_version_id)


@lru_cache(maxsize=512)
def _type_name(version: str) -> Words:
    """What a version of a type calls its certificates. Its digest names it, so what was read is kept."""
    return types.parse(bytes(TypeVersion.objects.get(pk=version).body)).name


def pdf_bytes(made: Certificate | Letter) -> bytes:
    """The signed PDF without a row on the trail, to send on what was just made; empty where it is not drawn yet."""
    return files.read(made.pdf) if made.pdf else b""


def payload_of(token: str) -> dict[str, Any]:
    """What a JWS of ours says; it is not verified here."""
    return canonical.loads(unb64(token.split(".")[1]))


def presented(certificate: Certificate, *, now: datetime) -> Verification:
    """What somebody learns to whom the holder shows the certificate now: the holder's full name too."""
    found = _certificate(certificate, named=True, now=now)
    return msgspec.structs.replace(found, holder=certificate.holder_name) if found.type else found


def _held(ref: str, code_type: str, code: str) -> QuerySet[Certificate]:
    who = Q(holdings__ref=ref) if ref else Q(holdings__lookup=lookup(code_type, code))
    return Certificate.objects.filter(who).select_related("key", "pdf")


def _of_people(found: list[Certificate], code_type: str) -> bool:
    return code_type == "111" or any(one.holder_code_type == "111" for one in found)


def _noted(warrant: Warrant, person: str, fields: tuple[str, ...], now: datetime, *, people: bool = True) -> None:
    if people:
        trail.read(warrant=warrant, person=person, resource="certificates", fields=fields, now=now)


def _letter(letter: Letter) -> Verification:
    return Verification(
        verdict="letter", type=name_of(letter), number=letter.number, issuer=letter.issuer_name,
        issued_at=letter.issued_at, demo=letter.demo, digest=letter.digest,
    )  # fmt: skip


def _certificate(certificate: Certificate, *, named: bool, now: datetime) -> Verification:
    try:
        found = verify_jws(token_of(certificate).encode(), at=now)
    except vault.Erased:
        return Verification(verdict="erased", identifier=certificate.identifier, issuer=certificate.issuer_name)
    if found.payload is None or found.payload["identifier"] != certificate.identifier:
        return Verification(verdict="tampered", identifier=certificate.identifier)
    kind = types.parse(bytes(certificate.type_version.body))
    person = certificate.holder_code_type == "111"
    name = found.payload["holder"]["name"]
    fields = found.payload["fields"] if named or not person else {}
    return Verification(
        verdict=_verdict(certificate, day_of(now)),
        type=kind.name,
        number=found.payload["number"],
        identifier=certificate.identifier,
        holder=(display.masked_name(name) if named else "") if person else name,
        issuer=found.payload["issuer"]["name"],
        status=certificate.status,
        status_name=Words(zh=Status(certificate.status).label, en=_STATUS_EN[certificate.status]),
        valid_from=certificate.valid_from,
        valid_to=certificate.valid_to,
        issued_at=certificate.issued_at,
        fields=_shown(certificate, fields, public_only=True),
        demo=certificate.demo,
        digest=certificate.pdf.sha256 if certificate.pdf else "",
    )


def _shown(certificate: Certificate, fields: dict[str, Any], *, public_only: bool) -> tuple[tuple[Words, str], ...]:
    kind = types.parse(bytes(certificate.type_version.body))
    return tuple(
        (field.title, display.text(field, fields[field.key]))
        for field in kind.fields
        if field.key in fields and (field.public or not public_only)
    )


def _verdict(certificate: Certificate, today: date) -> Verdict:
    if certificate.status != Status.VALID:
        return "ended"
    if today < certificate.valid_from:
        return "not_yet"
    if certificate.valid_to is not None and certificate.valid_to < today:
        return "expired"
    return "valid"
