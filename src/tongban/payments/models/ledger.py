"""The ledger, which only grows and always balances."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from tongban.base.ids import uuid7
from tongban.payments.models.orders import Order
from tongban.payments.models.payouts import Payout


class Account(models.Model):
    """An account of the ledger: ``acquirer:<peer>`` (what it holds for us), ``payee:<office role>`` (what is still to be paid
    out to them), ``paying-out`` (on its way to a payee), ``returning`` (asked back and not yet confirmed), ``surplus`` (came
    in beside every order)."""

    append_only = True

    code = models.CharField(max_length=80, primary_key=True)

    def __str__(self) -> str:
        return self.code


class Entry(models.Model):
    """One posting. ``once`` keeps it from being made twice; ``total`` is what moved, ``lines`` how many lines say so: a
    line that somebody adds later would break both."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    once = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=16)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="entries", null=True)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="entries", null=True)
    total = models.BigIntegerField()
    lines = models.SmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            CheckConstraint(name="payments_entry_moves", condition=Q(total__gt=0, lines__gte=2)),
            CheckConstraint(name="payments_entry_of_one", condition=Q(order=None) ^ Q(payout=None)),
        ]
        indexes = [Index(fields=["at"], name="payments_entry_at")]

    def __str__(self) -> str:
        return self.once


class Line(models.Model):
    """What one posting does to one account, in fen: more is positive (借), less negative (贷). A deferred trigger holds
    at the end of each transaction that the lines of a posting are as many as it says and come to nothing."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="posted")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    fen = models.BigIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["entry", "account"], name="payments_line_once"),
            CheckConstraint(name="payments_line_fen", condition=~Q(fen=0)),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.fen}"
