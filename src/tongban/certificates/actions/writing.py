"""Writing letters."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.base.actors import Actor
from tongban.certificates import keys, letters, pdf
from tongban.certificates.actions.serials import new_code, next_serial
from tongban.certificates.content import Issuer
from tongban.certificates.models import Letter
from tongban.files import actions as files
from tongban.files.models import Key
from tongban.trail import actions as trail


@transaction.atomic
def write_letter(
    *,
    kind: str,
    issuer: Issuer,
    addressee: str,
    values: dict[str, Any],
    case_ref: str,
    by: Actor,
    now: datetime,
    key: Key | None = None,
    occasion: str = "",
) -> Letter:
    """Write and sign a letter once for this case, kind and occasion; asked again, answer the same one.

    ``values`` are texts, ``Words`` or lists of them, by the names that the kind needs (``letters.LetterKind``); ``key``
    is the case's. Raises Refusal ``letter_lacks`` where the law wants more, ``MissingGlyph``.
    """
    if found := Letter.objects.filter(case_ref=case_ref, kind=kind, occasion=occasion).first():
        return found
    sort = keys.letter_kind(kind)
    text = letters.write(sort, {"case_number": case_ref, **values})
    code, serial = new_code(), next_serial()
    number = sort.number.format(short=issuer.short, year=now.astimezone(keys.HERE).year, serial=f"{serial:06d}")
    head = pdf.Letterhead(
        issuer=issuer.name, addressee=addressee, number=number, case=str(values.get("case_number", case_ref)), at=now,
        address=keys.address(code), demo=keys.demo(),
    )  # fmt: skip
    page = pdf.letter(keys.press(), keys.signer(), sort, text, head, place=issuer.name)
    letter = Letter(
        kind=kind, number=number, code=code, case_ref=case_ref, occasion=occasion, issuer_office=issuer.office,
        issuer_name=issuer.name, city=keys.city(), digest=hashlib.sha256(page).hexdigest(), demo=keys.demo(),
        issued_at=now, issued_by=by.id,
    )  # fmt: skip
    return _keep_letter(letter, page, key, by, now)


def _keep_letter(letter: Letter, page: bytes, key: Key | None, by: Actor, now: datetime) -> Letter:
    try:
        with transaction.atomic():
            letter.pdf = files.store(
                content=page, media_type="application/pdf", name=f"{letter.kind}.pdf", key=key, by=by, now=now
            )
            letter.save(force_insert=True)
    except IntegrityError:
        same = Letter.objects.filter(case_ref=letter.case_ref, kind=letter.kind, occasion=letter.occasion).first()
        if same is None:
            raise
        return same
    trail.record(
        by=by, verb="letter.write", subject_kind="case", subject=letter.case_ref, now=now,
        facts={"kind": letter.kind, "number": letter.number, "sha256": letter.digest},
    )  # fmt: skip
    return letter
