"""Posting to the ledger and reading it. Every posting moves money from accounts to accounts; none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Sum

from tongban.payments.models import Account, Entry, Line, Order

RETURNING, SURPLUS = "returning", "surplus"


def held_by(acquirer: str) -> str:
    """The account of what an acquirer holds for this city."""
    return f"acquirer:{acquirer}"


def payee(role: str) -> str:
    """The account of what an office has got."""
    return f"payee:{role}"


def post(*, once: str, kind: str, order: Order, moves: Mapping[str, int], by: str, now: datetime) -> Entry | None:
    """One posting: account → fen, which come to nothing together. None where it was made before.

    In the caller's transaction, at whose end PostgreSQL counts it again.
    """
    lines = {code: fen for code, fen in moves.items() if fen}
    if sum(lines.values()) or len(lines) < 2:
        raise ValueError(f"{once} does not balance")
    if Entry.objects.filter(once=once).exists():
        return None
    Account.objects.bulk_create([Account(code=code) for code in sorted(lines)], ignore_conflicts=True)
    total = sum(fen for fen in lines.values() if fen > 0)
    entry = Entry.objects.create(once=once, kind=kind, order=order, total=total, lines=len(lines), at=now, by=by)
    Line.objects.bulk_create([Line(entry=entry, account_id=code, fen=lines[code]) for code in sorted(lines)])
    return entry


def balance(account: str) -> int:
    """What stands on an account, in fen: what an acquirer holds is positive, what payees have got negative."""
    return Line.objects.filter(account=account).aggregate(fen=Sum("fen"))["fen"] or 0


def balances() -> dict[str, int]:
    """What stands on each account; together they come to nothing."""
    rows = Line.objects.order_by("account").values("account").annotate(sum=Sum("fen"))
    return {row["account"]: row["sum"] for row in rows}
