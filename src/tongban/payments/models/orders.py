"""Orders with their shares, what came in, what went back, and the acquirer's messages that were taken."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from tongban.base.ids import uuid7

CNY = "CNY"


class Order(models.Model):
    """One payment that is asked for in one case. What of it goes to whom stands in its shares.

    ``party`` is the role whose part it pays; empty where one pays for all. ``quote`` is the digest of what was shown before
    it was ordered; ``acquirer`` the peer that takes the money, ``reference`` its own number, ``url`` its page. ``paid_fen``
    and ``refunded_fen`` count what fits the order: money that came in beside it goes back by itself. ``payer`` is the
    account that ordered it.
    """

    OPEN, PAID, CLOSED = "open", "paid", "closed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.CharField(max_length=80)
    party = models.CharField(max_length=80, blank=True)
    quote = models.CharField(max_length=64)
    fen = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    state = models.CharField(max_length=8, default=OPEN)
    acquirer = models.CharField(max_length=64)
    reference = models.CharField(max_length=80, blank=True)
    url = models.CharField(max_length=500, blank=True)
    payer = models.CharField(max_length=80)
    paid_fen = models.BigIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["case", "party"], name="payments_one_open_order", condition=Q(state="open")),
            CheckConstraint(name="payments_order_fen", condition=Q(fen__gt=0, fen__lte=10**15)),
            CheckConstraint(name="payments_order_currency", condition=Q(currency=CNY)),
            CheckConstraint(
                name="payments_order_state",
                condition=Q(state="open", paid_fen=0, paid_at=None, closed_at=None)
                | Q(state="paid", paid_fen=F("fen"), paid_at__isnull=False, closed_at=None)
                | Q(state="closed", paid_fen=0, paid_at=None, closed_at__isnull=False),
            ),
            CheckConstraint(
                name="payments_no_more_back_than_paid",
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("paid_fen")),
            ),
        ]
        indexes = [
            Index(fields=["case", "-opened_at"], name="payments_order_case"),
            Index(fields=["opened_at"], name="payments_order_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class Share(models.Model):
    """What one payee gets of an order, for which item, under which article. ``refunded_fen`` went back, or is on its way;
    ``owes`` are the roles who owe it; empty: whoever applies."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shares")
    item = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    payee = models.CharField(max_length=64)
    title = models.JSONField()
    cites = models.JSONField(default=list)
    owes = models.JSONField(default=list)
    fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["order", "item", "key"], name="payments_share_once"),
            CheckConstraint(name="payments_share_fen", condition=Q(fen__gt=0)),
            CheckConstraint(
                name="payments_share_back_within", condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("fen"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}/{self.key} {self.fen}"

    @property
    def left(self) -> int:
        """What of it has not gone back."""
        return self.fen - self.refunded_fen


class Payment(models.Model):
    """Money that the acquirer took, by its own number. ``surplus``: it fits no open order (paid twice, or
    too late), and goes back whole."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    acquirer = models.CharField(max_length=64)
    number = models.CharField(max_length=80)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    fen = models.BigIntegerField()
    surplus = models.BooleanField(default=False)
    at = models.DateTimeField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["acquirer", "number"], name="payments_payment_once"),
            UniqueConstraint(fields=["order"], name="payments_order_paid_once", condition=Q(surplus=False)),
            CheckConstraint(name="payments_payment_fen", condition=Q(fen__gt=0)),
        ]
        indexes = [Index(fields=["acquirer", "at"], name="payments_payment_day")]

    def __str__(self) -> str:
        return self.number


class Refund(models.Model):
    """Money that goes back to who paid it: asked of the acquirer, done, or failed. ``why`` is a code.

    What failed is asked for ``again`` under another number, as which of the ``tries``; ``asked_at`` is when, and may be yet
    to come. After the last of them it is stuck: nobody else gets the money, and an officer has it go back.
    """

    ASKED, DONE, FAILED, STUCK = "asked", "done", "failed", "stuck"

    id = models.UUIDField(primary_key=True, default=uuid7)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    fen = models.BigIntegerField()
    why = models.CharField(max_length=16)
    state = models.CharField(max_length=8, default=ASKED)
    shares = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=1)
    again = models.OneToOneField("self", on_delete=models.PROTECT, related_name="anew", null=True)

    class Meta:
        constraints = [
            CheckConstraint(name="payments_refund_fen", condition=Q(fen__gt=0)),
            CheckConstraint(
                name="payments_refund_state",
                condition=Q(state="asked", done_at=None, failed_at=None)
                | Q(state="done", done_at__isnull=False, failed_at=None)
                | Q(state="failed", done_at=None, failed_at__isnull=False)
                | Q(state="stuck", done_at=None, failed_at=None),
            ),
        ]
        indexes = [
            Index(fields=["asked_at"], name="payments_refund_asked", condition=Q(state="asked")),
            Index(fields=["asked_at"], name="payments_refund_stuck", condition=Q(state="stuck")),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"

    @property
    def trouble(self) -> str:
        """It failed before and is tried ``again``, or is ``stuck``; nothing else."""
        if self.state == self.ASKED and self.tries > 1:
            return "again"
        return "stuck" if self.state == self.STUCK else ""

    def later(self, now: datetime) -> bool:
        """Whether it stands in for one that failed, and its time has not come: the acquirer has not heard of it."""
        return self.trouble == "again" and self.asked_at > now


class Report(models.Model):
    """One message of the acquirer that was taken as true; refused ones are on the wire's record."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    acquirer = models.CharField(max_length=64)
    event = models.CharField(max_length=80)
    kind = models.CharField(max_length=16)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="reports", null=True)
    payout = models.ForeignKey("payments.Payout", on_delete=models.PROTECT, related_name="reports", null=True)
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["acquirer", "event"], name="payments_report_once"),
            CheckConstraint(name="payments_report_of_one", condition=Q(order=None) ^ Q(payout=None)),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.kind}"
