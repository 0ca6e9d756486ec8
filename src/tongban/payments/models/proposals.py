"""Refunds by hand: one officer asks for it, another allows it."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from tongban.base.ids import uuid7
from tongban.payments.models.orders import Order, Refund


class Proposal(models.Model):
    """What one officer wants to be given back of an order, so much of each share, why and under which article (退费申请).

    It moves nothing until another officer allows it; ``refund`` is what came of it then. One waits for each order. ``stuck``
    is the refund that the acquirer would not make, where it is that money.
    """

    OPEN, ALLOWED, DECLINED, TAKEN_BACK = "open", "allowed", "declined", "taken-back"

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="proposals")
    shares = models.JSONField()
    fen = models.BigIntegerField()
    reason = models.TextField()
    cites = models.TextField()
    state = models.CharField(max_length=12, default=OPEN)
    asked_by = models.CharField(max_length=80)
    asked_name = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    judged_by = models.CharField(max_length=80, blank=True)
    judged_name = models.CharField(max_length=80, blank=True)
    judged_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, related_name="proposal", null=True)
    stuck = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="by_hand", null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["order"], name="payments_one_proposal", condition=Q(state="open")),
            CheckConstraint(name="payments_proposal_fen", condition=Q(fen__gt=0)),
            CheckConstraint(name="payments_proposal_by_two", condition=~Q(judged_by=F("asked_by"))),
            CheckConstraint(
                name="payments_proposal_state",
                condition=Q(state="open", judged_by="", judged_at=None, refund=None)
                | (Q(state="allowed", judged_at__isnull=False, refund__isnull=False) & ~Q(judged_by=""))
                | Q(state="taken-back", judged_by="", judged_at__isnull=False, refund=None)
                | (Q(state="declined", judged_at__isnull=False, refund=None) & ~Q(judged_by="")),
            ),
        ]
        indexes = [Index(fields=["asked_at"], name="payments_proposal_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.order_id} {self.fen} {self.state}"
