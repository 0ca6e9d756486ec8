"""A place's street is a division."""

import django.db.models.deletion
import django.db.models.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registries", "0001_initial")]

    operations = [
        migrations.RemoveField("Place", "street"),
        migrations.AddField(
            "Place",
            "street",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registries.division"
            ),
        ),
        migrations.AddConstraint(
            "Place",
            models.CheckConstraint(
                condition=models.Q(street=None)
                | models.Q(division=django.db.models.functions.Left(models.F("street"), 6)),
                name="place_street_lies_in_its_division",
            ),
        ),
    ]
