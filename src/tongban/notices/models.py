"""Notices and text messages."""

from django.db import models

from tongban.base.ids import uuid7
from tongban.files.models import Key
from tongban.identity.models import Account


class Notice(models.Model):
    """One message in a person's space, about one case where ``case`` names it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    title = models.JSONField()
    body = models.JSONField()
    case = models.CharField(max_length=80, blank=True)
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="notices_notice_account")]


class Text(models.Model):
    """One text message, sealed, on its way through the SMS port."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    mobile_sealed = models.BinaryField()
    words_sealed = models.BinaryField()
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=120, blank=True)
