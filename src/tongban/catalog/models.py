"""Item versions, never changed after publication, and what search reads of the newest ones."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from tongban.base.ids import uuid7


class ItemVersion(models.Model):
    """One immutable version of one city's item: the canonical body and its SHA-256."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    city = models.CharField(max_length=6)
    code = models.CharField(max_length=80)
    number = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    effective_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True)
    successor = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "code", "number"], name="catalog_version_number"),
            models.UniqueConstraint(fields=["city", "code", "sha256"], name="catalog_version_sha"),
        ]


class Entry(models.Model):
    """The newest version of an item in force, as search and lists read it. Rebuilt from the versions at any time."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    city = models.CharField(max_length=6)
    code = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    audience = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    text = models.TextField()
    words = SearchVectorField(null=True)
    pinyin = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "code"], name="catalog_entry_once")]
        indexes = [
            GinIndex(fields=["words"], name="catalog_entry_words"),
            GinIndex(fields=["text"], name="catalog_entry_text", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["pinyin"], name="catalog_entry_pinyin", opclasses=["gin_trgm_ops"]),
        ]


class Edition(models.Model):
    """The state of what one city offers: what was read of a whole catalogue holds until ``mark`` is another."""

    city = models.CharField(max_length=6, primary_key=True)
    mark = models.UUIDField(default=uuid7)


class Pulled(models.Model):
    """What this node last took over of another city's catalogue."""

    city = models.CharField(max_length=6, primary_key=True)
    name = models.JSONField(default=dict)
    mark = models.CharField(max_length=80, blank=True)
    offices = models.JSONField(default=dict)
    pulled_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="catalog_pulled_adcode", condition=Q(city__regex=r"^\d{6}$"))]
