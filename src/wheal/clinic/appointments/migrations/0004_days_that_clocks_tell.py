"""A time at the very ends of the calendar, which no clock tells, had been taken and broke every page that showed it: it
stands some days nearer, where it can be seen and cancelled. No appointment that somebody could keep is touched."""

from datetime import UTC, datetime, timedelta

from django.db import migrations
from django.db.models import F

FIRST = datetime(1, 1, 4, tzinfo=UTC)
LAST = datetime(9999, 12, 28, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def bring_nearer(apps, editor):
    rows = apps.get_model("appointments", "Appointment").objects
    rows.filter(starts_at__lt=FIRST, ends_at__lt=FIRST + HALF_AN_HOUR).update(
        starts_at=FIRST, ends_at=FIRST + HALF_AN_HOUR, version=F("version") + 1
    )
    rows.filter(starts_at__lt=FIRST).update(starts_at=FIRST, version=F("version") + 1)
    rows.filter(starts_at__gte=LAST).update(
        starts_at=LAST - HALF_AN_HOUR, ends_at=LAST, version=F("version") + 1
    )
    rows.filter(ends_at__gt=LAST).update(ends_at=LAST, version=F("version") + 1)


class Migration(migrations.Migration):
    dependencies = [("appointments", "0003_sealed_addresses")]
    operations = [migrations.RunPython(bring_nearer, migrations.RunPython.noop)]
