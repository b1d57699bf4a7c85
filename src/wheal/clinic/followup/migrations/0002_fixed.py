"""What was measured, answered or scheduled stays as it was written; a correction is a row of its own."""

from django.db import migrations

from wheal.clinic.audit.fixed import fixed, irreplaceable


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial")]
    operations = [
        migrations.RunPython(*fixed("followup_measure")),
        migrations.RunPython(*irreplaceable("followup_measure", "replaces_id")),
        *(migrations.RunPython(*fixed(f"followup_{table}")) for table in ("contact", "ownschedule")),
        *(migrations.RunPython(*irreplaceable(f"followup_{table}")) for table in ("contact", "ownschedule")),
    ]
