"""Ordering a parcel once, believing the courier only in order, looking for what nothing is heard of, another address."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.base.actors import Actor
from tongban.base.errors import Conflict, NotFound, Refusal
from tongban.base.words import Words
from tongban.delivery.models import OPEN, Consigned, Parcel, Report
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
    "called-off": set(),
}
# What an officer may find who looked for a parcel, and in which states of it.
FINDINGS = {
    "waits": set(OPEN),
    "lost": set(OPEN),
    "delivered": {"collected", "on-the-way"},
    "called-off": {"ordered"},
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


class DoesNotFollow(Conflict):
    """The report has its turn, but nothing can be so after what was said before (delivered, and then collected)."""

    def __init__(self, said: str, kind: str) -> None:
        super().__init__(
            "does_not_follow",
            Words(zh="“{said}”之后不会是“{kind}”", en="“{kind}” cannot follow “{said}”").format(said=said, kind=kind[:20]),
            next_step=Words(zh="请核对状态后重新回报。", en="Check the state and report again."),
        )


class OtherContent(Conflict):
    """The same report came before with other content."""

    def __init__(self) -> None:
        super().__init__(
            "other_content", Words(zh="同一条回报内容不同", en="This report came before with other content")
        )


class NoDoubt(Conflict):
    """Nothing is to be looked for: the courier spoke meanwhile, or a colleague found it."""

    def __init__(self) -> None:
        super().__init__(
            "no_doubt",
            Words(zh="这个包裹已经有了下文", en="There is news of this parcel already"),
            because=Words(zh="快递刚刚回报过，或者同事已经处理。", en="The courier reported, or a colleague dealt with it."),
            next_step=Words(zh="请看它现在的状态。", en="See how it stands now."),
        )


class NoSuchFinding(Refusal):
    """The finding does not fit where the parcel was last."""

    def __init__(self) -> None:
        super().__init__(
            "no_finding",
            Words(zh="请选查找的结果", en="Choose what was found"),
            because=Words(zh="结果要和快递最后的状态相符。", en="It must fit where the parcel was last."),
            field="finding",
        )


class OnItsEnd(Conflict):
    """The parcel has arrived, came back or is lost: its address changes no more."""

    def __init__(self) -> None:
        super().__init__(
            "parcel_over",
            Words(zh="包裹已经不在路上，不能改地址", en="The parcel is not on its way any more: its address stays"),
            next_step=Words(zh="退回或遗失的，可以按新地址重新寄送。", en="What came back or got lost can be sent anew."),
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
    parcel = Parcel(kind=kind, case=first, key=key, courier=courier, state="ordered", again=again)
    parcel.ordered_at = parcel.heard_at = now
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
    """Take one report of the courier's. Returns the parcel when it moved, None for a repetition, and for what follows on
    its own reports alone: what an officer found stands, and the report is kept beside it. Raises NotFound for a parcel
    that is not this courier's, OutOfOrder, DoesNotFollow, OtherContent."""
    row = Parcel.objects.select_for_update(of=("self",)).filter(pk=parcel, courier=courier).first()
    if row is None or (row.tracking and row.tracking != tracking):
        raise NotFound("no_parcel", Words(zh="没有这个包裹", en="There is no such parcel"))
    before = Report.objects.filter(parcel=row, number=number).first()
    if before is not None:
        if before.digest != digest:
            raise OtherContent
        return None
    last = Report.objects.filter(parcel=row).order_by("-number").first()
    expected, said = (last.number + 1, last.kind) if last else (1, "ordered")
    if number != expected:
        raise OutOfOrder(expected)
    if kind not in FOLLOWS[said]:
        raise DoesNotFollow(said, kind)
    Report.objects.create(parcel=row, number=number, kind=kind, at=at, received_at=now, digest=digest)
    if said != row.state:
        return None
    row.note, row.heard_at = note.replace("\0", "")[:200], now
    _moved(row, kind, at)
    return row


def _moved(row: Parcel, state: str, at: datetime) -> None:
    """The parcel is there now; whatever was doubted of it is answered."""
    row.state, row.doubt, row.doubted_at = state, "", None
    row.delivered_at = at if state == "delivered" else None
    row.save()
    if state in OVER:
        Consigned.objects.filter(parcel=row).update(open=False)


def asked(*, parcel: Parcel, now: datetime) -> None:
    """The courier is asked about it."""
    Parcel.objects.filter(pk=parcel.pk).update(asked_at=now)


@transaction.atomic
def doubt(*, parcel: Parcel, why: str, by: Actor, now: datetime) -> bool:
    """Nobody knows where it is: an officer looks for it. False where one does already, or it has arrived meanwhile."""
    if not Parcel.objects.filter(pk=parcel.pk, doubt="", state__in=OPEN).update(doubt=why, doubted_at=now):
        return False
    trail.record(by=by, verb="delivery.doubt", subject_kind="parcel", subject=str(parcel.pk), now=now, facts={"why": why})
    return True


@transaction.atomic
def found(*, parcel: Parcel, finding: str, words: str, by: Actor, now: datetime) -> Parcel:
    """An officer looked for it, and answers for what they found; ``words`` are for the person. Raises NoDoubt,
    NoSuchFinding."""
    row = Parcel.objects.select_for_update(of=("self",)).get(pk=parcel.pk)
    if not row.doubt or row.state not in OPEN:
        raise NoDoubt
    if row.state not in FINDINGS.get(finding, ()):
        raise NoSuchFinding
    facts = {"finding": finding, "why": row.doubt}
    row.heard_at, row.note = now, words.replace("\0", "").strip()[:200]
    _moved(row, row.state if finding == "waits" else finding, now)
    trail.record(by=by, verb="delivery.found", subject_kind="parcel", subject=str(row.pk), now=now, facts=facts)
    return row


@transaction.atomic
def want(*, parcel: Parcel, to: dict[str, str], by: Actor, now: datetime) -> None:
    """The person wants it brought to another address; the courier is asked by a job. Raises OnItsEnd."""
    row = Parcel.objects.select_for_update(of=("self",)).select_related("key").get(pk=parcel.pk)
    if row.state not in OPEN:
        raise OnItsEnd
    told = json.dumps(to, ensure_ascii=False).encode()
    row.wanted_sealed = vault.seal(row.key, told, f"parcel:{row.id}:wanted")
    row.save(update_fields=["wanted_sealed"])
    trail.record(by=by, verb="delivery.redirect", subject_kind="parcel", subject=str(row.pk), now=now)


@transaction.atomic
def redirected(*, parcel: Parcel, ends: dict[str, Any] | None) -> bool:
    """The courier answered: it goes to ``ends`` from now on, or (None) where it went before. False where the person wants
    yet another address meanwhile."""
    row = Parcel.objects.select_for_update(of=("self",)).select_related("key").get(pk=parcel.pk)
    if bytes(row.wanted_sealed or b"") != bytes(parcel.wanted_sealed or b""):
        return False
    if ends is not None:
        told = json.dumps(ends, ensure_ascii=False).encode()
        row.address_sealed = vault.seal(row.key, told, f"parcel:{row.id}")
    row.wanted_sealed = None
    row.save(update_fields=["address_sealed", "wanted_sealed"])
    return True


def _record(verb: str, case: str, by: Actor, now: datetime, **facts: Any) -> None:
    trail.record(by=by, verb=verb, subject_kind="case", subject=case, now=now, facts=facts)
