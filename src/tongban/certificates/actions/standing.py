"""Changing what a certificate is worth: its status."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.base.actors import Actor
from tongban.base.errors import Conflict
from tongban.base.words import Words
from tongban.certificates.models import Certificate, Status, StatusChange
from tongban.trail import actions as trail

_ENDS = {Status.WITHHELD, Status.QUASHED, Status.CANCELLED, Status.LAPSED, Status.MOVED, Status.REVOKED, Status.OTHER}
# From what to what a status may go. What is quashed, cancelled, lapsed, moved or revoked stays so.
_MAY_BECOME: dict[str, set[Status]] = {
    Status.VALID: _ENDS,
    Status.WITHHELD: (_ENDS | {Status.VALID}) - {Status.WITHHELD},
    Status.OTHER: (_ENDS | {Status.VALID}) - {Status.OTHER},
}


@transaction.atomic
def change_status(
    *, certificate: Certificate, to: str, why: str, by: Actor, now: datetime, cites: tuple[str, ...] = ()
) -> Certificate:
    """Change the status (01–07, 99), for good where the law knows no way back. Raises Conflict for another way."""
    held = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if to not in _MAY_BECOME.get(held.status, set()):
        was, wanted = Status(held.status).label, Status(to).label if to in Status.values else to
        raise Conflict(
            "certificate_status",
            Words(
                zh=f"证照状态为“{was}”，不能改为“{wanted}”", en=f"The status is {held.status} and cannot become {to}"
            ),
        )
    StatusChange.objects.create(
        certificate=held, before=held.status, after=to, why=why, cites=list(cites), by=by.id, at=now
    )
    told(held, "certificate.status", by=by, now=now, before=held.status, after=to)
    held.status = certificate.status = Status(to).value
    held.save(update_fields=["status"])
    return certificate


def told(certificate: Certificate, verb: str, *, by: Actor, now: datetime, **facts: str) -> None:
    """Leave a row on the trail; ``facts`` hold no personal content."""
    trail.record(by=by, verb=verb, subject_kind="certificate", subject=certificate.identifier, now=now, facts=facts)
