from django.db import migrations, models


class Migration(migrations.Migration):
    """Until when a text is of use."""

    dependencies = [("notices", "0002_kinds")]

    operations = [migrations.AddField("text", "until", models.DateTimeField(null=True))]
