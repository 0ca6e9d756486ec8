"""Ordering a parcel once, believing the courier only in order, and making one anew that was lost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.base.actors import Actor
from tongban.base.errors import Conflict, NotFound
from tongban.base.words import Words
from tongban.delivery.models import Consigned, Parcel, Report
from tongban.delivery.queries import OVER
from tongban.files import vault
from tongban.trail import actions as trail

# What may follow what; "ordered" is ours, the rest the courier says.
FOLLOWS = {
    "ordered": {"collected", "lost"},
    "collected": {"on-the-way", "returned", "lost"},
    "on-the-way": {"delivered", "returned", "lost"},
    "delivered": set(),
    "returned": set(),
    "lost": set(),
}


class AlreadyOrdered(Conflict):
    """The case has a parcel on its way."""

    def __init__(self) -> None:
        super().__init__("already_ordered", Words(zh="已经下过单了", en="It is ordered already"))


class OutOfOrder(Conflict):
    """The courier's report does not follow on what it said before; kept on the trail, nothing moved."""

    def __init__(self, expected: int) -> None:
        super().__init__(
            "out_of_order",
            Words(zh="快递回报的顺序不对，应为第 {n} 条", en="Reports out of order: number {n} is expected").format(
                n=expected
            ),
        )
        self.expected = expected


class OtherContent(Conflict):
    """The same report came before with other content."""

    def __init__(self) -> None:
        super().__init__(
            "other_content", Words(zh="同一条回报内容不同", en="This report came before with other content")
        )


@transaction.atomic
def order(
    *,
    cases: Mapping[str, Sequence[str]],
    ends: dict[str, dict[str, str]],
    courier: str,
    kind: str = "outcome",
    words: Words | None = None,
    again: Parcel | None = None,
    by: Actor,
    now: datetime,
) -> Parcel:
    """Note a parcel for one case or several (number → what of it is inside); ordered from the courier by a job. ``ends``
    are ``to`` and, for what is fetched, ``from``. Raises AlreadyOrdered."""
    key, first = vault.new_key(), next(iter(cases))
    parcel = Parcel(kind=kind, case=first, key=key, courier=courier, state="ordered", ordered_at=now, again=again)
    parcel.words = {"zh": words.zh, "en": words.en} if words else {}
    parcel.address_sealed = vault.seal(key, json.dumps(ends, ensure_ascii=False).encode(), f"parcel:{parcel.id}")
    parts = [Consigned(parcel=parcel, kind=kind, case=case, contents=list(inside)) for case, inside in cases.items()]
    try:
        with transaction.atomic():
            parcel.save(force_insert=True)
            Consigned.objects.bulk_create(parts)
    except IntegrityError as twice:
        raise AlreadyOrdered from twice
    for case in cases:
        _record("delivery.order", case, by, now, parcel=str(parcel.id), kind=kind)
    return parcel


@transaction.atomic
def tracked(*, parcel: Parcel, tracking: str) -> None:
    """Keep the courier's tracking number."""
    Parcel.objects.filter(pk=parcel.pk).update(tracking=tracking[:80])


@transaction.atomic
def report(
    *,
    parcel: str,
    courier: str,
    tracking: str,
    number: int,
    kind: str,
    at: datetime,
    digest: str,
    note: str = "",
    now: datetime,
) -> Parcel | None:
    """Take one report of the courier's. Returns the parcel when it moved, None for a repetition. Raises NotFound for a
    parcel that is not this courier's, OutOfOrder, OtherContent."""
    row = Parcel.objects.select_for_update(of=("self",)).filter(pk=parcel, courier=courier).first()
    if row is None or (row.tracking and row.tracking != tracking):
        raise NotFound("no_parcel", Words(zh="没有这个包裹", en="There is no such parcel"))
    before = Report.objects.filter(parcel=row, number=number).first()
    if before is not None:
        if before.digest != digest:
            raise OtherContent
        return None
    last = Report.objects.filter(parcel=row).order_by("-number").values_list("number", flat=True).first() or 0
    if number != last + 1 or kind not in FOLLOWS[row.state]:
        raise OutOfOrder(last + 1)
    Report.objects.create(parcel=row, number=number, kind=kind, at=at, received_at=now, digest=digest)
    row.state, row.note = kind, note.replace("\0", "")[:200]
    row.delivered_at = at if kind == "delivered" else None
    row.save(update_fields=["state", "note", "delivered_at"])
    if kind in OVER:
        Consigned.objects.filter(parcel=row).update(open=False)
    return row


def _record(verb: str, case: str, by: Actor, now: datetime, **facts: Any) -> None:
    trail.record(by=by, verb=verb, subject_kind="case", subject=case, now=now, facts=facts)
