"""Notices and text messages."""

from django.db import models
from django.db.models import Q

from tongban.base.ids import uuid7
from tongban.files.models import Key
from tongban.identity.models import Account


class Kind(models.TextChoices):
    """What a message is about, as people choose how to be told: something to do, a case's progress, account and data."""

    ASK = "ask"
    CASE = "case"
    ACCOUNT = "account"


class Notice(models.Model):
    """One message in a person's space, about one case where ``case`` names it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CASE)
    title = models.JSONField()
    body = models.JSONField()
    case = models.CharField(max_length=80, blank=True)
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at", "-id"], name="notices_notice_account"),
            models.Index(fields=["account"], name="notices_notice_unread", condition=Q(read_at=None)),
        ]


class Preference(models.Model):
    """That a person wants no text message of one kind; the message in the space always stands."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="notices_preference_once")]


class Text(models.Model):
    """One text message, sealed, on its way through the SMS port. What it says is of no use after ``until``, where that is
    set: it is not sent later. Gone a day after it was sent, with its key."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    mobile_sealed = models.BinaryField()
    words_sealed = models.BinaryField()
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=120, blank=True)
