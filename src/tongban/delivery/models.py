"""Parcels, the cases that each is for, and the courier's signed reports."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from tongban.base.ids import uuid7
from tongban.files.models import Key

OPEN = ("ordered", "collected", "on-the-way")  # where the courier has still something to say

class Parcel(models.Model):
    """One consignment, ordered once, tracked by the courier's callbacks.

    ``outcome`` goes to a person with all that was made out, of one case or several of theirs; ``originals`` are fetched
    from a person and brought to the office. ``case`` is the first of its cases, which the courier is told. ``words`` say
    what is inside; ``note`` is the courier's last; ``again`` is the lost parcel that this one was made anew for.
    ``wanted_sealed`` is another address that the courier is being asked for.

    ``heard_at`` is since when the courier is silent, ``asked_at`` when it was last asked. ``doubt`` says why an officer
    must look: nobody knows where the parcel is, or the courier contradicts itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=12, default="outcome")
    case = models.CharField(max_length=80)
    words = models.JSONField(default=dict)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    address_sealed = models.BinaryField()
    wanted_sealed = models.BinaryField(null=True)
    courier = models.CharField(max_length=64)
    tracking = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=16)
    note = models.CharField(max_length=200, blank=True)
    again = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="anew")
    ordered_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    doubt = models.CharField(max_length=16, blank=True)
    doubted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_doubt_has_its_time",
                condition=Q(doubt="", doubted_at=None) | (~Q(doubt="") & Q(doubted_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="delivery_delivered_has_its_time",
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at=None)),
            ),
            models.CheckConstraint(name="delivery_not_anew_for_itself", condition=Q(again=None) | ~Q(again=F("id"))),
        ]
        indexes = [
            models.Index(fields=["case", "-ordered_at"], name="delivery_parcel_case"),
            models.Index(fields=["heard_at"], name="delivery_silent", condition=Q(state__in=OPEN)),
            models.Index(fields=["doubted_at"], name="delivery_doubted", condition=~Q(doubt="")),
        ]

    @property
    def said(self) -> list[tuple[datetime, str]]:
        """What the courier reported, each with its time."""
        return [(each.at, each.kind) for each in self.reports.all()]


class Consigned(models.Model):
    """One case's part of a parcel: which of its certificates are inside. ``open`` until the parcel is lost, came back or
    was called off: a case is in one parcel of a kind at a time."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="consigned")
    kind = models.CharField(max_length=12, default="outcome")
    case = models.CharField(max_length=80)
    contents = models.JSONField(default=list)
    open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], name="delivery_one_parcel_on_its_way", condition=Q(open=True)
            ),
            models.UniqueConstraint(fields=["parcel", "case"], name="delivery_case_once_in_a_parcel"),
        ]


class Report(models.Model):
    """One report of the courier on a parcel; kept whether it moved the parcel or was refused."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="reports")
    number = models.IntegerField()
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "number"], name="delivery_report_once")]
