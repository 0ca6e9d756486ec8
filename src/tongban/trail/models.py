"""Two tables that the app's role can only add to, and what people ask about one of them."""

from django.db import models
from django.db.models import Q

from tongban.base.ids import uuid7


class Entry(models.Model):
    """One thing done or refused: who, when, on whose behalf, through which channel, to what."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=80)
    office = models.CharField(max_length=64, blank=True)
    on_behalf = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=16)
    verb = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=120)
    refused = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject", "at"], name="trail_entry_subject"),
            models.Index(fields=["actor_id", "at"], name="trail_entry_actor"),
            # What a supervisor looks through; a plain B-tree over all verbs would cost every write.
            models.Index(
                fields=["at"], name="trail_entry_glass", condition=models.Q(verb="case.break-glass", refused="")
            ),
        ]


class Read(models.Model):
    """One look at a person's data: which fields, by whom, for which purpose, in which case. The person can read it."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    at = models.DateTimeField()
    person = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=120, blank=True)
    office = models.CharField(max_length=64, blank=True)
    purpose = models.CharField(max_length=64)
    case = models.CharField(max_length=80, blank=True)
    resource = models.CharField(max_length=64)
    fields = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["person", "-at", "-id"], name="trail_read_person")]


class Question(models.Model):
    """A person did not expect a look at their data: what they ask, and what a supervisor found and answered."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    read = models.OneToOneField(Read, on_delete=models.PROTECT, related_name="question")
    account = models.CharField(max_length=80)
    words = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    finding = models.CharField(max_length=16, blank=True)
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="trail_question_answer_whole",
                condition=Q(answered_at=None, answered_by="", finding="", answer="")
                | (Q(answered_at__isnull=False, finding__in=("proper", "improper")) & ~Q(answered_by="") & ~Q(answer="")),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at", "id"], name="trail_question_open", condition=Q(answered_at=None)),
            models.Index(fields=["account", "-asked_at"], name="trail_question_account"),
        ]
