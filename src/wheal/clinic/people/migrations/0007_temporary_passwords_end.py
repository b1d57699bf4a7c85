"""A temporary password ends by itself; those that were given before have seven days from now."""

from datetime import timedelta

from django.db import migrations, models
from django.utils import timezone


def end(apps, editor):
    temporary = apps.get_model("people", "User").objects.filter(password_is_temporary=True)
    temporary.update(password_ends_at=timezone.now() + timedelta(days=7))


class Migration(migrations.Migration):
    dependencies = [("people", "0006_log_ins_and_invitations")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="password_ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(end, migrations.RunPython.noop),
    ]
