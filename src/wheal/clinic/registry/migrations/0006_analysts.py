"""Clinics whose people read as analysts, who had been named in a file beside the store of the registry.

The file stays until the first change after it: whoever goes back to the data of before finds it there.
"""

import json

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import PROTECT
from django.utils import timezone


def named_before():
    """None where it cannot be read: they are named again at the console."""
    try:
        return [int(one) for one in json.loads((settings.DATA / "registry" / "analysts.json").read_bytes())]
    except (OSError, ValueError, TypeError):
        return []


def keep(apps, editor):
    clinics = apps.get_model("people", "Clinic").objects.filter(pk__in=named_before())
    analysts = apps.get_model("registry", "Analysts").objects
    analysts.bulk_create(analysts.model(clinic=clinic, named_at=timezone.now()) for clinic in clinics)


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0005_round"),
        ("people", "0009_sessions_by_digest"),
    ]
    operations = [
        migrations.CreateModel(
            name="Analysts",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("named_at", models.DateTimeField()),
                (
                    "clinic",
                    models.OneToOneField(on_delete=PROTECT, related_name="+", to="people.clinic"),
                ),
            ],
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
