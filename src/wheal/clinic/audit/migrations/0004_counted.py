"""The end of the audit cannot be cut off unnoticed on PostgreSQL either."""

from django.db import migrations

from wheal.clinic.audit.counting import count, forget


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_sealed")]
    operations = [migrations.RunPython(count, forget)]
