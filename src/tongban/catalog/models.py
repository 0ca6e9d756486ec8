"""Versions of items and bundles, never changed after publication; what is coming; drafts; what search reads of what is in
force. What items and bundles have in common is said once, in three abstract tables."""

from django.db import models
from django.db.models import F, Q

from tongban.base.ids import uuid7


class Version(models.Model):
    """What one immutable version of something offered is: the canonical body and its SHA-256. ``effective_on`` is the
    first day that it was meant for; the app's role can neither change nor remove one."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    city = models.CharField(max_length=6)
    code = models.CharField(max_length=80)
    number = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    effective_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["city", "code", "number"], name="catalog_%(class)s_number"),
            models.UniqueConstraint(fields=["city", "code", "sha256"], name="catalog_%(class)s_sha"),
        ]


class Turn(models.Model):
    """What changes on a day that has not come: a version takes effect or, without one, something is no longer offered."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    city = models.CharField(max_length=6)
    code = models.CharField(max_length=80)
    successor = models.CharField(max_length=80, blank=True)
    on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=80)

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["city", "code", "on"], name="catalog_%(class)s_once_a_day")]


class Ended(models.Model):
    """What is no longer offered, and what to use instead; gone when it is offered again."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    city = models.CharField(max_length=6)
    code = models.CharField(max_length=80)
    successor = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["city", "code"], name="catalog_%(class)s_once")]


class ItemVersion(Version):
    """One version of a city's item."""


class Coming(Turn):
    """What changes of an item."""

    version = models.ForeignKey(ItemVersion, null=True, on_delete=models.PROTECT, related_name="+")


class Retired(Ended):
    """An item that has ended."""


class BundleVersion(Version):
    """One version of a city's bundle (一件事)."""


class BundleComing(Turn):
    """What changes of a bundle."""

    version = models.ForeignKey(BundleVersion, null=True, on_delete=models.PROTECT, related_name="+")


class BundleRetired(Ended):
    """A bundle that has ended."""


class Entry(models.Model):
    """The newest version of an item in force, as search and lists read it. Rebuilt from the versions at any time.

    ``text`` is what it is found by in one spelling, a line each: both titles, then what people call it. ``pinyin`` is the
    sound of the Chinese ones.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="+")
    city = models.CharField(max_length=6)
    code = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    audience = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    text = models.TextField()
    pinyin = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "code"], name="catalog_entry_once")]


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


class Revision(models.Model):
    """What one clerk drafts of an item or a bundle (``kind``) and another reviews: the whole body as it would be published.

    ``base`` is the digest that it began with (none: a new item). ``authors`` are all who wrote in it: none of them
    reviews it. ``edition`` counts its changes, so that nobody approves what they have not read. ``findings`` are those
    of the rules at its last change.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        REVIEW = "review"
        RETURNED = "returned"
        APPROVED = "approved"
        DROPPED = "dropped"

    OPEN = ("draft", "review", "returned")

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=8, choices=[(each, each) for each in ("item", "bundle")], default="item")
    city = models.CharField(max_length=6)
    code = models.CharField(max_length=80)
    title = models.JSONField()
    origin = models.CharField(max_length=8)
    base = models.CharField(max_length=64, blank=True)
    body = models.BinaryField()
    findings = models.JSONField(default=list)
    edition = models.IntegerField(default=1)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    authors = models.JSONField(default=list)
    drafted_by = models.CharField(max_length=80)
    drafted_name = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True)
    reviewed_name = models.CharField(max_length=64, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=1000, blank=True)
    effective_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "city", "code"],
                condition=Q(state__in=("draft", "review", "returned")),
                name="catalog_revision_one_open",
            ),
            models.CheckConstraint(name="catalog_revision_two_clerks", condition=~Q(reviewed_by=F("drafted_by"))),
            models.CheckConstraint(
                name="catalog_revision_approved_by_whom_from_when",
                condition=~Q(state="approved") | (~Q(reviewed_by="") & Q(effective_on__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["city", "state", "-changed_at"], name="catalog_revision_list")]


class Taken(models.Model):
    """A whole catalogue that was taken in as one signed pack; the same one is not taken twice."""

    append_only = True

    sha256 = models.CharField(max_length=64, primary_key=True)
    signer = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    items = models.IntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=80)


class BundleEntry(models.Model):
    """The version of a bundle that a city offers, as search and lists read it; ``text`` and ``pinyin`` as an item's."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    version = models.ForeignKey(BundleVersion, on_delete=models.PROTECT, related_name="+")
    city = models.CharField(max_length=6)
    code = models.CharField(max_length=80)
    audience = models.CharField(max_length=8)
    order = models.IntegerField(default=0)
    text = models.TextField()
    pinyin = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "code"], name="catalog_bundle_entry_once")]
