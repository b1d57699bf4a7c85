"""Addresses of calendars are sealed and found by a digest; those that are in use go on."""

from hashlib import sha256

from django.db import migrations, models

from wheal.clinic.people import sealing


def seal(apps, editor):
    feeds = apps.get_model("appointments", "Feed").objects
    for pk, secret in list(feeds.values_list("pk", "secret")):
        sealed = sealing.seal(secret, sealing.FEEDS)
        feeds.filter(pk=pk).update(secret=sealed, digest=sha256(secret.encode()).hexdigest())


class Migration(migrations.Migration):
    dependencies = [("appointments", "0002_reminders_of_visits")]
    operations = [
        migrations.AddField(
            model_name="feed",
            name="digest",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="feed",
            name="secret",
            field=models.CharField(max_length=200),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
