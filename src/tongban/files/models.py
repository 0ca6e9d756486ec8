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


class Incoming(models.Model):
    """A file that is on its way, in parts that each lie sealed in the file store until it is whole. ``about`` says what it
    is for; ``received`` is where the next part begins. Gone when it is taken, or a day after its last part."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    owner = models.CharField(max_length=80)
    about = models.CharField(max_length=200)
    name_sealed = models.BinaryField()
    size = models.IntegerField()
    received = models.IntegerField(default=0)
    parts = models.JSONField(default=list)
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="files_incoming_within_size", condition=Q(received__gte=0, received__lte=models.F("size"))
            ),
        ]
        indexes = [models.Index(fields=["owner", "touched_at"], name="files_incoming_owner")]


class Blob(models.Model):
    """Stored bytes: digest and size of the plain content, its type by content, and where the sealed bytes are.

    What somebody called their file often says who they are: the name is sealed too, and erased with the bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    name_sealed = models.BinaryField()
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=80)

    @property
    def name(self) -> str:
        """What the file was called; empty once it is erased."""
        from tongban.files import vault

        try:
            return vault.unseal(self.key, self.name_sealed, f"blob-name:{self.id}").decode()
        except vault.Erased:
            return ""
