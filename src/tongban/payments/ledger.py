"""Posting to the ledger and reading it. Every posting moves money from accounts to accounts; none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.db.models import Q, Sum

from tongban.payments.models import Account, Entry, Line, Order, Payout

RETURNING, SURPLUS, PAYING_OUT = "returning", "surplus", "paying-out"
_PAYEE = "payee:"


def held_by(acquirer: str) -> str:
    """The account of what an acquirer holds for this city."""
    return f"acquirer:{acquirer}"


def payee(role: str) -> str:
    """The account of what is to be paid out to an office: negative while it has money to come, positive while it owes."""
    return f"{_PAYEE}{role}"


def hold(acquirer: str, *, alone: bool = False) -> None:
    """Until this transaction ends, nobody pays out (``alone``: nor gives back) what this acquirer holds: what is there is
    counted, and then it is still there."""
    shared = "" if alone else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(hashtextextended(%s, 0))", [f"payments:payout:{acquirer}"])


def post(
    *, once: str, kind: str, of: Order | Payout, moves: Mapping[str, int], by: str, now: datetime
) -> Entry | None:
    """One posting of an order or a payout: account → fen, which come to nothing together. None where it was made before.

    In the caller's transaction, at whose end PostgreSQL counts it again.
    """
    lines = {code: fen for code, fen in moves.items() if fen}
    if sum(lines.values()) or len(lines) < 2:
        raise ValueError(f"{once} does not balance")
    if Entry.objects.filter(once=once).exists():
        return None
    Account.objects.bulk_create([Account(code=code) for code in sorted(lines)], ignore_conflicts=True)
    total = sum(fen for fen in lines.values() if fen > 0)
    about = {"order": of} if isinstance(of, Order) else {"payout": of}
    entry = Entry.objects.create(once=once, kind=kind, total=total, lines=len(lines), at=now, by=by, **about)
    Line.objects.bulk_create([Line(entry=entry, account_id=code, fen=lines[code]) for code in sorted(lines)])
    return entry


def balance(account: str) -> int:
    """What stands on an account, in fen: what an acquirer holds is positive, what payees are to get negative."""
    return Line.objects.filter(account=account).aggregate(fen=Sum("fen"))["fen"] or 0


def balances() -> dict[str, int]:
    """What stands on each account; together they come to nothing."""
    rows = Line.objects.order_by("account").values("account").annotate(sum=Sum("fen"))
    return {row["account"]: row["sum"] for row in rows}


def owed(acquirer: str, *, before: datetime) -> dict[str, int]:
    """What each office is to get of what this acquirer took up to then (not included), by role; what it owes is negative.

    Money that went back, or out, since then is counted all the same: together it is never more than the acquirer holds.
    """
    of = Q(entry__order__acquirer=acquirer) | Q(entry__payout__acquirer=acquirer)
    late = Q(fen__lt=0, entry__at__gte=before)
    rows = Line.objects.filter(of, account__code__startswith=_PAYEE).values("account").order_by("account")
    found = rows.annotate(sum=Sum("fen"), later=Sum("fen", filter=late))
    return {row["account"].removeprefix(_PAYEE): (row["later"] or 0) - row["sum"] for row in found}
