"""Keys and blobs. A blob's bytes live in the node's file store, encrypted under its key."""

from django.db import models
from django.db.models import Q

from tongban.base.ids import uuid7


class Key(models.Model):
    """A data key of one case or person, wrapped by the node's key, which is not in the database."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="files_key_wrapped_until_erased",
                condition=Q(wrapped__isnull=False, erased_at=None) | Q(wrapped=None, erased_at__isnull=False),
            ),
        ]


class Blob(models.Model):
    """Stored bytes: digest and size of the plain content, its type by content, and where the sealed bytes are."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=80)
