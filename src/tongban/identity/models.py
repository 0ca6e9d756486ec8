"""Accounts of people, what proves who they are, who may act for whom, and who works where."""

from django.db import models
from django.db.models import F, Q

from tongban.base.ids import uuid7
from tongban.files.models import Blob, Key
from tongban.registries.models import LegalEntity, Person


class Account(models.Model):
    """A contact known by a mobile number; a person once the population registry has matched it.

    One person has one account: a second claim opens a Dispute and never overwrites. Whoever was served at a window
    without a phone has an account without a mobile; a contact that ``claims`` to be that person has it once the face or
    national-ID port has said so, never before. ``suggests``: services may be suggested by what registries say of them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    mobile_lookup = models.CharField(max_length=64, unique=True, null=True)
    mobile_sealed = models.BinaryField(null=True)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    claims = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.OneToOneField(Person, null=True, on_delete=models.PROTECT, related_name="+")
    level = models.SmallIntegerField(default=0)
    proven_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    suggests = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="identity_account_level_needs_person",
                condition=Q(level=0, person=None) | Q(level__in=(1, 2), person__isnull=False),
            ),
            models.CheckConstraint(
                name="identity_account_mobile_sealed_and_found_together",
                condition=Q(mobile_lookup=None, mobile_sealed=None)
                | Q(mobile_lookup__isnull=False, mobile_sealed__isnull=False),
            ),
            models.CheckConstraint(
                name="identity_account_claims_until_it_is_somebody", condition=Q(claims=None) | Q(person=None)
            ),
        ]


class OneTimeCode(models.Model):
    """A code sent to a mobile: kept as a digest, few tries, one use."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    mobile_lookup = models.CharField(max_length=64)
    digest = models.CharField(max_length=128)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["mobile_lookup", "-sent_at"], name="identity_code_mobile")]


class Proof(models.Model):
    """One proof of identity, asked for and answered: registry match (level 1), face or national-ID port, or
    an officer who looked at card and face at the counter (level 2)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="proofs")
    method = models.CharField(max_length=24)
    level = models.SmallIntegerField()
    state = models.CharField(max_length=64)
    port_session = models.CharField(max_length=120, blank=True)
    purpose = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    passed = models.BooleanField(null=True)
    reason = models.CharField(max_length=64, blank=True)
    evidence = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], name="identity_proof_state_once"),
            models.CheckConstraint(
                name="identity_proof_answer_and_time_together",
                condition=Q(passed=None, answered_at=None) | Q(passed__isnull=False, answered_at__isnull=False),
            ),
        ]


class Dispute(models.Model):
    """Two accounts claim one person; a supervisor settles it, nothing is overwritten meanwhile."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    claimant = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)


class Mandate(models.Model):
    """A firm (``giver``), or a person for themself (no ``giver``), lets a person act: scope, term, revocation.

    ``given_by`` signed it: the firm's legal representative then, or the person. ``scope`` holds item codes, subjects of
    GB/T 39046 (``subject:p085``, ``subject:f025``) or "*". It ends with its giver's capacity, which is asked at every use.
    ``signature`` is this node's word (a JWS) on what was read and signed; none for one that came with the installation.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    giver = models.ForeignKey(LegalEntity, null=True, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    scope = models.JSONField()
    from_on = models.DateField()
    until_on = models.DateField()
    given_at = models.DateTimeField()
    signature = models.TextField(blank=True)
    revoked_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="identity_mandate_term", condition=Q(until_on__gte=F("from_on"))),
            models.CheckConstraint(name="identity_mandate_to_another", condition=~Q(receiver=F("given_by"))),
        ]
        indexes = [
            models.Index(fields=["receiver", "-given_at"], name="identity_mandate_receiver"),
            models.Index(fields=["given_by", "-given_at"], name="identity_mandate_given_by"),
            models.Index(fields=["giver", "-given_at"], name="identity_mandate_giver"),
        ]


class Office(models.Model):
    """An office of this node, in a tree. ``roles`` are the office roles of items that it fills; ``by`` says whether a
    desk or the office's own system does its steps."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=64, unique=True)
    name = models.JSONField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    level = models.SmallIntegerField()
    uscc = models.CharField(max_length=18)
    roles = models.JSONField(default=list)
    by = models.CharField(max_length=8, default="desk")
    hours = models.JSONField(default=dict)
    contact = models.JSONField(default=dict)


class Officer(models.Model):
    """Somebody who works in an office: password and time-based codes, powers, and the person they are (for conflicts)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="officers")
    powers = models.JSONField(default=list)
    password = models.CharField(max_length=256)
    totp_sealed = models.BinaryField()
    totp_last = models.BigIntegerField(default=0)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    failures = models.SmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)


class Absence(models.Model):
    """An officer is away from one day until another, both included, and a deputy of the same office stands in."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="identity_absence_term", condition=Q(until_on__gte=F("from_on"))),
            models.CheckConstraint(name="identity_absence_another", condition=~Q(officer=F("deputy"))),
        ]
        indexes = [models.Index(fields=["deputy", "until_on"], name="identity_absence_now", condition=Q(ended_at=None))]


class Attempt(models.Model):
    """One try at a door that is limited by account and address; kept as a keyed digest of what was tried."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    door = models.CharField(max_length=32)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["door", "who", "-at"], name="identity_attempt_who")]


class Device(models.Model):
    """A browser that an account has signed in from, known again by a random cookie (kept as a keyed digest). ``kind`` is
    what the browser says of itself, coarse ("iphone/safari"); ``own`` is said by the person: this is my device."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="devices")
    lookup = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    own = models.BooleanField(default=False)
    first_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "lookup"], name="identity_device_once")]


class SignIn(models.Model):
    """One try to sign in with a mobile, and the session that it opened where the code was right.

    Wrong tries are kept by the mobile's token, whether or not there is an account, so that they take the same time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    mobile_lookup = models.CharField(max_length=64)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    at = models.DateTimeField()
    right = models.BooleanField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="identity_sign_in_right_has_account",
                condition=Q(right=False, account=None, device=None) | Q(right=True, account__isnull=False),
            ),
            models.CheckConstraint(
                name="identity_sign_in_end_and_how_together",
                condition=Q(ended_at=None, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
            ),
        ]
        indexes = [
            models.Index(fields=["mobile_lookup", "-at"], name="identity_sign_in_mobile"),
            models.Index(fields=["account", "-seen_at"], name="identity_sign_in_open", condition=Q(ended_at=None)),
        ]


class Export(models.Model):
    """One export of all that this node holds about a person: asked for, made step by step, kept sealed for some days."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="exports")
    asked_at = models.DateTimeField()
    done = models.SmallIntegerField(default=0)
    of = models.SmallIntegerField()
    made_at = models.DateTimeField(null=True)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], name="identity_export_one_at_a_time", condition=Q(made_at=None, gone_at=None)
            ),
            models.CheckConstraint(
                name="identity_export_made_and_kept_together",
                condition=Q(made_at=None, blob=None) | Q(made_at__isnull=False, blob__isnull=False),
            ),
        ]
