"""A refund that failed is tried again, and one that is stuck goes back by hand."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import CheckConstraint, Index, Q


class Migration(migrations.Migration):
    """Three columns, a state and its index."""

    dependencies = [("payments", "0004_covered")]

    operations = [
        migrations.AddField("refund", "tries", models.SmallIntegerField(default=1)),
        migrations.AddField(
            "refund",
            "again",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="anew", to="payments.refund"
            ),
        ),
        migrations.AddField(
            "proposal",
            "stuck",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="by_hand", to="payments.refund"
            ),
        ),
        migrations.RemoveConstraint("refund", "payments_refund_state"),
        migrations.AddConstraint(
            "refund",
            CheckConstraint(
                name="payments_refund_state",
                condition=Q(state="asked", done_at=None, failed_at=None)
                | Q(state="done", done_at__isnull=False, failed_at=None)
                | Q(state="failed", done_at=None, failed_at__isnull=False)
                | Q(state="stuck", done_at=None, failed_at=None),
            ),
        ),
        migrations.AddIndex(
            "refund", Index(fields=["asked_at"], name="payments_refund_stuck", condition=Q(state="stuck"))
        ),
    ]
