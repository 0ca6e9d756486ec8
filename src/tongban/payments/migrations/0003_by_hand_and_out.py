"""Refunds by hand, payouts to the payees, what was done about differences, and orders of one party of a case."""

import django.db.models.deletion
from django.db import migrations, models

import tongban.base.ids


class Migration(migrations.Migration):
    """Three tables and their constraints."""

    dependencies = [
        ("payments", "0002_balanced"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mending",
            fields=[
                ("id", models.UUIDField(default=tongban.base.ids.uuid7, primary_key=True, serialize=False)),
                ("done", models.CharField(max_length=24)),
                ("words", models.TextField(blank=True)),
                ("by", models.CharField(max_length=80)),
                ("by_name", models.CharField(blank=True, max_length=80)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", models.UUIDField(default=tongban.base.ids.uuid7, primary_key=True, serialize=False)),
                ("acquirer", models.CharField(max_length=64)),
                ("payee", models.CharField(max_length=64)),
                ("day", models.DateField()),
                ("fen", models.BigIntegerField()),
                ("account", models.JSONField()),
                ("state", models.CharField(default="asked", max_length=8)),
                ("number", models.CharField(blank=True, max_length=80)),
                ("why", models.CharField(blank=True, max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.UUIDField(default=tongban.base.ids.uuid7, primary_key=True, serialize=False)),
                ("shares", models.JSONField()),
                ("fen", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("cites", models.TextField()),
                ("state", models.CharField(default="open", max_length=12)),
                ("asked_by", models.CharField(max_length=80)),
                ("asked_name", models.CharField(max_length=80)),
                ("asked_at", models.DateTimeField()),
                ("judged_by", models.CharField(blank=True, max_length=80)),
                ("judged_name", models.CharField(blank=True, max_length=80)),
                ("judged_at", models.DateTimeField(null=True)),
                ("words", models.TextField(blank=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="order",
            name="payments_one_open_order",
        ),
        migrations.AddField(
            model_name="order",
            name="party",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="share",
            name="owes",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="statement",
            name="paid_out_fen",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="entry",
            name="order",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="payments.order"),
        ),
        migrations.AlterField(
            model_name="report",
            name="order",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="payments.order"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(condition=models.Q(("state", "open")), fields=("case", "party"), name="payments_one_open_order"),
        ),
        migrations.AddField(
            model_name="mending",
            name="drift",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="mending", to="payments.drift"),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(condition=models.Q(("state", "asked")), fields=["asked_at"], name="payments_payout_asked"),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(fields=["-day", "payee"], name="payments_payout_day"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.UniqueConstraint(fields=("acquirer", "payee", "day"), name="payments_payout_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(condition=models.Q(("fen__gt", 0)), name="payments_payout_fen"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("done_at", None), ("failed_at", None), ("state", "asked")), models.Q(("done_at__isnull", False), ("failed_at", None), ("state", "done")), models.Q(("done_at", None), ("failed_at__isnull", False), ("state", "failed")), _connector="OR"), name="payments_payout_state"),
        ),
        migrations.AddField(
            model_name="entry",
            name="payout",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="payments.payout"),
        ),
        migrations.AddField(
            model_name="report",
            name="payout",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="payments.payout"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(condition=models.Q(("order", None), ("payout", None), _connector="XOR"), name="payments_entry_of_one"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(condition=models.Q(("order", None), ("payout", None), _connector="XOR"), name="payments_report_of_one"),
        ),
        migrations.AddField(
            model_name="proposal",
            name="order",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="payments.order"),
        ),
        migrations.AddField(
            model_name="proposal",
            name="refund",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="proposal", to="payments.refund"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(condition=models.Q(("state", "open")), fields=["asked_at"], name="payments_proposal_open"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(condition=models.Q(("state", "open")), fields=("order",), name="payments_one_proposal"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(condition=models.Q(("fen__gt", 0)), name="payments_proposal_fen"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(condition=models.Q(("judged_by", models.F("asked_by")), _negated=True), name="payments_proposal_by_two"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("judged_at", None), ("judged_by", ""), ("refund", None), ("state", "open")), models.Q(("judged_at__isnull", False), ("refund__isnull", False), ("state", "allowed"), models.Q(("judged_by", ""), _negated=True)), models.Q(("judged_at__isnull", False), ("judged_by", ""), ("refund", None), ("state", "taken-back")), models.Q(("judged_at__isnull", False), ("refund", None), ("state", "declined"), models.Q(("judged_by", ""), _negated=True)), _connector="OR"), name="payments_proposal_state"),
        ),
    ]
