"""When what is told of a row last changed. Nobody knows it of rows of before: all of them are told anew once."""

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("equipment", "0003_tests_and_intervals")]
    operations = [
        migrations.AddField(
            model_name="thing",
            name="changed_at",
            field=models.DateTimeField(auto_now=True, default=timezone.now),
            preserve_default=False,
        ),
    ]
