"""When what is told of a row last changed. Nobody knows it of rows of before: all of them are told anew once."""

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("people", "0009_sessions_by_digest")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="changed_at",
            field=models.DateTimeField(auto_now=True, default=timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="membership",
            name="changed_at",
            field=models.DateTimeField(auto_now=True, default=timezone.now),
            preserve_default=False,
        ),
    ]
