"""Ratings and their follow-ups."""

from django.db import models
from django.db.models import Q

from tongban.base.ids import uuid7


class Rating(models.Model):
    """How a person found the service: 1 非常满意 … 5 非常不满意 (GB/T 39046, the reverse of stars)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.CharField(max_length=80, unique=True)
    item = models.CharField(max_length=80)
    city = models.CharField(max_length=6)
    code = models.SmallIntegerField()
    channel = models.CharField(max_length=16)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.CheckConstraint(name="ratings_code", condition=Q(code__gte=1, code__lte=5))]


class FollowUp(models.Model):
    """What a bad rating opens: assigned, the rater called back, classed, mended, answered, closed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="follow_up")
    office = models.CharField(max_length=64)
    due_on = models.DateField(null=True)
    classed = models.CharField(max_length=16, blank=True)
    answer = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ratings_closed_at_and_by_together",
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]
