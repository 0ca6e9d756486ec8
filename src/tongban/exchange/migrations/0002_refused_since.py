from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='outbox',
            name='refused_since',
            field=models.DateTimeField(null=True),
        ),
    ]
