"""Certificates, who holds them, what became of them, and letters."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from tongban.base.ids import uuid7


class Status(models.TextChoices):
    """证照状态 (GB/T 36904)."""

    VALID = "01", "有效"
    WITHHELD = "02", "暂扣"
    QUASHED = "03", "撤销"
    CANCELLED = "04", "注销"
    LAPSED = "05", "失效"
    MOVED = "06", "转出"
    REVOKED = "07", "吊销"
    OTHER = "99", "其他"


class TypeVersion(models.Model):
    """A certificate type as it was when something was issued under it: canonical body by its SHA-256 (hex)."""

    append_only = True

    sha256 = models.CharField(max_length=64, primary_key=True)
    code = models.CharField(max_length=63)
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.code} {self.sha256[:8]}"


class Certificate(models.Model):
    """One certificate. Its content is ``jws`` (ES256), in clear for public types, else only ``sealed`` under ``key``.

    ``code`` is the unguessable part of the public verification address. ``holder_ref`` is the registry id of a person
    or a USCC; ``holder_masked`` is what a stranger may see of the number. ``part`` tells apart certificates of one type
    that the parts of a case bring forth. ``digest`` is the SHA-256 (hex) of the JWS.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    identifier = models.CharField(max_length=160, unique=True)
    serial = models.BigIntegerField()
    code = models.CharField(max_length=32, unique=True)
    type = models.CharField(max_length=63)
    type_version = models.ForeignKey(TypeVersion, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=120)
    holder_name = models.CharField(max_length=120)
    holder_code_type = models.CharField(max_length=3)
    holder_lookup = models.CharField(max_length=64)
    holder_masked = models.CharField(max_length=32)
    holder_ref = models.CharField(max_length=64, blank=True)
    issuer_office = models.CharField(max_length=64)
    issuer_name = models.CharField(max_length=120)
    issuer_uscc = models.CharField(max_length=18)
    city = models.CharField(max_length=6)
    status = models.CharField(max_length=2, choices=Status, default=Status.VALID)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    jws = models.TextField(blank=True)
    sealed = models.BinaryField(null=True)
    key = models.ForeignKey("files.Key", null=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    pdf = models.ForeignKey("files.Blob", null=True, on_delete=models.PROTECT, related_name="+")
    predecessor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="successors")
    case_ref = models.CharField(max_length=80)
    part = models.CharField(max_length=80, blank=True)
    demo = models.BooleanField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["case_ref", "part", "type", "holder_lookup"],
                name="certificate_once_for_a_part",
                condition=~Q(status="03"),
            ),
            UniqueConstraint(fields=["predecessor"], name="certificate_succeeded_once"),
            CheckConstraint(name="certificate_for_a_case", condition=~Q(case_ref="")),
            CheckConstraint(name="certificate_holder_code_type", condition=Q(holder_code_type__in=["111", "001"])),
            CheckConstraint(
                name="certificate_clear_or_sealed",
                condition=(~Q(jws="") & Q(sealed=None, key=None)) | Q(jws="", sealed__isnull=False, key__isnull=False),
            ),
            CheckConstraint(
                name="certificate_valid_forwards", condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from"))
            ),
            CheckConstraint(name="certificate_status_known", condition=Q(status__in=Status.values)),
        ]
        indexes = [
            Index(fields=["holder_lookup", "type", "-issued_at"], name="certificate_holder_type"),
            Index(fields=["case_ref"], name="certificate_case"),
        ]

    def __str__(self) -> str:
        return self.identifier


class Holding(models.Model):
    """One of those who hold a certificate, the first named included: a booking of two people is in both their spaces."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="holdings")
    code_type = models.CharField(max_length=3)
    lookup = models.CharField(max_length=64)
    ref = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["certificate", "lookup"], name="holding_once")]
        indexes = [Index(fields=["lookup"], name="holding_lookup"), Index(fields=["ref"], name="holding_ref")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.code_type}"


class StatusChange(models.Model):
    """One change of a certificate's status: from what to what, why, under which article, by whom, when."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="changes")
    before = models.CharField(max_length=2, choices=Status)
    after = models.CharField(max_length=2, choices=Status)
    why = models.CharField(max_length=500)
    cites = models.JSONField(default=list)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(name="status_change_changes", condition=~Q(before=F("after")))]
        indexes = [Index(fields=["certificate", "at"], name="status_change_of")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Letter(models.Model):
    """A letter that was sent: its signed PDF, sealed; ``digest`` is the PDF's SHA-256 (hex). ``occasion`` tells apart
    letters of one kind in one case (e.g. its parts)."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=63)
    number = models.CharField(max_length=120, unique=True)
    code = models.CharField(max_length=32, unique=True)
    case_ref = models.CharField(max_length=80)
    occasion = models.CharField(max_length=80, blank=True)
    issuer_office = models.CharField(max_length=64)
    issuer_name = models.CharField(max_length=120)
    city = models.CharField(max_length=6)
    pdf = models.ForeignKey("files.Blob", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    demo = models.BooleanField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)

    class Meta:
        constraints = [UniqueConstraint(fields=["case_ref", "kind", "occasion"], name="letter_once_for_an_occasion")]

    def __str__(self) -> str:
        return self.number


class Check(models.Model):
    """One time that somebody verified a certificate, for its holder to see: by which code, and who where it is known.

    ``held`` is the id of a certificate of ours, or of a paper that another city sent.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    held = models.CharField(max_length=40)
    how = models.CharField(max_length=8)
    by_kind = models.CharField(max_length=16)
    by_name = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(name="check_how", condition=Q(how__in=["live", "code", "copy"]))]
        indexes = [Index(fields=["held", "-at", "-id"], name="check_held")]

    def __str__(self) -> str:
        return f"{self.held} {self.how}"


class Copy(models.Model):
    """A copy with a watermark that a holder made for one purpose and until one day: its own signed PDF and code. The
    holder may end it before."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    held = models.CharField(max_length=40)
    account = models.CharField(max_length=80)
    code = models.CharField(max_length=32, unique=True)
    name = models.JSONField()
    identifier = models.CharField(max_length=160)
    purpose = models.CharField(max_length=60)
    until_on = models.DateField()
    pdf = models.ForeignKey("files.Blob", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [CheckConstraint(name="copy_for_a_purpose", condition=~Q(purpose=""))]
        indexes = [Index(fields=["account", "held", "-made_at"], name="copy_held")]

    def __str__(self) -> str:
        return f"{self.identifier}: {self.purpose}"
