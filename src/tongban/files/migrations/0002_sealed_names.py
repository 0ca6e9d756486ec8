"""File names are sealed like the files."""

from django.db import migrations, models


def seal(apps, schema_editor):
    from tongban.files import vault

    for blob in apps.get_model("files", "Blob").objects.select_related("key").iterator():
        if blob.key.wrapped is not None:
            blob.name_sealed = vault.seal(blob.key, blob.name.encode(), f"blob-name:{blob.id}")
            blob.save(update_fields=["name_sealed"])


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        migrations.AddField("Blob", "name_sealed", models.BinaryField(default=b""), preserve_default=False),
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RemoveField("Blob", "name"),
    ]
