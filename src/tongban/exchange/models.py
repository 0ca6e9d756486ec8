"""Tables of the wire: whom we trust, what was agreed, what was said (append-only), and what is on its way."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from tongban.base.ids import uuid7
from tongban.files.models import Key


class TrustList(models.Model):
    """A signed list of peers that was accepted. ``scope``: ``federation``, or an adcode for a node's own partners.

    The highest number of a scope is in force until ``expires_at``; after that the scope is closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    scope = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    document = models.BinaryField()
    signed_by = models.JSONField()
    expires_at = models.DateTimeField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["scope", "number"], name="trust_list_number_once")]


class Peer(models.Model):
    """One that the trust list names: a node by its adcode, an agency, courier or partner by ``<adcode>:<name>``.

    ``keys`` are rows ``{jwk, from, until, revoked}``: old keys stay, so that old evidence still verifies at its time.
    A peer that a newer list left out keeps its row with ``listed`` false.
    """

    class Kind(models.TextChoices):
        NODE = "node"
        AGENCY = "agency"
        COURIER = "courier"
        PARTNER = "partner"

    id = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.JSONField()
    endpoint = models.CharField(max_length=200)
    keys = models.JSONField()
    scope = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    expires_at = models.DateTimeField()
    listed = models.BooleanField(default=True)


class Contract(models.Model):
    """What two cities agreed, with both signatures; ``hash`` is the SHA-256 of its canonical JSON."""

    hash = models.CharField(max_length=64, primary_key=True)
    contract = models.UUIDField()
    parties = models.JSONField()
    grants = models.JSONField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    document = models.BinaryField()
    loaded_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["contract"], condition=Q(revoked_at=None), name="contract_one_in_force"),
            CheckConstraint(name="contract_ends_after_it_begins", condition=Q(valid_until__gt=F("valid_from"))),
        ]


class Nonce(models.Model):
    """A nonce that was used. The primary key refuses the second use, in every process and after a restart."""

    pk = models.CompositePrimaryKey("key_id", "nonce")
    key_id = models.CharField(max_length=43)
    nonce = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)


class Evidence(models.Model):
    """One message that was sent, received or refused: what was signed, by which key, and what came of it.

    ``about`` is the evidence of the request that a response answers. ``outcome`` is ``ok`` or a refusal's code.
    ``base`` and ``signature`` verify for ever with the key of that time; bodies are kept apart, here is their digest.
    """

    append_only = True

    class Way(models.TextChoices):
        IN = "in"
        OUT = "out"

    class Part(models.TextChoices):
        REQUEST = "request"
        RESPONSE = "response"

    id = models.UUIDField(primary_key=True, default=uuid7)
    way = models.CharField(max_length=3, choices=Way)
    part = models.CharField(max_length=8, choices=Part)
    about = models.UUIDField(null=True)
    at = models.DateTimeField()
    peer = models.CharField(max_length=64, blank=True)
    key_id = models.CharField(max_length=43, blank=True)
    target = models.CharField(max_length=2000)
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=32)
    purpose = models.CharField(max_length=64, blank=True)
    consent = models.CharField(max_length=80, blank=True)
    case_ref = models.CharField(max_length=80, blank=True)
    base = models.TextField(blank=True)
    signature = models.BinaryField(default=bytes)
    sha256 = models.CharField(max_length=64)
    receipt = models.TextField(blank=True)

    class Meta:
        indexes = [
            Index(fields=["peer", "-at"], name="evidence_peer"),
            Index(fields=["case_ref", "at"], name="evidence_case", condition=~Q(case_ref="")),
            Index(fields=["about"], name="evidence_about"),
        ]


class Stream(models.Model):
    """The last number given (out) or applied (in) for one case between here and one peer; locked while it moves."""

    pk = models.CompositePrimaryKey("way", "peer", "case_ref")
    way = models.CharField(max_length=3, choices=Evidence.Way)
    peer = models.CharField(max_length=64)
    case_ref = models.CharField(max_length=80)
    last = models.PositiveIntegerField(default=0)


class Outbox(models.Model):
    """An event on its way to a peer, written in the transaction of the change it tells of.

    It is done when ``delivered_at`` is set, by a signed receipt only; ``dead_at`` means that a person must look.
    ``refused_since`` is when the peer first refused it for a reason that may pass.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    peer = models.CharField(max_length=64)
    case_ref = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=80)
    purpose = models.CharField(max_length=64)
    consent = models.CharField(max_length=80)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    trouble = models.CharField(max_length=200, blank=True)
    receipt = models.TextField(blank=True)
    refused_since = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["peer", "case_ref", "sequence"], name="outbox_number_once"),
            CheckConstraint(name="outbox_numbers_start_at_one", condition=Q(sequence__gte=1)),
            CheckConstraint(name="outbox_delivered_or_dead", condition=Q(delivered_at=None) | Q(dead_at=None)),
            CheckConstraint(name="outbox_delivered_by_receipt", condition=Q(delivered_at=None) | ~Q(receipt="")),
        ]
        indexes = [Index(fields=["peer", "next_at", "id"], name="outbox_due", condition=Q(delivered_at=None))]


class Inbox(models.Model):
    """An event that was applied, with the receipt that every repetition of it gets."""

    pk = models.CompositePrimaryKey("source", "event")
    source = models.CharField(max_length=64)
    event = models.UUIDField()
    case_ref = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    receipt = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["source", "case_ref", "sequence"], name="inbox_number_once")]
