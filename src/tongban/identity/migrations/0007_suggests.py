from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0006_mandates'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='suggests',
            field=models.BooleanField(default=True),
        ),
    ]
