"""Reading orders, payments and refunds."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet, Sum

from tongban.base.calendar import day_of
from tongban.payments.models import Drift, Order, Payment, Payout, Proposal, Refund, Share, Statement


def of_case(case: str) -> list[Order]:
    """The orders of a case with shares, payments and refunds; newest first."""
    refunds = Prefetch("refunds", Refund.objects.select_related("proposal").order_by("asked_at", "id"))
    payments = Prefetch("payments", Payment.objects.prefetch_related(refunds).order_by("at", "id"))
    shares = Prefetch("shares", Share.objects.order_by("payee", "id"))
    return list(Order.objects.filter(case=case).prefetch_related(shares, payments).order_by("-opened_at", "-id"))


def order(id: str) -> Order | None:
    """One order with its shares."""
    try:
        return Order.objects.prefetch_related("shares").filter(pk=UUID(str(id))).first()
    except ValueError:
        return None


def open_ones(case: str) -> list[Order]:
    """The orders of a case that wait to be paid: of several parties each may have one."""
    rows = Order.objects.prefetch_related("shares").filter(case=case, state=Order.OPEN)
    return list(rows.order_by("opened_at", "id"))


def being_paid(case: str) -> set[tuple[str, str]]:
    """The fees (item, key) of a case that stand in an order that waits to be paid."""
    return set(Share.objects.filter(order__case=case, order__state=Order.OPEN).values_list("item", "key"))


def kept(case: str) -> dict[tuple[str, str], int]:
    """What is paid of a case and has not gone back: (item, fee) → fen."""
    rows = Share.objects.filter(order__case=case, order__state=Order.PAID)
    found: dict[tuple[str, str], int] = {}
    for share in rows:
        if share.left:
            found[share.item, share.key] = found.get((share.item, share.key), 0) + share.left
    return found


def paid_shares(case: str) -> list[Share]:
    """The shares of a case that are paid and not wholly gone back, with their orders."""
    rows = Share.objects.select_related("order").filter(order__case=case, order__state=Order.PAID)
    return [share for share in rows.order_by("order__paid_at", "id") if share.left]


def anything(case: str) -> bool:
    """Whether anything was ever ordered in a case."""
    return Order.objects.filter(case=case).exists()


def payment_of(order: Order) -> Payment:
    """The payment that fits an order that is paid."""
    return Payment.objects.get(order=order, surplus=False)


def refund(id: str) -> Refund | None:
    """One refund with its payment and order."""
    try:
        return Refund.objects.select_related("payment__order").filter(pk=UUID(str(id))).first()
    except ValueError:
        return None


def refunds_asked(*, before: datetime) -> QuerySet[Refund]:
    """Refunds that were asked for before then and have not been heard of, oldest first."""
    rows = Refund.objects.select_related("payment__order").filter(state=Refund.ASKED, asked_at__lt=before)
    return rows.order_by("asked_at", "id")


def refunds_stuck() -> QuerySet[Refund]:
    """Refunds that the acquirer would not make, however often it was asked, oldest first."""
    rows = Refund.objects.select_related("payment__order").prefetch_related("payment__order__shares")
    return rows.filter(state=Refund.STUCK).order_by("asked_at", "id")


def open_since(*, before: datetime) -> QuerySet[Order]:
    """Orders that wait to be paid since before then, oldest first."""
    return Order.objects.filter(state=Order.OPEN, opened_at__lt=before).exclude(url="").order_by("opened_at", "id")


def payments_between(acquirer: str, since: datetime, until: datetime) -> QuerySet[Payment]:
    """What an acquirer took from ``since`` up to ``until`` (not included), by when it took it."""
    return Payment.objects.filter(acquirer=acquirer, at__gte=since, at__lt=until).order_by("at", "id")


def refunds_between(acquirer: str, since: datetime, until: datetime) -> QuerySet[Refund]:
    """What an acquirer gave back in that time."""
    rows = Refund.objects.filter(payment__acquirer=acquirer, state=Refund.DONE, done_at__gte=since, done_at__lt=until)
    return rows.select_related("payment").order_by("done_at", "id")


def acquirers() -> list[str]:
    """Everybody who was ever asked to take money."""
    return list(Order.objects.order_by("acquirer").values_list("acquirer", flat=True).distinct())


def asked_first(acquirer: str) -> datetime:
    """When this acquirer was first asked to take money; it was asked at least once."""
    return Order.objects.filter(acquirer=acquirer).order_by("opened_at").values_list("opened_at", flat=True)[0]


def compared(acquirer: str, *, since: date) -> set[date]:
    """The days since then of which a statement was compared after the day was over."""
    rows = Statement.objects.filter(acquirer=acquirer, day__gte=since).values_list("day", "at")
    return {day for day, at in rows if day_of(at) > day}


def statements(limit: int = 60) -> list[Statement]:
    """What came of the last comparisons, newest day first."""
    return list(Statement.objects.prefetch_related("drifts").order_by("-day", "-at")[:limit])


def drifts_open(*, acquirer: str = "", day: date | None = None) -> QuerySet[Drift]:
    """Differences that nobody has dealt with, newest first; of one day's statements where that is named."""
    rows = Drift.objects.select_related("statement").filter(mended=False, mending=None)
    rows = rows.filter(statement__acquirer=acquirer) if acquirer else rows
    return (rows.filter(statement__day=day) if day else rows).order_by("-id")


def drifts_past() -> QuerySet[Drift]:
    """Differences that were dealt with, by the machine or by somebody, newest first."""
    rows = Drift.objects.select_related("statement", "mending")
    return rows.filter(Q(mended=True) | Q(mending__isnull=False)).order_by("-id")


def doubted_fen(acquirer: str) -> int:
    """What we believe an acquirer to hold and its statements do not say: as long as nobody has dealt with it."""
    rows = drifts_open(acquirer=acquirer).filter(kind__in=("missing-there", "other-amount"))
    return sum(max(0, row.ours_fen - row.theirs_fen) for row in rows)


def proposals_open() -> QuerySet[Proposal]:
    """Refunds by hand that wait for another officer, oldest first."""
    rows = Proposal.objects.select_related("order").prefetch_related("order__shares").filter(state=Proposal.OPEN)
    return rows.order_by("asked_at", "id")


def proposals_of(case: str) -> QuerySet[Proposal]:
    """All that was asked for by hand in a case, newest first."""
    rows = Proposal.objects.filter(order__case=case).select_related("order", "refund").prefetch_related("order__shares")
    return rows.order_by("-asked_at", "-id")


def proposal(id: str) -> Proposal | None:
    """One of them with its order."""
    try:
        return Proposal.objects.select_related("order").filter(pk=UUID(str(id))).first()
    except ValueError:
        return None


def payout(id: str) -> Payout | None:
    """One payout."""
    try:
        return Payout.objects.filter(pk=UUID(str(id))).first()
    except ValueError:
        return None


def payouts(limit: int = 60) -> list[Payout]:
    """The last payouts, newest day first."""
    return list(Payout.objects.order_by("-day", "payee")[:limit])


def payouts_asked(*, before: datetime) -> QuerySet[Payout]:
    """Payouts that were instructed before then and have not been heard of, oldest first."""
    return Payout.objects.filter(state=Payout.ASKED, asked_at__lt=before).order_by("asked_at", "id")


def payouts_between(acquirer: str, since: datetime, until: datetime) -> QuerySet[Payout]:
    """What an acquirer paid out in that time."""
    rows = Payout.objects.filter(acquirer=acquirer, state=Payout.DONE, done_at__gte=since, done_at__lt=until)
    return rows.order_by("done_at", "id")


def totals() -> dict[str, int]:
    """All that was paid, and all that went back, in fen."""
    paid = Payment.objects.aggregate(fen=Sum("fen"))["fen"] or 0
    back = Refund.objects.filter(state=Refund.DONE).aggregate(fen=Sum("fen"))["fen"] or 0
    return {"paid": paid, "back": back}
