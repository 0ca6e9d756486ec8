"""What is paid out of the acquirer's hands into the payees' accounts."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from tongban.base.ids import uuid7


class Payout(models.Model):
    """One instruction to an acquirer: pay so much of what it holds for us to one payee, for one day.

    ``account`` is the payee's as it stood then; ``number`` the acquirer's own of the transfer, ``why`` its code where it
    failed. What failed is the payee's again, and goes with the following day's.
    """

    ASKED, DONE, FAILED = "asked", "done", "failed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    acquirer = models.CharField(max_length=64)
    payee = models.CharField(max_length=64)
    day = models.DateField()
    fen = models.BigIntegerField()
    account = models.JSONField()
    state = models.CharField(max_length=8, default=ASKED)
    number = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["acquirer", "payee", "day"], name="payments_payout_once_a_day"),
            CheckConstraint(name="payments_payout_fen", condition=Q(fen__gt=0)),
            CheckConstraint(
                name="payments_payout_state",
                condition=Q(state="asked", done_at=None, failed_at=None)
                | Q(state="done", done_at__isnull=False, failed_at=None)
                | Q(state="failed", done_at=None, failed_at__isnull=False),
            ),
        ]
        indexes = [
            Index(fields=["asked_at"], name="payments_payout_asked", condition=Q(state="asked")),
            Index(fields=["-day", "payee"], name="payments_payout_day"),
        ]

    def __str__(self) -> str:
        return f"{self.payee} {self.day} {self.state}"
