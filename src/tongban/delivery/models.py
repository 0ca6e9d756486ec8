"""Parcels and the courier's signed reports."""

from django.db import models
from django.db.models import Q

from tongban.base.ids import uuid7
from tongban.files.models import Key


class Parcel(models.Model):
    """One consignment for one case: ordered once, tracked by the courier's callbacks."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.CharField(max_length=80)
    contents = models.JSONField()
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    address_sealed = models.BinaryField()
    courier = models.CharField(max_length=64)
    tracking = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=16)
    ordered_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="delivery_one_parcel_on_its_way", condition=~Q(state__in=("returned", "lost"))
            ),
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
