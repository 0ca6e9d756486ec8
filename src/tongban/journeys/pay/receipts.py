"""Receipts (电子票据): for each payee of a payment a certificate of what it got; given back, it ends or is made anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from tongban.base.actors import SYSTEM
from tongban.base.calendar import day_of
from tongban.base.cryptography import canonical
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases import queries as stored
from tongban.certificates import actions as certificates
from tongban.certificates import queries as issued
from tongban.journeys import issue, moves
from tongban.journeys.pay import payers
from tongban.payments import queries as payments
from tongban.trail import actions as trail

TYPE = "payment-receipt"


def of_orders(orders: Iterable[Any], eyes: payers.Eyes = payers.ALL) -> Iterator[Any]:
    """The receipts of these orders that stand, and that these eyes see, oldest first."""
    for order in orders:
        seen = tuple(_prefix(order, *each) for each in _groups(order) if eyes.whole or eyes.roles & set(each[1]))
        made = [each for each in issued.of_occasion(f"{order.id.hex}:") if each.status == "01"] if seen else []
        yield from (each for each in made if each.case_ref.startswith(seen))


def keep(row: Any, *, now: datetime) -> None:
    """Make every receipt that is missing, and end those of money that went back. Each amount of a payee has its own."""
    for order in payments.of_case(row.number):
        if order.state != order.PAID:
            continue
        for (payee, owes), shares in _groups(order).items():
            _keep(row, order, payee, owes, shares, now=now)


def _groups(order: Any) -> dict[tuple[str, tuple[str, ...]], list[Any]]:
    """The lines of an order by who gets them and who owes them: each has a receipt of its own."""
    found: dict[tuple[str, tuple[str, ...]], list[Any]] = {}
    for share in order.shares.all():
        found.setdefault((share.payee, tuple(share.owes)), []).append(share)
    return found


def _prefix(order: Any, payee: str, owes: tuple[str, ...]) -> str:
    return f"{order.id.hex}:{payee}:{canonical.digest(list(owes))[:8]}:"


def _keep(row: Any, order: Any, payee: str, owes: tuple[str, ...], shares: list[Any], *, now: datetime) -> None:
    back = _gone_back(order)
    left = {str(share.id): share.fen - back.get(str(share.id), 0) for share in shares}
    prefix = _prefix(order, payee, owes)
    wanted = f"{prefix}{sum(left.values())}"[:80]
    for made in issued.of_occasion(prefix):
        if made.case_ref != wanted and made.status == "01":
            certificates.change_status(certificate=made, to="04", why="款项已退回", by=SYSTEM, now=now)
    if sum(left.values()) and not issued.of_occasion(wanted).exists():
        try:
            with transaction.atomic():
                _make(row, order, payee, [(share, left[str(share.id)]) for share in shares], wanted, now=now)
        except Refusal as no:  # money is not held up by a paper; the reason is on the trail
            trail.record(
                by=SYSTEM, verb="payment.receipt", subject_kind="case", subject=row.number, now=now, refused=no.code
            )


def _gone_back(order: Any) -> dict[str, int]:
    """What of each share has reached who paid it."""
    found: dict[str, int] = {}
    for payment in order.payments.all():
        for refund in payment.refunds.all():
            for share, fen in refund.shares.items() if refund.state == refund.DONE else ():
                found[share] = found.get(share, 0) + fen
    return found


def _make(row: Any, order: Any, payee: str, shares: list[tuple[Any, int]], ref: str, *, now: datetime) -> None:
    role = _owes(row, shares[0][0].owes, now)
    holder = _payer(role, now)
    office = issue.issuer(payee)
    made = certificates.issue(
        type=TYPE,
        holder=holder,
        fields={
            "payer": holder.name,
            "payee": office.name,
            "matter": Words(**row.title).zh,
            "items": [f"{share.title['zh']} {fen // 100:,}.{fen % 100:02d} 元" for share, fen in shares if fen],
            "total": sum(fen for _, fen in shares),
            "paid_on": day_of(order.paid_at).isoformat(),
            "reference": order.reference,
            "case": row.number,
        },
        issuer=office,
        case_ref=ref,
        by=SYSTEM,
        now=now,
    )
    issue.send_letter(row, made, now=now, roles=[role["key"]])


def _owes(row: Any, owes: list[str], now: datetime) -> dict[str, Any]:
    """Who owes it, whoever paid: the first of those who do; of nobody's the first party of the case."""
    roles = stored.content(row, warrant=moves.SELF, now=now)["document"]["roles"]
    return dict(next((role for role in roles if role["key"] in owes), roles[0]))


def _payer(role: dict[str, Any], now: datetime) -> certificates.Holder:
    """The same, a firm or a person, as who holds the receipt."""
    if role.get("entity"):
        return certificates.Holder(name=role["name"], code_type="001", code=role["entity"], ref=role["entity"])
    found = moves.person_of(role["person"], now=now)
    return certificates.Holder(name=role["name"], code_type="111", code=role["person"], ref=found)
