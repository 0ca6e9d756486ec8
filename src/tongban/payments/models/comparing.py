"""The acquirer's statements beside the ledger: what differed, and what was done about it."""

from django.db import models
from django.db.models import Index

from tongban.base.ids import uuid7


class Statement(models.Model):
    """One look at an acquirer's statement of a day beside the ledger: how many of its lines were read, how many had to be
    mended here, how many differ and want a person."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    acquirer = models.CharField(max_length=64)
    day = models.DateField()
    read = models.IntegerField()
    paid_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField()
    paid_out_fen = models.BigIntegerField(default=0)
    mended = models.IntegerField()
    differing = models.IntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [Index(fields=["acquirer", "-day", "-at"], name="payments_statement_day")]

    def __str__(self) -> str:
        return f"{self.acquirer} {self.day}"


class Drift(models.Model):
    """One difference between a statement and the ledger. ``mended``: what was lost on the way is booked now; else a person
    must look: ``kind`` says what is wrong with which payment, refund or payout. What came of it stands in its ``Mending``."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="drifts")
    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=80)
    ours_fen = models.BigIntegerField()
    theirs_fen = models.BigIntegerField()
    mended = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Mending(models.Model):
    """What was done about a drift: by an officer who says so, or by the machine, once both sides agree again."""

    AGREED = "agrees-now"

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    drift = models.OneToOneField(Drift, on_delete=models.PROTECT, related_name="mending")
    done = models.CharField(max_length=24)
    words = models.TextField(blank=True)
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.done
