"""A draft becomes a case; a case is the fold of its events. Columns are what lists need; personal content is sealed."""

from django.db import models
from django.db.models import Q

from tongban.base.ids import uuid7
from tongban.engine.plan import ItemRef
from tongban.files.models import Blob, Key


class Counter(models.Model):
    """How many case numbers this node gave out for an item on a day."""

    item = models.CharField(max_length=31)
    day = models.DateField()
    last = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "day"], name="cases_counter_once")]


class Draft(models.Model):
    """What somebody has filled in so far for one version of one city's item, or of several. Goes on in any browser.

    ``codes`` and ``digests`` name the items where there are several, the one that leads first: ``item`` and ``sha256``
    are that one; ``bundle`` is the bundle that they come of. ``sign_by`` is until when its parties may sign. It is in the
    space of the firm ``entity``, or of the ``person`` (registry id) whose matter it is: whoever may act for them has it
    too. ``owner`` is the account that began it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    owner = models.CharField(max_length=80)
    person = models.CharField(max_length=80, blank=True)
    entity = models.CharField(max_length=18, blank=True)
    mandate = models.CharField(max_length=80, blank=True)
    city = models.CharField(max_length=6)
    item = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    codes = models.JSONField(default=list)
    digests = models.JSONField(default=list)
    bundle = models.CharField(max_length=80, blank=True)
    title = models.JSONField(default=dict)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    sealed_digest = models.CharField(max_length=64, blank=True)
    sign_by = models.DateTimeField(null=True)
    case_number = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-updated_at"], name="cases_draft_person"),
            models.Index(fields=["entity", "-updated_at"], name="cases_draft_entity"),
            models.Index(fields=["sign_by"], name="cases_draft_sign_by", condition=Q(sign_by__isnull=False)),
        ]

    @property
    def refs(self) -> tuple[ItemRef, ...]:
        """The versions it is for, the one that leads first."""
        pairs = zip(self.codes, self.digests, strict=True) if self.codes else [(self.item, self.sha256)]
        return tuple(ItemRef(city=self.city, code=code, sha256=digest) for code, digest in pairs)


class Case(models.Model):
    """One case. ``state`` is the folded engine state (JSON without personal content); the columns are read from it.
    ``codes`` names its items where there are several, the one that leads (``item``) first.

    ``entity`` or ``person`` is whose space it is in, as of its draft; ``owner`` is the account that submitted it: whom
    notices go to while they may act. ``taking_back`` is what others have yet to agree to take back: by part (empty: all of it)
    who ``must`` and who have ``agreed`` (roles), ``by`` whom it was asked, when (``at``).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=80, unique=True)
    draft = models.OneToOneField(Draft, null=True, on_delete=models.PROTECT, related_name="case")
    city = models.CharField(max_length=6)
    taken_in_by = models.CharField(max_length=6)
    item = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    codes = models.JSONField(default=list)
    bundle = models.CharField(max_length=80, blank=True)
    title = models.JSONField(default=dict)
    owner = models.CharField(max_length=80, blank=True)
    person = models.CharField(max_length=80, blank=True)
    entity = models.CharField(max_length=18, blank=True)
    status = models.CharField(max_length=16)
    custodian = models.CharField(max_length=6)
    result = models.CharField(max_length=16, blank=True)
    state = models.JSONField()
    sequence = models.IntegerField(default=0)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()
    content_digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, null=True)
    taking_back = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_closed_at_and_by_together",
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-received_at"], name="cases_case_person"),
            models.Index(fields=["entity", "-received_at"], name="cases_case_entity"),
            models.Index(
                fields=["person", "-closed_at"], name="cases_case_person_closed", condition=Q(closed_at__isnull=False)
            ),
            models.Index(
                fields=["entity", "-closed_at"], name="cases_case_entity_closed", condition=Q(closed_at__isnull=False)
            ),
            models.Index(fields=["due_at", "id"], name="cases_case_open_due", condition=Q(closed_at=None)),
            models.Index(fields=["closed_at"], name="cases_case_closed", condition=Q(closed_at__isnull=False)),
        ]


class Party(models.Model):
    """Somebody a draft or case needs: who proves who they are, confirms at level 2 and signs what is kept with its digest.

    ``agent``: a person who takes part only because they act for the firm whose draft it is. ``delegable``: another may
    sign for them. ``account`` signed, whose name is ``signer``, by which power (``basis``: empty for oneself).
    ``ink`` is what they wrote at a window: the picture of a signature, on a screen or scanned from paper.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=64)
    title = models.JSONField()
    name = models.CharField(max_length=120)
    person_lookup = models.CharField(max_length=64, blank=True)
    entity = models.CharField(max_length=18, blank=True)
    level = models.SmallIntegerField(default=2)
    agent = models.BooleanField(default=False)
    delegable = models.BooleanField(default=True)
    account = models.CharField(max_length=80, blank=True)
    signer = models.CharField(max_length=120, blank=True)
    basis = models.CharField(max_length=16, blank=True)
    mandate = models.CharField(max_length=80, blank=True)
    signed_digest = models.CharField(max_length=64, blank=True)
    signature = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)
    ink = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "role"], name="cases_party_role_once", condition=Q(dropped_at=None)
            ),
            models.CheckConstraint(
                name="cases_party_signature_whole",
                condition=Q(signed_at=None, signature="", signed_digest="")
                | (Q(signed_at__isnull=False) & ~Q(signature="") & ~Q(signed_digest="")),
            ),
        ]
        indexes = [
            models.Index(fields=["person_lookup"], name="cases_party_person"),
            models.Index(fields=["entity"], name="cases_party_entity"),
        ]


class Upload(models.Model):
    """A file given for one material of a draft."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="uploads")
    material = models.CharField(max_length=80)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class Step(models.Model):
    """One step of a case at this node, as queues read it; a copy of what the case's state says. What a list shows of the
    case stands here too, so that a queue reads this table alone."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=16)
    office = models.CharField(max_length=64)
    by = models.CharField(max_length=8)
    state = models.CharField(max_length=16)
    assignee = models.CharField(max_length=80, blank=True)
    due_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=80)
    item = models.CharField(max_length=80)
    title = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    taken_in_by = models.CharField(max_length=6)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="cases_step_once")]
        indexes = [
            models.Index(fields=["office", "state", "due_at", "id"], name="cases_step_queue"),
            # All that a queue counts and sorts by, so that it reads the index alone.
            models.Index(
                fields=["office", "due_at", "id"],
                include=["assignee", "kind"],
                name="cases_step_live",
                condition=Q(state__in=("open", "taken"), by="desk"),
            ),
            # In the order in which all wait, so that the first page of a long queue needs no sorting.
            models.Index(
                fields=["due_at", "id"],
                include=["office", "assignee", "kind"],
                name="cases_step_due",
                condition=Q(state__in=("open", "taken"), by="desk"),
            ),
            models.Index(fields=["assignee"], name="cases_step_hands", condition=Q(state="taken", by="desk")),
        ]


class Material(models.Model):
    """One required material and why it was not needed, as it was shown before applying, or what was given. ``items`` are
    the codes of those that ask for it. Keeps identifier, digest, source: no copy."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="materials")
    type = models.CharField(max_length=80)
    title = models.JSONField()
    verdict = models.CharField(max_length=16)
    reason = models.JSONField()
    source = models.CharField(max_length=160, blank=True)
    items = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "type", "digest"], name="cases_material_once")]


class Saved(models.Model):
    """What handling one item of a case so saved, counted as it was submitted: papers asked for, how each fell away or was
    brought, offices to visit, days. The rows of a case add up: a paper counts with the first item that asks for it."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="saved")
    city = models.CharField(max_length=6)
    item = models.CharField(max_length=80)
    bundle = models.CharField(max_length=80, blank=True)
    asked = models.IntegerField()
    shared = models.IntegerField()
    cancelled = models.IntegerField()
    certificate = models.IntegerField()
    verified = models.IntegerField()
    commitment = models.IntegerField()
    produced = models.IntegerField()
    upload = models.IntegerField()
    optional = models.IntegerField()
    visits_before = models.IntegerField()
    visits = models.IntegerField()
    days_before = models.IntegerField()
    days = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "item"], name="cases_saved_once"),
            models.CheckConstraint(
                name="cases_saved_papers_add_up",
                condition=Q(
                    asked=models.F("shared")
                    + models.F("cancelled")
                    + models.F("certificate")
                    + models.F("verified")
                    + models.F("commitment")
                    + models.F("produced")
                    + models.F("upload")
                    + models.F("optional")
                ),
            ),
        ]
        indexes = [models.Index(fields=["city", "item"], name="cases_saved_city")]


class Opinion(models.Model):
    """A second opinion (会商) asked of a colleague or another office while the step stays where it is. What was asked and
    answered is kept sealed with the case; here are the digests, and who sees the case as long as nobody has answered."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    number = models.CharField(max_length=80)
    title = models.JSONField(default=dict)
    asked_by = models.CharField(max_length=80)
    asked_by_name = models.CharField(max_length=64)
    office = models.CharField(max_length=64)
    officer = models.CharField(max_length=80, blank=True)
    question = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=64, blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_opinion_answer_whole",
                condition=Q(answered_at=None, answer="", answered_by="")
                | (Q(answered_at__isnull=False) & ~Q(answer="") & ~Q(answered_by="")),
            ),
        ]
        indexes = [
            models.Index(fields=["office", "asked_at"], name="cases_opinion_open", condition=Q(answered_at=None)),
            models.Index(fields=["asked_by", "answered_at"], name="cases_opinion_asker"),
        ]


class Draw(models.Model):
    """Closed cases drawn for a look at their quality: which days, how many of a hundred, and the seed, so that anybody
    can draw the same again."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    from_on = models.DateField()
    until_on = models.DateField()
    percent = models.SmallIntegerField()
    seed = models.CharField(max_length=32)
    among = models.IntegerField()
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(name="cases_draw_percent", condition=Q(percent__gte=1, percent__lte=100)),
            models.CheckConstraint(name="cases_draw_days", condition=Q(until_on__gte=models.F("from_on"))),
        ]


class Sample(models.Model):
    """One drawn case, and what came of the look: which points of the checklist hold, the result, in words."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="samples")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    held = models.JSONField(default=list)
    result = models.CharField(max_length=16, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    judged_by = models.CharField(max_length=80, blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "case"], name="cases_sample_once"),
            models.CheckConstraint(
                name="cases_sample_judged_whole",
                condition=Q(judged_at=None, result="", judged_by="")
                | (Q(judged_at__isnull=False, result__in=("good", "mend", "wrong")) & ~Q(judged_by="")),
            ),
        ]


class Paper(models.Model):
    """A certificate or letter that the deciding city sent: its data and PDF, and whose it is (``roles``; none: all parties')."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    city = models.CharField(max_length=6)
    kind = models.CharField(max_length=64)
    name = models.JSONField()
    number = models.CharField(max_length=120)
    identifier = models.CharField(max_length=160, blank=True)
    token = models.TextField(blank=True)
    verify_url = models.CharField(max_length=300, blank=True)
    roles = models.JSONField(default=list)
    pdf = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "number"], name="cases_paper_once")]


class Event(models.Model):
    """One change of a case: who, when, on whose behalf, through which channel. Digests and facts of procedure only.

    ``node`` is where it happened: the node that takes in keeps the deciding node's events beside its own.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    sequence = models.IntegerField()
    node = models.CharField(max_length=6)
    kind = models.CharField(max_length=48)
    at = models.DateTimeField()
    actor = models.JSONField()
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="cases_event_sequence")]
