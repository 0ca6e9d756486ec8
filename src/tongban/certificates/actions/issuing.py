"""Issuing certificates and drawing their pages."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from tongban.base.actors import Actor
from tongban.base.calendar import day_of
from tongban.base.cryptography import canonical
from tongban.base.identifiers import certificate as identifiers
from tongban.base.ids import uuid7
from tongban.certificates import content, display, keys, pdf, queries, types
from tongban.certificates.actions.serials import new_code, next_serial
from tongban.certificates.actions.standing import change_status, told
from tongban.certificates.content import Holder, Issuer
from tongban.certificates.models import Certificate, Holding, Status, TypeVersion
from tongban.certificates.press import MissingGlyph
from tongban.files import actions as files
from tongban.files import vault
from tongban.trail import actions as trail


@transaction.atomic
def issue(
    *,
    type: str,
    holder: Holder,
    fields: dict[str, Any],
    issuer: Issuer,
    case_ref: str,
    by: Actor,
    now: datetime,
    others: tuple[Holder, ...] = (),
    draw: bool = True,
    part: str = "",
) -> Certificate:
    """Issue a certificate of this type once for this case (or ``part`` of it) and holder; asked again, answer the same.

    ``fields`` are JSON values by the type's keys. ``others`` hold it too. With ``draw`` its PDF is made at once, unless
    a character has no glyph: then it is made by ``draw_pdf`` later. Raises Refusal naming the field, Denied where the
    office may not issue it, NotFound for an unknown type.
    """
    kind = keys.type_of(type)
    if found := _issued(kind, holder, case_ref, part):
        return found
    content.check(kind, (holder, *others), fields, issuer)
    before = _superseded(kind, holder)
    certificate = _certificate(kind, holder, issuer, case_ref, by, now)
    certificate.part, certificate.predecessor = part, before
    certificate.valid_from, certificate.valid_to = types.period(kind, fields, day_of(now))
    payload = _payload(kind, certificate, holder, others, fields, issuer)
    _keep_token(certificate, keys.signer().sign_data(payload), sealed=kind.sealed)
    if found := _kept_first(certificate, kind, holder):
        return found
    _keep_holders(certificate, (holder, *others))
    _end(before, certificate, by, now)
    told(certificate, "certificate.issue", by=by, now=now, type=kind.code, case=case_ref)
    if draw:
        _draw_if_possible(certificate, by, now)
    return certificate


def _kept_first(certificate: Certificate, kind: types.CertificateType, holder: Holder) -> Certificate | None:
    """Stores it; or the one that another process has issued for the same in the meantime."""
    try:
        with transaction.atomic():
            certificate.save(force_insert=True)
    except IntegrityError:
        if found := _issued(kind, holder, certificate.case_ref, certificate.part):
            return found
        raise
    return None


@transaction.atomic
def draw_pdf(*, certificate: Certificate, by: Actor, now: datetime) -> Certificate:
    """Make the certificate's signed PDF once. Raises ``MissingGlyph`` where no font has one of its characters."""
    held = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if held.pdf_id is None:
        token = queries.token_of(held)
        payload = queries.payload_of(token)
        kind = types.parse(bytes(held.type_version.body))
        page = pdf.certificate(keys.press(), keys.signer(), kind, payload, token, place=held.issuer_name)
        held.pdf = files.store(
            content=page, media_type="application/pdf", name=f"{kind.code}.pdf", key=held.key, by=by, now=now
        )
        held.save(update_fields=["pdf"])
    certificate.pdf = held.pdf
    return certificate


def _issued(kind: types.CertificateType, holder: Holder, case_ref: str, part: str) -> Certificate | None:
    lookup = queries.lookup(holder.code_type, holder.code)
    standing = Certificate.objects.exclude(status=Status.QUASHED)  # what was quashed is made out anew, if it is granted anew
    return standing.filter(case_ref=case_ref, part=part, type=kind.code, holder_lookup=lookup).first()


def _superseded(kind: types.CertificateType, holder: Holder) -> Certificate | None:
    """The holder's certificate that ends when this one is issued. One renewal at a time for a holder: a lock on a row
    would not do, for the renewal that waited would not see the row that the other one added."""
    if not kind.supersedes:
        return None
    lookup = queries.lookup(holder.code_type, holder.code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"certificates:{lookup}"])
    return (
        Certificate.objects.filter(holder_lookup=lookup, type__in=kind.supersedes, status=Status.VALID)
        .order_by("-issued_at", "-id")
        .first()
    )


def _end(before: Certificate | None, after: Certificate, by: Actor, now: datetime) -> None:
    if before is not None:
        why = f"由新的证照或者通知书取代，标识 {after.identifier}"
        change_status(certificate=before, to=Status.LAPSED, why=why, by=by, now=now)


def _certificate(
    kind: types.CertificateType, holder: Holder, issuer: Issuer, case_ref: str, by: Actor, now: datetime
) -> Certificate:
    serial, year, person = next_serial(), now.astimezone(keys.HERE).year, holder.code_type == "111"
    return Certificate(
        id=uuid7(),
        identifier=identifiers.compose(type=kind.type_code, issuer=issuer.uscc, serial=f"{year}{serial:08d}"),
        serial=serial,
        code=new_code(),
        type=kind.code,
        type_version=_version(kind),
        holder_name=holder.name,
        holder_code_type=holder.code_type,
        holder_lookup=queries.lookup(holder.code_type, holder.code),
        holder_masked=display.masked_code(holder.code) if person else holder.code,
        holder_ref=holder.ref,
        issuer_office=issuer.office,
        issuer_name=issuer.name,
        issuer_uscc=issuer.uscc,
        city=keys.city(),
        case_ref=case_ref,
        demo=keys.demo(),
        issued_at=now,
        issued_by=by.id,
    )


def _version(kind: types.CertificateType) -> TypeVersion:
    """The type as it is now, kept once."""
    body = types.body(kind)
    version = TypeVersion(sha256=canonical.sha256(body), code=kind.code, body=body)
    TypeVersion.objects.bulk_create([version], ignore_conflicts=True)
    return version


def _payload(
    kind: types.CertificateType,
    certificate: Certificate,
    holder: Holder,
    others: tuple[Holder, ...],
    fields: dict[str, Any],
    issuer: Issuer,
) -> dict[str, Any]:
    """What is signed; everything that stands on the page comes from here."""
    year = certificate.issued_at.astimezone(keys.HERE).year
    certificate.number = kind.number.format(
        short=issuer.short, year=year, serial=f"{certificate.serial:06d}", fields=fields
    )
    return {
        "identifier": certificate.identifier,
        "type": {
            "code": kind.code,
            "type_code": kind.type_code,
            "zh": kind.name.zh,
            "en": kind.name.en,
            "sha256": certificate.type_version_id,
        },
        "number": certificate.number,
        "holder": _party(holder),
        "others": [_party(other) for other in others],
        "issuer": {"office": issuer.office, "name": issuer.name, "uscc": issuer.uscc, "city": certificate.city},
        "fields": {key: value for key, value in fields.items() if value not in (None, "", [])},
        "case": certificate.case_ref,
        "predecessor": certificate.predecessor.identifier if certificate.predecessor else None,
        "issued_at": certificate.issued_at.isoformat(),
        "valid_from": certificate.valid_from.isoformat(),
        "valid_to": _iso(certificate.valid_to),
        "verify": keys.address(certificate.code),
        "demo": certificate.demo,
    }


def _party(holder: Holder) -> dict[str, str]:
    return {"name": holder.name, "code_type": holder.code_type, "code": holder.code}


def _keep_token(certificate: Certificate, token: str, *, sealed: bool) -> None:
    certificate.digest = hashlib.sha256(token.encode()).hexdigest()
    if sealed:
        certificate.key = vault.new_key()
        certificate.sealed = vault.seal(certificate.key, token.encode(), f"certificate:{certificate.id}")
    else:
        certificate.jws = token


def _keep_holders(certificate: Certificate, holders: tuple[Holder, ...]) -> None:
    rows: dict[str, Holding] = {}
    for holder in holders:
        lookup = queries.lookup(holder.code_type, holder.code)
        rows[lookup] = Holding(certificate=certificate, code_type=holder.code_type, lookup=lookup, ref=holder.ref)
    Holding.objects.bulk_create(rows.values())


def _draw_if_possible(certificate: Certificate, by: Actor, now: datetime) -> None:
    try:
        draw_pdf(certificate=certificate, by=by, now=now)
    except MissingGlyph as no:
        # The data certificate stands; the page waits for a font.
        trail.record(
            by=by, verb="certificate.draw", subject_kind="certificate", subject=certificate.identifier, now=now,
            refused=no.code,
        )  # fmt: skip


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()
